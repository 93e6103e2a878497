package live

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/outagedrill/outagedrill/engine"
)

// Store keeps what a platform must not lose in one SQLite file: the inputs of the engine since its last
// snapshot, the snapshot, and every journal entry. What is written is on the disk when a method returns. One
// process at a time may have the file open. A Store may be used by several goroutines at once.
type Store struct {
	db    *sql.DB
	name  string     // of the file, for messages
	mu    sync.Mutex // one writer at a time, so that none finds the file busy
	world string     // its name, drawn when the file was made
}

const (
	schemaVersion = 3
	applicationID = 0x6f647269 // "odri": how a file says that it is a Store's
)

const schema = `
CREATE TABLE name (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL) STRICT;
CREATE TABLE world (id INTEGER PRIMARY KEY CHECK (id = 1), fingerprint TEXT NOT NULL,
	at INTEGER NOT NULL) STRICT;
CREATE TABLE snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), state BLOB NOT NULL) STRICT;
CREATE TABLE inputs (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, event BLOB NOT NULL) STRICT;
CREATE TABLE entries (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, entry BLOB NOT NULL) STRICT;
CREATE TABLE sent (mail INTEGER NOT NULL, recipient TEXT NOT NULL, PRIMARY KEY (mail, recipient)) STRICT;
CREATE TABLE vendor (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL, state BLOB NOT NULL) STRICT;
`

// OpenStore opens the file at path, or makes it; "" is a store in memory, which ends with the process.
func OpenStore(path string) (*Store, error) {
	s := &Store{name: path}
	name := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	if path == "" {
		name, s.name = ":memory:", "the store in memory"
	}
	db, err := sql.Open("sqlite", name+"?_pragma=busy_timeout(1000)&_pragma=locking_mode(EXCLUSIVE)"+
		"&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, s.failed(err)
	}
	db.SetMaxOpenConns(1) // it holds the lock
	s.db = db
	if err := s.prepare(); err != nil {
		db.Close() //nolint:errcheck // it was not used
		return nil, s.failed(err)
	}
	return s, nil
}

// Close lets another process have the file.
func (s *Store) Close() error { return s.db.Close() }

// prepare takes the lock and makes the tables of a new file. It does not write to a file of another program.
func (s *Store) prepare() error {
	var version, owner, tables int
	row := s.db.QueryRow(`SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)`)
	if err := row.Scan(&version, &owner, &tables); err != nil {
		return err
	}
	ours := owner == applicationID
	switch {
	case ours && version != schemaVersion:
		return fmt.Errorf("it was written by another version of the program (its schema is %d, want %d)",
			version, schemaVersion)
	case !ours && (owner != 0 || version != 0 || tables != 0):
		return errors.New("it is a database of another program (want a file of a lab, or a new one)")
	}
	if _, err := s.db.Exec(`PRAGMA journal_mode = WAL`); err != nil {
		return err
	}
	return s.write(func(tx *sql.Tx) error {
		if ours {
			// A write takes the lock.
			return tx.QueryRow(`UPDATE name SET id = 1 RETURNING name`).Scan(&s.world)
		}
		s.world = strings.ToLower(rand.Text()[:10])
		_, err := tx.Exec(fmt.Sprintf("%s INSERT INTO name VALUES (1, '%s');"+
			"PRAGMA user_version = %d; PRAGMA application_id = %d",
			schema, s.world, schemaVersion, applicationID))
		return err
	})
}

// claim makes sure that the store holds the world with this fingerprint. A store without one takes it, and
// tells that it is fresh.
func (s *Store) claim(fingerprint string, at engine.Time) (fresh bool, err error) {
	err = s.write(func(tx *sql.Tx) error {
		var held string
		err := tx.QueryRow(`SELECT fingerprint FROM world`).Scan(&held)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			fresh = true
			_, err := tx.Exec(`INSERT INTO world VALUES (1, ?, ?)`, fingerprint, int64(at))
			return err
		case err == nil && held != fingerprint:
			return errors.New("it holds another world (want the applications, connections, flows, jobs, " +
				"environment and policies with which it was begun, or another file)")
		}
		return err
	})
	return fresh, s.failed(err)
}

// At is the latest instant that the store knows of; ok is false for a store without a world.
func (s *Store) At() (at engine.Time, ok bool, err error) {
	var platform, vendor sql.NullInt64
	row := s.db.QueryRow(`SELECT (SELECT at FROM world), (SELECT at FROM vendor)`)
	err = s.failed(row.Scan(&platform, &vendor))
	return engine.Time(max(platform.Int64, vendor.Int64)), platform.Valid || vendor.Valid, err
}

// Domain is a domain for the Message-IDs of the store's world, which no other world has.
func (s *Store) Domain() string { return s.world + ".outagedrill.invalid" }

// SaveVendor keeps the state that a fake vendor of the same process has at an instant.
func (s *Store) SaveVendor(at engine.Time, state []byte) error {
	return s.failed(s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT OR REPLACE INTO vendor VALUES (1, ?, ?)`, int64(at), state)
		return err
	}))
}

// Vendor is the state that SaveVendor kept last, nil if there is none.
func (s *Store) Vendor() ([]byte, error) {
	var state []byte
	err := s.db.QueryRow(`SELECT state FROM vendor`).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return state, s.failed(err)
}

// write carries f out as a whole or not at all.
func (s *Store) write(f func(tx *sql.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		tx.Rollback() //nolint:errcheck // err says what went wrong
		return err
	}
	return tx.Commit()
}

// failed words an error of the file.
func (s *Store) failed(err error) error {
	var of *sqlite.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &of):
	case of.Code()&0xff == sqlite3.SQLITE_BUSY, of.Code()&0xff == sqlite3.SQLITE_LOCKED:
		err = errors.New("it is in use (want no other lab on the same file)")
	case of.Code()&0xff == sqlite3.SQLITE_NOTADB:
		err = errors.New("it is no database (want a file of a lab, or a new one)")
	case of.Code()&0xff == sqlite3.SQLITE_CANTOPEN:
		err = errors.New("it cannot be opened (want a file in a folder that can be written to)")
	}
	return fmt.Errorf("%s: %w", s.name, err)
}
