package fakevendor

import (
	"errors"
	"fmt"
	"slices"
)

// AddFault adds a fault at now, which never goes back, and gives its index, which stays. A window that began
// before begins now; To = 0 leaves it open until EndFault. The error says what is wrong with the fault.
func (v *Vendor) AddFault(now Time, f Fault) (int, error) {
	f.From = max(f.From, now)
	if f.To == 0 {
		f.To = never
	}
	if err := v.cfg.validateFault(&f); err != nil {
		return 0, fmt.Errorf("fault: %w", err)
	}
	if f.To <= f.From {
		return 0, errors.New("fault: it would be over before it begins")
	}
	v.tell(now)
	v.cross(&v.apps[f.Application], now)
	i := v.addFault(f)
	v.cross(&v.apps[f.Application], now)
	return i, nil
}

// addFault adds a fault whose window has not begun to the edges that are still to come.
func (v *Vendor) addFault(f Fault) int {
	a := &v.apps[f.Application]
	v.openFault(&f)
	slices.SortStableFunc(a.edges[a.crossed:], compareEdges)
	a.awaitEdge()
	return len(v.faults) - 1
}

// EndFault ends a fault at now, before its window does; one that is over stays so. It is an error when there
// is no such fault.
func (v *Vendor) EndFault(now Time, fault int) error {
	if err := index("fault", fault, len(v.faults)); err != nil {
		return err
	}
	v.tell(now)
	a := &v.apps[v.faults[fault].Application]
	v.cross(a, now)
	if !v.Ended(fault) {
		v.mend(a, fault)
	}
	return nil
}

// Faults gives the number of faults: those of the Config, then those that were added.
func (v *Vendor) Faults() int { return len(v.faults) }

// Fault gives a fault; that it was mended or ended does not show in it, see Ended and Active.
func (v *Vendor) Fault(fault int) Fault { return *v.faults[fault].Fault }

// Active tells whether a fault is in its window, and neither mended nor ended, at the latest instant that the
// vendor was told.
func (v *Vendor) Active(fault int) bool {
	return v.now >= v.faults[fault].From && !v.Ended(fault)
}
