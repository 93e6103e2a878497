package sim_test

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// rendering makes the lines of a journal as it comes.
type rendering struct {
	start      journal.Time
	show, hide []string
	text       strings.Builder
	lines      int
	shown      []int // by seq-1: the number of its line, or of the nearest shown entry that led to it; 0 = none
}

func (r *rendering) add(e *journal.Entry) error {
	led := 0
	if e.Cause != nil {
		led = r.shown[*e.Cause-1]
	}
	if !r.wanted(e.Kind) {
		r.shown = append(r.shown, led)
		return nil
	}
	r.lines++
	r.shown = append(r.shown, r.lines)
	fmt.Fprintf(&r.text, "%2d %s %s", r.lines, r.clock(e.At), e.Kind)
	for _, word := range r.words(e) {
		if word != "" {
			r.text.WriteString(" " + word)
		}
	}
	if led > 0 {
		fmt.Fprintf(&r.text, " <- %d", led)
	}
	r.text.WriteByte('\n')
	return nil
}

func (r *rendering) wanted(kind journal.Kind) bool {
	switch {
	case kind == journal.CheckFailed || kind == journal.ExpectFailed:
		return true
	case matches(r.hide, kind):
		return false
	case len(r.show) > 0:
		return matches(r.show, kind)
	}
	return kind != journal.RunStarted && kind != journal.RunEnded && kind != journal.BacklogSampled
}

// words are what a line says after the kind; empty ones are left out.
func (r *rendering) words(e *journal.Entry) []string {
	mail := ""
	if e.About != "" {
		mail = e.About + " to " + strings.Join(e.To, ",")
	}
	return []string{
		cmp.Or(e.Flow, e.Job, e.Connection, e.Application), e.Resource, strings.Join(e.Resources, ","),
		e.Fault, e.How, e.Call, e.Class, e.SubCause, number("", int64(e.Status)),
		number("x", e.Count), e.ErrorClass, r.stretch(e), r.until(e), number("wasted=", e.Wasted),
		cmp.Or(e.Command, e.Result), result(e), pair("missing=", strings.Join(e.Missing, ",")), pair("who=", e.Who),
		pair("by ", e.By), r.failures(e), e.Environment, e.State, number("pages=", e.Pages),
		number("records=", e.Records), pointed("delivered=", e.Delivered), pointed("waiting=", e.Waiting), mail,
		pair("message=", e.Message), pair("rule=", e.Rule), pair("want=", e.Want), pair("got=", e.Got),
	}
}

func result(e *journal.Entry) string {
	if e.Command != "" {
		return e.Result
	}
	return ""
}

// stretch is the time from the first to the last of a streak, or of lost records.
func (r *rendering) stretch(e *journal.Entry) string {
	if e.First == nil || e.Last == nil || *e.First == e.At && *e.Last == e.At {
		return ""
	}
	return "from " + r.clock(*e.First) + " to " + r.clock(*e.Last)
}

func (r *rendering) until(e *journal.Entry) string {
	if e.Until == nil {
		return ""
	}
	return "until " + r.clock(*e.Until)
}

func (r *rendering) failures(e *journal.Entry) string {
	if e.Failures == 0 {
		return number("threshold=", int64(e.Threshold))
	}
	return fmt.Sprintf("failures=%d/%d", e.Failures, e.Threshold)
}

// clock is the time since the start as HH:MM:SS, with digits of a second as needed.
func (r *rendering) clock(t journal.Time) string {
	d := t.Sub(r.start)
	s := fmt.Sprintf("%02d:%02d:%02d", d/time.Hour, d/time.Minute%60, d/time.Second%60)
	if ns := d % time.Second; ns != 0 {
		s += strings.TrimRight(fmt.Sprintf(".%09d", int64(ns)), "0")
	}
	return s
}

func number(label string, n int64) string {
	if n == 0 {
		return ""
	}
	return label + strconv.FormatInt(n, 10)
}

func pair(label, text string) string {
	if text == "" {
		return ""
	}
	return label + text
}

func pointed(label string, n *int64) string {
	if n == nil {
		return ""
	}
	return label + strconv.FormatInt(*n, 10)
}

// figuresOf prints the chosen fields of one thing in the summary, one outage a line.
func figuresOf(s *journal.Summary, d *datadriven.TestData) (string, error) {
	var out strings.Builder
	add := func(item any) error {
		line, err := fieldsOf(reflect.ValueOf(item), values(d, "fields"), s.Start)
		out.WriteString(line + "\n")
		return err
	}
	named := func(list any, key string) error {
		items, want := reflect.ValueOf(list), values(d, key)
		for i := range items.Len() {
			name := items.Index(i).Field(0).String()
			if len(want) == 1 && name == want[0] {
				if err := add(items.Index(i).Interface()); err != nil {
					return err
				}
			}
		}
		return nil
	}
	var err error
	switch {
	case d.HasArg("flow"):
		err = named(s.Flows, "flow")
	case d.HasArg("job"):
		err = named(s.Jobs, "job")
	case d.HasArg("connection"):
		err = named(s.Connections, "connection")
	case d.HasArg("application"):
		err = named(s.Outages, "application")
	case d.HasArg("totals"):
		err = add(s.Totals)
	default:
		err = fmt.Errorf("figures of what? (want flow=, job=, connection=, application= or totals)")
	}
	if err == nil && out.Len() == 0 {
		return "none\n", nil
	}
	return out.String(), err
}

// fieldsOf prints name=value of the fields, all of them where none is chosen.
func fieldsOf(v reflect.Value, chosen []string, start journal.Time) (string, error) {
	var words []string
	byName := map[string]string{}
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("json")
		byName[name] = name + "=" + figureText(v.Field(i), start)
		words = append(words, byName[name])
	}
	if len(chosen) == 0 {
		return strings.Join(words, " "), nil
	}
	words = nil
	for _, name := range chosen {
		if byName[name] == "" {
			return "", fmt.Errorf("%s has no figure %q", v.Type().Name(), name)
		}
		words = append(words, byName[name])
	}
	return strings.Join(words, " "), nil
}

// figureText prints one figure: instants since the start, durations as Go does, lists in brackets.
func figureText(v reflect.Value, start journal.Time) string {
	r := rendering{start: start}
	switch x := v.Interface().(type) {
	case journal.Time:
		return r.clock(x)
	case journal.Seconds:
		return time.Duration(x).String()
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "null"
		}
		return figureText(v.Elem(), start)
	case reflect.Slice:
		var items []string
		for i := range v.Len() {
			items = append(items, figureText(v.Index(i), start))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Struct:
		line, _ := fieldsOf(v, nil, start) // no field is chosen, so none can be missing
		return line
	default:
		return fmt.Sprint(v.Interface())
	}
}
