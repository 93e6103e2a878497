package contract_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/features/contract"
)

var update = flag.Bool("update", false, "rewrite docs/target-openapi.yaml")

// TestOpenAPI holds the document of the contract: it says what the types say that outagedrill sends and reads.
func TestOpenAPI(t *testing.T) {
	const file = "../../docs/target-openapi.yaml"
	var w writer
	w.document()
	if *update {
		if err := os.WriteFile(file, []byte(w.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), w.String()); diff != "" {
		t.Errorf("the document changed (-want +got); if that is meant, run with -update:\n%s", diff)
	}
}

// writer writes YAML.
type writer struct {
	strings.Builder
	types []reflect.Type // that were named and are to be described
}

func (w *writer) line(depth int, format string, args ...any) {
	fmt.Fprintf(w, strings.Repeat("  ", depth)+format+"\n", args...)
}

func (w *writer) document() {
	w.line(0, "# Written by the tests of features/contract, from the types there: do not edit.")
	w.line(0, "openapi: 3.1.0")
	w.line(0, "info:")
	w.line(1, "title: The adapter contract of outagedrill")
	w.line(1, "version: %q", strconv.Itoa(contract.Version))
	w.line(1, "description: %q", "What a platform answers that `outagedrill test --target` puts under test. "+
		"docs/target.md tells the rest: when it is to call, and what an e-mail says.")
	w.line(0, "paths:")
	paths := map[string][]contract.Call{}
	var order []string
	for _, c := range contract.Calls() {
		if paths[c.Path] == nil {
			order = append(order, c.Path)
		}
		paths[c.Path] = append(paths[c.Path], c)
	}
	for _, path := range order {
		w.line(1, "%s:", path)
		if strings.Contains(path, "{id}") {
			w.line(2, "parameters:")
			w.line(3, "- {name: id, in: path, required: true, schema: {type: string}}")
		}
		for _, c := range paths[path] {
			w.call(&c)
		}
	}
	w.line(0, "components:")
	w.line(1, "schemas:")
	for i := 0; i < len(w.types); i++ {
		w.object(w.types[i])
	}
}

func (w *writer) call(c *contract.Call) {
	w.line(2, "%s:", strings.ToLower(c.Method))
	w.line(3, "operationId: %s", c.Name)
	doc := c.Doc
	if c.Offer != "" {
		doc += " Only where the platform offers `" + c.Offer + "`."
	}
	w.line(3, "description: %q", doc)
	if c.Body != nil {
		w.line(3, "requestBody:")
		w.line(4, "required: true")
		w.line(4, "content:")
		w.line(5, "application/json:")
		w.line(6, "schema: %s", w.schema(reflect.TypeOf(c.Body), ""))
	}
	w.line(3, "responses:")
	if c.Answer == nil {
		w.line(4, `"2XX": {description: "Done. A body is not read."}`)
	} else {
		w.line(4, `"200":`)
		w.line(5, "description: OK")
		w.line(5, "content:")
		w.line(6, "application/json:")
		w.line(7, "schema: %s", w.schema(reflect.TypeOf(c.Answer), ""))
	}
	w.line(4, `default: {description: "It failed. The body is told to the reader of the results."}`)
}

// schema is a type's schema in one line.
func (w *writer) schema(t reflect.Type, enum string) string {
	null := ""
	if t.Kind() == reflect.Pointer {
		t, null = t.Elem(), "null"
	}
	if t == reflect.TypeFor[time.Time]() {
		return "{type: " + kind("string", null) + ", format: date-time}"
	}
	switch t.Kind() {
	case reflect.Struct:
		if !slices.Contains(w.types, t) {
			w.types = append(w.types, t)
		}
		return `{$ref: "#/components/schemas/` + t.Name() + `"}`
	case reflect.Slice:
		return "{type: array, items: " + w.schema(t.Elem(), "") + "}"
	case reflect.Map:
		return "{type: object, additionalProperties: " + w.schema(t.Elem(), "") + "}"
	case reflect.Bool:
		return "{type: boolean}"
	case reflect.Float64:
		return "{type: number}"
	case reflect.Int, reflect.Int64:
		return "{type: " + kind("integer", null) + "}"
	case reflect.String:
		if enum == "" {
			return "{type: " + kind("string", null) + "}"
		}
		values := strings.ReplaceAll(enum, ",", ", ")
		if null != "" {
			values += ", null"
		}
		return "{type: " + kind("string", null) + ", enum: [" + values + "]}"
	default:
		panic("no schema for " + t.String())
	}
}

func kind(name, null string) string {
	if null == "" {
		return name
	}
	return "[" + name + `, "null"]`
}

// object describes a type. Members that the contract does not know may be there.
func (w *writer) object(t reflect.Type) {
	var required []string
	w.line(2, "%s:", t.Name())
	w.line(3, "type: object")
	w.line(3, "properties:")
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if options == "" {
			required = append(required, name)
		}
		schema := w.schema(field.Type, field.Tag.Get("enum"))
		w.line(4, "%s: {description: %q, %s", name, field.Tag.Get("doc"), schema[1:])
	}
	w.line(3, "required: [%s]", strings.Join(required, ", "))
}
