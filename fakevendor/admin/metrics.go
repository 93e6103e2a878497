package admin

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// collector reads the figures off the world when it is scraped.
type collector struct{ s *server }

// Describe makes it an unchecked collector: what it collects is a matter of the world.
func (c collector) Describe(chan<- *prometheus.Desc) {}

// Collect reads all figures.
func (c collector) Collect(out chan<- prometheus.Metric) {
	figure := func(kind prometheus.ValueType, name, help string, labels ...string) func(float64, ...string) {
		desc := prometheus.NewDesc("outagedrill_vendor_"+name, help, labels, nil)
		return func(value float64, of ...string) {
			out <- prometheus.MustNewConstMetric(desc, kind, value, of...)
		}
	}
	gauge, counter := prometheus.GaugeValue, prometheus.CounterValue
	c.clock(func(name, help string) func(float64, ...string) { return figure(gauge, name, help) })
	calls := figure(counter, "calls_total", "Calls that were answered, or not.",
		"vendor", "endpoint", "outcome", "rule")
	for of, n := range c.s.journal.Counts() {
		calls(float64(n), of.Vendor, of.Endpoint, of.Outcome, of.Rule)
	}
	extent := c.s.journal.Extent()
	written := figure(counter, "journal_entries_total", "Entries of the journal, deeds included.")
	written(float64(extent.Last))
	figure(gauge, "journal_dropped", "Entries of the journal that are kept no more.")(float64(extent.Lost(0)))
	failed := figure(gauge, "journal_failed", "Whether the journal cannot be written to its file any more.")
	failed(truth(extent.Failed != nil))
	faults := figure(gauge, "fault_active", "Whether the fault is in its window and not ended.",
		"number", "application", "fault")
	for _, f := range c.s.faults() {
		faults(truth(f.State == "active"), strconv.Itoa(f.Number), f.Application, f.Fault)
	}
	used := figure(gauge, "limit_used", "How much of a limit is used.", "application", "limit", "key")
	most := figure(gauge, "limit_most", "How much of a limit there is.", "application", "limit", "key")
	for _, l := range c.s.limits() {
		used(float64(l.Used), l.Application, l.Name, l.Key)
		most(float64(l.Limit), l.Application, l.Name, l.Key)
	}
}

func (c collector) clock(gauge func(name, help string) func(float64, ...string)) {
	r := c.s.clock.Read()
	now := gauge("clock_seconds", "What time it is at the vendor, since the Unix epoch.")
	now(float64(r.Now.UnixNano()) / float64(time.Second))
	gauge("clock_frozen", "Whether time stands still.")(truth(r.Frozen))
	gauge("clock_scale", "The vendor's seconds in one of yours, while it is not frozen.")(r.Scale)
	gauge("calls_waiting", "Calls that wait for their latency.")(float64(r.Waiting))
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
