package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/sim/importer"
)

// importFlags are the flags of import.
type importFlags struct {
	out          string
	workload     string
	application  string
	from, to     string
	asOf         string
	status       []string
	components   []string
	name, source string
	listAll      bool
}

// newImport builds the command that makes timelines of real incident histories.
func newImport(con *console) *cobra.Command {
	var flags importFlags
	cmd := &cobra.Command{
		Use:   "import [FORMAT] FILE [-o FILE] [--workload FILE] [--from …] [--to …]",
		Short: "Turn a real incident history into a timeline",
		Long: `Import reads an incident history and writes a timeline that replays at once: to standard
output, or whole into -o FILE. What cannot be replayed as told is listed on standard error, each
record with the rule that met it; records in = windows out + listed. "-" is standard input.

Formats: ` + strings.Join(importer.Formats(), ", ") + ". Without FORMAT it is detected by the content.",
		Example: `  outagedrill import statuspage incidents.json -o may.yaml --from 2026-05-01 --to 2026-06-01
  outagedrill import csv outages.csv --workload ours.yaml -o ours-may.yaml
  outagedrill import statuspage incidents.json --status minor=slow:10s --component "Git Operations=repos"`,
		ValidArgs: importer.Formats(),
		Args:      importArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			format, path := "", args[len(args)-1]
			if len(args) == 2 {
				format = args[0]
			}
			return importHistory(cmd.Context(), con, flags, format, path)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVarP(&flags.out, "output", "o", "", "write the timeline to `FILE`")
	set.StringVar(&flags.workload, "workload", "",
		"fleet (.csv) or timeline `FILE` that lends its connections, flows and jobs; - is standard input")
	set.StringVar(&flags.application, "application", "", "`NAME` of the application that fails")
	set.StringVar(&flags.from, "from", "", "begin of the period, an `INSTANT` or a day")
	set.StringVar(&flags.to, "to", "", "end of the period, an `INSTANT` or a day, not included")
	set.StringVar(&flags.asOf, "as-of", "",
		"`INSTANT` at which what is still open ends; without it, it is listed")
	set.StringArrayVar(&flags.status, "status", nil,
		"fault of a status word, `WORD=FAULT` (minor=slow:10s); repeatable")
	set.StringArrayVar(&flags.components, "component", nil,
		"resource of a component, `NAME=RESOURCE` (* is the whole application); repeatable")
	set.StringVar(&flags.name, "name", "", "`NAME` of the timeline")
	set.StringVar(&flags.source, "source", "",
		"where the history comes from, `TEXT` for the comment on top")
	set.BoolVar(&flags.listAll, "list-all", false,
		fmt.Sprintf("list every record that became no window, not %d of each rule", listedMost))
	return cmd
}

// importArgs wants a file, with its format before it or without.
func importArgs(cmd *cobra.Command, args []string) error {
	formats := importer.Formats()
	switch {
	case len(args) == 1 && slices.Contains(formats, args[0]):
		return usagef("no file given after the format %s (want %s)", args[0], cmd.UseLine())
	case len(args) == 1:
		return nil
	case len(args) != 2:
		return usagef("%s given (want %s)", plural(len(args), "argument"), cmd.UseLine())
	case !slices.Contains(formats, args[0]):
		return refuse(problem.Problem{
			What: fmt.Sprintf("unknown format %q", args[0]),
			Want: problem.List(formats, "or"), Near: problem.Nearest(args[0], formats),
		})
	}
	return nil
}

// importHistory makes a timeline of a file, tells what became of its records, and writes it.
func importHistory(ctx context.Context, con *console, flags importFlags, format, path string) error {
	opt, err := importOptions(flags, format)
	if err != nil {
		return err
	}
	if opt.WorkloadFile = flags.workload; flags.workload != "" {
		if path == "-" && flags.workload == "-" {
			return usagef("standard input (-) is a history and the --workload (want one of them)")
		}
		if opt.Workload, err = workloadText(ctx, con, flags.workload); err != nil {
			return ofFile(flags.workload, err)
		}
	}
	if flags.out != "" {
		if err := checkOutputs(filepath.Dir(flags.out), filepath.Base(flags.out)); err != nil {
			return err
		}
	}
	res, err := importFile(ctx, con, path, opt)
	if err != nil {
		return err
	}
	if flags.out == "" {
		_, err = con.out.Write(res.Timeline)
	} else {
		err = writeFile(con, flags.out, func(w io.Writer) error {
			_, err := w.Write(res.Timeline)
			return err
		})
	}
	if err != nil {
		return err
	}
	tellImport(con, path, res, flags.listAll)
	if flags.out != "" {
		con.warn("%s is written; replay it with: outagedrill replay %s", flags.out, flags.out)
	}
	return nil
}

// importFile runs the importer over a file or standard input.
func importFile(
	ctx context.Context, con *console, path string, opt importer.Options,
) (*importer.Result, error) {
	in, err := open(ctx, con, path)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	res, err := importer.Import(shownPath(path), in, opt)
	return res, ofFile(path, err)
}

// importOptions reads the flags.
func importOptions(flags importFlags, format string) (importer.Options, error) {
	opt := importer.Options{
		Format: format, Application: flags.application, Name: flags.name, Source: flags.source,
	}
	var err error
	for _, instant := range []struct {
		flag, text string
		to         *time.Time
	}{{"from", flags.from, &opt.From}, {"to", flags.to, &opt.To}, {"as-of", flags.asOf, &opt.AsOf}} {
		if *instant.to, err = parseInstant(instant.flag, instant.text); err != nil {
			return opt, err
		}
	}
	if opt.Status, err = pairs("status", flags.status); err != nil {
		return opt, err
	}
	if opt.Components, err = pairs("component", flags.components); err != nil {
		return opt, err
	}
	return opt, nil
}

// parseInstant reads an RFC 3339 instant or a day, which begins at midnight UTC; "" is the zero instant.
func parseInstant(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usagef("--%s %q (want an instant as 2026-05-01T08:00:00Z or a day as 2026-05-01)",
		flag, text)
}

// pairs reads A=B of a repeatable flag.
func pairs(flag string, texts []string) (map[string]string, error) {
	read := map[string]string{}
	for _, text := range texts {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return nil, usagef("--%s %q (want A=B)", flag, text)
		}
		read[key] = value
	}
	return read, nil
}
