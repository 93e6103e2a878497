package fakevendor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// state is everything in a Vendor that changes, as JSON. Whatever follows from the Config and the
// time alone is not in it.
type state struct {
	Now          Time           `json:"now"`
	Applications []appState     `json:"applications"`
	Connections  []connState    `json:"connections"`
	Faults       []faultOutcome `json:"faults"`
	Landed       []landedState  `json:"landed"`
}

type appState struct {
	Calls    uint64    `json:"calls"`
	Counters []counter `json:"counters,omitempty"`
}

type connState struct {
	Wrong     bool   `json:"wrong,omitempty"`
	Access    uint32 `json:"access,omitempty"`
	Refresh   uint32 `json:"refresh,omitempty"`
	ExpiresAt Time   `json:"expires_at,omitempty"`
}

type faultOutcome struct {
	Mended  bool   `json:"mended,omitempty"`
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
		s.Applications[i].Calls = a.calls
		if a.limiter != nil {
			s.Applications[i].Counters = a.limiter.counters
		}
	}
	for i := range v.conns {
		c := &v.conns[i]
		s.Connections[i] = connState{c.wrong, c.access, c.refresh, c.expiresAt}
	}
	for i := range v.faults {
		s.Faults[i] = faultOutcome{v.faults[i].mended, v.faults[i].revoked}
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
	if err := v.fits(&s); err != nil {
		return nil, fmt.Errorf("fake vendor state: %w", err)
	}
	v.now = s.Now
	for i := range v.apps {
		a := &v.apps[i]
		v.cross(a, s.Now)
		a.calls = s.Applications[i].Calls
		if a.limiter != nil {
			a.limiter.counters = s.Applications[i].Counters
		}
	}
	for i, c := range s.Connections {
		conn := &v.conns[i]
		conn.wrong, conn.access, conn.refresh, conn.expiresAt = c.Wrong, c.Access, c.Refresh, c.ExpiresAt
	}
	for i, f := range s.Faults {
		v.faults[i].revoked = f.Revoked
		if f.Mended {
			v.mend(&v.apps[v.faults[i].Application], i)
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
		want := 0
		if l := v.apps[i].limiter; l != nil {
			want = len(l.counters)
		}
		if got := len(s.Applications[i].Counters); got != want {
			return fmt.Errorf("application %d has %d counters (want %d)", i, got, want)
		}
	}
	return nil
}
