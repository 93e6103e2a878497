package journal

import "slices"

// timeOff follows the time for which the platform has a polling job disabled: in all, and of that while no
// fault touched the job, the vendor being well.
type timeOff struct {
	off     bool
	faults  int  // windows that last and touch the job
	since   Time // up to which the sums count
	total   Seconds
	well    Seconds
	enables int // by people
}

// upTo counts the time off up to an instant.
func (t *timeOff) upTo(at Time) {
	if t.off {
		t.total += Seconds(at.Sub(t.since))
		if t.faults == 0 {
			t.well += Seconds(at.Sub(t.since))
		}
	}
	t.since = at
}

func (t *timeOff) disabled(at Time) {
	t.upTo(at)
	t.off = true
}

func (t *timeOff) enabled(at Time) {
	t.upTo(at)
	if t.off {
		t.enables++
	}
	t.off = false
}

// touch notes that a fault's window begins (+1) or ends (-1) with the jobs whose polls it can answer.
func (f *Fold) touch(e *Entry, change int) {
	for _, lane := range f.jobsOf[e.Application] {
		of := e.Connection == "" || e.Connection == lane.instance
		partial := len(e.Resources) > 0 && !slices.ContainsFunc(lane.resources, func(r string) bool {
			return slices.Contains(e.Resources, r)
		})
		if of && !partial {
			lane.upTo(e.At)
			lane.faults += change
		}
	}
}

// credentials follows whether somebody has to re-authorize a connection.
type credentials struct {
	spoilt int  // faults that only a re-authorization ends
	saved  bool // an operator saved some, and no test passed since
	wrong  bool // and the vendor refused them
	saves  int
}

// left is the number of re-authorizations that somebody has still to do.
func (c *credentials) left() int {
	if c.spoilt > 0 || c.wrong {
		return 1
	}
	return 0
}

// spoil notes a fault that lasts until somebody re-authorizes its connection.
func (f *Fold) spoil(e *Entry) {
	lasts := e.Fault == "bad_credentials" || e.Fault == "token_refresh" && e.How == "dead"
	if lane := f.connections[e.Connection]; lane != nil && lasts && e.Until == nil {
		lane.spoilt++
		f.spoils[e.Seq] = lane
	}
}

// mend notes the end of such a fault. One that ends with the run was mended by nobody: its end has its
// beginning for a cause, and not what an operator did.
func (f *Fold) mend(e *Entry) {
	lane := f.spoils[e.Began]
	if lane != nil && e.Cause != nil && *e.Cause != e.Began {
		lane.spoilt--
		delete(f.spoils, e.Began)
	}
}

func (f *Fold) tested(e *Entry) {
	lane := f.connections[e.Connection]
	switch {
	case lane == nil:
	case e.Result == "passed":
		lane.saved, lane.wrong = false, false
	case e.Class == "bad_credentials" && lane.saved:
		lane.wrong = true
	}
}

func (f *Fold) reauthorized(e *Entry) {
	if lane := f.connections[e.Connection]; lane != nil {
		lane.saves++
		lane.saved, lane.wrong = true, false
	}
}

// errorsOpen counts a flow's open errors by class.
type errorsOpen struct {
	intermittent, value int64
	retries             int // commanded by people
}

func (o *errorsOpen) add(class string, n int64) {
	if class == "value" {
		o.value += n
	} else {
		o.intermittent += n
	}
}

// left is the number of retries that somebody has still to do: of value errors, of what auto-resolve will not
// retry, or cannot because its retry data is gone (OUT-09).
func (o *errorsOpen) left(autoResolve bool, unretryable int64) int {
	if o.value > 0 || unretryable > 0 || o.intermittent > 0 && !autoResolve {
		return 1
	}
	return 0
}

// changeErrors takes the entries about a flow's errors.
func (f *Fold) changeErrors(e *Entry) {
	lane := f.flows[e.Flow]
	switch {
	case lane == nil:
	case e.Kind == ErrorOpened:
		lane.add(e.ErrorClass, e.Count)
	case e.Kind == ErrorResolved:
		lane.add(e.ErrorClass, -e.Count)
	case e.Kind == OperatorCommand && e.Command == "retry_errors" && e.Result == "done":
		lane.retries++
	}
}
