package history

import (
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
)

//go:embed trends.tmpl
var trends string

// Style is for the sheet of a page that has trends, light and dark.
const Style = `.trends{width:100%}
.trends td:nth-child(2){width:60%;min-width:14rem}
.trends svg{display:block;overflow:visible}
@media (prefers-color-scheme:dark){.h-good{fill:#5cc98a}.h-warn{fill:#e0b350}.h-bad{fill:#ff8a80}` +
	`.h-flip{fill:#e8e8ee}.h-line,.h-dot,.h-open{stroke:#8ab8f0}.h-dot{fill:#8ab8f0}.h-open{fill:#17171c}` +
	`.h-at{stroke:#a9a9b5}}
`

// How much a page has of a history.
const (
	mostPoints = 60 // of a trend
	mostDots   = 30 // points that each have a dot, with its figure
	mostFlips  = 12 // told, the latest ones
)

// HTML draws the trends of a series of two runs or more, marks what flipped and tells it. Name tells what a
// scenario is called, by its key.
func HTML(series []Line, name func(key string) string) (template.HTML, error) {
	if len(series) < 2 {
		return "", nil
	}
	t, err := template.New("trends").Parse(strings.ReplaceAll(trends, "\n{{", "{{"))
	if err != nil {
		return "", fmt.Errorf("reading the template of trends: %w", err)
	}
	var b strings.Builder
	if err := t.Execute(&b, draw(series, name)); err != nil {
		return "", fmt.Errorf("writing the trends: %w", err)
	}
	return template.HTML(b.String()), nil
}

// drawing is what the template writes.
type drawing struct {
	Runs             string
	Alt              string
	Best, Worst, Now string // verdicts
	Bars             []bar
	Flips            []mark
	Rows             []row
	Note             string
	Told             []string
}

// bar is the worst verdict of a point, in percent and pixels.
type bar struct {
	X, W          string
	Y, H          int
	Verdict, Fill string
	Title         string
}

// mark is a place with what it is about.
type mark struct{ X, Title string }

// row is a figure.
type row struct {
	Name, Alt, Best, Worst, Now string
	Path                        string // in a box of 1000 by 30
	Dots                        []dot
}

type dot struct {
	X, Y      string
	Big, Open bool
	Title     string
}

// verdicts are those there are, the best first.
func verdicts() []string { return []string{"good", "warn", "bad"} }

// level is the place of a verdict, 0 for the best; what is unknown is the worst.
func level(verdict string) int {
	if i := slices.Index(verdicts(), verdict); i >= 0 {
		return i
	}
	return len(verdicts()) - 1
}

func draw(series []Line, name func(string) string) *drawing {
	d := &drawing{Runs: words.Count(len(series), "run"), Now: series[len(series)-1].Verdict}
	best, worst := len(verdicts()), 0
	count := min(len(series), mostPoints)
	for first, last := range bins(len(series), mostPoints) {
		at := 0
		for _, l := range series[first : last+1] {
			at, best = max(at, level(l.Verdict)), min(best, level(l.Verdict))
		}
		worst = max(worst, at)
		height, verdict := 8+6*at, verdicts()[at]
		d.Bars = append(d.Bars, bar{
			X: percent(float64(len(d.Bars)) / float64(count)), W: percent(0.9 / float64(count)),
			Y: 22 - height, H: height, Verdict: verdict,
			Fill:  []string{"#1c7a3e", "#8a6100", "#b3261e"}[at],
			Title: runs(series, first, last) + ": " + verdict,
		})
	}
	d.Best, d.Worst = verdicts()[best], verdicts()[worst]
	d.Alt = "verdicts of " + d.Runs + ": " + d.Best + " at best, " + d.Worst + " at worst, now " + d.Now
	d.flips(series, name)
	for _, t := range Trends(series, mostPoints) {
		d.Rows = append(d.Rows, t.row(series))
	}
	if len(series) > mostPoints {
		d.Note = "Of so many runs each point is the worst of some that follow each other."
	}
	return d
}

// flips marks the runs that flipped, and tells the latest of them.
func (d *drawing) flips(series []Line, name func(string) string) {
	told := 0
	for i, flips := range Flips(series) {
		if len(flips) == 0 {
			continue
		}
		text := FlipText(flips, name)
		d.Flips = append(d.Flips, mark{percent((float64(i) + 0.5) / float64(len(series))), text})
		d.Told = append(d.Told, text)
		told++
	}
	if more := len(d.Told) - mostFlips; more > 0 {
		d.Told = append([]string{words.Count(more, "run") + " that flipped before these"}, d.Told[more:]...)
	}
	if told > 0 {
		d.Alt += "; " + words.Count(told, "run") + " flipped"
	}
}

// row draws a figure.
func (t *Trend) row(series []Line) row {
	r := row{
		Name: t.Name, Best: t.Best.String(), Worst: t.Worst.String(), Now: t.Now.String(),
		Alt: t.Name + ": " + t.String(),
	}
	r.Alt += " over " + words.Count(len(series), "run")
	var path strings.Builder
	for i := range t.Points {
		p := &t.Points[i]
		if !p.There {
			continue
		}
		across := (float64(i) + 0.5) / float64(len(t.Points))
		step := "L"
		if path.Len() == 0 {
			step = "M"
		}
		path.WriteString(step + number(1000*across, 0) + " " + number(t.y(p), 1))
		last := i == len(t.Points)-1
		if last || p.Open || len(t.Points) <= mostDots {
			r.Dots = append(r.Dots, dot{
				percent(across), number(t.y(p), 1), last || p.Open, p.Open,
				runs(series, p.First, p.Last) + ": " + p.String(),
			})
		}
	}
	r.Path = path.String()
	return r
}

// y is where a point is drawn, in pixels from the top.
func (t *Trend) y(p *Point) float64 { return 26 - 22*t.height(p) }

func number(n float64, digits int) string { return strconv.FormatFloat(n, 'f', digits, 64) }

func percent(of float64) string { return number(100*of, 2) }

// runs says which runs, by their days.
func runs(series []Line, first, last int) string {
	if first == last {
		return day(&series[first])
	}
	return words.Count(last-first+1, "run") + ", " + day(&series[first]) + " to " + day(&series[last])
}
