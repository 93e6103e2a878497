package policy

import (
	"slices"
	"time"
)

// spec ties one value of a policy to the field that the engine reads. The two tables below are the
// only place that knows the names: reading, overriding and suggesting go through them.
type spec struct {
	name  string
	rule  string // that reads the field
	field field
}

// specs returns the table of the policy's kind, bound to the fields of this very policy; nil for an
// unknown kind.
func (p *Policy) specs() []spec {
	switch p.Governs {
	case ForFlows:
		return flowSpecs(&p.Flows)
	case ForPollingJobs:
		return jobSpecs(&p.PollingJobs)
	}
	return nil
}

func (p *Policy) spec(name string) (spec, bool) {
	all := p.specs()
	i := slices.IndexFunc(all, func(s spec) bool { return s.name == name })
	if i < 0 {
		return spec{}, false
	}
	return all[i], true
}

// valueNames lists the values that a policy of the kind has.
func valueNames(kind Kind) []string {
	var names []string
	for _, s := range (&Policy{Governs: kind}).specs() {
		names = append(names, s.name)
	}
	return names
}

// Intervals at which the platform acts by itself are at least a second long, so that no file can
// make time stand still.
func flowSpecs(f *Flows) []spec {
	return []spec{
		{"call.timeout", "C-02", duration(&f.CallTimeout, time.Millisecond)},
		{"token.refresh_before", "C-05", duration(&f.TokenRefreshBefore, 0)},
		{"token.fallback", "C-05", truth(&f.TokenFallback)},
		{"write.failed_applied", "C-04", truth(&f.FailedWriteApplied)},
		{"retry.waits", "OUT-02", durations(&f.RetryWaits)},
		{"retry.budget", "OUT-02", duration(&f.RetryBudget, 0)},
		{"offline.scope", "OUT-02", word(&f.OfflineScope, ScopeApplication, ScopeConnection)},
		{"offline.bad_credentials_at_once", "OUT-03", truth(&f.BadCredentialsAtOnce)},
		{"offline.token_scope", "OUT-03", word(&f.TokenOfflineScope, ScopeConnection, ScopeApplication)},
		{"rate_limit.default_wait", "OUT-04", duration(&f.RateLimitWait, time.Second)},
		{"queue.missed_starts", "OUT-05", word(&f.QueueWhilePaused, QueueOne, QueueEvery, QueueNone)},
		{"queue.frozen_first", "OUT-07", truth(&f.FrozenFirst)},
		{"queue.in_turn", "OUT-07", truth(&f.InTurn)},
		{"connection.flows_at_once", "OUT-07", number(&f.FlowsAtOnce, 1)},
		{"sweep.every", "OUT-06", duration(&f.SweepEvery, time.Second)},
		{"sweep.offset", "OUT-06", duration(&f.SweepOffset, 0)},
		{"sweep.tests", "OUT-06", word(&f.SweepTests, ScopeApplication, ScopeOffline)},
		{"sweep.rate_limited_passes", "OUT-06", truth(&f.SweepRateLimitedPasses)},
		{"errors.auto_resolve", "OUT-09", truth(&f.AutoResolve)},
		{"errors.retained", "OUT-09", number(&f.ErrorsRetained, 0)},
		{"errors.summary_every", "OUT-13", duration(&f.SummaryEvery, time.Second)},
		{"advice.after", "OUT-11", duration(&f.AdviceAfter, 0)},
	}
}

func jobSpecs(j *PollingJobs) []spec {
	return []spec{
		{"call.timeout", "C-02", duration(&j.CallTimeout, time.Millisecond)},
		{"token.refresh_before", "C-05", duration(&j.TokenRefreshBefore, 0)},
		{"token.fallback", "C-05", truth(&j.TokenFallback)},
		{"poll.order", "DIS-01", word(&j.Poll, Sequential, Parallel)},
		{"poll.stop_on_failure", "DIS-02", truth(&j.StopTickOnFailure)},
		{"poll.honour_retry_after", "DIS-02", truth(&j.HonourRetryAfter)},
		{"counts.rate_limited", "DIS-03", truth(&j.Counts.RateLimited)},
		{"counts.bad_credentials", "DIS-03", truth(&j.Counts.BadCredentials)},
		{"counts.token_refresh_failed", "DIS-03", truth(&j.Counts.TokenRefreshFailed)},
		{"counts.vendor_down", "DIS-03", truth(&j.Counts.VendorDown)},
		{"counts.rejected", "DIS-03", truth(&j.Counts.Rejected)},
		{"reset.scope", "DIS-04", word(&j.Reset, ResetResource, ResetJob, ResetNever)},
		{"reset.on_empty", "DIS-04", truth(&j.ResetOnEmpty)},
		{"threshold.snapshot", "DIS-05", threshold(j, "snapshot")},
		{"threshold.staging", "DIS-05", threshold(j, "staging")},
		{"threshold.production", "DIS-05", threshold(j, "production")},
		{"threshold.boundary", "DIS-05", word(&j.Boundary, BoundaryAt, BoundaryAfter)},
		{"trip.resources", "DIS-06", word(&j.Trips, TripAny, TripAll, TripSum)},
		{"enable.keeps_counts", "DIS-12", truth(&j.EnableKeepsCounts)},
		{"enable.first_poll", "DIS-12", word(&j.EnableFirstPoll, FirstPollAtOnce, FirstPollAtTick)},
		{"enable.when_enabled", "DIS-12", word(&j.EnableWhenEnabled, EnabledOK, EnabledConflict)},
		{"reauthorize.enables", "DIS-13", truth(&j.ReauthorizeEnables)},
		{"environment.change", "DIS-15", word(&j.EnvironmentChange, ChangeNextFailure, ChangeAtOnce)},
	}
}
