package hold

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// JournalConfig says what a Journal keeps.
type JournalConfig struct {
	Keep int // entries in memory; 0 = 10,000
	// Spill is the path of a file into which entries go when memory is full; "": they are dropped. Another
	// file, with .1 at its end, holds what came before; both are made anew at the start.
	Spill      string
	SpillBytes int64 // of both files together; 0 = 1 GiB. What is older is dropped
}

const (
	defaultKeep       = 10_000
	defaultSpillBytes = 1 << 30
	longestText       = 512 // bytes of a text in an entry; the rest is cut off, so that memory is bounded
)

// Journal keeps what happened at a vendor: the latest entries in memory, older ones in a file or not at all.
// It is safe for concurrent use.
type Journal struct {
	mu      sync.Mutex
	ring    []Entry // grows to keep entries, then the oldest makes place
	oldest  int     // where in the ring the oldest entry is
	keep    int
	last    int64 // number of the latest entry
	cleared int64 // number of the latest entry that Clear took
	counts  map[tally]*int64
	latest  tally         // what was counted last, and where: clients ask the same again and again
	counter *int64        // nil: nothing was
	changed chan struct{} // closed at the next entry; nil: nobody waits
	spill   *spill        // nil: what makes place is dropped
	failed  error         // of the spill: from then on entries are dropped
}

// Series is what calls are counted by.
type Series struct{ Vendor, Endpoint, Outcome, Rule string }

// tally is a Series while it is counted: an outcome is worded when somebody asks.
type tally struct {
	vendor, endpoint, rule, transport string
	status                            int
}

// mostSeries bounds the counts; calls of further series are counted under the name "other".
const mostSeries = 2_000

// NewJournal makes an empty journal. The error is that of the spill's file.
func NewJournal(cfg JournalConfig) (*Journal, error) {
	if cfg.Keep < 0 || cfg.SpillBytes < 0 {
		return nil, errors.New("journal: a size below 0")
	}
	j := &Journal{keep: cfg.Keep, counts: map[tally]*int64{}}
	if j.keep == 0 {
		j.keep = defaultKeep
	}
	if cfg.Spill != "" {
		most := cfg.SpillBytes
		if most == 0 {
			most = defaultSpillBytes
		}
		var err error
		if j.spill, err = newSpill(cfg.Spill, most); err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
	}
	return j, nil
}

// Close ends the spill's file; an empty journal has none.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.spill == nil {
		return j.failed
	}
	err := j.spill.close()
	j.spill = nil
	return errors.Join(j.failed, err)
}

// Append enters a call or a deed and gives it its number. The entry is copied; texts that are too long are
// cut.
func (j *Journal) Append(e *Entry) int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	slot := j.slot()
	*slot = *e
	slot.trim()
	j.last++
	slot.Seq = j.last
	if e.Deed == nil {
		j.count(slot)
	}
	j.tell()
	return j.last
}

// slot makes place for an entry.
func (j *Journal) slot() *Entry {
	if len(j.ring) < j.keep {
		j.ring = append(j.ring, Entry{})
		return &j.ring[len(j.ring)-1]
	}
	slot := &j.ring[j.oldest]
	j.oldest = (j.oldest + 1) % j.keep
	if j.spill != nil {
		if err := j.spill.write(slot); err != nil {
			j.failed = errors.Join(fmt.Errorf("journal: %w", err), j.spill.close())
			j.spill = nil
		}
	}
	return slot
}

func (j *Journal) count(e *Entry) {
	s := tally{e.Vendor, e.Endpoint, e.Why.Rule, e.Transport, e.Status}
	if j.counter == nil || s != j.latest {
		j.latest, j.counter = s, j.counterOf(s)
	}
	*j.counter++
}

// counterOf gives what counts a series, or all that are too many.
func (j *Journal) counterOf(s tally) *int64 {
	n := j.counts[s]
	if n == nil && len(j.counts) >= mostSeries {
		s = tally{"other", "other", "other", "other", 0}
		n = j.counts[s]
	}
	if n == nil {
		n = new(int64)
		j.counts[s] = n
	}
	return n
}

// tell wakes those who wait for entries.
func (j *Journal) tell() {
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// trim cuts texts and lets go of the memory that they were parts of.
func (e *Entry) trim() {
	cut(&e.Method)
	cut(&e.Path)
	cut(&e.Endpoint)
	cut(&e.Client)
	cut(&e.Grant)
	cut(&e.RetryAfter)
}

func cut(text *string) {
	if len(*text) > longestText {
		*text = strings.ToValidUTF8(strings.Clone((*text)[:longestText]), "") + "…"
	}
}

// Finish lets f change what an entry says, of when the call was over for one. An entry that is no longer in
// memory stays as it is.
func (j *Journal) Finish(seq int64, f func(*Entry)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if e := j.at(seq); e != nil {
		f(e)
	}
}

// Answered notes that an entry's answer has left.
func (j *Journal) Answered(seq int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.last == seq {
		return
	}
	if e := j.at(seq); e != nil {
		e.Over = j.last
	}
}

// at is the entry with a number, or nil where it is not in memory.
func (j *Journal) at(seq int64) *Entry {
	back := j.last - seq
	if back < 0 || back >= int64(len(j.ring)) {
		return nil
	}
	return &j.ring[(j.oldest+len(j.ring)-1-int(back))%len(j.ring)]
}

// Clear empties the journal; numbers go on where they were.
func (j *Journal) Clear() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring, j.oldest, j.cleared = nil, 0, j.last
	clear(j.counts)
	j.counter = nil
	if j.spill == nil {
		return nil
	}
	return j.spill.clear()
}

// Extent is what a journal holds.
type Extent struct {
	First, Last int64 // numbers of the oldest and the latest entry; First > Last: it holds none
	Cleared     int64 // number of the latest entry that Clear took away
	Memory      int   // entries in memory
	Failed      error // why nothing is spilled any more
}

// Lost is how many entries after a number were dropped, those not counted that Clear took.
func (x *Extent) Lost(after int64) int64 { return max(x.First-1-max(after, x.Cleared), 0) }

// Extent tells what the journal holds.
func (j *Journal) Extent() Extent {
	j.mu.Lock()
	defer j.mu.Unlock()
	first := j.last - int64(len(j.ring)) + 1
	if j.spill != nil && j.spill.first > 0 {
		first = j.spill.first
	}
	return Extent{First: first, Last: j.last, Cleared: j.cleared, Memory: len(j.ring), Failed: j.failed}
}

// Counts gives how many calls there were of each series since the start or the latest Clear, those no
// longer kept included.
func (j *Journal) Counts() map[Series]int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	counts := make(map[Series]int64, len(j.counts))
	for s, n := range j.counts {
		of := Entry{Status: s.status, Transport: s.transport}
		counts[Series{s.vendor, s.endpoint, of.Outcome(), s.rule}] += *n
	}
	return counts
}
