package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// filterFlags say which calls are meant.
type filterFlags struct{ values map[string]*string }

// filterNames are the filters of the API that have a flag, with what the help says.
func filterNames() [][2]string {
	return [][2]string{
		{"vendor", "of the vendor `NAME`"},
		{"connection", "of the connection `NAME`"},
		{"endpoint", "of the endpoint `NAME`"},
		{"method", "with this `METHOD`"},
		{"path", "whose path begins with `PATH`"},
		{"outcome", "with this `STATUS`: 429, 4xx, conn_reset; none: without an answer"},
		{"cause", "that mean this `CAUSE`: ok, rate_limited, bad_credentials, vendor_down, rejected"},
		{"rule", "that were answered by this `RULE`: served, fault, limit, expired"},
		{"credential", "with the credential of this `FINGERPRINT`"},
		{"since", "from this `INSTANT` on"},
		{"until", "before this `INSTANT`"},
	}
}

func (f *filterFlags) register(set *pflag.FlagSet) {
	set.SortFlags = false
	f.values = map[string]*string{}
	for _, n := range filterNames() {
		f.values[n[0]] = set.String(n[0], "", "only calls "+n[1])
	}
}

// given are the filters that are set.
func (f *filterFlags) given() map[string]string {
	given := map[string]string{}
	for name, value := range f.values {
		if *value != "" {
			given[name] = *value
		}
	}
	return given
}

func newVendorJournal(con *console) *cobra.Command {
	c := &adminClient{con: con}
	var filter filterFlags
	var follow bool
	var after int64
	cmd := &cobra.Command{
		Use:   "journal [FILTER]… [--after N] [--follow] [--admin URL] [--token TOKEN]",
		Short: "Print the calls of a running vendor, and why each was answered so",
		Long: `Journal prints a line of JSON for each call, and for each deed of the tester:
docs/vendor-admin.md says what is in it. No credential is, only fingerprints.`,
		Example: `  outagedrill vendor journal --vendor github --outcome 4xx
  outagedrill vendor journal --follow > calls.ndjson`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			query := url.Values{"deeds": {"true"}, "after": {strconv.FormatInt(after, 10)}}
			for name, value := range filter.given() {
				query.Set(name, value)
			}
			if follow {
				query.Set("follow", "true")
			}
			return c.journal(cmd.Context(), "/journal.ndjson?"+query.Encode())
		},
	}
	filter.register(cmd.Flags())
	cmd.Flags().Int64Var(&after, "after", 0, "only entries after the number `N`")
	cmd.Flags().BoolVar(&follow, "follow", false, "go on with what comes, until a signal")
	return c.asks(cmd)
}

func (c *adminClient) journal(ctx context.Context, path string) error {
	lines, err := c.send(ctx, http.MethodGet, path, "", nil)
	if err != nil {
		return err
	}
	defer lines.Close() //nolint:errcheck // it is only read
	if _, err := io.Copy(c.con.out, lines); err != nil && !errors.Is(err, context.Canceled) {
		return usagef("the vendor at %s went away: %w", c.url, reasonOf(err))
	}
	return nil
}

func newVendorVerify(con *console) *cobra.Command {
	c := &adminClient{con: con}
	var filter filterFlags
	var wait string
	bounds := map[string]*int{}
	cmd := &cobra.Command{
		Use: "verify [FILTER]… [--exactly N] [--at-least N] [--at-most N] [--wait DURATION] [--admin URL]" +
			" [--token TOKEN]",
		Short: "Count the calls that a running vendor got, and compare",
		Long: `Verify counts the calls that match. Without a number it wants one at least; with --wait it
gives them time to come. The exit status is 1 where the number is another.`,
		Example: `  outagedrill vendor verify --vendor stripe --outcome 429 --at-most 1
  outagedrill vendor verify --endpoint list-orders --at-least 2 --wait 30s`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			body := map[string]any{"match": filter.given()}
			for flag, name := range map[string]string{
				"exactly": "exactly", "at-least": "at_least", "at-most": "at_most",
			} {
				if cmd.Flags().Changed(flag) {
					body[name] = *bounds[flag]
				}
			}
			return c.verify(cmd.Context(), &filter, wait, body)
		},
	}
	filter.register(cmd.Flags())
	for _, flag := range []string{"exactly", "at-least", "at-most"} {
		bounds[flag] = cmd.Flags().Int(flag, 0, "want "+strings.ReplaceAll(flag, "-", " ")+" `N` calls")
	}
	cmd.Flags().StringVar(&wait, "wait", "", "wait for as many as are wanted, up to `DURATION`")
	return c.asks(cmd)
}

func (c *adminClient) verify(
	ctx context.Context, filter *filterFlags, wait string, body map[string]any,
) error {
	if wait != "" {
		want := 1
		for _, name := range []string{"exactly", "at_least"} {
			if n, ok := body[name].(int); ok {
				want = max(n, 1)
			}
		}
		query := url.Values{"timeout": {wait}, "count": {strconv.Itoa(want)}}
		for name, value := range filter.given() {
			query.Set(name, value)
		}
		if err := c.ask(ctx, http.MethodGet, "/journal/wait?"+query.Encode(), nil, nil); err != nil {
			return err
		}
	}
	var verified struct {
		OK      bool   `json:"ok"`
		Message string `json:"message"`
	}
	if err := c.ask(ctx, http.MethodPost, "/verify", body, &verified); err != nil {
		return err
	}
	c.say("%s", verified.Message)
	if !verified.OK {
		return &failure{code: exitFailed}
	}
	return nil
}
