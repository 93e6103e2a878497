package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	scenarios "github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// lastFile is what a run leaves for --last-failed.
const lastFile = "last-run.json"

// atOnceLive is how many scenarios a live driver plays side by side: it mostly waits for its mock clock.
const atOnceLive = 8

// testFlags are the flags of test.
type testFlags struct {
	tags, name string
	lastFailed bool
	failFast   bool
	order      string
	repeat     int
	shard      string
	dryRun     bool
	driver     string
	target     targetFlags
	formats    []string
	out        string
	history    string
}

// newTest builds the command that plays scenarios in Gherkin.
func newTest(con *console) *cobra.Command {
	flags := testFlags{}
	cmd := &cobra.Command{
		Use:   "test [PATH…] [--tags EXPRESSION] [--driver DRIVER] [--format NAME[:FILE]]…",
		Short: "Play scenarios in Gherkin: the rule book, or your own",
		Long: `Test plays scenarios in Gherkin. Without PATH these are the rule book, which comes with the
program: every rule of both platforms. PATH is a .feature file, a folder with all below it, or
FILE:LINE, where the line may be that of a scenario, of a step, of a row of examples or of a rule;
"rulebook:" is the rule book, "rulebook:FILE" a file of it. What steps there are tells
"outagedrill steps"; "outagedrill init" writes a project to begin with.

--format may be given several times. Without FILE a format goes to standard output, where there is
room for one:
` + formatTable() + `
A scenario passes if all of its steps passed. A step that no pattern or more than one matches, a
scenario without steps, a tag that no scenario has and a selection of nothing are each a mistake
and none of them is a success. Every run leaves outagedrill-out/` + lastFile + `, for --last-failed.

Exit status: 0 all that was selected passed, 1 a scenario failed, 2 bad input: usage, a file that
cannot be read, an undefined or ambiguous step, 3 an internal fault, 5 nothing was selected or
played, 130 or 143 interrupted (what was played so far is written).`,
		Example: `  outagedrill test                                          the rule book
  outagedrill test features --tags "@DIS-05 and not @slow"
  outagedrill test features/orders.feature:12               the scenario at that line
  outagedrill test --last-failed
  outagedrill test features --format progress --format junit:junit.xml --format html:report.html
  outagedrill test --order random --repeat 3 --driver mock
  outagedrill test --target http://127.0.0.1:8700           your platform, not our model of it`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return test(cmd.Context(), con, &flags, args)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVar(&flags.tags, "tags", "", "play scenarios whose tags fit `EXPRESSION`: @a and not @b")
	set.StringVar(&flags.name, "name", "", "play scenarios whose name matches `REGEXP`")
	set.BoolVar(&flags.lastFailed, "last-failed", false, "play what failed in the last run")
	set.BoolVar(&flags.failFast, "fail-fast", false, "end at the first scenario that fails")
	set.StringVar(&flags.order, "order", "file", "`ORDER` of the scenarios: file, random or random:SEED")
	set.IntVar(&flags.repeat, "repeat", 1, "play each scenario `N` times")
	set.StringVar(&flags.shard, "shard", "", "play one part of several, `INDEX/COUNT`, such as 1/3")
	set.BoolVar(&flags.dryRun, "dry-run", false, "check files, selection and steps, and play nothing")
	set.StringVar(&flags.driver, "driver", "sim",
		"`DRIVER`: sim (virtual time), mock (HTTP in memory) or tcp (HTTP and SMTP over TCP)")
	flags.target.add(set)
	set.StringArrayVar(&flags.formats, "format", nil,
		"write results as `NAME[:FILE]`; repeatable (default pretty on a terminal, else progress)")
	set.StringVarP(&flags.out, "output", "o", "outagedrill-out", "folder `DIR` of "+lastFile)
	historyFlag(set, &flags.history, keepHistory)
	return cmd
}

// testJob is a run of scenarios, checked.
type testJob struct {
	paths   []string
	opt     scenarios.Options
	how     scenarios.How
	formats []formatTo
	command string // that repeats the run
}

// test plays scenarios and writes their results, of an interrupted run too. Everything that can be wrong with
// the input as a whole is told before anything is played.
func test(ctx context.Context, con *console, flags *testFlags, args []string) error {
	job, err := newTestJob(con, flags, args)
	if err != nil {
		return err
	}
	lib, err := steps.NewLibrary()
	if err != nil {
		return internalf("%w", err)
	}
	if flags.target.url != "" {
		if job.how.Driver, err = flags.target.open(ctx); err != nil {
			return err
		}
	}
	plan, err := scenarios.Make(lib, job.opt)
	if none, ok := errors.AsType[*scenarios.Nothing](err); ok {
		return &failure{code: exitNothing, err: none}
	}
	if err != nil {
		return err
	}
	if plan.Gone > 0 {
		con.warn("%s failed the last time and cannot be found any more", plural(plan.Gone, "scenario"))
	}
	if job.opt.Order.Random {
		con.warn("order: %s", job.opt.Order)
	}
	began := con.now()
	bar := newProgress(con, "test")
	job.how.Told = bar.count
	result, fault := plan.Play(ctx, job.how)
	bar.clear()
	result.Environment = suite.Environment{
		Program: programVersion(), Command: job.command, Began: began.UTC(),
		Took:   con.now().Sub(began).Round(time.Millisecond),
		System: fmt.Sprintf("%s/%s, %s", runtime.GOOS, runtime.GOARCH, plural(runtime.NumCPU(), "CPU")),
	}
	if flags.history != "" && !flags.dryRun && ctx.Err() == nil {
		if err := keepResults(con, flags.history, result); err != nil {
			return err
		}
	}
	if err := writeResults(con, job.formats, result); err != nil {
		return err
	}
	if !flags.dryRun {
		if err := writeFile(con, filepath.Join(flags.out, lastFile), plan.Left(result).Write); err != nil {
			return err
		}
	}
	return conclude(ctx, con, job, plan, result, fault)
}

// newTestJob checks the flags.
func newTestJob(con *console, flags *testFlags, args []string) (*testJob, error) {
	job := &testJob{paths: args, opt: scenarios.Options{Paths: args, Tags: flags.tags, Repeat: flags.repeat}}
	job.how = scenarios.How{FailFast: flags.failFast, DryRun: flags.dryRun, AtOnce: atOnceLive}
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	var err error
	job.how.Driver, err = driverOf(con, flags.driver)
	note(err)
	note(flags.target.check(flags.driver))
	switch {
	case flags.target.url != "":
		job.how.AtOnce = 1 // it is one platform
	case flags.driver == "sim":
		job.how.AtOnce = runtime.NumCPU()
	}
	if flags.name != "" {
		job.opt.Name, err = regexp.Compile(flags.name)
		if err != nil {
			note(fmt.Errorf("--name %q is no regular expression: %w", flags.name, err))
		}
	}
	if flags.repeat < 1 {
		note(fmt.Errorf("--repeat is %d (want 1 or more)", flags.repeat))
	}
	drawn := uint64(con.now().UnixNano()) % 1_000_000 //nolint:gosec // no time is before 1970
	job.opt.Order, err = scenarios.ParseOrder(flags.order, drawn)
	note(err)
	if flags.shard != "" {
		job.opt.Shard, err = scenarios.ParseShard(flags.shard)
		note(err)
	}
	job.formats, err = resultFormats(con, flags.formats)
	note(err)
	note(checkOutputs(flags.out, lastFile))
	note(checkHistory(flags.history))
	if flags.lastFailed {
		job.opt.Last, err = readLast(filepath.Join(flags.out, lastFile))
		note(err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if job.opt.Last != nil && len(args) == 0 {
		job.opt.Paths = job.opt.Last.Paths
	}
	job.command = testCommand(job, flags)
	return job, nil
}

// driverOf finds a driver by its name.
func driverOf(con *console, name string) (steps.Driver, error) {
	var names []string
	for _, d := range con.drivers {
		if d.Name == name {
			return d, nil
		}
		names = append(names, d.Name)
	}
	return steps.Driver{}, refuse(problem.Problem{
		What: fmt.Sprintf("unknown driver %q", name),
		Want: problem.List(names, "or"), Near: problem.Nearest(name, names),
	})
}

// readLast reads what the last run left.
func readLast(path string) (*scenarios.Last, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: no such file: there is no last run "+
			"(want a run without --last-failed first)", path)
	}
	if err != nil {
		return nil, ofFile(path, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	last, err := scenarios.ReadLast(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return last, nil
}

// testCommand is the command line that repeats the run, but for where the results go.
func testCommand(job *testJob, flags *testFlags) string {
	words := append([]string{"outagedrill", "test"}, job.paths...)
	add := func(is bool, flag ...string) {
		if is {
			words = append(words, flag...)
		}
	}
	add(flags.tags != "", "--tags", flags.tags)
	add(flags.name != "", "--name", flags.name)
	add(flags.lastFailed, "--last-failed")
	add(flags.failFast, "--fail-fast")
	add(job.opt.Order.Random, "--order", job.opt.Order.String())
	add(flags.repeat != 1, "--repeat", strconv.Itoa(flags.repeat))
	if s := job.opt.Shard; s != nil {
		words = append(words, "--shard", fmt.Sprintf("%d/%d", s.Index, s.Of))
	}
	add(flags.dryRun, "--dry-run")
	add(flags.driver != "sim", "--driver", flags.driver)
	return shellCommand(append(words, flags.target.words()...))
}
