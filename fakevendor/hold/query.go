package hold

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Query says which entries are meant: those to which all fields apply that are set.
type Query struct {
	Vendor, Connection, Endpoint, Method string
	Path                                 string // the beginning of the path
	Outcome                              string // 429, 4xx, reset …; "none": no HTTP answer
	Cause                                string
	Rule                                 string
	Limit                                string
	Fault                                int    // number of the fault that answered or slowed the call
	Credential                           string // fingerprint
	Client                               string
	Deeds                                bool      // deeds of the tester too, beside the calls
	Since                                time.Time // from this instant on
	Until                                time.Time // before this instant
}

// Matches tells whether an entry is meant.
func (q *Query) Matches(e *Entry) bool {
	if e.Deed != nil && !q.Deeds {
		return false
	}
	return same(q.Vendor, e.Vendor) && same(q.Connection, e.Connection) && same(q.Endpoint, e.Endpoint) &&
		same(q.Method, e.Method) && strings.HasPrefix(e.Path, q.Path) && same(q.Cause, e.Cause) &&
		same(q.Rule, e.Why.Rule) && same(q.Limit, e.Why.Limit) && same(q.Client, e.Client) &&
		same(q.Credential, e.Credential.Fingerprint) && q.outcome(e) &&
		(q.Fault == 0 || q.Fault == e.Why.Fault || q.Fault == e.Why.Slowed) &&
		(q.Since.IsZero() || !e.At.Before(q.Since)) && (q.Until.IsZero() || e.At.Before(q.Until))
}

func same(want, got string) bool { return want == "" || want == got }

func (q *Query) outcome(e *Entry) bool {
	switch {
	case q.Outcome == "":
		return true
	case q.Outcome == "none":
		return e.Transport != ""
	case len(q.Outcome) == 3 && strings.HasSuffix(q.Outcome, "xx"):
		return e.Status != 0 && e.Status/100 == int(q.Outcome[0]-'0')
	}
	status, err := strconv.Atoi(q.Outcome)
	if err != nil {
		return e.Transport == q.Outcome
	}
	return e.Status == status
}

// chunk is how many entries are copied while the journal is held.
const chunk = 512

// Read calls f with the entries after a number that are still kept, in order, until it returns false.
func (j *Journal) Read(after int64, f func(*Entry) bool) error {
	for {
		list, spilled, err := j.next(after)
		if err != nil {
			return err
		}
		if spilled != nil {
			if after, err = readSpilled(spilled, after, f); err != nil || after < 0 {
				return err
			}
			continue
		}
		if len(list) == 0 {
			return nil
		}
		for i := range list {
			if !f(&list[i]) {
				return nil
			}
		}
		after = list[len(list)-1].Seq
	}
}

// next copies the entries that follow a number, or opens the spill where they are there.
func (j *Journal) next(after int64) ([]Entry, *reading, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	first := j.last - int64(len(j.ring)) + 1
	if j.spill != nil && j.spill.first > 0 && after+1 < first && after < j.last {
		r, err := j.spill.read()
		return nil, r, err
	}
	after = max(after, first-1)
	var list []Entry
	for seq := after + 1; seq <= j.last && len(list) < chunk; seq++ {
		list = append(list, *j.at(seq))
	}
	return list, nil, nil
}

// readSpilled reads the spill's entries after a number and gives the number of the last one; -1 where f had
// enough. It is past after in any case: what the spill lacks is lost.
func readSpilled(r *reading, after int64, f func(*Entry) bool) (int64, error) {
	last := after
	err := r.each(func(e *Entry) bool {
		if e.Seq <= after {
			return true
		}
		last = e.Seq
		if !f(e) {
			last = -1
		}
		return last >= 0
	})
	if last == after {
		last++
	}
	return last, errors.Join(err, r.close())
}

// Select gives the first entries after a number that are meant, at most so many.
func (j *Journal) Select(q *Query, after int64, most int) ([]Entry, error) {
	var found []Entry
	if most <= 0 {
		return nil, nil
	}
	err := j.Read(after, func(e *Entry) bool {
		if q.Matches(e) {
			found = append(found, *e)
		}
		return len(found) < most
	})
	return found, err
}

// Count counts the entries after a number that are meant and still kept.
func (j *Journal) Count(q *Query, after int64) (n int, err error) {
	err = j.Read(after, func(e *Entry) bool {
		if q.Matches(e) {
			n++
		}
		return true
	})
	return n, err
}

// Latest gives the latest entries in memory that are meant, the newest first, at most so many.
func (j *Journal) Latest(q *Query, most int) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []Entry
	for back := int64(0); back < int64(len(j.ring)) && len(found) < most; back++ {
		if e := j.at(j.last - back); q.Matches(e) {
			found = append(found, *e)
		}
	}
	return found
}

// WaitFor returns as soon as there are so many entries after a number that are meant, those already there
// included, and gives them. With the context's error it gives those that came until then.
func (j *Journal) WaitFor(ctx context.Context, q *Query, after int64, want int) ([]Entry, error) {
	var found []Entry
	err := j.Follow(ctx, after, func(e *Entry) bool {
		if q.Matches(e) {
			found = append(found, *e)
		}
		return len(found) < want
	})
	return found, err
}

// Follow calls f with each entry after a number, those already there first, until it returns false or the
// context ends. Entries that were dropped before it came to them are left out: their numbers are missing.
func (j *Journal) Follow(ctx context.Context, after int64, f func(*Entry) bool) error {
	for enough := false; !enough; {
		changed := j.watch()
		err := j.Read(after, func(e *Entry) bool {
			after = e.Seq
			enough = !f(e)
			return !enough
		})
		if err != nil || enough {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// watch gives what is closed at the next entry.
func (j *Journal) watch() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}
