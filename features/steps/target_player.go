package steps

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/server"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// targetPlayer plays one timeline on a platform under test. It believes what it sees only where the platform
// said beforehand that it would act: a call or an e-mail at any other time cannot be dated, and one that is
// missing at a tick proves nothing of the calls that were to follow. Both end the scenario as failed.
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
	undone    engine.Time // the first instant whose due things may not be done yet
	commands  []timeline.Command
	reactions []targetReaction // by instant
}

// targetReaction is what a person is going to do.
type targetReaction struct {
	at engine.Time
	do timeline.Command
}

func openTarget(
	ctx context.Context, t *Target, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
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
	start := engine.Time(tl.Start.UnixNano())
	p := &targetPlayer{t: t, tl: tl, model: model, now: start, undone: start, commands: tl.Commands}
	var running *realPlayer
	if !t.mock() {
		running = &realPlayer{targetPlayer: p, scaled: t.scaled}
		if err := cmp.Or(canScale(tl), running.plan(tl)); err != nil {
			return nil, err
		}
	}
	if p.vendor, err = fakevendor.New(vendors); err != nil {
		return nil, err
	}
	p.watch = newTargetWatch(tl, &vendors, t.offers("flows"), sink)
	p.office = newPostOffice(tl, p.time)
	defer func() {
		if err != nil {
			p.Discard()
		}
	}()
	if err := p.serve(&vendors); err != nil {
		return nil, err
	}
	world, err := p.world(&vendors)
	if err != nil {
		return nil, err
	}
	if running != nil {
		running.begin()
		running.rescale(world)
		p.watch.window = fmt.Sprintf("(want it within %s of its tick, in the scenario's time: --time-scale)",
			timeline.Span(running.latest()))
		p.due = p.watch.nextTick(start)
	}
	if err := t.client.Load(ctx, world); err != nil {
		return nil, fmt.Errorf("the platform does not load the world: %w", err)
	}
	if running != nil {
		return running, nil
	}
	if err := p.asked(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// serve opens the mail server and the vendors.
func (p *targetPlayer) serve(vendors *fakevendor.Config) (err error) {
	if err := p.office.open(loopback{}); err != nil {
		return err
	}
	p.server, err = server.Start(server.Config{
		Real: func(time.Duration) time.Duration { return 0 }, Heard: p.watch.hear,
	}, &wire.Vendor{
		Machine: func() *fakevendor.Vendor { return p.vendor }, Connections: vendors.Connections,
		Now:  func() time.Time { return instantOf(p.time()) },
		Apps: vendors.Applications, Faults: vendors.Faults, Patience: 30 * time.Second,
	})
	return err
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

func instantOf(at engine.Time) time.Time { return time.Unix(0, int64(at)).UTC() }

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
		if _, err := p.t.client.Move(ctx, contract.Clock{Now: instantOf(at), Before: true}); err != nil {
			return err
		}
		for i := range commands {
			if err := p.operate(ctx, at, &commands[i]); err != nil {
				return err
			}
		}
		if err := p.asked(ctx); err != nil {
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

// asked looks at what came of a request: it is in force at once, and what it makes due waits for the clock.
func (p *targetPlayer) asked(ctx context.Context) error {
	idle, err := p.t.client.Idle(ctx)
	if err != nil {
		return err
	}
	if err := p.told(idle); err != nil {
		return err
	}
	return p.look(ctx, p.seen(), false)
}

// seen takes what was called and sent since the last time.
func (p *targetPlayer) seen() deeds { return deeds{p.watch.take(), p.office.collect()} }

// clock moves the platform's clock, and looks at what came of it.
func (p *targetPlayer) clock(ctx context.Context, at engine.Time) error {
	p.setTime(at)
	if err := p.watch.unannounced(p.seen()); err != nil {
		return err
	}
	due := p.due <= at
	idle, err := p.t.client.Move(ctx, contract.Clock{Now: instantOf(at)})
	if err != nil {
		return err
	}
	done := p.seen() // what comes from now on comes too late
	if err := p.told(idle); err != nil {
		return err
	}
	if p.due <= at {
		return fmt.Errorf("the platform is at %s and has something due at %s (want later)",
			p.watch.offset(at), p.watch.offset(p.due))
	}
	p.undone = at + 1
	return p.look(ctx, done, due)
}

// told takes what the platform says of its clock.
func (p *targetPlayer) told(idle *contract.Idle) error {
	if !idle.Idle {
		return fmt.Errorf("the platform is not idle at %s (want an answer when nothing is left to do)",
			p.watch.offset(p.now))
	}
	if err := p.watch.shows("the platform's clock", idle.Now, p.now); err != nil {
		return err
	}
	p.due = engine.Never
	if idle.NextDue != nil {
		p.due = engine.Time(idle.NextDue.UnixNano())
	}
	return nil
}

// look notes what the platform did, and what it believes; due says that it was to do something.
func (p *targetPlayer) look(ctx context.Context, done deeds, due bool) error {
	state, err := p.t.client.State(ctx)
	if err != nil {
		return err
	}
	told, err := p.watch.look(p.now, due, state, done)
	if err != nil {
		return err
	}
	for i := range told {
		p.react(p.now, &told[i])
	}
	return p.watch.overdue(max(p.undone, p.now), p.due, p.End())
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
		if std := instantOf(when); o.Open != nil && !o.Open(std) {
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
	switch c.Do {
	case "enable":
		return p.t.client.Enable(ctx, p.tl.PollingJobs[c.Job].Name)
	case "disable":
		return p.t.client.Disable(ctx, p.tl.PollingJobs[c.Job].Name)
	case "reauthorize":
		return p.reauthorize(ctx, at, c)
	case "restart":
		return p.t.client.Restart(ctx)
	case "environment":
		threshold, err := p.threshold(c.Environment)
		if err != nil {
			return err
		}
		p.watch.environment = c.Environment
		return p.t.client.Change(ctx, &contract.Environment{Environment: c.Environment, Threshold: threshold})
	}
	return fmt.Errorf("%s is not in the contract", c.Do)
}

// reauthorize renews the credentials at the vendor, as the human does, and gives them to the platform.
func (p *targetPlayer) reauthorize(ctx context.Context, at engine.Time, c *timeline.Command) error {
	connection := &p.tl.Connections[c.Connection]
	g := p.vendor.Reauthorize(fakevendor.Time(at), c.Connection, !c.Wrong)
	given := contract.Credentials{Fields: map[string]string{}}
	for _, f := range sim.AuthFields(connection.Auth) {
		given.Fields[f] = "right"
		if c.Wrong {
			given.Fields[f] = wrong
		}
	}
	if connection.Auth == "oauth2" {
		given.Token = p.token(c.Connection, g)
	}
	return p.t.client.Authorize(ctx, connection.Name, &given)
}

// Do lets f call the platform's API, and looks at what came of it.
func (p *targetPlayer) Do(ctx context.Context, f func()) error {
	f()
	if err := p.asked(ctx); err != nil {
		return err
	}
	return p.clock(ctx, p.now)
}

func (p *targetPlayer) Close(ctx context.Context) (*journal.Summary, error) {
	for next := p.next(); next < p.End(); next = p.next() { // what falls on the end does not happen (T-04)
		if err := p.instant(ctx, next); err != nil {
			return nil, err
		}
	}
	if last := p.End().Add(-contract.Unit); last > p.now {
		if err := p.clock(ctx, last); err != nil {
			return nil, err
		}
	}
	if err := p.asked(ctx); err != nil {
		return nil, err
	}
	if err := p.silent(); err != nil {
		return nil, err
	}
	return p.watch.summary(p.vendor, fakevendor.Time(p.End())), nil
}

// silent tells of a disablement of which nobody was told, where the platform offers e-mails and the mail
// server took them all along (DIS-08).
func (p *targetPlayer) silent() error {
	if len(p.tl.Mail) > 0 || !p.t.offers("notifications") {
		return nil
	}
	return p.watch.untold()
}

func (p *targetPlayer) Discard() {
	if p.office != nil {
		p.office.close()
	}
	if p.server != nil {
		p.server.Close() //nolint:errcheck // what it served is known already
	}
}
