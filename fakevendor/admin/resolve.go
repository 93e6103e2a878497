package admin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/span"
)

// FaultHeader is the header by which one request meets a fault of its own, where the vendor is told to heed
// it. Its value is what ParseFault reads, without application, connection, at and for.
const FaultHeader = "Outagedrill-Fault"

// RequestFault reads a FaultHeader for a call of an application by a connection (-1: none). The fault has no
// window.
func RequestFault(
	value string, cfg *fakevendor.Config, application, connection int,
) (fakevendor.Fault, error) {
	f, err := ParseFault(value)
	if err != nil {
		return fakevendor.Fault{}, fmt.Errorf("%s: %w", FaultHeader, err)
	}
	if f.Application != "" || f.Connection != "" || f.At != "" || f.For != 0 {
		return fakevendor.Fault{}, fmt.Errorf(
			"%s: application, connection, at and for say nothing of one request (want what is wrong with it)",
			FaultHeader)
	}
	f.Application = cfg.Applications[application].Name
	if connection >= 0 {
		f.Connection = cfg.Connections[connection].Name
	}
	out, err := f.Resolve(cfg, time.Time{})
	if err != nil {
		return out, fmt.Errorf("%s: %w", FaultHeader, err)
	}
	out.From, out.To = 0, 0
	return out, nil
}

// belongs says which keys belong to which faults; those that are not here belong to all.
func belongs(kind fakevendor.Kind) (may, must []string) {
	switch kind {
	case fakevendor.Down:
		return []string{"how", "status", "resources", "endpoints", "token_endpoint", "applied"}, nil
	case fakevendor.Maintenance:
		return []string{"resources", "endpoints", "token_endpoint", "applied"}, nil
	case fakevendor.Flapping:
		return []string{"resources", "endpoints", "token_endpoint", "applied"}, []string{"up", "down"}
	case fakevendor.Flaky:
		return []string{"rate", "resources", "endpoints", "token_endpoint", "applied"}, []string{"rate"}
	case fakevendor.Slow:
		return []string{"latency", "how", "resources", "endpoints", "token_endpoint"}, []string{"latency"}
	case fakevendor.RateLimited:
		return []string{"retry_after", "resources", "endpoints", "token_endpoint"}, nil
	case fakevendor.Rejected:
		return []string{"resources", "endpoints"}, nil
	case fakevendor.BadCredentials, fakevendor.TokenRevoked:
		return nil, []string{"connection"}
	case fakevendor.TokenRefresh:
		return []string{"how"}, []string{"connection", "how"}
	}
	return nil, nil
}

// Resolve finds what the names and the times of a fault mean in a world at an instant.
func (f *FaultSpec) Resolve(cfg *fakevendor.Config, now time.Time) (fakevendor.Fault, error) {
	var out fakevendor.Fault
	kind, ok := fakevendor.KindNamed(f.Fault)
	if !ok {
		return out, nearest("fault", f.Fault, fakevendor.KindWords())
	}
	if err := f.fits(kind); err != nil {
		return out, err
	}
	how, ok := fakevendor.HowNamed(f.How)
	if !ok {
		return out, nearest("how", f.How, fakevendor.HowWords())
	}
	out = fakevendor.Fault{
		Kind: kind, How: how, Endpoints: f.Endpoints, OfTokens: f.Tokens, Status: f.Status,
		RetryAfter: f.RetryAfter.Std(), Latency: f.Latency.Std(), Rate: f.Rate,
		Up: f.Up.Std(), Down: f.Down.Std(),
		Applied: f.Applied,
	}
	if err := f.place(cfg, &out); err != nil {
		return out, err
	}
	err := f.window(now, &out)
	return out, err
}

// fits tells whether the keys that are set belong to the fault, and whether those are there that it needs.
func (f *FaultSpec) fits(kind fakevendor.Kind) error {
	may, must := belongs(kind)
	may = slices.Concat([]string{"application", "connection", "at", "for"}, may, must)
	for _, k := range keys() {
		set := k.get(f) != ""
		if set && !slices.Contains(may, k.name) {
			want := problem.List(unique(may), "or")
			return fmt.Errorf("the key %s does not fit %s (want %s)", k.name, f.Fault, want)
		}
		if !set && slices.Contains(must, k.name) {
			return fmt.Errorf("%s without %s (want %s)", f.Fault, k.name, problem.List(must, "and"))
		}
	}
	if f.How != "" {
		if err := nearest(f.Fault+" that is", f.How, hows(kind)); err != nil {
			return err
		}
	}
	if f.Status != 0 && f.How != "" && f.How != "status" {
		return fmt.Errorf("both how and status (want one of them: how %s has no status of its own)", f.How)
	}
	return nil
}

// hows gives the words for how a fault of a kind shows itself.
func hows(kind fakevendor.Kind) []string {
	words := fakevendor.HowWords()
	switch kind { //nolint:exhaustive // the others show themselves in one way
	case fakevendor.TokenRefresh:
		return words[fakevendor.HowDead : fakevendor.HowTransient+1]
	case fakevendor.Slow:
		return words[fakevendor.HowBody:]
	}
	return append(words[:fakevendor.HowEmpty+1], fakevendor.HowResetBody.String())
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// place finds application, connection and resources.
func (f *FaultSpec) place(cfg *fakevendor.Config, out *fakevendor.Fault) (err error) {
	out.Connection = -1
	if f.Connection != "" {
		if out.Connection, err = connection(cfg, f.Connection); err != nil {
			return err
		}
		out.Application = cfg.Connections[out.Connection].Application
	}
	switch own := cfg.Applications[out.Application].Name; {
	case f.Application != "":
		app, err := application(cfg, f.Application)
		if err != nil {
			return err
		}
		if f.Connection != "" && app != out.Application {
			return fmt.Errorf("the connection %s is one of %s, not of %s", f.Connection, own, f.Application)
		}
		out.Application = app
	case f.Connection == "" && len(cfg.Applications) > 1:
		return errors.New("whose fault it is is not said (want application or connection)")
	}
	resources := cfg.Applications[out.Application].Resources
	names := make([]string, len(resources))
	for i := range resources {
		names[i] = resources[i].Name
	}
	for _, name := range f.Resources {
		if err := nearest("resource", name, names); err != nil {
			return err
		}
		out.Resources = append(out.Resources, slices.Index(names, name))
	}
	return nil
}

// window finds when the fault begins and ends; To is 0 where nothing is said of its end.
func (f *FaultSpec) window(now time.Time, out *fakevendor.Fault) error {
	from := now
	if f.At != "" {
		var err error
		if from, err = readInstant(f.At, now); err != nil {
			return fmt.Errorf("at: %w", err)
		}
	}
	if f.For < 0 {
		return errors.New("for: a time below 0 (want 0s or more)")
	}
	out.From = fakevendor.Time(from.UnixNano())
	if f.For > 0 {
		to := from.Add(f.For.Std())
		if to.Year() > lastYear {
			return fmt.Errorf("for: it would end after the year %d", lastYear)
		}
		out.To = fakevendor.Time(to.UnixNano())
	}
	return nil
}

// lastYear is that of hold's clock.
const lastYear = 2200

// readInstant reads +9h, an offset from now, or an instant.
func readInstant(text string, now time.Time) (at time.Time, err error) {
	if offset, ok := strings.CutPrefix(text, "+"); ok {
		d, err := span.Parse(offset)
		if err != nil {
			return at, fmt.Errorf("%q is %w (want %s)", text, err, span.Want)
		}
		at = now.Add(d.Std())
	} else if at, err = time.Parse(time.RFC3339Nano, text); err != nil {
		return at, fmt.Errorf("%q is no instant (want +5m from now, or one as 2026-03-01T09:00:00Z)", text)
	}
	if at.Year() > lastYear || at.Year() < 1900 {
		return at, fmt.Errorf("%q lies outside the years 1900 to %d", text, lastYear)
	}
	return at.UTC(), nil
}

func application(cfg *fakevendor.Config, name string) (int, error) {
	names := make([]string, len(cfg.Applications))
	for i := range names {
		names[i] = cfg.Applications[i].Name
	}
	return slices.Index(names, name), nearest("application", name, names)
}

func connection(cfg *fakevendor.Config, name string) (int, error) {
	names := make([]string, len(cfg.Connections))
	for i := range names {
		names[i] = cfg.Connections[i].Name
	}
	return slices.Index(names, name), nearest("connection", name, names)
}

// specOf writes a fault of a world as a tester would have.
func specOf(cfg *fakevendor.Config, f *fakevendor.Fault) FaultSpec {
	app := &cfg.Applications[f.Application]
	spec := FaultSpec{
		Application: app.Name, Fault: f.Kind.String(), Endpoints: f.Endpoints, Tokens: f.OfTokens,
		Status:     f.Status,
		RetryAfter: span.Span(f.RetryAfter), Latency: span.Span(f.Latency), Rate: f.Rate, Up: span.Span(f.Up),
		Down: span.Span(f.Down), Applied: f.Applied,
	}
	if f.How != fakevendor.HTTPStatus {
		spec.How = f.How.String()
	}
	if f.Connection >= 0 {
		spec.Connection = cfg.Connections[f.Connection].Name
	}
	for _, r := range f.Resources {
		spec.Resources = append(spec.Resources, app.Resources[r].Name)
	}
	return spec
}
