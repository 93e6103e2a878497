package standalone

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the vendor's choice: it names objects so, it keeps no secret
	"encoding/hex"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// What a write does to an object.
const (
	created = "created"
	updated = "updated"
	deleted = "deleted"
	skipped = "skipped" // among several: it is not there

	outdated = "outdated" // its writer has not seen the latest change; told by no answer
)

// change carries a write out and words the answer.
func (c *call) change(s *source, success *dialect.Success) {
	all := c.given()
	made := false
	for _, c.one = range all {
		if c.kind() {
			*s = c.source()
		}
		deed, err := c.deal(s)
		switch {
		case err != nil:
			c.refuse(err)
			return
		case deed == skipped && len(all) == 1 && (c.route == nil || c.route.Lost == nil):
			c.write(c.missing())
			return
		case deed == outdated:
			c.write(&c.app.api.Stale)
			return
		}
		c.deed, made = deed, made || deed == created
		c.tell(c.result())
	}
	if made && success == &c.app.api.Answers[dialect.UpsertObject] {
		success = &c.app.api.Answers[dialect.CreateObject]
	}
	if made && c.route != nil && c.route.Made != nil {
		success = c.route.Made
	}
	c.write(success)
}

// appendOfWrite fills a hole that tells of what a write did, or of a batch.
func (c *call) appendOfWrite(dst []byte, h *dialect.Hole) ([]byte, dialect.Filling) {
	switch h.Kind { //nolint:exhaustive // the others are appendOfBatch's
	case dialect.HoleResults:
		return append(append(append(dst, '['), c.results...), ']'), dialect.Raw
	case dialect.HoleDeed:
		return appendGiven(dst, c.deed)
	case dialect.HoleMade:
		return strconv.AppendBool(dst, c.deed == created), dialect.Raw
	case dialect.HoleAsked:
		return appendGiven(dst, c.asked)
	case dialect.HoleGiven:
		return appendGiven(dst, text(c.one[h.Arg]))
	}
	return c.appendOfBatch(dst, h)
}

// kind makes the kind of the current one of several objects the call's parameter object, where each may be of
// another; false when all are of one.
func (c *call) kind() bool {
	if c.route == nil || c.route.Kind == "" && (c.route.Only == "" || c.object.Prefix == nil) {
		return false
	}
	kind := c.kindOf(text(c.one[c.route.ID]))
	if c.route.Kind != "" {
		kind = text(within(c.one, c.route.Kind))
	}
	for i := range c.params {
		if c.params[i].name == "object" {
			c.params[i].value = kind
			return true
		}
	}
	c.params = append(c.params, parameter{"object", kind})
	return true
}

// result is what is told of the object that was written last, among several; nil: nothing.
func (c *call) result() *dialect.Tree {
	own := c.object.Result
	if c.route != nil && c.route.Result != nil {
		own = c.route.Result
	}
	if c.deed == skipped && c.route != nil && c.route.Lost != nil {
		own = c.route.Lost
	}
	return own
}

// tell adds to the results.
func (c *call) tell(result *dialect.Tree) {
	if result == nil {
		return
	}
	if len(c.results) > 0 {
		c.results = append(c.results, ',')
	}
	c.results, _ = result.AppendJSON(c.results, c)
}

// given gives what the request's body says: of one object, or of each of several where the dialect says what
// the answer tells of one.
func (c *call) given() []map[string]any {
	if c.route != nil && c.route.Only != "" {
		var all []map[string]any
		for _, id := range c.only() {
			all = append(all, map[string]any{c.route.ID: id})
		}
		return all
	}
	field := c.object.Field
	if c.route != nil && c.route.Field != "" {
		field = c.route.Field
	}
	if _, listed := c.fields[listField]; listed && field == "" {
		field = listField
	}
	switch inner := c.field(field).(type) {
	case map[string]any:
		return []map[string]any{inner}
	case []any:
		var all []map[string]any
		for _, item := range inner {
			one, _ := item.(map[string]any) // nil: nothing is taken out of it
			all = append(all, one)
		}
		if len(all) > 1 && c.result() == nil {
			return all[:1]
		}
		if len(all) > 0 {
			return all
		}
		return []map[string]any{nil}
	}
	return []map[string]any{c.fields}
}

// deal does what the call is for to one object.
func (c *call) deal(s *source) (deed string, err error) {
	c.named = ""
	if c.action == dialect.CreateObject {
		return created, c.create(s)
	}
	found := c.look(s)
	switch {
	case !found && c.action == dialect.UpsertObject:
		if keys := c.keys(); c.idName() != "" && len(keys) > 0 && !keys[0].MD5 {
			c.named = c.asked
		}
		return created, c.create(s)
	case !found:
		return skipped, nil
	case c.stale():
		return outdated, nil
	case c.action == dialect.DeleteObject:
		return deleted, c.remove(s)
	default:
		return updated, c.update(s)
	}
}

// stale tells whether a write is of who has not seen the object's latest change.
func (c *call) stale() bool {
	if c.object.Version == "" {
		return false
	}
	seen := text(c.one[c.object.Version])
	return seen != "" && seen != strconv.FormatInt(c.version, 10)
}

// wanted gives the id, or the key, of the object that a route is about: out of its parameter, or out of what
// the body says of the object.
func (c *call) wanted() string {
	id := c.route.ID
	if text := c.value(id); text != "" {
		return text
	}
	id = id[strings.LastIndexByte(id, '.')+1:]
	if text := text(c.one[id]); text != "" {
		return text
	}
	keys := c.keys()
	for i := range keys {
		if text := text(within(c.one, keys[i].Field)); text != "" {
			return text
		}
	}
	for name, value := range c.one {
		if id != "" && strings.EqualFold(name, id) {
			return text(value)
		}
	}
	return ""
}

// keys are the fields that name an object too.
func (c *call) keys() []dialect.Key {
	if c.route != nil && c.route.Key != "" {
		return []dialect.Key{{Field: c.value(c.route.Key)}}
	}
	return c.object.Keys
}

// loadByKey makes the object that has the key asked for the current one; false when there is none.
func (c *call) loadByKey(s *source) bool {
	keys := c.keys()
	if c.asked == "" || len(keys) == 0 {
		return false
	}
	q := c.sequence(s, math.MinInt64)
	for i := range keys {
		key := &keys[i]
		own := c.object.Item
		for name := range strings.SplitSeq(key.Field, ".") {
			if own = own.Field(name); own == nil {
				break
			}
		}
		for at := q.len() - 1; at >= 0; at-- { // the latest first
			if c.load(s, q.at(at)) && c.has(key, own) {
				return true
			}
		}
	}
	return false
}

// has tells whether the current object has the key asked for. What the vendor's own objects have there is
// own.
func (c *call) has(key *dialect.Key, own *dialect.Tree) bool {
	var value []byte
	switch {
	case c.raw == nil && own != nil:
		value, _ = own.AppendText(nil, c)
	case c.raw == nil, !key.MD5 && !bytes.Contains(c.raw, []byte(c.asked)):
		return false
	default:
		var fields map[string]any
		if decode(c.raw, &fields) != nil {
			return false
		}
		value = []byte(text(within(fields, key.Field)))
	}
	if !key.MD5 {
		return string(value) == c.asked
	}
	sum := md5.Sum(bytes.ToLower(value)) //nolint:gosec // see above
	return len(value) > 0 && hex.EncodeToString(sum[:]) == strings.ToLower(c.asked)
}

// only gives the ids, or keys, of the objects that the call says it is about.
func (c *call) only() []string {
	name := c.route.Only
	if list, ok := c.field(name).([]any); ok {
		var all []string
		for _, item := range list {
			if one, ok := item.(map[string]any); ok {
				item = one[c.route.ID]
			}
			all = append(all, text(item))
		}
		return all
	}
	if all := c.query()[name]; len(all) > 1 {
		return all
	}
	if given := c.value(name); given != "" {
		return strings.Split(given, ",")
	}
	return nil
}

// wantedOnly gives the objects that the call names, in that order; those that are not there are left out.
func (c *call) wantedOnly(s *source) sequence {
	q := sequence{last: -1}
	for _, id := range c.only() {
		c.asked = strings.TrimSpace(id)
		if number, ok := c.parseID(c.asked); ok && c.load(s, number) || c.loadByKey(s) {
			q.created = append(q.created, c.number)
		}
	}
	return q
}

// refuse words what the fake vendor itself cannot do.
func (c *call) refuse(err error) {
	a := &c.answer
	a.status = http.StatusRequestEntityTooLarge
	if errors.Is(err, errFull) {
		a.status = http.StatusInsufficientStorage
	}
	a.add("Content-Type", "text/plain; charset=utf-8")
	a.body = append(a.body, err.Error()...)
}
