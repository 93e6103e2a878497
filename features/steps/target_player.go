package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/server"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// UnderTest is the driver that lets a platform under test play the scenarios. Ours are the fake vendors, the
// mail server, the people and the clock; what the platform does is taken from its calls, its e-mails and what
// it says of itself, never from our model.
func UnderTest(t *Target) Driver {
	return Driver{
		Name: "target", tells: t.canTell, api: t.URL,
		open: func(tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error) (player, error) {
			return openTarget(t, tl, opt, sink)
		},
	}
}

// targetPlayer plays one timeline on a platform under test.
type targetPlayer struct {
	t      *Target
	tl     *timeline.Timeline
	model  engine.Config // only for the thresholds of its environments
	vendor *fakevendor.Vendor
	server *server.Server
	office *postOffice
	watch  *targetWatch

	mu        sync.Mutex
	now       engine.Time // of the vendors and of the mail server
	due       engine.Time // when the platform wants to go on
	commands  []timeline.Command
	reactions []targetReaction // by instant
}

// targetReaction is what a person is going to do.
type targetReaction struct {
	at engine.Time
	do timeline.Command
}

// tick is the least time that platforms tell apart: some have clocks of microseconds.
const tick = time.Microsecond

func openTarget(
	t *Target, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
) (_ player, err error) {
	if err := t.canPlay(tl, &opt); err != nil {
		return nil, err
	}
	if opt.Environment != "" {
		moved := *tl
		moved.Environment = opt.Environment
		tl = &moved
	}
	model, vendors, err := sim.Machines(tl, opt)
	if err != nil {
		return nil, err
	}
	p := &targetPlayer{
		t: t, tl: tl, model: model, now: engine.Time(tl.Start.UnixNano()), commands: tl.Commands,
	}
	if p.vendor, err = fakevendor.New(vendors); err != nil {
		return nil, err
	}
	p.watch = newTargetWatch(tl, &vendors, sink)
	p.office = newPostOffice(tl, p.time)
	defer func() {
		if err != nil {
			p.Discard()
		}
	}()
	if err := p.office.open(loopback{}); err != nil {
		return nil, err
	}
	p.server, err = server.Start(server.Config{
		Real: func(time.Duration) time.Duration { return 0 }, Heard: p.watch.hear,
	}, &wire.Vendor{
		Machine: func() *fakevendor.Vendor { return p.vendor }, Connections: vendors.Connections,
		Now:  func() time.Time { return instantOf(p.time()) },
		Apps: vendors.Applications, Faults: vendors.Faults, Patience: 30 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	world, err := p.world(&vendors)
	if err != nil {
		return nil, err
	}
	if err := t.call(ctx, http.MethodPut, contractRoot+"/world", world, nil); err != nil {
		return nil, fmt.Errorf("the platform does not load the world: %w", err)
	}
	return p, p.idle(ctx, http.MethodGet, "/idle", nil)
}

func (p *targetPlayer) time() engine.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *targetPlayer) setTime(at engine.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = at
}

// world is what the platform loads.
func (p *targetPlayer) world(vendors *fakevendor.Config) (*targetWorld, error) {
	threshold, err := p.threshold(p.tl.Environment)
	if err != nil {
		return nil, err
	}
	w := &targetWorld{
		Contract: contractVersion, Now: p.tl.Start.UTC(), Environment: p.tl.Environment, Threshold: threshold,
		Mail: targetMail{p.office.address}, Flows: []struct{}{},
	}
	for i := range p.tl.Connections {
		c := &p.tl.Connections[i]
		tc := targetConnection{
			ID: c.Name, Application: p.tl.Applications[c.Application].Name, BaseURL: p.server.BaseURL(i),
			Auth: c.Auth, Owner: c.Owner, StatusPage: p.server.StatusPageURL(c.Application),
		}
		if vendors.Connections[i].Auth == fakevendor.OAuth2 {
			tc.Token = p.token(i, p.vendor.Grant(i))
		}
		w.Connections = append(w.Connections, tc)
	}
	for i := range p.tl.PollingJobs {
		j := &p.tl.PollingJobs[i]
		tj := targetJob{
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

func (p *targetPlayer) token(connection int, g fakevendor.Grant) *targetToken {
	name := p.tl.Connections[connection].Name
	return &targetToken{
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

func (p *targetPlayer) End() engine.Time {
	return engine.Time(p.tl.Start.Add(time.Duration(p.tl.Duration)).UnixNano())
}

// next is the next instant at which anything is due.
func (p *targetPlayer) next() engine.Time {
	next := p.due
	if len(p.commands) > 0 {
		next = min(next, engine.Time(p.commands[0].At.UnixNano()))
	}
	if len(p.reactions) > 0 {
		next = min(next, p.reactions[0].at)
	}
	return next
}

func (p *targetPlayer) PlayTo(ctx context.Context, at engine.Time) error {
	for next := p.next(); next <= at; next = p.next() {
		if err := p.instant(ctx, next); err != nil {
			return err
		}
	}
	return p.instant(ctx, at)
}

// instant plays what is due at one instant: what people do first, then what the platform does (T-03).
func (p *targetPlayer) instant(ctx context.Context, at engine.Time) error {
	commands := p.commandsAt(at)
	p.setTime(at)
	if len(commands) > 0 { // the clock shows the instant, and what is due there waits
		if err := p.idle(ctx, http.MethodPut, "/clock", targetClock{instantOf(at), true}); err != nil {
			return err
		}
	}
	for i := range commands {
		if err := p.operate(ctx, at, &commands[i]); err != nil {
			return err
		}
	}
	return p.clock(ctx, at)
}

// commandsAt takes what people do at an instant.
func (p *targetPlayer) commandsAt(at engine.Time) []timeline.Command {
	var due []timeline.Command
	for len(p.commands) > 0 && engine.Time(p.commands[0].At.UnixNano()) == at {
		due = append(due, p.commands[0])
		p.commands = p.commands[1:]
	}
	for len(p.reactions) > 0 && p.reactions[0].at == at {
		due = append(due, p.reactions[0].do)
		p.reactions = p.reactions[1:]
	}
	return due
}

// clock moves the platform's clock, and looks at what came of it.
func (p *targetPlayer) clock(ctx context.Context, at engine.Time) error {
	p.setTime(at)
	if err := p.idle(ctx, http.MethodPut, "/clock", targetClock{Now: instantOf(at)}); err != nil {
		return err
	}
	if p.due <= at {
		return fmt.Errorf("the platform is at %s and has something due at %s (want later)",
			journal.Time(at), journal.Time(p.due))
	}
	return p.look(ctx, at)
}

func instantOf(at engine.Time) time.Time { return time.Unix(0, int64(at)).UTC() }

// idle asks when the platform wants to go on.
func (p *targetPlayer) idle(ctx context.Context, method, path string, body any) error {
	var idle targetIdle
	if err := p.t.call(ctx, method, contractRoot+path, body, &idle); err != nil {
		return err
	}
	if !idle.Idle {
		return fmt.Errorf("%s %s%s: the platform is not idle (want an answer when nothing is left to do)",
			method, contractRoot, path)
	}
	p.due = engine.Never
	if idle.NextDue != nil {
		p.due = engine.Time(idle.NextDue.UnixNano())
	}
	return nil
}

// look reads what the platform believes, and the mail that came.
func (p *targetPlayer) look(ctx context.Context, at engine.Time) error {
	var state targetState
	if err := p.t.call(ctx, http.MethodGet, contractRoot+"/state", nil, &state); err != nil {
		return err
	}
	told, err := p.watch.look(at, &state, p.office.collect())
	for _, e := range told {
		p.react(at, &e)
	}
	return err
}

// react lets the people who watch for a happening act later.
func (p *targetPlayer) react(at engine.Time, e *journal.Entry) {
	for i := range p.tl.Operators {
		o := &p.tl.Operators[i]
		job := slices.IndexFunc(p.tl.PollingJobs, func(j timeline.PollingJob) bool { return j.Name == e.Job })
		if o.When != e.About || job < 0 || o.Who != "" && !slices.Contains(e.To, o.Who) {
			continue
		}
		when := at.Add(time.Duration(o.After))
		if std := time.Unix(0, int64(when)).UTC(); o.Open != nil && !o.Open(std) {
			when = engine.Time(o.Opening(std).UnixNano())
		}
		p.reactions = append(p.reactions, targetReaction{when, timeline.Command{
			Do: o.Do, Job: job, Connection: p.tl.PollingJobs[job].Instance, Flow: -1,
		}})
	}
	slices.SortStableFunc(p.reactions, func(a, b targetReaction) int { return int(a.at - b.at) })
}

// operate does on the platform what an operator does.
func (p *targetPlayer) operate(ctx context.Context, at engine.Time, c *timeline.Command) error {
	var answer struct {
		Changed *bool `json:"changed"`
	}
	var err error
	switch c.Do {
	case "enable", "disable":
		path := "/jobs/" + url.PathEscape(p.tl.PollingJobs[c.Job].Name) + "/" + c.Do
		err = p.t.call(ctx, http.MethodPut, path, nil, &answer)
	case "reauthorize":
		err = p.reauthorize(ctx, at, c)
	case "environment":
		var threshold int
		if threshold, err = p.threshold(c.Environment); err == nil {
			err = p.t.call(ctx, http.MethodPut, contractRoot+"/environment", map[string]any{
				"environment": c.Environment, "threshold": threshold,
			}, nil)
		}
	case "restart":
		err = p.t.call(ctx, http.MethodPost, contractRoot+"/restart", nil, nil)
	default:
		err = fmt.Errorf("%s is not in the contract", c.Do)
	}
	if err != nil {
		return err
	}
	return p.watch.operated(at, c, answer.Changed == nil || *answer.Changed)
}

// reauthorize renews the credentials at the vendor, as the human does, and gives them to the platform.
func (p *targetPlayer) reauthorize(ctx context.Context, at engine.Time, c *timeline.Command) error {
	g := p.vendor.Reauthorize(fakevendor.Time(at), c.Connection, !c.Wrong)
	fields := map[string]string{}
	for _, f := range sim.AuthFields(p.tl.Connections[c.Connection].Auth) {
		fields[f] = "right"
		if c.Wrong {
			fields[f] = wrong
		}
	}
	body := map[string]any{"fields": fields}
	if p.tl.Connections[c.Connection].Auth == "oauth2" {
		body["token"] = p.token(c.Connection, g)
	}
	path := "/connections/" + url.PathEscape(p.tl.Connections[c.Connection].Name) + "/credentials"
	return p.t.call(ctx, http.MethodPut, path, body, nil)
}

// Do lets f call the platform's API, and looks at what came of it.
func (p *targetPlayer) Do(ctx context.Context, f func()) error {
	f()
	return p.clock(ctx, p.time())
}

func (p *targetPlayer) Close(ctx context.Context) (*journal.Summary, error) {
	for next := p.next(); next < p.End(); next = p.next() { // what falls on the end does not happen (T-04)
		if err := p.instant(ctx, next); err != nil {
			return nil, err
		}
	}
	if last := p.End().Add(-tick); last > p.time() {
		if err := p.clock(ctx, last); err != nil {
			return nil, err
		}
	}
	return p.watch.summary(p.vendor, fakevendor.Time(p.End())), nil
}

func (p *targetPlayer) Discard() {
	if p.office != nil {
		p.office.close()
	}
	if p.server != nil {
		p.server.Close() //nolint:errcheck // what it served is known already
	}
}

// unoffered ends a scenario that a platform under test cannot play.
type unoffered struct{ what string }

func (u *unoffered) Error() string { return u.what }

// skipReason tells why a scenario is skipped, if the error says so.
func skipReason(err error) (string, bool) {
	if u, ok := errors.AsType[*unoffered](err); ok {
		return u.what, true
	}
	return "", false
}
