package journal

import (
	"bytes"
	"slices"
	"time"
)

// plain reads lines of the shape in which almost every entry is written: one object without white space, of
// strings without escapes, whole numbers and instants. It reads them several times as fast as encoding/json,
// which judges all other lines, sound or not; and those of a form that it has read before several times as
// fast again.
type plain struct {
	line  []byte
	pos   int               // of what is next in it
	names map[string]string // strings seen, so that a name is kept once
	forms forms

	day      [10]byte // of the last instant, and its beginning
	midnight Time

	numbers []int64 // what is left of a chunk for the fields that are pointers
	times   []Time
}

// maxNames bounds the strings that are kept, and maxName their length in bytes. A chunk is how many numbers
// or times are made at once; whoever keeps one of them keeps the chunk.
const (
	maxNames = 1 << 14
	maxName  = 64
	chunk    = 64
)

func newPlain() plain { return plain{names: map[string]string{}, forms: newForms()} }

// entry reads a line into e, whatever e held before. It reports false for a line that is not plain, and
// leaves the entry in any state then.
func (p *plain) entry(line []byte, e *Entry) bool {
	p.forms.last = nil
	p.line, p.pos = line, 0
	if !p.cut() {
		return false
	}
	if p.again(e) {
		return true
	}
	*e = Entry{}
	p.pos = 0
	if !p.members(e) {
		return false
	}
	p.learn(e)
	return true
}

// members reads the object that is the line.
func (p *plain) members(e *Entry) bool {
	if !p.take('{') {
		return false
	}
	for {
		key, ok := p.text()
		if !ok || !p.take(':') || !p.value(e.field(key)) {
			return false
		}
		if p.take('}') {
			return p.atEnd()
		}
		if !p.take(',') {
			return false
		}
	}
}

// atEnd tells whether nothing is left of the line but its end.
func (p *plain) atEnd() bool {
	left := p.line[p.pos:]
	return len(left) == 0 || string(left) == "\n"
}

// take reads the byte c if it is next.
func (p *plain) take(c byte) bool {
	if p.pos == len(p.line) || p.line[p.pos] != c {
		return false
	}
	p.pos++
	return true
}

// null reads null if it is next.
func (p *plain) null() bool {
	if !bytes.HasPrefix(p.line[p.pos:], []byte("null")) {
		return false
	}
	p.pos += len("null")
	return true
}

// value reads a value into what field gave.
func (p *plain) value(field any) (ok bool) {
	switch v := field.(type) {
	case *string:
		*v, ok = p.name()
	case *Kind:
		var s string
		s, ok = p.name()
		*v = Kind(s)
	case *int:
		var n int64
		n, ok = p.number()
		*v = int(n)
		ok = ok && int64(*v) == n
	case *int64:
		*v, ok = p.number()
	case **int64:
		if p.null() {
			*v = nil
			return true
		}
		*v = next(&p.numbers)
		**v, ok = p.number()
	case *Time:
		*v, ok = p.instant()
	case **Time:
		*v = next(&p.times)
		**v, ok = p.instant()
	}
	return ok
}

// next takes the next place of a chunk.
func next[T any](left *[]T) *T {
	if len(*left) == 0 {
		*left = make([]T, chunk)
	}
	place := &(*left)[0]
	*left = (*left)[1:]
	return place
}

// text reads up to the next quote; whoever takes what is there for a string sees to it that it is plain.
func (p *plain) text() ([]byte, bool) {
	if !p.take('"') {
		return nil, false
	}
	rest := p.line[p.pos:]
	i := bytes.IndexByte(rest, '"')
	if i < 0 {
		return nil, false
	}
	p.pos += i + 1
	return rest[:i], true
}

// name reads a string of ASCII without escapes, and keeps it for the next time.
func (p *plain) name() (string, bool) {
	b, ok := p.text()
	if !ok {
		return "", false
	}
	if s, known := p.names[string(b)]; known {
		return s, true
	}
	if slices.ContainsFunc(b, func(c byte) bool { return c < ' ' || c == '\\' || c >= 0x80 }) {
		return "", false
	}
	s := string(b)
	if len(s) <= maxName && len(p.names) < maxNames {
		p.names[s] = s
	}
	return s, true
}

// number reads a whole number from 0 on, of at most 18 digits.
func (p *plain) number() (n int64, ok bool) {
	i, rest := 0, p.line[p.pos:]
	for i < len(rest) && '0' <= rest[i] && rest[i] <= '9' {
		n = 10*n + int64(rest[i]-'0')
		i++
	}
	if i == 0 || i > 18 || i > 1 && rest[0] == '0' {
		return 0, false
	}
	p.pos += i
	return n, true
}

func (p *plain) instant() (t Time, ok bool) {
	from := p.pos
	s, ok := p.text()
	if !ok {
		return 0, false
	}
	if t, ok = p.utc(s); ok {
		return t, true
	}
	err := t.UnmarshalJSON(p.line[from:p.pos])
	return t, err == nil
}

// utc reads 2006-01-02T15:04:05Z, with up to nine digits of a second, on the day of the last instant or on
// another that it keeps. It reports false for all else, which may still be an instant.
func (p *plain) utc(s []byte) (Time, bool) {
	const form = "2006-01-02T15:04:05Z"
	n := len(s) - 1
	if n < len(form)-1 || n > len(form)+9 || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[n] != 'Z' {
		return 0, false
	}
	if [10]byte(s) != p.day {
		day, err := time.Parse(time.DateOnly, string(s[:10]))
		if err != nil || day.Year() < 1700 || day.Year() > 2200 {
			return 0, false
		}
		p.day, p.midnight = [10]byte(s), FromStd(day)
	}
	hour, minute, second := digits(s[11:13]), digits(s[14:16]), digits(s[17:19])
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return 0, false
	}
	at := p.midnight + Time(((hour*60+minute)*60+second)*int64(time.Second))
	if n == 19 {
		return at, true
	}
	part := digits(s[20:n])
	if s[19] != '.' || part < 0 {
		return 0, false
	}
	for range 29 - n {
		part *= 10
	}
	return at + Time(part), true
}

// digits reads a whole number of at least one digit, -1 for anything else.
func digits(s []byte) (n int64) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int64(c-'0')
	}
	if len(s) == 0 {
		return -1
	}
	return n
}

// field is where the value of a key goes: a pointer to a field of e, nil for a key that plain does not read.
func (e *Entry) field(key []byte) any {
	switch string(key) {
	case "seq":
		return &e.Seq
	case "at":
		return &e.At
	case "kind":
		return &e.Kind
	case "cause":
		return &e.Cause
	case "status":
		return &e.Status
	case "first":
		return &e.First
	case "last":
		return &e.Last
	case "count":
		return &e.Count
	case "pages":
		return &e.Pages
	case "records":
		return &e.Records
	case "delivered":
		return &e.Delivered
	case "waiting":
		return &e.Waiting
	}
	if text := e.textField(key); text != nil {
		return text
	}
	return nil
}

// textField is field for the fields that hold a string.
func (e *Entry) textField(key []byte) *string {
	switch string(key) {
	case "application":
		return &e.Application
	case "connection":
		return &e.Connection
	case "flow":
		return &e.Flow
	case "job":
		return &e.Job
	case "instance":
		return &e.Instance
	case "resource":
		return &e.Resource
	case "call":
		return &e.Call
	case "class":
		return &e.Class
	case "sub_cause":
		return &e.SubCause
	case "result":
		return &e.Result
	case "by":
		return &e.By
	case "state":
		return &e.State
	case "error_class":
		return &e.ErrorClass
	}
	return nil
}
