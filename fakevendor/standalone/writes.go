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
		deed, err := c.deal(s)
		switch {
		case err != nil:
			c.refuse(err)
			return
		case deed == skipped && len(all) == 1:
			c.write(c.missing())
			return
		case deed == outdated:
			c.write(&c.app.api.Stale)
			return
		}
		c.deed, made = deed, made || deed == created
		if c.object.Result != nil {
			if len(c.results) > 0 {
				c.results = append(c.results, ',')
			}
			c.results, _ = c.object.Result.AppendJSON(c.results, c)
		}
	}
	if made && success == &c.app.api.Answers[dialect.UpsertObject] {
		success = &c.app.api.Answers[dialect.CreateObject]
	}
	c.write(success)
}

// given gives what the request's body says: of one object, or of each of several where the dialect says what
// the answer tells of one.
func (c *call) given() []map[string]any {
	switch inner := c.field(c.object.Field).(type) {
	case map[string]any:
		return []map[string]any{inner}
	case []any:
		var all []map[string]any
		for _, item := range inner {
			one, _ := item.(map[string]any) // nil: nothing is taken out of it
			all = append(all, one)
		}
		if len(all) > 1 && c.object.Result == nil {
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
		if keys := c.object.Keys; c.idName() != "" && len(keys) > 0 && !keys[0].MD5 {
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
	if text := text(c.one[id[strings.LastIndexByte(id, '.')+1:]]); text != "" {
		return text
	}
	for i := range c.object.Keys {
		if text := text(c.one[c.object.Keys[i].Field]); text != "" {
			return text
		}
	}
	return ""
}

// loadByKey makes the object that has the key asked for the current one; false when there is none.
func (c *call) loadByKey(s *source) bool {
	if c.asked == "" || len(c.object.Keys) == 0 {
		return false
	}
	q := c.sequence(s, math.MinInt64)
	for i := range c.object.Keys {
		key := &c.object.Keys[i]
		own := c.object.Item.Field(key.Field)
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
		value = []byte(text(fields[key.Field]))
	}
	if !key.MD5 {
		return string(value) == c.asked
	}
	sum := md5.Sum(bytes.ToLower(value)) //nolint:gosec // see above
	return len(value) > 0 && hex.EncodeToString(sum[:]) == strings.ToLower(c.asked)
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
