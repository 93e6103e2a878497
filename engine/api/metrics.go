package api

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/outagedrill/outagedrill/engine"
)

// collector reads the figures off the platform when it is scraped.
type collector struct {
	ctx    context.Context //nolint:containedctx // it lives for one scrape
	server *server
	err    error // of reading the platform
}

// figure is one metric of the platform.
type figure struct {
	name, help string
	counts     bool // it only grows
	labels     []string
	read       func(s *server, v *View, set func(value float64, labels ...string))
}

// Describe makes the collector an unchecked one: what it collects is a matter of the configuration.
func (c *collector) Describe(chan<- *prometheus.Desc) {}

// Collect reads all figures of one view.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	var all []prometheus.Metric
	c.err = c.server.read(c.ctx, func(v *View) error {
		for _, f := range figures() {
			desc := prometheus.NewDesc("outagedrill_"+f.name, f.help, f.labels, nil)
			kind := prometheus.GaugeValue
			if f.counts {
				kind = prometheus.CounterValue
			}
			f.read(c.server, v, func(value float64, labels ...string) {
				all = append(all, prometheus.MustNewConstMetric(desc, kind, value, labels...))
			})
		}
		return nil
	})
	for _, m := range all {
		out <- m
	}
}

type set = func(value float64, labels ...string)

func figures() []figure {
	list := []figure{
		{
			"calls_total", "Requests sent to applications, tests and refreshes included.", true, nil,
			func(_ *server, v *View, set set) { set(float64(v.Engine.Calls())) },
		},
		{
			"clock_seconds", "What time it is on the platform, since the Unix epoch.", false, nil,
			func(_ *server, v *View, set set) { set(float64(v.Clock.Now) / float64(time.Second)) },
		},
		{
			"application_incident", "Whether the application's status page shows an open incident.", false,
			[]string{"application"},
			func(_ *server, v *View, set set) {
				for _, a := range v.Engine.Applications() {
					set(truth(a.Incident), a.Name)
				}
			},
		},
		{
			"connection_online", "Whether the connection is online.", false,
			[]string{"connection"},
			func(s *server, v *View, set set) {
				for c, name := range s.ids.conns {
					set(truth(v.Engine.Connection(c).Online), name)
				}
			},
		},
		{
			"notifications_decided_total", "E-mails that the platform decided to send.", true,
			[]string{"about"},
			func(_ *server, v *View, set set) { byLabel(v.History.decided, set) },
		},
		{
			"notifications_delivered_total", "E-mails that the mail server took.", true,
			[]string{"about"},
			func(_ *server, v *View, set set) { byLabel(v.History.arrived, set) },
		},
		{
			"notifications_waiting", "E-mails decided and not yet delivered.", false, nil,
			func(_ *server, v *View, set set) { set(float64(len(v.Engine.Outbox()))) },
		},
	}
	return append(append(list, jobFigures()...), flowFigures()...)
}

func jobFigures() []figure {
	resources := func(read func(r *engine.ResourceView) float64) func(*server, *View, set) {
		return func(s *server, v *View, set set) {
			for i, name := range s.ids.jobs {
				jv := v.Engine.Job(i, nil)
				for k := range jv.Resources {
					set(read(&jv.Resources[k]), name, s.resourceName(jv.Instance, jv.Resources[k].Resource))
				}
			}
		}
	}
	of := []string{"job", "resource"}
	return []figure{
		{
			"disable_threshold", "Consecutive failures of one resource that disable a polling job.",
			false, nil,
			func(_ *server, v *View, set set) { set(float64(v.Engine.Threshold())) },
		},
		{
			"job_enabled", "Whether the polling job is enabled.", false,
			[]string{"job"},
			func(s *server, v *View, set set) {
				for i, name := range s.ids.jobs {
					set(truth(v.Engine.JobEnabled(i)), name)
				}
			},
		},
		{
			"job_disablements_total", "How often the polling job was disabled.", true,
			[]string{"job", "by"},
			func(s *server, v *View, set set) {
				for i, name := range s.ids.jobs {
					set(float64(v.History.jobs[i].byPlatform), name, "platform")
					set(float64(v.History.jobs[i].byUser), name, "user")
				}
			},
		},
		{
			"polls_total", "Polls of a resource.", true, of,
			resources(func(r *engine.ResourceView) float64 { return float64(r.Polls) }),
		},
		{
			"failed_polls_total", "Polls of a resource that failed.", true, of,
			resources(func(r *engine.ResourceView) float64 { return float64(r.Failed) }),
		},
		{
			"consecutive_failures", "Polls of a resource that failed in a row until now.", false, of,
			resources(func(r *engine.ResourceView) float64 { return float64(r.ConsecutiveFailures) }),
		},
	}
}

func flowFigures() []figure {
	flows := func(read func(f *engine.FlowView) float64) func(*server, *View, set) {
		return func(s *server, v *View, set set) {
			for i, name := range s.ids.flows {
				fv := v.Engine.Flow(i)
				set(read(&fv), name)
			}
		}
	}
	of := []string{"flow"}
	return []figure{
		{
			"flow_paused", "Whether the flow is paused.", false, of,
			flows(func(f *engine.FlowView) float64 { return truth(f.State == engine.Paused) }),
		},
		{
			"flow_runs_total", "Runs of the flow.", true, of,
			flows(func(f *engine.FlowView) float64 { return float64(f.Runs) }),
		},
		{
			"flow_pages_total", "Pages that the flow read.", true, of,
			flows(func(f *engine.FlowView) float64 { return float64(f.Pages) }),
		},
		{
			"flow_delivered_records_total", "Records that the flow delivered.", true, of,
			flows(func(f *engine.FlowView) float64 { return float64(f.Delivered) }),
		},
		{
			"flow_open_errors", "Records that are open errors of the flow.", false, of,
			flows(func(f *engine.FlowView) float64 { return float64(f.OpenErrors) }),
		},
		{
			"flow_resolved_errors_total", "Records of resolved errors of the flow.", true, of,
			flows(func(f *engine.FlowView) float64 { return float64(f.Resolved) }),
		},
	}
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// byLabel sets the counts of every kind of mail.
func byLabel(counts map[string]int64, set set) {
	for _, about := range []string{
		"job.disabled", "connection.offline", "connection.online", "errors.summary",
	} {
		set(float64(counts[about]), about)
	}
}
