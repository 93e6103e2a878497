package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/outagedrill/outagedrill/engine"
)

// disabledInstance is an element of GET /instances/polling-disabled.
type disabledInstance struct {
	ID   string   `json:"id"`
	Jobs []string `json:"jobs" nullable:"false" doc:"Those that the platform disabled."`
}

// instance is GET /instances/{id}, what the edit-instance page shows, and an element of GET /instances.
type instance struct {
	ID              string   `json:"id"`
	Application     string   `json:"application"`
	Owner           string   `json:"owner" doc:"Who is told when the platform disables a job."`
	Jobs            []string `json:"jobs" nullable:"false"`
	PollingDisabled []notice `json:"polling_disabled" nullable:"false"`
}

// notice is what the edit-instance page says of a disabled job (DIS-09).
type notice struct {
	Job        string `json:"job"`
	Resource   string `json:"resource" doc:"The resource that tripped."`
	DisabledAt string `json:"disabled_at" format:"date-time"`
	Message    string `json:"message"`
}

func (r *Routes) instanceOperations() {
	get(r, "list-disabled-instances", "/instances/polling-disabled",
		"Instances with a job that the platform disabled",
		"As the Open Connectors article names it. A job that a user switched off does not count.",
		(*server).disabledInstances)
	get(r, "list-instances", "/instances", "Connector instances",
		"An instance is a connection, by Open Connectors' word for it.", (*server).instanceList)
	get(r, "get-instance", "/instances/{id}", "One connector instance",
		"With a notice of each polling job that the platform disabled: when, by which resource, and why.",
		(*server).instance, http.StatusNotFound)
}

func (s *server) disabledInstances(ctx context.Context, _ *struct{}) (*plain[[]disabledInstance], error) {
	out := &plain[[]disabledInstance]{Body: []disabledInstance{}}
	err := s.read(ctx, func(v *View) error {
		for _, c := range v.Engine.PollingDisabledInstances() {
			d := disabledInstance{ID: s.ids.conns[c], Jobs: []string{}}
			for _, i := range v.Engine.PollingDisabledJobs() {
				if s.cfg.Jobs[i].Instance == c {
					d.Jobs = append(d.Jobs, s.ids.jobs[i])
				}
			}
			out.Body = append(out.Body, d)
		}
		return nil
	})
	return out, err
}

func (s *server) instanceList(ctx context.Context, q *Paging) (out *listing[instance], err error) {
	err = s.read(ctx, func(v *View) error {
		var list []element[instance]
		for c := range s.ids.conns {
			list = append(list, element[instance]{int64(c), s.instanceView(v, c)})
		}
		out = paged("/instances", *q, false, list)
		return nil
	})
	return out, err
}

func (s *server) instance(ctx context.Context, in *one) (out *plain[instance], err error) {
	c, err := index("instance", s.ids.conns, in.ID)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(v *View) error {
		out = &plain[instance]{s.instanceView(v, c)}
		return nil
	})
	return out, err
}

func (s *server) instanceView(v *View, c int) instance {
	cc := &s.cfg.Connections[c]
	out := instance{
		ID: cc.Name, Application: s.ids.apps[cc.Application], Owner: cc.Owner, Jobs: []string{},
		PollingDisabled: []notice{},
	}
	for i := range s.cfg.Jobs {
		if s.cfg.Jobs[i].Instance == c {
			out.Jobs = append(out.Jobs, s.ids.jobs[i])
		}
	}
	for _, i := range v.Engine.PollingDisabledJobs() {
		if s.cfg.Jobs[i].Instance == c {
			out.PollingDisabled = append(out.PollingDisabled, s.notice(v.Engine, i))
		}
	}
	return out
}

func (s *server) notice(e *engine.Engine, i int) notice {
	v := e.Job(i, nil)
	d := &v.Disabled
	at, resource := rfc3339(d.At), s.tripped(&v)
	return notice{
		Job: v.Name, Resource: resource, DisabledAt: at,
		Message: fmt.Sprintf("Polling job %s was disabled by the platform at %s: resource %s failed "+
			"%d times in a row (threshold %d in %s), the last time because %s.",
			v.Name, at, resource, d.Failures, d.Threshold, d.Environment, describe(d.Last.Class)),
	}
}
