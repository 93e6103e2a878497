package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/reports/suite"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// replayFlags are the flags of replay.
type replayFlags struct {
	out         string
	json        bool
	policies    []string
	environment string
	assume      []string
	exact       bool
	calls       bool
	formats     []string
	history     string
	story       storyFlags
}

// defaultDir says in help texts where files go without -o.
const defaultDir = "(default ./outagedrill-out/NAME/)"

// newReplay builds the main command.
func newReplay(con *console) *cobra.Command {
	var flags replayFlags
	cmd := &cobra.Command{
		Use: "replay TIMELINE…|--down APP=14:00-17:00 [-o DIR] [--json] [--workload FILE] [--policy …]" +
			" [--environment …] [--assume NAME=VALUE] [--exact] [--calls] [--format NAME[:FILE]]…" +
			" [--history FILE]",
		Short: "Play timelines: what was paused, disabled, lost, and when it worked again",
		Long: `Replay plays each timeline against the two policies and answers in plain words. It writes
report.html, journal.ndjson and summary.json into -o DIR (default ./outagedrill-out/NAME/). With
several timelines each has a folder NAME of its own there. "-" is standard input. Without a file,
--down says which application is down when, on Wednesday, 15 May 2024.

What no source documents is assumed, and so is every answer that rests on it. Replay therefore runs
the timeline again for every minute of the hourly sweep and for each alternative of each assumption,
and answers with ranges. --assume fixes a value, --exact runs the base case alone.

` + formatsHelp() + `

Exit status: 0 all held, 1 an expectation of the timeline or an invariant failed, 2 bad input,
3 an internal fault, 130 or 143 interrupted (what was done so far is written).`,
		Example: `  outagedrill replay lunch.yaml
  outagedrill replay lunch.yaml --environment staging --json
  outagedrill replay *.yaml -o drills
  outagedrill replay --down acme=14:00-17:00                  without a file
  outagedrill replay year.yaml --workload fleet.csv           which of our connectors would have died?
  outagedrill replay lunch.yaml --policy ours.yaml            a file fills the slot of what it governs
  outagedrill replay lunch.yaml --assume sweep.offset=59m     you know the minute: no range for it
  outagedrill replay lunch.yaml --exact                       the base case alone
  outagedrill replay *.yaml --format junit:drills.xml --format summary:drills.md`,
		Args: flags.story.args,
		RunE: func(cmd *cobra.Command, args []string) error {
			return replay(cmd.Context(), con, flags, args)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVarP(&flags.out, "output", "o", "", "folder `DIR` for the files "+defaultDir)
	set.BoolVar(&flags.json, "json", false,
		"print the summary as JSON (an array for several timelines); files only with -o")
	flags.story.add(set)
	set.StringArrayVar(&flags.policies, "policy", nil,
		"policy `FILE-OR-NAME` for the work that it governs; repeatable")
	set.StringVar(&flags.environment, "environment", "", "environment `NAME` instead of the timeline's")
	set.StringArrayVar(&flags.assume, "assume", nil,
		"override a value of a policy, `NAME=VALUE`; repeatable")
	set.BoolVar(&flags.exact, "exact", false, "run the base case alone, without other assumptions: no ranges")
	set.BoolVar(&flags.calls, "calls", false, "list every call in the journal, with HTTP detail")
	formatFlag(set, &flags.formats)
	historyFlag(set, &flags.history, keepHistory)
	return cmd
}

// job is one timeline with all that its run needs, checked.
type job struct {
	timeline *timeline.Timeline
	policies policies
	dir      string // for the files; "" writes none
	command  string // that repeats the run
	quiet    bool   // something else has standard output
}

// replay reads and checks everything first, so that bad input runs and writes nothing, and then runs each
// timeline in turn. Its exit status is that of the worst of them.
func replay(ctx context.Context, con *console, flags replayFlags, args []string) error {
	formats, err := runFormats(flags.formats, max(len(args), 1), flags.json)
	if err != nil {
		return err
	}
	if err := checkHistory(flags.history); err != nil {
		return err
	}
	jobs, err := replayJobs(ctx, con, flags, toOut(formats), args)
	if err != nil {
		return err
	}
	var summaries []*journal.Summary
	var told []*reports.Journal
	code := exitOK
	for _, job := range jobs {
		result, err := runJob(ctx, con, flags, job)
		if result != nil {
			summaries = append(summaries, result.summary)
		}
		if result != nil && len(formats) > 0 && result.told != nil {
			told = append(told, result.told)
		}
		code = worse(code, con.complain(err))
		if ctx.Err() != nil {
			break
		}
	}
	if flags.json {
		if err := writeSummaries(con.out, summaries, len(jobs) > 1); err != nil {
			return internalf("%w", err)
		}
	}
	if len(told) > 0 {
		code = worse(code, con.complain(writeRuns(con, formats, told)))
	}
	if code != exitOK {
		return &failure{code: code}
	}
	return nil
}

// replayJobs reads the timelines and policies and checks the flags against each of them.
func replayJobs(
	ctx context.Context, con *console, flags replayFlags, formatToOut bool, args []string,
) ([]job, error) {
	if err := flags.story.check(args); err != nil {
		return nil, err
	}
	given, err := loadPolicies(flags.policies)
	if err != nil {
		return nil, err
	}
	timelines, paths, err := flags.story.read(ctx, con, args)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(timelines))
	for i, tl := range timelines {
		names[i] = tl.Name
	}
	dirs := outputDirs(flags.out, flags.json || formatToOut, names)
	jobs := make([]job, len(timelines))
	var errs []error
	for i, tl := range timelines {
		if flags.environment != "" {
			errs = append(errs, checkEnvironment(tl, flags.environment))
		}
		filled, err := given.under(tl, flags.assume)
		if err == nil {
			err = playable(tl, filled)
		}
		errs = append(errs, err)
		if dirs[i] != "" {
			errs = append(errs, checkOutputs(dirs[i], journalFile, summaryFile, reportFile))
		}
		jobs[i] = job{
			timeline: tl, policies: filled, dir: dirs[i], command: repeatCommand(paths[i], flags),
			quiet: flags.json || formatToOut,
		}
	}
	return jobs, errors.Join(errs...)
}

// repeatCommand is the command line that repeats the run of one timeline, but for where the files go.
func repeatCommand(path string, flags replayFlags) string {
	words := append([]string{"outagedrill", "replay"}, flags.story.words([]string{path})...)
	for _, name := range flags.policies {
		words = append(words, "--policy", name)
	}
	if flags.environment != "" {
		words = append(words, "--environment", flags.environment)
	}
	for _, assumption := range flags.assume {
		words = append(words, "--assume", assumption)
	}
	if flags.exact {
		words = append(words, "--exact")
	}
	if flags.calls {
		words = append(words, "--calls")
	}
	return shellCommand(words)
}

// shellCommand is a command line of these words, quoted for a shell where that is needed.
func shellCommand(words []string) string {
	words = slices.Clone(words)
	for i, word := range words {
		words[i] = suite.ShellWord(word)
	}
	return strings.Join(words, " ")
}
