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
		"refreshed after a while":        {[]hold.Entry{at(0, refresh), at(10, refresh)}, nil},
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
