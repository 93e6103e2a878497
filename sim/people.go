package sim

import (
	"fmt"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// pending is a reaction of a person that is still to come.
type pending struct {
	happening
	cause  int64
	target target
}

// target is what a happening was about: indexes, -1 = not about such a thing.
type target struct{ job, conn, flow int }

// command carries out a command of the timeline.
func (w *World) command(now engine.Time, c *timeline.Command) {
	switch c.Do {
	case "restart":
		w.restart(now)
	case "environment":
		w.step(now, &engine.Event{Kind: engine.EnvironmentChanged, Environment: c.Environment})
	default:
		w.operate(now, c, 0)
	}
}

// restart takes the engine's state out and puts it into a new engine, as a platform does that stops
// and starts. Nothing that follows may change (DIS-16).
func (w *World) restart(now engine.Time) {
	w.rec.buf = journal.Entry{Kind: journal.PlatformRestarted}
	w.rec.write(now, &w.rec.buf)
	if err := w.Reload(); err != nil {
		panic(fmt.Sprintf("sim: %v", err))
	}
}

// Reload takes the platform's and the vendors' states out and puts them into new machines.
func (w *World) Reload() error {
	data, err := w.eng.State()
	if err != nil {
		return err
	}
	if w.eng, err = engine.Restore(w.engCfg, data); err != nil {
		return err
	}
	data, err = w.ven.State()
	if err != nil {
		return err
	}
	w.ven, err = restoreVendor(w.venCfg, data)
	return err
}

// Operate carries out an operator's command that comes from outside the timeline, by the platform's API.
func (w *World) Operate(now engine.Time, c *timeline.Command) { w.operate(now, c, 0) }

// operate carries out an operator's command. A re-authorization reaches the vendor first: it gives the
// fresh token, and mends what valid credentials mend.
func (w *World) operate(now engine.Time, c *timeline.Command, cause int64) {
	kinds := map[string]engine.CommandKind{
		"enable": engine.Enable, "disable": engine.Disable, "reauthorize": engine.Reauthorize,
		"retry_errors": engine.RetryErrors, "test": engine.Test,
	}
	ev := engine.Event{Kind: engine.Commanded, Cause: engine.Seq(cause), Command: engine.Command{
		Kind: kinds[c.Do], Job: c.Job, Connection: c.Connection, Flow: c.Flow, Missing: c.Missing,
	}}
	var mended []int
	if c.Do == "reauthorize" && len(c.Missing) == 0 {
		g := w.grant(now, c.Connection, !c.Wrong)
		mended = g.Mended
		ev.Command.Token = token(g)
	}
	first := int64(w.rec.next())
	w.stepThen(now, &ev, func() { w.mended(now, mended, first) })
}

// pace is the least time between two acts of one person on one thing. Without it somebody who reacts at once
// to what his own act brings about would act for ever at one instant.
const pace = time.Second

// act is one person's business with one thing.
type act struct {
	operator int
	target   target
}

// noticed lets the people who watch for such a happening react: those whom the mail about it went to
// (everybody hears of what goes to one who is not named as who:), or, where to is nil, those who look at
// the platform.
func (w *World) noticed(now engine.Time, kind string, seq int64, t target, to []string) {
	for i := range w.tl.Operators {
		o := &w.tl.Operators[i]
		if o.When != kind || o.Who != "" && to != nil && !slices.Contains(to, o.Who) {
			continue
		}
		at := now.Add(time.Duration(o.After))
		if last, acted := w.acted[act{i, t}]; acted {
			at = max(at, last.Add(pace))
		}
		if at = w.atWork(o, at); at >= w.end {
			continue
		}
		p := pending{happening{at, rankReactions, int64(now), i, reaction}, seq, t}
		k := len(w.reactions)
		for k > 0 && p.compare(w.reactions[k-1].happening) < 0 {
			k-- // of two alike the one noticed first stays first
		}
		w.reactions = slices.Insert(w.reactions, k, p)
	}
}

// atWork is the first instant at or after an instant at which a person is neither away nor outside the
// working hours; the end of the run or later means that it does not come.
func (w *World) atWork(o *timeline.Reaction, at engine.Time) engine.Time {
	for before := at - 1; before != at && at < w.end; {
		before = at
		for i := range w.tl.Away {
			a := &w.tl.Away[i]
			if a.Who == o.Who && engine.Time(a.From.UnixNano()) <= at {
				at = max(at, engine.Time(a.To.UnixNano()))
			}
		}
		if o.Open != nil && !o.Open(std(at)) {
			at = engine.Time(o.Opening(std(at)).UnixNano())
		}
	}
	return at
}

// leaves writes that a person goes away, and returns that they are back. That they do nothing meanwhile is in
// the instants of their reactions.
func (w *World) leaves(now engine.Time, i int) {
	a := &w.tl.Away[i]
	w.rec.buf = journal.Entry{Kind: journal.PersonLeft, Who: a.Who}
	if until := engine.Time(a.To.UnixNano()); until < w.end {
		w.rec.buf.Until = (*journal.Time)(&until)
	}
	w.left[i] = w.rec.write(now, &w.rec.buf)
}

func (w *World) returns(now engine.Time, i int) {
	w.rec.buf = journal.Entry{Kind: journal.PersonReturned, Who: w.tl.Away[i].Who, Cause: ref(w.left[i])}
	w.rec.write(now, &w.rec.buf)
}

// react carries out the reaction that is due, on what the happening was about.
func (w *World) react(now engine.Time, i int) {
	o, p := &w.tl.Operators[i], w.due
	w.acted[act{i, p.target}] = now
	w.rec.who = o.Who
	if o.Who != "" {
		w.check.Acted(now, o.Who)
	}
	defer func() { w.rec.who = "" }()
	c := timeline.Command{Do: o.Do, Job: p.target.job, Connection: p.target.conn, Flow: p.target.flow}
	switch {
	case o.Do == "enable" && c.Job >= 0, o.Do == "reauthorize" && c.Connection >= 0,
		o.Do == "retry_errors" && c.Flow >= 0:
		w.operate(now, &c, p.cause)
	case o.Do == "enable":
		for j := range w.tl.PollingJobs {
			if w.tl.PollingJobs[j].Instance == p.target.conn {
				w.operate(now, &timeline.Command{Do: o.Do, Job: j}, p.cause)
			}
		}
	case o.Do == "retry_errors":
		w.retryAll(now, p)
	}
}

// retryAll retries the errors of every flow that the happening was about: those of a connection, or,
// for a summary of errors, those that have any.
func (w *World) retryAll(now engine.Time, p pending) {
	for f := range w.tl.Flows {
		tf := &w.tl.Flows[f]
		of := p.target.conn < 0 || tf.From.Connection == p.target.conn || tf.To.Connection == p.target.conn
		if of && w.eng.Flow(f).OpenErrors > 0 {
			w.operate(now, &timeline.Command{Do: "retry_errors", Flow: f}, p.cause)
		}
	}
}

// watch looks at an engine's entry with the eyes of people: those about which no mail is sent make
// them react at once, the others when the mail is delivered.
func (w *World) watch(now engine.Time, seq int64, en *engine.Entry) {
	if len(w.tl.Operators) == 0 {
		return
	}
	t := target{int(en.Job), int(en.Connection), int(en.Flow)}
	switch en.Kind {
	case engine.AdviceReauthorizeEntry:
		w.noticed(now, "advice.reauthorize", seq, t, nil)
	case engine.AdviceSupportEntry:
		w.noticed(now, "advice.support", seq, t, nil)
	case engine.ConnectionOfflineEntry, engine.ConnectionOnlineEntry:
		if len(w.tl.Connections[en.Connection].Subscribers) == 0 { // nobody is sent a mail
			w.noticed(now, en.Kind.String(), seq, t, []string{})
		}
	case engine.NotificationDecidedEntry:
		w.mailAbout[en.Mail.ID] = t
	case engine.NotificationDeliveredEntry:
		w.noticed(now, en.Mail.About, seq, w.mailAbout[en.Mail.ID], en.Mail.To)
		delete(w.mailAbout, en.Mail.ID)
	}
}

func std(t engine.Time) time.Time { return time.Unix(0, int64(t)).UTC() }
