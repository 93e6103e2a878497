package api

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	nearest "github.com/outagedrill/outagedrill/internal/problem"
)

// problem makes an error as RFC 9457 has it. Its type is about:blank (by being absent), so its title is the
// status's.
func problem(status int, detail string, errs ...error) huma.StatusError {
	return huma.NewError(status, detail, errs...)
}

// index finds a thing by its id. An unknown one is a problem that names the nearest known one.
func index(what string, ids []string, id string) (int, error) {
	if i := slices.Index(ids, id); i >= 0 {
		return i, nil
	}
	detail := "there is no " + what + " " + id
	if near := nearest.Nearest(id, ids); near != "" {
		detail += "; did you mean " + near + "?"
	}
	return 0, problem(http.StatusNotFound, detail)
}

// unavailable is what a platform's own error means to a caller.
func unavailable(err error) error {
	var known huma.StatusError
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return problem(http.StatusServiceUnavailable, "the platform did not answer in time")
	default:
		return problem(http.StatusServiceUnavailable, "the platform is not available: "+err.Error())
	}
}
