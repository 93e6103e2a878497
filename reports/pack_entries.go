package reports

import "github.com/outagedrill/outagedrill/sim/journal"

// packed is what the columns hold of an entry.
type packed struct {
	lane, text int32
}

// sameWords is what makes the sentences of two rows equal.
type sameWords struct {
	shape       int32
	count, a, b int64
}

// addEntries writes the entries that the timeline can explain: all but the samples of backlogs and what other
// runs gave.
func (p *packer) addEntries() {
	p.entry = make([]int32, p.m.Len())
	kept, rows := make([]packed, 0, p.m.Len()), &p.m.rows
	said := map[sameWords]packed{}
	for i := range rows.n {
		p.entry[i] = -1
		if k := rows.kind(i); k == journal.BacklogSampled || isAnswer(k) {
			continue
		}
		p.entry[i] = int32(len(kept))
		kept = append(kept, p.packed(i, said))
	}
	p.head.Entries = len(kept)
	places := make([]int32, 0, len(kept))
	for i, k := range p.entry {
		if k >= 0 {
			places = append(places, int32(i))
		}
	}
	row := func(i int) *row { return rows.row(int(places[i])) }
	p.column(len(kept), func(i int) int64 { return row(i).seq })
	p.column(len(kept), func(i int) int64 { return p.tick(row(i).at) })
	p.plain(len(kept), func(i int) int { return int(kept[i].lane) })
	p.plain(len(kept), func(i int) int { return int(kept[i].text) })
	p.plain(len(kept), func(i int) int {
		if c := row(i).cause; c > 0 {
			return int(row(i).seq - c)
		}
		return 0
	})
}

// packed finds an entry's lane, from 1, and its sentence.
func (p *packer) packed(i int, said map[sameWords]packed) packed {
	r := p.m.rows.row(i)
	key := sameWords{r.shape, r.count, r.a, r.b}
	if v, ok := said[key]; ok && r.shape >= 0 {
		return v
	}
	e := p.m.rows.read(i, new(copied))
	v := packed{text: int32(p.text(sentence(e)))}
	if at, ok := p.rank[p.set.laneOf(e)]; ok {
		v.lane = int32(at) + 1
	}
	if e.Kind == journal.StatusPublished {
		v.lane = int32(p.rank[p.set.find("status", e.Application)]) + 1
	}
	said[key] = v
	return v
}
