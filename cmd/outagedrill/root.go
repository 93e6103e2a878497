package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// newRoot builds the whole command line over a console.
func newRoot(con *console) *cobra.Command {
	root := &cobra.Command{
		Use:   "outagedrill COMMAND",
		Short: "Replay vendor outages against the rules of integration platforms",
		Long: `outagedrill plays an outage through: a timeline says what a vendor and the operators do, and
the answer says which flows were paused and when they flowed again, which polling jobs were
disabled, and who was told.

It runs on virtual time: a month takes seconds, and the same timeline gives the same answer
everywhere.`,
		Example: `  outagedrill replay lunch.yaml                         in plain words, and a report
  outagedrill replay lunch.yaml --environment staging   the same outage at another threshold
  outagedrill test features                             scenarios in Gherkin
  outagedrill import statuspage incidents.json -o may.yaml`,
		Version:       versionLine(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(con.in)
	root.SetOut(con.out)
	root.SetErr(con.err)
	root.SetFlagErrorFunc(flagError)
	root.SetVersionTemplate("{{.Version}}\n")
	root.PersistentFlags().SortFlags = false
	root.AddCommand(
		newReplay(con), newCompare(con), newTest(con), newMerge(con), newLab(con), newVendor(con),
		newImport(con), newValidate(con), newSchema(con), newReport(con), newHistory(con), newPolicy(con),
		newDialect(con), newSteps(con), newInit(con), newVersion(con),
	)
	root.SetHelpCommand(newHelp(root))
	root.InitDefaultCompletionCmd()
	settle(con, root)
	return root
}

// settle gives the commands, cobra's own among them, what all have alike: no "[flags]" in usage lines, which
// name their flags, and an error of those that do nothing but hold subcommands.
func settle(con *console, cmd *cobra.Command) {
	cmd.DisableFlagsInUseLine = true
	for _, sub := range cmd.Commands() {
		settle(con, sub)
	}
	if cmd.HasSubCommands() && cmd.RunE == nil {
		cmd.Args = noSuchCommand
		cmd.RunE = func(cmd *cobra.Command, _ []string) error {
			fmt.Fprint(con.err, cmd.UsageString())
			names := commandNames(cmd)
			return refuse(problem.Problem{What: "no command given", Want: problem.List(names, "or")})
		}
	}
}

// newHelp builds the help command; unlike cobra's own it takes an unknown topic for the mistake that it is.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Help about a command",
		Example: "  outagedrill help replay",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 && cmd.HasSubCommands() {
				return noSuchCommand(cmd, rest)
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// noSuchCommand refuses arguments of a command that only has subcommands.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	names := commandNames(cmd)
	return refuse(problem.Problem{
		What: fmt.Sprintf("unknown command %q", args[0]),
		Want: problem.List(names, "or"), Near: problem.Nearest(args[0], names),
	})
}

// commandNames are the names of a command's subcommands.
func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// flagError puts pflag's errors into the program's voice, with the nearest flag.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usagef("%w (see %s --help)", err, cmd.CommandPath())
	}
	name := unknown.GetSpecifiedName()
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	short := unknown.GetSpecifiedShortnames()
	p := problem.Problem{What: fmt.Sprintf("unknown flag %s of %s", dashed(name, short), cmd.CommandPath())}
	if near := problem.Nearest(name, names); near != "" && short == "" {
		p.Near = "--" + near
		return refuse(p)
	}
	return refuse(p).withHint("see " + cmd.CommandPath() + " --help")
}

// dashed is a flag as it was typed: -x where it is one of a group of short names.
func dashed(name, short string) string {
	if short != "" {
		return "-" + name
	}
	return "--" + name
}

// plural counts things: 1 flow, 2 flows.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
