package standalone

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/outagedrill/outagedrill/fakevendor"
)

// state is all that changes in a World, as JSON.
type state struct {
	Machine json.RawMessage     `json:"machine"`
	Now     fakevendor.Time     `json:"now"`
	Apps    []appState          `json:"applications"`
	Codes   map[string]code     `json:"codes,omitempty"`
	Devices map[string]*device  `json:"devices,omitempty"`
	Given   int                 `json:"given,omitempty"`
	Keys    map[string][]string `json:"keys,omitempty"`
	Judged  []judgedState       `json:"judged,omitempty"`
}

type appState struct {
	Changed int              `json:"changed,omitempty"`
	Lists   map[string]*list `json:"lists,omitempty"`
	Done    []*deed          `json:"done,omitempty"`
}

type judgedState struct {
	Connection  int    `json:"connection"`
	Fingerprint string `json:"fingerprint"`
	State       string `json:"state"`
}

// Save takes out all that changes, the clock's instant included; the journal stays apart.
func (w *World) Save() ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := state{
		Now: w.tell(), Codes: w.grants.codes, Devices: w.grants.devices, Given: w.grants.given, Keys: w.keys,
	}
	var err error
	if s.Machine, err = w.machine.State(); err != nil {
		return nil, err
	}
	for i := range w.apps {
		a := &w.apps[i]
		s.Apps = append(s.Apps, appState{a.changed, a.lists, a.done.all})
	}
	for key, state := range w.judged {
		s.Judged = append(s.Judged, judgedState{key.connection, key.fingerprint, state})
	}
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("state of the vendors: %w", err)
	}
	return data, nil
}

// Restore puts back what Save gave; the Config must be the same. Calls that wait are cut off. After an error
// the world is as it was.
func (w *World) Restore(data []byte) error {
	var s state
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("state of the vendors: %w", err)
	}
	switch {
	case s.Apps == nil || s.Now < w.cfg.Vendor.Start:
		return errNoWorld
	case len(s.Apps) != len(w.apps):
		const what = "the state is of another configuration, with %d for the number of applications (want %d)"
		return fmt.Errorf(what, len(s.Apps), len(w.apps))
	}
	machine, err := fakevendor.Restore(w.cfg.Vendor, s.Machine)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begin(machine, s.Now)
	maps.Copy(w.grants.codes, s.Codes)
	maps.Copy(w.grants.devices, s.Devices)
	w.grants.given = s.Given
	maps.Copy(w.keys, s.Keys)
	for i, from := range s.Apps {
		a := &w.apps[i]
		a.changed = from.Changed
		a.done.put(from.Done)
		for key, l := range from.Lists {
			if l != nil && l.Touched != nil {
				a.lists[key] = l
				w.bytes += len(key)
				for _, t := range l.Touched {
					w.bytes += len(t.Raw)
				}
			}
		}
	}
	for _, j := range s.Judged {
		w.judged[heldKey{j.Connection, j.Fingerprint}] = j.State
	}
	return nil
}
