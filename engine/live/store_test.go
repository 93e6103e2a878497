package live_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/engine/live"
)

// TestForeignFile: a file that is not a lab's own is refused in words, and not touched.
func TestForeignFile(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database at all\n", 100)), 0o666); err != nil {
		t.Fatal(err)
	}
	other, newer := filepath.Join(dir, "other"), filepath.Join(dir, "newer")
	exec(t, other, "CREATE TABLE t (x)")
	open(t, newer)
	exec(t, newer, "PRAGMA user_version = 7")
	for path, want := range map[string]string{
		text:                               "it is no database (want a file of a lab, or a new one)",
		other:                              "it is a database of another program (want a file of a lab, or a new one)",
		newer:                              "it was written by another version of the program (its schema is 7, want 3)",
		filepath.Join(dir, "none", "x.db"): "it cannot be opened (want a file in a folder that can be written to)",
	} {
		before, _ := os.ReadFile(path)
		s, err := live.OpenStore(path)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || err.Error() != path+": "+want {
			t.Errorf("%v\nwant %s: %s", err, path, want)
		}
		if after, _ := os.ReadFile(path); path != newer && string(after) != string(before) {
			t.Errorf("%s was written to", path)
		}
	}
}

// TestOneProcess: a file that is open is refused to another store until it is closed.
func TestOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	s, err := live.OpenStore(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := live.OpenStore(path); err == nil || !strings.Contains(err.Error(), "it is in use") {
		t.Errorf("%v", err)
	}
	domain := s.Domain()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = live.OpenStore(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if s.Domain() != domain {
		t.Errorf("the world's domain was %s and is %s", domain, s.Domain())
	}
}

func open(t *testing.T, path string) {
	t.Helper()
	s, err := live.OpenStore(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkCommit tells how many writes that are on the disk a store makes in a second.
func BenchmarkCommit(b *testing.B) {
	s, err := live.OpenStore(filepath.Join(b.TempDir(), "lab.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	state := []byte(strings.Repeat("x", 600))
	for b.Loop() {
		if err := s.SaveVendor(0, state); err != nil {
			b.Fatal(err)
		}
	}
}
