package journal

func (c *Counters) appendJSON(b []byte) []byte {
	b = keyInt(b, `{"calls":`, c.Calls)
	b = keyInt(b, `,"wasted_calls":`, c.WastedCalls)
	b = keyInt(b, `,"records_created":`, c.RecordsCreated)
	b = appendList(append(b, `,"jobs":`...), c.Jobs, appendJobCounters)
	b = appendList(append(b, `,"connections":`...), c.Connections, appendConnectionEnd)
	b = appendList(append(b, `,"flows":`...), c.Flows, appendFlowCounters)
	return append(b, '}')
}

func appendJobCounters(b []byte, j *JobCounters) []byte {
	b = keyText(b, `{"job":`, j.Job)
	b = keyText(b, `,"state":`, j.State)
	b = keyInt(b, `,"threshold":`, int64(j.Threshold))
	b = keyInt(b, `,"polls":`, j.Polls)
	b = keyInt(b, `,"failed_polls":`, j.FailedPolls)
	b = keyInt(b, `,"delivered":`, j.Delivered)
	b = keyInt(b, `,"waiting":`, j.Waiting)
	b = keyInt(b, `,"lost":`, j.Lost)
	b = keyInt(b, `,"duplicated":`, j.Duplicated)
	b = keyInt(b, `,"late":`, j.Late)
	b = keyInt(b, `,"past_deadline":`, j.PastDeadline)
	b = appendList(append(b, `,"resources":`...), j.Resources, appendResourceCounters)
	return append(b, '}')
}

func appendResourceCounters(b []byte, r *ResourceCounters) []byte {
	b = keyText(b, `{"name":`, r.Name)
	b = keyInt(b, `,"polls":`, r.Polls)
	b = keyInt(b, `,"failed_polls":`, r.FailedPolls)
	b = keyInt(b, `,"consecutive_failures":`, int64(r.ConsecutiveFailures))
	b = keyInt(b, `,"longest_streak":`, int64(r.LongestStreak))
	return append(b, '}')
}

func appendConnectionEnd(b []byte, c *ConnectionEnd) []byte {
	b = keyText(b, `{"connection":`, c.Connection)
	b = keyText(b, `,"state":`, c.State)
	return append(b, '}')
}

func appendFlowCounters(b []byte, f *FlowCounters) []byte {
	b = keyText(b, `{"flow":`, f.Flow)
	b = keyText(b, `,"state":`, f.State)
	b = keyInt(b, `,"runs":`, f.Runs)
	b = keyInt(b, `,"pages":`, f.Pages)
	b = keyInt(b, `,"delivered":`, f.Delivered)
	b = keyInt(b, `,"waiting":`, f.Waiting)
	b = keyInt(b, `,"open_errors":`, f.OpenErrors)
	b = keyInt(b, `,"resolved_errors":`, f.ResolvedErrors)
	b = keyInt(b, `,"unretryable_errors":`, f.UnretryableErrors)
	b = keyInt(b, `,"lost":`, f.Lost)
	b = keyInt(b, `,"duplicated":`, f.Duplicated)
	b = keyInt(b, `,"late":`, f.Late)
	b = keyInt(b, `,"past_deadline":`, f.PastDeadline)
	b = keySeconds(b, `,"late_max_s":`, f.LateMax)
	b = keySeconds(b, `,"late_p95_s":`, f.LateP95)
	b = timeOrNull(b, `,"delivered_again_at":`, f.DeliveredAgainAt)
	b = keyInt(b, `,"backlog_peak":`, f.BacklogPeak)
	b = timeOrNull(b, `,"backlog_peak_at":`, f.BacklogPeakAt)
	b = timeOrNull(b, `,"backlog_drained_at":`, f.BacklogDrainedAt)
	b = timeOrNull(b, `,"backlog_errors_since":`, f.BacklogErrorsSince)
	b = append(b, `,"drain":`...)
	if d := f.Drain; d == nil {
		b = append(b, "null"...)
	} else {
		b = d.From.AppendJSON(append(b, `{"from":`...))
		b = d.To.AppendJSON(append(b, `,"to":`...))
		b = keyInt(b, `,"arrived":`, d.Arrived)
		b = append(keyInt(b, `,"delivered":`, d.Delivered), '}')
	}
	b = intOrNull(b, `,"backlog_change_per_hour":`, f.BacklogChangePerHour)
	b = intOrNull(b, `,"capacity_per_hour":`, f.CapacityPerHour)
	b = append(b, `,"intake":`...)
	if in := f.Intake; in == nil {
		b = append(b, "null"...)
	} else {
		b = keyInt(b, `{"buffered":`, in.Buffered)
		b = keyInt(b, `,"buffer_peak":`, in.BufferPeak)
		b = append(keyInt(b, `,"refused":`, in.Refused), '}')
	}
	return append(b, '}')
}

func timeOrNull(b []byte, key string, t *Time) []byte {
	b = append(b, key...)
	if t == nil {
		return append(b, "null"...)
	}
	return t.AppendJSON(b)
}

func intOrNull(b []byte, key string, n *int64) []byte {
	if n == nil {
		return append(append(b, key...), "null"...)
	}
	return keyInt(b, key, *n)
}
