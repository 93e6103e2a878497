package steps

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// RealClock is the time of a platform whose clock runs by itself.
type RealClock interface {
	// Now is the present instant.
	Now() time.Time
	// Wait returns at an instant, or with the context's error before.
	Wait(ctx context.Context, until time.Time) error
}

// MachineClock is the machine's own clock.
func MachineClock() RealClock { return machineClock{clock.New()} }

type machineClock struct{ clock.Clock }

func (m machineClock) Wait(ctx context.Context, until time.Time) error {
	timer := m.Timer(until.Sub(m.Now()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// How the time of a scenario becomes that of a clock that runs by itself, if nothing else is said.
const (
	TargetScale = 50 * time.Millisecond // that a minute takes
	TargetLimit = time.Minute           // that a scenario may take
)

const (
	// leadTime is how long a platform has to load a world that begins in the future.
	leadTime = 250 * time.Millisecond
	// leastGap is how far apart two instants have to be at least to be told apart on a busy machine.
	leastGap = 100 * time.Millisecond
)

// scaled relates the time of a scenario to a clock that runs by itself. Whatever a platform does within the
// window of an instant of the scenario was done at that instant.
type scaled struct {
	clock  RealClock
	minute time.Duration // that a minute of the scenario takes
	start  engine.Time   // of the scenario
	began  time.Time     // the same instant by the clock
	gap    time.Duration // of the scenario: the shortest between two instants at which something is due
	limit  time.Duration // that a scenario may take
}

// span is how long a span of the scenario takes.
func (s *scaled) span(d time.Duration) time.Duration {
	return time.Duration(float64(d) * s.factor())
}

// factor is how many seconds of the clock a second of the scenario takes.
func (s *scaled) factor() float64 { return float64(s.minute) / float64(time.Minute) }

// instant is an instant of the scenario by the clock.
func (s *scaled) instant(at engine.Time) time.Time {
	return s.began.Add(s.span(time.Duration(at - s.start)))
}

// of is a reading of the clock as an instant of the scenario.
func (s *scaled) of(reading time.Time) engine.Time {
	return s.start.Add(time.Duration(float64(reading.Sub(s.began)) / s.factor()))
}

// early and late are how much of the scenario's time before and after an instant its window reaches. Two
// windows fit between two instants: one of what is due by itself, and one of what a command causes. Where
// polls are missing at its end, a window is held open until latest.
func (s *scaled) early() time.Duration  { return s.gap / 8 }
func (s *scaled) late() time.Duration   { return s.gap * 3 / 8 }
func (s *scaled) latest() time.Duration { return s.gap * 3 / 4 }

// plan measures a timeline. It is an *unoffered error where its instants cannot be told apart at this scale,
// or where it would take too long.
func (s *scaled) plan(tl *timeline.Timeline) error {
	s.start = engine.Time(tl.Start.UnixNano())
	took := s.span(time.Duration(tl.Duration))
	if took > s.limit {
		return &unoffered{fmt.Sprintf("it lasts %s, which takes %s on the platform's own clock "+
			"(--time-scale, --time-limit)", tl.Duration, took.Round(time.Millisecond))}
	}
	s.gap = shortestGap(tl)
	if real := s.span(s.gap); real < leastGap {
		const form = "instants %s apart are %s apart on the platform's own clock, too little to tell " +
			"them apart (--time-scale)"
		return &unoffered{fmt.Sprintf(form, timeline.Span(s.gap), real.Round(time.Microsecond))}
	}
	return nil
}

// shortestGap is the shortest span between two instants at which jobs poll or people act.
func shortestGap(tl *timeline.Timeline) time.Duration {
	end := time.Duration(tl.Duration)
	all := []time.Duration{0, end}
	for i := range tl.PollingJobs {
		j := &tl.PollingJobs[i]
		for at := time.Duration(j.Phase); at < end; at += time.Duration(j.Every) {
			all = append(all, at)
		}
	}
	for i := range tl.Commands {
		all = append(all, tl.Commands[i].At.Sub(tl.Start))
	}
	slices.Sort(all)
	all = slices.Compact(all)
	shortest := end
	for i := 1; i < len(all); i++ {
		shortest = min(shortest, all[i]-all[i-1])
	}
	return shortest
}

// canScale tells why a timeline cannot be played on a clock that runs by itself; nil: it can.
func canScale(tl *timeline.Timeline) error {
	const own = " on a platform's own clock"
	for i := range tl.Connections {
		if tl.Connections[i].Auth == "oauth2" {
			return &unoffered{"tokens, whose life is the vendor's to say, cannot be scaled" + own}
		}
	}
	switch {
	case len(tl.Flows) > 0:
		return &unoffered{"flows, which wait for seconds and test each hour, cannot be scaled" + own}
	case len(tl.Mail) > 0:
		return &unoffered{"when an e-mail is tried again cannot be told" + own}
	}
	return nil
}

// translate words what a platform says in its own time in that of the scenario, at an instant whose
// window has been looked at since that reading of the clock. What lies in the window of an instant is of that
// instant.
func (s *scaled) translate(
	state *contract.State, at engine.Time, since time.Time, looked []engine.Time,
) {
	off := s.span(s.late())
	if state.Now.After(since.Add(-off)) && state.Now.Before(s.clock.Now().Add(off)) {
		state.Now = instantOf(at)
	} else {
		state.Now = instantOf(s.of(state.Now))
	}
	for i := range state.Jobs {
		if j := &state.Jobs[i]; j.DisabledAt != nil {
			when := instantOf(s.snap(s.of(*j.DisabledAt), looked))
			j.DisabledAt = &when
		}
	}
}

// snap is the instant in whose window another one lies; that itself where it lies in none.
func (s *scaled) snap(when engine.Time, looked []engine.Time) engine.Time {
	for _, at := range slices.Backward(looked) {
		if when >= at.Add(-s.early()) && when <= at.Add(s.latest()) {
			return at
		}
	}
	return when
}

// words says how time passed.
func (s *scaled) words() string {
	return fmt.Sprintf("real, a minute takes %s, and an instant is right to within 3/4 of the shortest "+
		"interval of its scenario", s.minute)
}
