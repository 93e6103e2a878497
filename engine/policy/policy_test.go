package policy_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine/policy"
)

func load(t *testing.T, name string) *policy.Policy {
	t.Helper()
	p, err := policy.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The figures of docs/rules.md, written out once more.
func TestCeligoFigures(t *testing.T) {
	want := policy.Flows{
		CallTimeout:            30 * time.Second,
		TokenRefreshBefore:     60 * time.Second,
		TokenFallback:          true,
		FailedWriteApplied:     false,
		RetryWaits:             []time.Duration{5e9, 10e9, 20e9, 40e9, 80e9},
		RetryBudget:            5 * time.Minute,
		OfflineScope:           policy.ScopeApplication,
		BadCredentialsAtOnce:   true,
		TokenOfflineScope:      policy.ScopeConnection,
		RateLimitWait:          60 * time.Second,
		QueueWhilePaused:       policy.QueueOne,
		FrozenFirst:            true,
		InTurn:                 true,
		FlowsAtOnce:            1,
		SweepEvery:             time.Hour,
		SweepOffset:            0,
		SweepTests:             policy.ScopeApplication,
		SweepRateLimitedPasses: true,
		AutoResolve:            false,
		ErrorsRetained:         20_000,
		SummaryEvery:           15 * time.Minute,
		AdviceAfter:            90 * time.Minute,
	}
	p := load(t, "celigo-integrator")
	if diff := cmp.Diff(want, p.Flows); diff != "" {
		t.Errorf("flows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(policy.PollingJobs{}, p.PollingJobs); diff != "" {
		t.Errorf("a policy of flows fills polling jobs:\n%s", diff)
	}
}

func TestSAPFigures(t *testing.T) {
	want := policy.PollingJobs{
		CallTimeout:        30 * time.Second,
		TokenRefreshBefore: 60 * time.Second,
		TokenFallback:      true,
		Thresholds:         map[string]int{"snapshot": 10, "staging": 50, "production": 100},
		Poll:               policy.Sequential,
		StopTickOnFailure:  false,
		HonourRetryAfter:   false,
		Counts: policy.Counts{
			RateLimited: true, BadCredentials: true, TokenRefreshFailed: true, VendorDown: true, Rejected: true,
		},
		Reset:              policy.ResetResource,
		ResetOnEmpty:       true,
		Boundary:           policy.BoundaryAt,
		Trips:              policy.TripAny,
		EnableKeepsCounts:  false,
		EnableFirstPoll:    policy.FirstPollAtOnce,
		EnableWhenEnabled:  policy.EnabledOK,
		ReauthorizeEnables: false,
		EnvironmentChange:  policy.ChangeNextFailure,
	}
	p := load(t, "sap-open-connectors")
	if diff := cmp.Diff(want, p.PollingJobs); diff != "" {
		t.Errorf("polling jobs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(policy.Flows{}, p.Flows); diff != "" {
		t.Errorf("a policy of polling jobs fills flows:\n%s", diff)
	}
}

// Only what the sources say may be called documented; a new entry here wants a look at the source.
func TestWhatIsDocumented(t *testing.T) {
	want := map[string]string{
		"queue.in_turn":               "celigo-flow-stops",
		"sweep.every":                 "celigo-flow-stops",
		"sweep.tests":                 "celigo-flow-stops",
		"advice.after":                "celigo-flow-stops",
		"errors.summary_every":        "celigo-error-mail",
		"errors.retained":             "celigo-retry-errors",
		"poll.order":                  "cloud-elements-polling",
		"counts.rate_limited":         "sap-auto-disable",
		"counts.bad_credentials":      "sap-auto-disable",
		"counts.token_refresh_failed": "sap-auto-disable",
		"counts.vendor_down":          "sap-auto-disable",
		"threshold.snapshot":          "sap-auto-disable",
		"threshold.staging":           "sap-auto-disable",
		"threshold.production":        "sap-auto-disable",
		"trip.resources":              "sap-auto-disable",
	}
	got := map[string]string{}
	for _, name := range policy.Names() {
		for _, v := range load(t, name).Values {
			if v.Basis == policy.Documented {
				got[v.Name] = v.Source
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("documented values (-want +got):\n%s", diff)
	}
}

// Every documented value of a built-in policy names a declared source, every source is named by a
// value, and every chosen value has a reason and alternatives that fit and change something.
func TestEveryValueSaysWhereItComesFrom(t *testing.T) {
	for _, name := range policy.Names() {
		p := load(t, name)
		cited := map[string]bool{}
		for _, v := range p.Values {
			switch v.Basis {
			case policy.Documented:
				cited[v.Source] = true
				if s, ok := p.Source(v.Source); !ok || s.Title == "" || s.URL == "" {
					t.Errorf("%s: %s: source %q is %+v", name, v.Name, v.Source, s)
				}
			case policy.Chosen:
				if v.Why == "" || len(v.Alternatives) == 0 {
					t.Errorf("%s: %s: why %q, alternatives %q", name, v.Name, v.Why, v.Alternatives)
				}
			default:
				t.Errorf("%s: %s: basis %q", name, v.Name, v.Basis)
			}
			for _, alternative := range v.Alternatives {
				q, err := p.Override(v.Name, alternative)
				if err != nil {
					t.Errorf("%s: %v", name, err)
				} else if cmp.Equal(p.Flows, q.Flows) && cmp.Equal(p.PollingJobs, q.PollingJobs) {
					t.Errorf("%s: %s: alternative %s is the value itself", name, v.Name, alternative)
				}
			}
		}
		for _, s := range p.Sources {
			if !cited[s.Key] {
				t.Errorf("%s: no value rests on source %s", name, s.Key)
			}
		}
	}
}

func TestOverrideLeavesThePolicyAlone(t *testing.T) {
	p := load(t, "sap-open-connectors")
	q, err := p.Override("threshold.staging", "7")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(load(t, "sap-open-connectors"), p); diff != "" {
		t.Errorf("the original changed:\n%s", diff)
	}
	want := policy.Value{Name: "threshold.staging", Text: "7", Rule: "DIS-05", Basis: policy.Yours}
	if got, _ := q.Value("threshold.staging"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if q.PollingJobs.Thresholds["staging"] != 7 || q.PollingJobs.Thresholds["production"] != 100 {
		t.Errorf("thresholds %v", q.PollingJobs.Thresholds)
	}
	if names(p) != names(q) {
		t.Errorf("the order of the values changed: %s", names(q))
	}
}

func names(p *policy.Policy) string {
	var list []string
	for _, v := range p.Values {
		list = append(list, v.Name)
	}
	return strings.Join(list, " ")
}

func TestLookUps(t *testing.T) {
	p := load(t, "celigo-integrator")
	if _, ok := p.Source("no-such"); ok {
		t.Error("a source that is not there")
	}
	if _, ok := p.Value("no.such"); ok {
		t.Error("a value that is not there")
	}
	if !slices.Equal(policy.Names(), []string{"celigo-integrator", "sap-open-connectors"}) {
		t.Errorf("names %q", policy.Names())
	}
	if !policy.BuiltIn("celigo-integrator") || policy.BuiltIn("mine") {
		t.Error("BuiltIn")
	}
}
