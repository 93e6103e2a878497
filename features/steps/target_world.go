package steps

import (
	"cmp"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// world is what the platform loads.
func (p *targetPlayer) world(vendors *fakevendor.Config) (*contract.World, error) {
	threshold, err := p.threshold(p.tl.Environment)
	if err != nil {
		return nil, err
	}
	w := &contract.World{
		Contract: contract.Version, Now: p.tl.Start.UTC(), TimeScale: 1, Environment: p.tl.Environment,
		Threshold: threshold, Mail: contract.Mail{SMTP: p.office.address},
		Connections: []contract.Connection{}, PollingJobs: []contract.PollingJob{}, Flows: p.flows(),
	}
	for i := range p.tl.Connections {
		c := &p.tl.Connections[i]
		tc := contract.Connection{
			ID: c.Name, Application: p.tl.Applications[c.Application].Name, BaseURL: p.server.BaseURL(i),
			Auth: c.Auth, Owner: c.Owner, StatusPage: p.server.StatusPageURL(c.Application),
			Dialect: dialectFor(p.tl.Applications[c.Application].Dialect), Subscribers: c.Subscribers,
			FlowsAtOnce: cmp.Or(c.FlowsAtOnce, p.model.Flows.FlowsAtOnce),
		}
		if vendors.Connections[i].Auth == fakevendor.OAuth2 {
			tc.Token = p.token(i, p.vendor.Grant(i))
		}
		w.Connections = append(w.Connections, tc)
	}
	for i := range p.tl.PollingJobs {
		j := &p.tl.PollingJobs[i]
		tj := contract.PollingJob{
			ID: j.Name, Instance: p.tl.Connections[j.Instance].Name, Every: time.Duration(j.Every).Seconds(),
			Phase: time.Duration(j.Phase).Seconds(),
		}
		for _, r := range j.Resources {
			tj.Resources = append(tj.Resources, p.watch.resourceOf(j, r))
		}
		w.PollingJobs = append(w.PollingJobs, tj)
	}
	return w, nil
}

// dialectFor is a dialect that a platform may know; what a scenario changes of the generic one is generic.
func dialectFor(name string) string {
	if slices.Contains(dialect.Names(), name) {
		return name
	}
	return "generic"
}

// flows are the flows of the world.
func (p *targetPlayer) flows() []contract.Flow {
	flows := []contract.Flow{}
	side := func(e timeline.Endpoint) contract.Endpoint {
		c := &p.tl.Connections[e.Connection]
		resources := p.watch.vendors.Applications[c.Application].Resources
		return contract.Endpoint{Connection: c.Name, Resource: resources[e.Resource].Name}
	}
	for i := range p.tl.Flows {
		f := &p.tl.Flows[i]
		flows = append(flows, contract.Flow{
			ID: f.Name, Source: side(f.From), Destination: side(f.To),
			Every: time.Duration(f.Every).Seconds(), Phase: time.Duration(f.Phase).Seconds(),
			AutoResolve: p.model.FlowList[i].AutoResolve, Owner: f.Owner,
		})
	}
	return flows
}

func (p *targetPlayer) token(connection int, g fakevendor.Grant) *contract.Token {
	name := p.tl.Connections[connection].Name
	return &contract.Token{
		Access: wire.AccessToken(name, g.Access), Refresh: wire.RefreshToken(name, g.Refresh),
		Expires: g.ExpiresAt.Std(), TokenURL: p.server.BaseURL(connection) + "/oauth/token",
	}
}

// threshold is the number of failures that disables a job in an environment, by the rule.
func (p *targetPlayer) threshold(environment string) (int, error) {
	cfg := p.model
	cfg.Environment = environment
	e, err := engine.New(cfg)
	if err != nil {
		return 0, err
	}
	return e.Threshold(), nil
}
