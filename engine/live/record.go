package live

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/outagedrill/outagedrill/engine"
)

// turn is what happened since the last commit.
type turn struct {
	at      engine.Time // of the latest happening
	inputs  []input
	entries []entry
	touched bool // the instant itself is worth keeping

	delivered []int64 // e-mails, of which it need not be known any more who has one
}

// input is something that the engine was told.
type input struct {
	at    engine.Time
	event []byte
}

// entry is something that the engine wrote.
type entry struct {
	seq  engine.Seq
	at   engine.Time
	text []byte
}

func (t *turn) empty() bool { return !t.touched && len(t.inputs) == 0 }

// append writes a turn and, if there is one, the snapshot that makes all inputs so far needless.
func (s *Store) append(first int64, t *turn, snapshot []byte) error {
	return s.failed(s.write(func(tx *sql.Tx) error {
		var err error
		do := func(statement string, args ...any) {
			if err == nil {
				_, err = tx.Exec(statement, args...)
			}
		}
		if snapshot != nil {
			do(`DELETE FROM inputs; INSERT OR REPLACE INTO snapshot VALUES (1, ?)`, snapshot)
		} else {
			for k, in := range t.inputs {
				do(`INSERT INTO inputs VALUES (?, ?, ?)`, first+int64(k), int64(in.at), in.event)
			}
		}
		for _, en := range t.entries {
			do(`INSERT INTO entries VALUES (?, ?, ?)`, int64(en.seq), int64(en.at), en.text)
		}
		for _, mail := range t.delivered {
			do(`DELETE FROM sent WHERE mail = ?`, mail)
		}
		do(`UPDATE world SET at = ?`, int64(t.at))
		return err
	}))
}

// snapshot is the last one, nil if there is none.
func (s *Store) snapshot() ([]byte, error) {
	var state []byte
	err := s.db.QueryRow(`SELECT state FROM snapshot`).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return state, s.failed(err)
}

// inputs are those since the last snapshot.
func (s *Store) inputs() ([]input, error) {
	var list []input
	return list, s.each(`SELECT at, event FROM inputs ORDER BY n`, func(rows *sql.Rows) error {
		var in input
		if err := rows.Scan((*int64)(&in.at), &in.event); err != nil {
			return err
		}
		list = append(list, in)
		return nil
	})
}

// entries are all that were ever written, in order. They come with their text.
func (s *Store) entries(take func(entry) error) error {
	return s.each(`SELECT seq, at, entry FROM entries ORDER BY seq`, func(rows *sql.Rows) error {
		var en entry
		if err := rows.Scan((*int64)(&en.seq), (*int64)(&en.at), &en.text); err != nil {
			return err
		}
		return take(en)
	})
}

// markSent notes for whom a mail server has taken an e-mail, at once, beside the platform.
func (s *Store) markSent(mail int64, to []string) error {
	return s.failed(s.write(func(tx *sql.Tx) error {
		for _, who := range to {
			if _, err := tx.Exec(`INSERT OR IGNORE INTO sent VALUES (?, ?)`, mail, who); err != nil {
				return err
			}
		}
		return nil
	}))
}

// sent are those for whom a mail server has taken e-mails that are not delivered yet, by e-mail.
func (s *Store) sent() (map[int64][]string, error) {
	taken := map[int64][]string{}
	return taken, s.each(`SELECT mail, recipient FROM sent`, func(rows *sql.Rows) error {
		var mail int64
		var who string
		err := rows.Scan(&mail, &who)
		taken[mail] = append(taken[mail], who)
		return err
	})
}

func (s *Store) each(query string, take func(rows *sql.Rows) error) error {
	rows, err := s.db.Query(query)
	if err != nil {
		return s.failed(err)
	}
	defer rows.Close() //nolint:errcheck // Err tells what went wrong
	for rows.Next() {
		if err := take(rows); err != nil {
			return s.failed(err)
		}
	}
	return s.failed(rows.Err())
}

// The stored forms are the engine's own, without what is zero. A field that is added to the engine's must be
// added here: the conversions do not compile otherwise.

type storedEvent struct {
	Kind        engine.EventKind `json:"kind,omitempty"`
	Seq         engine.Seq       `json:"seq,omitempty"`
	Cause       engine.Seq       `json:"cause,omitempty"`
	Call        uint64           `json:"call,omitempty"`
	Result      engine.Result    `json:"result,omitzero"`
	Command     engine.Command   `json:"command,omitzero"`
	Application int              `json:"application,omitempty"`
	Open        bool             `json:"open,omitempty"`
	Mail        int64            `json:"mail,omitempty"`
	Environment string           `json:"environment,omitempty"`
}

type storedEntry struct {
	Kind       engine.EntryKind   `json:"kind,omitempty"`
	Cause      engine.Seq         `json:"cause,omitempty"`
	Connection int32              `json:"connection,omitempty"`
	Flow       int32              `json:"flow,omitempty"`
	Job        int32              `json:"job,omitempty"`
	Resource   int32              `json:"resource,omitempty"`
	Op         engine.Op          `json:"op,omitempty"`
	Class      engine.Class       `json:"class,omitempty"`
	Sub        engine.Sub         `json:"sub,omitempty"`
	Status     uint16             `json:"status,omitempty"`
	First      engine.Time        `json:"first,omitempty"`
	Last       engine.Time        `json:"last,omitempty"`
	Count      int64              `json:"count,omitempty"`
	By         engine.By          `json:"by,omitempty"`
	Outcome    engine.Outcome     `json:"outcome,omitempty"`
	Failures   int                `json:"failures,omitempty"`
	Threshold  int                `json:"threshold,omitempty"`
	Name       string             `json:"name,omitempty"`
	Command    engine.CommandKind `json:"command,omitempty"`
	Missing    []string           `json:"missing,omitempty"`
	Frozen     bool               `json:"frozen,omitempty"`
	Pages      int64              `json:"pages,omitempty"`
	Records    int64              `json:"records,omitempty"`
	ErrorClass engine.ErrorClass  `json:"error_class,omitempty"`
	Line       int                `json:"line,omitempty"`
	Mail       *engine.Mail       `json:"mail,omitempty"`
}

// packed is a value's stored form.
func packed(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("live: " + err.Error()) // plain data
	}
	return b
}

func (in *input) unpack() (ev engine.Event, err error) {
	var stored storedEvent
	if err := json.Unmarshal(in.event, &stored); err != nil {
		return ev, fmt.Errorf("an input of %s: %w", stamp(in.at), err)
	}
	return engine.Event(stored), nil
}

func (en *entry) unpack() (out engine.Entry, err error) {
	var stored storedEntry
	if err := json.Unmarshal(en.text, &stored); err != nil {
		return out, fmt.Errorf("entry %d: %w", en.seq, err)
	}
	return engine.Entry(stored), nil
}

func stamp(t engine.Time) string { return time.Unix(0, int64(t)).UTC().Format(time.RFC3339) }
