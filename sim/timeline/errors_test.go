package timeline_test

import (
	"errors"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// header and world are what a case adds after its input, so that the lines in messages are its own.
const (
	header = `
outagedrill: 1
start: 2024-03-01T00:00:00Z
duration: 24h
`
	applications = header + `
applications:
  acme: {records: {orders: 60/h}}
  wms:
connections:
  acme-main: {application: acme, auth: oauth2}
  wms-main: {application: wms}
`
	world = applications + `
flows:
  orders-to-wms: {from: acme-main/orders, to: wms-main/orders, every: 15m}
polling_jobs:
  orders-poll: {instance: acme-main, resources: [orders], every: 5m}
`
)

// TestErrors holds every message to its letters. A case is "parse" for a whole file, or
// "parse base=header", "base=applications" or "base=world" for a file that goes on with one of these.
func TestErrors(t *testing.T) {
	bases := map[string]string{"header": header, "applications": applications, "world": world}
	datadriven.Walk(t, "testdata/errors", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			base := "none"
			if d.HasArg("base") {
				d.ScanArgs(t, "base", &base)
			}
			_, err := timeline.Parse("drill.yaml", []byte(d.Input+"\n"+bases[base]))
			if err == nil {
				return "ok"
			}
			if errs := timeline.Errors(nil); !errors.As(err, &errs) || len(errs) == 0 {
				t.Fatalf("error %T is no Errors", err)
			}
			return err.Error()
		})
	})
}
