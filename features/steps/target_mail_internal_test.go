package steps

import (
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/features/contract"
)

// TestAbout: an e-mail is about the job that it names as a word; where it names several, about one that was
// disabled and of which nobody was told.
func TestAbout(t *testing.T) {
	for _, tt := range []struct{ untold, subject, body, want string }{
		{"crm", "Job crm disabled", "Its resource contacts failed.", "crm"},
		{"crm", "A job was disabled", "Job crm: its resource contacts failed.", "crm"},
		{"contacts crm", "Job crm disabled", "Its resource contacts failed.", "crm"},
		{"", "Job crm disabled", "Its resource contacts failed.", "crm"},
		{"contacts", "Job contacts-2 disabled", "", "contacts-2"},
		{"contacts", "Your contacts", "", "contacts"},
		{"contacts", "contacts_2 and crmx", "", ""},
	} {
		w := &targetWatch{}
		for _, name := range []string{"contacts", "contacts-2", "crm"} {
			j := watchedJob{last: contract.JobState{ID: name}}
			if strings.Contains(" "+tt.untold+" ", " "+name+" ") {
				j.untold = 1
			}
			w.jobs = append(w.jobs, j)
		}
		got := ""
		if job := w.about(&letter{subject: tt.subject, body: tt.body}); job >= 0 {
			got = w.jobs[job].last.ID
		}
		if got != tt.want {
			t.Errorf("%q %q, untold %q: about %q (want %q)", tt.subject, tt.body, tt.untold, got, tt.want)
		}
	}
}
