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
	"strconv"
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

	Seq, At, Lane, Text, Count, Cause []int64
	Bars                              [][]unpackedBar
	Marks                             [][]unpackedMark
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
	u.Seq, u.At, u.Lane, u.Text = sums(in.column(n)), sums(in.signed(n)), in.column(n), in.column(n)
	u.Count, u.Cause = in.column(n), in.column(n)
	u.readTexts()
	u.readCauses()
	own := make([][]int64, len(u.Lanes))
	for i, l := range u.Lane {
		if l > 0 {
			own[l-1] = append(own[l-1], int64(i))
		}
	}
	for i := range u.Lanes {
		u.readLane(in, own[i])
	}
	if in.in.Len() > 0 {
		t.Errorf("%d bytes are left over", in.in.Len())
	}
	return u
}

func (u *unpacked) readLane(in *columns, own []int64) {
	n := in.next()
	began, ended := in.references(n, own), in.references(n, own)
	before, after, slot := in.signed(n), in.signed(n), in.column(n)
	bars := make([]unpackedBar, n)
	for i := range bars {
		end := ended[i]
		if end < 0 {
			end = began[i]
		}
		bars[i] = unpackedBar{
			From: u.time(began[i]) - before[i], To: u.time(end) + after[i], State: u.States[u.Slots[slot[i]].State].Key,
			Began: u.seq(began[i]), Ended: u.seq(ended[i]),
		}
	}
	m := in.next()
	entry, off, shape := in.references(m, own), in.signed(m), in.column(m)
	marks := make([]unpackedMark, m)
	for i := range marks {
		marks[i] = unpackedMark{
			At: u.time(entry[i]) + off[i], Shape: u.States[shape[i]].Key, Seq: u.seq(entry[i]),
		}
	}
	u.Bars, u.Marks = append(u.Bars, bars), append(u.Marks, marks)
}

// readTexts makes places among all texts of those among the lanes'.
func (u *unpacked) readTexts() {
	mine := map[int64][]int64{}
	for i, v := range u.Text {
		lane := u.Lane[i]
		if v%2 == 1 {
			mine[lane] = append(mine[lane], v/2)
			u.Text[i] = v / 2
		} else {
			u.Text[i] = mine[lane][v/2]
		}
	}
}

// readCauses makes seqs of the causes, 0 for none.
func (u *unpacked) readCauses() {
	last := map[int64]int64{}
	for i, v := range u.Cause {
		if v > 1 {
			last[u.Lane[i]] = u.Seq[i] - (v - 1)
		}
		if v > 0 {
			u.Cause[i] = last[u.Lane[i]]
		}
	}
}

func (u *unpacked) time(entry int64) int64 {
	if entry < 0 {
		return 0
	}
	return u.At[entry]
}

// seq is the seq of an entry, 0 for none.
func (u *unpacked) seq(entry int64) int64 {
	if entry < 0 {
		return 0
	}
	return u.Seq[entry]
}

// String tells all of it in lines.
func (u *unpacked) String() string {
	var b strings.Builder
	at := func(tick int64) string {
		return time.UnixMicro(u.Start + tick*u.Unit).UTC().Format("2006-01-02T15:04:05.999999Z")
	}
	end := time.UnixMicro(u.End).UTC().Format(time.RFC3339)
	fmt.Fprintf(&b, "from %s to %s, unit %d µs, zone %s\n", at(0), end, u.Unit, u.Zone)
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
				fmt.Fprintf(&b, "  %s to %s %s; %s", at(d.From), at(d.To), d.Detect, d.Mend)
				fmt.Fprintf(&b, " (back %d, row %d)\n", d.Back, d.Row)
			}
		}
	}
	b.WriteString("\n")
	for i, seq := range u.Seq {
		where := "-"
		if u.Lane[i] > 0 {
			where = u.Lanes[u.Lane[i]-1].ID
		}
		said := strings.Replace(u.Texts[u.Text[i]], "#", strconv.FormatInt(u.Count[i], 10), int(min(u.Count[i], 1)))
		fmt.Fprintf(&b, "%d %s %s by %d: %s\n", seq, at(u.At[i]), where, u.Cause[i], said)
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

func (c *columns) column(n int64) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = c.next()
	}
	return out
}

func (c *columns) signed(n int64) []int64 {
	out := c.column(n)
	for i, v := range out {
		out[i] = unzigzag(v)
	}
	return out
}

func sums(out []int64) []int64 {
	for i := 1; i < len(out); i++ {
		out[i] += out[i-1]
	}
	return out
}

// references are places of entries, -1 for none.
func (c *columns) references(n int64, own []int64) []int64 {
	out, at := c.column(n), int64(0)
	for i, v := range out {
		if v%2 == 1 {
			out[i] = v/2 - 1
			continue
		}
		at += unzigzag(v / 2)
		out[i] = own[at]
		at++
	}
	return out
}

func unzigzag(v int64) int64 { return v>>1 ^ -(v & 1) }
