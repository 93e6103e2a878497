package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/outagedrill/outagedrill/engine"
)

// disabledJob is an element of GET /jobs/polling-disabled. Environment, threshold and last error are those of
// the disablement.
type disabledJob struct {
	ID           string       `json:"id"`
	Instance     string       `json:"instance"`
	Environment  string       `json:"environment" doc:"Where the platform ran at the disablement."`
	Resource     string       `json:"resource" doc:"The resource that tripped."`
	Failures     int          `json:"failures" doc:"Its consecutive failures."`
	Threshold    int          `json:"threshold"`
	DisabledAt   string       `json:"disabled_at" format:"date-time"`
	FailingSince string       `json:"failing_since" format:"date-time"`
	LastError    lastError    `json:"last_error"`
	Resources    []resource   `json:"resources" nullable:"false"`
	AfterDisable afterDisable `json:"after_disable"`
}

// resource is one resource of a polling job with its own count.
type resource struct {
	Name                string `json:"name"`
	ConsecutiveFailures int    `json:"consecutive_failures"`
	Polls               int64  `json:"polls"`
	FailedPolls         int64  `json:"failed_polls"`
	Delivered           int64  `json:"delivered" doc:"Records."`
}

// lastError is how a poll failed.
type lastError struct {
	Class   string `json:"class" doc:"Such as vendor_down."`
	Status  uint16 `json:"status" doc:"HTTP status; 0 where no answer came."`
	Message string `json:"message"`
}

// afterDisable counts the polls that were in flight at the disablement (DIS-07).
type afterDisable struct {
	Polls       int64 `json:"polls"`
	FailedPolls int64 `json:"failed_polls"`
}

// job is GET /jobs/{id} and an element of GET /jobs.
type job struct {
	ID           string       `json:"id"`
	Instance     string       `json:"instance"`
	State        string       `json:"state" enum:"enabled,disabled"`
	DisabledBy   *string      `json:"disabled_by" doc:"platform or user; null while it is enabled."`
	DisabledAt   *string      `json:"disabled_at" format:"date-time"`
	Every        string       `json:"every" doc:"Interval of its polls, such as 5m."`
	Environment  string       `json:"environment"`
	Threshold    int          `json:"threshold" doc:"Consecutive failures that disable the job."`
	Resources    []resource   `json:"resources" nullable:"false"`
	Disablements disablements `json:"disablements"`
	Revision     int64        `json:"revision" doc:"Grows with each change of state; the ETag, too."`
}

// disablements counts how often a job was disabled, and by whom.
type disablements struct {
	Platform int64 `json:"by_platform"`
	User     int64 `json:"by_user"`
}

// jobChanged is what came of enabling or disabling a job.
type jobChanged struct {
	ID       string `json:"id"`
	State    string `json:"state" enum:"enabled,disabled"`
	Changed  bool   `json:"changed" doc:"False: it was so already."`
	Revision int64  `json:"revision"`
}

type jobQuery struct {
	Paging
	State string `query:"state" enum:"enabled,disabled"`
}

func (r *Routes) jobOperations() {
	named := "As the Open Connectors article names it. "
	get(r, "list-disabled-jobs", "/jobs/polling-disabled", "Jobs that the platform disabled",
		named+"Jobs that a user switched off are not among them.", (*server).disabledJobs)
	get(r, "list-jobs", "/jobs", "Polling jobs", "In the order of the configuration.", (*server).jobList)
	get(r, "get-job", "/jobs/{id}", "One polling job", "", (*server).job, http.StatusNotFound)
	put := []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}
	handle(r, http.MethodPut, "enable-job", "/jobs/{id}/enable", "Enable a polling job",
		named+"It leaves open what becomes of the counts and when the job polls first: "+
			"here the policy says so.",
		jobChange(engine.Enable), put...)
	handle(r, http.MethodPut, "disable-job", "/jobs/{id}/disable", "Disable a polling job",
		"As a user: nobody is told, and the lists of what the platform disabled do not have it.",
		jobChange(engine.Disable), put...)
}

func (s *server) disabledJobs(ctx context.Context, _ *struct{}) (*plain[[]disabledJob], error) {
	out := &plain[[]disabledJob]{Body: []disabledJob{}}
	err := s.read(ctx, func(v *View) error {
		for _, i := range v.Engine.PollingDisabledJobs() {
			out.Body = append(out.Body, s.disabledJob(v.Engine, i))
		}
		return nil
	})
	return out, err
}

func (s *server) disabledJob(e *engine.Engine, i int) disabledJob {
	v := e.Job(i, nil)
	d := &v.Disabled
	return disabledJob{
		ID: v.Name, Instance: s.ids.conns[v.Instance], Environment: d.Environment,
		Resource: s.tripped(&v), Failures: d.Failures, Threshold: d.Threshold,
		DisabledAt: rfc3339(d.At), FailingSince: rfc3339(d.Since),
		LastError: lastError{
			Class: d.Last.Class.String(), Status: d.Last.Status, Message: describe(d.Last.Class),
		},
		Resources:    s.resources(&v),
		AfterDisable: afterDisable{Polls: d.AfterPolls, FailedPolls: d.AfterFailed},
	}
}

func (s *server) resources(v *engine.JobView) []resource {
	list := []resource{}
	for _, r := range v.Resources {
		list = append(list, resource{
			Name: s.resourceName(v.Instance, r.Resource), ConsecutiveFailures: r.ConsecutiveFailures,
			Polls: r.Polls, FailedPolls: r.Failed, Delivered: r.Delivered,
		})
	}
	return list
}

// tripped names the resource that disabled a job.
func (s *server) tripped(v *engine.JobView) string {
	return s.resourceName(v.Instance, v.Resources[v.Disabled.Resource].Resource)
}

func (s *server) jobList(ctx context.Context, q *jobQuery) (out *listing[job], err error) {
	err = s.read(ctx, func(v *View) error {
		var list []element[job]
		for i := range s.ids.jobs {
			if j := s.jobView(v, i); fits(q.State, j.State) {
				list = append(list, element[job]{int64(i), j})
			}
		}
		out = paged("/jobs", q.Paging, false, list, "state", q.State)
		return nil
	})
	return out, err
}

func (s *server) job(ctx context.Context, in *one) (out *tagged[job], err error) {
	i, err := index("job", s.ids.jobs, in.ID)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(v *View) error {
		j := s.jobView(v, i)
		out = &tagged[job]{etag(j.Revision), j}
		return nil
	})
	return out, err
}

func (s *server) jobView(v *View, i int) job {
	jv := v.Engine.Job(i, nil)
	h := &v.History.jobs[i]
	j := job{
		ID: jv.Name, Instance: s.ids.conns[jv.Instance], State: jobState(jv.Enabled),
		Every: span(s.cfg.Jobs[i].Every), Environment: v.Engine.Environment(), Threshold: jv.Threshold,
		Resources: s.resources(&jv), Disablements: disablements{h.byPlatform, h.byUser},
		Revision: h.changes.revision,
	}
	if !jv.Enabled {
		j.DisabledBy, j.DisabledAt = stated(jv.Disabled.By.String()), instant(jv.Disabled.At)
	}
	return j
}

func jobState(enabled bool) string {
	if enabled {
		return "enabled"
	}
	return "disabled"
}

// jobChange enables or disables a job.
func jobChange(
	kind engine.CommandKind,
) func(*server, context.Context, *write) (*tagged[jobChanged], error) {
	return func(s *server, ctx context.Context, in *write) (*tagged[jobChanged], error) {
		i, err := index("job", s.ids.jobs, in.ID)
		if err != nil {
			return nil, err
		}
		var out tagged[jobChanged]
		command := Command{Kind: kind, Job: i, Connection: -1, Flow: -1, After: func(v *View) {
			rev, state := v.History.jobs[i].changes.revision, jobState(v.Engine.JobEnabled(i))
			out = tagged[jobChanged]{etag(rev), jobChanged{ID: in.ID, State: state, Revision: rev}}
		}}
		outcome, err := s.operate(ctx, in, "job", command,
			func(v *View) *changes { return &v.History.jobs[i].changes })
		if err != nil {
			return nil, err
		}
		if outcome == engine.Refused {
			return nil, problem(http.StatusConflict, fmt.Sprintf("job %s is not disabled", in.ID))
		}
		out.Body.Changed = outcome == engine.Done
		return &out, nil
	}
}
