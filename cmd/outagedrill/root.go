package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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
		newReplay(con), newImport(con), newValidate(con), newReport(con), newPolicy(con), newVersion(con),
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
	if cmd.HasSubCommands() {
		cmd.Args = noSuchCommand
		cmd.RunE = func(cmd *cobra.Command, _ []string) error {
			fmt.Fprint(con.err, cmd.UsageString())
			return usagef("no command given (expected %s)", either(commandNames(cmd)))
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
	return usagef("unknown command %q (expected %s)", args[0], either(names)).
		withHint(didYouMean(nearest(args[0], names)))
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

// atLeastOne wants arguments, called what in messages, among which "-" is at most once.
func atLeastOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("no %s given (expected %s)", what, cmd.UseLine())
		}
		standardInput := 0
		for _, arg := range args {
			if arg == "-" {
				standardInput++
			}
		}
		if standardInput > 1 {
			return usagef("standard input (-) is named %d times (expected at most once)", standardInput)
		}
		return nil
	}
}

// flagError puts pflag's errors into the program's voice, with the nearest flag as a hint.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usagef("%w (see %s --help)", err, cmd.CommandPath())
	}
	name := unknown.GetSpecifiedName()
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	hint := "see " + cmd.CommandPath() + " --help"
	if near := nearest(name, names); near != "" && unknown.GetSpecifiedShortnames() == "" {
		hint = didYouMean("--" + near)
	}
	return usagef("unknown flag %s of %s", dashed(name, unknown.GetSpecifiedShortnames()), cmd.CommandPath()).
		withHint(hint)
}

// dashed is a flag as it was typed: -x where it is one of a group of short names.
func dashed(name, short string) string {
	if short != "" {
		return "-" + name
	}
	return "--" + name
}

// nearest is the valid name that could have been meant, or "". Cobra knows how near two names are.
func nearest(name string, valid []string) string {
	family := cobra.Command{SuggestionsMinimumDistance: 2}
	for _, v := range valid {
		family.AddCommand(&cobra.Command{Use: v, Run: func(*cobra.Command, []string) {}})
	}
	if near := family.SuggestionsFor(name); name != "" && len(near) > 0 {
		return near[0]
	}
	return ""
}

// either words a choice: a, b or c.
func either(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// plural counts things: 1 flow, 2 flows.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
