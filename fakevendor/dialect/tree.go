package dialect

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Tree is a JSON body, or a text, with holes that a caller fills. It is immutable.
type Tree struct {
	form  form
	raw   string // literal: as JSON
	text  string // literal: without JSON's quotes
	holes []Hole // of a text, with raws before, between and after them
	quote bool   // a text, whatever fills it: it stood in quotes
	raws  []string
	keys  []string
	named []*Tree // keys that are filled: texts; nil for one that is fixed
	parts []Tree
}

// Hole is a place in a Tree. $created_epoch is Name created, Format epoch; $number12 has Width 12;
// $path.owner has Arg owner, ${next_cursor:-end} has Else end.
type Hole struct {
	Name    string
	Arg     string
	Width   int
	Format  TimeFormat
	Kind    HoleKind
	Else    string // the text in place of an absent value, where HasElse is true
	HasElse bool
	quota   quotaPart // of HoleQuota
}

// HoleKind is what fills a hole.
type HoleKind uint8

// The kinds of holes.
const (
	HoleID HoleKind = iota
	HoleNumber
	HoleName // a made-up name
	HoleCreated
	HoleUpdated
	HoleVersion // how often the object was changed
	HoleNow
	HoleObject
	HoleConnection
	HoleBaseURL
	HoleRequestID
	HoleCall // the call's number
	HolePath // of the path, or captured: $path.owner
	HoleQuery
	HoleItem
	HoleItems
	HoleEdges   // the items as GraphQL's edges: a cursor and a node each
	HoleIDs     // of the page's objects
	HoleResults // of each object that the call wrote, the object's result
	HoleDeed    // what the call did to an object: created, updated, deleted, skipped
	HoleMade    // it created the object
	HoleAsked   // the id that the call asked for
	HoleGiven   // of what the body says of the current object or call: $given.id
	HoleStatus  // of the answer to a call of a batch
	HoleBody    // its body; absent where it has none
	HoleHeaders // its headers
	HoleFailed  // one of the batch failed
	HoleCount
	HoleTotal
	HoleMore
	HoleDone // no more
	HoleNextCursor
	HoleNextPath
	HoleNextURL
	HoleSelfPath
	HolePage
	HolePages
	HoleLimit
	HoleOffset
	HoleLink
	HoleSync // from which instant on a later list tells what has changed; absent when more follows
	HoleAccessToken
	HoleRefreshToken
	HoleExpiresIn
	HoleExpiresAt
	HoleScope
	HoleError
	HoleErrorDescription
	HoleDeviceCode
	HoleUserCode
	HoleVerificationURI
	HoleInterval // between two polls of a device, in seconds
	HoleQuotaLimit
	HoleQuotaRemaining
	HoleQuotaUsed
	HoleQuotaReset
	HoleQuota // of a limit by its name, see AppendQuota: $quota.daily.limit
)

// apiHoleNames are the names of the holes of an api section, in the order of their kinds.
func apiHoleNames() []string {
	return []string{
		"id", "number", "name", "created", "updated", "version", "now", "object", "connection",
		"base_url", "request_id", "call",
		"path", "query", "item", "items", "edges", "ids", "results", "deed", "made", "asked",
		"given", "status", "body", "headers", "failed", "count", "total", "more", "done",
		"next_cursor", "next_path", "next_url", "self_path", "page", "pages", "limit", "offset", "link",
		"sync",
		"access_token", "refresh_token", "expires_in", "expires_at", "scope", "error", "error_description",
		"device_code", "user_code", "verification_uri", "interval",
		"quota_limit", "quota_remaining", "quota_used", "quota_reset", "quota",
	}
}

// TimeFormat is how an instant is written.
type TimeFormat uint8

// The formats of instants.
const (
	RFC3339     TimeFormat = iota
	EpochSecond            // $created_epoch
	EpochMilli             // $created_epoch_ms
	Milli                  // $created_milli: RFC 3339 with milliseconds
	Offset                 // $created_offset: 2024-03-01T00:00:00.000+0000
	DateOnly               // $created_date
	DateTime               // $created_datetime: 2024-03-01 00:00:00
)

func timeSuffixes() []string {
	return []string{"", "_epoch", "_epoch_ms", "_milli", "_offset", "_date", "_datetime"}
}

// Filling says what an Append of Values wrote.
type Filling uint8

// The fillings of a hole.
const (
	Absent Filling = iota // nothing: the key is left out
	Raw                   // JSON as it is: a number, a boolean, an object
	Text                  // a text, which JSON quotes
)

// Values fills holes.
type Values interface {
	// AppendHole appends a hole's value and says what it is.
	AppendHole(dst []byte, h *Hole) ([]byte, Filling)
}

// AppendJSON writes the tree as JSON; false when it is one absent value, or an object of which nothing is
// left.
func (t *Tree) AppendJSON(dst []byte, v Values) ([]byte, bool) {
	switch t.form {
	case literal:
		return append(dst, t.raw...), true
	case filled:
		return t.appendFilled(dst, v)
	case object:
		return t.appendObject(dst, v)
	case array:
		return t.appendArray(dst, v), true
	case each, told, nothing:
	}
	return dst, false
}

// appendArray writes a list. An object in it that lacks a value is left out, as the link to a next page that
// is not there; another value that is absent is null.
func (t *Tree) appendArray(dst []byte, v Values) []byte {
	dst = append(dst, '[')
	first := true
	for i := range t.parts {
		item := &t.parts[i]
		if item.form == object && item.lacks(v) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		var ok bool
		if dst, ok = item.AppendJSON(dst, v); !ok {
			dst = append(dst, "null"...)
		}
	}
	return append(dst, ']')
}

// lacks tells whether one of an object's own values is absent.
func (t *Tree) lacks(v Values) bool {
	for i := range t.parts {
		if t.parts[i].form != filled {
			continue
		}
		if _, ok := t.parts[i].appendFilled(nil, v); !ok {
			return true
		}
	}
	return false
}

func (t *Tree) appendObject(dst []byte, v Values) ([]byte, bool) {
	start := len(dst)
	dst = append(dst, '{')
	left := false
	for i := range t.parts {
		before := len(dst)
		if left {
			dst = append(dst, ',')
		}
		dst = t.appendKey(dst, i, v)
		var ok bool
		if dst, ok = t.parts[i].AppendJSON(dst, v); !ok {
			dst = dst[:before]
			continue
		}
		left = true
	}
	if !left && len(t.parts) > 0 {
		return dst[:start], false
	}
	return append(dst, '}'), true
}

func (t *Tree) appendKey(dst []byte, i int, v Values) []byte {
	if t.named[i] == nil {
		return append(dst, t.keys[i]...)
	}
	name, _ := t.named[i].AppendText(nil, v)
	return append(append(dst, quote(string(name))...), ':')
}

// appendFilled writes a scalar with holes: one hole alone keeps its type, others make a text.
func (t *Tree) appendFilled(dst []byte, v Values) ([]byte, bool) {
	before := len(dst)
	if !t.quote && len(t.holes) == 1 && t.raws[0] == "" && t.raws[1] == "" {
		dst = append(dst, '"')
		var kind Filling
		switch dst, kind = t.holes[0].fill(dst, v); kind {
		case Absent:
			return dst[:before], false
		case Raw:
			return append(dst[:before], dst[before+1:]...), true
		case Text:
		}
		return endQuote(dst, before), true
	}
	dst, ok := t.AppendText(append(dst, '"'), v)
	if !ok {
		return dst[:before], false
	}
	return endQuote(dst, before), true
}

// AppendText writes a scalar as a text; false when a value in it is absent.
func (t *Tree) AppendText(dst []byte, v Values) ([]byte, bool) {
	if t.form == literal {
		return append(dst, t.text...), true
	}
	for i := range t.holes {
		dst = append(dst, t.raws[i]...)
		var kind Filling
		if dst, kind = t.holes[i].fill(dst, v); kind == Absent {
			return dst, false
		}
	}
	if n := len(t.raws); n > 0 {
		dst = append(dst, t.raws[n-1]...)
	}
	return dst, true
}

// fill appends the hole's value, or what stands in place of an absent one.
func (h *Hole) fill(dst []byte, v Values) ([]byte, Filling) {
	dst, kind := v.AppendHole(dst, h)
	if kind == Absent && h.HasElse {
		return append(dst, h.Else...), Text
	}
	return dst, kind
}

// endQuote ends the JSON string that began with the quote at before.
func endQuote(dst []byte, before int) []byte {
	for _, c := range dst[before+1:] {
		if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return append(dst[:before], quote(string(dst[before+1:]))...)
		}
	}
	return append(dst, '"')
}

// Around gives what stands before and after the one hole of a text; false when there is another number of
// them.
func (t *Tree) Around() (before, after string, width int, ok bool) {
	if t == nil || len(t.holes) != 1 {
		return "", "", 0, false
	}
	return t.raws[0], t.raws[1], t.holes[0].Width, true
}

// tree reads a body of the api section.
func (p *parser) tree(n *yaml.Node, depth int) Tree {
	switch {
	case depth > maxDepth:
		p.fail(n, "at most "+strconv.Itoa(maxDepth)+" levels", "the body nests too deep")
	case n.Kind == yaml.SequenceNode:
		t := Tree{form: array}
		for _, item := range n.Content {
			t.parts = append(t.parts, p.tree(item, depth+1))
		}
		return t
	case n.Kind == yaml.MappingNode:
		t := Tree{form: object}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Kind != yaml.ScalarNode {
				p.fail(n.Content[i], "a key", "found %s", kindName(n.Content[i]))
				continue
			}
			t.keys = append(t.keys, quote(n.Content[i].Value)+":")
			var named *Tree
			if key := p.leaf(n.Content[i]); key.form == filled {
				named = &key
			}
			t.named = append(t.named, named)
			t.parts = append(t.parts, p.tree(n.Content[i+1], depth+1))
		}
		return t
	case n.Kind == yaml.ScalarNode:
		return p.leaf(n)
	default:
		p.fail(n, "a value", "found %s", kindName(n))
	}
	return Tree{}
}

func (p *parser) leaf(n *yaml.Node) Tree {
	if n.ShortTag() == "!!null" {
		return Tree{form: literal, raw: "null", text: "null"}
	}
	if n.ShortTag() != "!!str" && json.Valid([]byte(n.Value)) {
		return Tree{form: literal, raw: n.Value, text: n.Value}
	}
	if !strings.Contains(n.Value, "$") {
		return Tree{form: literal, raw: quote(n.Value), text: n.Value}
	}
	t := Tree{form: filled, quote: n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0}
	at := 0
	for _, m := range p.holePattern().FindAllStringSubmatchIndex(n.Value, -1) {
		name := n.Value[m[0]+1 : m[1]]
		if m[2] >= 0 {
			name = n.Value[m[2]:m[3]]
		}
		h, ok := p.hole(n, name)
		if !ok {
			return Tree{}
		}
		t.raws, t.holes = append(t.raws, n.Value[at:m[0]]), append(t.holes, h)
		at = m[1]
	}
	t.raws = append(t.raws, n.Value[at:])
	if len(t.holes) == 0 {
		return Tree{form: literal, raw: quote(n.Value), text: n.Value}
	}
	return t
}

func (p *parser) hole(n *yaml.Node, written string) (h Hole, ok bool) {
	written, h.Else, h.HasElse = strings.Cut(written, ":-")
	name := strings.TrimRight(written, "0123456789")
	if name != written {
		h.Width, _ = strconv.Atoi(written[len(name):]) // digits; too many of them are 0
	}
	name, h.Arg, _ = strings.Cut(name, ".")
	for i, suffix := range timeSuffixes() {
		base, cut := strings.CutSuffix(name, suffix)
		if cut && suffix != "" && slices.Contains([]string{"created", "updated", "now", "expires_at"}, base) {
			name, h.Format = base, TimeFormat(i)
		}
	}
	names := apiHoleNames()
	i := slices.Index(names, name)
	if i < 0 {
		p.unknown(n, "value", "$"+name, names)
		return h, false
	}
	if h.Name, h.Kind = name, HoleKind(i); h.Kind == HoleQuota {
		parts := p.quotaParts(n, "{"+h.Arg+"}")
		if len(parts) != 1 {
			return h, false
		}
		h.quota = parts[0]
	}
	if h.Width > 64 {
		p.fail(n, "at most 64", "$%s is %d wide", name, h.Width)
	}
	return h, true
}

// holePattern finds the holes of a text: $name, $name12, $path.owner, $query.a.b, $quota.daily.limit,
// ${name}.
func (p *parser) holePattern() *regexp.Regexp {
	if p.holes == nil {
		p.holes = regexp.MustCompile(
			`\$\{([^}]*)\}|\$(quota\.[\w|-]+\.[a-z_]+|query(?:\.[A-Za-z_]+)+|[a-z_]+(?:\.[A-Za-z_]+)?[0-9]*)`)
	}
	return p.holes
}

// Moves tells whether the value of a key is one that each change of the object moves: when it was, or how
// often.
func (t *Tree) Moves(key string) bool {
	for i := range t.parts {
		if t.keys[i] == quote(key)+":" {
			holes := t.parts[i].holes
			return len(holes) == 1 && (holes[0].Kind == HoleUpdated || holes[0].Kind == HoleVersion)
		}
	}
	return false
}

// holds tells whether a hole of a kind is somewhere in the tree.
func (t *Tree) holds(kind HoleKind) bool {
	if t == nil {
		return false
	}
	for i := range t.holes {
		if t.holes[i].Kind == kind {
			return true
		}
	}
	for i := range t.parts {
		if t.parts[i].holds(kind) {
			return true
		}
	}
	return false
}

// Field gives what an object's template has at a key; nil when it has none.
func (t *Tree) Field(key string) *Tree {
	for i := range t.parts {
		if t.named[i] == nil && t.keys[i] == quote(key)+":" {
			return &t.parts[i]
		}
	}
	return nil
}

// Fixed gives the text of a tree that has no holes.
func (t *Tree) Fixed() (string, bool) {
	if t.form != literal {
		return "", false
	}
	return t.text, true
}
