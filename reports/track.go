package reports

import (
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// tracker reads the entries in order and keeps what is open: which fault, which time offline, which
// pause, which disablement. What is still open after the last entry lasts to the end of the run.
type tracker struct {
	m       *model
	fault   map[int64]int // by seq of fault.began: index into m.faults
	offline map[string]*connStop
	paused  map[string]*flowStop
	off     map[string]*jobStop
	mail    map[int64]*notice // by number of the mail
	freed   map[string]freed  // flows whose pause is over, until their next run
	every   map[string]time.Duration
}

// freed is a pause that is over, with the seq of its flow.resumed.
type freed struct {
	stop *flowStop
	seq  int64
}

// tracked are the kinds that add looks at.
func tracked() []journal.Kind {
	return []journal.Kind{
		journal.FaultBegan, journal.FaultEnded, journal.ConnectionOffline, journal.ConnectionOnline,
		journal.FlowPaused, journal.FlowResumed, journal.FlowStarted, journal.FlowCompleted,
		journal.FlowFailed,
		journal.JobDisabled, journal.JobEnabled, journal.NotificationDecided, journal.NotificationDelivered,
		journal.EnvironmentChanged, journal.ExpectFailed, journal.CheckFailed,
	}
}

// add keeps only entries of kinds that rows keep whole.
func (t *tracker) add(e *journal.Entry) {
	switch e.Kind {
	case journal.FaultBegan, journal.FaultEnded:
		t.addFault(e)
	case journal.ConnectionOffline, journal.ConnectionOnline:
		t.addConnection(e)
	case journal.FlowPaused, journal.FlowResumed:
		t.addFlow(e)
	case journal.FlowStarted, journal.FlowCompleted, journal.FlowFailed:
		t.addRun(e)
	case journal.JobDisabled, journal.JobEnabled:
		t.addJob(e)
	case journal.NotificationDecided, journal.NotificationDelivered:
		t.addMail(e)
	case journal.EnvironmentChanged:
		t.m.moves = append(t.m.moves, e)
	case journal.ExpectFailed:
		t.m.failedX = append(t.m.failedX, e)
	case journal.CheckFailed:
		t.m.failedC = append(t.m.failedC, e)
	}
}

func (t *tracker) addFault(e *journal.Entry) {
	if e.Kind == journal.FaultEnded {
		if i, ok := t.fault[e.Began]; ok {
			f := &t.m.faults[i]
			f.to, f.open, f.over, f.wasted = e.At, e.At >= t.m.end, e.Seq, e.Wasted
		}
		return
	}
	f := fault{
		seq: e.Seq, app: e.Application, conn: e.Connection, kind: e.Fault, how: e.How,
		resources: e.Resources, from: e.At, to: t.m.end, open: true,
	}
	if f.app == "" {
		f.app = t.m.apps[f.conn]
	}
	t.fault[e.Seq] = len(t.m.faults)
	t.m.faults = append(t.m.faults, f)
}

func (t *tracker) addConnection(e *journal.Entry) {
	open := t.offline[e.Connection]
	if e.Kind == journal.ConnectionOffline {
		if open != nil {
			return
		}
		s := &connStop{
			seq: e.Seq, conn: e.Connection, app: t.m.apps[e.Connection], class: e.Class,
			from: e.At, to: t.m.end,
		}
		t.offline[e.Connection] = s
		t.m.offline = append(t.m.offline, s)
		t.holds(s)
		return
	}
	if open == nil {
		return
	}
	open.to, open.ended, open.back = e.At, true, e.Seq
	if e.Cause != nil {
		if test := t.m.entry(*e.Cause); test != nil {
			open.by = test.By
		}
	}
	delete(t.offline, e.Connection)
	t.backOnline(e)
}

// backOnline ends the pauses of the flows of which no connection is offline any longer.
func (t *tracker) backOnline(e *journal.Entry) {
	for _, f := range t.m.Run.Flows {
		s := t.paused[f.Name]
		if s == nil || s.ended || t.stopped(f) {
			continue
		}
		s.to, s.ended, s.back = e.At, true, e.Seq
	}
}

// holds notes a time offline with the pauses that it prolongs.
func (t *tracker) holds(s *connStop) {
	for _, f := range t.m.Run.Flows {
		ends := t.m.ends[f.Name]
		if p := t.paused[f.Name]; p != nil && !p.ended && (ends[0] == s.conn || ends[1] == s.conn) {
			p.because = append(p.because, s)
		}
	}
}

// stopped tells whether a connection of the flow is offline.
func (t *tracker) stopped(f journal.RunFlow) bool {
	ends := t.m.ends[f.Name]
	return t.offline[ends[0]] != nil || t.offline[ends[1]] != nil
}

func (t *tracker) addFlow(e *journal.Entry) {
	open := t.paused[e.Flow]
	if e.Kind == journal.FlowResumed {
		if open == nil {
			return
		}
		if !open.ended {
			open.to, open.ended, open.back = e.At, true, e.Seq
		}
		open.resumed, open.flows, open.goesOn = e.At, true, e.Seq
		delete(t.paused, e.Flow)
		if !open.frozen {
			t.freed[e.Flow] = freed{stop: open, seq: e.Seq}
		}
		return
	}
	if open != nil && !open.ended {
		return
	}
	s := &flowStop{seq: e.Seq, flow: e.Flow, from: e.At, to: t.m.end, frozen: e.State == "frozen"}
	ends := t.m.ends[e.Flow]
	for i, conn := range ends {
		if off := t.offline[conn]; off != nil && (i == 0 || conn != ends[0]) {
			s.because = append(s.because, off)
		}
	}
	t.paused[e.Flow] = s
	delete(t.freed, e.Flow)
	t.m.paused = append(t.m.paused, s)
}

// addRun notes when a flow that was paused without a frozen run ran again. Routine runs are not in the
// journal, so a run counts only if it was queued before the pause ended or started within one interval.
func (t *tracker) addRun(e *journal.Entry) {
	f, ok := t.freed[e.Flow]
	if !ok {
		return
	}
	delete(t.freed, e.Flow)
	if e.Kind != journal.FlowStarted {
		return
	}
	if e.Cause != nil && *e.Cause < f.seq || e.At.Sub(f.stop.resumed) <= t.every[e.Flow] {
		f.stop.started = e.At
	}
}

func (t *tracker) addJob(e *journal.Entry) {
	open := t.off[e.Job]
	if e.Kind == journal.JobEnabled {
		if open != nil {
			open.to, open.ended, open.back = e.At, true, e.Seq
			delete(t.off, e.Job)
		}
		return
	}
	if open != nil {
		return
	}
	s := &jobStop{
		seq: e.Seq, job: e.Job, instance: e.Instance, byUser: e.By == "user", resource: e.Resource,
		failures: e.Failures, threshold: e.Threshold, from: e.At, to: t.m.end,
	}
	t.off[e.Job] = s
	t.m.off = append(t.m.off, s)
}

func (t *tracker) addMail(e *journal.Entry) {
	if e.Kind == journal.NotificationDecided {
		n := &notice{entry: e}
		t.mail[e.Notification] = n
		t.m.notices = append(t.m.notices, n)
		if e.Cause != nil {
			t.m.mails[*e.Cause] = append(t.m.mails[*e.Cause], n)
		}
		return
	}
	if n := t.mail[e.Notification]; n != nil {
		n.delivered, n.ok = e.At, true
		t.m.heard[e.At] = t.m.heard[e.At] || len(n.entry.To) > 0
	}
}
