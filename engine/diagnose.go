package engine

// Symptom is one of the symptoms that the integrator.io article names for a flow that does not process.
type Symptom uint8

// The symptoms of OUT-15, in the article's order.
const (
	CountsStandStill       Symptom = iota // in progress, but success and page counts do not rise
	QueuedWithNothingAhead                // not started on schedule, though nothing runs ahead of it
	ApplicationWideSymptom                // all flows of one application are affected
	ConnectionOfflineShown                // the connection shows as offline
)

// NextStep is what the reader of a diagnosis should do.
type NextStep uint8

// The next steps of OUT-11 and OUT-12.
const (
	NothingToDo NextStep = iota // it processes, or waits its turn
	WaitForSweep
	ReauthorizeConnection
	SubmitTicket
)

// Diagnosis names which symptoms hold for a flow and what to do next.
type Diagnosis struct {
	Symptoms   []Symptom
	Connection int // the offline connection, -1 if none
	StatusPage string
	Next       NextStep
}

// Diagnose looks at a flow as the article does (OUT-15).
func (e *Engine) Diagnose(i int) Diagnosis {
	cf, f := &e.cfg.FlowList[i], &e.st.Flows[i]
	d := Diagnosis{Connection: -1}
	if f.Run == frozen {
		d.Symptoms = append(d.Symptoms, CountsStandStill)
	}
	if len(f.Queued) > 0 && f.Run == noRun && e.nothingAhead(i) {
		d.Symptoms = append(d.Symptoms, QueuedWithNothingAhead)
	}
	for _, end := range []Endpoint{cf.From, cf.To} {
		if !e.st.Conns[end.Connection].Offline || d.Connection >= 0 {
			continue
		}
		d.Connection = end.Connection
		a := e.cfg.Connections[end.Connection].Application
		d.StatusPage = e.cfg.Applications[a].StatusPage
		if e.allPaused(a) {
			d.Symptoms = append(d.Symptoms, ApplicationWideSymptom)
		}
		d.Symptoms = append(d.Symptoms, ConnectionOfflineShown)
		d.Next = e.nextStep(end.Connection)
	}
	return d
}

func (e *Engine) nextStep(c int) NextStep {
	switch cn := &e.st.Conns[c]; {
	case cn.Supported:
		return SubmitTicket
	case cn.Advised:
		return ReauthorizeConnection
	default:
		return WaitForSweep
	}
}

// nothingAhead tells whether no run holds a slot that the flow's queued run waits for.
func (e *Engine) nothingAhead(i int) bool {
	cf := &e.cfg.FlowList[i]
	return e.slotFree(cf.From.Connection) && e.slotFree(cf.To.Connection)
}

func (e *Engine) allPaused(a int) bool {
	for _, c := range e.appConns[a] {
		for _, f := range e.connFlows[c] {
			if e.st.Flows[f].Offline == 0 {
				return false
			}
		}
	}
	return true
}
