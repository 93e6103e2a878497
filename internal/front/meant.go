package front

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// meant is the name that was most likely meant by one that is refused: of a parameter, a property, or a word
// out of a list. It is "" where nothing comes near.
func meant(op *huma.Operation, schemas huma.Registry, e *huma.ErrorDetail) string {
	where, name := "", e.Location
	if i := strings.LastIndexByte(e.Location, '.'); i >= 0 {
		where, name = e.Location[:i], e.Location[i+1:]
	}
	before, after, _ := strings.Cut(validation.MsgExpectedOneOf, "%s")
	if list, ok := strings.CutPrefix(e.Message, before); ok {
		return problem.Nearest(fmt.Sprint(e.Value), strings.Split(strings.TrimSuffix(list, after), ", "))
	}
	switch {
	case op == nil:
	case e.Message == validation.MsgUnexpectedProperty && op.RequestBody != nil:
		return problem.Nearest(name, properties(op, schemas, where))
	case where == "query":
		var names []string
		for _, p := range op.Parameters {
			if p.In == "query" {
				names = append(names, p.Name)
			}
		}
		if !slices.Contains(names, name) {
			return problem.Nearest(name, names)
		}
	}
	return ""
}

// properties are the names of those that an object of the body may have; where is its place, such as
// body.match.
func properties(op *huma.Operation, schemas huma.Registry, where string) []string {
	media := op.RequestBody.Content["application/json"]
	if media == nil {
		return nil
	}
	s := media.Schema
	for _, step := range strings.Split(where, ".")[1:] {
		s = resolved(s, schemas)
		if s == nil {
			return nil
		}
		s = s.Properties[step]
	}
	if s = resolved(s, schemas); s == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.Properties))
}

func resolved(s *huma.Schema, schemas huma.Registry) *huma.Schema {
	if s != nil && s.Ref != "" {
		return schemas.SchemaFromRef(s.Ref)
	}
	return s
}
