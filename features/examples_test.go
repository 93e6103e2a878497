package features_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/cucumber/godog"

	"github.com/outagedrill/outagedrill/features/steps"
)

// exampleWorld is what the examples of the steps speak of.
const exampleWorld = `Feature: The examples
  Scenario: S
    Given the environment is "staging"
    And an application "acme" with "contacts" at 120/h
    And application "acme" has "orders" at 1/m too
    And an application "wms"
    And a connection "acme-main" to "acme" with OAuth 2.0
    And a connection "acme-reports" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And connection "acme-main" is owned by "ops@example.com"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And a flow "reports-to-wms" from "acme-reports/orders" to "wms-main/reports" every "6h"
    And a polling job "contacts-poll" on "acme-main" for "contacts, orders" every "5m"
`

// TestExamples plays the example of every step in one and the same world. What a check wants may be otherwise
// there; but every name is known, every value is read, and nothing else goes wrong.
func TestExamples(t *testing.T) {
	lib := library(t)
	before := map[string]string{ // what an example needs beside the world
		"the calls to {application} are counted by {name}": "\"acme\" allows 600 calls each \"1m\"\n    And ",
	}
	for _, step := range lib.Steps() {
		var report steps.Report
		var out bytes.Buffer
		text := exampleWorld + "    When " + before[step.Pattern] + step.Example + "\n    Then job \"contacts-poll\" has 0 failed polls\n"
		if step.Stage == steps.Plays {
			text = exampleWorld + "    When \"acme\" is down from \"2h\" for \"10h\"\n    And it is \"11h\"\n    And " + step.Example + "\n"
		}
		suite := godog.TestSuite{
			ScenarioInitializer: func(sc *godog.ScenarioContext) {
				lib.Register(sc, steps.Simulator(), func(r steps.Report) { report = r })
			},
			Options: &godog.Options{
				Format: "progress", NoColors: true, Output: &out, Strict: true, Concurrency: 1,
				FeatureContents: []godog.Feature{{Name: "example.feature", Contents: []byte(text)}},
			},
		}
		suite.Run()
		if report.Err != nil && !strings.Contains(report.Err.Error(), "expected") {
			t.Errorf("%s\n%v", step.Example, strings.SplitN(report.Err.Error(), "\n\n", 2)[0])
		}
	}
}
