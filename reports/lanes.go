package reports

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// maxLanes is how many lanes the still picture holds; quiet ones beyond it are left to the timeline and the
// tables.
const maxLanes = 60

// lane is one row of the picture.
type lane struct {
	ID    string // v0, c3, f1, j12: kind and place in file order
	Kind  string // vendor | connection | flow | job | platform
	Name  string
	Note  string // small print under the name
	spans []bar
	marks []mark

	resources []string // of a job

	atEnd   bool          // still stopped when the run ends
	stopped time.Duration // in all
	failing time.Duration
	queued  int // place in spans, from 1, of the run that is queued; 0 for none
	told    int // place in spans, from 1, of the incident that is open; 0 for none
}

// bar is a stretch of one state in a lane. Began and ended are the rows of the entries at its two ends, -1
// where there is none.
type bar struct {
	from, to     journal.Time
	told         journal.Time // of the entry began; the run's start where there is none
	began, ended int32
	state        uint8 // place in the sheet
	row          uint8 // of the vendor's lane, where faults overlap
	resource     uint8 // of a job: place among its resources, from 1; 0 for none, or beyond 255
	partial      bool  // of a fault: only some resources
}

// words says the bar when it is drawn.
func (b *bar) words(m *model) string {
	s := m.look.list[b.state].Label
	if b.began >= 0 {
		s = strings.TrimSuffix(sentence(m.rows.read(int(b.began))), ".")
	}
	return s + ": " + m.stretch(b.from, b.to)
}

// mark is something that happened at an instant.
type mark struct {
	at    journal.Time
	row   int32 // of the entry
	shape uint8 // place in the sheet
}

// words says the mark when it is drawn: most marks are joined with others and never say theirs.
func (k *mark) words(m *model) string {
	return sentence(m.rows.read(int(k.row))) + " " + exactUTC(k.at)
}

// laneGroup is an application with its lanes, or the platform itself.
type laneGroup struct {
	Name  string
	Lanes []*lane
	app   string
}

// laneSet builds the lanes and finds them by kind and name.
type laneSet struct {
	m      *model
	groups []*laneGroup
	by     map[laneKey]*lane
}

type laneKey struct{ kind, name string }

// lanes builds every lane of the run, grouped by application, the worst group and lane first; the
// vendor's truth stands above its status page, connections, flows and jobs.
func (m *model) lanes() *laneSet {
	s := &laneSet{m: m, by: map[laneKey]*lane{}}
	s.addNames()
	s.addFaults()
	s.addStops()
	s.makeRoom()
	for i, e := range m.each() {
		s.addEntry(int32(i), e)
	}
	s.addMails()
	s.sort()
	return s
}

// makeRoom makes room for the streaks, of which a lane may have very many.
func (s *laneSet) makeRoom() {
	rows, room := &s.m.rows, map[*lane]int{}
	for i, n := range rows.count() {
		if shape := &rows.shapes[i]; shape.Kind == journal.CallsFailed {
			room[s.laneOf(shape)] += n
		}
	}
	for l, n := range room {
		l.spans = slices.Grow(l.spans, n)
	}
}

func (s *laneSet) addNames() {
	r := s.m.Run
	at := map[string]*laneGroup{}
	for i, a := range r.Applications {
		g := &laneGroup{Name: clean(a.Name), app: a.Name}
		s.groups = append(s.groups, g)
		at[a.Name] = g
		s.put(g, "vendor", i, a.Name, clean(a.Dialect)+" dialect")
		s.put(g, "status", i, a.Name, "what its status page said")
	}
	for i, c := range r.Connections {
		s.put(at[c.Application], "connection", i, c.Name, "")
	}
	for i, f := range r.Flows {
		s.put(at[s.appOfFlow(f)], "flow", i, f.Name, clean(f.From)+" → "+clean(f.To))
	}
	for i, j := range r.Jobs {
		l := s.put(at[s.m.apps[j.Instance]], "job", i, j.Name,
			"every "+words.Span(time.Duration(j.EverySeconds)))
		if l != nil {
			l.resources = j.Resources
		}
	}
	g := &laneGroup{Name: "The platform"}
	s.put(g, "platform", 0, "platform", "").Name = "mail, restarts, environment"
	s.groups = append(s.groups, g)
}

// appOfFlow is the application under which a flow stands: its source's, or its destination's if only
// that one had a fault.
func (s *laneSet) appOfFlow(f journal.RunFlow) string {
	from, to := s.m.apps[s.m.ends[f.Name][0]], s.m.apps[s.m.ends[f.Name][1]]
	had := func(app string) bool {
		return slices.ContainsFunc(s.m.faults, func(f fault) bool { return f.app == app })
	}
	if from == "" || !had(from) && had(to) {
		return to
	}
	return from
}

func (s *laneSet) put(g *laneGroup, kind string, i int, name, note string) *lane {
	if g == nil {
		return nil
	}
	l := &lane{ID: kind[:1] + strconv.Itoa(i), Kind: kind, Name: clean(name), Note: note}
	g.Lanes = append(g.Lanes, l)
	s.by[laneKey{kind, name}] = l
	return l
}

// find is the lane of a thing; one that run.started does not name has none, and what is put there is lost.
func (s *laneSet) find(kind, name string) *lane {
	if l := s.by[laneKey{kind, name}]; l != nil {
		return l
	}
	return &lane{}
}

// bar makes a bar from the seqs at its ends, 0 for none.
func (s *laneSet) bar(state string, from, to journal.Time, began, ended int64) bar {
	b := bar{
		from: from, to: to, told: s.m.start, state: s.m.look.place(state),
		began: int32(s.m.rows.find(began)), ended: int32(s.m.rows.find(ended)),
	}
	if b.began >= 0 {
		b.told = s.m.rows.row(int(b.began)).at
	}
	return b
}

func (s *laneSet) addFaults() {
	for _, f := range s.m.faults {
		l, state := s.find("vendor", f.app), f.kind
		switch f.kind {
		case "bad_credentials", "token_refresh", "token_revoked":
			state = "credentials"
		case "mail_down", "mail_late":
			l, state = s.find("platform", "platform"), "mail_down"
		}
		b := s.bar(state, f.from, f.to, f.seq, f.over)
		b.partial = len(f.resources) > 0
		l.spans = append(l.spans, b)
	}
	for _, g := range s.groups {
		stack(g.Lanes[0].spans)
	}
}

// stack gives overlapping bars rows of their own, at most four.
func stack(bars []bar) {
	var ends []journal.Time
	for i := range bars {
		row := slices.IndexFunc(ends, func(t journal.Time) bool { return t <= bars[i].from })
		switch {
		case row < 0 && len(ends) < 4:
			row, ends = len(ends), append(ends, 0)
		case row < 0:
			row = 3
		}
		bars[i].row, ends[row] = uint8(row), max(ends[row], bars[i].to)
	}
}

// stretch says a bar's times exactly.
func (m *model) stretch(from, to journal.Time) string {
	return exactUTC(from) + " to " + exactUTC(to) + ", " + words.Span(to.Sub(from))
}

func (s *laneSet) addStops() {
	for _, x := range s.m.offline {
		s.find("connection", x.conn).stop(s.bar("offline", x.from, x.to, x.seq, x.back), !x.ended)
	}
	for _, x := range s.m.paused {
		l := s.find("flow", x.flow)
		l.stop(s.bar("paused", x.from, x.to, x.seq, x.back), !x.flows)
		until := s.m.end
		if x.flows {
			until = x.resumed
		}
		if x.ended && until > x.to {
			l.spans = append(l.spans, s.bar("waiting", x.to, until, x.back, x.goesOn))
		}
	}
	for _, x := range s.m.off {
		l := s.find("job", x.job)
		if x.byUser {
			l.spans = append(l.spans, s.bar("user_off", x.from, x.to, x.seq, x.back))
			continue
		}
		l.stop(s.bar("disabled", x.from, x.to, x.seq, x.back), !x.ended)
	}
}

func (l *lane) stop(b bar, open bool) {
	l.spans = append(l.spans, b)
	l.stopped += b.to.Sub(b.from)
	l.atEnd = l.atEnd || open
}

func (s *laneSet) addMails() {
	for _, n := range s.m.notices {
		l, at := s.laneOf(n.entry), n.entry.At
		if n.ok {
			at = n.delivered
		}
		l.marks = append(l.marks, mark{
			at: at, shape: s.m.look.place("mail"), row: int32(s.m.rows.find(n.entry.Seq)),
		})
	}
}

// laneOf is the lane of the narrowest thing that an entry is about.
func (s *laneSet) laneOf(e *journal.Entry) *lane {
	switch {
	case e.Job != "":
		return s.find("job", e.Job)
	case e.Flow != "":
		return s.find("flow", e.Flow)
	case e.Connection != "":
		return s.find("connection", e.Connection)
	case e.Application != "":
		return s.find("vendor", e.Application)
	}
	return s.find("platform", "platform")
}

// sort puts the worst first: groups by their worst lane, lanes within their kind. A platform to which
// nothing happened has no group, a status page that said nothing no lane.
func (s *laneSet) sort() {
	empty := func(l *lane) bool { return len(l.spans)+len(l.marks) == 0 }
	s.groups = slices.DeleteFunc(s.groups, func(g *laneGroup) bool {
		return g.Lanes[0].Kind == "platform" && empty(g.Lanes[0])
	})
	failing := s.m.look.place("failing")
	for _, g := range s.groups {
		g.Lanes = slices.DeleteFunc(g.Lanes, func(l *lane) bool { return l.Kind == "status" && empty(l) })
		for _, l := range g.Lanes {
			l.failing = l.covered(func(state uint8) bool { return state == failing })
		}
		slices.SortStableFunc(g.Lanes, func(a, b *lane) int {
			return cmp.Or(cmp.Compare(rank(a.Kind), rank(b.Kind)), worse(a, b))
		})
	}
	slices.SortStableFunc(s.groups, func(a, b *laneGroup) int { return worse(a.worst(), b.worst()) })
}

func rank(kind string) int {
	return slices.Index([]string{"vendor", "platform", "status", "connection", "flow", "job"}, kind)
}

// worse orders lanes: still stopped, then stopped for longest, then failing for longest, then the busiest.
func worse(a, b *lane) int {
	return cmp.Or(cmpBool(a.atEnd, b.atEnd), cmp.Compare(b.stopped, a.stopped),
		cmp.Compare(b.failing, a.failing), cmp.Compare(len(b.spans)+len(b.marks), len(a.spans)+len(a.marks)))
}

func (g *laneGroup) worst() *lane { return slices.MinFunc(g.Lanes, worse) }

// trim keeps the worst lanes up to maxLanes (the vendors' always) and says how many it left out.
func trim(groups []*laneGroup) (kept []*laneGroup, left int) {
	var all []*lane
	for _, g := range groups {
		all = append(all, g.Lanes...)
	}
	if len(all) <= maxLanes {
		return groups, 0
	}
	slices.SortStableFunc(all, func(a, b *lane) int {
		return cmp.Or(cmpBool(rank(a.Kind) < 2, rank(b.Kind) < 2), worse(a, b))
	})
	keep := map[*lane]bool{}
	for _, l := range all[:maxLanes] {
		keep[l] = true
	}
	for _, g := range groups {
		some := *g
		some.Lanes = slices.DeleteFunc(slices.Clone(g.Lanes), func(l *lane) bool { return !keep[l] })
		if len(some.Lanes) > 0 {
			kept = append(kept, &some)
		}
	}
	return kept, len(all) - maxLanes
}
