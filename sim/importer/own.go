package importer

import (
	"fmt"
	"slices"
	"strings"
)

// maxPolled bounds the resources that the jobs of an importer's own workload poll.
const maxPolled = 12

// SampleWorkload is a small workload around applications, as sections of a timeline file: what an import
// without a workload writes of a history that names no components.
func SampleWorkload(applications ...string) []byte {
	var windows []window
	for _, name := range applications {
		windows = append(windows, window{application: name})
	}
	return []byte(ownWorkload(windows, applications[0]).text)
}

// ownWorkload writes a small workload around the applications that fail: of each, a resource for
// every component that was out, one flow every 15 minutes into a warehouse from the one that was
// out longest, and polling jobs every 1, 5 and 15 minutes over the twelve that were out longest, so
// that short outages and long ones both show.
func ownWorkload(windows []window, app string) *workload {
	names := []string{app}
	for _, w := range windows {
		if !slices.Contains(names, w.application) {
			names = append(names, w.application)
		}
	}
	if !slices.ContainsFunc(windows, func(w window) bool { return w.application == app }) && len(names) > 1 {
		names = names[1:]
	}
	warehouse := "wms"
	for slices.Contains(names, warehouse) {
		warehouse += "-warehouse"
	}
	work := &workload{own: true}
	var applications, connections, flows, jobs strings.Builder
	for _, name := range names {
		resources := longestOut(windows, name)
		if len(resources) == 0 {
			resources = []string{"orders", "contacts"}
		}
		source, polled := resources[0], slices.Clone(resources[:min(maxPolled, len(resources))])
		slices.Sort(polled)
		slices.Sort(resources)
		link := name + "-main"
		a := &application{name: name, resources: map[string]bool{}, connections: []connection{{link, true}}}
		fmt.Fprintf(&applications, "  %s:\n    records:\n", quote(name))
		for _, r := range resources {
			a.resources[r] = true
			fmt.Fprintf(&applications, "      %s: 60/h\n", quote(r))
		}
		work.applications = append(work.applications, a)
		fmt.Fprintf(&connections, "  %s: {application: %s, auth: oauth2}\n", quote(link), quote(name))
		fmt.Fprintf(&flows, "  %s: {from: %s, to: %s, every: 15m, auto_resolve: true}\n",
			quote(name+"-to-"+warehouse), quote(link+"/"+source), quote(warehouse+"-main/"+source))
		for _, every := range []string{"1m", "5m", "15m"} {
			fmt.Fprintf(&jobs, "  %s: {instance: %s, resources: %s, every: %s}\n",
				quote(name+"-every-"+every), quote(link), quoteList(polled), every)
		}
	}
	fmt.Fprintf(&applications, "  %s: {}\n", quote(warehouse))
	fmt.Fprintf(&connections, "  %s: {application: %s}\n", quote(warehouse+"-main"), quote(warehouse))
	work.text = "applications:\n" + applications.String() + "\nconnections:\n" + connections.String() +
		"\nflows:\n" + flows.String() + "\npolling_jobs:\n" + jobs.String()
	return work
}
