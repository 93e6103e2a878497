package sim

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// vendorConfig describes the vendors' side of a world; opt has its policies.
func vendorConfig(tl *timeline.Timeline, opt *Options) (fakevendor.Config, error) {
	cfg, err := Vendors(tl, opt.Dialects)
	cfg.FailedWritesApply = opt.Flows.Flows.FailedWriteApplied
	return cfg, err
}

// Vendors describes the vendors of a timeline apart from any platform: a write that fails has no effect
// there. Dialects that are known already, by the names that the timeline gives them, are not read again.
func Vendors(tl *timeline.Timeline, known map[string]*dialect.Dialect) (fakevendor.Config, error) {
	cfg := fakevendor.Config{
		Start: vt(tl.Start), End: vt(tl.Start.Add(time.Duration(tl.Duration))), Seed: tl.Seed,
	}
	dialects := map[string]*dialect.Dialect{} // one of each a world: its shapes are judged once
	maps.Copy(dialects, known)
	for i := range tl.Applications {
		name := tl.Applications[i].Dialect
		d := dialects[name]
		if d == nil {
			d = dialects[dialect.Beside(tl.File, name)]
		}
		if d == nil {
			var err error
			if d, err = loadDialect(tl, i); err != nil {
				return cfg, err
			}
			dialects[name] = d
		}
		if l := tl.Applications[i].Limit; l != nil && l.FromDialect && len(d.Limits) == 0 {
			return cfg, at(tl, "applications."+tl.Applications[i].Name+".rate_limit",
				"dialect "+name+" has no limit; give requests and per")
		}
		cfg.Applications = append(cfg.Applications, vendorApplication(&tl.Applications[i], d))
	}
	auths := map[string]fakevendor.Auth{
		"none": fakevendor.NoAuth, "basic": fakevendor.Basic, "api_key": fakevendor.APIKey,
		"oauth2": fakevendor.OAuth2,
	}
	for _, c := range tl.Connections {
		cfg.Connections = append(cfg.Connections, fakevendor.Connection{
			Name: c.Name, Application: c.Application, Auth: auths[c.Auth],
		})
	}
	for i := range tl.Faults {
		f, err := vendorFault(&tl.Faults[i])
		if err != nil {
			return cfg, err
		}
		cfg.Faults = append(cfg.Faults, f)
	}
	return cfg, nil
}

// loadDialect reads the dialect of an application. Where a file of the user's is bad, the error is that
// file's.
func loadDialect(tl *timeline.Timeline, application int) (*dialect.Dialect, error) {
	a := &tl.Applications[application]
	d, err := dialect.Load(dialect.Beside(tl.File, a.Dialect))
	if problems, ok := errors.AsType[timeline.Errors](err); ok && problems[0].File != "" {
		return nil, problems
	}
	if err != nil {
		return nil, at(tl, "applications."+a.Name+".dialect", err.Error())
	}
	return d, nil
}

// at is a problem of the timeline file that only the machines can see.
func at(tl *timeline.Timeline, path, what string) error {
	line, col := tl.Pos(path)
	return timeline.Errors{{File: tl.File, Line: line, Col: col, What: what}}
}

func vendorApplication(a *timeline.Application, d *dialect.Dialect) fakevendor.Application {
	out := fakevendor.Application{
		Name: a.Name, Dialect: d, Retention: time.Duration(a.Retention), PageSize: a.PageSize,
		Latency: fakevendor.Latency{
			Median: time.Duration(a.Latency.Median), P99: time.Duration(a.Latency.P99),
		},
		Idempotent: a.Idempotent, TokenLifetime: time.Duration(a.TokenLifetime),
		StatusPageLag: time.Duration(a.StatusPageLag),
	}
	if out.TokenLifetime == 0 {
		out.TokenLifetime = d.TokenLifetime
	}
	for _, r := range a.Resources {
		res := fakevendor.Resource{Name: r.Name}
		for _, rate := range r.Rates {
			res.Rates = append(res.Rates, fakevendor.Rate{
				From: time.Duration(rate.From), N: rate.N, Per: time.Duration(rate.Per),
			})
		}
		out.Resources = append(out.Resources, res)
	}
	out.Limits = vendorLimits(a.Limit, d)
	return out
}

// vendorLimits gives an application's limits: its own one, or all that its dialect has. The own one
// takes the name of the first of these, which quota headers tell of.
func vendorLimits(l *timeline.Limit, d *dialect.Dialect) []dialect.Limit {
	switch {
	case l == nil:
		return nil
	case l.FromDialect:
		return d.Limits
	}
	own := dialect.Limit{Requests: l.Requests, Per: time.Duration(l.Per), Concurrency: l.Concurrency}
	if len(d.Limits) > 0 {
		own.Name = d.Limits[0].Name
	}
	own.Algorithm, _ = dialect.AlgorithmNamed(l.Algorithm)
	own.By, _ = dialect.KeyNamed(l.By)
	return []dialect.Limit{own}
}

func vendorFault(f *timeline.Fault) (fakevendor.Fault, error) {
	kind, ok1 := fakevendor.KindNamed(f.Kind)
	how, ok2 := fakevendor.HowNamed(f.How)
	if !ok1 || !ok2 {
		return fakevendor.Fault{}, fmt.Errorf("fault %s %s: not known here", f.Kind, f.How)
	}
	return fakevendor.Fault{
		From: vt(f.From), To: vt(f.To), Kind: kind, How: how, Application: f.Application,
		Connection: f.Connection, Resources: f.Resources, Status: f.Status,
		RetryAfter: time.Duration(f.RetryAfter), Latency: time.Duration(f.Latency), Rate: f.Rate,
		Up: time.Duration(f.Up), Down: time.Duration(f.Down), Applied: f.Applied,
	}, nil
}

// AuthFields names the required fields of an auth type of the timeline (OUT-12).
func AuthFields(auth string) []string {
	switch auth {
	case "basic":
		return []string{"username", "password"}
	case "api_key":
		return []string{"api_key"}
	case "oauth2":
		return []string{"client_id", "client_secret"}
	default:
		return nil
	}
}

// engineConfig describes the platform's side of a timeline. The tokens come from the vendor.
func engineConfig(tl *timeline.Timeline, opt *Options, ven *fakevendor.Vendor) engine.Config {
	cfg := engine.Config{
		Start: engine.Time(tl.Start.UnixNano()), Environment: tl.Environment, Custom: map[string]int{},
		Flows: opt.Flows.Flows, PollingJobs: opt.PollingJobs.PollingJobs, ListRoutine: opt.ListCalls,
	}
	for _, e := range tl.Environments {
		cfg.Custom[e.Name] = e.Threshold
	}
	for _, a := range tl.Applications {
		app := engine.Application{Name: a.Name, StatusPage: "https://status." + a.Name + ".example"}
		for _, r := range a.Resources {
			app.Resources = append(app.Resources, r.Name)
		}
		cfg.Applications = append(cfg.Applications, app)
	}
	for i, c := range tl.Connections {
		ec := engine.Connection{
			Name: c.Name, Application: c.Application, OAuth: c.Auth == "oauth2", Fields: AuthFields(c.Auth),
			Owner: c.Owner, Subscribers: c.Subscribers, FlowsAtOnce: c.FlowsAtOnce,
		}
		if ec.OAuth {
			ec.Token = token(ven.Grant(i))
		}
		cfg.Connections = append(cfg.Connections, ec)
	}
	for _, f := range tl.Flows {
		auto := cfg.Flows.AutoResolve
		if f.AutoResolve != nil {
			auto = *f.AutoResolve
		}
		cfg.FlowList = append(cfg.FlowList, engine.Flow{
			Name: f.Name, From: engine.Endpoint(f.From), To: engine.Endpoint(f.To),
			Every: time.Duration(f.Every), Phase: time.Duration(f.Phase), AutoResolve: auto, Owner: f.Owner,
			Pushed: f.Intake != nil, Parallel: f.ParallelPages,
			PageSize: tl.Applications[tl.Connections[f.From.Connection].Application].PageSize,
		})
	}
	for _, j := range tl.PollingJobs {
		cfg.Jobs = append(cfg.Jobs, engine.Job{
			Name: j.Name, Instance: j.Instance, Resources: j.Resources,
			Every: time.Duration(j.Every), Phase: time.Duration(j.Phase),
		})
	}
	return cfg
}

func token(g fakevendor.Grant) engine.Token {
	return engine.Token{Access: g.Access, Refresh: g.Refresh, ExpiresAt: engine.Time(g.ExpiresAt)}
}

func vt(t time.Time) fakevendor.Time { return fakevendor.Time(t.UnixNano()) }
