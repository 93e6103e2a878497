package features_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/cucumber/godog"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// TestPolicyMutants changes one value of a policy at a time and wants a scenario that is tagged with the
// value's rule to fail: so the rule book says what the rules say.
func TestPolicyMutants(t *testing.T) {
	for _, tt := range []struct{ rule, name, value string }{
		{"OUT-02", "retry.budget", "4m"},
		{"OUT-02", "offline.scope", "connection"},
		{"OUT-03", "offline.bad_credentials_at_once", "false"},
		{"OUT-03", "offline.token_scope", "application"},
		{"OUT-06", "sweep.every", "61m"},
		{"OUT-06", "sweep.offset", "1m"},
		{"OUT-11", "advice.after", "91m"},
		{"OUT-13", "errors.summary_every", "2h"},
		{"DIS-03", "counts.rate_limited", "false"},
		{"DIS-03", "counts.vendor_down", "false"},
		{"DIS-04", "reset.scope", "never"},
		{"DIS-05", "threshold.snapshot", "11"},
		{"DIS-05", "threshold.staging", "49"},
		{"DIS-05", "threshold.production", "101"},
		{"DIS-05", "threshold.boundary", "after"},
		{"DIS-06", "trip.resources", "all"},
		{"DIS-06", "trip.resources", "sum"},
		{"DIS-12", "enable.first_poll", "next_tick"},
		{"DIS-12", "enable.keeps_counts", "true"},
		{"DIS-13", "reauthorize.enables", "true"},
	} {
		t.Run(tt.name+"="+tt.value, func(t *testing.T) {
			given := `Given the policy value "` + tt.name + `" is `
			if out, status := play(t, "@"+tt.rule, given+strconv.Quote(builtIn(t, tt.name))); status != 0 {
				t.Errorf("with the built-in value (status %d):\n%s", status, out)
			}
			out, status := play(t, "@"+tt.rule, given+strconv.Quote(tt.value))
			if status != 1 || !strings.Contains(out, "; seen: ") {
				t.Errorf("no check of %s fails (status %d):\n%s", tt.rule, status, out)
			}
		})
	}
}

// builtIn is a value of the built-in policies.
func builtIn(t *testing.T, name string) string {
	t.Helper()
	for _, p := range policy.Names() {
		loaded, err := policy.Load(p)
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := loaded.Value(name); ok {
			return v.Text
		}
	}
	t.Fatalf("no policy has a value %s", name)
	return ""
}

// play plays the features' scenarios with a tag, each with one more step at its beginning, on the simulator
// alone. It stops at the first failure.
func play(t *testing.T, tag, given string) (output string, status int) {
	t.Helper()
	files, err := filepath.Glob("*.feature")
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile(`(?m)^(  Background:)$`)
	var contents []godog.Feature
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(first.FindAll(text, -1)) != 1 {
			t.Fatalf("%s has no one place for one more step", file)
		}
		changed := first.ReplaceAllString(strings.ReplaceAll(string(text), "@live", ""), "$1\n"+given)
		contents = append(contents, godog.Feature{Name: file, Contents: []byte(changed)})
	}
	lib := library(t)
	var out bytes.Buffer
	suite := godog.TestSuite{
		ScenarioInitializer: func(sc *godog.ScenarioContext) { lib.Register(sc, nil) },
		Options: &godog.Options{
			Format: "progress", NoColors: true, Output: &out, FeatureContents: contents, Tags: tag,
			Strict: true, Concurrency: 1, StopOnFailure: true,
		},
	}
	status = suite.Run()
	return out.String(), status
}
