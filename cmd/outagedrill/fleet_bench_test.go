package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// githubHistory is a real history that is no part of the project; without it the benchmark is skipped.
const githubHistory = "../../../shared/data/outages-project/github/incidents.ndjson"

// fleetOfForty is 32 polling jobs, at the intervals that people use, and 8 flows, each with a connection of
// its own.
func fleetOfForty() string {
	var b strings.Builder
	resources := []string{
		"issues", "pull-requests", "webhooks", "actions", "packages", "pages", "git-operations", "api-requests",
	}
	b.WriteString("name,application,resources,every,to,connection,phase,auth,records\n")
	for i := range 32 {
		polled := resources[i%8]
		if i%3 == 0 {
			polled += " " + resources[(i+3)%8]
		}
		fmt.Fprintf(&b, "poll-%02d,github,%s,%s,,github-%02d,%ds,%s,60/h\n", i, polled,
			[]string{"1m", "5m", "5m", "15m", "15m", "1h"}[i%6], i, 7*i%60, []string{"oauth2", "api_key"}[i%2])
	}
	for i := range 8 {
		fmt.Fprintf(&b, "flow-%02d,github,%s,%s,warehouse,github-f%02d,%dm,oauth2,60/h\n", i, resources[i],
			[]string{"5m", "15m", "1h"}[i%3], i, i)
	}
	return b.String()
}

// BenchmarkFleetYear is the command of somebody who asks ten thresholds of a year of GitHub's incidents
// over forty connectors: 600 runs, for each is made under 60 offsets of the sweep.
func BenchmarkFleetYear(b *testing.B) {
	if _, err := os.Stat(githubHistory); err != nil {
		b.Skip("no real histories here")
	}
	dir := b.TempDir()
	fleet, year := filepath.Join(dir, "fleet.csv"), filepath.Join(dir, "year.yaml")
	if err := os.WriteFile(fleet, []byte(fleetOfForty()), 0o600); err != nil {
		b.Fatal(err)
	}
	con := func() *console {
		return &console{out: io.Discard, err: io.Discard, in: strings.NewReader(""), now: time.Now, hidden: &hiddenFiles{}}
	}
	do := func(args ...string) {
		if code := run(context.Background(), con(), args); code != exitOK {
			b.Fatalf("%v: exit status %d", args, code)
		}
	}
	do("import", "statuspage", githubHistory, "--application", "github", "--workload", fleet,
		"--from", "2022-01-01", "--to", "2023-01-01", "-o", year)
	b.ResetTimer()
	for b.Loop() {
		do("compare", year, "--workload", fleet, "--threshold", "50,60,70,80,90,100,120,150,200,300", "-o",
			filepath.Join(dir, "out"))
	}
}
