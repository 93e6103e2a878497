//go:build slow

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSlowBuilds plays every example with two builds of the program, one of them with the race detector, and
// on the plain one with a single processor and in another time zone: the journals are equal byte for byte.
func TestSlowBuilds(t *testing.T) {
	dir := t.TempDir()
	plain, race := build(t, dir, "plain"), build(t, dir, "race", "-race")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob(filepath.Join(root, "examples", "*.yaml"))
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples (%v)", err)
	}
	for _, example := range examples {
		name := filepath.Base(example)
		t.Run(name, func(t *testing.T) {
			play := func(binary, out string, env ...string) []byte {
				cmd := exec.CommandContext(t.Context(), binary, "replay", filepath.Join("examples", name), "-o", filepath.Join(dir, out, name))
				cmd.Dir = root
				cmd.Env = append(os.Environ(), env...)
				if text, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, text)
				}
				return get(t, dir, out, name, journalFile)
			}
			want := play(plain, "plain-out")
			for what, got := range map[string][]byte{
				"GOMAXPROCS=1":    play(plain, "single", "GOMAXPROCS=1"),
				"TZ=Asia/Kolkata": play(plain, "zone", "TZ=Asia/Kolkata"),
				"-race":           play(race, "race-out"),
			} {
				if !bytes.Equal(got, want) {
					t.Errorf("the journal with %s differs", what)
				}
			}
		})
	}
}

// build builds the program into dir.
func build(t *testing.T, dir, name string, flags ...string) string {
	t.Helper()
	binary := filepath.Join(dir, name)
	args := append(append([]string{"build"}, flags...), "-o", binary, ".")
	if text, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go %v: %v: %s", args, err, text)
	}
	return binary
}
