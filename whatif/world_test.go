package whatif_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// worldText generates small timelines in which much can go wrong: one to three flows and none to two jobs on
// two applications, several faults, people who may act.
func worldText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		word := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
		b.WriteString("outagedrill: 1\nname: world\nstart: 2024-03-04T00:00:00Z\nduration: 8h\n")
		fmt.Fprintf(&b, "environment: %s\napplications:\n", word("environment", "snapshot", "staging"))
		for _, app := range []string{"shop", "erp"} {
			fmt.Fprintf(&b, "  %s: {records: {orders: 2/m, stock: 40/h}, latency: %s, idempotent: %s, retention: %s}\n",
				app, word("latency", "0s", "300ms", "2s"), word("idempotent", "true", "false"),
				word("retention", "1h", "30d"))
		}
		b.WriteString("connections:\n")
		auth := func() string { return word("auth", "api_key", "oauth2") }
		fmt.Fprintf(&b, "  shop-main: {application: shop, auth: %s}\n", auth())
		fmt.Fprintf(&b, "  erp-main: {application: erp, auth: %s}\n", auth())
		fmt.Fprintf(&b, "  erp-other: {application: erp, auth: %s}\n", auth())
		if n := rapid.IntRange(0, 3).Draw(t, "flows"); n > 0 {
			b.WriteString("flows:\n")
			for i := range n {
				fmt.Fprintf(&b, "  flow-%d: {from: shop-main/orders, to: %s/orders, every: %s%s}\n", i,
					word("to", "erp-main", "erp-other"), word("every", "5m", "7m", "30m"),
					word("resolve", "", ", auto_resolve: true", ", deadline: 1h"))
			}
		}
		if n := rapid.IntRange(0, 2).Draw(t, "jobs"); n > 0 {
			b.WriteString("polling_jobs:\n")
			for i := range n {
				fmt.Fprintf(&b, "  job-%d: {instance: %s, resources: %s, every: %s}\n", i,
					word("instance", "erp-main", "shop-main"), word("resources", "[stock]", "[stock, orders]"),
					word("interval", "1m", "4m"))
			}
		}
		b.WriteString("events:\n")
		for range rapid.IntRange(1, 3).Draw(t, "faults") {
			fmt.Fprintf(&b, "  - {at: +%dm, %s, for: %dm}\n", rapid.IntRange(5, 360).Draw(t, "at"),
				word("fault", "application: erp, fault: down", "application: shop, fault: down",
					"application: erp, fault: down, how: timeout, applied: true",
					"application: erp, fault: rate_limited, retry_after: 90s", "application: erp, fault: rejected",
					"application: shop, fault: slow, latency: 45s", "connection: erp-main, fault: bad_credentials"),
				rapid.IntRange(1, 150).Draw(t, "for"))
		}
		b.WriteString(word("people", "", "  - {at: +5h, operator: reauthorize, connection: erp-main}\n",
			"  - {at: +4h, environment: snapshot}\n"))
		b.WriteString(word("operators", "", "operators: [{when: job.disabled, do: enable, after: 20m}]\n"))
		return b.String()
	})
}
