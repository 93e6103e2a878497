// Package api is the platform's REST API: the calls that the Open Connectors article names for polling jobs
// that were disabled, over a running engine.
//
//	GET /instances/polling-disabled   connector instances with a job that the platform disabled (DIS-10)
//	GET /jobs/polling-disabled        those jobs (DIS-11)
//	PUT /jobs/{id}/enable             enables a job (DIS-12)
//	GET /instances/{id}               one connector instance, with what was disabled there and why (DIS-09)
//
// Answers are JSON, lists are never null, instants are RFC 3339 in UTC. Errors are problems of RFC 9457
// (application/problem+json).
package api

import (
	"net/http"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
)

// Platform is a running platform as its API sees it.
type Platform interface {
	// Names are the words behind the engine's indexes. They do not change.
	Names() Names
	// Read calls f while nothing else touches the engine; f must not keep it.
	Read(f func(e *engine.Engine))
	// Enable enables the polling job with this index and tells what came of it: engine.Done,
	// engine.Unchanged for a job that is enabled already, or engine.Refused where the policy wants that
	// to be a conflict.
	Enable(job int) engine.Outcome
}

// Names are the words behind the engine's indexes.
type Names struct {
	Jobs      []string
	Instances []string   // the connections
	Resources [][]string // by connection
}

// Handler serves the API of a platform.
func Handler(p Platform) http.Handler {
	s := &server{platform: p, names: p.Names(), mux: http.NewServeMux()}
	s.mux.HandleFunc("GET /instances/polling-disabled", s.disabledInstances)
	s.mux.HandleFunc("GET /jobs/polling-disabled", s.disabledJobs)
	s.mux.HandleFunc("PUT /jobs/{id}/enable", s.enable)
	s.mux.HandleFunc("GET /instances/{id}", s.instance)
	return s
}

type server struct {
	platform Platform
	names    Names
	mux      *http.ServeMux
}

// ServeHTTP turns what the mux refuses by itself (404, 405) into problems.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	refused := refusal{header: w.Header(), status: http.StatusNotFound}
	h.ServeHTTP(&refused, r)
	detail := "there is nothing at " + r.URL.Path
	if refused.status == http.StatusMethodNotAllowed {
		detail = r.Method + " is not for " + r.URL.Path + " (want " + w.Header().Get("Allow") + ")"
	}
	writeProblem(w, refused.status, detail)
}

// refusal keeps the status and the header of an answer and drops its body.
type refusal struct {
	header http.Header
	status int
}

func (f *refusal) Header() http.Header         { return f.header }
func (f *refusal) WriteHeader(status int)      { f.status = status }
func (f *refusal) Write(b []byte) (int, error) { return len(b), nil }

func (s *server) disabledInstances(w http.ResponseWriter, _ *http.Request) {
	list := []disabledInstance{}
	s.platform.Read(func(e *engine.Engine) {
		for _, c := range e.PollingDisabledInstances() {
			list = append(list, disabledInstance{ID: s.names.Instances[c], Jobs: s.jobsOf(e, c)})
		}
	})
	writeOK(w, list)
}

// jobsOf names the jobs of an instance that the platform disabled.
func (s *server) jobsOf(e *engine.Engine, instance int) []string {
	var jobs []string
	for _, i := range e.PollingDisabledJobs() {
		if e.Job(i, nil).Instance == instance {
			jobs = append(jobs, s.names.Jobs[i])
		}
	}
	return jobs
}

func (s *server) disabledJobs(w http.ResponseWriter, _ *http.Request) {
	list := []disabledJob{}
	s.platform.Read(func(e *engine.Engine) {
		for _, i := range e.PollingDisabledJobs() {
			list = append(list, s.disabledJob(e, i))
		}
	})
	writeOK(w, list)
}

func (s *server) instance(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	c := slices.Index(s.names.Instances, id)
	if c < 0 {
		writeProblem(w, http.StatusNotFound, "there is no instance "+id)
		return
	}
	out := instance{ID: id, PollingDisabled: []notice{}}
	s.platform.Read(func(e *engine.Engine) {
		for _, i := range e.PollingDisabledJobs() {
			if e.Job(i, nil).Instance == c {
				out.PollingDisabled = append(out.PollingDisabled, s.notice(e, i))
			}
		}
	})
	writeOK(w, out)
}

func (s *server) enable(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	i := slices.Index(s.names.Jobs, id)
	if i < 0 {
		writeProblem(w, http.StatusNotFound, "there is no job "+id)
		return
	}
	outcome := s.platform.Enable(i)
	if outcome == engine.Refused {
		writeProblem(w, http.StatusConflict, "job "+id+" is not disabled")
		return
	}
	writeOK(w, enabled{ID: id, State: "enabled", Changed: outcome == engine.Done})
}
