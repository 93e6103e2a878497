// Package standalone is the fake vendor as a server for any client in any language: several vendors at once,
// each with its API as its dialect describes it, its limits, tokens and faults, on a clock that the tester
// holds.
//
// A World is the vendors without a network; a Server puts it on TCP. A request goes
//
//	front ─► vendor and route ─► credential ─► Vendor.Respond ─► the answer, the journal ─► the wire
//
// What a call is answered is decided at the instant at which its header and body are read. The same seed and
// the same order of requests give the same bytes.
package standalone
