package journal

import "encoding/json"

// Decoder reads single lines of a journal, for readers that put up with the gaps that Read refuses. It keeps
// the names that it has seen, so that many entries share them.
type Decoder struct{ plain plain }

// NewDecoder returns a Decoder that has read nothing.
func NewDecoder() *Decoder { return &Decoder{newPlain()} }

// Decode reads a line into e, whatever e held before. Its error is that of encoding/json.
func (d *Decoder) Decode(line []byte, e *Entry) error {
	if d.plain.entry(line, e) {
		return nil
	}
	*e = Entry{}
	return json.Unmarshal(line, e)
}

// Form is a number, from 1 up without gaps, that the line read last has in common with all that differ from it
// in Seq, At, First, Last, Count, Pages, Records, Delivered, Waiting and Cause alone. It is 0 where the Decoder
// does not know it: lines alike may have none, and more than one.
func (d *Decoder) Form() int { return d.plain.forms.number() }
