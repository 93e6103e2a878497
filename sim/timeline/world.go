package timeline

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// readEnvironments reads the custom environments.
func (r *reader) readEnvironments(named []entry) {
	obj := newObject("an environment",
		need("threshold", func(e *Environment) *int { return &e.Threshold }, whole(1, maxCount)))
	for _, e := range named {
		if r.environments.index[e.key] < builtinEnvironments {
			r.fail(e.at, fmt.Sprintf("the environment %q is built in", e.key), "another name")
			continue
		}
		env := Environment{Name: e.key}
		obj.read(r, e, &env, 0)
		r.tl.Environments = append(r.tl.Environments, env)
	}
}

// builtinEnvironments is how many environments need no declaration: snapshot, staging, production.
const builtinEnvironments = 3

// readEnvironment reads the environment in which the run begins.
func (r *reader) readEnvironment(e entry) {
	if e.node == nil {
		return
	}
	if name, ok := environmentName(r, e); ok {
		r.tl.Environment = name
	}
}

// environmentName reads the name of an environment.
func environmentName(r *reader, e entry) (string, bool) {
	i, ok := reference(func(r *reader) *nameSet { return r.environments })(r, e)
	return r.environments.names[i], ok
}

func (r *reader) readPolicy(e entry) {
	newObject("policy",
		may("flows", func(p *PolicyNames) *string { return &p.Flows }, readText),
		may("polling_jobs", func(p *PolicyNames) *string { return &p.PollingJobs }, readText),
	).read(r, e, &r.tl.Policy, 0)
}

func (r *reader) readApplications(named []entry) {
	obj := newObject("an application",
		may("dialect", func(a *Application) *string { return &a.Dialect }, readText),
		may("latency", func(a *Application) *Latency { return &a.Latency }, readLatency),
		may("records", func(a *Application) *[]Resource { return &a.Resources }, readRecords),
		may("retention", func(a *Application) *Span { return &a.Retention }, readSpan),
		may("rate_limit", func(a *Application) **Limit { return &a.Limit }, readLimit),
		may("page_size", func(a *Application) *int64 { return &a.PageSize }, whole[int64](1, maxCount)),
		may("idempotent", func(a *Application) *bool { return &a.Idempotent }, readBool),
		may("token_lifetime", func(a *Application) *Span { return &a.TokenLifetime }, readPositive),
		may("status_page_lag", func(a *Application) *Span { return &a.StatusPageLag }, readSpan),
		may("clients", func(a *Application) *map[string]string { return &a.Clients }, readSecrets),
	)
	for _, e := range named {
		a := Application{Name: e.key, Dialect: "generic", PageSize: 100, Idempotent: true}
		obj.read(r, e, &a, 0)
		set := newNameSet("resource")
		for _, res := range a.Resources {
			set.add(res.Name)
		}
		r.total += len(set.names)
		r.resources = append(r.resources, set)
		r.tl.Applications = append(r.tl.Applications, a)
	}
}

// readSecrets reads texts by names: the secrets of clients by their ids, "" for a public one.
func readSecrets(r *reader, e entry) (map[string]string, bool) {
	pairs, ok := r.entries(e)
	secrets := make(map[string]string, len(pairs))
	for _, p := range pairs {
		if isNull(p.node) {
			secrets[p.key] = ""
			continue
		}
		n, good := r.scalar(p, "a secret, as text")
		if ok = ok && good; good {
			secrets[p.key] = n.Value
		}
	}
	return secrets, ok
}

// readLatency reads a constant, or a distribution by its median and 99th percentile.
func readLatency(r *reader, e entry) (Latency, bool) {
	var l Latency
	if e.node.Kind != yaml.MappingNode {
		s, ok := readSpan(r, e)
		return Latency{Median: s}, ok
	}
	before := len(r.problems)
	newObject("latency",
		need("median", func(l *Latency) *Span { return &l.Median }, readPositive),
		need("p99", func(l *Latency) *Span { return &l.P99 }, readPositive),
	).read(r, e, &l, 0)
	if len(r.problems) > before {
		return l, false
	}
	if l.P99 < l.Median {
		r.fail(e.node, fmt.Sprintf("a latency whose p99, %v, is below its median, %v", l.P99, l.Median),
			"a p99 of at least the median")
		return l, false
	}
	return l, true
}

// readRecords reads the resources that have records, each with its rates.
func readRecords(r *reader, e entry) ([]Resource, bool) {
	pairs, ok := r.entries(e)
	var out []Resource
	for _, p := range pairs {
		r.checkName(p.at, "resource", p.key)
		rates, good := readRates(r, p)
		ok = ok && good
		out = append(out, Resource{Name: p.key, Rates: rates})
	}
	return out, ok
}

// readRates reads one rate from the start on, or a list of rates with the instant each begins.
func readRates(r *reader, e entry) ([]Rate, bool) {
	if e.node.Kind != yaml.SequenceNode {
		rate, ok := readRate(r, e)
		return []Rate{rate}, ok
	}
	type step struct {
		from Span
		rate Rate
	}
	obj := newObject("a rate",
		need("from", func(s *step) *Span { return &s.from }, readOffset),
		need("rate", func(s *step) *Rate { return &s.rate }, readRate),
	)
	items, ok := r.items(e)
	rates := make([]Rate, 0, len(items))
	for _, item := range items {
		before := len(r.problems)
		var s step
		obj.read(r, item, &s, 0)
		if len(r.problems) > before {
			ok = false
			continue
		}
		s.rate.From = s.from
		if n := len(rates); n > 0 && rates[n-1].From >= s.from {
			r.fail(item.at, fmt.Sprintf("a rate from +%v after one from +%v", s.from, rates[n-1].From),
				"rates in ascending order of from")
		}
		rates = append(rates, s.rate)
	}
	return rates, ok
}

func readRate(r *reader, e entry) (Rate, bool) {
	n, ok := r.scalar(e, wantRate)
	if !ok {
		return Rate{}, false
	}
	rate, err := ParseRate(n.Value)
	if err != nil {
		r.misread(e, err.Error(), wantRate)
	}
	return rate, err == nil
}

// readOffset reads an instant as the time elapsed since start.
func readOffset(r *reader, e entry) (Span, bool) {
	t, ok := readInstant(r, e)
	return Span(t.Sub(r.tl.Start)), ok
}

// readLimit reads a rate limit, or the word dialect.
func readLimit(r *reader, e entry) (*Limit, bool) {
	if e.node.Kind == yaml.ScalarNode && !isNull(e.node) {
		if e.node.Value == "dialect" {
			return &Limit{FromDialect: true}, true
		}
		r.misread(e, "not a rate limit", "{requests: 100, per: 1m} or dialect")
		return nil, false
	}
	l := Limit{Algorithm: "fixed", By: "application"}
	before := len(r.problems)
	newObject("a rate limit",
		may("requests", func(l *Limit) *int64 { return &l.Requests }, whole[int64](1, maxCount)),
		may("per", func(l *Limit) *Span { return &l.Per }, readPositive),
		may("algorithm", func(l *Limit) *string { return &l.Algorithm },
			choice("fixed", "sliding", "token_bucket")),
		may("by", func(l *Limit) *string { return &l.By }, choice("application", "connection", "resource")),
		may("concurrency", func(l *Limit) *int { return &l.Concurrency }, whole(1, maxCount)),
	).read(r, e, &l, 0)
	switch {
	case len(r.problems) > before:
		return nil, false
	case (l.Requests > 0) != (l.Per > 0):
		r.fail(e.at, "a rate limit with only one of requests and per",
			"both, such as {requests: 100, per: 1m}")
		return nil, false
	case l.Requests == 0 && l.Concurrency == 0:
		r.fail(e.at, "a rate limit that limits nothing",
			"{requests: 100, per: 1m}, concurrency: 5 or dialect")
		return nil, false
	}
	return &l, true
}
