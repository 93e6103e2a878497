package fakevendor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// state is everything in a Vendor that changes, as JSON. Whatever follows from the Config and the
// time alone is not in it.
type state struct {
	Now          Time           `json:"now"`
	Applications []appState     `json:"applications"`
	Connections  []connState    `json:"connections"`
	Added        []Fault        `json:"added,omitempty"` // faults that the Config does not have
	Faults       []faultOutcome `json:"faults"`
	Landed       []landedState  `json:"landed"`
}

type appState struct {
	Calls  uint64       `json:"calls"`
	Limits []limitState `json:"limits,omitempty"`
	Drawn  []drawnState `json:"drawn,omitempty"`
}

type limitState struct {
	Counters []counter    `json:"counters,omitempty"`
	Named    []namedState `json:"named,omitempty"`
	Room     int          `json:"room"`
}

type namedState struct {
	Party   party   `json:"party"`
	Counter counter `json:"counter"`
}

type drawnState struct {
	Key uint64 `json:"key"`
	N   uint64 `json:"n"`
}

type connState struct {
	Wrong     bool         `json:"wrong,omitempty"`
	Refused   []refusal    `json:"refused,omitempty"`
	Presented string       `json:"presented,omitempty"`
	Issued    uint32       `json:"issued,omitempty"`
	Renewed   uint32       `json:"renewed,omitempty"`
	Grants    []grantState `json:"grants,omitempty"` // the latest is the last
}

type grantState struct {
	Access    uint32   `json:"access,omitempty"`
	Refresh   uint32   `json:"refresh,omitempty"`
	ExpiresAt Time     `json:"expires_at,omitempty"`
	Revoked   bool     `json:"revoked,omitempty"`
	Spent     []uint32 `json:"spent,omitempty"`
	Rotated   Time     `json:"rotated,omitempty"`
}

type faultOutcome struct {
	Mended  bool   `json:"mended,omitempty"`
	Ended   Time   `json:"ended,omitempty"`
	Revoked uint32 `json:"revoked,omitempty"`
}

type landedState struct {
	Application int    `json:"application"`
	Resource    int    `json:"resource"`
	Writer      int    `json:"writer"`
	Spans       []span `json:"spans"`
	Doubled     []span `json:"doubled,omitempty"`
}

// State takes everything that changes out, so that Restore can put it back (DIS-16).
func (v *Vendor) State() ([]byte, error) {
	s := state{
		Now:          v.now,
		Applications: make([]appState, len(v.apps)),
		Connections:  make([]connState, len(v.conns)),
		Faults:       make([]faultOutcome, len(v.faults)),
	}
	for i := range v.apps {
		a := &v.apps[i]
		v.cross(a, v.now) // the token revoked is the one in force now: only calls change it
		s.Applications[i] = a.state()
	}
	for i := range v.conns {
		s.Connections[i] = v.conns[i].state()
	}
	for i := range v.faults {
		f := &v.faults[i]
		s.Faults[i] = faultOutcome{f.mended, f.ended, f.revoked}
		if i >= len(v.cfg.Faults) {
			s.Added = append(s.Added, *f.Fault)
		}
	}
	for key, set := range v.stored {
		s.Landed = append(s.Landed, landedState{
			key.app, key.resource, key.writer, set.landed.spans, set.doubled.spans,
		})
	}
	slices.SortFunc(s.Landed, func(x, y landedState) int {
		return cmp.Or(cmp.Compare(x.Application, y.Application), cmp.Compare(x.Resource, y.Resource),
			cmp.Compare(x.Writer, y.Writer))
	})
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("fake vendor state: %w", err)
	}
	return data, nil
}

// Restore makes a Vendor that goes on where State was taken, under the same Config. It is an error
// when the state does not fit the Config.
func Restore(cfg Config, data []byte) (*Vendor, error) {
	v, err := New(cfg)
	if err != nil {
		return nil, err
	}
	var s state
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("fake vendor state: %w", err)
	}
	for i := range s.Added {
		if err := v.cfg.validateFault(&s.Added[i]); err != nil {
			return nil, fmt.Errorf("fake vendor state: added fault %d: %w", i, err)
		}
		v.addFault(s.Added[i])
	}
	if err := v.fits(&s); err != nil {
		return nil, fmt.Errorf("fake vendor state: %w", err)
	}
	v.now = s.Now
	for i := range v.apps {
		v.cross(&v.apps[i], s.Now)
		v.apps[i].restore(&s.Applications[i])
	}
	for i := range v.conns {
		v.conns[i].restore(&s.Connections[i])
	}
	for i, f := range s.Faults {
		v.faults[i].revoked = f.Revoked
		if f.Mended {
			v.mend(&v.apps[v.faults[i].Application], i)
			v.faults[i].ended = f.Ended
		}
	}
	for _, l := range s.Landed {
		into := target{l.Application, l.Resource, l.Writer}
		v.stored[into] = &stored{intervals{l.Spans}, intervals{l.Doubled}}
	}
	return v, nil
}

// fits tells whether a state was taken under a Config like this Vendor's.
func (v *Vendor) fits(s *state) error {
	switch {
	case s.Now < v.cfg.Start:
		return fmt.Errorf("it was taken at %s, before the start", s.Now.Std())
	case len(s.Applications) != len(v.apps), len(s.Connections) != len(v.conns),
		len(s.Faults) != len(v.faults):
		return fmt.Errorf("it has %d applications, %d connections and %d faults (want %d, %d and %d)",
			len(s.Applications), len(s.Connections), len(s.Faults), len(v.apps), len(v.conns), len(v.faults))
	}
	for i := range v.apps {
		got, want := s.Applications[i].Limits, v.apps[i].limits
		if len(got) != len(want) {
			return fmt.Errorf("application %d has %d limits (want %d)", i, len(got), len(want))
		}
		for k := range want {
			if len(got[k].Counters) != len(want[k].counters) || want[k].named == nil && got[k].Named != nil {
				return fmt.Errorf("application %d, limit %d has %d counters (want %d)",
					i, k, len(got[k].Counters), len(want[k].counters))
			}
		}
	}
	for i := range v.conns {
		if len(s.Connections[i].Grants) == 0 {
			return fmt.Errorf("connection %d has no grant", i)
		}
	}
	return nil
}

func (a *application) state() appState {
	s := appState{Calls: a.calls}
	for i := range a.limits {
		l := &a.limits[i]
		ls := limitState{Counters: l.counters, Room: l.room}
		for _, key := range l.parties() {
			ls.Named = append(ls.Named, namedState{key, *l.named[key]})
		}
		s.Limits = append(s.Limits, ls)
	}
	for _, key := range slices.Sorted(maps.Keys(a.drawn)) {
		s.Drawn = append(s.Drawn, drawnState{key, a.drawn[key]})
	}
	return s
}

func (a *application) restore(s *appState) {
	a.calls = s.Calls
	for i := range a.limits {
		l := &a.limits[i]
		l.counters, l.room = s.Limits[i].Counters, s.Limits[i].Room
		for k := range s.Limits[i].Named {
			named := &s.Limits[i].Named[k]
			l.named[named.Party] = &named.Counter
		}
		l.logged = l.countLogged()
	}
	for _, d := range s.Drawn {
		if a.drawn != nil {
			a.drawn[d.Key] = d.N
		}
	}
}

func (c *connection) state() connState {
	s := connState{
		Wrong: c.wrong, Refused: c.refused, Presented: c.presented, Issued: c.issued, Renewed: c.renewed,
	}
	for _, g := range append(slices.Clone(c.earlier), c.grant) {
		s.Grants = append(s.Grants, grantState{
			g.access, g.refresh, g.expiresAt, g.revoked, g.spent, g.rotated,
		})
	}
	return s
}

func (c *connection) restore(s *connState) {
	c.wrong, c.refused, c.presented = s.Wrong, s.Refused, s.Presented
	c.issued, c.renewed = s.Issued, s.Renewed
	c.earlier = nil
	for _, g := range s.Grants {
		c.earlier = append(c.earlier, grant{g.Access, g.Refresh, g.ExpiresAt, g.Revoked, g.Spent, g.Rotated})
	}
	last := len(c.earlier) - 1
	c.grant, c.earlier = c.earlier[last], c.earlier[:last]
	c.judgeSound()
}
