package reports_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
)

// unpacked is what a page's timeline knows, read by the format that pack.go tells and not by its code.
type unpacked struct {
	Start, End, Unit int64
	Zone             string
	States           []struct{ Key, Label string }
	Slots            []struct{ State, Y, H, Resource int }
	Groups           []struct{ Name string }
	Lanes            []struct {
		ID, Kind, Name, Note, State string
		Group                       int
		Open                        bool
		Resources                   []string
	}
	Brackets []struct {
		Group                 int
		From, To, Found, Back int64
		Detect, Mend          string
		Row                   int
	}
	Texts   []string
	Entries int

	Seq, At, Lane, Text, Cause []int64
	Bars                       [][]unpackedBar
	Marks                      [][]unpackedMark
}

type unpackedBar struct {
	From, To     int64
	State        string
	Began, Ended int64 // seqs, 0 for none
}

type unpackedMark struct {
	At    int64
	Shape string
	Seq   int64
}

var dataScript = regexp.MustCompile(`(?s)<script type="application/octet-stream" id="tl-data">(.*?)</script>`)

// unpack reads the timeline's data out of a page.
func unpack(t *testing.T, page string) *unpacked {
	t.Helper()
	found := dataScript.FindStringSubmatch(page)
	if found == nil {
		t.Fatal("the page has no data")
	}
	raw, err := base64.StdEncoding.DecodeString(found[1])
	if err != nil {
		t.Fatal(err)
	}
	zip, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	in := &columns{t: t, in: bytes.NewReader(all)}
	head := make([]byte, in.next())
	if _, err := io.ReadFull(in.in, head); err != nil {
		t.Fatal(err)
	}
	u := &unpacked{}
	if err := json.Unmarshal(head, u); err != nil {
		t.Fatal(err)
	}
	n := int64(u.Entries)
	u.Seq, u.At, u.Lane, u.Text, u.Cause = in.deltas(n), in.deltas(n), in.plain(n), in.plain(n), in.plain(n)
	for range u.Lanes {
		u.readLane(in)
	}
	if in.in.Len() > 0 {
		t.Errorf("%d bytes are left over", in.in.Len())
	}
	return u
}

func (u *unpacked) readLane(in *columns) {
	n := in.next()
	from, long, slot, began, ended := in.deltas(n), in.plain(n), in.plain(n), in.deltas(n), in.deltas(n)
	bars := make([]unpackedBar, n)
	for i := range bars {
		bars[i] = unpackedBar{
			From: from[i], To: from[i] + long[i], State: u.States[u.Slots[slot[i]].State].Key, Began: u.seq(began[i]),
		}
		if ended[i] != 0 {
			bars[i].Ended = u.seq(began[i] + ended[i])
		}
	}
	m := in.next()
	at, shape, entry := in.deltas(m), in.plain(m), in.deltas(m)
	marks := make([]unpackedMark, m)
	for i := range marks {
		marks[i] = unpackedMark{At: at[i], Shape: u.States[shape[i]].Key, Seq: u.seq(entry[i])}
	}
	u.Bars, u.Marks = append(u.Bars, bars), append(u.Marks, marks)
}

// seq is the seq of the entry at a place from 1.
func (u *unpacked) seq(place int64) int64 {
	if place == 0 {
		return 0
	}
	return u.Seq[place-1]
}

// String tells all of it in lines.
func (u *unpacked) String() string {
	var b strings.Builder
	at := func(tick int64) string {
		return time.UnixMicro(u.Start + tick*u.Unit).UTC().Format("2006-01-02T15:04:05.999999Z")
	}
	fmt.Fprintf(&b, "from %s to %s, unit %d µs, zone %s\n", at(0), time.UnixMicro(u.End).UTC().Format(time.RFC3339), u.Unit, u.Zone)
	for i, l := range u.Lanes {
		fmt.Fprintf(&b, "\n%s %s %q in %q: %s", l.ID, l.Kind, l.Name, u.Groups[l.Group].Name, l.State)
		fmt.Fprintf(&b, "; %s; open %v %q\n", l.Note, l.Open, l.Resources)
		for _, bar := range u.Bars[i] {
			fmt.Fprintf(&b, "  %s to %s %s, %d to %d\n", at(bar.From), at(bar.To), bar.State, bar.Began, bar.Ended)
		}
		for _, k := range u.Marks[i] {
			fmt.Fprintf(&b, "  %s mark %s, %d\n", at(k.At), k.Shape, k.Seq)
		}
		if l.Kind != "vendor" {
			continue
		}
		for _, d := range u.Brackets {
			if d.Group == l.Group {
				fmt.Fprintf(&b, "  %s to %s %s; %s (back %d, row %d)\n", at(d.From), at(d.To), d.Detect, d.Mend, d.Back, d.Row)
			}
		}
	}
	b.WriteString("\n")
	for i, seq := range u.Seq {
		where := "-"
		if u.Lane[i] > 0 {
			where = u.Lanes[u.Lane[i]-1].ID
		}
		cause := int64(0)
		if u.Cause[i] > 0 {
			cause = seq - u.Cause[i]
		}
		fmt.Fprintf(&b, "%d %s %s by %d: %s\n", seq, at(u.At[i]), where, cause, u.Texts[u.Text[i]])
	}
	return b.String()
}

// columns reads varints.
type columns struct {
	t  *testing.T
	in *bytes.Reader
}

func (c *columns) next() int64 {
	v, err := binary.ReadUvarint(c.in)
	if err != nil {
		c.t.Fatal(err)
	}
	return int64(v)
}

func (c *columns) plain(n int64) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = c.next()
	}
	return out
}

func (c *columns) deltas(n int64) []int64 {
	out, last := make([]int64, n), int64(0)
	for i := range out {
		v, err := binary.ReadVarint(c.in)
		if err != nil {
			c.t.Fatal(err)
		}
		last += v
		out[i] = last
	}
	return out
}
