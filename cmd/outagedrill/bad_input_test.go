package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What a broken timeline may cost, however large it is: processor time, and memory in bytes.
const (
	badInputTime   = 2 * time.Second
	badInputMemory = 200 << 20
)

// head begins a timeline that is right so far.
const head = "outagedrill: 1\nstart: 2024-03-01T00:00:00Z\nduration: 1d\n"

// body is the rest of one.
const body = `applications: {acme: {records: {orders: 1/m}}}
connections: {acme-main: {application: acme}}
polling_jobs: {poll: {instance: acme-main, resources: [orders], every: 5m}}
`

// TestBadInput plays broken timelines in processes of their own. Each is refused with exit status 2 and a
// message that names the place and what was expected, within the time and memory allowed, and nothing is
// written.
func TestBadInput(t *testing.T) {
	for _, tt := range []struct {
		name string
		text any    // string, or func(io.Writer) for the large ones
		want string // regular expression of the first message after FILE
	}{
		{"unknown key", head + body + "polling_job: {}\n", `^:7:1: unknown key "polling_job".*polling_jobs`},
		{"unknown key deep down", head + strings.Replace(body, "every", "evry", 1), `^:6:\d+: unknown key "evry".*every`},
		{"wrong type", strings.Replace(head, "1d", "[1d]", 1) + body, `^:3:11: .*a list.*duration`},
		{"missing key", "outagedrill: 1\nduration: 1d\n" + body, `^:\d+:\d+: .*start`},
		{
			"dangling name", head + strings.Replace(body, "instance: acme-main", "instance: acme-man", 1),
			`^:6:\d+: .*"acme-man".*"?acme-main"?`,
		},
		{
			"dangling name in an event", head + body + "events: [{at: +1h, application: acmee, fault: down, for: 1h}]\n",
			`^:7:\d+: .*"acmee".*"?acme"?`,
		},
		{
			"unknown fault", head + body + "events: [{at: +1h, application: acme, fault: donw, for: 1h}]\n",
			`^:7:\d+: .*"donw".*"?down"?`,
		},
		{"negative duration", strings.Replace(head, "1d", "-1d", 1) + body, `^:3:11: .*-1d`},
		{
			"fraction for an integer", head + strings.Replace(body, "{records: {orders: 1/m}}", "{page_size: 10.5}", 1),
			`^:4:\d+: .*10\.5.*whole number`,
		},
		{"no instant", strings.Replace(head, "2024-03-01T00:00:00Z", "2024-02-30T00:00:00Z", 1) + body, `^:2:8: .*2024-02-30`},
		{"another format version", strings.Replace(head, "outagedrill: 1", "outagedrill: 2", 1) + body, `^:1:14: .*2.*1`},
		{"two documents", head + body + "---\n" + head + body, `^:\d+:\d+: a second document.*one document`},
		{"empty file", "", `^:1:1: the file is empty.*outagedrill: 1`},
		{"only a comment", "# nothing\n", `^:1:1: the file is empty`},
		{"NUL bytes", head + "name: a\x00b\n" + body, `^:4:8: .*NUL`},
		{"binary", "\x7fELF\x02\x01\x01", `^:1:1: .*UTF-8`},
		{"broken YAML", head + "applications: {acme: {]\n", `^:4:\d+: not YAML`},
		{"duplicate key", head + "duration: 2d\n" + body, `^:4:1: .*duration`},
		{
			"token fault without oauth2", head + body + "events: [{at: +1h, connection: acme-main, fault: token_revoked}]\n",
			`^:7:\d+: .*oauth2`,
		},
		{"alias bomb", aliasBomb(), `^:\d+:\d+: .*1,000,000`},
		{"alias of itself", head + "applications: &a {acme: *a}\n", `^:4:\d+: .*itself|own value`},
		{"deep nesting", head + "name: " + strings.Repeat("[", 100_000), `^:4:\d+: `},
		{"100 MB", func(w io.Writer) { hundredMegabytes(w) }, `^: the file is over 16 MiB`},
		{"a million jobs", func(w io.Writer) { millionJobs(w) }, `(over 16 MiB|200,000)`},
		{"a million short jobs", func(w io.Writer) { shortJobs(w, 1_000_000) }, `200,000`},
		{"a million values", func(w io.Writer) { millionEvents(w) }, `1,000,000`},
		{"a long line", func(w io.Writer) { fmt.Fprintf(w, "%sname: [%s]\n%s", head, strings.Repeat("a,", 7<<20), body) }, `.`},
		{"twenty thousand mistakes", func(w io.Writer) { manyMistakes(w) }, `^:\d+:\d+: .*acme-man`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			broken(t, dir, tt.text)
			got := finished(t, program(t, dir, "replay", "broken.yaml"))
			if got.code != exitUsage || got.stdout != "" {
				t.Errorf("exit status %d, standard output %.100q, want status 2 and nothing", got.code, got.stdout)
			}
			first, _, _ := strings.Cut(got.stderr, "\n")
			what, voiced := strings.CutPrefix(first, "outagedrill: error: broken.yaml")
			if !voiced || !regexp.MustCompile(tt.want).MatchString(what) {
				t.Errorf("the message is %.300q, want outagedrill: error: broken.yaml%s", first, tt.want)
			}
			if lines := strings.Count(got.stderr, "\n"); lines > 30 {
				t.Errorf("%d lines of messages, want no more than a screen", lines)
			}
			if spent, peak := cost(got.state); spent > badInputTime || peak > badInputMemory {
				t.Errorf("it took %v of processor time and %d MiB, want at most %v and %d MiB",
					spent, peak>>20, badInputTime, badInputMemory>>20)
			}
			if entries, _ := os.ReadDir(dir); len(entries) != 1 {
				t.Errorf("the folder holds %v, want the timeline alone", entries)
			}
		})
	}
}

// TestBadInputFromStdin gives the largest of them on standard input, where no size is known beforehand.
func TestBadInputFromStdin(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Open(broken(t, dir, func(w io.Writer) { hundredMegabytes(w) }))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	cmd := program(t, dir, "replay", "-")
	cmd.Stdin = f
	got := finished(t, cmd)
	if want := "outagedrill: error: stdin: the file is over 16 MiB"; got.code != exitUsage || !strings.HasPrefix(got.stderr, want) {
		t.Errorf("exit status %d, message %.200q, want status 2, %s", got.code, got.stderr, want)
	}
	if _, peak := cost(got.state); peak > badInputMemory {
		t.Errorf("it took %d MiB of memory, want at most %d", peak>>20, badInputMemory>>20)
	}
}

// broken writes broken.yaml.
func broken(t *testing.T, dir string, text any) string {
	t.Helper()
	path := filepath.Join(dir, "broken.yaml")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	switch text := text.(type) {
	case string:
		_, _ = w.WriteString(text)
	case func(io.Writer):
		text(w)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// aliasBomb stands for ten to the ninth values.
func aliasBomb() string {
	var b strings.Builder
	b.WriteString(head + "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n")
	for i := 1; i < 9; i++ {
		fmt.Fprintf(&b, "x%d: &x%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*x%d, ", i-1), 10), ", "))
	}
	return b.String() + body
}

func hundredMegabytes(w io.Writer) {
	fmt.Fprint(w, head+body)
	line := "# " + strings.Repeat("x", 97) + "\n"
	for range 1_000_000 {
		fmt.Fprint(w, line)
	}
}

func millionJobs(w io.Writer) {
	fmt.Fprint(w, head+"applications: {acme: {}}\nconnections: {acme-main: {application: acme}}\npolling_jobs:\n")
	for i := range 1_000_000 {
		fmt.Fprintf(w, "  job-%d: {instance: acme-main, resources: [orders], every: 5m}\n", i)
	}
}

// shortJobs fits n jobs under 16 MiB, by an alias.
func shortJobs(w io.Writer, n int) {
	fmt.Fprint(w, head+"applications: {a: {}}\nconnections: {c: {application: a}}\npolling_jobs:\n")
	fmt.Fprint(w, "  j: &j {instance: c, resources: [r], every: 5m}\n")
	for i := range n {
		fmt.Fprintf(w, "  j%x: *j\n", i)
	}
}

func millionEvents(w io.Writer) {
	fmt.Fprint(w, head+body+"events:\n")
	for range 400_000 {
		fmt.Fprint(w, "- {at: +1h, platform: restart}\n")
	}
}

func manyMistakes(w io.Writer) {
	fmt.Fprint(w, head+"applications: {acme: {}}\nconnections: {acme-main: {application: acme}}\npolling_jobs:\n")
	for i := range 20_000 {
		fmt.Fprintf(w, "  job-%d: {instance: acme-man, resources: [orders], every: 5m}\n", i)
	}
}
