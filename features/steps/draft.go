package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// object is a JSON object that keeps the order in which its keys came: it is rule T-03's order of a file.
type object struct {
	keys   []string
	values map[string]any
}

// set gives a key a value.
func (o *object) set(key string, v any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if !slices.Contains(o.keys, key) {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
}

// in is the object under a key, which is made where there is none.
func (o *object) in(key string) *object {
	inner, ok := o.values[key].(*object)
	if !ok {
		inner = &object{}
		o.set(key, inner)
	}
	return inner
}

// add appends to the list under a key.
func (o *object) add(key string, v any) {
	items, _ := o.values[key].([]any)
	o.set(key, append(items, v))
}

// pairs makes an object of keys and values in turn.
func pairs(keysAndValues ...any) *object {
	o := &object{}
	for i := 0; i < len(keysAndValues); i += 2 {
		o.set(keysAndValues[i].(string), keysAndValues[i+1])
	}
	return o
}

// MarshalJSON writes the keys in their order.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range o.keys {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(inline(k) + ": " + inline(o.values[k]))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// yaml writes the object as a timeline file: sections as blocks, what stands in them in one line each.
func (o *object) yaml() string {
	var b strings.Builder
	for _, k := range o.keys {
		switch v := o.values[k].(type) {
		case *object:
			fmt.Fprintf(&b, "%s:\n", k)
			for _, name := range v.keys {
				fmt.Fprintf(&b, "  %s: %s\n", inline(name), inline(v.values[name]))
			}
		case []any:
			fmt.Fprintf(&b, "%s:\n", k)
			for _, item := range v {
				fmt.Fprintf(&b, "  - %s\n", inline(item))
			}
		default:
			fmt.Fprintf(&b, "%s: %s\n", k, inline(v))
		}
	}
	return b.String()
}

// inline writes a value as JSON, which is YAML too, in one line.
func inline(v any) string {
	if o, ok := v.(*object); ok {
		text, _ := o.MarshalJSON() // of an object there is no error
		return string(text)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("steps: " + err.Error()) // the values are strings, numbers and lists of them
	}
	return strings.TrimSuffix(b.String(), "\n")
}
