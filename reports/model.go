package reports

import (
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// model is what the page and the answer share, computed once from a journal: what failed, what
// stopped and for how long, who was told.
type model struct {
	*Journal
	clock      clock
	start, end journal.Time
	shown      journal.Time // where pictures end: at end, unless they stand beside those of a longer run

	heard   map[journal.Time]bool // when a mail reached somebody
	faults  []fault
	offline []*connStop // in the order in which they began
	paused  []*flowStop
	off     []*jobStop
	notices []*notice
	mails   map[int64][]*notice  // by the seq of the entry that led to them
	apps    map[string]string    // of the connections
	ends    map[string][2]string // of the flows: source and destination connection
	failedX []*journal.Entry     // expect.failed
	failedC []*journal.Entry     // check.failed
	moves   []*journal.Entry     // environment.changed
	plan    plan
	look    sheet
}

// fault is one window of the vendor's truth, or of the mail server's.
type fault struct {
	seq       int64
	app, conn string
	kind, how string
	resources []string // of a partial fault
	from, to  journal.Time
	open      bool  // did not end in the run
	over      int64 // seq of its fault.ended
	wasted    int64
}

// connStop is one time offline of a connection.
type connStop struct {
	seq       int64
	conn, app string
	class     string
	from, to  journal.Time // to: the run's end while it lasts
	ended     bool
	back      int64  // seq of its connection.online
	by        string // sweep | reauthorize: whose test brought it back
	root      int64  // seq of the fault that led to it, where findRoots looked; else 0
}

// flowStop is one pause of a flow. Its connections are online again at to; what it had to do goes on at
// resumed, which is later where the flow waits for its turn.
type flowStop struct {
	seq      int64
	flow     string
	from, to journal.Time
	ended    bool
	resumed  journal.Time
	flows    bool         // resumed is set
	frozen   bool         // a run was frozen, and went on at resumed
	started  journal.Time // of the next run, where the journal tells it; else zero
	because  []*connStop  // the times offline that held it
	back     int64        // seq of the connection.online that ended it, or of its flow.resumed
	goesOn   int64        // seq of its flow.resumed
	root     int64        // seq of the fault that led to it, where findRoots looked; else 0
}

// jobStop is one time disabled of a polling job.
type jobStop struct {
	seq           int64
	job, instance string
	byUser        bool
	resource      string
	failures      int
	threshold     int
	from, to      journal.Time
	ended         bool
	back          int64 // seq of its job.enabled
	root          int64 // seq of the fault that led to it, where findRoots looked; else 0
}

// notice is one mail.
type notice struct {
	entry     *journal.Entry // notification.decided
	delivered journal.Time
	ok        bool // delivered
}

// newModel computes the model. The journal has a run (Load saw to it).
func newModel(j *Journal) *model {
	m := &model{
		Journal: j, start: j.Run.Start, end: j.Run.End,
		mails: map[int64][]*notice{}, heard: map[journal.Time]bool{},
		apps: map[string]string{}, ends: map[string][2]string{},
	}
	for _, c := range j.Run.Connections {
		m.apps[c.Name] = c.Application
	}
	for _, f := range j.Run.Flows {
		m.ends[f.Name] = [2]string{m.connOf(f.From), m.connOf(f.To)}
	}
	if n := j.Len(); n > 0 {
		m.end = min(m.end, j.rows.row(n-1).at)
	}
	m.shown = m.end
	m.clock = newClock(j.Run.Zone, m.start, m.end)
	m.plan, m.look = readPlan(j.Run.Timeline), newSheet()
	t := tracker{
		m: m, offline: map[string]*connStop{}, paused: map[string]*flowStop{},
		off: map[string]*jobStop{}, fault: map[int64]int{}, mail: map[int64]*notice{},
		freed: map[string]freed{}, every: map[string]time.Duration{},
	}
	for _, f := range j.Run.Flows {
		t.every[f.Name] = time.Duration(f.EverySeconds)
	}
	for _, e := range j.each(tracked()...) {
		t.add(e)
	}
	m.findRoots()
	return m
}

// connOf is the connection of an endpoint, CONNECTION/RESOURCE; either may hold a slash.
func (m *model) connOf(endpoint string) string {
	for i := strings.LastIndexByte(endpoint, '/'); i >= 0; i = strings.LastIndexByte(endpoint[:i], '/') {
		if _, ok := m.apps[endpoint[:i]]; ok {
			return endpoint[:i]
		}
	}
	return ""
}

// interrupted tells whether the run was ended, in order, before the end that it was to have.
func (m *model) interrupted() bool { return m.Whole && m.end < m.Run.End }

// length is the run's length, as far as it got.
func (m *model) length() time.Duration { return m.end.Sub(m.start) }

// isOutage tells whether a fault is part of an outage, FIG-02.
func (f *fault) isOutage() bool { return journal.IsOutage(f.kind) }

// subject is what the fault befell.
func (f *fault) subject() string {
	switch {
	case f.kind == "mail_down":
		return "the platform's mail server"
	case f.kind == "mail_late":
		return "the platform's mail"
	case f.conn != "":
		return clean(f.conn)
	}
	return clean(f.app)
}

// words says the fault after its subject: "down (timeout)", "bad credentials".
func (f *fault) words() string {
	s := plain(f.kind)
	switch f.kind {
	case "mail_down":
		s = "down"
	case "mail_late":
		return "late by " + clean(f.how)
	case "token_refresh":
		s = "token refresh failing"
	case "token_revoked":
		s = "access token revoked"
	}
	if f.how != "" && f.how != "status" {
		s += " (" + clean(f.how) + ")"
	}
	return s + onlyFor(f.resources)
}

func cleanAll(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = clean(n)
	}
	return out
}

// still lists what the platform stopped and is still stopped at the end: connections, flows, jobs. A
// flow whose connections are online but whose frozen run has not continued is among them.
func (m *model) still() (conns, flows, jobs []string) {
	for _, s := range m.offline {
		if !s.ended {
			conns = append(conns, clean(s.conn))
		}
	}
	for _, s := range m.paused {
		if !s.flows && m.lastPause(s.flow) == s {
			flows = append(flows, clean(s.flow))
		}
	}
	for _, s := range m.off {
		if !s.ended && !s.byUser {
			jobs = append(jobs, clean(s.job))
		}
	}
	return conns, flows, jobs
}

func (m *model) lastPause(flow string) *flowStop {
	for _, s := range slices.Backward(m.paused) {
		if s.flow == flow {
			return s
		}
	}
	return nil
}
