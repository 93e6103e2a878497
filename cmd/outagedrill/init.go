package main

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/reports/suite"
)

//go:embed sample
var sample embed.FS

// sampleFiles are the files of a sample project, by the names they have in it.
func sampleFiles() []struct{ name, from string } {
	return []struct{ name, from string }{
		{"README.md", "sample/README.md"},
		{"lunch.yaml", "sample/lunch.yaml"},
		{"fleet.csv", "sample/fleet.csv"},
		{"features/orders.feature", "sample/features/orders.feature"},
		{".github/workflows/outagedrill.yaml", "sample/workflow.yaml"},
	}
}

// newInit builds the command that writes a sample project.
func newInit(con *console) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a sample project: a timeline, a fleet, a feature, a workflow",
		Long: `Init writes a small project that passes at once, to be changed into your own: a timeline to
replay, a fleet of connectors to replay it with, a feature to test, a README that says how, and a
GitHub workflow that plays the scenarios and keeps the report. DIR is made where it is not there;
without DIR it is the current folder. A file that is there already is not overwritten: then nothing
is written at all.`,
		Example: `  outagedrill init drills
  cd drills
  outagedrill test features`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%d folders given (want outagedrill init [DIR])", len(args))
			}
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return initialize(con, dir)
		},
	}
}

// initialize writes the sample project, all of it or nothing.
func initialize(con *console, dir string) error {
	var errs []error
	for _, f := range sampleFiles() {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("%s is there already (want a folder without it)", path))
			continue
		}
		errs = append(errs, checkOutputs(filepath.Dir(path), filepath.Base(path)))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, f := range sampleFiles() {
		text, err := sample.ReadFile(f.from)
		if err != nil {
			return internalf("%w", err)
		}
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		fill := func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		}
		if err := writeFile(con, path, fill); err != nil {
			return err
		}
		fmt.Fprintln(con.out, path)
	}
	next := "outagedrill test features"
	if filepath.Clean(dir) != "." {
		next = "cd " + suite.ShellWord(dir) + " && " + next
	}
	con.warn("hint: %s", next)
	return nil
}
