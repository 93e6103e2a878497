package reports

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// The strip below a lane that marks where it is other than in the first case, in pixels.
const (
	stripGap    = 2
	stripHeight = 8
)

// maxCompared is how many lanes a picture of several cases holds; alike ones beyond it are left out first.
const maxCompared = 40

// comparePicture is the lanes of several cases, those of a thing below one another.
type comparePicture struct {
	ID      string
	Zone    string
	UTC     bool
	Elapsed bool // the axis counts from the start, since the runs did not start at one instant
	Ticks   []tick
	Legend  []style
	Strips  bool // some lane differs
	Groups  []compareGroup
	Left    []string // what is not drawn, in sentences
}

type compareGroup struct {
	Name  string
	Lanes []*compareLane
}

// compareLane is one thing in all cases, or in one row where all are alike.
type compareLane struct {
	Kind, Name string
	Note       string
	app        string
	Rows       []compareDrawn
	alike      bool
	lanes      []*lane // one a case; an empty one where a run has no such thing
}

// Title tells that the lane stands under its name, and its rows have those of the cases.
func (c *compareLane) Title() bool { return !c.alike }

// compareDrawn is the lane of one case.
type compareDrawn struct {
	drawing
	Case  string
	Strip []rect
	Said  string
}

// newComparePicture draws the journals of one timeline's first cases, named in order.
func newComparePicture(id string, journals []*Journal, names []string) *comparePicture {
	var all []*model
	for _, j := range journals {
		all = append(all, newModel(j))
	}
	first := all[0]
	p := &comparePicture{ID: id, Zone: first.clock.name(), UTC: first.clock.utc()}
	sets := make([]*laneSet, len(all))
	longest := first.length()
	for i, m := range all {
		sets[i] = m.lanes()
		longest = max(longest, m.length())
		p.Elapsed = p.Elapsed || m.start != first.start
	}
	for _, m := range all {
		m.shown = m.start + journal.Time(longest)
	}
	p.Ticks = first.ticks()
	if p.Elapsed {
		p.Ticks, p.UTC = first.elapsedTicks(), true
	}
	p.match(sets)
	p.trim()
	p.draw(all, names)
	return p
}

// match puts the lanes of one thing together, in the order of the first case.
func (p *comparePicture) match(sets []*laneSet) {
	groups, at := map[string]int{}, map[laneKey]*compareLane{}
	for i, s := range sets {
		for _, g := range s.groups {
			k, ok := groups[g.Name]
			if !ok {
				k = len(p.Groups)
				groups[g.Name], p.Groups = k, append(p.Groups, compareGroup{Name: g.Name})
			}
			for _, l := range g.Lanes {
				key := laneKey{l.Kind, l.Name}
				if at[key] == nil {
					at[key] = &compareLane{
						Kind: l.Kind, Name: l.Name, Note: l.Note, app: g.app, lanes: make([]*lane, len(sets)),
					}
					p.Groups[k].Lanes = append(p.Groups[k].Lanes, at[key])
				}
				at[key].lanes[i] = l
			}
		}
	}
	for _, g := range p.Groups {
		slices.SortStableFunc(g.Lanes, func(a, b *compareLane) int {
			return cmp.Compare(rank(a.Kind), rank(b.Kind))
		})
		for _, c := range g.Lanes {
			c.fill(sets)
		}
	}
}

// fill finds whether the cases are alike, and gives those that lack the thing an empty lane.
func (c *compareLane) fill(sets []*laneSet) {
	c.alike = true
	for i, l := range c.lanes {
		if l == nil {
			c.lanes[i] = &lane{Kind: c.Kind, Name: c.Name}
		}
	}
	said := c.lanes[0].state(sets[0].m.look)
	for i, l := range c.lanes[1:] {
		m := sets[i+1].m
		if l.state(m.look) != said || len(m.othersThan(l, sets[0].m, c.lanes[0])) > 0 {
			c.alike = false
		}
	}
}

// undisturbed tells that nothing stopped or failed in any case.
func (c *compareLane) undisturbed() bool {
	return !slices.ContainsFunc(c.lanes, func(l *lane) bool { return len(l.spans) > 0 })
}

// trim leaves out what is undisturbed in every case, then what is alike but for the vendors, then the rest,
// until maxCompared lanes are left.
func (p *comparePicture) trim() {
	var quiet, alike, more, n int
	for i := range p.Groups {
		g := &p.Groups[i]
		g.Lanes = slices.DeleteFunc(g.Lanes, func(c *compareLane) bool {
			leave := c.undisturbed()
			if leave {
				quiet++
			}
			return leave
		})
		n += len(g.Lanes)
	}
	drop := func(count *int, which func(c *compareLane) bool) {
		for i := range p.Groups {
			g := &p.Groups[len(p.Groups)-1-i]
			for k := len(g.Lanes) - 1; k >= 0 && n > maxCompared; k-- {
				if which(g.Lanes[k]) {
					g.Lanes = slices.Delete(g.Lanes, k, k+1)
					*count++
					n--
				}
			}
		}
	}
	drop(&alike, func(c *compareLane) bool { return c.alike && c.Kind != "vendor" })
	drop(&more, func(c *compareLane) bool { return c.Kind != "vendor" })
	p.Groups = slices.DeleteFunc(p.Groups, func(g compareGroup) bool { return len(g.Lanes) == 0 })
	for _, left := range []struct {
		n    int
		what string
	}{
		{quiet, "undisturbed in every case"}, {alike, "the same in every case"}, {more, "other in some case"},
	} {
		if left.n > 0 {
			p.Left = append(p.Left, words.Count(left.n, "lane")+isAre(left.n, " is ", " are ")+left.what+
				" and not drawn.")
		}
	}
}

// draw draws all rows and gathers the legend of what they hold.
func (p *comparePicture) draw(all []*model, names []string) {
	rows := 0
	for _, g := range p.Groups {
		for _, c := range g.Lanes {
			rows += len(c.lanes)
		}
	}
	room := max(stillBars/max(rows, 1), leastBars)
	seen := map[string]bool{}
	for _, g := range p.Groups {
		for _, c := range g.Lanes {
			p.drawLane(c, all, names, room)
			for i := range c.Rows {
				for _, b := range c.Rows[i].Bars {
					seen[b.State] = true
				}
				for _, k := range c.Rows[i].Marks {
					seen[k.Shape] = true
				}
			}
		}
	}
	for _, s := range all[0].look.list {
		if seen[s.Key] {
			p.Legend = append(p.Legend, s)
		}
	}
}

func (p *comparePicture) drawLane(c *compareLane, all []*model, names []string, room int) {
	for i, l := range c.lanes {
		m := all[i]
		row := compareDrawn{
			drawing: m.draw(l, p.Ticks, m.shades(c.app), room), Case: strconv.Itoa(i+1) + " " + names[i],
		}
		if c.alike {
			row.Case = "in every case"
			row.Alt = clean(c.Kind) + " " + c.Name + ", in every case: " + row.State
			c.Rows = append(c.Rows, row)
			return
		}
		row.Alt = clean(c.Kind) + " " + c.Name + ", case " + row.Case + ": " + row.State
		if i > 0 {
			others := m.othersThan(l, all[0], c.lanes[0])
			row.Strip, row.Said = m.strip(others), against(others)
			row.Alt += "; " + row.Said
			p.Strips = true
			if row.Height < laneHeight {
				row.Height = laneHeight
			}
			for k := range row.Strip {
				row.Strip[k].Y = row.Height + stripGap
			}
		}
		c.Rows = append(c.Rows, row)
	}
}

// Tall is how high a row is with its strip.
func (d compareDrawn) Tall() int {
	if d.Said == "" {
		return d.Height
	}
	return d.Height + stripGap + stripHeight
}
