package main

import (
	"bytes"
	"testing"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// TestDrawnAsTold: the picture of a comparison is gathered while its cases run, without samples and lines. It is
// the one that journals written and read would give, to the byte.
func TestDrawnAsTold(t *testing.T) {
	tl, err := timeline.Read("../../examples/black-friday.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own, err := policies{}.under(tl, nil)
	if err != nil {
		t.Fatal(err)
	}
	axis := whatif.Axis{Name: "threshold"}
	for _, n := range []int{20, 50, 100, 101, 102, 103, 104} {
		axis.Settings = append(axis.Settings, whatif.AtThreshold(n))
	}
	base := whatif.Case{Timeline: tl, Flows: own.flows, PollingJobs: own.jobs}
	plan, err := whatif.NewComparing([]whatif.Case{base}, []whatif.Axis{axis})
	if err != nil {
		t.Fatal(err)
	}
	var told gathering
	done, err := plan.Run(t.Context(), true, told.sink, nil)
	if err != nil {
		t.Fatal(err)
	}
	gathered, err := told.journals()
	if err != nil {
		t.Fatal(err)
	}
	if len(gathered) != 1 || len(gathered[0]) != mostDrawn {
		t.Fatalf("%d timelines drawn, want 1 with %d cases", len(gathered), mostDrawn)
	}

	var read []*reports.Journal
	for _, s := range axis.Settings[:mostDrawn] {
		one, err := s.Apply(base)
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, written(t, &one))
	}
	if a, b := pageOf(t, done, gathered), pageOf(t, done, [][]*reports.Journal{read}); !bytes.Equal(a, b) {
		t.Error("gathered while the cases run, the page is another than that of their journals")
	}
}

// written plays a case, writes its journal, samples and all, and reads it.
func written(t *testing.T, c *whatif.Case) *reports.Journal {
	t.Helper()
	var lines bytes.Buffer
	w := journal.NewWriter(&lines)
	opt := sim.Options{Flows: c.Flows, PollingJobs: c.PollingJobs}
	if _, err := sim.Run(t.Context(), c.Timeline, opt, w.Append); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	j, err := reports.Load(&lines)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func pageOf(t *testing.T, done *journal.Comparison, drawn [][]*reports.Journal) []byte {
	t.Helper()
	var page bytes.Buffer
	if err := reports.CompareHTML(&page, done, drawn); err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}
