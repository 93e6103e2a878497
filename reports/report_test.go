package reports_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	htmltext "html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/journal"
)

var update = flag.Bool("update", false, "write the golden files anew")

func scripts() map[string]*script {
	return map[string]*script{
		"outage": outageScript("America/New_York"), "credentials": credentialsScript(), "quiet": quietScript(),
		"ranges": rangesScript(),
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestGolden(t *testing.T) {
	for name, s := range scripts() {
		t.Run(name, func(t *testing.T) {
			text := s.text(t)
			page, said := html(t, text), answer(t, text)
			golden(t, name+".html", withoutAssets(page))
			golden(t, name+".timeline", unpack(t, page).String())
			golden(t, name+".txt", said)
			if again := html(t, text); again != page {
				t.Error("the same journal gave two pages")
			}
			wellFormed(t, page)
			selfContained(t, page)
			for i, line := range strings.Split(said, "\n") {
				if n := len([]rune(line)); n > 100 {
					t.Errorf("line %d of the answer has %d columns", i+1, n)
				}
			}
			if n := strings.Count(said, "\n"); n > 60 {
				t.Errorf("the answer has %d lines", n)
			}
		})
	}
}

// withoutAssets leaves out of a page what is the same in each, and the data, which unpack tells.
func withoutAssets(page string) string {
	return regexp.MustCompile(`(?s)(<(?:script|style)[^>]*>).*?(</(?:script|style)>)|sha256-.*?=&#39;`).
		ReplaceAllString(page, "$1…$2")
}

// wellFormed parses the page strictly, which HTML need not pass and this page does, and follows its
// inner links.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	ids, links := map[string]bool{}, []string{}
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range el.Attr {
			switch {
			case a.Name.Local == "id" && ids[a.Value]:
				t.Errorf("id %q is there twice", a.Value)
			case a.Name.Local == "id":
				ids[a.Value] = true
			case a.Name.Local == "href" && strings.HasPrefix(a.Value, "#"):
				links = append(links, a.Value[1:])
			case a.Name.Local == "style", strings.HasPrefix(a.Name.Local, "on"):
				t.Errorf("<%s> has an attribute %s", el.Name.Local, a.Name.Local)
			case a.Name.Local == "fill" && strings.HasPrefix(a.Value, "url(#"):
				links = append(links, strings.TrimSuffix(a.Value[5:], ")"))
			}
		}
	}
	for _, l := range links {
		if !ids[l] {
			t.Errorf("a link to #%s leads nowhere", l)
		}
	}
}

var loads = regexp.MustCompile(`(?i)<(link|img|iframe|object|embed|base)\b|src=|@import|url\(["']?[^#)"']|javascript:`)

func selfContained(t *testing.T, page string) {
	t.Helper()
	if found := loads.FindString(page); found != "" {
		t.Errorf("the page holds %q", found)
	}
	scripts := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(page, -1)
	if len(scripts) != 1 || strings.Count(page, "<script") != 2 {
		t.Fatalf("the page has %d scripts, want one and its data", strings.Count(page, "<script"))
	}
	sum := sha256.Sum256([]byte(scripts[0][1]))
	if want := "script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(
		htmltext.UnescapeString(page), want) {
		t.Errorf("the policy does not have %s", want)
	}
	for _, at := range regexp.MustCompile(`https?://`).FindAllStringIndex(page, -1) {
		if !strings.HasSuffix(page[:at[0]], `<a href="`) {
			t.Errorf("an address outside a link: %q", page[at[0]:at[0]+40])
		}
	}
}

// Remove a line and the picture changes: every entry of the outage shows, and the page says that one is gone.
func TestEveryLineMatters(t *testing.T) {
	text := outageScript("UTC").text(t)
	whole := html(t, text)
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	for i := 1; i < len(lines); i++ {
		without := strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "")
		page := html(t, without)
		if page == whole {
			t.Errorf("without line %d the page is the same", i+1)
		}
		want := "1 line is missing"
		if i == len(lines)-1 {
			want = "breaks off before the end"
		}
		if !strings.Contains(page, want) {
			t.Errorf("without line %d the page does not say %q", i+1, want)
		}
		wellFormed(t, page)
	}
}

// A line that decides a state changes the bars themselves, not only the note.
func TestBarsFollowTheJournal(t *testing.T) {
	text := outageScript("UTC").text(t)
	lane := regexp.MustCompile(`(?s)id="lane-c0".*?</svg>`)
	width := regexp.MustCompile(`width="([0-9.]+)%" y="7" height="16" fill="url\(#p-offline\)"`)
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, `"kind":"connection.online"`) {
			kept = append(kept, line)
		}
	}
	before := width.FindStringSubmatch(lane.FindString(html(t, text)))
	after := width.FindStringSubmatch(lane.FindString(html(t, strings.Join(kept, ""))))
	if len(before) < 2 || len(after) < 2 || before[1] == after[1] {
		t.Errorf("offline is %v wide with connection.online, %v without", before, after)
	}
}

func TestHostileNames(t *testing.T) {
	evil := []string{
		`</script></svg><img src=x onerror=alert(1)>`, "\u202eevil \u05d0\u05d1\u05d2", "a\x00b\x1b[31mc",
		strings.Repeat("long", 125), `"><style>*{display:none}</style>`, "{{.}} ${x} &amp; 'q'",
	}
	for i, name := range evil {
		s := outageScript("UTC")
		text := s.text(t)
		for _, old := range []string{"acme-main", "contacts-poll", "orders-to-wms", "acme down over lunch"} {
			b, err := encode(fmt.Sprintf("%s%d", name, len(old)))
			if err != nil {
				t.Fatal(err)
			}
			text = strings.ReplaceAll(text, old, b)
		}
		page := html(t, text)
		wellFormed(t, page)
		if strings.Contains(page, "<img") || strings.Count(page, "<style") != 1 || strings.Contains(page, "\u202e") {
			t.Errorf("name %d got through", i)
		}
		said := answer(t, text)
		if strings.ContainsAny(said, "\x00\x1b\u202e") {
			t.Errorf("name %d: the answer holds control characters", i)
		}
		if !strings.Contains(strings.Join(strings.Fields(said), " "), "1 of 2 polling jobs is still off and waits for a human") {
			t.Errorf("name %d changed the story:\n%s", i, said)
		}
	}
}

// encode is a string as it stands between the quotes of JSON.
func encode(s string) (string, error) {
	b := (&journal.Entry{Message: s}).AppendJSON(nil)
	_, rest, ok := bytes.Cut(b, []byte(`"message":"`))
	if !ok {
		return "", errors.New("no message")
	}
	return strings.TrimSuffix(string(rest), `","cause":null}`), nil
}

// Three hundred lanes: the picture keeps the worst and says how many it left out; the tables have all.
func TestManyLanes(t *testing.T) {
	s := outageScript("UTC")
	for i := range 300 {
		s.run.Jobs = append(s.run.Jobs, journal.RunJob{Name: fmt.Sprintf("job-%03d", i), Instance: "wms-main"})
	}
	page := html(t, s.text(t))
	if n := strings.Count(page, `id="lane-`); n != 60 {
		t.Errorf("%d lanes, want 60", n)
	}
	for _, want := range []string{"248 quieter lanes are left out", `id="lane-j0"`, "job-299"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
}

func TestManyEvents(t *testing.T) {
	s := newScript("busy", 24)
	for i := range 3000 {
		s.add(fmt.Sprintf("%ds", i), journal.FlowCompleted, 0, journal.Entry{Flow: "orders-to-wms", Pages: 1})
	}
	last := s.add("20h", journal.ConnectionOffline, 0, journal.Entry{Connection: "acme-main", Class: "vendor_down"})
	page := html(t, s.finish(counters()).text(t))
	if n := strings.Count(page, `<tr id="e`); n != 360 {
		t.Errorf("%d rows, want 360", n)
	}
	if !strings.Contains(page, fmt.Sprintf(`<tr id="e%d">`, last)) {
		t.Error("the one event that matters has no row")
	}
	if !strings.Contains(page, "2,643 of flow completed") {
		t.Error("the remainder is not stated")
	}
}
