package journal

import (
	"fmt"
	"strings"
)

// Fold computes a Summary from the entries of one journal. Give it every entry as it comes; a Summary may be
// asked for at any instant. It keeps four bytes an entry, and otherwise what the summary will say.
//
// An entry that names a job, connection or flow that run.started does not name is passed over.
type Fold struct {
	run Run

	jobs        map[string]*jobLane
	jobsOf      map[string][]*jobLane // by application
	connections map[string]*connectionLane
	flows       map[string]*flowLane

	// root[seq-1] is the number, from 1, of the fault that the causes of an entry lead back to, 0 for none.
	root   []int32
	faults []*outage                 // faults[n-1] is what fault number n belongs to, nil if it is no outage
	began  map[int64]int32           // the number of each lasting fault, by the seq of its fault.began
	spoils map[int64]*connectionLane // by the seq of a fault.began that only a re-authorization ends

	outages       []*outage
	latest        map[string]*outage // by application
	order         map[string]int     // of the applications
	notifications int64
	back          Time // when the last thing that the platform stopped worked again
	ranges        *Ranges
	environments  []EnvironmentPlayed
	fleet         []FleetJob
	advice        []Advice
}

// jobLane, connectionLane and flowLane are what is kept of a job, a connection and a flow.
type jobLane struct {
	timeOff
	instance     string
	resources    []string
	stopped      stops
	isOff        bool // by whomever
	disablements []Disablement
}

type connectionLane struct {
	credentials
	stopped stops
	down    bool
	offline []Offline
	flows   []*flowLane
}

type flowLane struct {
	errorsOpen
	stopped  stops
	from, to *connectionLane // nil: not a connection of the run
	every    Seconds
	paused   []Paused
	open     bool  // the last of paused lasts
	frozen   bool  // a run of the flow is frozen by it
	freed    int64 // the flow.resumed of the last of paused, until the flow's next run; 0 = none
}

// NewFold returns a Fold that has seen nothing.
func NewFold() *Fold {
	return &Fold{
		jobs:        map[string]*jobLane{},
		jobsOf:      map[string][]*jobLane{},
		connections: map[string]*connectionLane{},
		flows:       map[string]*flowLane{},
		began:       map[int64]int32{},
		spoils:      map[int64]*connectionLane{},
		latest:      map[string]*outage{},
		order:       map[string]int{},
	}
}

// Add takes the next entry. Entries come in the order of their seq, from 1 and without gaps, each after its
// cause; anything else is a mistake of the caller, and panics.
func (f *Fold) Add(e *Entry) {
	seq := int64(len(f.root)) + 1
	if e.Seq != seq || e.Cause != nil && (*e.Cause < 1 || *e.Cause >= seq) {
		panic(fmt.Sprintf("journal: entry %d, cause %v, where %d is next", e.Seq, e.Cause, seq))
	}
	var root int32
	switch {
	case e.Kind == FaultBegan:
		root = f.addFault(e)
		f.touch(e, +1)
		f.spoil(e)
	case e.Cause != nil:
		root = f.root[*e.Cause-1]
	}
	f.root = append(f.root, root)
	f.apply(e, f.outageOf(root))
}

// outageOf is the outage that fault number n belongs to, nil for none.
func (f *Fold) outageOf(n int32) *outage {
	if n == 0 {
		return nil
	}
	return f.faults[n-1]
}

// apply changes what e changes; o is the outage that led to it, or nil.
func (f *Fold) apply(e *Entry, o *outage) {
	switch e.Kind {
	case RunStarted:
		f.start(e.Run)
	case FaultEnded:
		f.endFault(e)
		f.touch(e, -1)
		f.mend(e)
	case JobDisabled:
		f.disable(e, o)
	case JobEnabled:
		f.enable(e)
	case ConnectionOffline:
		f.goOffline(e, o)
	case ConnectionOnline:
		f.goOnline(e)
	case FlowPaused:
		f.pause(e, o)
	case FlowResumed:
		f.resume(e)
	case FlowStarted, FlowCompleted, FlowFailed:
		f.ran(e)
	case ConnectionTested:
		f.tested(e)
	case ConnectionReauthorized:
		f.reauthorized(e)
	case ErrorOpened, ErrorResolved, OperatorCommand:
		f.changeErrors(e)
	case NotificationDecided:
		f.notifications++
	case NotificationDelivered:
		o.notice(e.At)
	case RangesComputed:
		f.ranges = e.Ranges
	case EnvironmentsPlayed:
		f.environments = e.Environments
	case FleetSolved:
		f.fleet = e.Fleet
	case AdviceGiven:
		f.advice = e.Advice
	default: // no figure depends on it
	}
}

// start takes the names of the run.
func (f *Fold) start(r *Run) {
	f.run = *r
	for i, a := range r.Applications {
		f.order[a.Name] = i
	}
	of := map[string]string{}
	for _, c := range r.Connections {
		f.connections[c.Name] = &connectionLane{}
		of[c.Name] = c.Application
	}
	for _, j := range r.Jobs {
		lane := &jobLane{instance: j.Instance, resources: j.Resources}
		f.jobs[j.Name] = lane
		f.jobsOf[of[j.Instance]] = append(f.jobsOf[of[j.Instance]], lane)
	}
	for _, fl := range r.Flows {
		lane := &flowLane{from: f.connectionOf(fl.From), to: f.connectionOf(fl.To), every: fl.EverySeconds}
		f.flows[fl.Name] = lane
		for _, c := range []*connectionLane{lane.from, lane.to} {
			if c != nil {
				c.flows = append(c.flows, lane)
			}
		}
	}
}

// connectionOf is the lane of the connection of an endpoint, CONNECTION/RESOURCE.
func (f *Fold) connectionOf(endpoint string) *connectionLane {
	name, _, _ := strings.Cut(endpoint, "/")
	return f.connections[name]
}

func (f *Fold) disable(e *Entry, o *outage) {
	lane := f.jobs[e.Job]
	if lane == nil {
		return
	}
	lane.isOff = true
	if e.By != "platform" {
		return
	}
	lane.timeOff.disabled(e.At)
	d := Disablement{At: e.At, Resource: e.Resource, Failures: e.Failures}
	lane.disablements = append(lane.disablements, d)
	lane.stopped.add(o)
	if o != nil {
		o.jobsDisabled++
		o.detect(e.At)
	}
}

func (f *Fold) enable(e *Entry) {
	lane := f.jobs[e.Job]
	if lane == nil {
		return
	}
	lane.isOff = false
	lane.enabled(e.At)
	at := e.At
	for i := len(lane.disablements) - 1; i >= 0 && lane.disablements[i].EnabledAt == nil; i-- {
		lane.disablements[i].EnabledAt = &at
		f.back = at
	}
	lane.stopped.end(at)
}

func (f *Fold) goOffline(e *Entry, o *outage) {
	lane := f.connections[e.Connection]
	if lane == nil {
		return
	}
	if !lane.down {
		lane.down = true
		lane.offline = append(lane.offline, Offline{From: e.At, Cause: e.Class})
	}
	lane.stopped.add(o)
	o.detect(e.At)
}

// goOnline also ends the pause of each flow whose last offline connection this was.
func (f *Fold) goOnline(e *Entry) {
	lane := f.connections[e.Connection]
	if lane == nil || !lane.down {
		return
	}
	lane.down = false
	at := e.At
	f.back = at
	lane.offline[len(lane.offline)-1].To = &at
	lane.stopped.end(at)
	for _, fl := range lane.flows {
		if !fl.from.isDown() && !fl.to.isDown() {
			fl.endPause(at)
		}
	}
}

func (c *connectionLane) isDown() bool { return c != nil && c.down }

func (f *Fold) pause(e *Entry, o *outage) {
	lane := f.flows[e.Flow]
	if lane == nil {
		return
	}
	if !lane.open {
		lane.open, lane.frozen, lane.freed = true, e.State == "frozen", 0
		lane.paused = append(lane.paused, Paused{From: e.At})
	}
	lane.stopped.add(o)
}

func (f *Fold) resume(e *Entry) {
	lane := f.flows[e.Flow]
	if lane == nil {
		return
	}
	lane.endPause(e.At)
	lane.stopped.end(e.At)
	if n := len(lane.paused); n > 0 && lane.paused[n-1].FlowsAgainAt == nil {
		at := e.At
		lane.paused[n-1].FlowsAgainAt = &at
		f.back = at
		if !lane.frozen {
			lane.freed = e.Seq
		}
	}
}

// ran takes the first run of a flow whose pause froze none. Routine runs are not in the journal, so a run
// counts only if it was queued before the pause ended or started within one interval.
func (f *Fold) ran(e *Entry) {
	lane := f.flows[e.Flow]
	if lane == nil || lane.freed == 0 {
		return
	}
	last := &lane.paused[len(lane.paused)-1]
	queued := e.Cause != nil && *e.Cause < lane.freed
	if e.Kind == FlowStarted && (queued || Seconds(e.At.Sub(*last.FlowsAgainAt)) <= lane.every) {
		at := e.At
		last.FlowsAgainAt = &at
	}
	lane.freed = 0
}

func (l *flowLane) endPause(at Time) {
	if l.open {
		l.open = false
		l.paused[len(l.paused)-1].To = &at
	}
}

// stops are the outages that stopped one thing which does not work again yet.
type stops []*outage

func (s *stops) add(o *outage) {
	if o != nil {
		*s = append(*s, o)
		o.waiting++
	}
}

// end says that the thing works again at an instant.
func (s *stops) end(at Time) {
	for _, o := range *s {
		o.waiting--
		o.back = at
	}
	*s = (*s)[:0]
}
