package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/whatif"
)

// The files of a run.
const (
	journalFile = "journal.ndjson"
	summaryFile = "summary.json"
	reportFile  = "report.html"
)

// result is what a run came to.
type result struct {
	summary *journal.Summary
	failed  []journal.Entry // expect.failed and check.failed
	told    *reports.Journal
}

// runJob runs one timeline, writes its files and prints the answer; of an interrupted run too, as far as it
// came. The error carries the exit status.
func runJob(ctx context.Context, con *console, flags replayFlags, job job) (*result, error) {
	out := &outputs{}
	var kept bytes.Buffer // the journal, where it goes to no file and formats want it
	var sink io.Writer
	switch {
	case job.dir == "" && len(flags.formats) == 0 && flags.history == "":
		sink = io.Discard
	case job.dir == "":
		sink = &kept
	default:
		var err error
		if out, err = newOutputs(con, job.dir); err != nil {
			return nil, err
		}
		if sink, err = out.create(journalFile); err != nil {
			return nil, err
		}
	}
	res, err := play(ctx, con, flags, job, sink)
	stopped := errors.Is(err, sim.ErrInterrupted)
	if err != nil && !stopped {
		out.discard()
		return nil, internalf("%s: %w", job.timeline.File, err)
	}
	if sink != io.Discard {
		past := flags.history
		if stopped {
			past = "" // what did not come to its end is nothing to compare with
		}
		if err := finish(con, job, out, &kept, past, res); err != nil {
			out.discard()
			return nil, err
		}
	}
	if stopped {
		return res, interrupted(ctx)
	}
	return res, verdict(job, res.failed)
}

// play runs the base case and then, unless it is wanted alone, everything that could as well be true, with
// the journal into sink. Interrupted among the others, it returns the base case whole and without ranges.
func play(ctx context.Context, con *console, flags replayFlags, job job, sink io.Writer) (*result, error) {
	w := journal.NewWriter(sink)
	seen := whatif.NewWitness()
	res, last, err := playBase(ctx, con, flags, job, w, seen)
	if err == nil && !flags.exact {
		err = playMore(ctx, con, flags, job, res.summary, seen, func(e journal.Entry) error {
			last.Seq++
			e.Seq, e.At = last.Seq, last.At
			return w.Append(&e)
		})
	}
	if flushed := w.Flush(); err == nil {
		err = flushed
	}
	return res, err
}

// playMore makes the other runs, and tells what they gave in the summary and after the run: ranges, then the
// other environments, the fleet and advice.
func playMore(
	ctx context.Context, con *console, flags replayFlags, job job, summary *journal.Summary,
	seen *whatif.Witness, after func(journal.Entry) error,
) error {
	ranges, err := playOthers(ctx, con, flags, job, summary)
	if errors.Is(err, sim.ErrInterrupted) {
		con.warn("%s: not every assumption was tried: the answer is of the base case alone",
			job.timeline.Name)
	}
	if err != nil {
		return err
	}
	summary.Ranges = ranges
	if err := after(journal.Entry{Kind: journal.RangesComputed, Ranges: ranges}); err != nil {
		return err
	}
	if err := elsewhere(ctx, job.base(flags), summary, after); err != nil {
		return err
	}
	return advise(ctx, job.base(flags), summary, seen, after)
}

// elsewhere plays the other environments, adds them to the summary, and tells them after the run.
func elsewhere(
	ctx context.Context, base whatif.Case, summary *journal.Summary, after func(journal.Entry) error,
) error {
	played, err := whatif.Environments(ctx, base)
	if err != nil || len(played) == 0 {
		return err
	}
	summary.Environments = played
	return after(journal.Entry{Kind: journal.EnvironmentsPlayed, Environments: played})
}

// base is the case that is played.
func (j *job) base(flags replayFlags) whatif.Case {
	return whatif.Case{
		Timeline: j.timeline, Flows: j.policies.flows, PollingJobs: j.policies.jobs,
		Environment: flags.environment,
	}
}

// advise solves how long an outage each polling job survives and what would have gone better, adds both to
// the summary, and tells them after the run.
func advise(
	ctx context.Context, base whatif.Case, summary *journal.Summary, seen *whatif.Witness,
	after func(journal.Entry) error,
) error {
	solved, err := whatif.Fleet(ctx, base)
	if err == nil && len(solved) > 0 {
		summary.AddFleet(solved)
		err = after(journal.Entry{Kind: journal.FleetSolved, Fleet: solved})
	}
	if err != nil {
		return err
	}
	advice, err := whatif.Advise(ctx, base, summary, seen)
	if err == nil && len(advice) > 0 {
		summary.Advice = advice
		err = after(journal.Entry{Kind: journal.AdviceGiven, Advice: advice})
	}
	return err
}

// playBase runs the base case, which seen looks at. Last has the seq and the instant of its last entry.
func playBase(
	ctx context.Context, con *console, flags replayFlags, job job, w *journal.Writer, seen *whatif.Witness,
) (res *result, last journal.Entry, err error) {
	res = &result{}
	bar := newProgress(con, job.timeline.Name)
	defer bar.clear()
	res.summary, err = sim.Run(ctx, job.timeline, sim.Options{
		Flows:       job.policies.flows,
		PollingJobs: job.policies.jobs,
		Environment: flags.environment,
		ListCalls:   flags.calls,
		Version:     programVersion(),
		Command:     job.command,
		Progress:    bar.show,
	}, func(e *journal.Entry) error {
		if e.Kind == journal.ExpectFailed || e.Kind == journal.CheckFailed {
			res.failed = append(res.failed, *e)
		}
		last.Seq, last.At = e.Seq, e.At
		seen.See(e)
		return w.Append(e)
	})
	return res, last, err
}

// playOthers makes the ranges around the base case's summary.
func playOthers(
	ctx context.Context, con *console, flags replayFlags, job job, base *journal.Summary,
) (*journal.Ranges, error) {
	bar := newProgress(con, job.timeline.Name+", other assumptions")
	defer bar.clear()
	return whatif.Ranges(ctx, job.base(flags), base, bar.show)
}

// finish reads the journal that was just written, adds the run to its history, draws the report, gives all
// files their names, and prints the answer and where the report is.
func finish(con *console, job job, out *outputs, written io.Reader, past string, res *result) error {
	if job.dir != "" {
		file := out.files[0] // the journal
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return internalf("%w", err)
		}
		written = file
	}
	var err error
	if res.told, err = reports.Load(written); err != nil {
		return internalf("the journal just written cannot be read: %w", err)
	}
	if past != "" {
		if err := keepRun(con, past, res.told, con.now()); err != nil {
			return err
		}
	}
	if job.dir == "" {
		return nil
	}
	if err := render(out, res.told, res.summary); err != nil {
		return err
	}
	if err := out.commit(); err != nil {
		return err
	}
	if job.quiet {
		return nil
	}
	return answer(con, res.told, job.dir)
}

// render writes summary.json and report.html beside the journal.
func render(out *outputs, told *reports.Journal, summary *journal.Summary) error {
	return errors.Join(
		out.write(summaryFile, func(w io.Writer) error { return writeSummary(w, summary) }),
		out.write(reportFile, func(w io.Writer) error { return reports.HTML(w, told) }),
	)
}

// verdict is the exit status of a run that came to its end, with what failed as its text.
func verdict(job job, failed []journal.Entry) error {
	if len(failed) == 0 {
		return nil
	}
	var errs []error
	for _, e := range failed {
		place := job.timeline.File
		if e.Line > 0 {
			place = fmt.Sprintf("%s:%d", place, e.Line)
		}
		what := fmt.Errorf("%s: expectation failed: %s (want %s, got %s)",
			place, e.Message, e.Want, e.Got)
		if e.Kind == journal.CheckFailed {
			what = fmt.Errorf("%s: invariant %s broke at %v: %s", place, e.Rule, e.At, e.Message)
		}
		errs = append(errs, what)
	}
	return (&failure{code: exitFailed, err: errors.Join(errs...)}).withHint("repeat with: " + job.command)
}

// outputDirs are the folders of the runs: DIR of a single one, DIR/NAME of several, ./outagedrill-out/NAME
// where no DIR is given, and none for --json without -o. Equal names are told apart by a number.
func outputDirs(dir string, json bool, names []string) []string {
	dirs := make([]string, len(names))
	if dir == "" && json {
		return dirs
	}
	if dir != "" && len(names) == 1 {
		dirs[0] = dir
		return dirs
	}
	if dir == "" {
		dir = "." + string(os.PathSeparator) + "outagedrill-out"
	}
	seen := map[string]int{}
	for i, name := range names {
		name = fileSafe(name)
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, seen[name])
		}
		dirs[i] = filepath.Join(dir, name)
	}
	return dirs
}
