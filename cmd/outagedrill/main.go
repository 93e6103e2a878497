// Outagedrill replays vendor outages against the rules of integration platforms: it says which flows are
// paused and which polling jobs are disabled, when they work again, and who was told.
//
// This package is the command line: flags, exit codes, files, progress. It decides nothing.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/outagedrill/outagedrill/features/steps"
)

// version is set by the linker (-X main.version=…); where it is empty the build info is asked.
var version string

func main() { os.Exit(begin(steps.Drivers())) }

// begin runs the command line of the process, with these drivers of scenarios.
func begin(drivers []steps.Driver) int {
	con := &console{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		terminal: isTerminal(os.Stderr), outTerminal: isTerminal(os.Stdout), now: time.Now,
		hidden: &hiddenFiles{}, drivers: drivers, width: terminalWidth(os.Stdout),
	}
	ctx, stop := withSignals(context.Background(), con.hidden)
	defer stop()
	return run(ctx, con, os.Args[1:])
}

// console is what a command talks to.
type console struct {
	in       io.Reader
	out      io.Writer // results
	err      io.Writer // everything else
	terminal bool      // err is a terminal: progress is welcome
	now      func() time.Time
	hidden   *hiddenFiles // outputs that have no name yet

	width       int            // columns of out where that is a terminal, else 0
	outTerminal bool           // out is a terminal: people read it
	drivers     []steps.Driver // of scenarios
}

// run executes one command line and returns its exit status. A panic is an internal fault: it is told in the
// program's voice, with the stack for whoever mends it.
func run(ctx context.Context, con *console, args []string) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			con.complain(internalf("internal fault: %v", fault))
			fmt.Fprintf(con.err, "\n%s", debug.Stack())
			code = exitInternal
		}
	}()
	out := &stickyWriter{w: con.out}
	told := *con
	told.out = out

	root := newRoot(&told)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil && out.err != nil {
		err = internalf("standard output: %w", out.err)
	}
	return told.complain(err)
}

// stickyWriter remembers the first error, so that results that went nowhere do not pass for success.
type stickyWriter struct {
	w   io.Writer
	err error
}

func (s *stickyWriter) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	if s.err == nil {
		s.err = err
	}
	return n, err
}

// isTerminal tells whether a file is a terminal; the null device, a character device too, is none.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
