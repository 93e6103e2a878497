package problem_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/internal/problem"
)

func TestString(t *testing.T) {
	for want, p := range map[string]problem.Problem{
		`f.yaml:1:2: bad (want good; did you mean "god"?)`: {
			File: "f.yaml", Line: 1, Col: 2, What: "bad", Want: "good", Near: "god",
		},
		`bad (want good)`:           {What: "bad", Want: "good"},
		`bad (did you mean "god"?)`: {What: "bad", Near: "god"},
		"f.yaml: bad":               {File: "f.yaml", What: "bad"},
		"bad":                       {What: "bad"},
		"3:4: bad":                  {Line: 3, Col: 4, What: "bad"},
	} {
		if got := p.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Twenty problems are printed, the rest is counted; where a reader stopped, the count is a lower bound.
func TestErrors(t *testing.T) {
	for n, rest := range map[int]string{
		1: "", problem.Printed: "", problem.Printed + 1: "f.yaml: and 1 more", 100: "f.yaml: and 80 more",
		problem.Kept: "f.yaml: and at least 9980 more",
	} {
		errs := make(problem.Errors, n)
		var want []string
		for i := range errs {
			errs[i] = problem.Problem{File: "f.yaml", Line: i + 1, Col: 1, What: "bad"}
			if i < problem.Printed {
				want = append(want, fmt.Sprintf("f.yaml:%d:1: bad", i+1))
			}
		}
		if rest != "" {
			want = append(want, rest)
		}
		if diff := cmp.Diff(want, errs.Lines()); diff != "" {
			t.Errorf("%d problems (-want +got):\n%s", n, diff)
		}
		if got := errs.Error(); got != strings.Join(want, "\n") {
			t.Errorf("%d problems: %q", n, got)
		}
	}
	nowhere := make(problem.Errors, 30)
	if got := nowhere.Lines()[problem.Printed]; got != "and 10 more" {
		t.Errorf("without a file: %q", got)
	}
}

func TestList(t *testing.T) {
	for want, names := range map[string][]string{
		"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"},
	} {
		if got := problem.List(names, "or"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	valid := []string{"down", "down_500", "maintenance", "celigo-integrator", "celigo-other", "Ünï", "x"}
	for got, want := range map[string]string{
		"down":                      "down",
		"DOWN":                      "down",
		"dwon":                      "down", // neighbours swapped
		"down_50":                   "down_500",
		"main-tenance":              "maintenance",
		"celigo":                    "celigo-integrator", // the first that begins so
		"Celigo-O":                  "celigo-other",
		"ünï":                       "Ünï",
		"":                          "",
		"ce":                        "", // too short to begin a name
		"zapier":                    "",
		strings.Repeat("down", 900): "",
	} {
		if near := problem.Nearest(got, valid); near != want {
			t.Errorf("%.20q: %q, want %q", got, near, want)
		}
	}
	if near := problem.Nearest("down", []string{strings.Repeat("down", 900)}); near != "" {
		t.Errorf("a name of 3,600 bytes is compared: %.20q", near)
	}
	if near := problem.Nearest("down", nil); near != "" {
		t.Errorf("among no names: %q", near)
	}
}
