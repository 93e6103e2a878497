package timeline_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// jobs writes n polling jobs as a user's script would.
func jobs(n int, format string) string {
	var b strings.Builder
	b.WriteString(applications + "\ndefaults: {polling_jobs: &j {instance: acme-main, resources: [orders], every: 5m}}\npolling_jobs:\n")
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestLimits feeds files that are made to hurt. Each is refused with little memory, and the message
// says why. (Time and resident memory are what allocations amount to: 200 MB take about a second.)
func TestLimits(t *testing.T) {
	const whole = "  job-%d: {instance: acme-main, resources: [orders], every: 5m}\n"
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		p := string(c - 1)
		bomb += fmt.Sprintf("%c: &%c [*%s, *%s, *%s, *%s, *%s, *%s, *%s, *%s, *%s]\n", c, c, p, p, p, p, p, p, p, p, p)
	}
	for _, c := range []struct {
		name string
		text func() string // built only when it is its turn
		want string
	}{
		{"100 MB", func() string { return strings.Repeat("# 0123456789\n", 100<<20/13) }, "big.yaml: the file is over 16 MiB (want at most 16 MiB)"},
		{"a million jobs", func() string { return jobs(1_000_000, "  j%d:\n") }, "more than 200,000 names"},
		{"too many aliases", func() string { return jobs(250_000, "  j%d: *j\n") }, "more than 200,000 names"},
		{"too many whole jobs", func() string { return jobs(200_100, whole) }, "more than 200,000 names"},
		{"in braces", func() string {
			return strings.Replace(jobs(250_000, "j%d: ,"), "polling_jobs:\n", "polling_jobs: {", 1) + "}"
		}, "more than 200,000 names"},
		{"a long list", func() string { return "expect: [" + strings.Repeat("a,", 7_000_000) + "]" }, "more than 1,000,000 values"},
		{"a deep list", func() string { return "expect: " + strings.Repeat("[", 900_000) }, "not YAML"},
		{"deep keys", func() string { return strings.Repeat("? ", 900_000) }, "not YAML"},
		{"alias bomb", func() string { return header + bomb }, "aliases that expand beyond 1,000,000 values"},
		{"a wide alias", func() string {
			return header + "x: &x [" + strings.Repeat("y,", 999) + "y]\n" + strings.Repeat("? *x\n", 1000)
		}, "aliases that expand beyond 1,000,000 values"},
		{"a long line", func() string { return "name: " + strings.Repeat("x", 1<<20) }, "name is longer than 1000 characters"},
		{"NUL bytes", func() string { return "outagedrill: 1\nname: \x00\n" }, "big.yaml:2:7: a NUL byte: this is not a text file (want UTF-8 text)"},
		{"binary", func() string { return "\x7fELF\x02\x01" }, "big.yaml:1:1: a control character (want UTF-8 text)"},
		{"UTF-16", func() string { return "o\x00u\x00t\x00" }, "big.yaml:1:2: a NUL byte: this is not a text file (want UTF-8 text)"},
		{"Latin-1", func() string { return "name: caf\xe9\n" }, "big.yaml:1:10: bytes that are not UTF-8 (want UTF-8 text)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := []byte(c.text())
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := timeline.Parse("big.yaml", data)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %.300v, want %q", err, c.want)
			}
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 200 {
				t.Errorf("%d MB allocated", mb)
			}
		})
	}
}

// TestManyNames stands on both sides of the limit: two applications, two connections and a polling job
// are names too.
func TestManyNames(t *testing.T) {
	parse := func(resources int) error {
		var list strings.Builder
		for i := range resources {
			fmt.Fprintf(&list, "%d, ", i)
		}
		text := "polling_jobs: {p: {instance: wms-main, every: 5m, resources: [" + list.String() + "]}}" + applications
		_, err := timeline.Parse("big.yaml", []byte(strings.Replace(text, "records: {orders: 60/h}", "", 1)))
		return err
	}
	if err := parse(199_995); err != nil {
		t.Error(err)
	}
	if err := parse(199_996); err == nil {
		t.Error("200,001 names were accepted")
	}
}

// TestReadChecksTheSizeFirst: a sparse file of a terabyte is refused without being read.
func TestReadChecksTheSizeFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huge.yaml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Skip(err)
	}
	_, err := timeline.Read(path)
	if errs := timeline.Errors(nil); !errors.As(err, &errs) || errs[0].What != "the file is over 16 MiB" {
		t.Error(err)
	}
}

func TestReadMissing(t *testing.T) {
	if _, err := timeline.Read(filepath.Join(t.TempDir(), "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := timeline.Read(t.TempDir()); err == nil || !strings.HasSuffix(err.Error(), "a folder (want a timeline file)") {
		t.Error(err)
	}
}

// TestManyProblems: twenty problems are printed, the rest counted.
func TestManyProblems(t *testing.T) {
	var b strings.Builder
	b.WriteString("events:\n")
	for range 50 {
		b.WriteString("  - {at: soon, application: acme, fault: down}\n")
	}
	_, err := timeline.Parse("drill.yaml", []byte(b.String()+world))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 21 || lines[20] != "drill.yaml: and 30 more" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
	if errs := timeline.Errors(nil); !errors.As(err, &errs) || len(errs) != 50 || errs[49].Line != 51 {
		t.Errorf("%d problems", len(errs))
	}
}

// TestManyUnknownNames: the nearest of very many names is looked for only where it is printed.
func TestManyUnknownNames(t *testing.T) {
	text := jobs(10_000, "  job-%d:\n") + "events:\n" +
		strings.Repeat("  - {at: +1h, operator: enable, job: jbo-1234}\n", 10_000)
	_, err := timeline.Parse("drill.yaml", []byte(text))
	errs := timeline.Errors(nil)
	if !errors.As(err, &errs) || errs[0].Near != "job-1234" || errs[9_999].Near != "" {
		t.Errorf("%d problems: %.300v", len(errs), err)
	}
}
