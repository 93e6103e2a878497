package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/reports/history"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// newHistory builds the command that tells what a history knows.
func newHistory(con *console) *cobra.Command {
	return &cobra.Command{
		Use:   "history FILE",
		Short: "What replay and test came to over time, and what flipped",
		Long: `History tells what "--history FILE" of replay and test has gathered: for each timeline and
each command of tests its runs, the latest last, with what changed, and every flip: the same input
and the same seed with another outcome. Where nothing else differs, that is a bug of outagedrill.

Exit status: 0 no such bug, 1 there is one, 2 FILE is no history.`,
		Example: `  outagedrill replay lunch.yaml --history history.ndjson
  outagedrill test features --history history.ndjson
  outagedrill history history.ndjson`,
		Args: atLeastOne("history"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("there are %d histories (want one at a time)", len(args))
			}
			return tellHistory(con, args[0])
		},
	}
}

// historyFlag adds --history.
func historyFlag(set *pflag.FlagSet, into *string, usage string) {
	set.StringVar(into, "history", "", usage)
}

const keepHistory = "add a line for each run to `FILE`, and show trends and flips (see outagedrill history)"

// checkHistory refuses, before anything is played, a file that cannot be a history.
func checkHistory(path string) error {
	if path == "" {
		return nil
	}
	if err := checkOutputs(filepath.Dir(path), filepath.Base(path)); err != nil {
		return err
	}
	if _, err := history.Read(path); err != nil {
		return usagef("%s: %w", path, reasonOf(err))
	}
	return nil
}

// keep adds a line to a history and returns what it knows then.
func keep(con *console, path string, line history.Line) (*history.Log, error) {
	log, err := history.Append(path, line)
	if err != nil {
		return nil, internalf("%s: %w", path, reasonOf(err))
	}
	warnTorn(con, path, log)
	return log, nil
}

func warnTorn(con *console, path string, log *history.Log) {
	for _, n := range log.Left {
		con.warn("%s:%d: this line is no run, and is left out", path, n)
	}
}

// keepRun adds a replayed timeline to a history, which its report then shows.
func keepRun(con *console, path string, told *reports.Journal, at time.Time) error {
	line, err := told.Line(at)
	if err != nil {
		return internalf("%w", err)
	}
	told.History, err = keep(con, path, line)
	return err
}

// recall shows beside an old journal what its history knew then.
func recall(con *console, path string, told *reports.Journal) error {
	line, err := told.Line(time.Time{})
	if err != nil {
		return internalf("%w", err)
	}
	log, err := history.Read(path)
	if err != nil {
		return usagef("%s: %w", path, reasonOf(err))
	}
	warnTorn(con, path, log)
	told.History = log.Until(&line)
	return nil
}

// keepResults adds the results of scenarios to a history and tells how they stand to those before.
func keepResults(con *console, path string, s *suite.Suite) error {
	var err error
	if s.History, err = keep(con, path, s.Line()); err != nil {
		return err
	}
	for _, text := range s.HistoryTold() {
		con.warn("history: %s", text)
	}
	return nil
}

// tellHistory tells all series of a file, with the flips of every run.
func tellHistory(con *console, path string) error {
	log, err := history.Read(path)
	if err != nil {
		return usagef("%s: %w", path, reasonOf(err))
	}
	warnTorn(con, path, log)
	if len(log.Lines) == 0 {
		return usagef("%s: there is no run in it (want a file that --history of replay or test wrote)", path)
	}
	bugs := 0
	for i, series := range log.All() {
		if i > 0 {
			fmt.Fprintln(con.out)
		}
		bugs += tellSeries(con, series.Lines)
	}
	if bugs > 0 {
		const form = "%s: the same input, seed and program came to another outcome"
		return &failure{code: exitFailed, err: fmt.Errorf(form, plural(bugs, "time"))}
	}
	return nil
}

// How much is told of a series.
const (
	mostMarks = 40 // characters that draw it
	mostTold  = 10 // the last runs, and those before them that flipped
)

// tellSeries tells one series and counts its flips that are bugs.
func tellSeries(con *console, lines []history.Line) (bugs int) {
	first := &lines[0]
	fmt.Fprintf(con.out, "%s: %s, %s  %s\n",
		first.Kind, first.Name, first.Where, history.Marks(lines, mostMarks))
	for _, trend := range history.TrendLines(lines, mostMarks) {
		fmt.Fprintf(con.out, "  %s\n", trend)
	}
	flips := history.Flips(lines)
	from := max(0, len(lines)-mostTold)
	var earlier []string
	for i := range lines {
		for _, f := range flips[i] {
			if f.Bug {
				bugs++
			}
		}
		if i < from && len(flips[i]) > 0 {
			earlier = append(earlier, history.FlipText(flips[i], nil))
		}
	}
	if from > 0 {
		fmt.Fprintf(con.out, "  %s before these", plural(from, "run"))
		if n := len(earlier); n > 0 {
			fmt.Fprintf(con.out, ", %d of which flipped; the last:", n)
		}
		fmt.Fprintln(con.out)
	}
	for _, text := range earlier[max(0, len(earlier)-mostTold):] {
		fmt.Fprintf(con.out, "    flip: %s\n", text)
	}
	for i := from; i < len(lines); i++ {
		tellRun(con, &lines[i], flips[i])
	}
	return bugs
}

// tellRun tells one run, and what flipped in it.
func tellRun(con *console, l *history.Line, flips []history.Flip) {
	var figures []string
	for _, f := range l.Figures {
		figures = append(figures, f.Name+" "+f.String())
	}
	fmt.Fprintf(con.out, "  %s  %s %-4s  %s  %s\n", l.At.UTC().Format("2006-01-02 15:04"),
		history.Mark(l.Verdict), l.Verdict, strings.Join(figures, ", "), l.Program)
	if len(flips) > 0 {
		fmt.Fprintf(con.out, "    flip: %s\n", history.FlipText(flips, nil))
	}
}
