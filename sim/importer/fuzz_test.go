package importer_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/sim/importer"
)

func jsonText(s string) (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// fuzzImport holds for any input: no panic, and where there is a result the counts hold and the
// timeline is valid.
func fuzzImport(t *testing.T, format string, data []byte) {
	res, err := importer.Import("fuzz", bytes.NewReader(data), importer.Options{Format: format})
	if err != nil {
		return
	}
	checkResult(t, res)
}

// seedTraps adds the inputs of one file of traps.
func seedTraps(f *testing.F, files ...string) {
	f.Helper()
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join("testdata/traps", file))
		if err != nil {
			f.Fatal(err)
		}
		for block := range strings.SplitSeq(string(text), "\n\n") {
			input, _, _ := strings.Cut(block, "\n----")
			if _, input, ok := strings.Cut(input[max(0, strings.Index(input, "import")):], "\n"); ok {
				f.Add([]byte(input))
			}
		}
	}
}

func FuzzImport(f *testing.F) {
	seedTraps(f, "span.txt", "severity.txt", "summary.txt", "transitions.txt", "csv.txt")
	f.Fuzz(func(t *testing.T, data []byte) { fuzzImport(t, "", data) })
}

func FuzzImportStatuspage(f *testing.F) {
	seedTraps(f, "span.txt", "severity.txt", "summary.txt")
	f.Fuzz(func(t *testing.T, data []byte) { fuzzImport(t, "statuspage", data) })
}

func FuzzImportTransitions(f *testing.F) {
	seedTraps(f, "transitions.txt")
	f.Fuzz(func(t *testing.T, data []byte) { fuzzImport(t, "statuspage", data) })
}

func FuzzImportCSV(f *testing.F) {
	seedTraps(f, "csv.txt")
	f.Fuzz(func(t *testing.T, data []byte) { fuzzImport(t, "csv", data) })
}
