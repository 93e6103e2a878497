package run

import (
	"errors"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// Nothing says why there is nothing to play. That is no success.
type Nothing struct{ Why problem.Errors }

func (n *Nothing) Error() string { return n.Why.Error() }

// nothing makes a Nothing of one sentence.
func nothing(why string) error { return &Nothing{problem.Errors{{What: why}}} }

// blame adds what is wrong with a file to a list: to nowhere, if all that is wrong is that it holds nothing.
func blame(wrong, nowhere problem.Errors, file string, err error) (_, _ problem.Errors) {
	if n, ok := errors.AsType[*Nothing](err); ok {
		for _, p := range n.Why {
			p.File = file
			nowhere = append(nowhere, p)
		}
		return wrong, nowhere
	}
	return append(wrong, problem.Problem{File: file, What: err.Error()}), nowhere
}

// verdict is the error of both lists: mistakes count above what holds nothing.
func verdict(wrong, nowhere problem.Errors) error {
	switch {
	case len(wrong) > 0:
		return append(wrong, nowhere...)
	case len(nowhere) > 0:
		return &Nothing{nowhere}
	}
	return nil
}
