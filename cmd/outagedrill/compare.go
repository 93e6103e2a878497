package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// The files of a comparison.
const (
	comparePage     = "compare.html"
	compareMarkdown = "compare.md"
	compareJSON     = "compare.json"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	out          string
	json         bool
	story        storyFlags
	policies     []string
	environments []string
	every        []string
	thresholds   []string
	assume       []string
	exact        bool
}

// newCompare builds the command that holds settings against one another.
func newCompare(con *console) *cobra.Command {
	var flags compareFlags
	cmd := &cobra.Command{
		Use: "compare TIMELINE…|--down APP=14:00-17:00 [-o DIR] [--json] [--workload FILE] [--policy …]" +
			" [--environment …] [--every JOB=…] [--threshold …] [--assume NAME=…] [--exact]",
		Short: "Hold policies, environments, intervals and thresholds against one another",
		Long: `Compare plays the same outages under every combination of what is given several times:
policies, environments, intervals, thresholds, values of a policy. It answers with a table, a verdict a case,
and what is better or worse than in the first one; and writes compare.html, compare.md and
compare.json into -o DIR (default ./outagedrill-out/compare/). The minute of the sweep is not
published: each case is run under all of them, and what depends on it is told from best to worst.`,
		Example: `  outagedrill compare year.yaml --environment staging --environment production
  outagedrill compare year.yaml --every stock-poll=1m,2m,5m --threshold 50,100,200
  outagedrill compare lunch.yaml --policy celigo-integrator --policy ours.yaml
  outagedrill compare --down acme=14:00-17:00 --assume sweep.every=15m,30m,1h`,
		Args: flags.story.args,
		RunE: func(cmd *cobra.Command, args []string) error {
			return compare(cmd.Context(), con, flags, args)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVarP(&flags.out, "output", "o", "",
		"folder `DIR` for the files (default ./outagedrill-out/compare/)")
	set.BoolVar(&flags.json, "json", false, "print the comparison as JSON; files only with -o")
	flags.story.add(set)
	set.StringArrayVar(&flags.policies, "policy", nil,
		"policy `FILE-OR-NAME` for the work that it governs; several of one kind are compared")
	set.StringArrayVar(&flags.environments, "environment", nil, "environment `NAME`; several are compared")
	set.StringArrayVar(&flags.every, "every", nil,
		"intervals `NAME=2m,5m` of a job or flow; without NAME= of all polling jobs; repeatable")
	set.StringSliceVar(&flags.thresholds, "threshold", nil,
		"failures in a row that disable a job, `N,…`; several are compared")
	set.StringArrayVar(&flags.assume, "assume", nil,
		"values of a policy, `NAME=VALUE,…`; several are compared; repeatable")
	set.BoolVar(&flags.exact, "exact", false,
		"run every case with its own minute of the sweep alone: no ranges")
	return cmd
}

// compare reads and checks everything first, runs all cases, writes the files and prints the answer.
func compare(ctx context.Context, con *console, flags compareFlags, args []string) error {
	if err := flags.story.check(args); err != nil {
		return err
	}
	timelines, paths, err := flags.story.read(ctx, con, args)
	if err != nil {
		return err
	}
	dir := outputDirs(flags.out, flags.json, []string{"compare"})[0]
	if dir != "" {
		if err := checkOutputs(dir, comparePage, compareMarkdown, compareJSON); err != nil {
			return err
		}
	}
	plan, err := comparePlan(flags, timelines)
	if err != nil {
		return err
	}
	var told gathering
	sinks := told.sink
	if dir == "" {
		sinks = nil
	}
	bar := newProgress(con, "compare")
	done, err := plan.Run(ctx, flags.exact, sinks, bar.show)
	bar.clear()
	switch {
	case errors.Is(err, sim.ErrInterrupted):
		return interrupted(ctx)
	case err != nil:
		return internalf("%w", err)
	}
	done.Command = compareCommand(paths, flags)
	drawn, err := told.journals()
	if err != nil {
		return internalf("%w", err)
	}
	return tellComparison(con, flags.json, dir, done, drawn)
}

// mostDrawn is how many cases of a timeline are drawn; the tables have all.
const mostDrawn = 6

// gathering gathers the journals of the first cases of each timeline while they run, by timeline and case.
type gathering [][]*reports.Gatherer

// sink is a new sink for a case that is drawn, nil for others. Cases are asked for in order.
func (g *gathering) sink(timeline, number int) whatif.Sink {
	if number >= mostDrawn {
		return nil
	}
	if timeline == len(*g) {
		*g = append(*g, nil)
	}
	one := reports.NewGatherer()
	(*g)[timeline] = append((*g)[timeline], one)
	return one.Add
}

// journals are those that were gathered.
func (g gathering) journals() ([][]*reports.Journal, error) {
	out := make([][]*reports.Journal, len(g))
	for i := range g {
		for _, one := range g[i] {
			told, err := one.Journal()
			if err != nil {
				return nil, err
			}
			out[i] = append(out[i], told)
		}
	}
	return out, nil
}

// tellComparison writes the files and prints the answer.
func tellComparison(
	con *console, asJSON bool, dir string, done *journal.Comparison,
	drawn [][]*reports.Journal,
) error {
	if dir != "" {
		if err := writeComparison(con, dir, done, drawn); err != nil {
			return err
		}
	}
	if asJSON {
		return writeJSON(con.out, done)
	}
	if err := reports.CompareText(con.out, done, reports.AnswerOptions{Width: con.width}); err != nil {
		return internalf("%w", err)
	}
	fmt.Fprintf(con.out, "\nreport: %s\n", filepath.Join(dir, comparePage))
	return nil
}

// comparePlan combines the timelines with what the flags vary.
func comparePlan(flags compareFlags, timelines []*timeline.Timeline) (*whatif.Comparing, error) {
	var bases []whatif.Case
	var errs []error
	for _, tl := range timelines {
		own, err := policies{}.under(tl, nil)
		if err == nil {
			err = playable(tl, own)
		}
		errs = append(errs, err)
		bases = append(bases, whatif.Case{Timeline: tl, Flows: own.flows, PollingJobs: own.jobs})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	axes, err := compareAxes(flags, bases)
	if err != nil {
		return nil, err
	}
	plan, err := whatif.NewComparing(bases, axes)
	if err != nil {
		return nil, usagef("%w", err)
	}
	return plan, nil
}

// writeComparison writes the three files together.
func writeComparison(con *console, dir string, c *journal.Comparison, drawn [][]*reports.Journal) error {
	out, err := newOutputs(con, dir)
	if err != nil {
		return err
	}
	err = errors.Join(
		out.write(comparePage, func(w io.Writer) error { return reports.CompareHTML(w, c, drawn) }),
		out.write(compareMarkdown, func(w io.Writer) error { return reports.CompareMarkdown(w, c, drawn) }),
		out.write(compareJSON, func(w io.Writer) error { return writeJSON(w, c) }),
	)
	if err != nil {
		out.discard()
		return err
	}
	return out.commit()
}

// compareCommand is the command line that repeats the comparison, but for where the files go.
func compareCommand(paths []string, flags compareFlags) string {
	words := append([]string{"outagedrill", "compare"}, flags.story.words(paths)...)
	for _, list := range []struct {
		flag   string
		values []string
	}{
		{"--policy", flags.policies},
		{"--environment", flags.environments},
		{"--every", flags.every},
		{"--threshold", flags.thresholds},
		{"--assume", flags.assume},
	} {
		for _, value := range list.values {
			words = append(words, list.flag, value)
		}
	}
	if flags.exact {
		words = append(words, "--exact")
	}
	return shellCommand(words)
}
