package main

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/outagedrill/outagedrill/features/steps"
)

// TestMain makes the program a command of the scripts and of the tests that start processes: the test binary,
// called outagedrill, is outagedrill; called stuck it does what TestSecondSignal wants. Called panicking or
// interrupting it is outagedrill with a driver mock that does so as a scenario begins to play.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"outagedrill":  main,
		"stuck":        stuck,
		"panicking":    func() { os.Exit(begin(planted(func() { panic("planted") }))) },
		"interrupting": func() { os.Exit(begin(planted(interruptOnce()))) },
	})
}

// planted is the driver mock, which does something as it begins to play.
func planted(do func()) []steps.Driver {
	return []steps.Driver{steps.OverMock(func(t http.RoundTripper) http.RoundTripper {
		do()
		return t
	})}
}

// interruptOnce sends the process the signal of Ctrl-C, when the fiftieth scenario begins.
func interruptOnce() func() {
	var begun atomic.Int32
	interrupt := sync.OnceFunc(func() {
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Signal(os.Interrupt)
		}
		if err != nil {
			panic(err)
		}
	})
	return func() {
		if begun.Add(1) == 50 {
			interrupt()
		}
	}
}

// TestScripts runs the scripts of testdata/script: every command, flag and error as a user meets them.
//
// They have these commands beyond testscript's own:
//
//	exits 2 outagedrill replay x.yaml     runs a program and wants that exit status
//	empty DIR                             wants a folder that is not there or holds nothing
//	platform [--defect NAME]              starts the platform of examples/targets/python, and sets $TARGET
//	platform hanging|dying                one that answers no more, or is gone, after some calls
//	vendor CONFIG|DIALECT…                serves vendors whose clock stands still; sets $ADMIN and $VENDOR
//	call URL STATUS… [key=KEY]            makes calls and wants these answers
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":    exits,
			"empty":    empty,
			"platform": startPlatform,
			"vendor":   startVendor,
			"call":     call,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%v", err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func empty(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: empty DIR")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		ts.Fatalf("%v", err)
	}
	if len(entries) > 0 {
		ts.Fatalf("%s holds %v", args[0], entries)
	}
}
