package check_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Whatever the vendors and the operators do, under whatever policy, nothing that must never happen does.
func TestRandomTimelinesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawTimeline(t)
		tl, err := timeline.Parse("random.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		opt := sim.Options{Flows: load(t, "celigo-integrator"), PollingJobs: load(t, "sap-open-connectors")}
		vary(t, opt.Flows, opt.PollingJobs)
		var failed []string
		_, err = sim.Run(context.Background(), tl, opt, func(en *journal.Entry) error {
			if en.Kind == journal.CheckFailed && len(failed) < 5 {
				failed = append(failed, fmt.Sprint(en.At, " ", en.Rule, ": ", en.Message))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(failed) > 0 {
			t.Fatalf("%s\n%+v\n%+v\n%s", strings.Join(failed, "\n"),
				opt.Flows.Flows, opt.PollingJobs.PollingJobs, text)
		}
	})
}

func load(t *rapid.T, name string) *policy.Policy {
	p, err := policy.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// vary draws a policy: the default in half of all runs, else some of the alternatives.
func vary(t *rapid.T, flows, jobs *policy.Policy) {
	if rapid.Bool().Draw(t, "default policy") {
		return
	}
	f, p := &flows.Flows, &jobs.PollingJobs
	is := func(what string) bool { return rapid.Bool().Draw(t, what) }
	if is("parallel") {
		p.Poll = policy.Parallel
	}
	p.TokenFallback, f.TokenFallback = is("fallback"), is("flows fall back")
	p.StopTickOnFailure, p.HonourRetryAfter = is("stop on failure"), is("honour Retry-After")
	p.Counts.RateLimited, p.Counts.Rejected = is("count limits"), is("count rejections")
	p.Reset = rapid.SampledFrom([]policy.ResetScope{policy.ResetResource, policy.ResetNever}).Draw(t, "reset")
	p.ResetOnEmpty, p.EnableKeepsCounts = is("reset on empty"), is("keep counts")
	p.Trips = rapid.SampledFrom([]policy.TripRule{policy.TripAny, policy.TripAll, policy.TripSum}).Draw(t, "trips")
	if is("after") {
		p.Boundary = policy.BoundaryAfter
	}
	if is("next tick") {
		p.EnableFirstPoll = policy.FirstPollAtTick
	}
	if is("change at once") {
		p.EnvironmentChange = policy.ChangeAtOnce
	}
	p.ReauthorizeEnables = is("re-authorizing enables")
	f.InTurn, f.SweepRateLimitedPasses = is("in turn"), is("limits pass")
	f.BadCredentialsAtOnce = is("bad credentials at once")
	f.FlowsAtOnce = rapid.IntRange(1, 2).Draw(t, "flows at once")
	f.QueueWhilePaused = rapid.SampledFrom([]policy.QueueRule{policy.QueueOne, policy.QueueEvery, policy.QueueNone}).
		Draw(t, "queue")
}

// drawTimeline writes a timeline of some hours: two applications, three connections, flows and jobs that
// share them, and trouble of every kind at round instants, so that much falls on the same ones.
func drawTimeline(t *rapid.T) string {
	var b strings.Builder
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("outagedrill: 1\nname: random\nstart: 2024-03-04T00:00:00Z\nduration: 3h30m")
	line("environment: %s\nseed: %d", pick("four", "snapshot"), rapid.IntRange(1, 99).Draw(t, "seed"))
	line("environments: {two: {threshold: 2}, four: {threshold: 4}}\napplications:")
	for _, a := range []string{"acme", "wms"} {
		line("  %s: {latency: %s, records: {orders: %s, items: 1/h}, token_lifetime: %s%s}", a,
			pick("0s", "0s", "700ms", "40s", "{median: 300ms, p99: 8s}"), pick("1/m", "150/m"),
			pick("10m", "1h"), pick("", "", ", rate_limit: {requests: 20, per: 10m}", ", page_size: 20", ", page_size: 7, retention: 20m",
				", page_size: 9, rate_limit: {concurrency: 2}"))
	}
	auth := []string{pick("oauth2", "none"), pick("oauth2", "basic"), "oauth2"}
	line("connections:\n  a1: {application: acme, auth: %s}\n  a2: {application: acme, auth: %s}", auth[0], auth[1])
	line("  w1: {application: wms, auth: oauth2, owner: wms@example.com}\nflows:")
	for i := range rapid.IntRange(1, 3).Draw(t, "flows") {
		line("  f%d: {from: %s/orders, to: %s/items, every: %s, auto_resolve: %s, parallel_pages: %s}", i,
			pick("a1", "a2"), pick("w1", "w1", "a1"), pick("5m", "7m", "20m"), pick("true", "false"),
			pick("1", "3", "5"))
	}
	line("polling_jobs:")
	for i := range rapid.IntRange(1, 4).Draw(t, "jobs") {
		line("  j%d: {instance: %s, resources: %s, every: %s, phase: %s}", i, pick("a1", "a2", "w1"),
			pick("[orders]", "[items, orders]", "[orders, items]"), pick("1m", "1m", "5m"), pick("0s", "0s", "30s"))
	}
	line("events:")
	for range rapid.IntRange(1, 9).Draw(t, "events") {
		b.WriteString(drawEvent(t, auth, pick))
	}
	line("operators:\n  - {when: job.disabled, do: enable, after: %s}", pick("1s", "4m", "1h"))
	line("  - {when: %s, do: reauthorize, after: %s}", pick("connection.offline", "advice.reauthorize"),
		pick("0s", "7m", "1h"))
	return b.String()
}

// drawEvent writes one line of events:. Token faults are for connections with OAuth only.
func drawEvent(t *rapid.T, auth []string, pick func(...string) string) string {
	at := rapid.IntRange(0, 190).Draw(t, "minute")
	after := pick("2m", "10m", "70m")
	app := pick("acme", "acme", "wms")
	conn := rapid.IntRange(0, 2).Draw(t, "connection")
	name := []string{"a1", "a2", "w1"}[conn]
	what := pick("down", "down", "partial", "token", "revoked", "credentials", "reauthorize", "limit", "flaky",
		"flapping", "rejected", "environment", "disable", "enable", "mail", "slow", "restart")
	if auth[conn] != "oauth2" && (what == "token" || what == "revoked") {
		what = "credentials"
	}
	text := map[string]string{
		"down": fmt.Sprintf("application: %s, fault: down, how: %s, for: %s", app,
			pick("reset", "refused", "timeout", "html200"), after),
		"partial": fmt.Sprintf("application: %s, fault: down, resources: [items], for: %s", app, after),
		"token": fmt.Sprintf("connection: %s, fault: token_refresh, how: %s, for: %s", name,
			pick("transient", "dead"), after),
		"revoked":     fmt.Sprintf("connection: %s, fault: token_revoked", name),
		"credentials": fmt.Sprintf("connection: %s, fault: bad_credentials, for: %s", name, after),
		"reauthorize": fmt.Sprintf("operator: reauthorize, connection: %s%s", name, pick("", ", credentials: wrong")),
		"limit":       fmt.Sprintf("application: %s, fault: rate_limited, for: %s, retry_after: 150s", app, after),
		"flaky":       fmt.Sprintf("application: %s, fault: flaky, rate: 0.6, for: %s", app, after),
		"flapping":    fmt.Sprintf("application: %s, fault: flapping, up: 1m, down: 3m, for: %s", app, after),
		"rejected":    fmt.Sprintf("application: %s, fault: rejected, resources: [orders], for: %s", app, after),
		"environment": "environment: " + pick("two", "four", "snapshot"),
		"disable":     "operator: disable, job: j0",
		"enable":      "operator: enable, job: j0",
		"mail":        "mail: down, for: " + after,
		"slow":        fmt.Sprintf("application: %s, fault: slow, latency: 29s, for: %s", app, after),
		"restart":     "platform: restart",
	}[what]
	return fmt.Sprintf("  - {at: +%dm%s, %s}\n", at, pick("", "", "17s"), text)
}
