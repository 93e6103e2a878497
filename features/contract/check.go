package contract

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// decode reads an answer. Members that the contract does not know are left out; one that it wants and that is
// not there, or is of another kind, is an error: no value is made up.
func decode(text []byte, into any) error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Errorf("the answer is no JSON: %w", err)
	}
	if err := fits("the answer", reflect.TypeOf(into).Elem(), v); err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// fits tells how a JSON value differs from a type of the contract.
func fits(at string, t reflect.Type, v any) error {
	if t.Kind() == reflect.Pointer {
		if v == nil {
			return nil
		}
		t = t.Elem()
	}
	wrong := func(want string) error {
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		return fmt.Errorf("%s is %s (want %s)", at, text, want)
	}
	if t == reflect.TypeFor[time.Time]() {
		text, ok := v.(string)
		if _, err := time.Parse(time.RFC3339, text); !ok || err != nil {
			return wrong("an instant such as 2024-03-04T00:00:00Z")
		}
		return nil
	}
	ok, want := true, ""
	switch t.Kind() {
	case reflect.Struct:
		object, is := v.(map[string]any)
		if is {
			return members(at, t, object)
		}
		ok, want = false, "an object"
	case reflect.Slice:
		list, is := v.([]any)
		for i, item := range list {
			if err := fits(fmt.Sprintf("%s[%d]", member(at, ""), i), t.Elem(), item); err != nil {
				return err
			}
		}
		ok, want = is, "a list"
	case reflect.String:
		_, ok = v.(string)
		want = "a text"
	case reflect.Bool:
		_, ok = v.(bool)
		want = "true or false"
	case reflect.Int, reflect.Int64:
		number, is := v.(float64)
		ok, want = is && number == float64(int64(number)), "a whole number"
	}
	if !ok {
		return wrong(want)
	}
	return nil
}

// members tells how an object differs from a type of the contract.
func members(at string, t reflect.Type, object map[string]any) error {
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		v, ok := object[name]
		switch {
		case ok:
			if err := fits(member(at, name), field.Type, v); err != nil {
				return err
			}
		case options != "omitempty":
			return fmt.Errorf("%s has no %s", at, name)
		}
	}
	return nil
}

// member names a member of a value.
func member(at, name string) string {
	if at == "the answer" {
		return name
	}
	return strings.TrimSuffix(at+"."+name, ".")
}
