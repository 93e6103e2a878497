package front

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Same compares in a time that tells nothing of either.
func Same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// local tells whether a Host header names this machine: localhost, or a loopback address, whatever the port.
// A name of somebody else's may lead here all the same, but only a browser that was lured would use it.
func local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// OnLoopback tells whether an address to listen on can be reached from this machine alone.
func OnLoopback(addr string) (bool, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false, errors.New("it is no address (want HOST:PORT)")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback(), nil
}

// Describe is huma's configuration of an API. Of its defaults it leaves out what reflects the Host header
// ($schema in every body) and what loads scripts from elsewhere (/docs).
func Describe(title, version, description string) huma.Config {
	cfg := huma.DefaultConfig(title, version)
	cfg.Info.Description = description
	cfg.CreateHooks, cfg.DocsPath, cfg.SchemasPath, cfg.OpenAPIPath = nil, "", "", ""
	cfg.Transformers = []huma.Transformer{tidy(cfg.Components.Schemas)}
	cfg.RejectUnknownQueryParameters = true
	return cfg
}

// Operation describes a call. Any may be answered with the problems of a body beside those given.
func Operation(method, id, path, summary, description string, problems ...int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Description: description,
		// The body is read whole before (see Front): a deadline would only cut off what takes its time,
		// a clock that is put forward for one.
		BodyReadTimeout: -1,
		Errors: append(problems, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden,
			http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity,
			http.StatusServiceUnavailable),
	}
}

// tidy is huma's last look at every body. To a problem it adds which names were meant, out of it it takes the
// values that were refused, as there may be credentials among them, and it puts the errors in order.
func tidy(schemas huma.Registry) huma.Transformer {
	return func(ctx huma.Context, _ string, body any) (any, error) {
		p, ok := body.(*huma.ErrorModel)
		if !ok {
			return body, nil
		}
		for _, e := range p.Errors {
			if near := meant(ctx.Operation(), schemas, e); near != "" {
				e.Message += fmt.Sprintf("; did you mean %q?", near)
			}
			e.Value = nil
		}
		slices.SortStableFunc(p.Errors, func(a, b *huma.ErrorDetail) int {
			return strings.Compare(a.Location, b.Location)
		})
		return p, nil
	}
}

// Refuse answers a request that does not reach an operation.
func Refuse(w http.ResponseWriter, status int, detail string) {
	body, err := json.Marshal(huma.NewError(status, detail))
	if err != nil {
		panic("front: " + err.Error()) // it is a struct of texts and numbers
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client is gone: nothing is left to do
}
