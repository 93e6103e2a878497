// Package api is the platform's REST API over a running engine: the calls that the Open Connectors article
// names for polling jobs that were disabled, and beside them the whole platform.
//
//	GET /instances/polling-disabled   connector instances with a job that the platform disabled (DIS-10)
//	GET /jobs/polling-disabled        those jobs (DIS-11)
//	PUT /jobs/{id}/enable             enables a job (DIS-12)
//
// Its OpenAPI document, which it serves, tells the rest. Answers are JSON, lists are never null, instants are
// RFC 3339 in UTC, durations are texts such as 5m or 1h30m. Errors are problems of RFC 9457.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/internal/front"
)

// Config is what a Handler needs beside its platform.
type Config struct {
	Token   string // that every call but GET /health must have; "": none is needed, on this machine alone
	Version string // of the program
}

// Handler serves the API of a platform. Its http.Server should have a ReadTimeout: a body that does not come
// in time is answered with 408 then.
func Handler(p Platform, cfg Config) (http.Handler, error) {
	return NewRoutes(cfg.Version).Handler(p, cfg)
}

// OpenAPI is the document of the API, as YAML. It is for the test that shows how the document changes; a
// platform serves its own.
func OpenAPI(cfg Config) ([]byte, error) { return NewRoutes(cfg.Version).yaml() }

// Routes are the calls of the API, apart from any platform. To make them takes milliseconds; they do not
// change and may be shared.
type Routes struct {
	version    string
	mux        *http.ServeMux
	api        huma.API
	json, yaml func() ([]byte, error) // the OpenAPI document
}

// NewRoutes makes the routes of a version of the program.
func NewRoutes(version string) *Routes {
	r := &Routes{version: version, mux: http.NewServeMux()}
	r.api = humago.New(front.ExactMux{ServeMux: r.mux}, describedAs(version))
	r.yaml = sync.OnceValues(r.api.OpenAPI().YAML)
	r.json = sync.OnceValues(func() ([]byte, error) { return json.Marshal(r.api.OpenAPI()) })
	r.metaOperations()
	r.instanceOperations()
	r.jobOperations()
	r.connectionOperations()
	r.flowOperations()
	r.applicationOperations()
	r.clockOperations()
	return r
}

// Handler serves a platform. Without a token everybody may come in who asks for it by a name of this machine.
// The Version is that of the routes.
func (r *Routes) Handler(p Platform, cfg Config) (http.Handler, error) {
	if p == nil {
		return nil, errors.New("api: there is no platform")
	}
	runs := p.Config()
	s := &server{platform: p, cfg: runs}
	for i := range runs.Jobs {
		s.ids.jobs = append(s.ids.jobs, runs.Jobs[i].Name)
	}
	for i := range runs.Connections {
		s.ids.conns = append(s.ids.conns, runs.Connections[i].Name)
	}
	for i := range runs.FlowList {
		s.ids.flows = append(s.ids.flows, runs.FlowList[i].Name)
	}
	for i := range runs.Applications {
		s.ids.apps = append(s.ids.apps, runs.Applications[i].Name)
	}
	return &front.Front{
		Mux: func() *http.ServeMux { return r.mux }, Of: "platform",
		Token: cfg.Token, Authorized: authorized, Challenge: challenge,
		Key: serverKey{}, Value: s,
	}, nil
}

// server carries out the operations on one platform. A request's context holds it.
type server struct {
	platform Platform
	cfg      *engine.Config
	ids      ids
}

// serverKey is the key of the server in a request's context.
type serverKey struct{}

// ids are the names of things by their index.
type ids struct{ jobs, conns, flows, apps []string }

// describedAs is huma's configuration.
func describedAs(version string) huma.Config {
	cfg := front.Describe("outagedrill platform", version,
		"A platform that behaves as SAP Open Connectors and Celigo integrator.io "+
			"document it when a vendor fails. Instants are RFC 3339 in UTC; durations are texts such as "+
			"5m or 1h30m.")
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "The platform's token, where it has one."},
		"openConnectors": {
			Type: "apiKey", In: "header", Name: "Authorization",
			Description: "The header of Open Connectors: User TOKEN, Organization SECRET and, " +
				"if there is one, Element TOKEN.",
		},
	}
	cfg.Security = []map[string][]string{{"token": {}}, {"openConnectors": {}}, {}}
	return cfg
}

// The inputs and answers that operations share.
type (
	// one asks for one thing.
	one struct {
		ID string `path:"id"`
	}
	// write changes one thing.
	write struct {
		ID      string `path:"id"`
		IfMatch string `header:"If-Match" doc:"Refuses the write unless the thing has this ETag; * is any."`
	}
	plain[T any] struct {
		Body T `nullable:"false"`
	}
	tagged[T any] struct {
		ETag string `header:"ETag" doc:"The revision, for If-Match."`
		Body T
	}
)

// get registers an operation that reads. Any call may be answered with these problems beside those given.
func get[I, O any](r *Routes, id, path, summary, description string,
	do func(*server, context.Context, *I) (*O, error), problems ...int,
) {
	handle(r, http.MethodGet, id, path, summary, description, do, problems...)
}

// handle registers an operation.
func handle[I, O any](r *Routes, method, id, path, summary, description string,
	do func(*server, context.Context, *I) (*O, error), problems ...int,
) {
	register(r, front.Operation(method, id, path, summary, description, problems...), do)
}

func register[I, O any](r *Routes, op huma.Operation, do func(*server, context.Context, *I) (*O, error)) {
	huma.Register(r.api, op, func(ctx context.Context, in *I) (*O, error) {
		return do(ctx.Value(serverKey{}).(*server), ctx, in)
	})
}

// read looks at the platform between two steps.
func (s *server) read(ctx context.Context, f func(v *View) error) error {
	var inner error
	if err := s.platform.Read(ctx, func(v *View) { inner = f(v) }); err != nil {
		return unavailable(err)
	}
	return inner
}

// operate carries out a command if the thing still is as the caller saw it. What the answer says of the thing
// is for the command's After to look up: a Read after it would see what others did since.
func (s *server) operate(
	ctx context.Context, in *write, what string, c Command, of func(v *View) *changes,
) (engine.Outcome, error) {
	cond, err := readCondition(in.IfMatch)
	if err != nil {
		return engine.NoOutcome, err
	}
	if !cond.any {
		c.Guard = func(v *View) error { return cond.check(what+" "+in.ID, of(v)) }
	}
	outcome, err := s.platform.Operate(ctx, &c)
	return outcome, unavailable(err)
}

func (s *server) resourceName(conn, resource int) string {
	return s.cfg.Applications[s.cfg.Connections[conn].Application].Resources[resource]
}
