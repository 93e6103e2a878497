package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// newValidate builds the command that checks timelines without playing them.
func newValidate(con *console) *cobra.Command {
	return &cobra.Command{
		Use:   "validate TIMELINE…",
		Short: "Check timeline files without playing them",
		Long: `Validate reads timelines as replay does, with the policies they name, and tells everything
that is wrong with them, each with file, line and column. It prints a line for every one that is
right. "-" is standard input.`,
		Example: `  outagedrill validate lunch.yaml
  lunch.yaml: ok (1 application, 2 connections, 1 flow, 1 polling job, 3 events)`,
		Args: atLeastOne("timeline"),
		RunE: func(cmd *cobra.Command, args []string) error {
			code := exitOK
			for _, path := range args {
				tl, err := readTimeline(cmd.Context(), con, path, nil)
				if err == nil {
					err = validate(tl)
				}
				if code = worse(code, con.complain(err)); err == nil {
					fmt.Fprintf(con.out, "%s: ok (%s)\n", path, contents(tl))
				}
			}
			if code != exitOK {
				return &failure{code: code}
			}
			return nil
		},
	}
}

// validate checks what a timeline names outside itself.
func validate(tl *timeline.Timeline) error {
	own, err := policies{}.under(tl, nil)
	if err != nil {
		return err
	}
	return playable(tl, own)
}
