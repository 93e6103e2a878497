package whatif

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// mostCases is how many cases one comparison may have, all timelines together.
const mostCases = 500

// Comparing is a comparison that can be run: every combination of its settings was found possible.
type Comparing struct {
	axes  []Axis
	bases int
	cases []*compared
	runs  int
}

// compared is one combination.
type compared struct {
	Case
	settings []journal.Setting
	summary  *journal.Summary
	figures  []journal.CaseFigures // the base's first, then one an offset
	tokens   []journal.CaseFigures // one an alternative of when tokens are renewed
}

// NewComparing combines the base cases (one for each timeline, with both policies) with all settings, the
// first axis varying slowest. A setting that is not possible is an error, and so are too many cases.
func NewComparing(bases []Case, axes []Axis) (*Comparing, error) {
	c := &Comparing{axes: axes, bases: len(bases)}
	count, factors := len(bases), []string{}
	for _, a := range axes {
		if n := len(a.Settings); n > 1 {
			factors = append(factors, fmt.Sprintf("%d of %s", n, a.Name))
			count = min(count*n, 1_000_000)
		}
	}
	if len(bases) > 1 {
		factors = append(factors, fmt.Sprintf("%d timelines", len(bases)))
	}
	if count > mostCases {
		return nil, fmt.Errorf("%s make too many cases (want at most %d)",
			strings.Join(factors, " × "), mostCases)
	}
	for i := range bases {
		if err := c.combine(bases[i], axes, nil); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Run runs each case as its policy has it, and then, unless exact is set or somebody said which it is,
// under every other offset of the sweep, since that is not published. Errors and progress are those of the
// function Run.
//
// Sinks gives a sink, or nil, for the case of a timeline, both counted from 0, the case as in the table. It
// is told the case as its policy has it, without backlog.sampled, by one goroutine, while other sinks are
// told by others. Sinks itself may be nil.
func (c *Comparing) Run(
	ctx context.Context, exact bool, sinks func(timeline, number int) Sink, progress func(done float64),
) (*journal.Comparison, error) {
	if err := c.run(ctx, exact, sinks, progress); err != nil {
		return nil, err
	}
	return c.told(), nil
}

// told is the comparison, once its runs were made.
func (c *Comparing) told() *journal.Comparison {
	out := &journal.Comparison{Axes: []journal.Axis{}, Runs: c.runs, Together: []journal.ComparedCase{}}
	for _, a := range c.axes {
		var values []string
		for _, s := range a.Settings {
			values = append(values, s.Value)
		}
		if len(values) > 1 {
			out.Axes = append(out.Axes, journal.Axis{Name: a.Name, Values: values})
		}
	}
	each := len(c.cases) / c.bases
	for cases := range slices.Chunk(c.cases, each) {
		out.Timelines = append(out.Timelines, comparedTimeline(cases))
	}
	if c.bases > 1 {
		out.Together = together(out.Timelines)
	}
	return out
}

// combine adds the combinations of the axes that are left.
func (c *Comparing) combine(at Case, axes []Axis, settings []journal.Setting) error {
	if len(axes) == 0 {
		c.cases = append(c.cases, &compared{Case: at, settings: settings})
		return nil
	}
	for _, s := range axes[0].Settings {
		moved, err := s.Apply(at)
		if err != nil {
			return err
		}
		more := settings
		if len(axes[0].Settings) > 1 {
			more = append(slices.Clone(settings), journal.Setting{Axis: axes[0].Name, Value: s.Value})
		}
		if err := c.combine(moved, axes[1:], more); err != nil {
			return err
		}
	}
	return nil
}

// run makes the runs: the combinations, and then each under the other offsets.
func (c *Comparing) run(
	ctx context.Context, exact bool, sinks func(timeline, number int) Sink, progress func(done float64),
) error {
	each := len(c.cases) / c.bases
	plain, told := make([]Case, len(c.cases)), make([]Sink, len(c.cases))
	for i := range c.cases {
		plain[i] = c.cases[i].Case
		if sinks != nil {
			told[i] = sinks(i/each, i%each)
		}
	}
	first, rest := progress, progress
	if progress != nil && !exact {
		first = func(done float64) { progress(done / 20) }
		rest = func(done float64) { progress((1 + 19*done) / 20) }
	}
	summaries, err := runTold(ctx, plain, told, first)
	if err != nil {
		return err
	}
	var moved []Case
	var to []*[]journal.CaseFigures
	for i, one := range c.cases {
		one.summary = summaries[i]
		one.figures = []journal.CaseFigures{figuresOf(one.summary)}
		if exact {
			continue
		}
		var offsets []Case
		if sweepMatters(one.summary) {
			if offsets, err = otherOffsets(one.Case); err != nil {
				return err
			}
		}
		ages, err := otherTokenAges(one.Case)
		if err != nil {
			return err
		}
		moved = slices.Concat(moved, offsets, ages)
		to = slices.Concat(to, slices.Repeat([]*[]journal.CaseFigures{&one.figures}, len(offsets)),
			slices.Repeat([]*[]journal.CaseFigures{&one.tokens}, len(ages)))
	}
	c.runs = len(plain) + len(moved)
	if summaries, err = Run(ctx, moved, rest); err != nil {
		return err
	}
	for i, list := range to {
		*list = append(*list, figuresOf(summaries[i]))
	}
	return nil
}

// refreshBefore is the value that decides how old a token is when a vendor fails.
const refreshBefore = "token.refresh_before"

// otherTokenAges are the case with tokens that are renewed sooner or later before they lapse: so they are of
// other ages when a vendor fails. None where there are no tokens, or somebody said when they are renewed.
func otherTokenAges(c Case) ([]Case, error) {
	facts := factsOf(&c)
	var out []Case
	var tried []string
	for _, p := range []*policy.Policy{c.Flows, c.PollingJobs} {
		v, ok := p.Value(refreshBefore)
		if !ok || v.Basis != policy.Chosen || !facts.canMatter(p.Governs, refreshBefore) {
			continue
		}
		for _, value := range v.Alternatives {
			if slices.Contains(tried, value) {
				continue
			}
			other, err := c.assume(refreshBefore, value)
			if err != nil {
				return nil, err
			}
			out, tried = append(out, other), append(tried, value)
		}
	}
	return out, nil
}

// sweepMatters tells whether a run can depend on when the sweep comes: until a connection is offline a sweep
// tests nothing, so where none ever was all offsets give this very run.
func sweepMatters(s *journal.Summary) bool {
	return slices.ContainsFunc(s.Connections, func(c journal.ConnectionSummary) bool {
		return len(c.Offline) > 0
	})
}

// otherOffsets are the case under every other offset of the sweep; none where the offset is known.
func otherOffsets(c Case) ([]Case, error) {
	v, ok := c.Flows.Value(sweepOffset)
	if !ok || v.Basis != policy.Chosen {
		return nil, nil
	}
	var out []Case
	for _, value := range offsets(c.Flows.Flows.SweepEvery, c.Flows.Flows.SweepOffset) {
		other, err := c.assume(sweepOffset, value)
		if err != nil {
			return nil, err
		}
		out = append(out, other)
	}
	return out, nil
}

// timelineOf is a timeline by a run of it, without what became of its cases.
func timelineOf(s *journal.Summary) journal.ComparedTimeline {
	t := journal.ComparedTimeline{
		Name: s.Name, Start: s.Start, End: s.End, Outages: len(s.Outages),
		Jobs: len(s.Jobs), Flows: len(s.Flows),
	}
	for _, o := range s.Outages {
		t.Down += journal.Seconds(o.To.Sub(o.From))
	}
	return t
}

// comparedTimeline is what became of one timeline's cases.
func comparedTimeline(cases []*compared) journal.ComparedTimeline {
	out := timelineOf(cases[0].summary)
	for _, c := range cases {
		one := journal.ComparedCase{
			Settings: append([]journal.Setting{}, c.settings...), Policy: c.summary.Policy,
			Environment: c.environment(), Threshold: thresholdOf(&c.Case), Offsets: len(c.figures),
			Base: c.figures[0], TokenAges: c.tokens,
		}
		spread := spreadOf(c.figures)
		one.Best, one.Worst = spread.Best, spread.Worst
		if len(c.figures) > 1 {
			one.Median = &spread.Median
		}
		out.Cases = append(out.Cases, one)
	}
	return out
}

// addAges adds up what two timelines come to with tokens of other ages, where one of them has any: the
// other's figures stay.
func addAges(a, b *journal.ComparedCase) []journal.CaseFigures {
	x, y := a.TokenAges, b.TokenAges
	switch {
	case len(x) == 0:
		x = slices.Repeat([]journal.CaseFigures{a.Base}, len(y))
	case len(y) == 0:
		y = slices.Repeat([]journal.CaseFigures{b.Base}, len(x))
	}
	var sum []journal.CaseFigures
	for k := range min(len(x), len(y)) {
		sum = append(sum, addUp(x[k], y[k]))
	}
	return sum
}

// together adds up the cases over the timelines, each of which has them in the same order.
func together(timelines []journal.ComparedTimeline) []journal.ComparedCase {
	out := slices.Clone(timelines[0].Cases)
	for _, t := range timelines[1:] {
		for i, c := range t.Cases {
			o := &out[i]
			o.Offsets, o.Median = max(o.Offsets, c.Offsets), nil
			o.TokenAges = addAges(o, &c)
			o.Base, o.Best, o.Worst = addUp(o.Base, c.Base), addUp(o.Best, c.Best), addUp(o.Worst, c.Worst)
		}
	}
	return out
}
