package main

import (
	"context"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// readStories reads the timelines of a command line: files, or what --down says; each with its own work or
// that of --workload. The second result names each as the command line does, "" for --down.
func readStories(
	ctx context.Context, con *console, flags replayFlags, args []string,
) ([]*timeline.Timeline, []string, error) {
	var lent *timeline.Workload
	if flags.workload != "" {
		var err error
		if lent, err = lendWorkload(ctx, con, flags.workload); err != nil {
			return nil, nil, err
		}
	}
	if len(flags.down) > 0 {
		tl, err := downTimeline(flags, lent)
		return []*timeline.Timeline{tl}, []string{""}, err
	}
	timelines, err := readTimelines(ctx, con, args, lent)
	return timelines, args, err
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

// storyFlags adds the flags that say which story is played, and by whom.
func storyFlags(set *pflag.FlagSet, flags *replayFlags) {
	set.StringVar(&flags.workload, "workload", "",
		"fleet (.csv) or timeline `FILE` whose connections, flows and jobs are used instead; "+
			"- is standard input")
	set.StringArrayVar(&flags.down, "down", nil,
		"play an outage without a file, `APPLICATION=HH:MM-HH:MM`; repeatable")
	set.StringVar(&flags.zone, "zone", "", "time `ZONE` of --down (default UTC)")
}

// storyArgs wants a timeline unless --down makes one.
func storyArgs(cmd *cobra.Command, flags replayFlags, args []string) error {
	if len(flags.down) > 0 {
		return nil
	}
	return atLeastOne("timeline")(cmd, args)
}

// checkStory refuses command lines that name no story, or two.
func checkStory(flags replayFlags, args []string) error {
	switch {
	case flags.workload == "-" && slices.Contains(args, "-"):
		return usagef("standard input (-) is a timeline and the --workload (want one of them)")
	case len(flags.down) > 0 && len(args) > 0:
		return usagef("--down and %s (want one of them: --down makes a timeline of its own)", args[0])
	case len(flags.down) == 0 && flags.zone != "":
		return usagef("--zone without --down (a timeline has a zone of its own)")
	}
	return nil
}

// storyWords are the words of a command line that say which story is played, and by whom.
func storyWords(paths []string, flags replayFlags) []string {
	words := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return path == "" })
	for _, down := range flags.down {
		words = append(words, "--down", down)
	}
	if flags.zone != "" {
		words = append(words, "--zone", flags.zone)
	}
	if flags.workload != "" {
		words = append(words, "--workload", flags.workload)
	}
	return words
}
