package reports

import (
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// packed is what the columns hold of an entry. Count stands where its text has a #, 0 where it has none.
type packed struct {
	lane, text int32
	count      uint32
	known      bool
}

// sameWords is what makes the sentences of two rows equal.
type sameWords struct {
	shape int32
	count uint32
	a, b  int64
}

// entryColumns gathers the entries that the timeline can explain: all but the samples of backlogs and what
// other runs gave.
type entryColumns struct {
	rows  []int32
	texts []int32
	count []uint32
	said  map[sameWords]packed
	alike []packed // by shape: of those whose words differ in their counts alone
}

// addEntries writes the entries.
func (p *packer) addEntries() {
	rows := &p.m.rows
	p.spots = make([]spot, rows.n)
	c := entryColumns{
		rows: make([]int32, 0, rows.n), texts: make([]int32, 0, rows.n), count: make([]uint32, 0, rows.n),
		said: map[sameWords]packed{}, alike: make([]packed, len(rows.shapes)),
	}
	count := make([]int32, len(p.rank)+1)
	for i := range rows.n {
		p.spots[i].entry = -1
		if k := rows.kind(i); k == journal.BacklogSampled || isAnswer(k) {
			continue
		}
		v := p.packed(i, &c)
		p.spots[i] = spot{entry: int32(len(c.rows)), lane: v.lane, local: count[v.lane]}
		count[v.lane]++
		c.rows, c.texts, c.count = append(c.rows, int32(i)), append(c.texts, v.text), append(c.count, v.count)
	}
	p.head.Entries = len(c.rows)
	p.writeEntries(&c)
}

func (p *packer) writeEntries(c *entryColumns) {
	n, seq, at := len(c.rows), int64(0), p.m.start
	row := func(i int) *row { return p.m.rows.row(int(c.rows[i])) }
	p.column(n, func(i int) int64 {
		before := seq
		seq = row(i).seq
		return seq - before
	})
	p.signed(n, func(i int) int64 {
		before := at
		at = row(i).at
		return p.between(before, at)
	})
	lane := func(i int) int32 { return p.spots[c.rows[i]].lane }
	p.column(n, func(i int) int64 { return int64(lane(i)) })
	known := make([]map[int32]int64, len(p.rank)+1) // by lane: places of its texts
	p.column(n, func(i int) int64 {
		if known[lane(i)] == nil {
			known[lane(i)] = map[int32]int64{}
		}
		mine, text := known[lane(i)], c.texts[i]
		if k, ok := mine[text]; ok {
			return 2 * k
		}
		mine[text] = int64(len(mine))
		return 2*int64(text) + 1
	})
	p.column(n, func(i int) int64 { return int64(c.count[i]) })
	last := make([]int64, len(p.rank)+1)
	p.column(n, func(i int) int64 {
		cause, before := row(i).cause(), &last[lane(i)]
		switch {
		case cause <= 0:
			return 0
		case cause == *before:
			return 1
		}
		*before = cause
		return row(i).seq - cause + 1
	})
}

// packed finds an entry's lane, from 1, and its sentence.
func (p *packer) packed(i int, c *entryColumns) packed {
	r := p.m.rows.row(i)
	if r.shape < 0 {
		return p.newPacked(p.m.rows.read(i))
	}
	counted := r.count > 1 && isCounted(p.m.rows.kind(i))
	if v := &c.alike[r.shape]; counted {
		if !v.known {
			e := p.m.rows.read(i)
			*v = p.newPacked(e)
			v.text, v.known = int32(p.text("#"+strings.TrimLeft(sentence(e), "0123456789,"))), true
		}
		return packed{lane: v.lane, text: v.text, count: r.count}
	}
	key := sameWords{shape: r.shape, count: r.count}
	if r.has == 0 {
		key.a, key.b = r.a, r.b // pages and records
	}
	v, ok := c.said[key]
	if !ok {
		v = p.newPacked(p.m.rows.read(i))
		c.said[key] = v
	}
	return v
}

// isCounted tells whether the sentences of a kind begin with the count, if that is more than 1.
func isCounted(k journal.Kind) bool {
	return k == journal.CallsFailed || k == journal.TokenRefreshFailed
}

func (p *packer) newPacked(e *journal.Entry) packed {
	v := packed{text: int32(p.text(sentence(e)))}
	lane := p.set.laneOf(e)
	if e.Kind == journal.StatusPublished {
		lane = p.set.find("status", e.Application)
	}
	if at, ok := p.rank[lane]; ok {
		v.lane = int32(at) + 1
	}
	return v
}
