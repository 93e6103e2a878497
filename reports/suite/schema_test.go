package suite_test

import (
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Each message is as Cucumber's own schema wants it. testdata/cucumber holds the schema of version 34.2.1 and
// its licence.
func TestMessagesSchema(t *testing.T) {
	f, err := os.Open("testdata/cucumber/messages.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	schema, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	const at = "https://cucumber.io/schema/Envelope.schema.json"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(at, schema); err != nil {
		t.Fatal(err)
	}
	envelope, err := c.Compile(at)
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.Lines(write(t, "messages", mixed()) + write(t, "messages", empty())) {
		message, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := envelope.Validate(message); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
	if envelope.Validate(map[string]any{"meta": map[string]any{}}) == nil {
		t.Error("the schema takes anything")
	}
}
