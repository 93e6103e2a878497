package hold

import (
	"fmt"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/span"
)

// Terms are what a judge holds clients to. What is not set has its default (DefaultTerms).
type Terms struct {
	Rules []string `json:"rules,omitempty" doc:"Names of the rules that are judged; none: all."`
	// By says who is one client: its connection, its credential, its address, or all callers of a vendor.
	// A wait concerns those whom the limit counts that refused, where the journal tells which that is.
	By      string     `json:"by,omitempty" enum:"connection,credential,client,vendor" doc:"Who is a client."`
	Slack   span.Span  `json:"slack,omitempty" doc:"By how much a call may come too early."`
	AtOnce  int        `json:"at_once,omitempty" minimum:"0" doc:"Calls in flight at once; 0: not judged."`
	Retry   RetryTerms `json:"retry,omitzero"`
	Hammer  RateTerms  `json:"hammer,omitzero"`
	Refresh span.Span  `json:"refresh,omitempty" doc:"How soon after a refresh another one is needless."`
	Quiet   []Quiet    `json:"quiet,omitempty" doc:"Times in which no call is expected."`
	// Tolerate says how many findings of a rule are let pass; they are told all the same.
	Tolerate map[string]int `json:"tolerate,omitempty" doc:"By rule: how many findings are let pass."`
	After    int64          `json:"after,omitempty" minimum:"0" doc:"Only later entries are judged."`
}

// RetryTerms say when retries are too eager: so many failed attempts of one request within a time, the later
// half of whose waits is not Growth times as long as the earlier one.
type RetryTerms struct {
	Attempts int       `json:"attempts,omitempty" minimum:"0" doc:"Failed attempts in a row."`
	Within   span.Span `json:"within,omitempty" doc:"The time in which they come."`
	Growth   float64   `json:"growth,omitempty" minimum:"0" doc:"By how much later waits must be longer."`
}

// RateTerms are a rate: more than so many calls in a time.
type RateTerms struct {
	Calls int       `json:"calls,omitempty" minimum:"0"`
	Per   span.Span `json:"per,omitempty"`
}

// Quiet is a time in which the tester expects no call: while a flow is paused, a job disabled. An empty field
// means any; a zero instant has no end. While the clock stands still all calls are of one instant: entries
// tell them apart.
type Quiet struct {
	From        time.Time `json:"from,omitzero"`
	Until       time.Time `json:"until,omitzero"`
	AfterEntry  int64     `json:"after_entry,omitempty" minimum:"0" doc:"Only later entries of the journal."`
	BeforeEntry int64     `json:"before_entry,omitempty" minimum:"0" doc:"Only earlier ones; 0: any."`

	Vendor     string `json:"vendor,omitempty"`
	Connection string `json:"connection,omitempty"`
	Endpoint   string `json:"endpoint,omitempty"`
	Why        string `json:"why,omitempty" maxLength:"200" doc:"In words: the flow orders is paused."`
}

// parties are what Terms.By may be.
func parties() []string { return []string{"connection", "credential", "client", "vendor"} }

// DefaultTerms are the terms that hold where nothing is said.
func DefaultTerms() Terms { return Terms{}.filled() }

// filled are the terms with the defaults for what is not set.
func (t Terms) filled() Terms {
	set(&t.By, "connection")
	set(&t.Retry.Attempts, 5)
	set(&t.Retry.Within, span.Span(5*time.Second))
	set(&t.Retry.Growth, 1.5)
	set(&t.Hammer.Calls, 60)
	set(&t.Hammer.Per, span.Span(time.Minute))
	set(&t.Refresh, span.Span(10*time.Second))
	return t
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Check tells what is wrong with the terms.
func (t *Terms) Check() error {
	var names []string
	for _, r := range Rules() {
		names = append(names, r.Name)
	}
	for _, name := range t.Rules {
		if err := known("rule", name, names); err != nil {
			return err
		}
	}
	for name, n := range t.Tolerate {
		if err := known("rule", name, names); err != nil {
			return err
		}
		if n < 0 {
			return fmt.Errorf("tolerate %d findings of %s (want 0 or more)", n, name)
		}
	}
	if t.By != "" {
		if err := known("party", t.By, parties()); err != nil {
			return err
		}
	}
	for i := range t.Quiet {
		q := &t.Quiet[i]
		switch {
		case q.AfterEntry < 0, q.BeforeEntry < 0, q.BeforeEntry > 0 && q.BeforeEntry <= q.AfterEntry:
			return fmt.Errorf("quiet time %d is after entry %d and before entry %d (want 0 ≤ after < before)",
				i+1, q.AfterEntry, q.BeforeEntry)
		case !q.Until.IsZero() && !q.Until.After(q.From):
			return fmt.Errorf("quiet time %d ends before it begins (want until after from)", i+1)
		}
	}
	switch {
	case t.AtOnce < 0, t.Retry.Attempts < 0, t.Hammer.Calls < 0, !(t.Retry.Growth >= 0), t.After < 0:
		return fmt.Errorf("a number below 0 (want 0 or more)")
	case t.Slack < 0, t.Retry.Within < 0, t.Hammer.Per < 0, t.Refresh < 0:
		return fmt.Errorf("a time below 0 (want 0s or more)")
	case t.Retry.Attempts > 0 && t.Retry.Attempts < 3:
		const want = "3 or more, which have two waits to compare"
		return fmt.Errorf("retry: %d attempts (want %s)", t.Retry.Attempts, want)
	}
	return nil
}

func known(what, name string, names []string) error {
	if slices.Contains(names, name) {
		return nil
	}
	return problem.Errors{{
		What: fmt.Sprintf("there is no %s %q", what, name), Want: problem.List(names, "or"),
		Near: problem.Nearest(name, names),
	}}
}
