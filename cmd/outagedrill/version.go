package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// newVersion builds the command that tells what this program is.
func newVersion(con *console) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Example: `  outagedrill version
  outagedrill v0.1.0 (go1.26.8, linux/amd64)`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(con.out, versionLine())
			return nil
		},
	}
}

// versionLine is what version and --version print.
func versionLine() string {
	return fmt.Sprintf("outagedrill %s (%s, %s/%s)",
		programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// programVersion is the release, or what the build info knows of it: a module version, a commit, (devel).
func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
