//go:build !race

package main

import (
	"os"
	"syscall"
	"time"
)

// cost is what a process took: processor time, and the largest resident size that it had, in bytes.
func cost(state *os.ProcessState) (spent time.Duration, peak int64) {
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		peak = usage.Maxrss << 10
	}
	return state.UserTime() + state.SystemTime(), peak
}
