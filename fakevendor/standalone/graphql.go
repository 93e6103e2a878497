package standalone

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// The bounds of a query: its tokens, and so how deep it nests; selections that are looked at to answer it,
// since fragments multiply them.
const (
	mostTokens   = 10_000
	mostSelected = 200_000
)

// graphQL is what the query in a request's body asks for.
type graphQL struct {
	document  *ast.QueryDocument
	selects   ast.SelectionSet // of the operation that is to be run
	variables map[string]any
	told      map[string]any // what routes see of it
	err       error          // why it cannot be run
	left      int            // selections that may still be looked at
}

// inGraphQL reads the query of the request's body, once.
func (c *call) inGraphQL() *graphQL {
	if c.graph == nil {
		c.graph = readGraphQL(c.fields)
	}
	return c.graph
}

// readGraphQL reads a query out of the fields of a request's body.
func readGraphQL(body map[string]any) *graphQL {
	q := &graphQL{told: map[string]any{}, variables: map[string]any{}, left: mostSelected}
	text, _ := body["query"].(string) // "": there is none, which is an error of its syntax
	q.document, q.err = parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, mostTokens)
	if q.err != nil {
		return q
	}
	name, _ := body["operationName"].(string) // "": the only one is meant
	operation := q.document.Operations.ForName(name)
	if operation == nil {
		q.err = fmt.Errorf("no operation named %q", name)
		return q
	}
	q.selects = operation.SelectionSet
	for _, v := range operation.VariableDefinitions {
		if v.DefaultValue != nil {
			q.variables[v.Variable] = q.value(v.DefaultValue)
		}
	}
	given, _ := body["variables"].(map[string]any) // nil: none are given
	maps.Copy(q.variables, given)
	q.tell()
	return q
}

// tell notes what routes see: which fields are asked for, to the second level, their arguments, and which of
// those is no scalar. Of two arguments of one name it is the first.
func (q *graphQL) tell() {
	var fields []string
	arguments := map[string]any{}
	note := func(f *field, above string) {
		fields = append(fields, above+f.name)
		for _, a := range f.arguments {
			if _, told := arguments[a.Name]; !told {
				arguments[a.Name] = q.value(a.Value)
			}
		}
	}
	for _, f := range q.fields(q.selects) {
		note(f, "")
		for _, inner := range q.fields(f.sets...) {
			note(inner, f.name+".")
		}
	}
	q.told["fields"], q.told["arguments"] = strings.Join(fields, " "), arguments
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		switch arguments[name].(type) {
		case map[string]any, []any:
			q.told["input"] = arguments[name]
			return
		}
	}
}

// value gives a value of the query as JSON has it.
func (q *graphQL) value(v *ast.Value) any {
	switch v.Kind { //nolint:exhaustive // the others are texts: strings and names
	case ast.Variable:
		return q.variables[v.Raw]
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw)
	case ast.BooleanValue:
		return v.Raw == "true"
	case ast.NullValue:
		return nil
	case ast.ListValue:
		list := []any{}
		for _, child := range v.Children {
			list = append(list, q.value(child.Value))
		}
		return list
	case ast.ObjectValue:
		object := map[string]any{}
		for _, child := range v.Children {
			object[child.Name] = q.value(child.Value)
		}
		return object
	}
	return v.Raw
}

// field is what a query asks for under one key of the answer.
type field struct {
	key, name string
	arguments ast.ArgumentList
	sets      []ast.SelectionSet // several where the query says it several times
}

// fields gives what selections of one object ask for, in the query's order; those of fragments too, whatever
// type they are for.
func (q *graphQL) fields(sets ...ast.SelectionSet) []*field {
	var all []*field
	for _, set := range sets {
		all = q.walk(all, set, nil)
	}
	return all
}

// walk adds the fields of a selection, which may be that of a fragment within others.
func (q *graphQL) walk(all []*field, set ast.SelectionSet, within []string) []*field {
	for _, one := range set {
		if q.left--; q.left < 0 {
			return all
		}
		switch one := one.(type) {
		case *ast.Field:
			if q.wanted(one.Directives) {
				all = join(all, one)
			}
		case *ast.InlineFragment:
			if q.wanted(one.Directives) {
				all = q.walk(all, one.SelectionSet, within)
			}
		case *ast.FragmentSpread:
			named := q.document.Fragments.ForName(one.Name)
			if named != nil && q.wanted(one.Directives) && !slices.Contains(within, one.Name) {
				all = q.walk(all, named.SelectionSet, append(slices.Clip(within), one.Name))
			}
		}
	}
	return all
}

// join adds a field, to what is asked for under the same key.
func join(all []*field, f *ast.Field) []*field {
	for _, old := range all {
		if old.key == f.Alias {
			old.sets = append(old.sets, f.SelectionSet)
			return all
		}
	}
	return append(all, &field{f.Alias, f.Name, f.Arguments, []ast.SelectionSet{f.SelectionSet}})
}

// wanted tells what @skip and @include say.
func (q *graphQL) wanted(directives ast.DirectiveList) bool {
	for _, d := range directives {
		condition := d.Arguments.ForName("if")
		if condition == nil {
			continue
		}
		holds, _ := q.value(condition.Value).(bool) // no boolean: it does not hold
		if d.Name == "skip" && holds || d.Name == "include" && !holds {
			return false
		}
	}
	return true
}

// answerGraphQL leaves of the answer's data what the query selects.
func (c *call) answerGraphQL() {
	var whole map[string]json.RawMessage
	if json.Unmarshal(c.answer.body, &whole) != nil {
		return
	}
	q := c.inGraphQL()
	body := []byte{'{'}
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		if len(body) > 1 {
			body = append(body, ',')
		}
		body = append(strconv.AppendQuote(body, name), ':')
		if name == "data" {
			body = q.selected(body, whole[name], q.selects)
		} else {
			body = append(body, whole[name]...)
		}
	}
	c.answer.body = append(body, '}')
}

// selected appends what selections leave of a value: of each object in it the fields that they ask for,
// under the keys that they ask for. One that the vendor does not have is null, or a list without an object
// in it where it looks like a list.
func (q *graphQL) selected(dst []byte, value json.RawMessage, sets ...ast.SelectionSet) []byte {
	if len(sets) == 0 || len(sets[0]) == 0 || len(value) == 0 {
		return append(dst, value...)
	}
	switch value[0] {
	case '[':
		var items []json.RawMessage
		if json.Unmarshal(value, &items) != nil {
			return append(dst, value...)
		}
		if q.pages(sets) {
			return q.selectedOf(dst, connection(items), sets)
		}
		dst = append(dst, '[')
		for i, item := range items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = q.selected(dst, item, sets...)
		}
		return append(dst, ']')
	case '{':
		var object map[string]json.RawMessage
		if json.Unmarshal(value, &object) != nil {
			return append(dst, value...)
		}
		return q.selectedOf(dst, object, sets)
	}
	return append(dst, value...)
}

// selectedOf is selected for one object.
func (q *graphQL) selectedOf(dst []byte, object map[string]json.RawMessage, sets []ast.SelectionSet) []byte {
	dst = append(dst, '{')
	for i, f := range q.fields(sets...) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(strconv.AppendQuote(dst, f.key), ':')
		inner, ok := object[f.name]
		switch {
		case ok:
		case q.pages(f.sets):
			inner = json.RawMessage("[]")
		default:
			inner = json.RawMessage("null")
		}
		dst = q.selected(dst, inner, f.sets...)
	}
	return append(dst, '}')
}

// pages tells whether selections ask for a connection: a list that is told in pages.
func (q *graphQL) pages(sets []ast.SelectionSet) bool {
	return slices.ContainsFunc(q.fields(sets...), func(f *field) bool {
		return f.name == "edges" || f.name == "nodes"
	})
}

// connection is a list that is one page.
func connection(items []json.RawMessage) map[string]json.RawMessage {
	nodes, edges := []byte{'['}, []byte{'['}
	for i, item := range items {
		if i > 0 {
			nodes, edges = append(nodes, ','), append(edges, ',')
		}
		nodes = append(nodes, item...)
		edges = append(append(append(edges, `{"cursor":"`...), sealCursor(int64(i+1), "")...), `","node":`...)
		edges = append(append(edges, item...), '}')
	}
	return map[string]json.RawMessage{
		"nodes": append(nodes, ']'), "edges": append(edges, ']'),
		"totalCount": strconv.AppendInt(nil, int64(len(items)), 10),
		"pageInfo":   json.RawMessage(`{"hasNextPage":false,"hasPreviousPage":false}`),
	}
}

// wrongQuery is why a query was refused, in the journal.
const wrongQuery = "wrong_query"

// refuseGraphQL answers a query that cannot be run.
func (c *call) refuseGraphQL(err error) {
	list := gqlerror.List{gqlerror.WrapIfUnwrapped(err)}
	body, err := json.Marshal(map[string]any{"errors": list})
	if err != nil {
		body = []byte(`{"errors":[]}`) // never: it is texts and numbers
	}
	a := &c.answer
	a.status, a.body = http.StatusOK, append(a.body, body...)
	a.add("Content-Type", "application/json; charset=utf-8")
	c.rule = wrongQuery
}
