package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	scenarios "github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// formatTable lists the formats for the help text.
func formatTable() string {
	var b strings.Builder
	for _, f := range suite.Formats() {
		fmt.Fprintf(&b, "  %-9s %s\n", f.Name, f.Doc)
	}
	return b.String()
}

// resultFormats are the formats of results, or the one that fits standard output.
func resultFormats(con *console, texts []string) ([]formatTo, error) {
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
	return formatsOf(names, texts)
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

// conclude is the exit status of a run, with what there is to say beside the results. Where more is known of
// a flaw than its count, that is told.
func conclude(
	ctx context.Context, con *console, job *testJob, plan *scenarios.Plan, s *suite.Suite, fault error,
) error {
	code := exitOK
	for _, flaw := range s.Flaws() {
		f := flawed(flaw)
		switch {
		case flaw.Kind == suite.Unclear && len(plan.Problems) > 0:
			f.err = plan.Problems
			f.hint = "outagedrill steps WORD… lists the steps that say something of it"
		case flaw.Kind == suite.Red && !legible(job.formats):
			f.err = failures(s)
		case flaw.Kind == suite.Faulty && fault != nil:
			f.err = fault
		case flaw.Kind == suite.Short && ctx.Err() != nil, flaw.Kind == suite.Idle && ctx.Err() != nil:
			continue // that is told below
		}
		code = worse(code, con.complain(f))
	}
	if f, ok := errors.AsType[*steps.Fault](fault); ok {
		fmt.Fprintf(con.err, "\n%s", f.Stack)
	}
	if ctx.Err() != nil {
		why := interrupted(ctx)
		done, all := len(s.Scenarios), plural(plan.Size(), "scenario")
		after := fmt.Errorf("%w after %d of %s", why.err, done, all)
		code = worse(code, con.complain(&failure{code: why.code, err: after}))
	}
	return told(code)
}

// flawed is the exit status that a flaw means.
func flawed(f suite.Flaw) *failure {
	code := map[suite.FlawKind]int{
		suite.Unclear: exitUsage, suite.Red: exitFailed, suite.Faulty: exitInternal,
		suite.Short: exitFailed, suite.Idle: exitNothing,
	}[f.Kind]
	return &failure{code: code, err: errors.New(f.Text)}
}

// told is an exit status whose reasons were told already.
func told(code int) error {
	if code == exitOK {
		return nil
	}
	return &failure{code: code}
}

// legible tells whether standard output says in words what failed.
func legible(formats []formatTo) bool {
	return slices.ContainsFunc(formats, func(f formatTo) bool {
		return f.file == "" && slices.Contains([]string{"pretty", "progress", "github"}, f.name)
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
				errs = append(errs, problem.Problem{File: at, What: s.Title(&sc) + ": " + what})
			}
		}
	}
	return errs
}
