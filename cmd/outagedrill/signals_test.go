package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// stuck is a program that has begun a file, tells of its first signal, and goes on for ever.
func stuck() {
	hidden := &hiddenFiles{}
	ctx, stop := withSignals(context.Background(), hidden)
	defer stop()
	if _, err := hidden.open(os.Args[1]); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("begun")
	<-ctx.Done()
	fmt.Println(context.Cause(ctx))
	select {}
}

// TestSecondSignal ends a program at once that does not heed the first signal, and leaves no hidden file.
func TestSecondSignal(t *testing.T) {
	for _, tt := range []struct {
		second os.Signal
		code   int
	}{
		{os.Interrupt, exitInterrupted},
		{syscall.SIGTERM, exitTerminated},
	} {
		t.Run(tt.second.String(), func(t *testing.T) {
			dir := t.TempDir()
			cmd := program(t, dir)
			cmd.Args = []string{"stuck", filepath.Join(dir, ".journal.ndjson.1.tmp")}
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			told := bufio.NewScanner(stdout)
			for _, step := range []struct {
				says string
				then os.Signal
			}{{"begun", os.Interrupt}, {"interrupted", tt.second}} {
				if !told.Scan() || told.Text() != step.says {
					t.Fatalf("it says %q, want %q", told.Text(), step.says)
				}
				if err := cmd.Process.Signal(step.then); err != nil {
					t.Fatal(err)
				}
			}
			_ = cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != tt.code {
				t.Errorf("exit status %d, want %d", got, tt.code)
			}
			if entries, _ := os.ReadDir(dir); len(entries) > 0 {
				t.Errorf("the folder holds %v, want nothing", entries)
			}
		})
	}
}
