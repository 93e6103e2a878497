package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// newDialect builds the commands that tell how vendors word their answers.
func newDialect(con *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dialect",
		Short: "List the vendors' dialects, show one with its sources, check your own",
		Long: `A dialect says how a vendor words its answers and how they are read back: which 403 is a
rate limit, which 200 is an expired token. Every value has a source and a mark: D, the vendor's own
text was seen; C, seen in public code; U, unconfirmed. An application of a timeline names its dialect,
or the path of a dialect file: dialect: ./ours.yaml.`,
		Example: `  outagedrill dialect list
  outagedrill dialect show salesforce
  outagedrill dialect lint ours.yaml`,
	}
	cmd.AddCommand(newDialectList(con), newDialectShow(con), newDialectLint(con))
	return cmd
}

func newDialectList(con *console) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the built-in dialects",
		Long: `List prints the built-in dialects, one a line: the name, the API, how many of its own values
are of which certainty, and its variants.`,
		Example: "  outagedrill dialect list",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := dialect.List(con.out); err != nil {
				return internalf("%w", err)
			}
			return nil
		},
	}
}

func newDialectShow(con *console) *cobra.Command {
	return &cobra.Command{
		Use:   "show DIALECT…",
		Short: "Show dialects: every value, its source and how certain it is",
		Long: `Show prints built-in dialects by their names, or dialect files by their paths: every answer
as it goes over the wire, the rules by which answers are read, and the source of each.
NAME+VARIANT shows a dialect with one of its variants.`,
		Example: `  outagedrill dialect show salesforce
  outagedrill dialect show github+secondary ours.yaml`,
		ValidArgs: dialect.Names(),
		Args:      atLeastOne("dialect"),
		RunE: func(_ *cobra.Command, args []string) error {
			return explain(con, args, dialect.Load)
		},
	}
}

func newDialectLint(con *console) *cobra.Command {
	return &cobra.Command{
		Use:   "lint FILE…",
		Short: "Check dialect files",
		Long: `Lint reads dialect files, their variants too, and tells everything that is wrong with them,
each with file, line and column: what cannot be read, and answers that the dialect's own rules take
for something else than what they are for. It prints a line for every file that is right. "-" is
standard input.`,
		Example: `  outagedrill dialect lint ours.yaml
  ours.yaml: ok (ours extends hubspot; D 1, C 0, U 2)`,
		Args: atLeastOne("file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			code := exitOK
			for _, path := range args {
				line, err := lint(cmd, con, path)
				if code = worse(code, con.complain(err)); err == nil {
					fmt.Fprintf(con.out, "%s: ok (%s)\n", shownPath(path), line)
				}
			}
			if code != exitOK {
				return &failure{code: code}
			}
			return nil
		},
	}
}

// lint checks one file and says in a line what it holds.
func lint(cmd *cobra.Command, con *console, path string) (string, error) {
	in, err := open(cmd.Context(), con, path)
	if err != nil {
		return "", err
	}
	defer in.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(in, dialect.MaxFile+1))
	if err != nil {
		return "", ofFile(path, err)
	}
	d, err := dialect.Lint(shownPath(path), data)
	if err != nil {
		return "", err
	}
	if d.Extends == "" {
		return d.Name + "; " + d.Tally(), nil
	}
	return d.Name + " extends " + d.Extends + "; " + d.Tally(), nil
}
