package whatif

import (
	"context"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// Fleet says of each polling job of a case how long an outage must last to disable it.
func Fleet(ctx context.Context, base Case) ([]journal.FleetJob, error) {
	base, err := base.filled()
	if err != nil {
		return nil, err
	}
	solved, err := ShortestOutages(ctx, base)
	if err != nil {
		return nil, err
	}
	threshold := thresholdOf(&base)
	out := make([]journal.FleetJob, len(solved))
	for i, s := range solved {
		job := &base.Timeline.PollingJobs[i]
		app := &base.Timeline.Applications[base.Timeline.Connections[job.Instance].Application]
		out[i] = journal.FleetJob{
			Job: job.Name, Never: s.Never, Threshold: threshold, EverySeconds: journal.Seconds(job.Every),
			Application: app.Name, Drawn: app.Latency.P99 > 0,
		}
		if s.Never == "" {
			length := journal.Seconds(s.Length)
			out[i].ShortestOutage = &length
		}
	}
	return out, nil
}
