package admin

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/outagedrill/outagedrill/internal/front"
)

// document is an answer that is not JSON of ours.
type document struct {
	Type   string `header:"Content-Type"`
	Policy string `header:"Content-Security-Policy"`
	Body   []byte
}

// health is GET /health.
type health struct {
	Status string `json:"status" enum:"ok"`
}

func (r *routes) metaOperations() {
	check := front.Operation(http.MethodGet, "get-health", "/health", "Whether the vendor answers",
		"The one call that needs no token.")
	check.Security = []map[string][]string{{}}
	register(r, check, func(*server, context.Context, *struct{}) (*plain[health], error) {
		return &plain[health]{health{"ok"}}, nil
	})
	metrics := string(expfmt.NewFormat(expfmt.TypeTextPlain))
	serve(r, "get-metrics", "/metrics", "Figures for Prometheus", metrics,
		func(s *server, _ *struct{}) ([]byte, error) { return s.metrics() })
	own := "This document"
	serve(r, "get-openapi-json", "/openapi.json", own, "application/openapi+json",
		func(*server, *struct{}) ([]byte, error) { return r.json() })
	serve(r, "get-openapi-yaml", "/openapi.yaml", own, "application/openapi+yaml",
		func(*server, *struct{}) ([]byte, error) { return r.yaml() })
	serve(r, "get-page", "/", "What is going on, for people", "text/html; charset=utf-8", (*server).page)
	serve(r, "get-style", "/style.css", "How the page looks", "text/css; charset=utf-8",
		func(*server, *struct{}) ([]byte, error) { return []byte(style), nil })
}

// text describes an answer that is not JSON of ours.
func text(mediaType string) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {
		Description: http.StatusText(http.StatusOK),
		Content:     map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
}

// policy lets a page load nothing but its style, and nobody frame it.
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'none'"

// serve registers a call that answers with a text.
func serve[I any](r *routes, id, path, summary, mediaType string, body func(*server, *I) ([]byte, error)) {
	op := front.Operation(http.MethodGet, id, path, summary, "")
	op.Responses = text(mediaType)
	register(r, op, func(s *server, _ context.Context, in *I) (*document, error) {
		text, err := body(s, in)
		return &document{mediaType, policy, text}, err
	})
}

// metrics gathers the figures of one instant.
func (s *server) metrics() ([]byte, error) {
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(collector{s}); err != nil {
		return nil, huma.NewError(http.StatusServiceUnavailable, err.Error())
	}
	families, err := registry.Gather()
	if err != nil {
		return nil, huma.NewError(http.StatusServiceUnavailable, err.Error())
	}
	var b bytes.Buffer
	encoder := expfmt.NewEncoder(&b, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, f := range families {
		if err := encoder.Encode(f); err != nil {
			return nil, huma.NewError(http.StatusServiceUnavailable, err.Error())
		}
	}
	return b.Bytes(), nil
}
