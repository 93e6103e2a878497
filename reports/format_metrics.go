package reports

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// family is a metric with its samples. All are gauges: they are the figures of runs that are over, and a
// gauge is written alike in the Prometheus text format 0.0.4 and in OpenMetrics 1.0.
type family struct {
	name, help string
	samples    []gaugeSample
}

// gaugeSample is a value with its labels, names and values in turn.
type gaugeSample struct {
	labels []string
	value  float64
}

// metrics gathers families in the order in which they are first told.
type metrics struct {
	families []*family
	run      string
}

// put tells a value of the run with more labels, names and values in turn.
func (m *metrics) put(name, help string, value float64, labels ...string) {
	i := slices.IndexFunc(m.families, func(f *family) bool { return f.name == name })
	if i < 0 {
		i = len(m.families)
		m.families = append(m.families, &family{name: name, help: help})
	}
	f := m.families[i]
	f.samples = append(f.samples, gaugeSample{append([]string{"run", m.run}, labels...), value})
}

// writeMetrics writes the figures of the runs. The label run is the run's name, with a number where another
// has the same.
func writeMetrics(b *bytes.Buffer, all []*model) error {
	var out metrics
	names := map[string]int{}
	for _, m := range all {
		out.run = strip(m.Run.Name)
		if names[out.run]++; names[out.run] > 1 {
			out.run = fmt.Sprintf("%s (%d)", out.run, names[out.run])
		}
		m.measure(&out)
	}
	for _, f := range out.families {
		fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s gauge\n", f.name, f.help, f.name)
		for _, s := range f.samples {
			var labels []string
			for i := 0; i < len(s.labels); i += 2 {
				labels = append(labels, s.labels[i]+`="`+labelValue(s.labels[i+1])+`"`)
			}
			value := strconv.FormatFloat(s.value, 'g', -1, 64)
			fmt.Fprintf(b, "%s{%s} %s\n", f.name, strings.Join(labels, ","), value)
		}
	}
	b.WriteString("# EOF\n")
	return nil
}

// labelValue escapes as both formats want it.
func labelValue(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strip(s))
}

// measure tells the figures of a run.
func (m *model) measure(out *metrics) {
	r, t := m.Run, m.Summary.Totals
	out.put("outagedrill_run_info", "What was run; always 1.", 1, "environment", r.Environment,
		"seed", strconv.FormatUint(r.Seed, 10), "flows_policy", m.Summary.Policy.Flows,
		"polling_jobs_policy", m.Summary.Policy.PollingJobs, "version", r.Version)
	verdict := m.verdict().Level
	for _, l := range []level{good, warn, bad} {
		out.put("outagedrill_run_verdict", "1 for the verdict on the run: good, warn or bad.",
			one(verdict == l), "verdict", string(l))
	}
	stopped, total := m.worked()
	if total > 0 {
		out.put("outagedrill_run_up_ratio",
			"Share of the time that flows and polling jobs were neither paused nor disabled.",
			1-float64(stopped)/float64(total))
	}
	out.put("outagedrill_run_length_seconds", "How much time of the platform was played.",
		m.length().Seconds())
	out.put("outagedrill_run_expectations_failed", "Expectations of the timeline that failed.",
		float64(len(m.failedX)))
	out.put("outagedrill_run_invariants_broken", "Invariants that the simulator broke.",
		float64(len(m.failedC)))
	for _, f := range []struct {
		name, help string
		value      int64
	}{
		{"calls", "Calls of the vendors.", t.Calls},
		{"wasted_calls", "Calls that a fault answered.", t.WastedCalls},
		{"polls", "Polls of polling jobs.", t.Polls},
		{"failed_polls", "Polls that failed.", t.FailedPolls},
		{"records_created", "Records that the applications made.", t.RecordsCreated},
		{"records_delivered", "Records that were delivered.", t.RecordsDelivered},
		{"records_lost", "Records that were lost.", t.RecordsLost},
		{"records_duplicated", "Records that were delivered more than once.", t.RecordsDuplicated},
		{"notifications", "E-mails that the platform decided on.", t.Notifications},
		{"disablements", "Times that the platform disabled a polling job.", t.Disablements},
		{"manual_steps", "Steps that people did or have to do.", int64(t.ManualSteps)},
		{"manual_steps_left", "Of these, those still to be done at the end.", int64(t.ManualStepsLeft)},
	} {
		out.put("outagedrill_run_"+f.name, f.help, float64(f.value))
	}
	m.measureJobs(out)
	m.measureFlows(out)
	m.measureOutages(out)
}

func (m *model) measureJobs(out *metrics) {
	for _, c := range m.Summary.Connections {
		out.put("outagedrill_connection_online", "Whether the connection is online at the end.",
			one(c.State == "online"), "application", c.Application, "connection", c.ID)
	}
	for i := range m.Summary.Jobs {
		j := &m.Summary.Jobs[i]
		job := []string{"job", j.ID}
		put := func(name, help string, value float64) {
			out.put("outagedrill_job_"+name, help, value, job...)
		}
		put("enabled", "Whether the polling job is enabled at the end.", one(j.State == "enabled"))
		put("disablements", "Times that the platform disabled the polling job.", float64(len(j.Disablements)))
		put("off_seconds", "For how long the platform had the polling job disabled.",
			time.Duration(j.OffFor).Seconds())
		put("polls", "Polls of the polling job.", float64(j.Polls))
		put("failed_polls", "Polls of the polling job that failed.", float64(j.FailedPolls))
		put("records_waiting", "Records that wait for the polling job at the end.", float64(j.Waiting))
		put("records_lost", "Records that the polling job lost.", float64(j.Lost))
		if j.Margin != nil {
			put("margin_failures", "How many failures in a row more would have disabled the polling job.",
				float64(*j.Margin))
		}
	}
}

func (m *model) measureFlows(out *metrics) {
	paused := map[string]time.Duration{}
	for _, s := range m.paused {
		paused[s.flow] += m.until(s).Sub(s.from)
	}
	for i := range m.Summary.Flows {
		f := &m.Summary.Flows[i]
		flow := []string{"flow", f.ID}
		put := func(name, help string, value float64) {
			out.put("outagedrill_flow_"+name, help, value, flow...)
		}
		put("pauses", "Times that the flow was paused.", float64(len(f.Paused)))
		put("paused_seconds", "For how long the flow was paused or waited for its turn.",
			paused[f.ID].Seconds())
		put("lateness_max_seconds", "Lateness of the latest record.", time.Duration(f.LateMax).Seconds())
		put("records_waiting", "Records that wait for the flow at the end.", float64(f.Waiting))
		put("records_lost", "Records that the flow lost.", float64(f.Lost))
		put("errors_open", "Records that stand as open errors at the end.", float64(f.OpenErrors))
		put("backlog_peak_records", "The most records that waited at one time.", float64(f.BacklogPeak))
	}
}

// measureOutages sums the outages of each application; the delays are the longest.
func (m *model) measureOutages(out *metrics) {
	for _, a := range m.Run.Applications {
		var n, open int
		var length time.Duration
		var detected, recovered *journal.Seconds
		for _, o := range m.Summary.Outages {
			if o.Application != a.Name {
				continue
			}
			n++
			length += o.To.Sub(o.From)
			if o.RecoveryDelay == nil {
				open++
			}
			detected, recovered = longest(detected, o.DetectionDelay), longest(recovered, o.RecoveryDelay)
		}
		put := func(name, help string, value float64) {
			out.put("outagedrill_application_"+name, help, value, "application", a.Name)
		}
		put("outages", "Outages of the application.", float64(n))
		put("outage_seconds", "For how long the application had an outage.", length.Seconds())
		put("outages_not_recovered", "Outages after which not all works again by the end.", float64(open))
		if detected != nil {
			put("detection_max_seconds", "Longest delay from the start of an outage to the first reaction.",
				time.Duration(*detected).Seconds())
		}
		if recovered != nil {
			put("recovery_max_seconds",
				"Longest delay from the end of an outage until all works again, where it does.",
				time.Duration(*recovered).Seconds())
		}
	}
}

func longest(a, b *journal.Seconds) *journal.Seconds {
	if a == nil || b != nil && cmp.Less(*a, *b) {
		return b
	}
	return a
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
