package journal

// forms are the forms of the plain lines read so far. A journal of a million lines has some hundreds: lines
// of one form differ in their counted values alone, so that these are all that has to be read of them.
type forms struct {
	known  map[string]*form // by their bones
	last   *form            // of the line read last, nil for none
	bones  []byte           // of the line at hand: its bytes without the counted values
	values []value          // these
}

// form is a line without its counted values.
type form struct {
	number int // from 1
	entry  Entry
}

// value is a counted value of the line at hand.
type value struct {
	field counted
	n     int64 // of an instant its nanoseconds
}

// counted is a field of an Entry in which the lines of one form differ.
type counted uint8

const (
	notCounted counted = iota
	countedSeq
	countedAt
	countedFirst
	countedLast
	countedCount
	countedPages
	countedRecords
	countedDelivered
	countedWaiting
	countedCause
)

// maxForms bounds the forms that are kept, and maxBones the length of their bones in bytes.
const (
	maxForms = 1 << 14
	maxBones = 512
)

func newForms() forms { return forms{known: map[string]*form{}} }

func (f *forms) number() int {
	if f.last == nil {
		return 0
	}
	return f.last.number
}

// cut parts the line into bones and counted values. It reports false for a line that is not plain, or tells a
// counted value twice. Not all for which it reports true are plain: what is in the bones is judged when their
// form is learned.
func (p *plain) cut() bool {
	bones, values, from := p.forms.bones[:0], p.forms.values[:0], 0
	var seen [countedCause + 1]bool
	if !p.take('{') {
		return false
	}
	for more := true; more; more = p.take(',') {
		key, ok := p.text()
		if !ok || !p.take(':') {
			return false
		}
		field := countedField(key)
		if field != notCounted && seen[field] {
			return false
		}
		seen[field] = true
		if field == notCounted || p.pos < len(p.line) && p.line[p.pos] == 'n' {
			if !p.skip() {
				return false
			}
			continue
		}
		bones = append(bones, p.line[from:p.pos]...)
		v := value{field: field}
		if v.n, ok = p.countedValue(field); !ok {
			return false
		}
		values, from = append(values, v), p.pos
	}
	if !p.take('}') || !p.atEnd() {
		return false
	}
	p.forms.bones, p.forms.values = append(bones, p.line[from:p.pos]...), values
	return true
}

func (p *plain) countedValue(field counted) (n int64, ok bool) {
	switch field {
	case countedAt, countedFirst, countedLast:
		t, ok := p.instant()
		return int64(t), ok
	default:
		return p.number()
	}
}

// skip passes over a string, a whole number or null.
func (p *plain) skip() bool {
	if _, ok := p.text(); ok {
		return true
	}
	if _, ok := p.number(); ok {
		return true
	}
	return p.null()
}

// again reads the line that was cut if one of its form was learned.
func (p *plain) again(e *Entry) bool {
	f := p.forms.known[string(p.forms.bones)]
	if f == nil {
		return false
	}
	p.forms.last = f
	*e = f.entry
	for _, v := range p.forms.values {
		switch v.field {
		case notCounted: // no value of a form is
		case countedSeq:
			e.Seq = v.n
		case countedAt:
			e.At = Time(v.n)
		case countedFirst:
			e.First = p.time(v.n)
		case countedLast:
			e.Last = p.time(v.n)
		case countedCount:
			e.Count = v.n
		case countedPages:
			e.Pages = v.n
		case countedRecords:
			e.Records = v.n
		case countedDelivered:
			e.Delivered = p.count(v.n)
		case countedWaiting:
			e.Waiting = p.count(v.n)
		case countedCause:
			e.Cause = p.count(v.n)
		}
	}
	return true
}

func (p *plain) time(n int64) *Time {
	t := next(&p.times)
	*t = Time(n)
	return t
}

func (p *plain) count(n int64) *int64 {
	c := next(&p.numbers)
	*c = n
	return c
}

// learn keeps the form of the line that was cut, and read as e.
func (p *plain) learn(e *Entry) {
	f := &p.forms
	if len(f.known) == maxForms || len(f.bones) > maxBones {
		return
	}
	f.last = &form{number: len(f.known) + 1, entry: *e}
	f.known[string(f.bones)] = f.last
}

func countedField(key []byte) counted {
	switch string(key) {
	case "seq":
		return countedSeq
	case "at":
		return countedAt
	case "first":
		return countedFirst
	case "last":
		return countedLast
	case "count":
		return countedCount
	case "pages":
		return countedPages
	case "records":
		return countedRecords
	case "delivered":
		return countedDelivered
	case "waiting":
		return countedWaiting
	case "cause":
		return countedCause
	}
	return notCounted
}
