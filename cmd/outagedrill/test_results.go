package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	scenarios "github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// formatTo is a format and where it goes.
type formatTo struct {
	name string
	file string // "" is standard output
}

// formatTable lists the formats for the help text.
func formatTable() string {
	var b strings.Builder
	for _, f := range suite.Formats() {
		fmt.Fprintf(&b, "  %-9s %s\n", f.Name, f.Doc)
	}
	return b.String()
}

// formatsOf reads --format NAME[:FILE], or gives the one that fits standard output.
func formatsOf(con *console, texts []string) ([]formatTo, error) {
	if len(texts) == 0 {
		if con.outTerminal {
			return []formatTo{{name: "pretty"}}, nil
		}
		return []formatTo{{name: "progress"}}, nil
	}
	var names []string
	for _, f := range suite.Formats() {
		names = append(names, f.Name)
	}
	var formats []formatTo
	var errs []error
	taken := map[string]string{}
	for _, text := range texts {
		name, file, to := strings.Cut(text, ":")
		file = strings.TrimSpace(file)
		switch had, twice := taken[filepath.Clean(file)]; {
		case !slices.Contains(names, name):
			errs = append(errs, refuse(problem.Problem{
				What: fmt.Sprintf("unknown format %q", name),
				Want: problem.List(names, "or"), Near: problem.Nearest(name, names),
			}))
			continue
		case to && file == "":
			errs = append(errs, usagef("--format %s names no file (want %s:FILE, or %s alone)",
				text, name, name))
		case twice && file == "":
			errs = append(errs, usagef("--format %s and --format %s both go to standard output "+
				"(want %s:FILE)", had, name, name))
		case twice:
			errs = append(errs, usagef("--format %s and --format %s both go to %s (want two files)",
				had, name, file))
		case file != "":
			errs = append(errs, checkOutputs(filepath.Dir(file), filepath.Base(file)))
		}
		taken[filepath.Clean(file)] = name
		formats = append(formats, formatTo{name, file})
	}
	return formats, errors.Join(errs...)
}

// writeResults writes the results in all formats, those that go to files first.
func writeResults(con *console, formats []formatTo, s *suite.Suite) error {
	for _, f := range formats {
		if f.file == "" {
			continue
		}
		fill := func(w io.Writer) error { return suite.Write(f.name, w, s) }
		if err := writeFile(con, f.file, fill); err != nil {
			return err
		}
	}
	for _, f := range formats {
		switch {
		case f.file != "":
		case f.name == "pretty":
			if err := suite.Pretty(con.out, s, con.outTerminal && os.Getenv("NO_COLOR") == ""); err != nil {
				return internalf("%w", err)
			}
		default:
			if err := suite.Write(f.name, con.out, s); err != nil {
				return internalf("%w", err)
			}
		}
	}
	return nil
}

// conclude is the exit status of a run, with what there is to say beside the results.
func conclude(
	ctx context.Context, con *console, job *testJob, plan *scenarios.Plan, s *suite.Suite, fault error,
) error {
	code := exitOK
	tell := func(f *failure) { code = worse(code, con.complain(f)) }
	if len(plan.Problems) > 0 {
		told := &failure{code: exitUsage, err: plan.Problems}
		tell(told.withHint("outagedrill steps WORD… lists the steps that say something of it"))
	}
	t := s.Tally()
	switch {
	case t.Failed == 0:
	case legible(job.formats):
		tell(unfit(exitFailed, "%d of %s failed", t.Failed, plural(len(s.Scenarios), "scenario")))
	default:
		tell(&failure{code: exitFailed, err: failures(s)})
	}
	if fault != nil {
		tell(internalf("%w", fault))
		if f, ok := errors.AsType[*steps.Fault](fault); ok {
			fmt.Fprintf(con.err, "\n%s", f.Stack)
		}
	}
	switch {
	case ctx.Err() != nil:
		why := interrupted(ctx)
		done, all := len(s.Scenarios), plural(plan.Size(), "scenario")
		tell(unfit(why.code, "%w after %d of %s", why.err, done, all))
	case plan.Size() == 0:
		tell(unfit(exitNothing, "shard %d of %d holds no scenario, of %d (want fewer shards)",
			s.Shard.Index, s.Shard.Of, s.Selected))
	case t.Passed+t.Bad() == 0 && !s.DryRun:
		tell(unfit(exitNothing, "all scenarios were skipped"))
	}
	if code == exitOK {
		return nil
	}
	return &failure{code: code}
}

// legible tells whether standard output says in words what failed.
func legible(formats []formatTo) bool {
	return slices.ContainsFunc(formats, func(f formatTo) bool {
		return f.file == "" && (f.name == "pretty" || f.name == "progress")
	})
}

// failures is a line for each scenario that failed.
func failures(s *suite.Suite) error {
	var errs problem.Errors
	for _, sc := range s.Scenarios {
		for _, step := range sc.Steps {
			if step.Status == suite.Failed {
				what, _, _ := strings.Cut(step.Failure.Message, "\n")
				at := fmt.Sprintf("%s:%d", sc.File, step.Line)
				errs = append(errs, problem.Problem{File: at, What: what})
			}
		}
	}
	return errs
}
