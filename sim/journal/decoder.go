package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Decoder reads single lines of a journal. It keeps the names that it has seen, so that many entries share
// them.
type Decoder struct{ plain plain }

// NewDecoder returns a Decoder that has read nothing.
func NewDecoder() *Decoder { return &Decoder{newPlain()} }

// Decode reads a line into e, whatever e held before. Fields and kinds that this version does not know are
// passed over. The error says what is wrong with the line, and what was wanted.
func (d *Decoder) Decode(line []byte, e *Entry) error {
	if d.plain.entry(line, e) {
		return nil
	}
	*e = Entry{}
	return worded(json.Unmarshal(line, e))
}

// Form is a number, from 1 up without gaps, that the line read last has in common with all that differ from
// it in Seq, At, First, Last, Count, Pages, Records, Delivered, Waiting and Cause alone. It is 0 where the
// Decoder does not know it: lines alike may have none, and more than one.
func (d *Decoder) Form() int { return d.plain.forms.number() }

// worded words what encoding/json says of a line; the errors of our own types are as they are.
func worded(err error) error {
	const want = "want one JSON object a line"
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("not JSON at byte %d (%s)", syntax.Offset, want)
	}
	mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !ok:
		return err
	case mistyped.Field == "":
		return fmt.Errorf("a JSON %s (%s)", mistyped.Value, want)
	}
	return fmt.Errorf("%s is a JSON %s (want %s)", mistyped.Field, mistyped.Value, words(mistyped.Type))
}

// words says in plain English what JSON a Go type is read from.
func words(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Struct:
		return "an object"
	case reflect.Uint64:
		return "a whole number, 0 or more"
	}
	return "a whole number"
}
