package dialect

import "unicode/utf8"

// Tree is a JSON body, or a text, with holes that a caller fills. It is immutable.
type Tree struct {
	form  form
	raw   string // literal: as JSON
	text  string // literal: without JSON's quotes
	holes []Hole // of a text, with raws before, between and after them
	quote bool   // a text, whatever fills it: it stood in quotes
	raws  []string
	keys  []string
	named []*Tree // keys that are filled: texts; nil for one that is fixed
	parts []Tree
}

// Filling says what an Append of Values wrote.
type Filling uint8

// The fillings of a hole.
const (
	Absent Filling = iota // nothing: the key is left out
	Raw                   // JSON as it is: a number, a boolean, an object
	Text                  // a text, which JSON quotes
)

// Values fills holes.
type Values interface {
	// AppendHole appends a hole's value and says what it is.
	AppendHole(dst []byte, h *Hole) ([]byte, Filling)
}

// AppendJSON writes the tree as JSON; false when it is one absent value, or an object of which nothing is
// left.
func (t *Tree) AppendJSON(dst []byte, v Values) ([]byte, bool) {
	switch t.form {
	case literal:
		return append(dst, t.raw...), true
	case filled:
		return t.appendFilled(dst, v)
	case object:
		return t.appendObject(dst, v)
	case array:
		return t.appendArray(dst, v), true
	case each, told, nothing:
	}
	return dst, false
}

// appendArray writes a list. An object in it that lacks a value is left out, as the link to a next page that
// is not there; another value that is absent is null.
func (t *Tree) appendArray(dst []byte, v Values) []byte {
	dst = append(dst, '[')
	first := true
	for i := range t.parts {
		item := &t.parts[i]
		if item.form == object && item.lacks(v) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		var ok bool
		if dst, ok = item.AppendJSON(dst, v); !ok {
			dst = append(dst, "null"...)
		}
	}
	return append(dst, ']')
}

// lacks tells whether one of an object's own values is absent.
func (t *Tree) lacks(v Values) bool {
	for i := range t.parts {
		if t.parts[i].form != filled {
			continue
		}
		if _, ok := t.parts[i].appendFilled(nil, v); !ok {
			return true
		}
	}
	return false
}

func (t *Tree) appendObject(dst []byte, v Values) ([]byte, bool) {
	start := len(dst)
	dst = append(dst, '{')
	left := false
	for i := range t.parts {
		before := len(dst)
		if left {
			dst = append(dst, ',')
		}
		dst = t.appendKey(dst, i, v)
		var ok bool
		if dst, ok = t.parts[i].AppendJSON(dst, v); !ok {
			dst = dst[:before]
			continue
		}
		left = true
	}
	if !left && len(t.parts) > 0 {
		return dst[:start], false
	}
	return append(dst, '}'), true
}

func (t *Tree) appendKey(dst []byte, i int, v Values) []byte {
	if t.named[i] == nil {
		return append(dst, t.keys[i]...)
	}
	name, _ := t.named[i].AppendText(nil, v)
	return append(append(dst, quote(string(name))...), ':')
}

// appendFilled writes a scalar with holes: one hole alone keeps its type, others make a text.
func (t *Tree) appendFilled(dst []byte, v Values) ([]byte, bool) {
	before := len(dst)
	if !t.quote && len(t.holes) == 1 && t.raws[0] == "" && t.raws[1] == "" {
		dst = append(dst, '"')
		var kind Filling
		switch dst, kind = t.holes[0].fill(dst, v); kind {
		case Absent:
			return dst[:before], false
		case Raw:
			return append(dst[:before], dst[before+1:]...), true
		case Text:
		}
		return endQuote(dst, before), true
	}
	dst, ok := t.AppendText(append(dst, '"'), v)
	if !ok {
		return dst[:before], false
	}
	return endQuote(dst, before), true
}

// AppendText writes a scalar as a text; false when a value in it is absent.
func (t *Tree) AppendText(dst []byte, v Values) ([]byte, bool) {
	if t.form == literal {
		return append(dst, t.text...), true
	}
	for i := range t.holes {
		dst = append(dst, t.raws[i]...)
		var kind Filling
		if dst, kind = t.holes[i].fill(dst, v); kind == Absent {
			return dst, false
		}
	}
	if n := len(t.raws); n > 0 {
		dst = append(dst, t.raws[n-1]...)
	}
	return dst, true
}

// fill appends the hole's value, or what stands in place of an absent one.
func (h *Hole) fill(dst []byte, v Values) ([]byte, Filling) {
	dst, kind := v.AppendHole(dst, h)
	if kind == Absent && h.HasElse {
		return append(dst, h.Else...), Text
	}
	return dst, kind
}

// endQuote ends the JSON string that began with the quote at before.
func endQuote(dst []byte, before int) []byte {
	for _, c := range dst[before+1:] {
		if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return append(dst[:before], quote(string(dst[before+1:]))...)
		}
	}
	return append(dst, '"')
}

// Around gives what stands before and after the one hole of a text; false when there is another number of
// them.
func (t *Tree) Around() (before, after string, width int, ok bool) {
	if t == nil || len(t.holes) != 1 {
		return "", "", 0, false
	}
	return t.raws[0], t.raws[1], t.holes[0].Width, true
}

// Moves tells whether the value of a key is one that each change of the object moves: when it was, or how
// often.
func (t *Tree) Moves(key string) bool {
	for i := range t.parts {
		if t.keys[i] == quote(key)+":" {
			holes := t.parts[i].holes
			return len(holes) == 1 && (holes[0].Kind == HoleUpdated || holes[0].Kind == HoleVersion)
		}
	}
	return false
}

// holds tells whether a hole of a kind is somewhere in the tree.
func (t *Tree) holds(kind HoleKind) bool {
	if t == nil {
		return false
	}
	for i := range t.holes {
		if t.holes[i].Kind == kind {
			return true
		}
	}
	for i := range t.parts {
		if t.parts[i].holds(kind) {
			return true
		}
	}
	return false
}

// Field gives what an object's template has at a key; nil when it has none.
func (t *Tree) Field(key string) *Tree {
	for i := range t.parts {
		if t.named[i] == nil && t.keys[i] == quote(key)+":" {
			return &t.parts[i]
		}
	}
	return nil
}

// Fixed gives the text of a tree that has no holes.
func (t *Tree) Fixed() (string, bool) {
	if t.form != literal {
		return "", false
	}
	return t.text, true
}
