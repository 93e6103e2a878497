package steps

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/gavv/httpexpect/v2"
)

// findings carries requests to the API and words what httpexpect finds wrong with the answers: a mismatch,
// or another error where there was no answer that could be looked at.
type findings struct {
	http.RoundTripper
	asked string // the latest request
	err   error  // the first thing that is wrong
}

// RoundTrip notes what is asked.
func (f *findings) RoundTrip(r *http.Request) (*http.Response, error) {
	f.asked = r.Method + " " + r.URL.RequestURI()
	return f.RoundTripper.RoundTrip(r)
}

// Success is of no interest.
func (f *findings) Success(*httpexpect.AssertionContext) {}

// Failure keeps the first thing that is wrong; what follows it follows from it.
func (f *findings) Failure(ctx *httpexpect.AssertionContext, failure *httpexpect.AssertionFailure) {
	if f.err != nil || failure.Severity != httpexpect.SeverityError {
		return
	}
	if failure.Type == httpexpect.AssertUsage || failure.Type == httpexpect.AssertOperation {
		f.err = fmt.Errorf("%s: %w", f.asked, errors.Join(failure.Errors...))
		return
	}
	what := f.asked
	if member := memberOf(ctx.AliasedPath); member != "" {
		what = member + " of " + what
	}
	want := strings.TrimPrefix(errors.Join(failure.Errors...).Error(), "expected: ")
	if failure.Expected != nil {
		want = "to be " + inWords(failure.Expected.Value)
	}
	seen := "nothing of the kind"
	if failure.Actual != nil {
		seen = inWords(failure.Actual.Value)
	}
	f.err = &mismatch{what + " " + want, seen}
}

var named = regexp.MustCompile(`^(?:Value|HasValue|Path|Header)\("(.+)"\)$|^(Status)\(`)

// memberOf is which part of an answer was looked at, by the calls that led to it; "" for the whole.
func memberOf(calls []string) string {
	var path []string
	for _, call := range calls {
		if m := named.FindStringSubmatch(call); m != nil {
			path = append(path, strings.ToLower(m[1]+m[2]))
		}
	}
	return strings.Join(path, ".")
}

// inWords words what httpexpect compared.
func inWords(v any) string {
	switch v := v.(type) {
	case httpexpect.AssertionList:
		return word([]any(v))
	default:
		return word(v)
	}
}
