package reports

import (
	"github.com/outagedrill/outagedrill/sim/journal"
)

// assumption is one chosen value (or one of the user's own) that the answer rests on.
type assumption struct {
	journal.Value
	Policy string
	Text   string // one sentence
	Brief  string // "name = value", for the terminal
}

// assumptions tells the values that nothing documents and that by their rules had a part in what happened,
// where no other runs say what they change.
func (m *model) assumptions() []assumption {
	matters := m.matters()
	told := map[string]string{} // a value that both policies have is told once
	var out []assumption
	for _, p := range m.Run.Policies {
		for _, v := range p.Values {
			if v.Basis == "documented" || !matters[p.Governs+" "+v.Name] {
				continue
			}
			other, twice := told[v.Name]
			if twice && other == v.Value {
				continue
			}
			told[v.Name] = v.Value
			a := assumption{
				Value: v, Policy: clean(p.Name), Text: assumptionText(v),
				Brief: clean(v.Name) + " = " + cleanLong(v.Value),
			}
			if twice {
				a.Text, a.Brief = plain(p.Governs)+": "+a.Text, a.Brief+" for "+plain(p.Governs)
			}
			out = append(out, a)
		}
	}
	return out
}

// concerns gathers the values that matter: "flows sweep.offset".
type concerns map[string]bool

func (c concerns) add(governs string, names ...string) {
	for _, n := range names {
		c[governs+" "+n] = true
	}
}

// matters names the values on which what happened depends.
func (m *model) matters() concerns {
	on := concerns{}
	for _, s := range m.offline {
		on.addOffline(s)
	}
	if len(m.paused) > 0 {
		on.add("flows", "queue.missed_starts", "connection.flows_at_once")
	}
	for _, f := range m.Summary.Flows {
		if f.OpenErrors > 0 {
			on.add("flows", "errors.auto_resolve")
		}
	}
	for _, s := range m.off {
		on.addDisabled(s)
	}
	for _, j := range m.Summary.Jobs {
		if j.Margin != nil && *j.Margin <= 1 && j.FailedPolls > 0 {
			on.add("polling_jobs", "threshold.boundary")
		}
	}
	for _, e := range m.each(journal.CallsFailed, journal.TokenRefreshed, journal.TokenRefreshFailed) {
		on.addEntry(e)
	}
	return on
}

// addEntry adds what a failed call, or a token that was refreshed out of turn, rests on. A routine refresh
// has no cause.
func (c concerns) addEntry(e *journal.Entry) {
	token := e.Kind == journal.TokenRefreshFailed || e.Kind == journal.TokenRefreshed && e.Cause != nil
	if e.Kind == journal.CallsFailed {
		if e.SubCause == "timeout" {
			c.add("flows", "call.timeout")
			c.add("polling_jobs", "call.timeout")
		}
		if e.Flow != "" && (e.Class == "vendor_down" || e.Class == "token_refresh_failed") {
			c.add("flows", "retry.waits", "retry.budget")
		}
		token = e.Call == "refresh" || e.Class == "token_refresh_failed"
	}
	if token {
		c.add("flows", "token.refresh_before", "token.fallback")
		c.add("polling_jobs", "token.refresh_before", "token.fallback")
	}
}

func (c concerns) addOffline(s *connStop) {
	switch s.class {
	case "bad_credentials":
		c.add("flows", "offline.bad_credentials_at_once")
	case "token_refresh_failed":
		c.add("flows", "offline.token_scope")
	default:
		c.add("flows", "retry.waits", "retry.budget", "offline.scope")
	}
	if s.by == "sweep" || !s.ended {
		c.add("flows", "sweep.offset")
	}
}

func (c concerns) addDisabled(s *jobStop) {
	if s.byUser {
		return
	}
	c.add("polling_jobs", "threshold.boundary")
	if s.ended {
		c.add("polling_jobs", "enable.keeps_counts", "enable.first_poll")
	}
}

func assumptionText(v journal.Value) string {
	s := clean(v.Name) + " = " + cleanLong(v.Value)
	switch {
	case v.Basis == "yours":
		s += ", set by you"
	case v.Why != "":
		s += ": " + trimStop(cleanLong(v.Why))
	}
	if len(v.Alternatives) > 0 {
		s = trimStop(s) + " (worth trying: " + list(cleanAll(v.Alternatives), 4) + ")"
	}
	return trimStop(s) + "."
}

func trimStop(s string) string {
	for len(s) > 0 && s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}
