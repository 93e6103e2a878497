package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// object is a JSON object of which nothing is taken for granted: a field that is missing or of the
// wrong type reads as empty.
type object map[string]any

// value is one JSON value of the top level, or what stands where one should.
type value struct {
	data  any
	where string
	err   error // the line holds no JSON value
}

// jsonValues reads a source as a stream of JSON values, or, when a value is broken, line by line,
// so that one bad line of NDJSON costs only itself.
func jsonValues(src source) ([]value, error) {
	values, err := stream(src.data)
	if err == nil {
		return values, nil
	}
	lines, good := byLine(src.data)
	if !good {
		line, col := position(src.data, err)
		return nil, fmt.Errorf("%s:%d:%d: not JSON: %w (want a JSON document, or one JSON object "+
			"a line)", src.file, line, col, err)
	}
	return lines, nil
}

func stream(data []byte) ([]value, error) {
	var values []value
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	line, seen := 1, 0
	for {
		start := int(dec.InputOffset())
		start += len(data[start:]) - len(bytes.TrimLeft(data[start:], " \t\r\n"))
		line += bytes.Count(data[seen:start], []byte{'\n'})
		seen = start
		var v any
		if err := dec.Decode(&v); errors.Is(err, io.EOF) {
			return values, nil
		} else if err != nil {
			return nil, err
		}
		values = append(values, value{data: v, where: fmt.Sprintf("line %d", line)})
	}
}

// byLine reads each line as a value of its own. good says that one of the first two lines is a
// whole object, without which the source is a broken document rather than NDJSON.
func byLine(data []byte) (values []value, good bool) {
	number := 0
	for raw := range bytes.Lines(data) {
		number++
		raw = bytes.TrimSpace(raw)
		if len(raw) == 0 {
			continue
		}
		v := value{where: fmt.Sprintf("line %d", number)}
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.UseNumber()
		if v.err = dec.Decode(&v.data); v.err == nil && dec.More() {
			v.err = errors.New("more than one value on the line")
		}
		values = append(values, v)
		_, whole := v.data.(map[string]any)
		good = good || len(values) <= 2 && v.err == nil && whole
	}
	return values, good
}

// position turns the offset of a JSON error into line and column, from 1.
func position(data []byte, err error) (line, col int) {
	offset := len(data)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && int(syntax.Offset) <= len(data) {
		offset = int(syntax.Offset)
	}
	before := data[:offset]
	return bytes.Count(before, []byte{'\n'}) + 1, max(1, len(before)-bytes.LastIndexByte(before, '\n')-1)
}

func asObject(v any) (object, bool) {
	m, ok := v.(map[string]any)
	return m, ok
}

// text gives a field that is a string or a number (ids of some pages are numbers).
func (o object) text(key string) string {
	switch v := o[key].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

func (o object) object(key string) object {
	child, _ := asObject(o[key])
	return child
}

func (o object) list(key string) []any {
	items, _ := o[key].([]any)
	return items
}

func (o object) has(key string) bool {
	v, ok := o[key]
	return ok && v != nil
}

// objects gives the elements of a list field that are objects.
func (o object) objects(key string) []object {
	var found []object
	for _, item := range o.list(key) {
		if child, ok := asObject(item); ok {
			found = append(found, child)
		}
	}
	return found
}

// instant gives a field that is a time; zero when it is missing or cannot be read.
func (o object) instant(key string) time.Time {
	at, _, _ := parseInstant(o.text(key))
	return at
}

// badInstant finds the first of the fields that is there but is no time.
func (o object) badInstant(keys ...string) (key string, found bool) {
	for _, key := range keys {
		if o.has(key) && o[key] != "" && o.instant(key).IsZero() {
			return key, true
		}
	}
	return "", false
}
