package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The README shows a real answer and a timeline that fails for the reason it gives: both are run here.
func TestReadmeTellsTheTruth(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	example, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(example, filepath.Join(dir, "examples")); err != nil {
		t.Fatal(err)
	}

	got := finished(t, program(t, dir, "replay", "examples/black-friday.yaml"))
	if want := block(t, string(readme), "text"); got.code != 0 || strings.TrimSpace(got.stdout) != want {
		t.Errorf("status %d, answer:\n%s\nthe README shows:\n%s", got.code, got.stdout, want)
	}

	timeline := filepath.Join(dir, "acme.yaml")
	if err := os.WriteFile(timeline, []byte(block(t, string(readme), "yaml")), 0o600); err != nil {
		t.Fatal(err)
	}
	failed := finished(t, program(t, dir, "replay", "acme.yaml"))
	line := "job orders-poll: disablements: want 0, got 1 (line 19 of the timeline)"
	if failed.code != 1 || !strings.Contains(failed.stdout, line) || !strings.Contains(string(readme), line) {
		t.Errorf("status %d; the answer and the README must both say %q:\n%s", failed.code, line, failed.stdout)
	}
}

// block is the README's first block of code in a language.
func block(t *testing.T, readme, language string) string {
	t.Helper()
	_, rest, _ := strings.Cut(readme, "```"+language+"\n")
	code, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatalf("the README has no block of %s", language)
	}
	return strings.TrimSpace(code)
}
