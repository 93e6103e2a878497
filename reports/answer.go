package reports

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/outagedrill/outagedrill/internal/words"
)

// AnswerOptions say how an answer is printed.
type AnswerOptions struct {
	Width int // columns at which lines are wrapped; 0 means 100
}

// Answer writes the answer in plain words: the verdict, what was paused, disabled and for how long, who was
// told, what waits, how close the survivors came, and the assumptions under it. A run in which nothing
// happened is one line.
func Answer(w io.Writer, j *Journal, opt AnswerOptions) error {
	if opt.Width <= 0 {
		opt.Width = 100
	}
	m := newModel(j)
	p := printer{w: bufio.NewWriter(w), width: max(opt.Width, 40)}
	v := m.verdict()
	p.wrap("", clean(j.Run.Name)+": "+v.Text)
	notes := m.notes()
	for _, n := range notes {
		p.wrap("", n)
	}
	if past := m.pastTold(); past != nil {
		p.line("")
		p.wrap("", "History: "+strings.Join(past, " "))
		for _, trend := range m.pastTrends() {
			p.line("  " + trend)
		}
	}
	if v.Quiet {
		return p.flush()
	}
	p.line("")
	p.wrap("", m.facts())
	if answers := m.answers(); len(answers) > 0 {
		p.chapters(answers)
		p.line("")
		p.line(m.storyTitle() + ":")
	}
	p.chapters(m.story())
	p.chapters(m.inOthers())
	p.fleet(m.fleet(), m.fleetBasis())
	p.advice(m.advice(nil))
	if b := m.basis(); b != nil {
		p.basis(b)
	} else {
		p.assumptions(m.assumptions())
	}
	return p.flush()
}

func (p *printer) chapters(all []chapter) {
	for _, c := range all {
		p.line("")
		p.line(c.Title)
		for _, item := range c.Items {
			p.wrap("  ", item.String())
		}
		if c.More > 0 {
			p.line("  and " + strconv.Itoa(c.More) + " more")
		}
	}
}

// assumptions writes the one about the sweep, on which the hour of every return rests, in full and the
// others by name and value; the page has them all in full.
func (p *printer) assumptions(all []assumption) {
	if len(all) == 0 {
		return
	}
	p.line("")
	p.line("This rests on values that no source documents or that you set")
	var brief []string
	for _, a := range all {
		if a.Name == "sweep.offset" {
			p.wrap("  ", a.Text)
		} else {
			brief = append(brief, a.Brief)
		}
	}
	if len(brief) > 0 {
		p.wrap("  ", strings.Join(brief, "; ")+". The report tells why, and what else is worth trying.")
	}
}

// facts is the line that says what was run, and in which zone the instants are told.
func (m *model) facts() string {
	s := m.clock.window() + " (" + words.Span(m.length()) + "), " + clean(m.Run.Environment)
	if m.Run.Threshold > 0 {
		s += " (threshold " + strconv.Itoa(m.Run.Threshold) + ")"
	}
	s += m.changes() + ", seed " + strconv.FormatUint(m.Run.Seed, 10) + ". Times are " + m.clock.name() + "."
	if t := m.Summary.Totals; t.Calls > 0 {
		s += " " + words.Count(t.Calls, "call") + ", " + words.Number(t.WastedCalls) +
			" of them wasted on faults."
	}
	if r := m.Summary.Ranges; r != nil {
		s += " The answers are of " + words.Count(r.Runs+1, "run") +
			", which differ from the base case in one value each; what follows them tells the base case." +
			togetherTried(r)
	}
	return s
}

// changes says to which environments the platform moved during the run, DIS-15.
func (m *model) changes() string {
	var s strings.Builder
	for _, e := range m.moves {
		s.WriteString(", " + clean(e.Environment))
		if e.Threshold > 0 {
			s.WriteString(" (threshold " + strconv.Itoa(e.Threshold) + ")")
		}
		s.WriteString(" from " + m.clock.at(e.At))
	}
	return s.String()
}

// notes say what is wrong with the journal itself.
func (m *model) notes() []string {
	var out []string
	if m.Missing > 0 {
		out = append(out, "This journal is not whole: "+words.Count(m.Missing, "line")+
			isAre(m.Missing, " is", " are")+" missing from it, so what follows may be wrong.")
	}
	if !m.Whole {
		out = append(out, "This journal breaks off before the end of the run; what follows tells the run "+
			"up to "+m.clock.at(m.end)+", without counts.")
	}
	return out
}

// printer wraps lines. The first error stops all that follows.
type printer struct {
	w     *bufio.Writer
	width int
}

func (p *printer) line(s string) { fmt.Fprintln(p.w, s) }

// wrap writes text after an indent, following lines two columns deeper; a word that is longer than a line
// stands alone on one.
func (p *printer) wrap(indent, text string) {
	hang := indent
	if indent != "" {
		hang += "  "
	}
	line, empty := indent, true
	for word := range strings.FieldsSeq(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > p.width {
			p.line(line)
			line, empty = hang, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	p.line(line)
}

func (p *printer) flush() error {
	if err := p.w.Flush(); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	return nil
}
