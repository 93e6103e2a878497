package reports

import (
	"bufio"
	"bytes"
	"html/template"
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
)

// The measures of the picture, in pixels.
const (
	svgWidth  = 1200
	svgLabels = 250
	svgMargin = 16
)

// svgPicture is what the template of the picture writes.
type svgPicture struct {
	Width, Height int
	Left, Inner   int // where the lanes begin, and how wide they are
	Margin        int
	Dark          template.CSS
	Styles        []style
	Runs          []svgRun
}

// svgRun is the picture of one run, at its place.
type svgRun struct {
	Y      int
	Title  string
	Text   []string // the verdict, in lines
	TextY  int
	Axis   int // where it stands
	Zone   string
	UTC    bool
	Ticks  []tick
	Lanes  []svgLane
	Legend []svgLegend
	Left   string // what is not drawn
	LeftY  int
}

// svgLane is a lane, or the name of a group, at its place.
type svgLane struct {
	drawing
	Y     int
	Group string
	Short string // the name, cut
}

// svgLegend is an entry of the legend at its place.
type svgLegend struct {
	style
	X, Y int
}

// writeSVG writes the timelines below each other as one picture, with its own styles, light and dark.
func writeSVG(b *bytes.Buffer, all []*model) error {
	t, err := template.New("timeline.svg.tmpl").Funcs(template.FuncMap{"words": plain}).
		ParseFS(assets, "assets/timeline.svg.tmpl", "assets/picture.tmpl")
	if err != nil {
		return err
	}
	p := svgPicture{
		Width: svgWidth, Left: svgLabels, Inner: svgWidth - svgLabels - svgMargin, Margin: svgMargin,
		Height: svgMargin, Styles: newSheet().list, Dark: template.CSS(newSheet().dark()),
	}
	for _, m := range all {
		var run svgRun
		run, p.Height = m.svg(p.Height)
		p.Runs = append(p.Runs, run)
	}
	return t.Execute(b, p)
}

// svg lays a run out from y on, and returns where it ends.
func (m *model) svg(y int) (svgRun, int) {
	r := svgRun{
		Y: y, Title: clean(m.Run.Name), Ticks: m.ticks(), Zone: m.clock.name(), UTC: m.clock.utc(),
		Text: wrapped(m.verdict().Text, 150),
	}
	y += 40
	r.TextY = y
	y += 18*len(r.Text) + 8
	r.Axis = y
	y += 20
	if !r.UTC {
		y += 14
	}
	groups := m.lanes().groups
	var page page
	page.Ticks = r.Ticks
	page.addLanes(m, groups)
	for _, g := range page.Groups {
		r.Lanes = append(r.Lanes, svgLane{Group: g.Name, Y: y + 15})
		y += 22
		for _, l := range g.Lanes {
			r.Lanes = append(r.Lanes, svgLane{drawing: l, Y: y, Short: cut(l.Name, 34)})
			y += max(l.Height, laneHeight) + 4
		}
	}
	if page.LanesLeft > 0 {
		r.Left, r.LeftY = words.Count(page.LanesLeft, "quieter lane")+" not drawn", y+14
		y += 22
	}
	r.Legend, y = legend(page.Legend, y+10)
	return r, y + svgMargin
}

// legend puts the legend into lines.
func legend(styles []style, y int) ([]svgLegend, int) {
	var out []svgLegend
	x := svgMargin
	for _, s := range styles {
		width := 40 + 7*len(s.Label)
		if x+width > svgWidth-svgMargin {
			x, y = svgMargin, y+22
		}
		out = append(out, svgLegend{s, x, y})
		x += width
	}
	return out, y + 22
}

// wrapped breaks a text into lines of so many characters.
func wrapped(text string, width int) []string {
	var b bytes.Buffer
	p := printer{w: bufio.NewWriter(&b), width: width}
	p.wrap("", text)
	if p.flush() != nil {
		return nil
	}
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}
