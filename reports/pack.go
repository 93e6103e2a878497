package reports

import (
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// The timeline's data stand in the page as base64 of gzip of: the length of the head as a varint, the head as
// JSON, and columns of varints. A column of n values follows another without a mark. Times are counted in
// units of some microseconds from the start. Most of what a bar is follows from the entries at its ends, so
// that mostly zeros are left to write; gzip makes nothing of them.
//
//	entries    seq and at (each minus the one before, at signed), lane+1, text, count, cause
//	each lane  the number of its bars; began, ended, from, to, slot
//	           the number of its marks; entry, at, shape
//
// Text is 1 more than twice its place among all where it is the lane's first such, else twice its place among
// the lane's. Count is what stands for a # at the beginning of the text, 0 where none does. Cause is 0 for
// none, 1 for that of the lane's last entry that had another, else 1 more than seq minus the cause's seq.
//
// Began, ended and entry refer to entries (see packer.refer). From is signed and before the time of began, to
// is signed and after that of ended, or of began where the bar has no ended, at is signed and after that of
// entry; where there is none, after the start.

// packHead is the head.
type packHead struct {
	Start    int64        `json:"start"` // microseconds since the Unix epoch
	End      int64        `json:"end"`
	Unit     int64        `json:"unit"`
	Zone     string       `json:"zone"` // of the run
	States   []packStyle  `json:"states"`
	Slots    []packSlot   `json:"slots"`
	Groups   []packGroup  `json:"groups"`
	Lanes    []packLane   `json:"lanes"`
	Brackets []packDelays `json:"brackets"`
	Texts    []string     `json:"texts"`
	Entries  int          `json:"entries"`
}

// packStyle is a style with its colours on a light and a dark page.
type packStyle struct {
	Key    string    `json:"key"`
	Label  string    `json:"label"`
	Base   [2]string `json:"base"`
	Line   [2]string `json:"line"`
	Thin   [2]string `json:"thin"`
	Path   string    `json:"path"`
	Filled bool      `json:"filled"`
	Y      int       `json:"y"` // of a mark
}

// packSlot is what a bar may be: a state at a place down the lane, of one resource of a job or of all.
type packSlot struct {
	State    int `json:"state"`
	Y        int `json:"y"`
	H        int `json:"h"`
	Resource int `json:"resource"` // place among the lane's, from 1
}

type packGroup struct {
	Name string `json:"name"`
}

type packLane struct {
	ID        string   `json:"id"`
	Group     int      `json:"group"`
	Kind      string   `json:"kind"`
	Name      string   `json:"name"`
	Note      string   `json:"note"`
	State     string   `json:"state"`
	Open      bool     `json:"open"` // still stopped at the end
	Height    int      `json:"height"`
	Resources []string `json:"resources,omitempty"` // where there are several
}

// packDelays is an outage with its two delays, times in units; Back is -1 where not all works again.
type packDelays struct {
	Group  int    `json:"group"`
	From   int64  `json:"from"`
	To     int64  `json:"to"`
	Found  int64  `json:"found"`
	Back   int64  `json:"back"`
	Detect string `json:"detect"`
	Mend   string `json:"mend"`
	Row    int    `json:"row"`
}

// packer gathers head and columns.
type packer struct {
	m     *model
	set   *laneSet
	head  packHead
	body  []byte
	slots map[packSlot]int
	texts map[string]int
	rank  map[*lane]int // place among the lanes
	spots []spot        // by row
}

// spot is where an entry stands.
type spot struct {
	entry int32 // place among the entries, -1 for none
	lane  int32 // from 1; 0 for none
	local int32 // place among the lane's entries
}

// packing writes the data of the timeline on another core. The function that it gives waits for them.
func (m *model) packing(set *laneSet) func() (string, error) {
	type outcome struct {
		data string
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		data, err := m.pack(set)
		done <- outcome{data, err}
	}()
	return func() (string, error) {
		o := <-done
		return o.data, o.err
	}
}

// pack writes the data of the timeline.
func (m *model) pack(set *laneSet) (string, error) {
	p := &packer{m: m, set: set, slots: map[packSlot]int{}, texts: map[string]int{}, rank: map[*lane]int{}}
	p.head = packHead{
		Start: micro(m.start), End: micro(m.end), Zone: m.zoneName(), Slots: []packSlot{},
		Groups: []packGroup{}, Lanes: []packLane{}, Brackets: []packDelays{}, Texts: []string{},
	}
	p.head.Unit = p.unit()
	p.body = make([]byte, 0, 12*m.Len()) // about what it takes
	for _, s := range m.look.list {
		p.head.States = append(p.head.States, newPackStyle(s))
	}
	p.addLanes()
	p.addEntries()
	for _, g := range set.groups {
		for _, l := range g.Lanes {
			p.addBars(l)
			p.addMarks(l)
		}
	}
	return p.finish()
}

func newPackStyle(s style) packStyle {
	return packStyle{
		Key: s.Key, Label: s.Label, Base: [2]string{s.Base, s.Dark}, Line: [2]string{s.Line, s.DarkL},
		Thin: [2]string{s.thin(false), s.thin(true)}, Path: s.Path, Filled: s.Filled, Y: s.Y,
	}
}

func micro(t journal.Time) int64 { return int64(t) / 1000 }

// zoneName is the run's zone if it is one that a browser may know, else UTC.
func (m *model) zoneName() string {
	if m.clock.utc() {
		return "UTC"
	}
	return m.clock.zone
}

func (p *packer) addLanes() {
	for i, g := range p.set.groups {
		p.head.Groups = append(p.head.Groups, packGroup{Name: g.Name})
		for _, l := range g.Lanes {
			p.rank[l] = len(p.rank)
			v := packLane{
				ID: l.ID, Group: i, Kind: l.Kind, Name: l.Name, Note: l.Note, State: l.state(p.m.look),
				Open: l.atEnd, Height: height(l),
			}
			if len(l.resources) > 1 {
				v.Resources = cleanAll(l.resources)
			}
			p.head.Lanes = append(p.head.Lanes, v)
		}
		p.addDelays(i, g.app)
	}
}

func (p *packer) addDelays(group int, app string) {
	for _, b := range p.m.delays(app) {
		d := packDelays{
			Group: group, Row: b.row, From: p.tick(b.from), To: p.tick(b.to),
			Found: p.tick(b.found), Back: -1, Detect: b.detect, Mend: b.mend,
		}
		if b.works {
			d.Back = p.tick(b.back)
		}
		p.head.Brackets = append(p.head.Brackets, d)
	}
}

// unit is the greatest number of microseconds of which every time in the lanes and entries is a multiple.
func (p *packer) unit() int64 {
	unit := max(micro(p.m.end)-micro(p.m.start), 1)
	add := func(t journal.Time) {
		for a := (micro(t) - micro(p.m.start)) % unit; a != 0; {
			unit, a = a, unit%a
		}
	}
	for i := range p.m.Len() {
		add(p.m.rows.row(i).at)
	}
	for _, g := range p.set.groups {
		for _, l := range g.Lanes {
			for _, b := range l.spans {
				add(b.from)
				add(b.to)
			}
			for _, k := range l.marks {
				add(k.at)
			}
		}
	}
	return max(unit, -unit)
}

// tick is a time in units from the start.
func (p *packer) tick(t journal.Time) int64 { return p.between(p.m.start, t) }

// between is how many units lie between two times. Most are at the same instant, and a division is dear.
func (p *packer) between(from, to journal.Time) int64 {
	if from == to {
		return 0
	}
	return (micro(to) - micro(from)) / p.head.Unit
}

// column appends n values.
func (p *packer) column(n int, value func(i int) int64) {
	for i := range n {
		p.body = binary.AppendUvarint(p.body, uint64(value(i)))
	}
}

// signed appends n values of either sign.
func (p *packer) signed(n int, value func(i int) int64) {
	for i := range n {
		p.body = binary.AppendVarint(p.body, value(i))
	}
}

// refer appends n references to entries, by their rows. An entry of the same lane is twice the number of the
// lane's entries from the one after the last such up to it, as a zigzag varint; another is 1 more than twice
// its number from 1 among all, and none is 1.
func (p *packer) refer(lane, n int, row func(i int) int32) {
	next := int64(0)
	for i := range n {
		at := spot{entry: -1}
		if r := row(i); r >= 0 {
			at = p.spots[r]
		}
		if int(at.lane) != lane+1 {
			p.body = binary.AppendUvarint(p.body, uint64(2*(int64(at.entry)+1)+1))
			continue
		}
		d := int64(at.local) - next
		p.body = binary.AppendUvarint(p.body, uint64((d<<1^d>>63)<<1))
		next = int64(at.local) + 1
	}
}

// text is the place of a text among all, each of which is kept once.
func (p *packer) text(s string) int {
	i, ok := p.texts[s]
	if !ok {
		i = len(p.head.Texts)
		p.texts[s] = i
		p.head.Texts = append(p.head.Texts, s)
	}
	return i
}

// addBars writes the bars of a lane in the order of the entries with which they began.
func (p *packer) addBars(l *lane) {
	bars, byBegin := l.spans, func(a, b bar) int { return cmp.Compare(a.began, b.began) }
	if !slices.IsSortedFunc(bars, byBegin) {
		bars = slices.Clone(bars)
		slices.SortStableFunc(bars, byBegin)
	}
	n, lane := len(bars), p.rank[l]
	truth := l.Kind == "vendor" || l.Kind == "platform"
	p.body = binary.AppendUvarint(p.body, uint64(n))
	p.refer(lane, n, func(i int) int32 { return bars[i].began })
	p.refer(lane, n, func(i int) int32 { return bars[i].ended })
	p.signed(n, func(i int) int64 { return p.between(bars[i].from, bars[i].told) })
	p.signed(n, func(i int) int64 {
		end := bars[i].told
		if bars[i].ended >= 0 {
			end = p.timeOf(bars[i].ended)
		}
		return p.between(end, bars[i].to)
	})
	p.column(n, func(i int) int64 { return int64(p.slot(bars[i], truth, len(l.resources) > 1)) })
}

func (p *packer) addMarks(l *lane) {
	marks := slices.Clone(l.marks)
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.row, b.row) })
	n := len(marks)
	p.body = binary.AppendUvarint(p.body, uint64(n))
	p.refer(p.rank[l], n, func(i int) int32 { return marks[i].row })
	p.signed(n, func(i int) int64 { return p.between(p.timeOf(marks[i].row), marks[i].at) })
	p.column(n, func(i int) int64 { return int64(marks[i].shape) })
}

// timeOf is the time of a row's entry, the start for none.
func (p *packer) timeOf(row int32) journal.Time {
	if row < 0 {
		return p.m.start
	}
	return p.m.rows.row(int(row)).at
}

func (p *packer) slot(b bar, truth, resources bool) int {
	s := packSlot{State: int(b.state)}
	s.Y, s.H = p.m.placed(b, truth)
	if resources {
		s.Resource = int(b.resource)
	}
	i, ok := p.slots[s]
	if !ok {
		i = len(p.head.Slots)
		p.slots[s] = i
		p.head.Slots = append(p.head.Slots, s)
	}
	return i
}

// quickly is from how many bytes of columns on speed is worth more than the last tenth of the size.
const quickly = 1 << 20

// finish puts head and columns together. The same data give the same text.
func (p *packer) finish() (string, error) {
	head, err := json.Marshal(p.head)
	if err != nil {
		return "", fmt.Errorf("writing the timeline's data: %w", err)
	}
	var out strings.Builder
	out.Grow(len(p.body) / 2)
	text := base64.NewEncoder(base64.StdEncoding, &out)
	level := gzip.BestCompression
	if len(p.body) > quickly {
		level = gzip.BestSpeed
	}
	zip, err := gzip.NewWriterLevel(text, level)
	if err != nil {
		return "", fmt.Errorf("writing the timeline's data: %w", err)
	}
	for _, part := range [][]byte{binary.AppendUvarint(nil, uint64(len(head))), head, p.body} {
		if _, err := zip.Write(part); err != nil {
			return "", fmt.Errorf("writing the timeline's data: %w", err)
		}
	}
	if err := zip.Close(); err != nil {
		return "", fmt.Errorf("writing the timeline's data: %w", err)
	}
	if err := text.Close(); err != nil {
		return "", fmt.Errorf("writing the timeline's data: %w", err)
	}
	return out.String(), nil
}
