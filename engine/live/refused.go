package live

import (
	"errors"
	netmail "net/mail"
	"net/textproto"
	"slices"
)

// Temporary tells whether an e-mail that Send could not hand over may go later as it is: the server is not to
// be reached, or it asks to try again (4xx) for at least one recipient. Otherwise it refuses the e-mail
// (5xx), or no e-mail can be made of it.
func Temporary(err error) bool {
	var unsendable *unsendableError
	var recipients refusals
	var answer *textproto.Error
	switch {
	case errors.As(err, &recipients):
		return slices.ContainsFunc(recipients, Temporary)
	case errors.As(err, &unsendable):
		return false
	case errors.As(err, &answer):
		return answer.Code < 500
	default:
		return true
	}
}

// serves tells whether the server that err came from goes on to take other e-mails.
func serves(err error) bool {
	var recipients refusals
	return errors.As(err, &recipients) || !Temporary(err)
}

// unsendableError is about an e-mail that no server would take.
type unsendableError struct{ error }

func (e *unsendableError) Unwrap() error { return e.error }

// refusals are why a server takes an e-mail for none of some recipients, one error for each. About others,
// and about other e-mails, they say nothing.
type refusals []error

func (r refusals) Error() string { return errors.Join(r...).Error() }

// Unwrap gives the errors one by one.
func (r refusals) Unwrap() []error { return r }

// err is nil where nobody is refused.
func (r refusals) err() error {
	if len(r) == 0 {
		return nil
	}
	return r
}

// add notes why somebody is refused, and tells whether he is.
func (r *refusals) add(who string, err error) bool {
	if err != nil {
		*r = append(*r, &refusal{who, err})
	}
	return err != nil
}

// refusal is about one recipient.
type refusal struct {
	who string
	err error
}

func (r *refusal) Error() string { return r.who + ": " + r.err.Error() }

func (r *refusal) Unwrap() error { return r.err }

// closing is what a server answers to any command when it goes away (RFC 5321, 3.8).
const closing = 421

// ofRecipient tells whether an answer to RCPT is about the recipient alone.
func ofRecipient(err error) bool {
	var answer *textproto.Error
	return errors.As(err, &answer) && answer.Code != closing
}

// unaddressable says what is wrong with an address, if anything is.
func unaddressable(address string) error {
	if _, err := netmail.ParseAddress(address); err != nil {
		return &unsendableError{err}
	}
	return nil
}
