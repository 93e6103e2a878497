package hold_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/internal/span"
)

func judge(t *rapid.T, c *client) *hold.Verdict {
	v, err := hold.JudgeEntries(c.entries, hold.Terms{AtOnce: 3, Quiet: c.quiet})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestJudgeAcquitsPolite: nothing is found against a client that does what it is told.
func TestJudgeAcquitsPolite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := live(t, "")
		if v := judge(t, c); !v.OK || v.Calls != len(c.entries) {
			t.Fatalf("%d calls of %d judged, found %+v", v.Calls, len(c.entries), v.Findings)
		}
	})
}

// TestJudgeFindsPlanted plants each bug in turn: every call that it made is found, with that call as evidence,
// and nothing else is found by that rule.
func TestJudgeFindsPlanted(t *testing.T) {
	for _, rule := range hold.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			planted := 0
			rapid.Check(t, func(t *rapid.T) {
				c := live(t, rule.Name)
				planted += len(c.guilty)
				v := judge(t, c)
				var found []int64
				for _, f := range v.Findings {
					if f.Rule == rule.Name {
						found = append(found, f.Evidence[len(f.Evidence)-1])
					}
				}
				if len(c.guilty) > hold.MostFindings {
					t.Skip("more than a verdict tells")
				}
				if rule.Name == "retried_without_backing_off" || rule.Name == "hammered_dead_vendor" {
					// One finding a streak, at the call that made it one.
					if len(found) != len(c.guilty) {
						t.Fatalf("%d findings: %v (want %d)", len(found), found, len(c.guilty))
					}
				} else if !slices.Equal(found, c.guilty) {
					t.Fatalf("found %v (want %v)\n%s", found, c.guilty, list(c.entries))
				}
				if v.OK != (len(c.guilty) == 0 && len(v.Findings) == 0) {
					t.Fatalf("the verdict is %v", v.OK)
				}
			})
			if planted == 0 {
				t.Error("the bug never showed")
			}
		})
	}
}

func list(entries []hold.Entry) string {
	var b strings.Builder
	for i := range entries {
		e := &entries[i]
		fmt.Fprintf(&b, "%d %s-%s %s %s %s %s wait %s\n", e.Seq, e.At.Format("15:04:05.000"), e.End().Format("05.000"),
			e.Path, e.Outcome(), e.Credential.Fingerprint, e.Cause, e.WaitUntil.Format("15:04:05.000"))
	}
	return b.String()
}

// TestJudgeVerdict: what a verdict says of a journal, word for word.
func TestJudgeVerdict(t *testing.T) {
	j := newJournal(t, hold.JournalConfig{})
	wait := hold.Entry{
		At: start, Vendor: "acme", Connection: "main", Method: "GET", Path: "/orders?page=2", Status: 429,
		Cause: "rate_limited", WaitUntil: start.Add(30 * time.Second), RetryAfter: "30",
	}
	early := wait
	early.At, early.Status, early.Cause, early.WaitUntil = start.Add(28*time.Second), 200, "ok", time.Time{}
	other := early
	other.Connection = "second"
	j.Append(&wait)
	j.Append(&other)
	j.Append(&hold.Entry{At: start, Deed: &hold.Deed{Do: "clock.advance", What: "28s"}})
	j.Append(&early)
	terms := hold.Terms{Rules: []string{"called_while_told_to_wait"}}
	got, err := hold.Judge(j, terms)
	if err != nil {
		t.Fatal(err)
	}
	want := []hold.Finding{{
		Rule: "called_while_told_to_wait", At: early.At, Vendor: "acme", Connection: "main",
		Message: "called 28 s after it had been told to wait, 2 s too early", Evidence: []int64{1, 4},
	}}
	if diff := cmp.Diff(want, got.Findings); diff != "" {
		t.Error(diff)
	}
	if r := got.Rulings[0]; got.OK || got.Lost || got.Calls != 3 || !r.Broken || r.Found != 1 || got.Rulings[1].Judged {
		t.Errorf("%+v", got)
	}
	for name, terms := range map[string]hold.Terms{
		"slack":     {Slack: span.Span(2 * time.Second)},
		"tolerated": {Tolerate: map[string]int{"called_while_told_to_wait": 1}},
		"after":     {After: 1},
		"rules":     {Rules: []string{"used_revoked_token"}},
	} {
		if v, err := hold.Judge(j, terms); err != nil || !v.OK {
			t.Errorf("%s: %+v, %v (want ok)", name, v, err)
		}
	}
	if v, err := hold.Judge(j, hold.Terms{By: "vendor"}); err != nil || v.Rulings[0].Found != 2 {
		t.Errorf("by vendor: %+v, %v (want 2)", v, err)
	}
	j.Append(&hold.Entry{At: start, Deed: &hold.Deed{Do: hold.DeedReset}})
	again := early
	again.At = start.Add(time.Second)
	j.Append(&again)
	if v, err := hold.Judge(j, terms); err != nil || v.Rulings[0].Found != 1 {
		t.Errorf("after a reset: %+v, %v (want nothing more)", v, err)
	}
}

func TestTermsRefused(t *testing.T) {
	for want, terms := range map[string]hold.Terms{
		`there is no rule "hammered_ded_vendor"`:           {Rules: []string{"hammered_ded_vendor"}},
		`did you mean "used_rotated_token"?`:               {Tolerate: map[string]int{"used_rotaded_token": 1}},
		"tolerate -1 findings of used_rotated_token":       {Tolerate: map[string]int{"used_rotated_token": -1}},
		`there is no party "connections" (want connection`: {By: "connections"},
		"quiet time 1 ends before it begins":               {Quiet: []hold.Quiet{{From: start, Until: start}}},
		"a number below 0":                                 {AtOnce: -1},
		"a time below 0":                                   {Slack: -1},
		"retry: 2 attempts (want 3 or more":                {Retry: hold.RetryTerms{Attempts: 2}},
	} {
		if _, err := hold.JudgeEntries(nil, terms); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v (want %q)", terms, err, want)
		}
	}
}

// TestJudgeKnowsWhatAClientKnew: what was under way when an answer came, and what never arrived, is not held
// against the client.
func TestJudgeKnowsWhatAClientKnew(t *testing.T) {
	access := hold.Credential{Kind: hold.AccessToken, Fingerprint: "a1"}
	refresh := hold.Credential{Kind: hold.RefreshToken, Fingerprint: "r1"}
	granted := &hold.Granted{Access: "a2", Refresh: "r2", ExpiresAt: start.Add(2 * time.Second)}
	second := hold.Seconds(time.Second)
	for name, tt := range map[string]struct {
		first, then hold.Entry
		found       string // beyond the half second in which the first is under way
	}{
		"a wait": {
			hold.Entry{Cause: "rate_limited", WaitUntil: start.Add(time.Minute), Credential: access},
			hold.Entry{Cause: "ok", Credential: access},
			"called_while_told_to_wait",
		},
		"a refusal": {
			hold.Entry{Cause: "bad_credentials", Credential: access},
			hold.Entry{Cause: "bad_credentials", Credential: access},
			"used_revoked_token",
		},
		"a dead refresh token": {
			hold.Entry{Cause: "token_refresh_failed", Sub: "dead", Credential: refresh, Grant: "refresh_token"},
			hold.Entry{Cause: "token_refresh_failed", Sub: "dead", Credential: refresh, Grant: "refresh_token"},
			"used_revoked_token",
		},
		"a rotated refresh token": {
			hold.Entry{Cause: "ok", Granted: granted, Credential: refresh, Grant: "refresh_token"},
			hold.Entry{Cause: "token_refresh_failed", Sub: "dead", Credential: refresh, Grant: "refresh_token"},
			"used_rotated_token",
		},
	} {
		for _, gone := range []bool{false, true} {
			for after, late := range map[time.Duration]bool{500 * time.Millisecond: false, time.Second: true} {
				first, then := tt.first, tt.then
				first.Seq, first.At, first.Latency, first.Gone = 1, start, second, gone
				then.Seq, then.At = 2, start.Add(after)
				v, err := hold.JudgeEntries([]hold.Entry{first, then}, hold.Terms{
					Rules: []string{"called_while_told_to_wait", "used_revoked_token", "used_rotated_token"},
				})
				if err != nil {
					t.Fatal(err)
				}
				want := []string{}
				if late && !gone {
					want = append(want, tt.found)
				}
				found := []string{}
				for _, f := range v.Findings {
					found = append(found, f.Rule)
				}
				if !slices.Equal(found, want) {
					t.Errorf("%s, %s later, gone %v: found %v (want %v)", name, after, gone, found, want)
				}
			}
		}
	}
}
