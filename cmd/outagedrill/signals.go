package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// withSignals returns a context that ends at the first SIGINT or SIGTERM; its cause is a *failure with the
// exit status of the signal. A second signal removes the hidden files and ends the process at once.
func withSignals(parent context.Context, hidden *hiddenFiles) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	caught := make(chan os.Signal, 2)
	signal.Notify(caught, os.Interrupt, syscall.SIGTERM)
	stopped := make(chan struct{})
	go func() {
		for seen := 0; ; seen++ {
			select {
			case s := <-caught:
				if seen > 0 {
					hidden.removeForGood()
					os.Exit(interruption(s).code)
				}
				cancel(interruption(s))
			case <-stopped:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(caught)
		close(stopped)
		cancel(nil)
	}
}

// interruption is what a signal means.
func interruption(s os.Signal) *failure {
	if s == syscall.SIGTERM {
		return &failure{code: exitTerminated, err: errors.New("terminated")}
	}
	return &failure{code: exitInterrupted, err: errors.New("interrupted")}
}

// interrupted is the cause of a context's end, as a failure.
func interrupted(ctx context.Context) *failure {
	if f, ok := errors.AsType[*failure](context.Cause(ctx)); ok {
		return f
	}
	return &failure{code: exitInterrupted, err: errors.New("interrupted")}
}
