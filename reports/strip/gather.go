package strip

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// Of makes the strip of the first run of a journal, which may break off. Wanted are instants that the reader
// will look for; they are in the picture. It is nil where there is nothing to draw.
func Of(text []byte, wanted []time.Duration) *Strip {
	g := gatherer{lanes: map[string]*Lane{}, open: map[string]int{}, faults: map[int64]*Bar{}}
	from := journal.NewDecoder()
	for line := range bytes.Lines(text) {
		var e journal.Entry
		if from.Decode(line, &e) != nil {
			break
		}
		if e.Run != nil {
			if g.run != nil {
				break
			}
			g.run = e.Run
		}
		if g.run == nil {
			return nil
		}
		g.add(&e)
		if e.Kind == journal.RunEnded {
			break
		}
	}
	if g.run == nil {
		return nil
	}
	return g.strip(wanted)
}

// gatherer reads the entries of a run in order.
type gatherer struct {
	run     *journal.Run
	now     time.Duration
	lanes   map[string]*Lane // by kind and name
	open    map[string]int   // by lane: 1 + the bar that has no end yet
	faults  map[int64]*Bar   // by the seq of fault.began
	moments []Moment
	testing map[string]bool // connections whose test failed and was told
	notable []time.Duration
	all     []*faultBar
}

// faultBar is a fault with the application that has it.
type faultBar struct {
	lane *Lane
	Bar
}

func (g *gatherer) lane(kind, name string) *Lane {
	key := kind + " " + name
	if g.lanes[key] == nil {
		g.lanes[key] = &Lane{Kind: kind, Name: name}
	}
	return g.lanes[key]
}

// since is an instant since the start of the run.
func (g *gatherer) since(t journal.Time) time.Duration { return max(0, t.Sub(g.run.Start)) }

// add takes an entry.
func (g *gatherer) add(e *journal.Entry) {
	g.now = g.since(e.At)
	switch e.Kind {
	case journal.CallFinished:
		g.call(e)
		return
	case journal.FaultBegan:
		g.faults[e.Seq] = g.began(e)
	case journal.FaultEnded:
		if b := g.faults[e.Began]; b != nil {
			b.To = g.now
		}
	case journal.StatusPublished:
		g.turn(g.lane("vendor", e.Application), "incident", e.State == "open")
	case journal.CallsFailed:
		g.streak(e)
	case journal.ConnectionOffline, journal.ConnectionOnline:
		g.turn(g.lane("connection", e.Connection), "offline", e.Kind == journal.ConnectionOffline)
	case journal.FlowPaused, journal.FlowResumed:
		g.turn(g.lane("flow", e.Flow), "paused", e.Kind == journal.FlowPaused)
	case journal.JobDisabled, journal.JobEnabled:
		state := "disabled"
		if e.By == "user" {
			state = "switched off"
		}
		g.turn(g.lane("job", e.Job), state, e.Kind == journal.JobDisabled)
	}
	if shape := shapeOf(e); shape != "" {
		l := g.subject(e)
		l.Marks = append(l.Marks, Mark{At: g.now, Shape: shape})
	}
	g.tell(e)
}

// shapeOf is the mark of an entry, "" for none.
func shapeOf(e *journal.Entry) string {
	switch e.Kind {
	case journal.NotificationDecided:
		return "mail"
	case journal.ConnectionTested:
		return e.Result // passed | failed
	case journal.JobEnabled, journal.ConnectionReauthorized, journal.OperatorCommand,
		journal.PlatformRestarted, journal.EnvironmentChanged:
		return "hand"
	case journal.AdviceReauthorize, journal.AdviceSupport:
		return "advice"
	case journal.RecordLost, journal.RecordDuplicated, journal.ErrorOpened, journal.FlowFailed,
		journal.CheckFailed, journal.PollAfterDisable:
		return "harm"
	}
	return ""
}

// subject is the lane of the narrowest thing that an entry is about.
func (g *gatherer) subject(e *journal.Entry) *Lane {
	switch {
	case e.Job != "":
		return g.lane("job", e.Job)
	case e.Flow != "":
		return g.lane("flow", e.Flow)
	case e.Connection != "":
		return g.lane("connection", e.Connection)
	case e.Application != "":
		return g.lane("vendor", e.Application)
	}
	return g.lane("platform", "platform")
}

// turn begins or ends a bar.
func (g *gatherer) turn(l *Lane, state string, begins bool) {
	key := l.Kind + " " + l.Name
	i := g.open[key]
	if i > 0 {
		l.Bars[i-1].To = g.now
		g.open[key] = 0
	}
	if begins {
		l.Bars = append(l.Bars, Bar{From: g.now, To: -1, State: state})
		g.open[key] = len(l.Bars)
	}
}

// began draws a fault; what it befell is its application's lane, or the platform's where it is mail.
func (g *gatherer) began(e *journal.Entry) *Bar {
	l := g.lane("vendor", e.Application)
	switch {
	case e.Fault == "mail_down" || e.Fault == "mail_late":
		l = g.lane("platform", "platform")
	case e.Application == "":
		for _, c := range g.run.Connections {
			if c.Name == e.Connection {
				l = g.lane("vendor", c.Application)
			}
		}
	}
	f := &faultBar{l, Bar{From: g.now, To: -1, State: faultWords(e)}}
	g.all = append(g.all, f)
	return &f.Bar
}

func (g *gatherer) streak(e *journal.Entry) {
	if e.Job == "" && e.Flow == "" || e.First == nil || e.Last == nil {
		return
	}
	l := g.subject(e)
	l.Bars = append(l.Bars, Bar{
		From: g.since(*e.First), To: g.since(*e.Last), State: "failing", Count: e.Count,
	})
}

// call draws a call of a flow or a job; a test of a connection is a mark.
func (g *gatherer) call(e *journal.Entry) {
	if e.Job == "" && e.Flow == "" {
		return
	}
	failed := e.Class != "ok"
	if failed {
		g.notable = append(g.notable, g.now)
	}
	l, of := g.subject(e), cmp.Or(e.Resource, e.Call)
	i := slices.IndexFunc(l.Rows, func(r Row) bool { return r.Resource == of })
	switch {
	case i >= 0:
	case len(l.Rows) < maxRows:
		i, l.Rows = len(l.Rows), append(l.Rows, Row{Resource: of})
	default:
		i = maxRows - 1
	}
	l.Rows[i].add(g.now, failed)
}

// add adds a call, to the stretch before it where it goes on with it.
func (r *Row) add(at time.Duration, failed bool) {
	if n := len(r.Calls); n > 0 {
		last := &r.Calls[n-1]
		step := at - last.last()
		switch {
		case last.Failed != failed:
		case last.Count == 1 || step == last.Step:
			last.Step, last.Count = step, last.Count+1
			return
		}
	}
	r.Calls = append(r.Calls, Calls{Failed: failed, From: at, Count: 1})
}

// strip puts the lanes in order and chooses what of the run is worth looking at.
func (g *gatherer) strip(wanted []time.Duration) *Strip {
	s := &Strip{Played: g.now, Moments: g.moments}
	s.From, s.To = g.window(wanted)
	for _, f := range g.all {
		f.lane.Bars = append(f.lane.Bars, f.Bar)
	}
	for _, l := range g.ordered() {
		l.crop(s.From, s.To)
		if len(l.Bars)+len(l.Marks)+len(l.Rows) == 0 {
			continue
		}
		if len(s.Lanes) == maxLanes {
			s.More++
			continue
		}
		s.Lanes = append(s.Lanes, *l)
	}
	if len(s.Lanes) == 0 || s.To <= s.From {
		return nil
	}
	slices.SortStableFunc(s.Moments, func(a, b Moment) int { return cmp.Compare(a.At, b.At) })
	if n := len(s.Moments) - maxMoments; n > 0 {
		s.Moments, s.Left = s.Moments[:maxMoments], n
	}
	return s
}

// window is from before the first thing worth looking at to after the last, all where there is none. What
// begins early is shown from the start.
func (g *gatherer) window(wanted []time.Duration) (from, to time.Duration) {
	worth := slices.Clone(g.notable)
	for _, w := range wanted {
		worth = append(worth, min(max(w, 0), g.now))
	}
	if len(worth) == 0 {
		return 0, g.now
	}
	from, to = slices.Min(worth), slices.Max(worth)
	length := max(to-from, time.Second)
	if from > length+length/4 {
		return from - length/4, min(to+length/8, g.now)
	}
	return 0, min(to+length/8, g.now)
}

// ordered are the lanes in the order of the file, the vendors' first.
func (g *gatherer) ordered() []*Lane {
	place := map[string]int{}
	note := func(kind, name string) { place[kind+" "+name] = len(place) }
	for _, a := range g.run.Applications {
		note("vendor", a.Name)
	}
	note("platform", "platform")
	for _, c := range g.run.Connections {
		note("connection", c.Name)
	}
	for _, f := range g.run.Flows {
		note("flow", f.Name)
	}
	for _, j := range g.run.Jobs {
		note("job", j.Name)
	}
	var all []*Lane
	for key, l := range g.lanes {
		if _, known := place[key]; known {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b *Lane) int {
		return cmp.Compare(place[a.Kind+" "+a.Name], place[b.Kind+" "+b.Name])
	})
	return all
}

// crop cuts off what is outside; a bar without an end lasts beyond it.
func (l *Lane) crop(from, to time.Duration) {
	var bars []Bar
	for _, b := range l.Bars {
		if b.To < 0 {
			b.To = to
		}
		if b.From <= to && b.To >= from && len(bars) < maxBars {
			b.From, b.To = max(b.From, from), min(b.To, to)
			bars = append(bars, b)
		}
	}
	marks := slices.DeleteFunc(l.Marks, func(m Mark) bool { return m.At < from || m.At > to })
	l.Bars, l.Marks = bars, marks[:min(len(marks), maxBars)]
	var rows []Row
	for _, r := range l.Rows {
		r.Calls = slices.DeleteFunc(r.Calls, func(c Calls) bool { return c.last() < from || c.From > to })
		r.Calls = r.Calls[:min(len(r.Calls), maxCalls)]
		if len(r.Calls) > 0 {
			rows = append(rows, r)
		}
	}
	l.Rows = rows
}
