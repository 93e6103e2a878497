package live

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// snapshotEvery is how many inputs are kept before a snapshot takes their place.
const snapshotEvery = 500

// book is what a running platform knows beside its engine. Like the engine's own state it follows from the
// inputs alone.
type book struct {
	Seq   engine.Seq            // of the latest entry
	Calls []flight              // under way, in the order of sending
	Mails map[int64]engine.Time // when each e-mail of the outbox was decided
}

// flight is a call under way.
type flight struct {
	At   engine.Time
	Call engine.Call
}

// snapshot is an engine and its book at one instant.
type snapshot struct {
	Engine json.RawMessage
	Book   book
}

// machine is an engine with its book and its history. The same inputs make it the same again.
type machine struct {
	engine  *engine.Engine
	book    book
	history *api.History
}

func newMachine(cfg *engine.Config) (*machine, error) {
	e, err := engine.New(*cfg)
	if err != nil {
		return nil, err
	}
	return &machine{e, book{Mails: map[int64]engine.Time{}}, api.NewHistory(cfg)}, nil
}

// step tells the engine one happening and enters in the book what comes of it. wrote is called for each
// entry.
func (m *machine) step(
	now engine.Time, ev *engine.Event, wrote func(engine.Seq, *engine.Entry),
) *engine.Effects {
	ev.Seq = m.book.Seq + 1
	fx := m.engine.Step(now, ev)
	for i := range fx.Entries {
		m.book.Seq++
		m.history.Wrote(now, m.book.Seq, &fx.Entries[i])
		wrote(m.book.Seq, &fx.Entries[i])
	}
	switch ev.Kind {
	case engine.CallFinished:
		m.book.Calls = slices.DeleteFunc(m.book.Calls, func(f flight) bool { return f.Call.ID == ev.Call })
	case engine.MailDelivered:
		delete(m.book.Mails, ev.Mail)
	default: // the book does not depend on the others
	}
	for i := range fx.Mails {
		m.book.Mails[fx.Mails[i].ID] = now
	}
	if fx.HasCall {
		m.book.Calls = append(m.book.Calls, flight{now, fx.Call})
	}
	return fx
}

// snapshot takes everything out.
func (m *machine) snapshot() ([]byte, error) {
	state, err := m.engine.State()
	if err != nil {
		return nil, err
	}
	return packed(snapshot{state, m.book}), nil
}

// restore makes the machine of a store: from the snapshot on, each input is told again. It refuses a store
// whose entries the inputs do not give again: that was written under other rules.
func restore(cfg *engine.Config, s keeper) (m *machine, inputs int, err error) {
	if m, err = newMachine(cfg); err != nil {
		return nil, 0, err
	}
	state, err := s.snapshot()
	if err != nil {
		return nil, 0, err
	}
	if state != nil {
		var shot snapshot
		if err := json.Unmarshal(state, &shot); err != nil {
			return nil, 0, s.failed(fmt.Errorf("its snapshot: %w", err))
		}
		if m.engine, err = engine.Restore(*cfg, shot.Engine); err != nil {
			return nil, 0, s.failed(err)
		}
		m.book = shot.Book
	}
	told, err := m.recall(s)
	if err != nil {
		return nil, 0, err
	}
	list, err := s.inputs()
	if err != nil {
		return nil, 0, err
	}
	for k := range list {
		ev, err := list[k].unpack()
		if err != nil {
			return nil, 0, s.failed(err)
		}
		if err := m.again(list[k].at, &ev, &told); err != nil {
			return nil, 0, s.failed(err)
		}
	}
	if len(told) > 0 {
		return nil, 0, s.failed(otherRules(told[0].seq))
	}
	return m, len(list), nil
}

// recall tells the history all entries up to the snapshot, and returns the later ones.
func (m *machine) recall(s keeper) (later []entry, err error) {
	return later, s.entries(func(en entry) error {
		if en.seq > m.book.Seq {
			later = append(later, en)
			return nil
		}
		e, err := en.unpack()
		if err == nil {
			m.history.Wrote(en.at, en.seq, &e)
		}
		return err
	})
}

// again tells the engine an input of old, and compares what it writes with what it wrote then.
func (m *machine) again(at engine.Time, ev *engine.Event, told *[]entry) (err error) {
	defer func() {
		if fault := recover(); fault != nil { // an input that these rules do not understand
			err = fmt.Errorf("%w: %v", otherRules(m.book.Seq+1), fault)
		}
	}()
	m.step(at, ev, func(seq engine.Seq, en *engine.Entry) {
		if len(*told) == 0 || (*told)[0].seq != seq || !alike(en, &(*told)[0]) {
			err = otherRules(seq)
			return
		}
		*told = (*told)[1:]
	})
	return err
}

func otherRules(seq engine.Seq) error {
	return fmt.Errorf("its journal cannot be told again from entry %d on (was it written by another version "+
		"of the program?)", seq)
}

// alike compares an entry with a stored one, but for the texts of e-mails: they name addresses, and these may
// change from one start to the next.
func alike(en *engine.Entry, stored *entry) bool {
	was, err := stored.unpack()
	if err != nil {
		return false
	}
	now := *en
	for _, e := range []*engine.Entry{&now, &was} {
		if e.Mail != nil {
			e.Mail = &engine.Mail{ID: e.Mail.ID, About: e.Mail.About, Decided: e.Mail.Decided}
		}
	}
	return bytes.Equal(packed(storedEntry(now)), packed(storedEntry(was)))
}

// fingerprint tells one world from another: everything that the engine's state depends on.
func fingerprint(cfg *engine.Config) string {
	c := *cfg
	c.Applications = slices.Clone(cfg.Applications)
	for i := range c.Applications {
		c.Applications[i].StatusPage = "" // an address, which may move
	}
	sum := sha256.Sum256(packed(c))
	return hex.EncodeToString(sum[:])
}
