package timeline_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// compiled is the schema as a validator and as plain values.
func compiled(t *testing.T) (*jsonschema.Schema, map[string]any) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(timeline.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("timeline.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("timeline.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema, doc.(map[string]any) //nolint:forcetypeassert // it compiled
}

// plain is a YAML value as a validator of JSON wants it: instants are text, as they are to editors.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return plain(n.Content[0])
	case yaml.AliasNode:
		return plain(n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, plain(item))
		}
		return list
	case yaml.MappingNode:
		object, merged := map[string]any{}, map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], plain(n.Content[i+1])
			if from, ok := value.(map[string]any); ok && key.Tag == "!!merge" {
				merged = from
				continue
			}
			object[key.Value] = value
		}
		maps.Copy(merged, object)
		return merged
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value)
		}
	}
	return n.Value
}

// refusal is what the schema says of a timeline; nil where it has nothing against it.
func refusal(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		return err
	}
	return schema.Validate(plain(&root))
}

// TestSchemaTakes holds that the schema has nothing against a timeline that is right.
func TestSchemaTakes(t *testing.T) {
	schema, _ := compiled(t)
	files := []string{"../../cmd/outagedrill/sample/lunch.yaml"}
	folders := []string{"../../examples/*.yaml", "../../examples/workloads/*.yaml", "testdata/*.yaml"}
	for _, pattern := range folders {
		more, err := filepath.Glob(pattern)
		if err != nil || len(more) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(more), err)
		}
		files = append(files, more...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := timeline.Parse(file, text); err != nil {
			t.Errorf("no timeline: %v", err)
		}
		if err := refusal(t, schema, string(text)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	for _, text := range []string{
		"{outagedrill: 1, start: 2024-03-01T00:00:00Z, duration: 1d, applications: , events: , policy: }",
		header + "applications: {a: , 7: {latency: 0, records: {r: 5/m30s}, retention: .5h1.m}}\n" +
			"connections: {c: {application: 7}}",
		header + "applications: {a: &a {retention: 1w}, b: {<<: *a, dialect: generic}}",
		world + "operators: [{when: advice.support, do: reauthorize, hours: 'mon,TUE 9:00-24:00,2:00-6:00'}]",
		world + "expect: [{flow: orders-to-wms, lost: ' >= 5', late_max: 0}, {records_lost: '3'}]",
	} {
		must(t, "", text)
		if err := refusal(t, schema, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestSchemaRefuses holds that of the mistakes in testdata/errors the schema refuses those of keys and words,
// and no file that Parse takes.
func TestSchemaRefuses(t *testing.T) {
	schema, _ := compiled(t)
	knows := regexp.MustCompile(`^unknown (key|figure|fault|how|auth|algorithm|by|state) "|` +
		`^unknown (when|do|operator|mail|platform) "|` +
		`does not fit|is not a (duration|rate|whole number|number)|is zero|^fault: .* without`)
	bases := map[string]string{"header": header, "applications": applications, "world": world}
	judged := 0
	datadriven.Walk(t, "testdata/errors", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			base := "none"
			if d.HasArg("base") {
				d.ScanArgs(t, "base", &base)
			}
			text := d.Input + "\n" + bases[base]
			_, err := timeline.Parse("drill.yaml", []byte(text))
			known := slices.ContainsFunc(problemsOf(err), func(p problem) bool {
				return knows.MatchString(p.What)
			})
			if err != nil && !known {
				return d.Expected // of names, or no YAML at all
			}
			if refusal := refusal(t, schema, text); (refusal != nil) != known {
				t.Errorf("%s: Parse says %v, the schema %v", d.Pos, err, refusal)
			}
			judged++
			return d.Expected
		})
	})
	if judged < 20 {
		t.Errorf("%d files were judged", judged)
	}
}
