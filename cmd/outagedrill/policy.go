package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// newPolicy builds the commands that tell the rules' values.
func newPolicy(con *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "List policies, or show one with the source of every value",
		Long: `A policy holds the values of the rules for one kind of work: flows, or polling jobs. Every
value is documented by a source, or chosen because the sources are silent, with alternatives worth
trying (replay --assume).`,
		Example: `  outagedrill policy list
  outagedrill policy show celigo-integrator`,
	}
	cmd.AddCommand(newPolicyList(con), newPolicyShow(con))
	return cmd
}

func newPolicyList(con *console) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the built-in policies",
		Example: "  outagedrill policy list",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			w := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
			for _, name := range policy.Names() {
				p, err := policy.Load(name)
				if err != nil {
					return internalf("%w", err)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.Governs, p.Title)
			}
			return w.Flush()
		},
	}
}

func newPolicyShow(con *console) *cobra.Command {
	return &cobra.Command{
		Use:   "show POLICY…",
		Short: "Show policies: every value, its rule and where it comes from",
		Long: `Show prints built-in policies by their names, or policy files by their paths: every value, the
rule that reads it, and its source, or why it was chosen and what the alternatives are.`,
		Example: `  outagedrill policy show sap-open-connectors
  outagedrill policy show ours.yaml`,
		ValidArgs: policy.Names(),
		Args:      atLeastOne("policy"),
		RunE: func(_ *cobra.Command, args []string) error {
			return explain(con, args, policy.Load)
		},
	}
}
