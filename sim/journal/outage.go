package journal

import "slices"

// outage is one outage of an application while it is being folded, FIG-02.
type outage struct {
	application string
	order       int // of the application, in the order of run.started
	from        Time
	to          Time // of the last window that ended
	open        int  // windows that have not ended

	detected *Time // FIG-03: the platform's first reaction
	noticed  *Time // FIG-05: the first mail delivered
	waiting  int   // things that it stopped and that do not work again yet
	back     Time  // when the last thing that it stopped worked again; meaningful if stopped
	wasted   int64

	jobsDisabled int
}

// IsOutage tells whether a fault, by its word in timelines and journals, is one that FIG-02 counts.
func IsOutage(fault string) bool {
	return slices.Contains([]string{"down", "flapping", "flaky", "maintenance"}, fault)
}

// addFault takes a fault.began and returns the fault's number. The windows of an application join where they
// overlap or touch; entries come in order of time, so only its latest outage can be meant.
func (f *Fold) addFault(e *Entry) int32 {
	var o *outage
	if IsOutage(e.Fault) {
		o = f.latest[e.Application]
		if o == nil || o.open == 0 && o.to < e.At {
			o = f.newOutage(e)
		}
		o.open++
	}
	f.faults = append(f.faults, o)
	n := int32(len(f.faults))
	f.began[e.Seq] = n
	return n
}

func (f *Fold) newOutage(e *Entry) *outage {
	order, ok := f.order[e.Application]
	if !ok {
		order = len(f.order)
	}
	o := &outage{application: e.Application, order: order, from: e.At, to: e.At, back: e.At}
	f.outages = append(f.outages, o)
	f.latest[e.Application] = o
	return o
}

func (f *Fold) endFault(e *Entry) {
	o := f.outageOf(f.began[e.Began])
	delete(f.began, e.Began)
	if o != nil {
		o.open--
		o.to = e.At
		o.wasted += e.Wasted
	}
}

// detect says that the platform reacted to the outage; nothing for a nil one.
func (o *outage) detect(at Time) {
	if o != nil && o.detected == nil {
		o.detected = &at
	}
}

// notice says that a mail about the outage was delivered; nothing for a nil one.
func (o *outage) notice(at Time) {
	if o != nil && o.noticed == nil {
		o.noticed = &at
	}
}

// summary is the outage as it stands at now: one that lasts ends there, for the time being.
func (o *outage) summary(now Time) Outage {
	to := o.to
	if o.open > 0 {
		to = now
	}
	s := Outage{
		Application:    o.application,
		From:           o.from,
		To:             min(to, now),
		DetectionDelay: o.delay(o.detected),
		FirstNotice:    o.delay(o.noticed),
		WastedCalls:    o.wasted,
		JobsDisabled:   o.jobsDisabled,
	}
	if o.waiting == 0 {
		recovery := max(0, Seconds(o.back.Sub(s.To)))
		s.RecoveryDelay = &recovery
	}
	return s
}

// delay is the time from the outage's start to an instant, nil for nil.
func (o *outage) delay(at *Time) *Seconds {
	if at == nil {
		return nil
	}
	d := Seconds(at.Sub(o.from))
	return &d
}
