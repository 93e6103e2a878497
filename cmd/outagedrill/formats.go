package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/reports"
)

// formatTo is a format and where it goes.
type formatTo struct {
	name string
	file string // "" is standard output
}

// formatsOf reads --format NAME[:FILE] for the formats with these names.
func formatsOf(names, texts []string) ([]formatTo, error) {
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

// runTable lists the formats of runs for the help text.
func runTable() string {
	var b strings.Builder
	for _, f := range reports.Formats() {
		fmt.Fprintf(&b, "  %-9s %s\n", f.Name, f.Doc)
	}
	return strings.TrimRight(b.String(), "\n")
}

// formatsHelp tells in help texts what the formats of runs are.
func formatsHelp() string {
	return `--format may be given several times. A format holds all runs of the command and goes to its FILE,
or to standard output in place of the answer, where there is room for one; folders are then written
only with -o:
` + runTable()
}

// formatFlag adds --format for runs.
func formatFlag(set *pflag.FlagSet, into *[]string) {
	set.StringArrayVar(into, "format", nil, "write the runs as `NAME[:FILE]` too; repeatable")
}

// runFormats reads the formats of so many runs; none is the default. With json the summaries have standard
// output.
func runFormats(texts []string, runs int, json bool) ([]formatTo, error) {
	var names []string
	one := map[string]bool{}
	for _, f := range reports.Formats() {
		names = append(names, f.Name)
		one[f.Name] = f.One
	}
	formats, err := formatsOf(names, texts)
	errs := []error{err}
	for _, f := range formats {
		if runs > 1 && one[f.name] {
			errs = append(errs, usagef("--format %s holds one run (want one at a time, not %d)",
				f.name, runs))
		}
		if json && f.file == "" {
			errs = append(errs, usagef("--json and --format %s both go to standard output (want %s:FILE)",
				f.name, f.name))
		}
	}
	return formats, errors.Join(errs...)
}

// toOut tells whether a format goes to standard output.
func toOut(formats []formatTo) bool {
	return slices.ContainsFunc(formats, func(f formatTo) bool { return f.file == "" })
}

// writeRuns writes runs in all formats, those that go to files first.
func writeRuns(con *console, formats []formatTo, runs []*reports.Journal) error {
	for _, f := range formats {
		if f.file == "" {
			continue
		}
		fill := func(w io.Writer) error { return reports.Write(f.name, w, runs) }
		if err := writeFile(con, f.file, fill); err != nil {
			return err
		}
	}
	for _, f := range formats {
		if f.file != "" {
			continue
		}
		if err := reports.Write(f.name, con.out, runs); err != nil {
			return internalf("%w", err)
		}
	}
	return nil
}
