package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// reportFlags are the flags of report.
type reportFlags struct {
	out     string
	json    bool
	formats []string
	history string
	compare bool
}

// newReport builds the command that renders old journals again.
func newReport(con *console) *cobra.Command {
	var flags reportFlags
	cmd := &cobra.Command{
		Use:   "report JOURNAL… [-o DIR] [--json] [--format NAME[:FILE]]… [--history FILE] [--compare]",
		Short: "Render the report of a journal again",
		Long: `Report computes the answer, report.html and summary.json from journals alone, and writes the
files into -o DIR (default ./outagedrill-out/NAME/). With several journals each has a folder NAME of
its own there. "-" is standard input. A journal that breaks off is rendered as far as it goes, and
the report says so. What it writes is, byte for byte, what replay wrote.
With --compare it holds the runs against the first one instead, lane over lane, with the ranges that their
journals have, and writes compare.html, compare.md and compare.json (default ./outagedrill-out/compare/).

` + formatsHelp() + `
`,
		Example: `  outagedrill report outagedrill-out/lunch/journal.ndjson
  outagedrill report old/journal.ndjson -o old
  outagedrill report journal.ndjson --json
  outagedrill report journal.ndjson --format markdown           to standard output, and no files
  outagedrill report --compare before/journal.ndjson after/journal.ndjson
  outagedrill report a.ndjson b.ndjson --format csv:lanes.csv --format trace:trace.json`,
		Args: atLeastOne("journal"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return report(cmd, con, flags, args)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVarP(&flags.out, "output", "o", "", "folder `DIR` for the files "+defaultDir)
	set.BoolVar(&flags.json, "json", false,
		"print the summary as JSON (an array for several journals); files only with -o")
	formatFlag(set, &flags.formats)
	historyFlag(set, &flags.history, "show the runs up to this one, as `FILE` has them; nothing is added")
	set.BoolVar(&flags.compare, "compare", false,
		"hold two or more runs against the first, in place of a report of each")
	return cmd
}

// report reads all journals first, so that a bad one writes nothing, and then renders each.
func report(cmd *cobra.Command, con *console, flags reportFlags, args []string) error {
	if flags.compare {
		if err := checkCompared(flags, args); err != nil {
			return err
		}
	}
	formats, wrong := runFormats(flags.formats, len(args), flags.json)
	journals, names, err := loadJournals(cmd, con, flags, args)
	if err := errors.Join(wrong, err); err != nil {
		return err
	}
	if flags.compare {
		return compareJournals(con, flags, journals, args)
	}
	var errs []error
	quiet := flags.json || toOut(formats)
	dirs := outputDirs(flags.out, quiet, names)
	for _, dir := range dirs {
		if dir != "" {
			errs = append(errs, checkOutputs(dir, summaryFile, reportFile))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	var summaries []*journal.Summary
	for i, told := range journals {
		summaries = append(summaries, told.Summary)
		if err := renderAgain(con, quiet, told, dirs[i]); err != nil {
			return err
		}
	}
	if err := writeRuns(con, formats, journals); err != nil {
		return err
	}
	if flags.json {
		return writeSummaries(con.out, summaries, len(args) > 1)
	}
	return nil
}

// loadJournals reads all journals, with what their history knows, and says what they lack.
func loadJournals(
	cmd *cobra.Command, con *console, flags reportFlags, paths []string,
) (journals []*reports.Journal, names []string, err error) {
	var errs []error
	for _, path := range paths {
		told, err := loadJournal(cmd, con, path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if told.Cut > 0 {
			con.warn("%s: the journal ends in the middle of line %d", shownPath(path), told.Cut)
		}
		if !told.Whole || told.Missing > 0 {
			con.warn("%s: the journal is incomplete, and so is what is computed from it", path)
		}
		if flags.history != "" {
			errs = append(errs, recall(con, flags.history, told))
		}
		journals, names = append(journals, told), append(names, told.Run.Name)
	}
	return journals, names, errors.Join(errs...)
}

// renderAgain writes the files of one journal and, unless something else has standard output, its answer.
func renderAgain(con *console, quiet bool, told *reports.Journal, dir string) error {
	if dir != "" {
		out, err := newOutputs(con, dir)
		if err != nil {
			return err
		}
		if err := render(out, told, told.Summary); err != nil {
			out.discard()
			return err
		}
		if err := out.commit(); err != nil {
			return err
		}
	}
	if quiet {
		return nil
	}
	return answer(con, told, dir)
}

// loadJournal reads a journal; what is wrong with it names the file and the line.
func loadJournal(cmd *cobra.Command, con *console, path string) (*reports.Journal, error) {
	in, err := open(cmd.Context(), con, path)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	told, err := reports.Load(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shownPath(path), err)
	}
	return told, nil
}

// answer prints the answer and where the report is.
func answer(con *console, told *reports.Journal, dir string) error {
	if err := reports.Answer(con.out, told, reports.AnswerOptions{}); err != nil {
		return internalf("%w", err)
	}
	fmt.Fprintf(con.out, "\nreport: %s\n", filepath.Join(dir, reportFile))
	return nil
}
