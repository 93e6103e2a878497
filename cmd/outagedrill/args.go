package main

import "github.com/spf13/cobra"

// noArgs refuses arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q (want %s alone)", args[0], cmd.CommandPath())
	}
	return nil
}

// exactlyOne wants one argument, called what in messages.
func exactlyOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("%d %ss given (want %s)", len(args), what, cmd.UseLine())
		}
		return nil
	}
}

// atLeastOne wants arguments, called what in messages, among which "-" is at most once.
func atLeastOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("no %s given (want %s)", what, cmd.UseLine())
		}
		standardInput := 0
		for _, arg := range args {
			if arg == "-" {
				standardInput++
			}
		}
		if standardInput > 1 {
			return usagef("standard input (-) is named %d times (want at most once)", standardInput)
		}
		return nil
	}
}
