package timeline

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/span"
)

// scalar returns the node of a single value; want words what it should be.
func (r *reader) scalar(e entry, want string) (*yaml.Node, bool) {
	if e.node.Kind == yaml.ScalarNode && !isNull(e.node) && !foreignTag(e.node) {
		return e.node, true
	}
	if foreignTag(e.node) && e.node.Tag == "!=" {
		want = `quotes around a comparison: "!= ` + e.node.Value + `"`
	}
	r.fail(e.node, fmt.Sprintf("%s is %s", e.key, describe(e.node)), want)
	return nil, false
}

// misread reports that a value is not what its key wants.
func (r *reader) misread(e entry, what, want string) {
	r.fail(e.node, fmt.Sprintf("%s is %s: %s", e.key, what, quote(e.node.Value)), want)
}

// readText reads printable text of up to 1,000 characters.
func readText(r *reader, e entry) (string, bool) {
	n, ok := r.scalar(e, "text")
	if !ok {
		return "", false
	}
	if n.Tag == "!!bool" {
		r.misread(e, "not text", "text; true and false go in quotes")
		return "", false
	}
	if why := badText(n.Value, 1000); why != "" {
		r.fail(n, fmt.Sprintf("%s %s: %s", e.key, why, quote(n.Value)),
			"printable text of 1 to 1000 characters")
		return "", false
	}
	return n.Value, true
}

// badText says what makes text unfit; "" if nothing does.
func badText(s string, most int) string {
	switch {
	case strings.TrimSpace(s) == "":
		return "is empty"
	case utf8.RuneCountInString(s) > most:
		return fmt.Sprintf("is longer than %d characters", most)
	case strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }):
		return "holds control characters"
	}
	return ""
}

// checkName reports a name that cannot be one.
func (r *reader) checkName(n *yaml.Node, kind, name string) bool {
	what := badText(name, longestName)
	if what == "" && strings.Contains(name, "/") {
		what = "holds a slash"
	}
	if what == "" {
		return true
	}
	r.fail(n, fmt.Sprintf("the %s name %s %s", kind, quote(name), what),
		fmt.Sprintf("printable text of 1 to %d characters without /", longestName))
	return false
}

// readTexts reads a list of texts.
func readTexts(r *reader, e entry) ([]string, bool) {
	items, ok := r.items(e)
	out := make([]string, 0, len(items))
	for _, item := range items {
		if s, good := readText(r, item); good {
			out = append(out, s)
		}
	}
	return out, ok
}

func readBool(r *reader, e entry) (bool, bool) {
	n, ok := r.scalar(e, "true or false")
	if !ok {
		return false, false
	}
	if n.Tag != "!!bool" {
		r.misread(e, "neither true nor false", "true or false")
		return false, false
	}
	return strings.EqualFold(n.Value, "true"), true
}

// readBoolPointer reads a setting that may be left to the policy.
func readBoolPointer(r *reader, e entry) (*bool, bool) {
	b, ok := readBool(r, e)
	return &b, ok
}

// whole makes a reader of whole numbers from least to most.
func whole[N int | int64](least, most N) func(*reader, entry) (N, bool) {
	want := fmt.Sprintf("a whole number from %d to %d", least, most)
	return func(r *reader, e entry) (N, bool) {
		digits, ok := r.digits(e, want)
		if !ok {
			return 0, false
		}
		v, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || v < int64(least) || v > int64(most) {
			r.misread(e, "out of range", want)
			return 0, false
		}
		return N(v), true
	}
}

// readSeed reads any unsigned 64-bit number.
func readSeed(r *reader, e entry) (uint64, bool) {
	const want = "a whole number from 0 to 18446744073709551615"
	digits, ok := r.digits(e, want)
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		r.misread(e, "out of range", want)
	}
	return v, err == nil
}

// digits returns the decimal digits of a whole number. YAML would read 010 as eight, 0x10 as sixteen
// and 1_0 as ten; here they are refused.
func (r *reader) digits(e entry, want string) (string, bool) {
	n, ok := r.scalar(e, want)
	if !ok {
		return "", false
	}
	s := strings.TrimPrefix(n.Value, "-")
	plain := s != "" && strings.Trim(s, "0123456789") == ""
	switch {
	case !plain:
		r.misread(e, "not a whole number", want)
	case n.Tag != "!!int" && n.Tag != "!!float": // a number beyond 64 bits is a float to YAML
		r.misread(e, "text", want+", without quotes")
	case len(s) > 1 && s[0] == '0':
		r.misread(e, "a number with a leading zero", want)
	default:
		return n.Value, true
	}
	return "", false
}

// readShare reads a share of calls, above 0 and up to 1.
func readShare(r *reader, e entry) (float64, bool) {
	const want = "a number above 0 and up to 1"
	n, ok := r.scalar(e, want)
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(n.Value, 64)
	if n.Tag != "!!int" && n.Tag != "!!float" || err != nil {
		r.misread(e, "not a number", want)
		return 0, false
	}
	if !(v > 0 && v <= 1) { // NaN too
		r.misread(e, "out of range", want)
		return 0, false
	}
	return v, true
}

// readSpan reads a duration of zero or more.
func readSpan(r *reader, e entry) (Span, bool) {
	n, ok := r.scalar(e, span.Want)
	if !ok {
		return 0, false
	}
	s, err := ParseSpan(n.Value)
	if err != nil {
		r.misread(e, err.Error(), spanHint(n.Value, err))
		return 0, false
	}
	return s, true
}

// spanHint names the usual slip.
func spanHint(s string, err error) string {
	switch _, numeric := strconv.ParseFloat(s, 64); {
	case errors.Is(err, span.ErrNegative):
		return "a duration of 0s or more"
	case errors.Is(err, span.ErrFraction):
		return "hours instead, such as 36h for a day and a half"
	case numeric == nil:
		return "a duration with its unit, such as " + s + "s or " + s + "m"
	}
	return span.Want
}

// readPositive reads a duration above zero.
func readPositive(r *reader, e entry) (Span, bool) {
	s, ok := readSpan(r, e)
	if ok && s == 0 {
		r.misread(e, "zero", "a duration above zero")
		return 0, false
	}
	return s, ok
}

// mostStarts is how often a flow or polling job may start in a run: more would take hours to play, or for
// ever. A year of every: 1s is a third of it.
const mostStarts = 100_000_000

// ShortestEvery is the shortest interval of a flow or polling job in a run of a length.
func ShortestEvery(duration Span) Span {
	return max((duration+mostStarts-1)/mostStarts, 1)
}

// readEvery reads how often a flow or polling job starts.
func readEvery(r *reader, e entry) (Span, bool) {
	s, ok := readPositive(r, e)
	if least := ShortestEvery(r.tl.Duration); ok && r.timed && s < least {
		r.misread(e,
			fmt.Sprintf("too short for a run of %v, with more than 100,000,000 starts", r.tl.Duration),
			fmt.Sprintf("%v or more, or a shorter run", least))
		return 0, false
	}
	return s, ok
}

// readInstant reads an offset from start or an instant, which is at or after start.
func readInstant(r *reader, e entry) (time.Time, bool) {
	n, ok := r.scalar(e, wantInstant)
	if !ok {
		return time.Time{}, false
	}
	t, err := ParseInstant(n.Value, r.tl.Start)
	if err != nil {
		want := wantInstant
		if _, err := ParseSpan(n.Value); err == nil {
			want = "an offset with a plus, +" + n.Value
		}
		r.misread(e, err.Error(), want)
		return time.Time{}, false
	}
	if r.timed && t.Before(r.tl.Start) {
		r.misread(e, "before start", "at or after "+r.tl.Start.Format(time.RFC3339Nano))
		return time.Time{}, false
	}
	return t, true
}

// readStart reads the RFC 3339 instant at which the run begins.
func readStart(r *reader, e entry) (time.Time, bool) {
	const want = "an instant such as 2024-03-01T00:00:00Z"
	n, ok := r.scalar(e, want)
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, n.Value)
	if err != nil {
		r.misread(e, "not an instant", want)
		return time.Time{}, false
	}
	if t, err = inYears(t.UTC()); err != nil {
		r.misread(e, err.Error(), want)
		return time.Time{}, false
	}
	return t, true
}

// choice makes a reader of one of the given words.
func choice(words ...string) func(*reader, entry) (string, bool) {
	return func(r *reader, e entry) (string, bool) {
		n, ok := r.scalar(e, oneOf(words))
		if !ok {
			return "", false
		}
		if !slices.Contains(words, n.Value) {
			what := fmt.Sprintf("unknown %s %s", e.key, quote(n.Value))
			r.unknown(n, what, n.Value, newNameSet(e.key, words...))
			return "", false
		}
		return n.Value, true
	}
}

// reference makes a reader of a name of the set that pick chooses; the value is its index.
func reference(pick func(*reader) *nameSet) func(*reader, entry) (int, bool) {
	return func(r *reader, e entry) (int, bool) {
		set := pick(r)
		n, ok := r.scalar(e, "the name of "+article(set.kind))
		if !ok {
			return 0, false
		}
		i, known := set.index[n.Value]
		if !known {
			r.unknown(n, fmt.Sprintf("unknown %s %s", set.kind, quote(n.Value)), n.Value, set)
		}
		return i, known
	}
}

// readZone reads the name of a time zone, the same on every machine.
func readZone(r *reader, e entry) (string, bool) {
	const want = "a zone such as UTC or America/New_York"
	n, ok := r.scalar(e, want)
	if !ok {
		return "", false
	}
	if _, err := loadZone(n.Value); err != nil {
		r.misread(e, "not a time zone", want)
		return "", false
	}
	return n.Value, true
}

func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, errors.New("not a zone")
	}
	return time.LoadLocation(name)
}

// maxCount bounds the whole numbers that users give.
const maxCount = math.MaxInt32
