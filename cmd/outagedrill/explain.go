package main

import (
	"errors"
	"fmt"
	"io"
)

// explain loads what has these names, all of it before anything is printed, and explains one after the other.
func explain[T interface{ Explain(w io.Writer) error }](
	con *console, names []string, load func(name string) (T, error),
) error {
	var loaded []T
	var errs []error
	for _, name := range names {
		one, err := load(name)
		loaded, errs = append(loaded, one), append(errs, ofFile(name, err))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for i, one := range loaded {
		if i > 0 {
			fmt.Fprintln(con.out)
		}
		if err := one.Explain(con.out); err != nil {
			return internalf("%w", err)
		}
	}
	return nil
}
