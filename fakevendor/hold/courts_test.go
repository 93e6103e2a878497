package hold_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// at is an entry so many seconds after the start.
func at(seconds int, e hold.Entry) hold.Entry {
	e.At = start.Add(time.Duration(seconds) * time.Second)
	if !e.WaitUntil.IsZero() { // it was written as if from the start
		e.WaitUntil = e.At.Add(e.WaitUntil.Sub(start))
	}
	return e
}

// times repeats an entry, each so many seconds after the one before.
func times(n, every int, e hold.Entry) (list []hold.Entry) {
	for i := range n {
		list = append(list, at(i*every, e))
	}
	return list
}

// TestCourts walks the edges of the rules: what is found, and the entry that broke the rule.
func TestCourts(t *testing.T) {
	wait := func(seconds int) hold.Entry {
		return hold.Entry{Cause: "rate_limited", WaitUntil: start.Add(time.Duration(seconds) * time.Second)}
	}
	access := hold.Credential{Kind: hold.AccessToken, Fingerprint: "a2"}
	refresh := hold.Entry{
		Cause: "ok", Grant: "refresh_token", Credential: hold.Credential{Kind: hold.RefreshToken, Fingerprint: "r1"},
		Granted: &hold.Granted{Access: "a2", ExpiresAt: start.Add(time.Minute)},
	}
	gone := refresh
	gone.Gone = true
	good, refused := hold.Entry{Cause: "ok", Credential: access}, hold.Entry{Cause: "bad_credentials", Credential: access}
	down, told := hold.Entry{Cause: "vendor_down", Status: 503}, hold.Entry{Cause: "vendor_down", WaitUntil: start.Add(time.Second)}
	over := func(e hold.Entry, over int64) hold.Entry {
		e.Over = over
		return e
	}
	newToken := refresh
	newToken.Granted = &hold.Granted{Access: "a2", Refresh: "r2"}
	for name, tt := range map[string]struct {
		entries []hold.Entry
		found   []string
	}{
		"the longer wait holds": {
			[]hold.Entry{at(0, wait(60)), at(0, wait(10)), at(30, good)},
			[]string{"called_while_told_to_wait 2", "called_while_told_to_wait 3"},
		},
		"a wait ends":                      {[]hold.Entry{at(0, wait(60)), at(60, good)}, nil},
		"a wait of the API, not of tokens": {[]hold.Entry{at(0, wait(60)), at(10, refresh)}, nil},
		"five eager attempts":              {times(5, 1, down), []string{"retried_without_backing_off 5"}},
		"four eager attempts":              {times(4, 1, down), nil},
		"as they were told":                {times(20, 1, told), nil},
		"slow polls":                       {times(20, 2, down), nil},
		"sixty calls a minute":             {times(60, 1, hold.Entry{Cause: "vendor_down", WaitUntil: start.Add(time.Second)}), nil},
		"a minute and one": {
			append(times(60, 1, told), at(59, down)),
			[]string{"called_while_told_to_wait 61", "hammered_dead_vendor 61"},
		},
		"a token that never arrived":  {[]hold.Entry{at(0, gone), at(90, good)}, nil},
		"a token to its last instant": {[]hold.Entry{at(0, refresh), at(59, good)}, nil},
		"a token beyond": {
			[]hold.Entry{at(0, refresh), at(60, good)}, []string{"called_with_expired_token 2"},
		},
		"a refusal that was taken back": {
			[]hold.Entry{at(0, refused), at(1, good), at(2, good)}, []string{"used_revoked_token 2"},
		},
		"refreshed since it was refused": {[]hold.Entry{at(0, refresh), at(1, refused), at(2, refresh)}, nil},
		"refreshed for nothing":          {[]hold.Entry{at(0, refresh), at(9, refresh)}, []string{"refreshed_in_parallel 2"}},
		// The clock stands still: what counts is which answer had left before which call came.
		"told to wait, called already": {[]hold.Entry{at(0, over(wait(60), 2)), at(0, good)}, nil},
		"told to wait, then called": {
			[]hold.Entry{at(0, over(wait(60), 2)), at(0, good), at(0, good)}, []string{"called_while_told_to_wait 3"},
		},
		"refused, called already": {[]hold.Entry{at(0, over(refused, 3)), at(0, refused), at(0, refused)}, nil},
		"refused, then called":    {[]hold.Entry{at(0, refused), at(0, refused)}, []string{"used_revoked_token 2"}},
		"refreshed at once":       {[]hold.Entry{at(0, over(newToken, 2)), at(0, newToken)}, []string{"refreshed_in_parallel 2"}},
		"refreshed one after another": {
			[]hold.Entry{at(0, newToken), at(0, newToken)}, []string{"used_rotated_token 2"},
		},
		"at once, not again and again": {[]hold.Entry{
			at(0, over(down, 6)), at(0, down), at(0, down), at(0, down), at(0, down), at(0, down),
		}, nil},
		"refreshed after a while": {[]hold.Entry{at(0, refresh), at(10, refresh)}, nil},
	} {
		for i := range tt.entries {
			tt.entries[i].Seq, tt.entries[i].Method, tt.entries[i].Path = int64(i)+1, "GET", "/orders"
		}
		v, err := hold.JudgeEntries(tt.entries, hold.Terms{})
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, f := range v.Findings {
			found = append(found, fmt.Sprint(f.Rule, " ", f.Evidence[len(f.Evidence)-1]))
		}
		if !slices.Equal(found, tt.found) {
			t.Errorf("%s: found %q (want %q)", name, found, tt.found)
		}
	}
}

// TestAtOneInstant: while the clock stands still, calls at once and quiet times are told by the entries.
func TestAtOneInstant(t *testing.T) {
	journal, err := hold.NewJournal(hold.JournalConfig{})
	if err != nil {
		t.Fatal(err)
	}
	good := at(0, hold.Entry{Method: "GET", Path: "/orders", Cause: "ok"})
	for range 4 {
		journal.Append(&good)
	}
	journal.Answered(2) // while 3 and 4 were under way already
	journal.Answered(3) // 4 too
	journal.Answered(4)
	journal.Append(&good)
	for name, tt := range map[string]struct {
		terms hold.Terms
		found []string
	}{
		"two at once":   {hold.Terms{AtOnce: 2}, []string{"[2 3 4]"}},
		"three at once": {hold.Terms{AtOnce: 3}, nil},
		"quiet": {
			hold.Terms{Quiet: []hold.Quiet{{AfterEntry: 1, BeforeEntry: 4}}}, []string{"[2]", "[3]"},
		},
		"quiet from then on": {hold.Terms{Quiet: []hold.Quiet{{AfterEntry: 4}}}, []string{"[5]"}},
	} {
		v, err := hold.Judge(journal, tt.terms)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, f := range v.Findings {
			found = append(found, fmt.Sprint(f.Evidence))
		}
		if !slices.Equal(found, tt.found) {
			t.Errorf("%s: found %q (want %q)", name, found, tt.found)
		}
	}
	if _, err := hold.Judge(journal, hold.Terms{Quiet: []hold.Quiet{{AfterEntry: 4, BeforeEntry: 4}}}); err == nil {
		t.Error("a quiet time between an entry and itself is taken")
	}
}
