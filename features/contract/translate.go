package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/problem"
)

func timeType() reflect.Type { return reflect.TypeFor[time.Time]() }

// ours makes a body of the contract of one of the platform's. What is not there is left out: who reads the
// body says what is missing.
func (f fields) ours(of, theirs any) (any, error) {
	whole, _, err := f.read(root, root, theirs)
	if err != nil {
		return nil, err
	}
	return f.oursAt("", reflect.TypeOf(of), whole)
}

func (f fields) oursAt(at string, t reflect.Type, theirs any) (any, error) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if list, ok := theirs.([]any); ok && t.Kind() == reflect.Slice {
		all := make([]any, len(list))
		for i, item := range list {
			var err error
			if all[i], err = f.oursAt(at, t.Elem(), item); err != nil {
				return nil, err
			}
		}
		return all, nil
	}
	if t.Kind() != reflect.Struct || t == timeType() || theirs == nil {
		return theirs, nil
	}
	object := map[string]any{}
	for member := range t.Fields() {
		name := nameOf(member)
		path := below(at, name)
		v, ok, err := f.read(path, name, theirs)
		if err != nil {
			return nil, err
		}
		if !ok && member.Type.Kind() != reflect.Pointer { // what may be null and is not there is null
			continue
		}
		if object[name], err = f.oursAt(path, member.Type, v); err != nil {
			return nil, err
		}
	}
	return object, nil
}

// read finds a member in an object of theirs.
func (f fields) read(path, name string, theirs any) (v any, ok bool, err error) {
	said := f[path]
	switch {
	case said == nil && path == root:
		return theirs, true, nil
	case said == nil:
		v, ok = dig(theirs, name)
		return v, ok, nil
	case said.fixed:
		return said.is, true, nil
	}
	v, ok = dig(theirs, said.at)
	if len(said.words) == 0 || !ok {
		return v, ok, nil
	}
	var known []string
	for _, w := range said.words {
		if text(w.theirs) == text(v) {
			return w.ours, true, nil
		}
		known = append(known, text(w.theirs))
	}
	return nil, false, fmt.Errorf("the mapping file: %s", problem.Problem{
		What: fmt.Sprintf("%s is %s", path, text(v)), Want: problem.List(known, "or"),
		Near: problem.Nearest(text(v), known),
	})
}

// dig finds a value by its path.
func dig(v any, path string) (any, bool) {
	if path == root {
		return v, true
	}
	for name := range strings.SplitSeq(path, ".") {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = object[name]; !ok {
			return nil, false
		}
	}
	return v, true
}

// text is a JSON value as a mapping file has it.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic("contract: " + err.Error()) // it was JSON
	}
	return string(b)
}

// theirs makes a body for the platform of one of the contract's.
func (f fields) theirs(of, ours any) any {
	object := map[string]any{}
	f.write(object, root, root, f.theirsAt("", reflect.TypeOf(of), ours))
	return object
}

func (f fields) theirsAt(at string, t reflect.Type, ours any) any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if list, ok := ours.([]any); ok && t.Kind() == reflect.Slice {
		all := make([]any, len(list))
		for i, item := range list {
			all[i] = f.theirsAt(at, t.Elem(), item)
		}
		return all
	}
	object, ok := ours.(map[string]any)
	if !ok || t.Kind() != reflect.Struct {
		return ours
	}
	theirs := map[string]any{}
	for member := range t.Fields() {
		name := nameOf(member)
		if v, ok := object[name]; ok {
			path := below(at, name)
			f.write(theirs, path, name, f.theirsAt(path, member.Type, v))
		}
	}
	return theirs
}

// write puts a member into an object of theirs.
func (f fields) write(object map[string]any, path, name string, v any) {
	at := name
	if said := f[path]; said != nil {
		at = said.at
		for _, w := range said.words {
			if text(w.ours) == text(v) {
				v = w.theirs
				break
			}
		}
		if said.fixed {
			v = said.is
		}
	}
	if inner, ok := v.(map[string]any); ok && at == root {
		maps.Copy(object, inner)
		return
	}
	names := strings.Split(at, ".")
	for _, outer := range names[:len(names)-1] {
		inner, ok := object[outer].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[outer] = inner
		}
		object = inner
	}
	object[names[len(names)-1]] = v
}
