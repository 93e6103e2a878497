package hold

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
)

// Rule is something that a well-behaved client does not do.
type Rule struct {
	Name string `json:"name"`
	What string `json:"what"` // that it did, in words

	court func(t *Terms, say func(*Finding)) func(*Entry) // nil: the terms leave it out
}

// Rules gives every rule that a judge knows, in the order of a verdict.
func Rules() []Rule {
	return []Rule{
		{
			"called_while_told_to_wait", "called before the time was over that an answer told it to wait",
			waiting,
		},
		{
			"called_with_expired_token", "used an access token after the time that it had been told it lives",
			expiring,
		},
		{"used_rotated_token", "used a refresh token after it had been given another one for it", rotating},
		{"used_revoked_token", "used a token again that had been refused", refusing},
		{"refreshed_in_parallel", "asked for a new token while, or right after, it got one", refreshing},
		{
			"retried_without_backing_off", "tried a failed request again and again without waiting longer",
			retrying,
		},
		{
			"hammered_dead_vendor",
			"went on calling at a high rate while every answer said that the vendor is down", hammering,
		},
		{"too_many_at_once", "had more calls in flight at once than it may", crowding},
		{"called_when_no_call_expected", "called in a time in which the tester expected no call", quieting},
	}
}

// Finding is one breach of a rule, with its evidence.
type Finding struct {
	Rule       string    `json:"rule"`
	At         time.Time `json:"at"` // of the call that broke it
	Vendor     string    `json:"vendor,omitempty"`
	Connection string    `json:"connection,omitempty"`
	Message    string    `json:"message"`
	Evidence   []int64   `json:"evidence" nullable:"false"` // numbers of entries, the one that broke it last
}

// Ruling is what a judge says of one rule.
type Ruling struct {
	Rule
	Judged    bool `json:"judged"`
	Found     int  `json:"found"`
	Tolerated int  `json:"tolerated,omitempty"`
	Broken    bool `json:"broken"` // more was found than is tolerated
}

// Verdict is what a judge says of a journal.
type Verdict struct {
	OK       bool      `json:"ok"`                        // no rule is broken
	Calls    int       `json:"calls"`                     // that were judged
	Lost     bool      `json:"lost"`                      // entries were dropped before they could be judged
	Rulings  []Ruling  `json:"rulings" nullable:"false"`  // of every rule
	Findings []Finding `json:"findings" nullable:"false"` // at most MostFindings of each rule
}

// MostFindings is how many findings of a rule a verdict tells.
const MostFindings = 50

// Judge says what the clients in a journal did wrong, from its entries alone: what a client could not know
// (a token revoked a moment ago, an answer still under way) is not held against it.
func Judge(j *Journal, terms Terms) (*Verdict, error) {
	if err := terms.Check(); err != nil {
		return nil, err
	}
	extent := j.Extent()
	v := &Verdict{Findings: []Finding{}, Lost: extent.Lost(terms.After) > 0}
	b := newBench(terms.filled(), v)
	err := j.Read(terms.After, func(e *Entry) bool {
		b.see(e)
		return true
	})
	v.close()
	return v, err
}

// JudgeEntries judges entries that stand in no journal, in order of their numbers.
func JudgeEntries(entries []Entry, terms Terms) (*Verdict, error) {
	if err := terms.Check(); err != nil {
		return nil, err
	}
	v := &Verdict{Findings: []Finding{}}
	b := newBench(terms.filled(), v)
	for i := range entries {
		if entries[i].Seq > terms.After {
			b.see(&entries[i])
		}
	}
	v.close()
	return v, nil
}

// bench is a sitting: what looks at the entries, one court a rule.
type bench struct {
	terms  Terms
	v      *Verdict
	courts []func(*Entry)
}

func newBench(t Terms, v *Verdict) *bench {
	for _, r := range Rules() {
		v.Rulings = append(v.Rulings, Ruling{Rule: r, Tolerated: t.Tolerate[r.Name]})
	}
	b := &bench{terms: t, v: v}
	b.open()
	return b
}

// open begins anew: what was before a reset of the world says nothing of what comes after it.
func (b *bench) open() {
	b.courts = nil
	for i := range b.v.Rulings {
		r := &b.v.Rulings[i]
		if len(b.terms.Rules) > 0 && !slices.Contains(b.terms.Rules, r.Name) {
			continue
		}
		court := r.court(&b.terms, func(f *Finding) {
			f.Rule = r.Name
			if r.Found++; r.Found <= MostFindings {
				b.v.Findings = append(b.v.Findings, *f)
			}
		})
		if r.Judged = court != nil; r.Judged {
			b.courts = append(b.courts, court)
		}
	}
}

// The deeds that begin a world anew.
const (
	DeedReset   = "world.reset"
	DeedRestore = "world.restore"
)

func (b *bench) see(e *Entry) {
	if e.Deed != nil && (e.Deed.Do == DeedReset || e.Deed.Do == DeedRestore) {
		b.open()
		return
	}
	if e.Deed == nil {
		b.v.Calls++
	}
	for _, court := range b.courts {
		court(e)
	}
}

// close draws the conclusion.
func (v *Verdict) close() {
	v.OK = true
	for i := range v.Rulings {
		r := &v.Rulings[i]
		r.Broken = r.Found > r.Tolerated
		v.OK = v.OK && !r.Broken
	}
	slices.SortStableFunc(v.Findings, func(a, b Finding) int {
		return int(a.Evidence[len(a.Evidence)-1] - b.Evidence[len(b.Evidence)-1])
	})
}

// accuse makes a finding about an entry.
func accuse(e *Entry, evidence []int64, format string, args ...any) *Finding {
	return &Finding{
		At: e.At, Vendor: e.Vendor, Connection: e.Connection, Message: fmt.Sprintf(format, args...),
		Evidence: append(slices.Clone(evidence), e.Seq),
	}
}

// party names the client that an entry is of, in the sense of a limit's key: application, connection, or
// several such as token and endpoint.
func party(e *Entry, by string) string {
	parts := []string{e.Vendor}
	if e.Grant != "" {
		parts = append(parts, "token endpoint") // its limits are its own
	}
	for key := range strings.SplitSeq(by, " and ") {
		parts = append(parts, e.key(key))
	}
	return strings.Join(parts, "\x00")
}

// key is an entry's value of one key.
func (e *Entry) key(key string) string {
	switch key {
	case "application", "vendor":
		return ""
	case "credential", "token":
		return e.Credential.Fingerprint
	case "client", "address":
		return host(e.Client)
	case "endpoint":
		return e.Connection + "\x00" + e.Endpoint
	case "resource", "object":
		return e.Connection + "\x00" + plainPath(e)
	default:
		return e.Connection
	}
}

// after words how long after an instant an entry came.
func after(e *Entry, at time.Time) string {
	if !e.At.After(at) {
		return "right after"
	}
	return words.Span(e.At.Sub(at)) + " after"
}
