package suite_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// cucumber is what readers of Cucumber JSON take from it.
type cucumber []struct {
	URI, ID, Keyword, Name, Description string
	Line                                int
	Elements                            []struct {
		ID, Keyword, Type, Name, Description string
		Line                                 int
		Tags                                 []struct {
			Name string
			Line int
		}
		Steps []struct {
			Keyword, Name string
			Line          int
			Doc           struct {
				Value string
				Type  string `json:"content_type"`
				Line  int
			} `json:"doc_string"`
			Rows   []struct{ Cells []string }
			Match  struct{ Location string }
			Result struct {
				Status   string
				Duration *int64
				Error    string `json:"error_message"`
			}
		}
	}
}

// A reader of Cucumber JSON, which judges a scenario by its steps alone, comes to the same verdicts. IDs are
// unique, and no status is used that half of the readers do not know.
func TestCucumber(t *testing.T) {
	d := json.NewDecoder(strings.NewReader(write(t, "cucumber", mixed())))
	d.DisallowUnknownFields()
	var features cucumber
	if err := d.Decode(&features); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	count := map[string]int{}
	for _, f := range features {
		for _, e := range f.Elements {
			if ids[e.ID] {
				t.Errorf("the ID %s is there twice", e.ID)
			}
			ids[e.ID] = true
			var of []string
			for _, step := range e.Steps {
				of = append(of, step.Result.Status)
				if step.Result.Status == "failed" && step.Result.Error == "" {
					t.Errorf("%s: a failed step says nothing", e.ID)
				}
			}
			verdict := "none"
			for _, status := range []string{"failed", "undefined", "skipped", "passed"} {
				if slices.Contains(of, status) {
					verdict = status
					break
				}
			}
			count[verdict]++
		}
	}
	if count["passed"] != 3 || count["failed"] != 7 || count["undefined"] != 1 || count["skipped"] != 1 {
		t.Errorf("by its steps the suite is %v", count)
	}
	table := features[0].Elements[5]
	if table.Steps[0].Rows[1].Cells[0] != "contacts" || table.Steps[1].Doc.Value != "first line\n  second <line>" {
		t.Error("the table or the text is not there")
	}
	if skipped := features[0].Elements[6].Steps[0]; skipped.Result.Error != "the platform offers no e-mail" {
		t.Errorf("the skipped scenario says %q", skipped.Result.Error)
	}
}

// The attempts of a scenario are told apart.
func TestAttempts(t *testing.T) {
	s := green()
	s.Repeat = 2
	for _, sc := range slices.Clone(s.Scenarios) {
		sc.Attempt, sc.Status = 2, suite.Failed
		s.Scenarios = append(s.Scenarios, sc)
	}
	for _, format := range []string{"pretty", "junit", "cucumber", "messages", "html"} {
		got := write(t, format, s)
		if !strings.Contains(got, "failures=21, attempt 1)") || !strings.Contains(got, "failures=21, attempt 2)") {
			t.Errorf("%s does not tell attempts apart", format)
		}
	}
	if bad := tallied(envelopes(t, s))["FAILED"]; bad != 2 {
		t.Errorf("%d attempts failed in the messages, want 2", bad)
	}
}
