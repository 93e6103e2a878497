package steps

import (
	"regexp"
	"testing"
)

// TestChoices wants the choices of a kind to be what its pattern takes.
func TestChoices(t *testing.T) {
	listed := 0
	for _, k := range kinds() {
		pattern := regexp.MustCompile("^" + k.text + "$")
		for _, choice := range k.among {
			listed++
			m := pattern.FindStringSubmatch(choice)
			if m == nil {
				t.Errorf("{%s} does not take its choice %q", k.name, choice)
				continue
			}
			if _, err := k.parse(m[1]); err != nil {
				t.Errorf("{%s} refuses its choice %q: %v", k.name, choice, err)
			}
		}
	}
	if want := len(hows()) + len(auths()) + len(mails()) + len(countings()) + len(news()) + len(reactions()); listed < want {
		t.Errorf("%d choices (want %d or more)", listed, want)
	}
}

// TestNearest holds what somebody who mistyped a step is offered.
func TestNearest(t *testing.T) {
	lib, err := NewLibrary()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{`an appliction "acme" with "orders" at 1/m`, `an application {application} with {resource} at {rate}`},
		{`job "poll" is never disaled`, `job {job} is never disabled`},
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
