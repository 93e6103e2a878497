package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/internal/front"
	"github.com/outagedrill/outagedrill/internal/span"
)

// Filter says which entries are meant; what is not given matches all.
type Filter struct {
	Vendor     string `query:"vendor" json:"vendor,omitempty"`
	Connection string `query:"connection" json:"connection,omitempty"`
	Endpoint   string `query:"endpoint" json:"endpoint,omitempty"`
	Method     string `query:"method" json:"method,omitempty"`
	Path       string `query:"path" json:"path,omitempty" doc:"The beginning of the path."`
	Outcome    string `query:"outcome" json:"outcome,omitempty" doc:"429, 4xx, conn_reset; none: no answer."`
	Cause      string `query:"cause" json:"cause,omitempty" doc:"What it means: rate_limited, vendor_down …"`
	Rule       string `query:"rule" json:"rule,omitempty" doc:"What decided: served, fault, limit …"`
	Limit      string `query:"limit_name" json:"limit_name,omitempty"`
	Fault      int    `query:"fault" json:"fault,omitempty" minimum:"0" doc:"Its fault, from 1."`
	Credential string `query:"credential" json:"credential,omitempty" doc:"A fingerprint."`
	Client     string `query:"client" json:"client,omitempty" doc:"The caller's address, with its port."`
	Since      string `query:"since" json:"since,omitempty" doc:"From this instant on."`
	Until      string `query:"until" json:"until,omitempty" doc:"Before this instant."`
	Deeds      bool   `query:"deeds" json:"deeds,omitempty" doc:"What the tester did too."`
}

// causes are the words of rule C-01.
func causes() []string {
	var words []string
	for c := dialect.OK; c <= dialect.Rejected; c++ {
		words = append(words, c.String())
	}
	return words
}

// rules are the words for what decides an answer.
func rules() []string {
	words := []string{
		hold.WrongFaultHeader, hold.IdempotentReplay, hold.IdempotencyKeyMismatch, hold.IdempotencyKeyInUse,
	}
	for r := fakevendor.Served; r <= fakevendor.ByLimit; r++ {
		words = append(words, r.String())
	}
	return words
}

// check finds names that nobody has.
func (f *Filter) check(cfg *fakevendor.Config) error {
	if f.Vendor != "" {
		if _, err := application(cfg, f.Vendor); err != nil {
			return err
		}
	}
	if f.Connection != "" {
		if _, err := connection(cfg, f.Connection); err != nil {
			return err
		}
	}
	if f.Cause != "" {
		if err := nearest("cause", f.Cause, causes()); err != nil {
			return err
		}
	}
	if f.Rule != "" {
		if err := nearest("rule", f.Rule, rules()); err != nil {
			return err
		}
	}
	if f.Credential != "" && f.Credential != "none" && !hold.IsFingerprint(f.Credential) {
		return noFingerprint(f.Credential)
	}
	return checkOutcome(f.Outcome)
}

func noFingerprint(text string) error {
	return fmt.Errorf("%q is no fingerprint (want 12 hexadecimal digits, the first of the SHA-256)", text)
}

// checkOutcome refuses what no call ends with.
func checkOutcome(text string) error {
	class, ofClass := strings.CutSuffix(text, "xx")
	status, err := strconv.Atoi(text)
	switch {
	case text == "", text == "none", err == nil && status >= 100 && status <= 599,
		ofClass && len(class) == 1 && class >= "1" && class <= "5":
		return nil
	}
	names := []string{"429", "4xx", "none"}
	for t := dialect.Answered + 1; t <= dialect.CutShort; t++ {
		names = append(names, t.String())
	}
	return nearest("outcome", text, names)
}

// query reads a filter.
func (s *server) query(f *Filter) (*hold.Query, error) {
	if err := f.check(s.world.Config()); err != nil {
		return nil, wrong(err)
	}
	q := &hold.Query{
		Vendor: f.Vendor, Connection: f.Connection, Endpoint: f.Endpoint, Method: strings.ToUpper(f.Method),
		Path: f.Path, Outcome: f.Outcome, Cause: f.Cause, Rule: f.Rule, Limit: f.Limit, Fault: f.Fault,
		Credential: f.Credential, Client: f.Client, Deeds: f.Deeds,
	}
	for _, t := range []struct {
		name, text string
		to         *time.Time
	}{{"since", f.Since, &q.Since}, {"until", f.Until, &q.Until}} {
		if t.text == "" {
			continue
		}
		at, err := readInstant(t.text, s.clock.Now())
		if err != nil {
			return nil, wrong(fmt.Errorf("%s: %w", t.name, err))
		}
		*t.to = at
	}
	return q, nil
}

type (
	listInput struct {
		Filter
		Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many entries at most."`
		After  string `query:"after" pattern:"^[0-9]{1,18}$" doc:"Only entries after this number."`
		Newest bool   `query:"newest" doc:"The latest entries first, of those in memory."`
	}
	entries struct {
		Items []hold.Entry `json:"items" nullable:"false"`
		Last  int64        `json:"last" doc:"The number of the latest entry of the journal."`
		Lost  bool         `json:"lost" doc:"Entries that were asked for were dropped before."`
	}
	waitInput struct {
		Filter
		Count   int    `query:"count" minimum:"1" maximum:"10000" default:"1" doc:"How many to wait for."`
		After   string `query:"after" pattern:"^[0-9]{1,18}$" doc:"Only entries after this number."`
		Timeout string `query:"timeout" default:"30s" maxLength:"20" doc:"How long, of your time."`
	}
	waited struct {
		Met   bool         `json:"met" doc:"There were so many before the time was over."`
		Items []hold.Entry `json:"items" nullable:"false"`
	}
	streamInput struct {
		Filter
		After  string `query:"after" pattern:"^[0-9]{1,18}$" doc:"Only entries after this number."`
		Follow bool   `query:"follow" doc:"Go on with what comes, until you hang up."`
	}
)

// longestWait bounds GET /journal/wait.
const longestWait = 10 * time.Minute

func (r *routes) journalOperations() {
	handle(r, http.MethodGet, "list-journal", "/journal", "The calls, and why each was answered so", "",
		(*server).listJournal)
	handle(r, http.MethodGet, "wait-journal", "/journal/wait", "Wait for calls",
		"Answers as soon as so many entries match, those already there included, or with those that there "+
			"are when the time, 10m at most, is over.", (*server).waitJournal)
	op := front.Operation(http.MethodGet, "stream-journal", "/journal.ndjson",
		"The journal, a line of JSON an entry", "")
	entry := r.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[hold.Entry](), true, "Entry")
	op.Responses = map[string]*huma.Response{"200": {
		Description: "Each line is an entry.",
		Content:     map[string]*huma.MediaType{ndjson: {Schema: entry}},
	}}
	register(r, op, (*server).streamJournal)
	handle(r, http.MethodDelete, "clear-journal", "/journal", "Empty the journal",
		"Vendors and clock stay as they are; numbers go on.",
		func(s *server, _ context.Context, _ *struct{}) (*struct{}, error) { return nil, s.clear() })
	handle(r, http.MethodPost, "verify", "/verify", "Count calls and compare", "", (*server).verify)
}

const ndjson = "application/x-ndjson"

func number(after string) int64 {
	n, _ := strconv.ParseInt(after, 10, 64) // the pattern lets only numbers in; none is 0
	return n
}

func (s *server) listJournal(_ context.Context, in *listInput) (*plain[entries], error) {
	q, err := s.query(&in.Filter)
	if err != nil {
		return nil, err
	}
	after, extent := number(in.After), s.journal.Extent()
	out := entries{Items: []hold.Entry{}, Last: extent.Last, Lost: !in.Newest && extent.Lost(after) > 0}
	if in.Newest {
		out.Items = append(out.Items, s.journal.Latest(q, in.Limit)...)
		return &plain[entries]{out}, nil
	}
	found, err := s.journal.Select(q, after, in.Limit)
	if err != nil {
		return nil, huma.NewError(http.StatusServiceUnavailable, err.Error())
	}
	out.Items = append(out.Items, found...)
	return &plain[entries]{out}, nil
}

func (s *server) waitJournal(ctx context.Context, in *waitInput) (*plain[waited], error) {
	q, err := s.query(&in.Filter)
	if err != nil {
		return nil, err
	}
	long, err := span.Parse(in.Timeout)
	if err != nil || long.Std() > longestWait {
		return nil, wrong(fmt.Errorf("timeout: %q (want a duration of 10m at most, such as 30s)", in.Timeout))
	}
	ctx, cancel := context.WithTimeout(ctx, long.Std())
	defer cancel()
	found, err := s.journal.WaitFor(ctx, q, number(in.After), in.Count)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, huma.NewError(http.StatusServiceUnavailable, err.Error())
	}
	return &plain[waited]{waited{Met: err == nil, Items: append([]hold.Entry{}, found...)}}, nil
}

func (s *server) streamJournal(_ context.Context, in *streamInput) (*huma.StreamResponse, error) {
	q, err := s.query(&in.Filter)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", ndjson)
		to := hc.BodyWriter()
		lines := json.NewEncoder(to)
		flusher, _ := to.(http.Flusher)
		if flusher != nil {
			flusher.Flush() // the caller sees that it is on
		}
		write := func(e *hold.Entry) bool {
			if !q.Matches(e) {
				return true
			}
			if lines.Encode(e) != nil {
				return false // the caller is gone
			}
			if in.Follow && flusher != nil {
				flusher.Flush()
			}
			return true
		}
		if in.Follow {
			_ = s.journal.Follow(hc.Context(), number(in.After), write) // it ends when the caller hangs up
			return
		}
		_ = s.journal.Read(number(in.After), write) // the caller sees that it ends early
	}}, nil
}

func (s *server) clear() error {
	if err := s.journal.Clear(); err != nil {
		return huma.NewError(http.StatusServiceUnavailable, err.Error())
	}
	return nil
}

// verifyBody says what calls are expected.
type verifyBody struct {
	Body struct {
		Match   Filter `json:"match,omitzero" doc:"Which calls; none: all."`
		After   int64  `json:"after,omitempty" minimum:"0" doc:"Only entries after this number."`
		Exactly *int   `json:"exactly,omitempty" minimum:"0"`
		AtLeast *int   `json:"at_least,omitempty" minimum:"0" doc:"1 if nothing is said of the number."`
		AtMost  *int   `json:"at_most,omitempty" minimum:"0"`
	}
}

// verified is what came of it.
type verified struct {
	OK      bool   `json:"ok"`
	Count   int    `json:"count"`
	Message string `json:"message"`
}

func (s *server) verify(_ context.Context, in *verifyBody) (*plain[verified], error) {
	q, err := s.query(&in.Body.Match)
	if err != nil {
		return nil, err
	}
	n, err := s.journal.Count(q, in.Body.After)
	if err != nil {
		return nil, huma.NewError(http.StatusServiceUnavailable, err.Error())
	}
	b := &in.Body
	if b.Exactly == nil && b.AtLeast == nil && b.AtMost == nil {
		b.AtLeast = new(1)
	}
	out := verified{OK: true, Count: n, Message: fmt.Sprintf("%d match", n)}
	for _, bound := range []struct {
		word  string
		value *int
		holds func(n, want int) bool
	}{
		{"exactly", b.Exactly, func(n, want int) bool { return n == want }},
		{"at least", b.AtLeast, func(n, want int) bool { return n >= want }},
		{"at most", b.AtMost, func(n, want int) bool { return n <= want }},
	} {
		if bound.value != nil && !bound.holds(n, *bound.value) {
			out.OK = false
			out.Message += fmt.Sprintf(" (want %s %d)", bound.word, *bound.value)
		}
	}
	if e := s.journal.Extent(); e.Lost(b.After) > 0 {
		out.Message += fmt.Sprintf("; %d entries were dropped before", e.Lost(b.After))
	}
	return &plain[verified]{out}, nil
}
