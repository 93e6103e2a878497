package dialect_test

import (
	"os"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

const shapes = int(dialect.ShapeNoAnswer) + 1

func generic(t testing.TB) *dialect.Dialect {
	t.Helper()
	d, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// source gives the generic dialect's file with replacements made, each of which must be there.
func source(t testing.TB, oldNew ...string) []byte {
	t.Helper()
	data, err := os.ReadFile("generic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(text, oldNew[i]) {
			t.Fatalf("generic.yaml does not hold %q", oldNew[i])
		}
		text = strings.Replace(text, oldNew[i], oldNew[i+1], 1)
	}
	return []byte(text)
}

// every gives all built-in dialects, and each with every one of its variants, by the name to load.
func every(t testing.TB) map[string]*dialect.Dialect {
	t.Helper()
	all := map[string]*dialect.Dialect{}
	load := func(name string) *dialect.Dialect {
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = d
		return d
	}
	for _, name := range dialect.Names() {
		for _, v := range load(name).Variants {
			load(name + "+" + v.Name)
		}
	}
	return all
}

func variant(t testing.TB, oldNew ...string) *dialect.Dialect {
	t.Helper()
	d, err := dialect.Parse("variant.yaml", source(t, oldNew...))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
