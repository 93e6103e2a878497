package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// The exit statuses. 130 and 143 are 128 + the signal's number.
const (
	exitOK          = 0
	exitFailed      = 1 // an expectation, a scenario or an invariant failed
	exitUsage       = 2 // usage or bad input
	exitInternal    = 3
	exitNothing     = 5 // nothing was selected, nothing ran
	exitInterrupted = 130
	exitTerminated  = 143
)

// failure is an error with the exit status that it means.
type failure struct {
	code int
	err  error  // nil: what there was to say has been said
	hint string // what may help, or ""
}

func (f *failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit status %d", f.code)
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// usagef is a mistake of the caller.
func usagef(format string, args ...any) *failure {
	return &failure{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// refuse is a mistake of the caller too, told in the words in which those in files are.
func refuse(p problem.Problem) *failure {
	return &failure{code: exitUsage, err: problem.Errors{p}}
}

// internalf is a fault of the program or of the machine under it.
func internalf(format string, args ...any) *failure {
	return &failure{code: exitInternal, err: fmt.Errorf(format, args...)}
}

// withHint adds a hint; "" adds none.
func (f *failure) withHint(hint string) *failure {
	f.hint = hint
	return f
}

// complain tells an error in the program's voice and returns its exit status. An error that says nothing of
// its status is about the input.
func (c *console) complain(err error) int {
	if err == nil {
		return exitOK
	}
	code, hint := exitUsage, ""
	if f, ok := errors.AsType[*failure](err); ok {
		code, hint = f.code, f.hint
		if f.err == nil {
			return code
		}
		if code >= exitInterrupted {
			err = f // whatever was being read or written
		}
	}
	for _, line := range problems(err) {
		fmt.Fprintf(c.err, "outagedrill: error: %s\n", line)
	}
	if hint != "" {
		fmt.Fprintf(c.err, "outagedrill: hint: %s\n", hint)
	}
	return code
}

// warn tells something that the caller should know and that is no error.
func (c *console) warn(format string, args ...any) {
	fmt.Fprintf(c.err, "outagedrill: "+format+"\n", args...)
}

// worse is the exit status of two pieces of work together. What was interrupted counts above what failed,
// an internal fault above bad input.
func worse(a, b int) int {
	return max(a, b)
}

// problems are the lines of an error: one for each mistake where the error holds several.
func problems(err error) []string {
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) {
		var lines []string
		for _, one := range several.Unwrap() {
			lines = append(lines, problems(one)...)
		}
		return lines
	}
	return strings.Split(strings.TrimRight(err.Error(), "\n"), "\n")
}
