package sim

import (
	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// recorder numbers the entries, hands them to the sink and folds them for expectations.
type recorder struct {
	tl   names
	seq  int64                      // of the last entry
	sink func(*journal.Entry) error // nil: nobody reads the journal
	fold *journal.Fold
	err  error // the sink's first error
	buf  journal.Entry
	who  string // named as who: of the operator who acts
}

// names are the words behind the indexes.
type names struct {
	apps, conns, flows, jobs []string
	connApp                  []int
	resources                [][]string // by application
}

// write numbers an entry and passes it on. The entry is valid during the call only.
func (r *recorder) write(at engine.Time, en *journal.Entry) int64 {
	r.seq++
	en.Seq, en.At = r.seq, journal.Time(at)
	r.fold.Add(en)
	if r.sink != nil && r.err == nil {
		r.err = r.sink(en)
	}
	return r.seq
}

// fail ends the run with an error, if it is the first.
func (r *recorder) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// next is the number that the next entry will have.
func (r *recorder) next() engine.Seq { return engine.Seq(r.seq + 1) }

func ref(seq int64) *int64 {
	if seq == 0 {
		return nil
	}
	return &seq
}

// fromEngine turns an engine's entry into the journal's words.
func (r *recorder) fromEngine(en *engine.Entry) *journal.Entry {
	j := &r.buf
	*j = journal.Entry{Kind: journal.Kind(en.Kind.String()), Cause: ref(int64(en.Cause)), Line: en.Line}
	r.subject(j, en)
	switch en.Kind {
	case engine.CallsFailedEntry, engine.TokenRefreshFailedEntry, engine.PollSkippedEntry:
		first, last := journal.Time(en.First), journal.Time(en.Last)
		j.First, j.Last, j.Count = &first, &last, en.Count
		if en.Kind != engine.PollSkippedEntry {
			j.Call = en.Op.String()
			r.result(j, en)
		}
	case engine.ConnectionTestedEntry, engine.PollAfterDisableEntry:
		r.result(j, en)
	case engine.ConnectionOfflineEntry:
		j.Class = en.Class.String()
	case engine.OperatorCommandEntry:
		j.Command, j.Who = en.Command.String(), r.who
	case engine.FlowPausedEntry, engine.FlowQueuedEntry:
		if en.Frozen {
			j.State = "frozen"
		}
	}
	j.By, j.Result = en.By.String(), en.Outcome.String()
	j.Failures, j.Threshold, j.Environment, j.Missing = en.Failures, en.Threshold, en.Name, en.Missing
	j.Pages, j.Records, j.ErrorClass = en.Pages, en.Records, en.ErrorClass.String()
	if en.Count > 0 {
		j.Count = en.Count
	}
	if m := en.Mail; m != nil {
		j.Notification, j.About, j.To, j.Subject = m.ID, m.About, m.To, m.Subject
		if en.Kind == engine.NotificationDecidedEntry {
			j.Body = m.Body
		}
	}
	return j
}

func (r *recorder) subject(j *journal.Entry, en *engine.Entry) {
	n := &r.tl
	if en.Connection >= 0 {
		j.Connection = n.conns[en.Connection]
		j.Application = n.apps[n.connApp[en.Connection]]
		if en.Resource >= 0 {
			j.Resource = n.resources[n.connApp[en.Connection]][en.Resource]
		}
	}
	if en.Flow >= 0 {
		j.Flow = n.flows[en.Flow]
	}
	if en.Job >= 0 {
		j.Job, j.Instance, j.Connection = n.jobs[en.Job], j.Connection, ""
	}
}

func (r *recorder) result(j *journal.Entry, en *engine.Entry) {
	j.Class = en.Class.String()
	if en.Sub != 0 {
		j.SubCause = dialect.Sub(en.Sub).String()
	}
	j.Status = int(en.Status)
}
