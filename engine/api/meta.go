package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/outagedrill/outagedrill/internal/front"
)

// home is GET /.
type home struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Links   []link `json:"links" nullable:"false"`
}

// health is GET /health.
type health struct {
	Status string `json:"status" enum:"ok"`
}

// document is an answer that is not JSON of ours.
type document struct {
	Type string `header:"Content-Type"`
	Body []byte
}

func (r *Routes) metaOperations() {
	get(r, "index", "/", "Where everything is", "", r.home)
	check := front.Operation(http.MethodGet, "get-health", "/health", "Whether the platform answers",
		"The one call that needs no token.")
	check.Security = []map[string][]string{{}}
	register(r, check, (*server).health)
	r.document("get-metrics", "/metrics", "Figures for Prometheus", string(metricsFormat()),
		(*server).metrics)
	fixed := func(body func() ([]byte, error)) func(*server, context.Context) ([]byte, error) {
		return func(*server, context.Context) ([]byte, error) { return body() }
	}
	own := "This document"
	r.document("get-openapi-json", "/openapi.json", own, "application/openapi+json", fixed(r.json))
	r.document("get-openapi-yaml", "/openapi.yaml", own, "application/openapi+yaml", fixed(r.yaml))
}

// document registers a call that answers with a text.
func (r *Routes) document(
	id, path, summary, mediaType string, body func(*server, context.Context) ([]byte, error),
) {
	op := front.Operation(http.MethodGet, id, path, summary, "")
	op.Responses = map[string]*huma.Response{"200": {
		Description: http.StatusText(http.StatusOK),
		Content:     map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	register(r, op, func(s *server, ctx context.Context, _ *struct{}) (*document, error) {
		text, err := body(s, ctx)
		return &document{mediaType, text}, err
	})
}

// home lists the calls that need no id.
func (r *Routes) home(*server, context.Context, *struct{}) (*plain[home], error) {
	out := home{Name: "outagedrill", Version: r.version}
	for _, path := range []string{
		"/instances", "/instances/polling-disabled", "/jobs", "/jobs/polling-disabled", "/connections",
		"/flows", "/applications", "/notifications", "/clock", "/health", "/metrics", "/openapi.json",
		"/openapi.yaml",
	} {
		title := r.api.OpenAPI().Paths[path].Get.Summary
		out.Links = append(out.Links, link{http.MethodGet, path, title})
	}
	return &plain[home]{out}, nil
}

func (s *server) health(ctx context.Context, _ *struct{}) (*plain[health], error) {
	return &plain[health]{health{"ok"}}, s.read(ctx, func(*View) error { return nil })
}

// metricsFormat is the text format of Prometheus.
func metricsFormat() expfmt.Format { return expfmt.NewFormat(expfmt.TypeTextPlain) }

// metrics gathers the figures of one view.
func (s *server) metrics(ctx context.Context) ([]byte, error) {
	registry := prometheus.NewPedanticRegistry()
	c := &collector{ctx: ctx, server: s}
	if err := registry.Register(c); err != nil {
		return nil, unavailable(err)
	}
	families, err := registry.Gather()
	if err := errors.Join(c.err, err); err != nil {
		return nil, unavailable(err)
	}
	var b bytes.Buffer
	encoder := expfmt.NewEncoder(&b, metricsFormat())
	for _, f := range families {
		if err := encoder.Encode(f); err != nil {
			return nil, unavailable(err)
		}
	}
	return b.Bytes(), nil
}
