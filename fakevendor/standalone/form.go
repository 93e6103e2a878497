package standalone

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// deepestForm bounds how deep the names in a form nest.
const deepestForm = 16

// formFields turns a form into the fields of an object: a[b]=c is {"a": {"b": "c"}}, a[0][b]=c and a[][b]=c
// are {"a": [{"b": "c"}]}, a[]=b is {"a": ["b"]}.
func formFields(form url.Values) map[string]any {
	fields := make(map[string]any, len(form))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		values := form[name]
		outer, rest, nested := strings.Cut(name, "[")
		switch {
		case len(values) == 0:
		case nested:
			below := strings.SplitN(strings.TrimSuffix(rest, "]"), "][", deepestForm)
			place(fields, append([]string{outer}, below...), values)
		default:
			fields[name] = values[0]
		}
	}
	for name, value := range fields {
		fields[name] = listed(value)
	}
	return fields
}

// place puts values where keys lead to; one that is a text and an object is the object.
func place(fields map[string]any, keys, values []string) {
	for ; len(keys) > 1; keys = keys[1:] {
		below, ok := fields[keys[0]].(map[string]any)
		if !ok {
			below = map[string]any{}
			fields[keys[0]] = below
		}
		fields = below
	}
	if keys[0] != "" {
		fields[keys[0]] = values[0]
		return
	}
	for i, value := range values {
		fields[strconv.Itoa(i)] = value
	}
}

// listed turns objects whose keys are the numbers of a list, or that have none, into lists.
func listed(value any) any {
	fields, ok := value.(map[string]any)
	if !ok {
		return value
	}
	for name, inner := range fields {
		fields[name] = listed(inner)
	}
	if unnamed, ok := fields[""]; ok && len(fields) == 1 {
		return []any{unnamed}
	}
	list := make([]any, 0, len(fields))
	for i := range len(fields) {
		item, ok := fields[strconv.Itoa(i)]
		if !ok {
			return fields
		}
		list = append(list, item)
	}
	return list
}

// typed gives the fields of a form the types that an object has there, since a form knows texts alone. Of a
// list in place of an object, which the vendor makes something else of, nothing is taken.
func typed(fields, object map[string]any) {
	for name, given := range fields {
		text, isText := given.(string)
		_, isList := given.([]any)
		switch old := object[name].(type) {
		case json.Number:
			if _, err := strconv.ParseFloat(text, 64); isText && err == nil {
				fields[name] = json.Number(text)
			}
		case bool:
			if is, err := strconv.ParseBool(text); isText && err == nil {
				fields[name] = is
			}
		case map[string]any:
			if isList {
				delete(fields, name)
			} else if inner, ok := given.(map[string]any); ok {
				typed(inner, old)
			}
		}
	}
}
