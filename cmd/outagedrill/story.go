package main

import (
	"context"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// storyFlags are the flags that say which story is played, and by whom.
type storyFlags struct {
	workload string
	down     []string
	zone     string
}

// add adds the flags to those of a command.
func (f *storyFlags) add(set *pflag.FlagSet) {
	set.StringVar(&f.workload, "workload", "",
		"fleet (.csv) or timeline `FILE` whose connections, flows and jobs are used instead; "+
			"- is standard input")
	set.StringArrayVar(&f.down, "down", nil,
		"play an outage without a file, `APPLICATION=HH:MM-HH:MM`; repeatable")
	set.StringVar(&f.zone, "zone", "", "time `ZONE` of --down (default UTC)")
}

// args wants a timeline unless --down makes one.
func (f *storyFlags) args(cmd *cobra.Command, args []string) error {
	if len(f.down) > 0 {
		return nil
	}
	return atLeastOne("timeline")(cmd, args)
}

// check refuses command lines that name no story, or two.
func (f *storyFlags) check(args []string) error {
	switch {
	case f.workload == "-" && slices.Contains(args, "-"):
		return usagef("standard input (-) is a timeline and the --workload (want one of them)")
	case len(f.down) > 0 && len(args) > 0:
		return usagef("--down and %s (want one of them: --down makes a timeline of its own)", args[0])
	case len(f.down) == 0 && f.zone != "":
		return usagef("--zone without --down (a timeline has a zone of its own)")
	}
	return nil
}

// read reads the timelines of a command line: files, or what --down says; each with its own work or that of
// --workload. The second result names each as the command line does, "" for --down.
func (f *storyFlags) read(
	ctx context.Context, con *console, args []string,
) ([]*timeline.Timeline, []string, error) {
	var lent *timeline.Workload
	if f.workload != "" {
		var err error
		if lent, err = lendWorkload(ctx, con, f.workload); err != nil {
			return nil, nil, err
		}
	}
	if len(f.down) > 0 {
		tl, err := f.downTimeline(lent)
		return []*timeline.Timeline{tl}, []string{""}, err
	}
	timelines, err := readTimelines(ctx, con, args, lent)
	return timelines, args, err
}

// words are the words of a command line that say the same, of these timelines.
func (f *storyFlags) words(paths []string) []string {
	words := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return path == "" })
	for _, down := range f.down {
		words = append(words, "--down", down)
	}
	if f.zone != "" {
		words = append(words, "--zone", f.zone)
	}
	if f.workload != "" {
		words = append(words, "--workload", f.workload)
	}
	return words
}

// lendWorkload reads a workload, a fleet or a timeline file, and wants it to be playable by itself.
func lendWorkload(ctx context.Context, con *console, path string) (*timeline.Workload, error) {
	data, err := readWorkload(ctx, con, path)
	if err != nil {
		return nil, err
	}
	return timeline.ParseWorkload(shownPath(path), data)
}

// workloadText is a workload as import wants it: a timeline file as it is, a fleet as one.
func workloadText(ctx context.Context, con *console, path string) ([]byte, error) {
	data, err := readWorkload(ctx, con, path)
	if err != nil || !timeline.IsFleet(shownPath(path), data) {
		return data, err
	}
	w, err := timeline.ParseWorkload(shownPath(path), data)
	if err != nil {
		return nil, err
	}
	return w.YAML()
}

// readWorkload reads a workload's file, "-" from standard input, and of one that is too large no more than
// shows it.
func readWorkload(ctx context.Context, con *console, path string) ([]byte, error) {
	f, err := open(ctx, con, path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, timelineMax+1))
	return data, ofFile(path, err)
}
