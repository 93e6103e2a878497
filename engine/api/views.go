package api

import (
	"fmt"
	"time"

	"github.com/outagedrill/outagedrill/engine"
)

// disabledInstance is an element of GET /instances/polling-disabled.
type disabledInstance struct {
	ID   string   `json:"id"`
	Jobs []string `json:"jobs"`
}

// disabledJob is an element of GET /jobs/polling-disabled. Environment, threshold and last error are those
// of the disablement.
type disabledJob struct {
	ID           string       `json:"id"`
	Instance     string       `json:"instance"`
	Environment  string       `json:"environment"`
	Resource     string       `json:"resource"` // that tripped
	Failures     int          `json:"failures"`
	Threshold    int          `json:"threshold"`
	DisabledAt   string       `json:"disabled_at"`
	FailingSince string       `json:"failing_since"`
	LastError    lastError    `json:"last_error"`
	Resources    []resource   `json:"resources"`
	AfterDisable afterDisable `json:"after_disable"`
}

// resource is one resource of a polling job with its own count.
type resource struct {
	Name                string `json:"name"`
	ConsecutiveFailures int    `json:"consecutive_failures"`
	Polls               int64  `json:"polls"`
	FailedPolls         int64  `json:"failed_polls"`
}

// lastError is how a poll failed. Status is 0 where no HTTP answer came.
type lastError struct {
	Class   string `json:"class"`
	Status  uint16 `json:"status"`
	Message string `json:"message"`
}

// afterDisable counts the polls that were in flight at the disablement (DIS-07).
type afterDisable struct {
	Polls       int64 `json:"polls"`
	FailedPolls int64 `json:"failed_polls"`
}

// instance is GET /instances/{id}.
type instance struct {
	ID              string   `json:"id"`
	PollingDisabled []notice `json:"polling_disabled"`
}

// notice is what the edit-instance page says of a disabled job.
type notice struct {
	Job        string `json:"job"`
	Resource   string `json:"resource"`
	DisabledAt string `json:"disabled_at"`
	Message    string `json:"message"`
}

// enabled is the answer to PUT /jobs/{id}/enable.
type enabled struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Changed bool   `json:"changed"` // false: it was enabled already
}

func (s *server) disabledJob(e *engine.Engine, i int) disabledJob {
	v := e.Job(i, nil)
	d := &v.Disabled
	out := disabledJob{
		ID: v.Name, Instance: s.names.Instances[v.Instance], Environment: d.Environment,
		Resource: s.tripped(&v), Failures: d.Failures, Threshold: d.Threshold,
		DisabledAt: rfc3339(d.At), FailingSince: rfc3339(d.Since),
		LastError: lastError{
			Class: d.Last.Class.String(), Status: d.Last.Status, Message: describe(d.Last.Class),
		},
		AfterDisable: afterDisable{Polls: d.AfterPolls, FailedPolls: d.AfterFailed},
	}
	for _, r := range v.Resources {
		out.Resources = append(out.Resources, resource{
			Name: s.names.Resources[v.Instance][r.Resource], ConsecutiveFailures: r.ConsecutiveFailures,
			Polls: r.Polls, FailedPolls: r.Failed,
		})
	}
	return out
}

// notice says that a job was disabled, when, by which resource and why (DIS-09).
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

// tripped names the resource that disabled a job.
func (s *server) tripped(v *engine.JobView) string {
	return s.names.Resources[v.Instance][v.Resources[v.Disabled.Resource].Resource]
}

// describe says in plain words how a call ended.
func describe(class engine.Class) string {
	switch class {
	case engine.RateLimited:
		return "the application's API limit was reached"
	case engine.BadCredentials:
		return "the credentials were refused"
	case engine.TokenRefreshFailed:
		return "the access token could not be refreshed"
	case engine.VendorDown:
		return "the application did not respond"
	case engine.Rejected:
		return "the request was rejected"
	default:
		return "of no failure"
	}
}

func rfc3339(t engine.Time) string { return time.Unix(0, int64(t)).UTC().Format(time.RFC3339Nano) }
