package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// newSchema builds the command that prints the schema of timelines.
func newSchema(con *console) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of timeline files, for editors",
		Long: `Schema prints the JSON Schema (2020-12) of timeline files, by which editors complete and check
them as one types. Keep it beside your timelines, and name it in the first line of each:

  # yaml-language-server: $schema=timeline.schema.json

It knows keys, words and how values are written. What a name leads to, and whether values go
together, only outagedrill validate tells.`,
		Example: `  outagedrill schema > timeline.schema.json`,
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprint(con.out, timeline.Schema())
			return nil
		},
	}
}
