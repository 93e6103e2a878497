package api_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine/api"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestOpenAPI holds the document of the API: whoever changes a call sees what its callers will see.
func TestOpenAPI(t *testing.T) {
	got, err := api.OpenAPI(api.Config{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "openapi.yaml")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the document changed (-want +got); if that is meant, run with -update:\n%s", diff)
	}
}
