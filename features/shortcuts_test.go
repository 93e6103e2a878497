package features_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// shortcutWorlds is how many random timelines each shortcut of the simulator is tried on.
const shortcutWorlds = 300

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
