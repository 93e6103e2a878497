package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// timelineMax is the size in bytes beyond which a timeline is refused; no more of it need be read.
const timelineMax = 16 << 20

// readTimelines reads all timelines, "-" from standard input, over the workload lent unless that is nil. The
// errors of all of them are joined.
func readTimelines(
	ctx context.Context, con *console, paths []string, lent *timeline.Workload,
) ([]*timeline.Timeline, error) {
	var timelines []*timeline.Timeline
	var errs []error
	for _, path := range paths {
		tl, err := readTimeline(ctx, con, path, lent)
		if ctx.Err() != nil {
			return nil, interrupted(ctx)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		timelines = append(timelines, tl)
	}
	return timelines, errors.Join(errs...)
}

// readTimeline reads one timeline, over the workload lent unless that is nil.
func readTimeline(
	ctx context.Context, con *console, path string, lent *timeline.Workload,
) (*timeline.Timeline, error) {
	if path != "-" && lent == nil {
		tl, err := timeline.Read(path)
		return tl, ofFile(path, err)
	}
	in, err := open(ctx, con, path)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(in, timelineMax+1))
	switch {
	case err != nil:
		return nil, ofFile(path, err)
	case lent != nil:
		return timeline.ParseWith(shownPath(path), data, lent)
	}
	return timeline.Parse(shownPath(path), data)
}

// checkEnvironment refuses an environment that neither the rules nor the timeline know.
func checkEnvironment(tl *timeline.Timeline, name string) error {
	valid := []string{"snapshot", "staging", "production"}
	for _, environment := range tl.Environments {
		valid = append(valid, environment.Name)
	}
	if slices.Contains(valid, name) {
		return nil
	}
	return refuse(problem.Problem{
		File: tl.File, What: fmt.Sprintf("unknown environment %q", name),
		Want: problem.List(valid, "or"), Near: problem.Nearest(name, valid),
	})
}

// playable builds the machines of a timeline, which refuse what only they know: a dialect, say.
func playable(tl *timeline.Timeline, p policies) error {
	nowhere := func(*journal.Entry) error { return nil }
	_, err := sim.NewWorld(tl, sim.Options{Flows: p.flows, PollingJobs: p.jobs}, nowhere)
	if problems := timeline.Errors(nil); err == nil || errors.As(err, &problems) {
		return err
	}
	return usagef("%s: %w", tl.File, err)
}

// contents counts what a timeline holds: "3 applications, 4 connections, 2 flows, …".
func contents(tl *timeline.Timeline) string {
	events := len(tl.Faults) + len(tl.Mail) + len(tl.Away) + len(tl.Commands)
	return strings.Join([]string{
		plural(len(tl.Applications), "application"), plural(len(tl.Connections), "connection"),
		plural(len(tl.Flows), "flow"), plural(len(tl.PollingJobs), "polling job"), plural(events, "event"),
	}, ", ")
}
