package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// newMerge builds the command that makes one report of the shards of a test run.
func newMerge(con *console) *cobra.Command {
	var formats []string
	var past string
	cmd := &cobra.Command{
		Use:   "merge SHARD.json… [--format NAME[:FILE]]…",
		Short: "Make one report of the shards of a test run",
		Long: `Merge reads what "outagedrill test --shard I/N --format json:FILE" wrote for each shard, in
any order, and writes what the run without --shard would have written. A shard that is missing, given
twice or of another run is refused. The exit status is that of the whole run.

The formats, each to standard output or to its file:
` + strings.TrimRight(formatTable(), "\n"),
		Example: `  outagedrill merge shard-1.json shard-2.json shard-3.json
  outagedrill merge shard-*.json --format pretty --format junit:junit.xml --format html:report.html`,
		Args: atLeastOne("shard"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return merge(cmd, con, formats, past, args)
		},
	}
	cmd.Flags().StringArrayVar(&formats, "format", nil,
		"write results as `NAME[:FILE]`; repeatable (default pretty on a terminal, else progress)")
	historyFlag(cmd.Flags(), &past, keepHistory)
	return cmd
}

// merge reads all shards first, so that a bad one writes nothing.
func merge(cmd *cobra.Command, con *console, formats []string, past string, paths []string) error {
	if err := checkHistory(past); err != nil {
		return err
	}
	outs, err := resultFormats(con, formats)
	if err != nil {
		return err
	}
	var shards []*suite.Suite
	var errs []error
	for _, path := range paths {
		shard, err := loadShard(cmd, con, path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		shards = append(shards, shard)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	whole, err := suite.Merge(shards)
	if err != nil {
		return err
	}
	if past != "" && !whole.DryRun {
		if err := keepResults(con, past, whole); err != nil {
			return err
		}
	}
	if err := writeResults(con, outs, whole); err != nil {
		return err
	}
	code := exitOK
	for _, f := range whole.Flaws() {
		code = worse(code, con.complain(flawed(f)))
	}
	return told(code)
}

// loadShard reads the results of one shard; what is wrong with them names the file.
func loadShard(cmd *cobra.Command, con *console, path string) (*suite.Suite, error) {
	in, err := open(cmd.Context(), con, path)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	shard, err := suite.Read(in)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", shownPath(path), err)
	case shard.Shard == nil:
		const want = "(want those of test --shard I/N)"
		return nil, fmt.Errorf("%s: these results are of no shard %s", shownPath(path), want)
	}
	return shard, nil
}
