package reports

import (
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// beyond are the values of other assumptions that make the figure of a case the best and the worst, where
// that is beyond what every minute of the sweep makes of it, and by more than a trifle; nil for none.
func (f *compareFigure) beyond(c *journal.ComparedCase) (low, high *journal.FigureTrial) {
	for i := range c.Others {
		o := &c.Others[i]
		if f.far(&o.Figures, &c.Best) && (low == nil || f.less(&o.Figures, &low.Figures)) {
			low = o
		}
		if f.far(&c.Worst, &o.Figures) && (high == nil || f.less(&high.Figures, &o.Figures)) {
			high = o
		}
	}
	return low, high
}

// less tells whether a figure is the smaller one; what has no end is the greatest.
func (f *compareFigure) less(a, b *journal.CaseFigures) bool {
	x, xEnds := f.of(a)
	y, yEnds := f.of(b)
	return xEnds && (!yEnds || x < y)
}

// far tells whether a figure is the smaller one by more than a tenth.
func (f *compareFigure) far(a, b *journal.CaseFigures) bool {
	x, xEnds := f.of(a)
	y, yEnds := f.of(b)
	return xEnds && (!yEnds || x < y-y/10)
}

// sayBeyond says what other assumptions make of a figure: "at worst 5 h (retry.budget = 10m)".
func (f *compareFigure) sayBeyond(c *journal.ComparedCase) string {
	low, high := f.beyond(c)
	var said []string
	if low != nil {
		said = append(said, "at best "+f.text(&low.Figures, &low.Figures)+" ("+assumed(low)+")")
	}
	if high != nil {
		said = append(said, "at worst "+f.text(&high.Figures, &high.Figures)+" ("+assumed(high)+")")
	}
	return list(said, len(said))
}

// said is a figure with its name: "time off 2 h", "works again not by the end".
func (f *compareFigure) said(best, worst *journal.CaseFigures) string {
	plain := strings.NewReplacer("\u00a0", " ", " after at\u00a0", " at ", " after not\u00a0", " not ")
	return plain.Replace(f.name + " " + f.text(best, worst))
}

// assumed is what a trial assumes: NAME = VALUE.
func assumed(o *journal.FigureTrial) string { return clean(o.Assumption) + " = " + clean(o.Value) }

// caseOthers says in a line what other assumptions make of a case; "" where nothing is worth a word.
func caseOthers(i int, c *journal.ComparedCase) string {
	figures := map[string][]string{} // by what makes them so
	var under []string
	say := func(which string, o *journal.FigureTrial, f *compareFigure) {
		if o == nil {
			return
		}
		by := which + ", with " + assumed(o) + ", "
		if figures[by] == nil {
			under = append(under, by)
		}
		figures[by] = append(figures[by], f.said(&o.Figures, &o.Figures))
	}
	for _, f := range compareFigures() {
		low, high := f.beyond(c)
		say("at best", low, &f)
		say("at worst", high, &f)
	}
	if len(under) == 0 {
		return ""
	}
	for k, by := range under {
		under[k] = by + list(figures[by], len(figures[by]))
	}
	return strconv.Itoa(i+1) + ". " + caseName(c) + ": " + strings.Join(under, "; ") + "."
}

// moved says for each assumption that was tried in the other runs of a case between what it moves the figures
// that are compared: by its name "time off 2 h to 3 h".
func moved(ranges *journal.FigureRanges) map[string][]string {
	under := map[string][]*journal.CaseFigures{}
	if s := ranges.Offsets; s != nil {
		under["sweep.offset"] = []*journal.CaseFigures{&s.Best, &s.Worst}
	}
	for i := range ranges.Others {
		o := &ranges.Others[i]
		if under[o.Assumption] == nil {
			under[o.Assumption] = []*journal.CaseFigures{&ranges.Base}
		}
		under[o.Assumption] = append(under[o.Assumption], &o.Figures)
	}
	out := map[string][]string{}
	for name, all := range under {
		for _, f := range compareFigures() {
			best, worst := f.ends(all)
			if f.text(best, best) != f.text(worst, worst) {
				out[name] = append(out[name], f.said(best, worst))
			}
		}
	}
	return out
}

// ends are those of which the figure is the smallest and the greatest.
func (f *compareFigure) ends(all []*journal.CaseFigures) (best, worst *journal.CaseFigures) {
	best, worst = all[0], all[0]
	for _, one := range all {
		if f.less(one, best) {
			best = one
		}
		if f.less(worst, one) {
			worst = one
		}
	}
	return best, worst
}
