package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/fakevendor/admin"
)

// faultAnswer is a fault as the API tells it.
type faultAnswer struct {
	Number int `json:"number"`
	admin.FaultSpec
	From  string  `json:"from"`
	Until *string `json:"until"`
	State string  `json:"state"`
}

func (c *adminClient) sayFault(f *faultAnswer) {
	until := "somebody ends it"
	if f.Until != nil {
		until = *f.Until
	}
	c.say("%d  %-7s  %s  from %s until %s", f.Number, f.State, f.FaultSpec.String(), f.From, until)
}

func newVendorFault(con *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "fault COMMAND", Short: "Add, list and end faults of a running vendor",
		Example: `  outagedrill vendor fault add down how=timeout application=github for=5m
  outagedrill vendor fault add rate_limited connection=acme-main retry_after=30s at=+10m
  outagedrill vendor fault end 3`,
	}
	c := &adminClient{con: con}
	cmd.AddCommand(
		c.asks(&cobra.Command{
			Use: "add FAULT [KEY=VALUE…] [--admin URL] [--token TOKEN]", Short: "Add a fault",
			Long: `Add adds a fault. Its words and keys are those of an event of a timeline: it begins now,
unless at= says otherwise, and lasts until fault end, unless for= does.`,
			RunE: func(cmd *cobra.Command, args []string) error { return c.addFault(cmd.Context(), args) },
		}),
		c.asks(&cobra.Command{
			Use: "list [--admin URL] [--token TOKEN]", Short: "List all faults", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return c.faults(cmd.Context(), http.MethodGet, "/faults")
			},
		}),
		c.asks(&cobra.Command{
			Use: "end NUMBER…|all [--admin URL] [--token TOKEN]", Short: "End faults now",
			Args: atLeastOne("number"),
			RunE: func(cmd *cobra.Command, args []string) error { return c.endFaults(cmd.Context(), args) },
		}),
	)
	return cmd
}

func (c *adminClient) addFault(ctx context.Context, args []string) error {
	for i, arg := range args {
		if key, value, ok := strings.Cut(arg, "="); ok && strings.Contains(value, " ") {
			args[i] = key + "=" + strconv.Quote(value)
		}
	}
	spec, err := admin.ParseFault(strings.Join(args, " "))
	if err != nil {
		return usagef("%w", err)
	}
	var f faultAnswer
	if err := c.ask(ctx, http.MethodPost, "/faults", spec, &f); err != nil {
		return err
	}
	c.sayFault(&f)
	return nil
}

func (c *adminClient) faults(ctx context.Context, method, path string) error {
	var list []faultAnswer
	if err := c.ask(ctx, method, path, nil, &list); err != nil {
		return err
	}
	for i := range list {
		c.sayFault(&list[i])
	}
	return nil
}

func (c *adminClient) endFaults(ctx context.Context, args []string) error {
	if len(args) == 1 && args[0] == "all" {
		return c.faults(ctx, http.MethodDelete, "/faults")
	}
	for _, number := range args {
		if n, err := strconv.Atoi(number); err != nil || n < 1 {
			return usagef("%q is no number of a fault (want one of fault list, or all)", number)
		}
		var f faultAnswer
		if err := c.ask(ctx, http.MethodDelete, "/faults/"+number, nil, &f); err != nil {
			return err
		}
		c.sayFault(&f)
	}
	return nil
}

// clockAnswer is the clock as the API tells it.
type clockAnswer struct {
	Now    string  `json:"now"`
	Frozen bool    `json:"frozen"`
	Scale  float64 `json:"scale"`
	Next   *struct {
		At   string `json:"at"`
		What string `json:"what"`
	} `json:"next"`
}

func (c *adminClient) clock(ctx context.Context, method, path string, body any) error {
	var now clockAnswer
	if err := c.ask(ctx, method, path, body, &now); err != nil {
		return err
	}
	text := now.Now
	switch {
	case now.Frozen:
		text += ", standing still"
	case now.Scale != 1:
		text += ", " + strconv.FormatFloat(now.Scale, 'g', -1, 64) + " seconds a second"
	}
	if now.Next != nil {
		text += "; next: " + now.Next.What + " at " + now.Next.At
	}
	c.say("%s", text)
	return nil
}

func newVendorClock(con *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "clock COMMAND", Short: "Hold the clock of a running vendor",
		Example: `  outagedrill vendor clock freeze
  outagedrill vendor clock advance 61m`,
	}
	c := &adminClient{con: con}
	bare := func(word, short, method string) {
		path := "/clock/" + word
		if method == http.MethodGet {
			path = "/clock"
		}
		cmd.AddCommand(c.asks(&cobra.Command{
			Use: word + " [--admin URL] [--token TOKEN]", Short: short, Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return c.clock(cmd.Context(), method, path, nil)
			},
		}))
	}
	with := func(word, value, key, short string, read func(string) (any, error)) {
		cmd.AddCommand(c.asks(&cobra.Command{
			Use: word + " " + value + " [--admin URL] [--token TOKEN]", Short: short,
			RunE: func(cmd *cobra.Command, args []string) error {
				if len(args) != 1 {
					return usagef("%s wants one %s (want %s)", word, value, cmd.UseLine())
				}
				v, err := read(args[0])
				if err != nil {
					return err
				}
				return c.clock(cmd.Context(), http.MethodPost, "/clock/"+word, map[string]any{key: v})
			},
		}))
	}
	asIs := func(text string) (any, error) { return text, nil }
	bare("get", "Tell what time it is", http.MethodGet)
	bare("freeze", "Let time stand still", http.MethodPost)
	bare("resume", "Let time run again", http.MethodPost)
	with("advance", "DURATION", "by", "Move time ahead: 61m, 1d", asIs)
	with("set", "INSTANT", "to", "Move time to an instant, never back", asIs)
	with("scale", "N", "scale", "Let N seconds pass in one of yours", func(text string) (any, error) {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, usagef("%q is no number (want the vendor's seconds in one of yours: 60)", text)
		}
		return n, nil
	})
	bare("next", "Move to what comes next by itself", http.MethodPost)
	return cmd
}

func newVendorReset(con *console) *cobra.Command {
	c := &adminClient{con: con}
	return c.asks(&cobra.Command{
		Use: "reset [--admin URL] [--token TOKEN]", Short: "Put a running vendor back to its start",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.clock(cmd.Context(), http.MethodPost, "/reset", nil)
		},
	})
}

func newVendorSave(con *console) *cobra.Command {
	c := &adminClient{con: con}
	return c.asks(&cobra.Command{
		Use: "save FILE [--admin URL] [--token TOKEN]", Short: "Save the state of a running vendor",
		Args: exactlyOne("file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			state, err := c.send(cmd.Context(), http.MethodGet, "/state", "", nil)
			if err != nil {
				return err
			}
			defer state.Close() //nolint:errcheck // it is only read
			return writeFile(con, args[0], func(w io.Writer) error {
				_, err := io.Copy(w, state)
				return err
			})
		},
	})
}

func newVendorRestore(con *console) *cobra.Command {
	c := &adminClient{con: con}
	return c.asks(&cobra.Command{
		Use:   "restore FILE [--admin URL] [--token TOKEN]",
		Short: "Put a saved state back into a running vendor",
		Args:  exactlyOne("file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			state, err := os.ReadFile(args[0])
			if err != nil {
				return usagef("%s: %w", args[0], reasonOf(err))
			}
			answer, err := c.send(cmd.Context(), http.MethodPut, "/state", "application/octet-stream", state)
			if err != nil {
				return err
			}
			if err := answer.Close(); err != nil {
				return internalf("%w", err)
			}
			return c.clock(cmd.Context(), http.MethodGet, "/clock", nil)
		},
	})
}
