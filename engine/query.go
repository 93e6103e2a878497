package engine

// ApplicationView is one line of the platform's own status page, which lists applications with a link each.
type ApplicationView struct {
	Name       string
	StatusPage string // link to the application's own status page
	Incident   bool   // it shows an open incident
}

// Applications answers for the platform's status page, in file order (OUT-10).
func (e *Engine) Applications() []ApplicationView {
	list := make([]ApplicationView, 0, len(e.cfg.Applications))
	for i := range e.cfg.Applications {
		a := &e.cfg.Applications[i]
		list = append(list, ApplicationView{
			Name: a.Name, StatusPage: a.StatusPage, Incident: e.st.Apps[i].Open,
		})
	}
	return list
}

// ConnectionView is what the platform says of a connection.
type ConnectionView struct {
	Name       string
	Online     bool
	OfflineAt  Time  // while offline
	Class      Class // while offline: why
	StatusPage string
	Fields     []string // required fields of its auth type
}

// Connection answers for one connection, with the link to its application's status page (OUT-10).
func (e *Engine) Connection(c int) ConnectionView {
	cc, cn := &e.cfg.Connections[c], &e.st.Conns[c]
	return ConnectionView{
		Name: cc.Name, Online: !cn.Offline, OfflineAt: cn.OfflineAt, Class: cn.Class,
		StatusPage: e.cfg.Applications[cc.Application].StatusPage, Fields: cc.Fields,
	}
}

// MissingFields names the required fields of a connection that are empty in what an operator filled in
// (OUT-12), in the order of its auth type.
func (e *Engine) MissingFields(c int, filled map[string]string) []string {
	var missing []string
	for _, f := range e.cfg.Connections[c].Fields {
		if filled[f] == "" {
			missing = append(missing, f)
		}
	}
	return missing
}

// ResourceView is one resource of a polling job.
type ResourceView struct {
	Resource            int // of the application
	Polls, Failed       int64
	ConsecutiveFailures int
	LongestStreak       int
	Delivered           int64
	Cursor              int64 // number of the last record delivered
}

// JobView is what the platform says of a polling job: the edit-instance page and the lists of disabled
// jobs are made of it (DIS-09 to DIS-11).
type JobView struct {
	Name      string
	Instance  int
	Enabled   bool
	Threshold int
	Resources []ResourceView
	Disabled  Disabling // zero while enabled
}

// Job answers for one polling job. The Resources are appended to buf, which may be nil.
func (e *Engine) Job(i int, buf []ResourceView) JobView {
	cj, j := &e.cfg.Jobs[i], &e.st.Jobs[i]
	v := JobView{
		Name: cj.Name, Instance: cj.Instance, Enabled: j.Enabled, Threshold: e.Threshold(),
		Disabled: j.Disabled,
	}
	for s := range j.Res {
		r := &j.Res[s]
		buf = append(buf, ResourceView{
			Resource: cj.Resources[s], Polls: r.Polls, Failed: r.Failed, ConsecutiveFailures: r.Streak,
			LongestStreak: r.Longest, Delivered: r.Delivered, Cursor: r.Cursor,
		})
	}
	v.Resources = buf
	return v
}

// PollingDisabledJobs lists the jobs that the platform disabled, in file order: GET
// /jobs/polling-disabled (DIS-11). A job that a user switched off is not among them.
func (e *Engine) PollingDisabledJobs() []int {
	var list []int
	for i := range e.st.Jobs {
		if e.st.Jobs[i].Disabled.By == ByPlatform {
			list = append(list, i)
		}
	}
	return list
}

// PollingDisabledInstances lists the connector instances with a job that the platform disabled, each
// once, in file order: GET /instances/polling-disabled (DIS-10).
func (e *Engine) PollingDisabledInstances() []int {
	listed := make([]bool, len(e.cfg.Connections))
	for _, i := range e.PollingDisabledJobs() {
		listed[e.cfg.Jobs[i].Instance] = true
	}
	var list []int
	for c, yes := range listed {
		if yes {
			list = append(list, c)
		}
	}
	return list
}

// FlowState is what the platform says of a flow.
type FlowState uint8

// The states of a flow. It is paused while a connection is offline, whatever its run's status; a
// resumed flow whose frozen run still waits its turn is in progress.
const (
	Idle FlowState = iota
	Queued
	InProgress
	Paused
)

// OpenErrors is a range of records that could not be written.
type OpenErrors struct {
	First, Last int64
	Class       ErrorClass
	Retryable   bool
}

// FlowView is what the platform says of a flow.
type FlowView struct {
	Name                               string
	State                              FlowState
	Runs, Pages, Delivered             int64
	OpenErrors, Resolved               int64
	Cursor                             int64 // number of the last source record read
	AutoResolve                        bool
	OfflineConnections, WaitingForTurn bool
	RunPages, RunRecords               int64 // read and written by the run that is not over, or the last one
}

// Flow answers for one flow.
func (e *Engine) Flow(i int) FlowView {
	cf, f := &e.cfg.FlowList[i], &e.st.Flows[i]
	v := FlowView{
		Name: cf.Name, State: e.flowState(i), Runs: f.Runs, Pages: f.Pages, Delivered: f.Delivered,
		Resolved: f.Resolved, Cursor: f.Cursor,
		AutoResolve: cf.AutoResolve, OfflineConnections: f.Offline > 0,
		WaitingForTurn: f.Offline == 0 && (f.Run == frozen || f.Run == noRun && len(f.Queued) > 0),
	}
	v.OpenErrors = f.Opened - f.Resolved
	v.RunPages, v.RunRecords = f.RunPages, f.RunWrote
	return v
}

// Errors lists a flow's open errors, oldest first.
func (e *Engine) Errors(i int) []OpenErrors {
	var list []OpenErrors
	for _, o := range e.st.Flows[i].Errors {
		list = append(list, OpenErrors{First: o.First, Last: o.Last, Class: o.Class, Retryable: o.Kept})
	}
	return list
}

func (e *Engine) flowState(i int) FlowState {
	f := &e.st.Flows[i]
	switch {
	case f.Offline > 0:
		return Paused
	case f.Run != noRun:
		return InProgress
	case len(f.Queued) > 0:
		return Queued
	default:
		return Idle
	}
}

// Calls is the number of requests sent so far, refreshes and tests included (C-07).
func (e *Engine) Calls() int64 { return int64(e.st.CallSeq) }

// Environment is the environment in which the platform runs.
func (e *Engine) Environment() string { return e.st.Environment }

// JobEnabled tells whether a polling job is enabled.
func (e *Engine) JobEnabled(i int) bool { return e.st.Jobs[i].Enabled }
