package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/cucumber/godog"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Start is when the time of a scenario starts: midnight of a Monday.
const Start = "2024-03-04T00:00:00Z"

// Scenario is one scenario: the timeline that its steps describe, the player that plays it, and the
// journal so far.
type Scenario struct {
	uri   string
	name  string
	rules []string // IDs, of the tags

	ctx    context.Context // of the run that the scenario is part of
	driver Driver
	draft  object
	opt    sim.Options
	// dialects are the dialects that steps have worded, by the name that the draft has for them.
	dialects map[any][]byte
	player   player
	tl       *timeline.Timeline

	now     engine.Time // how far the steps have let the platform play
	entries []journal.Entry
	text    []byte       // the journal
	history *api.History // for the platform's API
	client  client
	summary *journal.Summary
	skipped string             // why a platform under test cannot play it
	others  map[string]outcome // the same timeline in other environments
	played  []time.Duration    // how much of the platform's time, after each step
}

// outcome is a run that was played to its end.
type outcome struct {
	entries []journal.Entry
	summary *journal.Summary
}

// Report says what became of a scenario.
type Report struct {
	URI     string // of the feature
	Name    string
	Rules   []string // IDs, of the tags
	Journal []byte   // of the run, then of the runs in other environments
	Err     error    // why the scenario failed; nil when it passed or was skipped
	Skipped string   // why a platform under test could not play it; "" when it did

	Timeline string        // the scenario as a timeline file; "" where nothing was played
	Virtual  time.Duration // how much of the platform's time was played
	// Played is how much of it after each step, skipped ones too.
	Played []time.Duration
}

// newScenario makes a scenario that a driver plays with these options.
func newScenario(d Driver, opt sim.Options) *Scenario {
	s := &Scenario{
		ctx: context.Background(), driver: d, opt: opt,
		dialects: map[any][]byte{}, others: map[string]outcome{},
	}
	s.draft.set("outagedrill", 1)
	s.draft.set("start", Start)
	s.draft.set("duration", "1d")
	return s
}

// begin takes the context, the name and the tags of a scenario.
func (s *Scenario) begin(ctx context.Context, p *godog.Scenario) {
	s.ctx = ctx
	s.uri, s.name = p.Uri, p.Name
	s.draft.set("name", p.Name)
	var tags []string
	for _, t := range p.Tags {
		tags = append(tags, t.Name)
	}
	s.rules = RuleIDs(tags)
}

// RuleIDs are the IDs of rules among tags: @DIS-05 names DIS-05.
func RuleIDs(tags []string) []string {
	var ids []string
	rule := regexp.MustCompile(`^@([A-Z]+-\d\d)$`)
	for _, t := range tags {
		if m := rule.FindStringSubmatch(t); m != nil {
			ids = append(ids, m[1])
		}
	}
	return ids
}

// assume changes a value of the policy that has it; some names are in both.
func (s *Scenario) assume(name, text string) error {
	var refused []error
	for _, slot := range []**policy.Policy{&s.opt.Flows, &s.opt.PollingJobs} {
		changed, err := (*slot).Override(name, text)
		if err != nil {
			refused = append(refused, err)
			continue
		}
		*slot = changed
	}
	if len(refused) == 2 {
		return errors.Join(refused...)
	}
	return nil
}

// start reads the timeline and makes its world, once.
func (s *Scenario) start() error {
	if s.player != nil {
		return nil
	}
	tl, err := timeline.Parse("the scenario's timeline", []byte(s.draft.yaml()))
	if err != nil {
		return fmt.Errorf("%w\n%s", err, s.draft.yaml())
	}
	s.tl, s.now = tl, engine.Time(tl.Start.UnixNano())
	if err := s.pointless(); err != nil {
		return err
	}
	opt := s.opt
	opt.Entries = func(now engine.Time, seq engine.Seq, en *engine.Entry) { s.history.Wrote(now, seq, en) }
	s.player, err = s.driver.open(s.ctx, tl, opt, func(e *journal.Entry) error {
		s.entries = append(s.entries, *e)
		s.text = append(e.AppendJSON(s.text), '\n')
		return nil
	})
	if err != nil {
		return err
	}
	if w, ok := s.player.(worlded); ok {
		s.history = api.NewHistory(w.World().EngineConfig())
	}
	return nil
}

// playTo lets the platform play up to an instant that is not over.
func (s *Scenario) playTo(at engine.Time) error {
	end := s.player.End()
	switch {
	case s.summary != nil || at >= end:
		return fmt.Errorf("the run is over at %s", s.offset(journal.Time(end)))
	case at < s.now:
		return fmt.Errorf("it is %s already", s.offset(journal.Time(s.now)))
	}
	s.now = at
	return s.player.PlayTo(s.ctx, at)
}

// finish plays to the end, once.
func (s *Scenario) finish() error {
	if s.summary != nil {
		return nil
	}
	var err error
	if s.summary, err = s.player.Close(s.ctx); err != nil {
		return err
	}
	return broken(s.entries)
}

// broken tells which invariant a run broke (check.failed).
func broken(entries []journal.Entry) error {
	for i := range entries {
		if e := &entries[i]; e.Kind == journal.CheckFailed {
			return &Broken{Rule: e.Rule, At: e.At, Message: e.Message}
		}
	}
	return nil
}

// in plays the timeline in another environment.
func (s *Scenario) in(environment string) (outcome, error) {
	if o, ok := s.others[environment]; ok {
		return o, nil
	}
	var o outcome
	opt := s.opt
	opt.Environment = environment
	var err error
	o.summary, err = s.driver.Play(s.ctx, s.tl, opt, func(e *journal.Entry) error {
		o.entries = append(o.entries, *e)
		s.text = append(e.AppendJSON(s.text), '\n')
		return nil
	})
	if err == nil {
		err = broken(o.entries)
	}
	s.others[environment] = o
	return o, err
}

// end plays a scenario that passed to its end.
func (s *Scenario) end(failed error) Report {
	r := Report{URI: s.uri, Name: s.name, Rules: s.rules, Err: failed, Played: s.played}
	switch {
	case s.skipped != "":
		r.Skipped, r.Err = s.skipped, nil
	case failed != nil:
	case s.player == nil:
		r.Err = errors.New("the scenario checks nothing")
	default:
		if r.Err = caught(s.finish); r.Err != nil {
			r.Skipped, _ = skipReason(r.Err)
			r.Err = s.explain(r.Err)
		}
		if r.Skipped != "" {
			r.Err = nil
		}
	}
	if s.player != nil {
		r.Timeline, r.Virtual = s.draft.yaml(), s.passed()
		s.player.Discard()
	}
	r.Journal = s.text
	return r
}

// offset words an instant as the time since the start.
func (s *Scenario) offset(t journal.Time) string {
	return timeline.Span(t.Sub(journal.FromStd(s.tl.Start))).String()
}

// instant is the instant so long after the start.
func (s *Scenario) instant(d time.Duration) journal.Time {
	return journal.FromStd(s.tl.Start.Add(d))
}
