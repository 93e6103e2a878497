package contract

import (
	"strings"
	"testing"
)

// TestDecode: what the contract wants and is not there, or is of another kind, is told and never made up.
func TestDecode(t *testing.T) {
	const good = `{"now": "2024-03-04T00:00:00Z", "extra": 1, "jobs": [{"id": "poll", "enabled": true,
		"disabled_by": null, "disabled_at": null, "resource": null,
		"resources": [{"name": "contacts", "consecutive_failures": 2, "delivered": 7}]}]}`
	for _, tt := range []struct{ old, new, want string }{
		{"", "", ""},
		{`"enabled": true,`, "", "jobs[0] has no enabled"},
		{`"enabled": true,`, `"Enabled": true,`, "jobs[0] has no enabled"},
		{`"enabled": true`, `"enabled": null`, "jobs[0].enabled is null (want true or false)"},
		{`"disabled_by": null,`, "", "jobs[0] has no disabled_by"},
		{`"disabled_by": null`, `"disabled_by": 3`, "jobs[0].disabled_by is 3 (want a text)"},
		{`2,`, `2.5,`, "jobs[0].resources[0].consecutive_failures is 2.5 (want a whole number)"},
		{`"disabled_at": null`, `"disabled_at": "noon"`, `jobs[0].disabled_at is "noon" (want an instant such as`},
		{`[{"name"`, `{"name"`, "the answer is no JSON: "},
		{`"resources": [`, `"resources": null, "was": [`, "jobs[0].resources is null (want a list)"},
		{good, `[]`, "the answer is [] (want an object)"},
		{good, `<html>`, "the answer is no JSON: "},
	} {
		var s State
		err := decode([]byte(strings.Replace(good, tt.old, tt.new, 1)), &s)
		switch {
		case tt.want == "" && (err != nil || s.Jobs[0].Resources[0].Delivered != 7):
			t.Errorf("%v, %+v", err, s)
		case tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)):
			t.Errorf("%q for %q: %v (want %s)", tt.new, tt.old, err, tt.want)
		}
	}
	var list []Instance
	if err := decode([]byte(`[{"id": "a"}, {}]`), &list); err == nil || err.Error() != "[1] has no id" {
		t.Errorf("%v", err)
	}
}
