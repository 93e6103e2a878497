package steps

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestKinds wants every kind of value to say how it is written, and every choice to be one that its pattern takes.
func TestKinds(t *testing.T) {
	for _, k := range kinds() {
		d := described(k.name)
		if d.Form == "" {
			t.Errorf("{%s} does not say how it is written", k.name)
		}
		pattern := regexp.MustCompile("^" + k.text + "$")
		for _, choice := range d.Choices {
			if !pattern.MatchString(choice) {
				t.Errorf("{%s} does not take its choice %q", k.name, choice)
			}
		}
		if bare, ok := strings.CutPrefix(k.text, "("); ok && !strings.ContainsAny(bare, `[\"`) {
			want := strings.Split(strings.TrimSuffix(bare, ")"), "|")
			if !slices.Equal(want, d.Choices) {
				t.Errorf("{%s} offers %q (want %q)", k.name, d.Choices, want)
			}
		}
	}
}

// TestNearest holds what somebody who mistyped a step is offered.
func TestNearest(t *testing.T) {
	lib, err := NewLibrary()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{`an aplication "acme" with "orders" at 1/m`, `an application {name} with {name} at {rate}`},
		{`job "poll" is never disabeld`, `job {name} is never disabled`},
		{`the environment is snapshot`, `the environment is {environment}`},
		{`the run lasts "3 hours"`, `the run lasts {duration}`},
		{`whatever comes next I do not care`, ""},
	} {
		near := lib.Nearest(tt.text)
		if tt.want == "" && len(near) > 0 || tt.want != "" && (len(near) == 0 || near[0].Pattern != tt.want) {
			var got []string
			for _, s := range near {
				got = append(got, s.Pattern)
			}
			t.Errorf("%s: the nearest are %q (want %q first)", tt.text, got, tt.want)
		}
	}
}
