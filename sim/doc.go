// Package sim plays a timeline on virtual time: two pure machines, the platform (engine) and the
// vendors (fakevendor), meet here, and a journal comes out.
//
// A World holds all of a run but the road on which calls travel: the machines, the script (what
// happens by itself at given instants: faults, status pages, operators, mail), the ledger of records
// and the journal. Run drives a World on the shortest road, straight into the vendor; another driver
// may drive the same World over HTTP and on another clock, and must get the same journal.
//
//	              script (faults, operators, mail …)
//	                        │ Do
//	timeline ─► World ◄─────┴── driver ──► call ──► vendor
//	              │  ▲             ▲                  │
//	       engine │  │ effects     └──── answer ◄─────┘
//	              ▼
//	           journal ─► sink, fold (summary, expectations)
//
// Who owns what: the engine its timers, tokens, queues and mails; the vendor its faults, limits, tokens
// and records; the World the order of things within an instant (T-03) down to the ends of calls.
package sim
