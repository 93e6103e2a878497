package api

import (
	"context"
	"net/http"

	"github.com/outagedrill/outagedrill/engine"
)

// flow is GET /flows/{id} and an element of GET /flows.
type flow struct {
	ID            string   `json:"id"`
	State         string   `json:"state" enum:"idle,queued,in_progress,paused"`
	From          endpoint `json:"from"`
	To            endpoint `json:"to"`
	Every         string   `json:"every" doc:"Interval of its scheduled starts, such as 15m."`
	AutoResolve   bool     `json:"auto_resolve"`
	Owner         string   `json:"owner" doc:"Gets the error summaries."`
	Runs          int64    `json:"runs"`
	Pages         int64    `json:"pages" doc:"Pages read, by all runs."`
	Delivered     int64    `json:"delivered" doc:"Records."`
	OpenErrors    int64    `json:"open_errors" doc:"Records."`
	Resolved      int64    `json:"resolved_errors" doc:"Records."`
	WaitingForRun bool     `json:"waiting_for_turn" doc:"A run waits for a free slot."`
	Revision      int64    `json:"revision" doc:"Grows with each change of state; the ETag, too."`
}

// endpoint is one side of a flow.
type endpoint struct {
	Connection string `json:"connection"`
	Resource   string `json:"resource"`
}

// flowRun is an element of GET /flows/{id}/runs.
type flowRun struct {
	Number  int64   `json:"number"`
	State   string  `json:"state" enum:"in_progress,completed,failed"`
	Frozen  bool    `json:"frozen" doc:"In progress while its flow is paused: its counts stand still."`
	Started *string `json:"started" format:"date-time" doc:"Null where the start was not recorded."`
	Paused  *string `json:"paused" format:"date-time" doc:"The latest pause."`
	Resumed *string `json:"resumed" format:"date-time" doc:"The latest resumption."`
	Ended   *string `json:"ended" format:"date-time"`
	Pauses  int64   `json:"pauses"`
	Pages   int64   `json:"pages" doc:"Pages read."`
	Records int64   `json:"records" doc:"Records written."`
}

// flowError is an element of GET /flows/{id}/errors.
type flowError struct {
	First     int64  `json:"first" doc:"Number of the first record."`
	Last      int64  `json:"last"`
	Class     string `json:"class" enum:"intermittent,value"`
	Retryable bool   `json:"retryable" doc:"Its retry data is still there."`
}

// flowChanged is what came of a write.
type flowChanged struct {
	ID       string `json:"id"`
	State    string `json:"state" enum:"idle,queued,in_progress,paused"`
	Changed  bool   `json:"changed" doc:"False: there is nothing to retry."`
	Revision int64  `json:"revision"`
}

type flowQuery struct {
	Paging
	State string `query:"state" enum:"idle,queued,in_progress,paused"`
}

type runQuery struct {
	Paging
	ID    string `path:"id"`
	State string `query:"state" enum:"in_progress,completed,failed"`
}

type errorQuery struct {
	Paging
	ID    string `path:"id"`
	Class string `query:"class" enum:"intermittent,value"`
}

func (r *Routes) flowOperations() {
	missing := http.StatusNotFound
	get(r, "list-flows", "/flows", "Flows", "In the order of the configuration.", (*server).flowList)
	get(r, "get-flow", "/flows/{id}", "One flow", "", (*server).flow, missing)
	get(r, "list-runs", "/flows/{id}/runs", "Runs of a flow",
		"The newest first; the platform remembers 1000 of a flow.", (*server).runs, missing)
	get(r, "list-errors", "/flows/{id}/errors", "Open errors of a flow", "By record number.",
		(*server).errors, missing)
	handle(r, http.MethodPost, "retry-errors", "/flows/{id}/errors/retry", "Retry the open errors of a flow",
		"They are written again in the flow's next turn.", (*server).retry, missing,
		http.StatusPreconditionFailed)
	get(r, "diagnose-flow", "/flows/{id}/diagnosis", "Why a flow does not process",
		"Which symptoms of the article hold, and what to do next.", (*server).diagnosis, missing)
}

func (s *server) flowList(ctx context.Context, q *flowQuery) (out *listing[flow], err error) {
	err = s.read(ctx, func(v *View) error {
		var list []element[flow]
		for i := range s.ids.flows {
			if f := s.flowView(v, i); fits(q.State, f.State) {
				list = append(list, element[flow]{int64(i), f})
			}
		}
		out = paged("/flows", q.Paging, false, list, "state", q.State)
		return nil
	})
	return out, err
}

func (s *server) flow(ctx context.Context, in *one) (out *tagged[flow], err error) {
	i, err := index("flow", s.ids.flows, in.ID)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(v *View) error {
		f := s.flowView(v, i)
		out = &tagged[flow]{etag(f.Revision), f}
		return nil
	})
	return out, err
}

func (s *server) flowView(v *View, i int) flow {
	cf, fv := &s.cfg.FlowList[i], v.Engine.Flow(i)
	return flow{
		ID: cf.Name, State: fv.State.String(), From: s.endpoint(cf.From), To: s.endpoint(cf.To),
		Every: span(cf.Every), AutoResolve: cf.AutoResolve, Owner: cf.Owner,
		Runs: fv.Runs, Pages: fv.Pages, Delivered: fv.Delivered,
		OpenErrors: fv.OpenErrors, Resolved: fv.Resolved, WaitingForRun: fv.WaitingForTurn,
		Revision: v.History.flows[i].changes.revision,
	}
}

func (s *server) endpoint(e engine.Endpoint) endpoint {
	return endpoint{s.ids.conns[e.Connection], s.resourceName(e.Connection, e.Resource)}
}

func (s *server) runs(ctx context.Context, q *runQuery) (out *listing[flowRun], err error) {
	i, err := index("flow", s.ids.flows, q.ID)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(v *View) error {
		runs := recent(v.History.flows[i].runs, mostRuns)
		var list []element[flowRun]
		for k := len(runs) - 1; k >= 0; k-- {
			if r := &runs[k]; fits(q.State, r.state.String()) {
				list = append(list, element[flowRun]{r.number, runView(v, i, r)})
			}
		}
		out = paged(below("flows", q.ID, "runs"), q.Paging, true, list, "state", q.State)
		return nil
	})
	return out, err
}

// runView is a run of flow i. What one that is not over has read and written the engine knows.
func runView(v *View, i int, r *run) flowRun {
	out := flowRun{
		Number: r.number, State: r.state.String(), Frozen: r.frozen, Started: instant(r.started),
		Paused: instant(r.paused), Resumed: instant(r.resumed), Ended: instant(r.over), Pauses: r.pauses,
		Pages: r.pages, Records: r.records,
	}
	if r.state == runInProgress {
		f := v.Engine.Flow(i)
		out.Pages, out.Records = f.RunPages, f.RunRecords
	}
	return out
}

func (s *server) errors(ctx context.Context, q *errorQuery) (out *listing[flowError], err error) {
	i, err := index("flow", s.ids.flows, q.ID)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(v *View) error {
		var list []element[flowError]
		for _, o := range v.Engine.Errors(i) {
			if class := o.Class.String(); fits(q.Class, class) {
				item := flowError{o.First, o.Last, class, o.Retryable}
				list = append(list, element[flowError]{o.First, item})
			}
		}
		out = paged(below("flows", q.ID, "errors"), q.Paging, false, list, "class", q.Class)
		return nil
	})
	return out, err
}

func (s *server) retry(ctx context.Context, in *write) (*tagged[flowChanged], error) {
	i, err := index("flow", s.ids.flows, in.ID)
	if err != nil {
		return nil, err
	}
	var out tagged[flowChanged]
	command := Command{Kind: engine.RetryErrors, Job: -1, Connection: -1, Flow: i, After: func(v *View) {
		f := s.flowView(v, i)
		changed := flowChanged{ID: in.ID, State: f.State, Revision: f.Revision}
		out = tagged[flowChanged]{etag(f.Revision), changed}
	}}
	outcome, err := s.operate(ctx, in, "flow", command,
		func(v *View) *changes { return &v.History.flows[i].changes })
	if err != nil {
		return nil, err
	}
	out.Body.Changed = outcome == engine.Done
	return &out, nil
}
