package standalone

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// list is what clients did to one list of objects, all objects below one path. What nobody touched is not in
// it: those objects are made when they are asked for.
type list struct {
	Touched map[int64]*touched `json:"touched"`
	Created []int64            `json:"created,omitempty"` // numbers, ascending
	Last    int64              `json:"last,omitempty"`    // number that was created last
}

// touched is an object that a client created, changed or deleted.
type touched struct {
	Raw     json.RawMessage `json:"raw,omitempty"` // nil: deleted
	Created fakevendor.Time `json:"created"`
	Updated fakevendor.Time `json:"updated"`
	Version int64           `json:"version,omitempty"` // changes
}

const (
	// firstCreated is the number of the first object that a client creates; those of the vendor's own
	// resources lie far below.
	firstCreated = 1_000_000_001
	// mostTouched and mostBytes bound what clients can create or change, at all vendors together.
	mostTouched = 100_000
	mostBytes   = 32 << 20
	// largestObject bounds an object, in bytes of its JSON.
	largestObject = 64 << 10
)

// source is the list of a call: which objects exist, and since when.
type source struct {
	key      string
	resource int // of the application; -1: none stands for it
	stock    int64
}

// source finds the list of a call. Its key is the object's name with the parameters of the path that say
// whose it is.
func (c *call) source() source {
	object := c.object
	key, name := object.Name, object.Name
	for _, p := range c.params {
		if !c.tellsLists(p.name) {
			continue
		}
		if p.name == "object" {
			name = p.value
		}
		key += "/" + strings.ToLower(p.value)
	}
	s := source{key: key, resource: c.app.resource(name)}
	if s.resource < 0 && c.route != nil {
		s.resource = c.app.resource(object.Name)
		for i := len(c.route.segments) - 1; i >= 0 && s.resource < 0; i-- {
			s.resource = c.app.resource(c.route.segments[i])
		}
	}
	s.stock = undeclaredStock
	if s.resource >= 0 {
		s.stock = int64(c.w.cfg.Stock)
	}
	return s
}

// tellsLists reports whether lists differ by a parameter: not by the id of one object, by what turns pages,
// by the API's version, or by what another parameter is cut out of.
func (c *call) tellsLists(name string) bool {
	paging := c.paging()
	switch name {
	case "cursor", "version", paging.Parameter, paging.Size:
		return false
	}
	if c.route == nil {
		return true
	}
	cut := func(p dialect.Parameter) bool { return p.Query == name && p.Name != name }
	if job := c.route.Job; job != nil && name == job.ID || name == columnsName {
		return false
	}
	named := name == c.route.ID || name == c.route.Key || name == c.route.Only
	return !named && !slices.ContainsFunc(c.route.Capture, cut)
}

// resource gives the index of the resource of a name; -1 for none.
func (a *app) resource(name string) int {
	if i, ok := a.resources[normal(name)]; ok {
		return i
	}
	return -1
}

// hour is how far the objects of the stock lie apart.
const hour = fakevendor.Time(time.Hour)

// existing gives the numbers of the vendor's own objects that exist now: [first, last].
func (c *call) existing(s *source) (first, last int64) {
	first, last = 1, s.stock
	if s.resource >= 0 {
		last += c.w.machine.Count(c.app.index, s.resource, c.now)
		first += c.w.machine.Expired(c.app.index, s.resource, c.now)
	}
	return first, last
}

// createdAt gives when one of the vendor's own objects came to be.
func (c *call) createdAt(s *source, number int64) fakevendor.Time {
	if number <= s.stock || s.resource < 0 {
		return c.w.cfg.Vendor.Start - fakevendor.Time(s.stock-number+1)*hour
	}
	at, _ := c.w.machine.CreatedAt(c.app.index, s.resource, number-s.stock)
	return at
}

// load makes an object the call's current one; false when it does not exist.
func (c *call) load(s *source, number int64) bool {
	c.number, c.raw, c.version = number, nil, 0
	if l := c.app.lists[s.key]; l != nil {
		if t := l.Touched[number]; t != nil {
			c.raw, c.created, c.updated, c.version = t.Raw, t.Created, t.Updated, t.Version
			c.ripen()
			return t.Raw != nil
		}
	}
	first, last := c.existing(s)
	if number < first || number > last {
		return false
	}
	c.created = c.createdAt(s, number)
	c.updated = c.created
	return true
}

// appendItem writes the current object.
func (c *call) appendItem(dst []byte) []byte {
	if c.raw != nil {
		return append(dst, c.raw...)
	}
	dst, _ = c.object.Item.AppendJSON(dst, c)
	return dst
}

// parseID reads an id of the call's kind of object back.
func (c *call) parseID(text string) (int64, bool) {
	before, after, _, _ := c.object.ID.Around()
	text, ok := strings.CutPrefix(text, c.idPrefix())
	if !ok {
		return 0, false
	}
	text, ok1 := strings.CutPrefix(text, before)
	text, ok2 := strings.CutSuffix(text, after)
	n, err := strconv.ParseInt(text, 10, 64)
	return n, ok1 && ok2 && err == nil && n > 0
}

// idPrefix is what the ids of the call's kind of object begin with.
func (c *call) idPrefix() string {
	prefix := c.object.Prefix
	if prefix == nil {
		return ""
	}
	if own, ok := prefix.Of[strings.ToLower(c.captured("object"))]; ok {
		return own
	}
	return prefix.Else
}

// kindOf gives the kind of object that an id is of; "" for none.
func (c *call) kindOf(id string) string {
	if c.object.Prefix == nil {
		return ""
	}
	for _, kind := range slices.Sorted(maps.Keys(c.object.Prefix.Of)) {
		if strings.HasPrefix(id, c.object.Prefix.Of[kind]) {
			return kind
		}
	}
	return ""
}

// touch gives what clients did to an object, for a change; nil when there is no place for more.
func (c *call) touch(s *source, number int64) *touched {
	c.app.changes++
	l := c.app.lists[s.key]
	if l == nil {
		if l = c.w.newList(c.app, s.key); l == nil {
			return nil
		}
	}
	t := l.Touched[number]
	if t == nil {
		if c.w.touched() >= mostTouched {
			return nil
		}
		c.app.changed++
		t = &touched{Raw: c.raw, Created: c.created, Updated: c.updated}
		l.Touched[number] = t
	}
	return t
}

// newList makes a list of what clients do. It stays when all of that is undone, so that no number is given
// twice, and counts as an object of its key's bytes; nil when there is no place for it. Under the lock.
func (w *World) newList(a *app, key string) *list {
	if w.touched() >= mostTouched || w.bytes+len(key) > mostBytes {
		return nil
	}
	l := &list{Touched: map[int64]*touched{}}
	a.lists[key] = l
	a.changed++
	w.bytes += len(key)
	return l
}

// create makes an object out of the request's fields and makes it the current one.
func (c *call) create(s *source) error {
	number := int64(firstCreated)
	if l := c.app.lists[s.key]; l != nil {
		number = max(number, l.Last+1)
	}
	c.number, c.raw, c.created, c.updated = number, nil, c.now, c.now
	raw, err := c.merged()
	if err != nil {
		return err
	}
	if c.w.bytes+len(raw) > mostBytes {
		return errFull
	}
	c.raw = raw
	if c.touch(s, number) == nil {
		return errFull
	}
	c.w.bytes += len(raw)
	l := c.app.lists[s.key]
	l.Created, l.Last = append(l.Created, number), number
	return nil
}

// update changes the current object by the request's fields.
func (c *call) update(s *source) error {
	c.updated = c.now
	c.version++
	raw, err := c.merged()
	if err != nil {
		return err
	}
	t := c.touch(s, c.number)
	if t == nil {
		return errFull
	}
	if grown := len(raw) - len(t.Raw); c.w.bytes+grown > mostBytes {
		return errFull
	} else {
		c.w.bytes += grown
	}
	c.raw = raw
	t.Raw, t.Updated, t.Version = raw, c.now, c.version
	return nil
}

// remove deletes the current object.
func (c *call) remove(s *source) error {
	t := c.touch(s, c.number)
	if t == nil {
		return errFull
	}
	c.w.bytes -= len(t.Raw)
	t.Raw, t.Updated = nil, c.now
	l := c.app.lists[s.key]
	if i, ok := slices.BinarySearch(l.Created, c.number); ok {
		l.Created = slices.Delete(l.Created, i, i+1)
		delete(l.Touched, c.number)
		c.app.changed--
	}
	return nil
}

// touched counts the objects that clients created, changed or deleted, and their lists. Under the lock.
func (w *World) touched() int {
	n := 0
	for i := range w.apps {
		n += w.apps[i].changed
	}
	return n
}

// errFull is what a vendor answers that is full; no fault of a real one's.
var errFull = fmt.Errorf(
	"the fake vendors are full (want at most %d changed objects of %d MB; POST /reset empties it)",
	mostTouched, mostBytes>>20)

// merged gives the current object with the request's fields in it, and its times as they are now.
func (c *call) merged() ([]byte, error) {
	raw := c.raw
	c.raw = nil
	fresh := c.appendItem(nil) // for its times
	if raw == nil || c.route != nil && c.route.Replaces {
		raw = fresh
	}
	var old, now map[string]any
	if err := decode(raw, &old); err != nil {
		return nil, err
	}
	if err := decode(fresh, &now); err != nil {
		return nil, err
	}
	for name, value := range now {
		if _, given := old[name]; !given || c.object.Item.Moves(name) {
			old[name] = value
		}
	}
	if err := c.put(old); err != nil {
		return nil, err
	}
	out, err := json.Marshal(old)
	if err == nil && len(out) > largestObject {
		err = fmt.Errorf("an object of %d bytes (want at most %d)", len(out), largestObject)
	}
	return out, err
}

// put puts the request's fields into an object, and those that the route sets.
func (c *call) put(old map[string]any) error {
	fields := c.written()
	into := old
	if c.object.Into != "" {
		inner, ok := old[c.object.Into].(map[string]any)
		if !ok {
			inner = map[string]any{}
			old[c.object.Into] = inner
		}
		if given, ok := fields[c.object.Into].(map[string]any); ok {
			fields = given
		}
		into = inner
	}
	if c.named != "" {
		into[strings.TrimPrefix(c.keys()[0].Field, c.object.Into+".")] = c.named
	}
	if c.form {
		typed(fields, into)
	}
	maps.Copy(into, fields)
	if c.route == nil || c.route.Sets == nil {
		return nil
	}
	set, _ := c.route.Sets.AppendJSON(nil, c)
	return decode(set, &into) // into what is there
}

// written gives the fields of the request that go into the object.
func (c *call) written() map[string]any {
	fields := maps.Clone(c.one)
	maps.DeleteFunc(fields, func(name string, _ any) bool {
		return name == c.object.Version || slices.Contains(c.object.Unwritten, name)
	})
	return fields
}

func decode(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}
