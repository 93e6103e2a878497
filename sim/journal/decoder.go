package journal

import "encoding/json"

// Decoder reads single lines of a journal, for readers that put up with the gaps that Read refuses. Its zero
// value is ready; it keeps the names that it has seen, so that many entries share them.
type Decoder struct{ plain plain }

// Decode reads a line into e, whatever e held before. Its error is that of encoding/json.
func (d *Decoder) Decode(line []byte, e *Entry) error {
	if d.plain.names == nil {
		d.plain.names = map[string]string{}
	}
	*e = Entry{}
	if d.plain.entry(line, e) {
		return nil
	}
	*e = Entry{}
	return json.Unmarshal(line, e)
}
