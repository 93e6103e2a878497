package dialect

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// hole is a place in a template that the Params fill.
type hole uint8

// The holes, named in a dialect file by their name with a $ in front.
const (
	holeID hole = iota // inside $each: RESOURCE-NUMBER
	holeNumber
	holeCount // records of the page
	holeFirst
	holeLast
	holeNext // the cursor: number of the page's last record; absent on the last page
	holeMore
	holeResource
	holeConnection
	holeNow               // RFC 3339
	holeRetryAfter        // whole seconds; absent without Retry-After, as all of these
	holeRetryAfterDecimal // seconds with a decimal: 2.0
	holeRetryAfterMs      // milliseconds
	holeRetryAfterDate    // HTTP-date
	holeRetryAfterEpoch   // seconds since the Unix epoch
	holeRetryAfterISO     // RFC 3339
	holeAccessToken
	holeRefreshToken // absent when the old one stays
	holeExpiresIn    // whole seconds
)

func holeNames() []string {
	return []string{
		holeID: "$id", holeNumber: "$number", holeCount: "$count", holeFirst: "$first",
		holeLast: "$last", holeNext: "$next", holeMore: "$more", holeResource: "$resource",
		holeConnection: "$connection", holeNow: "$now", holeRetryAfter: "$retry_after",
		holeRetryAfterDecimal: "$retry_after_decimal", holeRetryAfterMs: "$retry_after_ms",
		holeRetryAfterDate: "$retry_after_date", holeRetryAfterEpoch: "$retry_after_epoch",
		holeRetryAfterISO: "$retry_after_iso",
		holeAccessToken:   "$access_token", holeRefreshToken: "$refresh_token",
		holeExpiresIn: "$expires_in",
	}
}

// form of a part.
type form uint8

const (
	nothing form = iota // no body at all
	literal             // bytes as they are
	filled              // a hole
	told                // a value of a quota
	object
	array
	each // an array with one item a record
)

// part is a node of a body template.
type part struct {
	form  form
	raw   string    // literal
	hole  hole      // filled
	quota quotaPart // told
	keys  []string
	parts []part // of an object, an array; the one item of each
}

// header is a header line of a template: a fixed value, or a hole.
type header struct {
	name   string
	value  string
	hole   hole
	filled bool
}

// text gives a hole's value as text, whether JSON quotes it, and whether it is there at all. n is
// the number of the record inside $each.
func (p *Params) text(h hole, n int64) (text string, quoted, ok bool) {
	switch h {
	case holeID:
		return p.Resource + "-" + strconv.FormatInt(n, 10), true, true
	case holeNumber:
		return strconv.FormatInt(n, 10), false, true
	case holeCount:
		return strconv.FormatInt(p.count(), 10), false, true
	case holeFirst:
		return strconv.FormatInt(p.First, 10), false, p.count() > 0
	case holeLast:
		return strconv.FormatInt(p.Last, 10), false, p.count() > 0
	case holeNext:
		return strconv.FormatInt(p.Last, 10), true, p.More && p.count() > 0
	case holeMore:
		return strconv.FormatBool(p.More), false, true
	case holeResource:
		return p.Resource, true, p.Resource != ""
	case holeConnection:
		return p.Connection, true, p.Connection != ""
	case holeNow:
		return time.Unix(0, p.Now).UTC().Format(time.RFC3339Nano), true, true
	case holeRetryAfter, holeRetryAfterDecimal, holeRetryAfterMs, holeRetryAfterDate, holeRetryAfterEpoch,
		holeRetryAfterISO:
		text, quoted = p.retryAfter(h)
		return text, quoted, p.HasRetryAfter
	case holeAccessToken:
		return tokenText("at", p.Connection, p.Access), true, true
	case holeRefreshToken:
		return tokenText("rt", p.Connection, p.Refresh), true, p.Refresh != 0
	case holeExpiresIn:
		return strconv.FormatInt(int64(p.ExpiresIn/time.Second), 10), false, true
	}
	return "", false, false
}

// count is the number of records in the page.
func (p *Params) count() int64 { return max(0, p.Last-p.First+1) }

// retryAfter words Retry-After; the absolute forms count from the Date header, whose grain is 1 s.
func (p *Params) retryAfter(h hole) (text string, quoted bool) {
	seconds := int64(p.RetryAfter / time.Second)
	at := time.Unix(0, p.Now).UTC().Truncate(time.Second).Add(p.RetryAfter)
	switch h {
	case holeRetryAfterDecimal:
		return strconv.FormatInt(seconds, 10) + ".0", false
	case holeRetryAfterMs:
		return strconv.FormatInt(p.RetryAfter.Milliseconds(), 10), false
	case holeRetryAfterISO:
		return at.Format(time.RFC3339), true
	case holeRetryAfterDate:
		return at.Format(http.TimeFormat), true
	case holeRetryAfterEpoch:
		return strconv.FormatInt(at.Unix(), 10), false
	default:
		return strconv.FormatInt(seconds, 10), false
	}
}

// tokenText words a token so that the reader can tell its generation: at-CONNECTION-GENERATION.
func tokenText(prefix, connection string, generation uint32) string {
	return prefix + "-" + connection + "-" + strconv.FormatUint(uint64(generation), 10)
}

// append writes the part as JSON (a literal as it is); false when the value is absent.
func (t *part) append(dst []byte, p *Params, n int64) ([]byte, bool) {
	switch t.form {
	case literal:
		return append(dst, t.raw...), true
	case filled:
		text, quoted, ok := p.text(t.hole, n)
		if quoted && ok {
			text = quote(text)
		}
		return append(dst, text...), ok
	case told:
		q := p.quota(t.quota.limits...)
		if q == nil {
			return dst, false
		}
		return t.quota.append(dst, q, p.Now), true
	case object:
		return t.appendObject(dst, p, n), true
	case array:
		dst = append(dst, '[')
		for i := range t.parts {
			dst = t.parts[i].appendItem(dst, p, n, i == 0)
		}
		return append(dst, ']'), true
	case each:
		dst = append(dst, '[')
		for i := range p.count() {
			dst = t.parts[0].appendItem(dst, p, p.First+i, i == 0)
		}
		return append(dst, ']'), true
	case nothing:
	}
	return dst, false
}

// appendItem writes an item of an array; one that is absent is null, so that places keep.
func (t *part) appendItem(dst []byte, p *Params, n int64, first bool) []byte {
	if !first {
		dst = append(dst, ',')
	}
	before := len(dst)
	dst, ok := t.append(dst, p, n)
	if !ok {
		dst = append(dst[:before], "null"...)
	}
	return dst
}

// appendObject writes an object; a key whose value is absent is left out.
func (t *part) appendObject(dst []byte, p *Params, n int64) []byte {
	dst = append(dst, '{')
	first := true
	for i := range t.parts {
		before := len(dst)
		if !first {
			dst = append(dst, ',')
		}
		dst = append(dst, t.keys[i]...)
		var ok bool
		if dst, ok = t.parts[i].append(dst, p, n); !ok {
			dst = dst[:before]
			continue
		}
		first = false
	}
	return append(dst, '}')
}

// quote gives a JSON string.
func quote(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic("dialect: a string does not marshal: " + err.Error())
	}
	return string(data)
}
