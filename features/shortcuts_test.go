package features_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// shortcutWorlds is how many random timelines each shortcut of the simulator is tried on.
const shortcutWorlds = 100

// randomWorld reads a random timeline.
func randomWorld(t *testing.T, seed uint64) *timeline.Timeline {
	t.Helper()
	name := fmt.Sprintf("random-%d.yaml", seed)
	text := randomTimeline(seed)
	tl, err := timeline.Parse(name, []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return tl
}

// simulate runs a timeline and returns its journal and its summary, each as text.
func simulate(t *testing.T, tl *timeline.Timeline, opt sim.Options) (lines, summary []byte) {
	t.Helper()
	var out bytes.Buffer
	s, err := sim.Run(t.Context(), tl, opt, func(en *journal.Entry) error {
		_, err := out.Write(append(en.AppendJSON(nil), '\n'))
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", tl.Name, err)
	}
	return out.Bytes(), summaryText(t, s)
}

func summaryText(t *testing.T, s *journal.Summary) []byte {
	t.Helper()
	text, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSummaryWithoutAJournal: a run whose journal nobody reads has the same summary.
func TestSummaryWithoutAJournal(t *testing.T) {
	for seed := range uint64(shortcutWorlds) {
		tl := randomWorld(t, seed)
		_, want := simulate(t, tl, sim.Options{})
		s, err := sim.Run(t.Context(), tl, sim.Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := summaryText(t, s); !bytes.Equal(want, got) {
			t.Fatalf("seed %d: without a journal\n%s\nwith one\n%s", seed, got, want)
		}
	}
}

// TestCalmTimePassesUnseen: journal and summary are the same whether each call is played or calm time passes by
// arithmetic, also with the state of both machines taken out and put back on the way. The timelines are those
// of the roads with quiet hours after them, under policies of which any assumption may be another.
func TestCalmTimePassesUnseen(t *testing.T) {
	shorter := 0
	for seed := range uint64(shortcutWorlds) {
		tl, opt := quietWorld(t, seed)
		var played, passed, restored int
		opt.OneByOne, opt.EveryStep = true, counting(&played)
		lines, summary := simulate(t, tl, opt)
		opt.OneByOne, opt.EveryStep = false, counting(&passed)
		same(t, seed, "calm time", lines, summary, tl, opt)
		if seed%10 == 0 { // restoring takes its time
			opt.EveryStep = func(w *sim.World) error {
				if restored++; restored > 300 && restored%31 != 0 {
					return nil
				}
				return w.Reload()
			}
			same(t, seed, "calm time, restored on the way", lines, summary, tl, opt)
		}
		opt.EveryStep = nil
		s, err := sim.Run(t.Context(), tl, opt, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := summaryText(t, s); !bytes.Equal(summary, got) {
			t.Fatalf("seed %d: without a journal\n%s\nwith one\n%s", seed, got, summary)
		}
		if passed < played*9/10 {
			shorter++
		}
	}
	if shorter < shortcutWorlds/5 {
		t.Errorf("calm time saved a tenth of the steps in %d of %d worlds only", shorter, shortcutWorlds)
	}
}

// quietWorld is a random timeline with quiet hours after its events, policies with other assumptions, and now and
// then what sets the limits of calm time: slow answers, short retention, quick polls.
func quietWorld(t *testing.T, seed uint64) (*timeline.Timeline, sim.Options) {
	t.Helper()
	d := rand.New(rand.NewPCG(seed, 3))
	text := regexp.MustCompile(`(?m)^duration: .*$`).ReplaceAllString(randomTimeline(seed),
		fmt.Sprintf("duration: %dh", 6+d.IntN(10)))
	tl, err := timeline.Parse(fmt.Sprintf("quiet-%d.yaml", seed), []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for i := range tl.Applications {
		a := &tl.Applications[i]
		switch d.IntN(4) {
		case 0:
			a.Latency = timeline.Latency{Median: timeline.Span(1+d.IntN(40)) * timeline.Span(time.Second)}
		case 1:
			a.Latency, a.Limit = timeline.Latency{Median: timeline.Span(time.Second)}, nil
		}
		if d.IntN(4) == 0 {
			a.Retention = timeline.Span(1+d.IntN(10)) * timeline.Span(time.Minute)
		}
	}
	for i := range tl.PollingJobs {
		j := &tl.PollingJobs[i]
		j.Phase += timeline.Span(d.IntN(2)*d.IntN(100)) * timeline.Span(time.Minute)
		if d.IntN(3) == 0 {
			j.Deadline = timeline.Span(1+d.IntN(10)) * timeline.Span(time.Minute)
		}
		if d.IntN(3) == 0 {
			j.Every = timeline.Span(20+d.IntN(40)) * timeline.Span(time.Second)
		}
	}
	return tl, sim.Options{
		Flows: assuming(t, d, "celigo-integrator"), PollingJobs: assuming(t, d, "sap-open-connectors"),
	}
}

// assuming is a built-in policy with up to three other assumptions.
func assuming(t *testing.T, d *rand.Rand, name string) *policy.Policy {
	t.Helper()
	p, err := policy.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	for range d.IntN(4) {
		v := p.Values[d.IntN(len(p.Values))]
		if len(v.Alternatives) == 0 {
			continue
		}
		if other, err := p.Override(v.Name, v.Alternatives[d.IntN(len(v.Alternatives))]); err == nil {
			p = other // what contradicts another assumption is left out
		}
	}
	return p
}

func counting(steps *int) func(*sim.World) error {
	return func(*sim.World) error { *steps++; return nil }
}

func same(
	t *testing.T, seed uint64, how string, lines, summary []byte, tl *timeline.Timeline, opt sim.Options,
) {
	t.Helper()
	gotLines, gotSummary := simulate(t, tl, opt)
	if !bytes.Equal(lines, gotLines) {
		want, got := firstDifference(lines, gotLines)
		t.Fatalf("seed %d, %s:\n%s\none by one:\n%s", seed, how, got, want)
	}
	if !bytes.Equal(summary, gotSummary) {
		t.Fatalf("seed %d, %s:\n%s\none by one:\n%s", seed, how, gotSummary, summary)
	}
}

// firstDifference is the first line in which two journals part.
func firstDifference(a, b []byte) (fromA, fromB []byte) {
	as, bs := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(as), len(bs)) {
		if !bytes.Equal(as[i], bs[i]) {
			return as[i], bs[i]
		}
	}
	return fmt.Appendf(nil, "%d lines", len(as)), fmt.Appendf(nil, "%d lines", len(bs))
}
