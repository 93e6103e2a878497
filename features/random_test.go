package features_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// draw makes random timelines. The same seed makes the same timeline.
type draw struct {
	*rand.Rand
	b     strings.Builder
	oauth []string // connections with a token
	flows int
	jobs  int
}

// randomTimeline is a small busy world: three applications, of which two are the same vendor's, a handful of
// flows and polling jobs, and several faults that may overlap.
func randomTimeline(seed uint64) string {
	d := &draw{Rand: rand.New(rand.NewPCG(seed, 2))}
	d.line("outagedrill: 1")
	d.line("name: random %d", seed)
	d.line("start: 2024-03-04T00:00:00Z")
	d.line("duration: %dh", 3+d.IntN(4))
	d.line("environment: %s", d.one("snapshot", "snapshot", "staging"))
	d.line("seed: %d", d.Uint64())
	d.line("applications:")
	for _, app := range []string{"acme", "bolt"} {
		d.application(app)
	}
	d.line("connections:")
	for _, c := range []string{"acme-0", "acme-1", "bolt-0", "bolt-1"} {
		auth := d.one("none", "basic", "api_key", "oauth2", "oauth2")
		if auth == "oauth2" {
			d.oauth = append(d.oauth, c)
		}
		d.line("  %s: {application: %s, auth: %s, flows_at_once: %d}", c, c[:4], auth, 1+d.IntN(2))
	}
	d.work()
	d.line("events:")
	for range 3 + d.IntN(6) {
		d.event()
	}
	d.line("  - {at: +%s, away: owner@example.com, for: %s}", d.span(), d.span())
	d.line("operators:")
	d.line("  - {when: job.disabled, do: enable, who: owner@example.com, after: %s}", d.span())
	d.line("  - {when: connection.offline, do: reauthorize, after: %s}", d.span())
	d.line("  - {when: errors.summary, do: retry_errors, after: %s}", d.span())
	return d.b.String()
}

func (d *draw) line(format string, args ...any) { fmt.Fprintf(&d.b, format+"\n", args...) }

func (d *draw) one(choices ...string) string { return choices[d.IntN(len(choices))] }

// span is a duration; round ones meet one another, others do not.
func (d *draw) span() string {
	return d.one("10m", "20m", "45m", "1h", fmt.Sprintf("%dm", 1+d.IntN(90)), fmt.Sprintf("%ds", 1+d.IntN(5000)))
}

func (d *draw) application(name string) {
	d.line("  %s:", name)
	d.line("    records: {orders: %d/h, contacts: %s}", 20+d.IntN(200), d.one("1/m", "7/10m", "60/h"))
	d.line("    latency: %s", d.one("0s", "0s", "250ms", "{median: 200ms, p99: 20s}"))
	d.line("    page_size: %d", []int{5, 20, 100}[d.IntN(3)])
	d.line("    retention: %s", d.one("0s", "0s", "40m"))
	d.line("    idempotent: %s", d.one("true", "false"))
	d.line("    token_lifetime: %s", d.one("10m", "25m", "1h"))
	d.line("    status_page_lag: %s", d.one("0s", "3m"))
	if d.IntN(3) == 0 {
		d.line("    rate_limit: {requests: %d, per: %s, algorithm: %s%s}",
			3+d.IntN(10), d.one("1m", "5m"), d.one("fixed", "sliding", "token_bucket"), d.one("", ", concurrency: 2"))
	}
}

func (d *draw) work() {
	d.line("flows:")
	for d.flows = range 1 + d.IntN(3) {
		from, to := d.one("acme-0", "acme-1"), d.one("bolt-0", "bolt-1")
		if d.IntN(2) == 0 {
			from, to = to, from
		}
		d.line("  flow-%d: {from: %s/%s, to: %s/copies, every: %s, phase: %s, auto_resolve: %s, deadline: %s, parallel_pages: %d%s}",
			d.flows,
			from, d.one("orders", "contacts"), to, d.one("10m", "15m", "13m"), d.one("0s", "0s", "77s"),
			d.one("true", "false"), d.span(), []int{1, 1, 4}[d.IntN(3)], d.intake())
	}
	d.line("polling_jobs:")
	for d.jobs = range 1 + d.IntN(2) {
		d.line("  job-%d: {instance: %s, resources: %s, every: %s, phase: %s, deadline: %s}", d.jobs,
			d.one("acme-0", "acme-1", "bolt-0"), d.one("[orders]", "[contacts, orders]"),
			d.one("3m", "5m", "7m"), d.one("0s", "0s", "50s"), d.span())
	}
}

// intake is what stands in front of some of the flows.
func (d *draw) intake() string {
	if d.IntN(3) > 0 {
		return ""
	}
	return fmt.Sprintf(", intake: {buffer: %d, while_paused: %s, %s}", 5+d.IntN(60), d.one("buffer", "full"),
		d.one("when_full: drop", "when_full: refuse", "retries: 20m", "retries: "+d.span()))
}

func (d *draw) event() {
	app, at := d.one("acme", "bolt"), d.span()
	if d.IntN(2) == 0 {
		at = "1h" + at
	}
	window := fmt.Sprintf("at: +%s, application: %s, for: %s", at, app, d.span())
	switch d.IntN(13) {
	case 0, 1:
		d.line("  - {%s, fault: down, status: %s}", window, d.one("500", "502", "503", "504"))
	case 2, 3:
		d.line("  - {%s, fault: down, how: %s, applied: %s}", window,
			d.one("refused", "reset", "timeout", "dns", "tls", "truncated", "garbage", "html200", "empty"),
			d.one("true", "false"))
	case 4:
		d.line("  - {%s, fault: %s, resources: [%s]}", window, d.one("down", "rejected"), d.one("orders", "contacts", "copies"))
	case 5:
		d.line("  - {%s, fault: rate_limited, retry_after: %s}", window, d.one("1m", "90s", "10m"))
	case 6:
		d.line("  - {%s, fault: flapping, up: 2m, down: 9m}", window)
	case 7:
		d.line("  - {%s, fault: flaky, rate: 0.4}", window)
	case 8:
		d.line("  - {%s, fault: slow, latency: %s}", window, d.one("20s", "30s", "45s"))
	case 9:
		d.line("  - {%s, fault: maintenance}", window)
	case 10:
		d.line("  - {at: +%s, connection: %s-%d, fault: bad_credentials}", at, app, d.IntN(2))
	case 11:
		d.token(at)
	case 12:
		d.line("  - {at: +%s, %s}", at, d.one("platform: restart", "environment: staging", "mail: down, for: 20m",
			"mail: late, by: 7m, for: 90m",
			"operator: disable, job: job-0", "operator: enable, job: job-0", "operator: retry_errors, flow: flow-0"))
	}
}

// token is a fault of a token, where there is one.
func (d *draw) token(at string) {
	if len(d.oauth) == 0 {
		return
	}
	d.line("  - {at: +%s, connection: %s, fault: %s}", at, d.one(d.oauth...),
		d.one("token_revoked", "token_refresh, how: dead", "token_refresh, how: transient, for: 30m"))
}
