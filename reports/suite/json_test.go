package suite_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// What is written as JSON is read back, and written in every format as if it had not been: results that went
// through a file and those that did not are alike, also where bytes were no UTF-8.
func TestJSONReadBack(t *testing.T) {
	for _, s := range []*suite.Suite{mixed(), green()} {
		text := write(t, "json", s)
		got, err := suite.Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range suite.Formats() {
			if diff := cmp.Diff(write(t, f.Name, s), write(t, f.Name, got)); diff != "" {
				t.Errorf("%s (-direct +read):\n%s", f.Name, diff)
			}
		}
	}
	got, err := suite.Read(strings.NewReader(write(t, "json", green())))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(green(), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What no run can come to is refused, with what is wrong.
func TestReadRefuses(t *testing.T) {
	text := write(t, "json", green())
	for want, broken := range map[string]string{
		"line 1: the results end too soon":     "",
		"line 1: invalid character 'k'":        "kind: timeline\n",
		`unknown field "begin"`:                strings.Replace(text, `"began"`, `"begin"`, 1),
		"line 3: environment is a number":      strings.Replace(text, `"environment": {`, `"environment": 7, "driver": {`, 1),
		"the results are of format 2 (want 1)": strings.Replace(text, `"format": 1`, `"format": 2`, 1),
		"repeat is 0":                          strings.Replace(text, `"repeat": 1`, `"repeat": 0`, 1),
		"3 scenarios of 2 are selected":        strings.Replace(text, `"selected": 2`, `"selected": 3`, 1),
		`features/disabling.feature:21: its status is "fine"`: strings.Replace(text,
			"\"status\": \"passed\",\n      \"steps\"", "\"status\": \"fine\",\n      \"steps\"", 1),
		`its step 1 has status "fine"`:         strings.Replace(text, "\"status\": \"passed\"\n", "\"status\": \"fine\"\n", 1),
		"position 1, attempt 1 is there twice": strings.Replace(text, `"position": 0`, `"position": 1`, 1),
		"its position is -1":                   strings.Replace(text, `"position": 0`, `"position": -1`, 1),
		"its attempt is 2 (want 1 to 1)":       strings.Replace(text, `"attempt": 1`, `"attempt": 2`, 1),
		"the results are of shard 3/2":         strings.Replace(text, `"found"`, `"shard": {"index": 3, "of": 2, "plan": "p"}, "found"`, 1),
		`its step 1 has cause "fate" (want invariant, fault or none)`: strings.Replace(text,
			"\"status\": \"passed\"\n", "\"status\": \"passed\", \"failure\": {\"message\": \"\", \"cause\": \"fate\"}\n", 1),
		"more after the end of the results": text + "{}",
	} {
		if _, err := suite.Read(strings.NewReader(broken)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
}
