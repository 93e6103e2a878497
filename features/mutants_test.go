package features_test

import (
	"bytes"
	"regexp"
	"slices"
	"testing"

	"github.com/cucumber/godog"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/features/steps"
)

// nearMisses are the values of the built-in policies that the rule book must tell from the true ones, beside
// the alternatives that the policies name themselves.
func nearMisses() map[string]map[string][]string {
	return map[string]map[string][]string{
		"celigo-integrator": {
			"call.timeout":         {"29s", "31s"},
			"token.refresh_before": {"59s", "61s"},
			"token.fallback":       {"false"},
			"write.failed_applied": {"true"},
			"retry.waits": {
				"[4s, 10s, 20s, 40s, 80s]", "[6s, 10s, 20s, 40s, 80s]", "[5s, 9s, 20s, 40s, 80s]",
				"[5s, 11s, 20s, 40s, 80s]", "[5s, 10s, 19s, 40s, 80s]", "[5s, 10s, 21s, 40s, 80s]",
				"[5s, 10s, 20s, 39s, 80s]", "[5s, 10s, 20s, 41s, 80s]", "[5s, 10s, 20s, 40s, 79s]",
				"[5s, 10s, 20s, 40s, 81s]", "[5s, 10s, 20s, 40s]", "[5s, 10s, 20s, 40s, 80s, 100s]",
			},
			"retry.budget":                    {"299s", "301s", "4m", "6m"},
			"offline.scope":                   {"connection"},
			"offline.bad_credentials_at_once": {"false"},
			"offline.token_scope":             {"application"},
			"rate_limit.default_wait":         {"59s", "61s"},
			"queue.missed_starts":             {"every", "none"},
			"queue.frozen_first":              {"false"},
			"queue.in_turn":                   {"false"}, // all resume at once
			"connection.flows_at_once":        {"2"},
			"sweep.every":                     {"59m", "61m"},
			"sweep.offset":                    {"1m", "59m"},
			"sweep.tests":                     {"offline"},
			"sweep.rate_limited_passes":       {"false"},
			"errors.auto_resolve":             {"true"},
			"errors.retained":                 {"19999", "20001"},
			"errors.summary_every":            {"14m", "16m"},
			"advice.after":                    {"89m", "91m", "5399s", "5401s"},
		},
		"sap-open-connectors": {
			"call.timeout":                {"29s", "31s"},
			"token.refresh_before":        {"59s", "61s"},
			"token.fallback":              {"false"},
			"poll.order":                  {"parallel"},
			"poll.stop_on_failure":        {"true"},
			"poll.honour_retry_after":     {"true"},
			"counts.rate_limited":         {"false"},
			"counts.bad_credentials":      {"false"},
			"counts.token_refresh_failed": {"false"},
			"counts.vendor_down":          {"false"},
			"counts.rejected":             {"false"},
			"reset.scope":                 {"job", "never"},
			"reset.on_empty":              {"false"},
			"threshold.snapshot":          {"9", "11"},
			"threshold.staging":           {"49", "51"},
			"threshold.production":        {"99", "101"},
			"threshold.boundary":          {"after"},
			"trip.resources":              {"all", "sum"},
			"enable.keeps_counts":         {"true"},
			"enable.first_poll":           {"next_tick"},
			"enable.when_enabled":         {"conflict"},
			"reauthorize.enables":         {"true"},
			"environment.change":          {"at_once"},
		},
	}
}

// TestPolicyMutants changes one value of a policy at a time and wants a scenario that is tagged with the
// value's rule to fail, with what it expected and what it saw: so the rule book says what the rules say.
func TestPolicyMutants(t *testing.T) {
	lib, files, misses := library(t), contents(t), nearMisses()
	expected := regexp.MustCompile(`[A-Z]+-\d\d: (?:un)?expected\b`) // the latter over REST
	for _, builtIn := range policy.Names() {
		p := loaded(t, builtIn)
		if out, status := play(lib, files, "", steps.Simulator().Assuming(p)); status != 0 {
			t.Fatalf("the features fail with %s as it is (status %d):\n%s", builtIn, status, out)
		}
		for _, v := range p.Values {
			list := misses[builtIn][v.Name]
			if len(list) == 0 {
				t.Errorf("%s of %s has no mutant (want a near miss of %s)", v.Name, builtIn, v.Text)
			}
			delete(misses[builtIn], v.Name)
			list = append(slices.Clone(list), v.Alternatives...)
			slices.Sort(list)
			for _, text := range slices.Compact(list) {
				t.Run(builtIn+"/"+v.Name+"="+text, func(t *testing.T) {
					mutant, err := p.Override(v.Name, text)
					if err != nil {
						t.Fatal(err)
					}
					tag := "@" + v.Rule
					out, status := play(lib, tagged(files, tag), tag, steps.Simulator().Assuming(mutant))
					if status != 1 || !expected.MatchString(out) {
						t.Errorf("no check of %s fails (status %d):\n%s", v.Rule, status, out)
					}
				})
			}
		}
		for name := range misses[builtIn] {
			t.Errorf("%s has no value %s", builtIn, name)
		}
	}
}

func loaded(t *testing.T, builtIn string) *policy.Policy {
	t.Helper()
	p, err := policy.Load(builtIn)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// contents reads the features once for many runs.
func contents(t *testing.T) []godog.Feature {
	t.Helper()
	suite := godog.TestSuite{Options: &godog.Options{Paths: []string{"."}}}
	features, err := suite.RetrieveFeatures()
	if err != nil {
		t.Fatal(err)
	}
	var list []godog.Feature
	for _, f := range features {
		list = append(list, godog.Feature{Name: f.Uri, Contents: f.Content})
	}
	return list
}

// tagged are the features with a tag in them.
func tagged(files []godog.Feature, tag string) []godog.Feature {
	return slices.DeleteFunc(slices.Clone(files), func(f godog.Feature) bool {
		return !bytes.Contains(f.Contents, []byte(tag))
	})
}

// play plays the features' scenarios with a tag. It stops at the first failure.
func play(lib *steps.Library, files []godog.Feature, tag string, d steps.Driver) (output string, status int) {
	var out bytes.Buffer
	suite := godog.TestSuite{
		ScenarioInitializer: func(sc *godog.ScenarioContext) { lib.Register(sc, d, nil) },
		Options: &godog.Options{
			Format: "progress", NoColors: true, Output: &out, FeatureContents: files, Tags: tag,
			Strict: true, Concurrency: 1, StopOnFailure: true,
		},
	}
	status = suite.Run()
	return out.String(), status
}
