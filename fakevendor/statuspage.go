package fakevendor

import (
	"cmp"
	"slices"
)

// StatusEvent is one change of an application's status page: an incident opened or resolved.
type StatusEvent struct {
	At          Time
	Application int
	Open        bool
	Fault       int // the fault that began the outage, or the one that ended it
}

// outage is a union of windows [from, to) of one application.
type outage struct {
	from, to     Time
	began, ended int // faults
}

// StatusEvents gives everything that the status pages will tell (FIG-02): one incident an outage,
// opened at its start and resolved at its end, both StatusPageLag later, in order of instant and
// application. What would come at the end of the run or after does not.
func (v *Vendor) StatusEvents() []StatusEvent {
	var events []StatusEvent
	tell := func(at Time, app int, open bool, fault int) {
		at = at.plus(v.cfg.Applications[app].StatusPageLag)
		if at < v.cfg.End {
			events = append(events, StatusEvent{at, app, open, fault})
		}
	}
	for app := range v.apps {
		for _, o := range v.outages(app) {
			tell(o.from, app, true, o.began)
			tell(o.to, app, false, o.ended)
		}
	}
	slices.SortStableFunc(events, func(x, y StatusEvent) int {
		return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.Application, y.Application))
	})
	return events
}

// outages joins an application's windows of down, flapping, flaky and maintenance, partial ones
// included and cut short where they were ended; touching windows are one outage, and flapping is one whole
// window.
func (v *Vendor) outages(app int) []outage {
	var windows []outage
	for i := range v.faults {
		f := &v.faults[i]
		from, to := max(f.From, v.cfg.Start), f.To
		if f.mended {
			to = min(to, f.ended)
		}
		if f.Application == app && f.Kind <= Flaky && from < to {
			windows = append(windows, outage{from, to, i, i})
		}
	}
	slices.SortStableFunc(windows, func(x, y outage) int { return cmp.Compare(x.from, y.from) })
	var joined []outage
	for _, w := range windows {
		n := len(joined)
		switch {
		case n == 0 || joined[n-1].to < w.from:
			joined = append(joined, w)
		case joined[n-1].to < w.to:
			joined[n-1].to, joined[n-1].ended = w.to, w.ended
		}
	}
	return joined
}
