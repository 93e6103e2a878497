package reports_test

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// manyLanes is a journal of 300 polling jobs of one application over a year, each with so many streaks of
// failures at times drawn at random.
func manyLanes(t testing.TB, streaks int) []byte {
	t.Helper()
	s := newScript("a bad year", 365*24)
	s.run.Flows, s.run.Jobs = nil, nil
	for i := range 300 {
		s.run.Jobs = append(s.run.Jobs, journal.RunJob{
			Name: fmt.Sprintf("job-%03d", i), Instance: "acme-main", Resources: []string{"orders", "contacts"},
			EverySeconds: sec(time.Minute),
		})
	}
	s.add("0s", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "flaky"})
	entries := []*journal.Entry{&s.entries[0], &s.entries[1]}
	entries = append(entries, randomStreaks(s, streaks)...)
	entries = append(entries, &journal.Entry{At: s.run.End, Kind: journal.RunEnded, End: &journal.Counters{}})
	var b bytes.Buffer
	for i := range entries {
		entries[i].Seq = int64(i) + 1
		b.Write(entries[i].AppendJSON(nil))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// randomStreaks are the streaks of all jobs in the order of time.
func randomStreaks(s *script, streaks int) []*journal.Entry {
	random := rand.New(rand.NewPCG(1, 2))
	var all []*journal.Entry
	fault := int64(2)
	gap := int64(s.run.End-s.run.Start) / int64(streaks+1)
	for _, j := range s.run.Jobs {
		for i := range streaks {
			from := s.run.Start + journal.Time(int64(i)*gap+random.Int64N(gap/2)/1e9*1e9)
			count := 2 + random.Int64N(40)
			to := from + journal.Time(count*gap/100/1e9*1e9)
			e := &journal.Entry{
				At: to, Kind: journal.CallsFailed, Application: "acme", Job: j.Name, Instance: j.Instance,
				Resource: j.Resources[i%2], Call: "page", Class: "vendor_down", Status: 503, First: &from, Last: &to,
				Count: count, Cause: &fault,
			}
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b *journal.Entry) int { return cmp.Compare(a.At, b.At) })
	return all
}

func BenchmarkHTML(b *testing.B) {
	text := manyLanes(b, 2000)
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if _, err := reports.Load(bytes.NewReader(text)); err != nil {
				b.Fatal(err)
			}
		}
	})
	j, err := reports.Load(bytes.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("write", func(b *testing.B) {
		var n counter
		for b.Loop() {
			n = 0
			if err := reports.HTML(&n, j); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(n)/1e6, "MB")
	})
}

// counter counts what is written.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

var _ io.Writer = new(counter)

// The page of an outage is under 150 kB, and each segment of a bad year adds less than a dozen bytes to its data.
func TestPageSize(t *testing.T) {
	if n := len(html(t, outageScript("UTC").text(t))); n > 150e3 {
		t.Errorf("the page of an outage has %d bytes", n)
	}
	data := dataScript.FindStringSubmatch(html(t, string(manyLanes(t, 50))))
	if n := len(data[1]) / (300 * 50); n >= 12 {
		t.Errorf("a segment takes %d bytes", n)
	}
}
