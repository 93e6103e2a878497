package hold_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

func newJournal(t testing.TB, cfg hold.JournalConfig) *hold.Journal {
	t.Helper()
	j, err := hold.NewJournal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

func seqs(entries []hold.Entry) []int64 {
	list := []int64{}
	for i := range entries {
		list = append(list, entries[i].Seq)
	}
	return list
}

// TestJournalKeeps: whatever comes, the journal keeps the latest entries, in memory and in the spill, within
// its bounds, and gives them in order and unchanged.
func TestJournalKeeps(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		cfg := hold.JournalConfig{Keep: rapid.IntRange(1, 8).Draw(rt, "keep")}
		spills := rapid.Bool().Draw(rt, "spill")
		if spills {
			cfg.Spill = filepath.Join(dir, "spill.ndjson")
			cfg.SpillBytes = rapid.Int64Range(1, 4000).Draw(rt, "bytes")
		}
		j, err := hold.NewJournal(cfg)
		if err != nil {
			rt.Fatal(err)
		}
		defer j.Close() //nolint:errcheck // its errors show in the extent
		n := rapid.Int64Range(0, 60).Draw(rt, "entries")
		for i := int64(1); i <= n; i++ {
			e := hold.Entry{At: start.Add(time.Duration(i)), Path: "/a", Status: 200, Latency: hold.Seconds(i)}
			if seq := j.Append(&e); seq != i {
				rt.Fatalf("entry %d has number %d", i, seq)
			}
		}
		x := j.Extent()
		if x.Lost(0) != max(x.First-1, 0) || x.Lost(n) != 0 || x.Failed != nil || x.Last != n || x.Memory > cfg.Keep || n > 0 && x.First > max(1, n-int64(cfg.Keep)+1) {
			rt.Fatalf("%d entries, %d kept: %+v", n, cfg.Keep, x)
		}
		after := rapid.Int64Range(0, n).Draw(rt, "after")
		all, err := j.Select(&hold.Query{}, after, 1000)
		if err != nil {
			rt.Fatal(err)
		}
		want := []int64{}
		for i := max(after+1, x.First); i <= n; i++ {
			want = append(want, i)
		}
		if diff := cmp.Diff(want, seqs(all)); diff != "" {
			rt.Fatalf("of %d entries after %d, %+v: %s", n, after, x, diff)
		}
		for i := range all {
			if e := &all[i]; !e.At.Equal(start.Add(time.Duration(e.Seq))) || int64(e.Latency) != e.Seq || e.Path != "/a" {
				rt.Fatalf("entry %d came back as %+v", e.Seq, e)
			}
		}
		for _, path := range []string{cfg.Spill, cfg.Spill + ".1"} {
			if info, err := os.Stat(path); spills && err == nil && info.Size() > max(cfg.SpillBytes/2, 200) {
				rt.Fatalf("%s holds %d bytes (want %d at most)", path, info.Size(), cfg.SpillBytes/2)
			}
		}
		if err := j.Clear(); err != nil {
			rt.Fatal(err)
		}
		if n, err := j.Count(&hold.Query{}, 0); n != 0 || err != nil {
			rt.Fatalf("a cleared journal has %d entries, %v", n, err)
		}
		if x := j.Extent(); x.Lost(0) != 0 {
			rt.Fatalf("a cleared journal lost entries: %+v", x)
		}
	})
}

func TestJournalQuery(t *testing.T) {
	j := newJournal(t, hold.JournalConfig{})
	for i, e := range []hold.Entry{
		{Vendor: "github", Connection: "gh", Method: "GET", Path: "/repos/1", Endpoint: "get-repo", Status: 200, Cause: "ok"},
		{
			Vendor: "github", Connection: "gh", Method: "GET", Path: "/repos/2", Endpoint: "get-repo", Status: 429,
			Cause: "rate_limited", Client: "127.0.0.1:7", Why: hold.Why{Rule: "limit", Limit: "core"},
			Credential: hold.Credential{Kind: hold.AccessToken, Fingerprint: "abc"},
		},
		{
			Vendor: "slack", Connection: "sl", Method: "POST", Path: "/chat", Endpoint: "post", Transport: "reset",
			Cause: "vendor_down", Why: hold.Why{Rule: "fault", Fault: 2, Slowed: 3},
		},
		{Deed: &hold.Deed{Do: "fault.add", What: "fault 2"}},
		{Vendor: "slack", Connection: "sl", Method: "POST", Path: "/chat", Endpoint: "post", Status: 503, Cause: "vendor_down"},
	} {
		e.At = start.Add(time.Duration(i) * time.Minute)
		j.Append(&e)
	}
	for name, tt := range map[string]struct {
		q    hold.Query
		want []int64
	}{
		"calls":        {hold.Query{}, []int64{1, 2, 3, 5}},
		"deeds":        {hold.Query{Deeds: true}, []int64{1, 2, 3, 4, 5}},
		"vendor":       {hold.Query{Vendor: "slack"}, []int64{3, 5}},
		"connection":   {hold.Query{Connection: "gh"}, []int64{1, 2}},
		"method":       {hold.Query{Method: "POST"}, []int64{3, 5}},
		"path":         {hold.Query{Path: "/repos/"}, []int64{1, 2}},
		"endpoint":     {hold.Query{Endpoint: "get-repo"}, []int64{1, 2}},
		"status":       {hold.Query{Outcome: "429"}, []int64{2}},
		"class":        {hold.Query{Outcome: "5xx"}, []int64{5}},
		"no class":     {hold.Query{Outcome: "0xx"}, []int64{}},
		"transport":    {hold.Query{Outcome: "reset"}, []int64{3}},
		"no answer":    {hold.Query{Outcome: "none"}, []int64{3}},
		"cause":        {hold.Query{Cause: "vendor_down"}, []int64{3, 5}},
		"rule":         {hold.Query{Rule: "limit"}, []int64{2}},
		"limit":        {hold.Query{Limit: "core"}, []int64{2}},
		"fault":        {hold.Query{Fault: 2}, []int64{3}},
		"slow fault":   {hold.Query{Fault: 3}, []int64{3}},
		"credential":   {hold.Query{Credential: "abc"}, []int64{2}},
		"client":       {hold.Query{Client: "127.0.0.1:7"}, []int64{2}},
		"since":        {hold.Query{Since: start.Add(2 * time.Minute)}, []int64{3, 5}},
		"until":        {hold.Query{Until: start.Add(2 * time.Minute)}, []int64{1, 2}},
		"all together": {hold.Query{Vendor: "slack", Outcome: "5xx", Method: "GET"}, []int64{}},
	} {
		got, err := j.Select(&tt.q, 0, 100)
		if err != nil || !slices.Equal(seqs(got), tt.want) {
			t.Errorf("%s: %v, %v (want %v)", name, seqs(got), err, tt.want)
		}
		latest := seqs(j.Latest(&tt.q, 100))
		slices.Reverse(latest)
		if !slices.Equal(latest, tt.want) {
			t.Errorf("%s, the latest: %v (want %v)", name, latest, tt.want)
		}
	}
	counts := j.Counts()
	if n := counts[hold.Series{Vendor: "github", Endpoint: "get-repo", Outcome: "429", Rule: "limit"}]; n != 1 || len(counts) != 4 {
		t.Errorf("counted %v", counts)
	}
}

func TestJournalWaitFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJournal(t, hold.JournalConfig{})
		limited := &hold.Query{Outcome: "429"}
		append := func(status int) { j.Append(&hold.Entry{Status: status}) }
		append(429)
		done := make(chan []hold.Entry, 1)
		go func() {
			found, err := j.WaitFor(t.Context(), limited, 0, 3)
			if err != nil {
				t.Error(err)
			}
			done <- found
		}()
		for _, status := range []int{200, 429, 500} {
			append(status)
			synctest.Wait()
		}
		if len(done) != 0 {
			t.Fatal("it did not wait for the third")
		}
		append(429)
		if got := seqs(<-done); !slices.Equal(got, []int64{1, 3, 5}) {
			t.Errorf("found %v (want 1, 3 and 5)", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		found, err := j.WaitFor(ctx, limited, 1, 3)
		if !errors.Is(err, context.DeadlineExceeded) || !slices.Equal(seqs(found), []int64{3, 5}) {
			t.Errorf("found %v, %v (want 3 and 5, and the deadline)", seqs(found), err)
		}
		if waited := time.Since(began); waited != time.Minute {
			t.Errorf("it waited %s (want a minute)", waited)
		}
	})
}

// TestJournalFollow: a follower sees each entry once and in order, however many write.
func TestJournalFollow(t *testing.T) {
	j := newJournal(t, hold.JournalConfig{})
	const writers, each = 4, 500
	var all sync.WaitGroup
	var seen []int64
	all.Go(func() {
		if err := j.Follow(t.Context(), 0, func(e *hold.Entry) bool {
			seen = append(seen, e.Seq)
			return len(seen) < writers*each
		}); err != nil {
			t.Error(err)
		}
	})
	for range writers {
		all.Go(func() {
			for range each {
				seq := j.Append(&hold.Entry{Status: 200})
				j.Finish(seq, func(e *hold.Entry) { e.Gone = true })
			}
		})
	}
	all.Wait()
	for i, seq := range seen {
		if seq != int64(i)+1 {
			t.Fatalf("entry %d came at place %d", seq, i+1)
		}
	}
}

func TestJournalFinish(t *testing.T) {
	j := newJournal(t, hold.JournalConfig{Keep: 2})
	for range 3 {
		j.Append(&hold.Entry{})
	}
	for _, seq := range []int64{-1, 0, 1, 3, 4} {
		j.Finish(seq, func(e *hold.Entry) { e.Gone = e.Seq == seq })
	}
	if latest := j.Latest(&hold.Query{}, 9); len(latest) != 2 || !latest[0].Gone || latest[1].Gone {
		t.Errorf("%+v (want 3 gone and 2 not)", latest)
	}
}

// TestJournalIsBounded: texts and series that clients make up do not fill memory.
func TestJournalIsBounded(t *testing.T) {
	j := newJournal(t, hold.JournalConfig{})
	path, method := strings.Repeat("ä", 10_000), strings.Repeat("M", 9999)
	for i := range 5000 {
		j.Append(&hold.Entry{Path: path, Endpoint: time.Duration(i).String(), Method: method})
	}
	if n := len(j.Counts()); n > 2001 {
		t.Errorf("%d series are counted", n)
	}
	e := j.Latest(&hold.Query{}, 1)[0]
	if len(e.Path) > 520 || len(e.Method) > 520 || !strings.HasSuffix(e.Path, "ä…") {
		t.Errorf("path of %d bytes, method of %d", len(e.Path), len(e.Method))
	}
}

func TestJournalRefuses(t *testing.T) {
	for _, cfg := range []hold.JournalConfig{
		{Keep: -1}, {SpillBytes: -1}, {Spill: filepath.Join(t.TempDir(), "missing", "spill")},
	} {
		if _, err := hold.NewJournal(cfg); err == nil {
			t.Errorf("%+v: no error", cfg)
		}
	}
}

// TestTarget: no secret by name, and none that is given, comes through.
func TestTarget(t *testing.T) {
	mark := func(secret string) string { return "{" + hold.Fingerprint(secret) + "}" }
	for target, want := range map[string]string{
		"/a":                            "/a",
		"/a?page=2&limit=5":             "/a?page=2&limit=5",
		"/a?api_key=s3cret&page=2":      "/a?api_key=" + mark("s3cret") + "&page=2",
		"/a?Access%5FToken=s3cret":      "/a?Access%5FToken=" + mark("s3cret"),
		"/bot7654321/send?x=7654321":    "/bot" + mark("7654321") + "/send?x=" + mark("7654321"),
		"/a%20b?x=a%20b&code=&sig=abc;": "/a%20b?x=a%20b&code=&sig=" + mark("abc;"),
	} {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			t.Fatal(err)
		}
		if got := hold.Target(u, "7654321", "a"); got != want {
			t.Errorf("%s: %s (want %s)", target, got, want)
		}
	}
	if a, b := hold.Fingerprint("s3cret"), hold.Fingerprint("s3creT"); a == b || len(a) != 12 || hold.Fingerprint("") != "" {
		t.Errorf("fingerprints %q and %q", a, b)
	}
}

func FuzzTarget(f *testing.F) {
	f.Add("/a/b", "page=2&token=abcdef", "abcdef")
	f.Add("/a/abcdef", "%zz&=&&token", "abcdef")
	f.Fuzz(func(t *testing.T, path, query, secret string) {
		got := hold.Target(&url.URL{Path: path, RawQuery: query}, secret)
		plain := strings.Trim(secret, "0123456789abcdef") != "" && url.QueryEscape(secret) == secret
		if plain && len(secret) >= 6 && strings.Contains(got, secret) {
			t.Errorf("%q is in %q", secret, got)
		}
	})
}

// TestEntryJSON: what is written is read back.
func TestEntryJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := hold.Entry{
			Seq: 7, At: start, Latency: hold.Seconds(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "latency")),
			Granted: &hold.Granted{Access: "a", ExpiresAt: start}, Status: 200,
		}
		text, err := json.Marshal(&e)
		if err != nil {
			t.Fatal(err)
		}
		var back hold.Entry
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, back); diff != "" {
			t.Fatalf("%s: %s", text, diff)
		}
	})
}
