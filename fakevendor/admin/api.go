package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/internal/front"
)

// Config is what a Handler needs beside its world.
type Config struct {
	Token   string // that every call but GET /health must have; "": none is needed, on this machine alone
	Version string // of the program
}

// Handler serves the API of a world. The routes are made at the first request: that takes milliseconds, which
// a vendor that nobody asks need not spend when it starts.
func Handler(w World, cfg Config) (http.Handler, error) {
	if w == nil {
		return nil, errors.New("admin: there is no world")
	}
	return &front.Front{
		Mux: sync.OnceValue(func() *http.ServeMux { return newRoutes(cfg.Version).mux }), Of: "vendor",
		Token: cfg.Token, Authorized: authorized,
		Challenge: `Basic realm="outagedrill vendor"`, Large: map[string]int64{"/state": mostState},
		Key: serverKey{}, Value: &server{world: w, clock: w.Clock(), journal: w.Journal()},
	}, nil
}

// OpenAPI is the document of the API, as YAML.
func OpenAPI(version string) ([]byte, error) { return newRoutes(version).yaml() }

// authorized tells whether a request has the token: as a bearer, or as the password of any user, so that a
// browser can ask for it.
func authorized(r *http.Request, token string) bool {
	if _, password, ok := r.BasicAuth(); ok {
		return front.Same(password, token)
	}
	return front.Bearer(r, token)
}

// routes are the calls of the API, apart from any world.
type routes struct {
	version    string
	mux        *http.ServeMux
	api        huma.API
	json, yaml func() ([]byte, error) // the OpenAPI document
}

func newRoutes(version string) *routes {
	r := &routes{version: version, mux: http.NewServeMux()}
	cfg := front.Describe("outagedrill vendor", version,
		"The hold of a tester on a running fake vendor: faults, clock, credentials, journal and verdicts. "+
			"Instants are RFC 3339 in UTC and of the vendor's clock; durations are texts such as 1h30m.")
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "The vendor's token, where it has one."},
		"password": {
			Type: "http", Scheme: "basic", Description: "The same as the password of any user, for browsers.",
		},
	}
	cfg.Security = []map[string][]string{{"token": {}}, {"password": {}}, {}}
	cfg.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[hold.Seconds](), reflect.TypeFor[float64]())
	r.api = humago.New(front.ExactMux{ServeMux: r.mux}, cfg)
	r.yaml = sync.OnceValues(r.api.OpenAPI().YAML)
	r.json = sync.OnceValues(func() ([]byte, error) { return json.Marshal(r.api.OpenAPI()) })
	r.metaOperations()
	r.faultOperations()
	r.clockOperations()
	r.credentialOperations()
	r.journalOperations()
	r.judgeOperations()
	r.stateOperations()
	return r
}

// server carries out the operations on one world. A request's context holds it.
type server struct {
	world   World
	clock   *hold.Clock
	journal *hold.Journal
}

// serverKey is the key of the server in a request's context.
type serverKey struct{}

// plain is an answer without headers of its own.
type plain[T any] struct {
	Body T `nullable:"false"`
}

// handle registers an operation.
func handle[I, O any](r *routes, method, id, path, summary, description string,
	do func(*server, context.Context, *I) (*O, error), problems ...int,
) {
	register(r, front.Operation(method, id, path, summary, description, problems...), do)
}

func register[I, O any](r *routes, op huma.Operation, do func(*server, context.Context, *I) (*O, error)) {
	huma.Register(r.api, op, func(ctx context.Context, in *I) (*O, error) {
		return do(ctx.Value(serverKey{}).(*server), ctx, in)
	})
}

// wrong is a request that cannot be meant.
func wrong(err error) error { return huma.NewError(http.StatusUnprocessableEntity, err.Error()) }

// deed notes in the journal what the tester did.
func (s *server) deed(do, what string) { s.grant(do, what, nil, "") }

func (s *server) grant(do, what string, given *hold.Granted, connection string) {
	s.journal.Append(&hold.Entry{
		At: s.clock.Now(), Connection: connection, Granted: given, Deed: &hold.Deed{Do: do, What: what},
	})
}

// when is an instant, or null for none.
func when(t time.Time) *string {
	if t.IsZero() || t.Year() > lastYear {
		return nil
	}
	return new(t.UTC().Format(time.RFC3339Nano))
}
