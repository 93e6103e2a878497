package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// withSignals returns a context that ends at the first SIGINT or SIGTERM; its cause is a *failure with the
// exit status of the signal. A second signal ends the process at once.
func withSignals(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-caught:
			signal.Stop(caught)
			cancel(interruption(s))
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(caught)
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
