package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/features/contract"
)

// attribute finds the polling job or the flow for which a call was made: by what its header says, or else
// because there is but one that may make it. A test of a connection is for none of them, nor is the renewal
// of the token of one that is offline.
func (w *targetWatch) attribute(h *heardCall) error {
	h.job, h.flow = -1, -1
	switch {
	case h.request.Op == dialect.TestConnection:
		return nil
	case h.header != "" && h.flowHeader != "":
		return fmt.Errorf("a call of %s has %s and %s (want one of them)",
			w.tl.Connections[h.request.Connection].Name, contract.JobHeader, contract.FlowHeader)
	case h.header != "":
		return w.named(h, contract.JobHeader, h.header, w.jobNames(), w.fitsJob, &h.job)
	case h.flowHeader != "":
		return w.named(h, contract.FlowHeader, h.flowHeader, w.flowNames(), w.fitsFlow, &h.flow)
	}
	return w.guessed(h)
}

// fitsJob tells whether a polling job may make a call.
func (w *targetWatch) fitsJob(job int, h *heardCall) bool {
	j := &w.tl.PollingJobs[job]
	return j.Instance == h.request.Connection && h.request.Op != dialect.WriteRecords &&
		(h.request.Resource < 0 || slices.Contains(j.Resources, h.request.Resource))
}

// named takes the work that a header names.
func (w *targetWatch) named(
	h *heardCall, header, name string, names []string, fits func(int, *heardCall) bool, into *int,
) error {
	i := slices.Index(names, name)
	switch {
	case i < 0:
		return fmt.Errorf("a call of %s has %s: %s (want %s)",
			w.tl.Connections[h.request.Connection].Name, header, name, orNone(list(names)))
	case !fits(i, h):
		return fmt.Errorf("the platform calls %s (want %s)", w.words(h), w.ways(h))
	}
	*into = i
	return nil
}

// ways says what the work that a header names may call.
func (w *targetWatch) ways(h *heardCall) string {
	if i := slices.Index(w.jobNames(), h.header); i >= 0 {
		return "connection " + w.instance(i) + " and resources of that job"
	}
	f := &w.tl.Flows[slices.Index(w.flowNames(), h.flowHeader)]
	word := func(connection, resource int) string {
		c := &w.tl.Connections[connection]
		return c.Name + "/" + w.vendors.Applications[c.Application].Resources[resource].Name
	}
	return "a page of " + word(f.From.Connection, f.From.Resource) +
		" or a write to " + word(f.To.Connection, f.To.Resource)
}

// guessed finds the only work that may make a call.
func (w *targetWatch) guessed(h *heardCall) error {
	if h.request.Op == dialect.RefreshToken && w.hasFlows && !w.conns[h.request.Connection].last.Online {
		return nil // for a test: neither jobs nor flows are at work there
	}
	var found []string
	for i := range w.jobs {
		if w.fitsJob(i, h) {
			h.job = i
			found = append(found, w.jobs[i].last.ID)
		}
	}
	for i := range w.flows {
		if w.fitsFlow(i, h) {
			h.flow = i
			found = append(found, w.flows[i].last.ID)
		}
	}
	refreshed := h.request.Op == dialect.RefreshToken && h.reading.Class == dialect.OK
	switch {
	case len(found) == 1:
		return nil
	case refreshed:
		h.job, h.flow = -1, -1
		return nil
	case len(found) == 0:
		return fmt.Errorf("the platform calls %s, which no job polls and no flow moves", w.words(h))
	}
	headers := contract.JobHeader
	switch {
	case h.job < 0:
		headers = contract.FlowHeader
	case h.flow >= 0:
		headers += " or " + contract.FlowHeader
	}
	return &unoffered{fmt.Sprintf("without %s nobody can tell the calls of %s apart", headers, list(found))}
}
