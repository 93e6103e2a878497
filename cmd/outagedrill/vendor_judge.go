package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/internal/span"
)

// judgeFlags are the flags of vendor judge.
type judgeFlags struct {
	terms    string
	rules    []string
	atOnce   int
	slack    string
	tolerate []string
	json     bool
}

func newVendorJudge(con *console) *cobra.Command {
	c := &adminClient{con: con}
	var flags judgeFlags
	cmd := &cobra.Command{
		Use: "judge [URL|JOURNAL] [--terms FILE] [--rule NAME]… [--at-once N] [--slack DURATION]" +
			" [--tolerate RULE=N]… [--json] [--admin URL] [--token TOKEN]",
		Short: "Say what the clients of a vendor did wrong",
		Long: "Judge holds every call of the journal against the rules of a well-behaved client:\n\n" +
			rulesHelp() + judgeHelp,
		Example: `  outagedrill vendor judge
  outagedrill vendor judge --tolerate called_while_told_to_wait=1 --at-once 10
  outagedrill vendor judge calls.ndjson --terms polite.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.judge(cmd.Context(), &flags, args)
		},
	}
	flags.register(cmd.Flags())
	return c.asks(cmd)
}

const judgeHelp = `
It asks the vendor that runs at URL (or --admin), or reads a JOURNAL that vendor journal wrote. The exit
status is 1 where a rule is broken. A file of terms sets every number: see docs/vendor-admin.md.`

func rulesHelp() string {
	var b strings.Builder
	for _, r := range hold.Rules() {
		fmt.Fprintf(&b, "  %-29s %s\n", r.Name, r.What)
	}
	return b.String()
}

func (f *judgeFlags) register(set *pflag.FlagSet) {
	set.SortFlags = false
	set.StringVar(&f.terms, "terms", "", "judge by the terms in `FILE`, YAML or JSON")
	set.StringArrayVar(&f.rules, "rule", nil, "judge by the rule `NAME` alone; may be given several times")
	set.IntVar(&f.atOnce, "at-once", 0, "let a client have `N` calls in flight at once")
	set.StringVar(&f.slack, "slack", "", "let calls come too early by `DURATION`")
	set.StringArrayVar(&f.tolerate, "tolerate", nil,
		"let `RULE=N` findings of a rule pass; may be given several times")
	set.BoolVar(&f.json, "json", false, "print the verdict as JSON")
}

// read makes the terms of the file and the flags.
func (f *judgeFlags) read() (terms hold.Terms, err error) {
	if f.terms != "" {
		if terms, err = readTerms(f.terms); err != nil {
			return terms, usagef("%s: %w", f.terms, err)
		}
	}
	terms.Rules = append(terms.Rules, f.rules...)
	if f.atOnce != 0 {
		terms.AtOnce = f.atOnce
	}
	if f.slack != "" {
		if terms.Slack, err = span.Parse(f.slack); err != nil {
			return terms, usagef("--slack %s: %w (want %s)", f.slack, err, span.Want)
		}
	}
	for _, text := range f.tolerate {
		rule, count, _ := strings.Cut(text, "=")
		n, err := strconv.Atoi(count)
		if err != nil || n < 0 {
			return terms, usagef("--tolerate %s (want RULE=N, such as called_while_told_to_wait=1)", text)
		}
		if terms.Tolerate == nil {
			terms.Tolerate = map[string]int{}
		}
		terms.Tolerate[rule] = n
	}
	if err := terms.Check(); err != nil {
		return terms, usagef("%w", err)
	}
	return terms, nil
}

// readTerms reads a file of terms; what nobody knows in it is an error.
func readTerms(path string) (terms hold.Terms, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return terms, reasonOf(err)
	}
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return terms, err
	}
	if text, err = json.Marshal(value); err != nil {
		return terms, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err = d.Decode(&terms)
	return terms, err
}

func (c *adminClient) judge(ctx context.Context, flags *judgeFlags, args []string) error {
	terms, err := flags.read()
	if err != nil {
		return err
	}
	if len(args) > 1 {
		return usagef("%d journals given (want one)", len(args))
	}
	verdict := new(hold.Verdict)
	if len(args) == 1 && !strings.Contains(args[0], "://") {
		verdict, err = judgeFile(ctx, c.con, args[0], terms)
	} else {
		if len(args) == 1 {
			c.url = args[0]
		}
		err = c.ask(ctx, http.MethodPost, "/judge", terms, verdict)
	}
	if err != nil {
		return err
	}
	if flags.json {
		text, err := json.Marshal(verdict)
		if err != nil {
			return internalf("%w", err)
		}
		c.say("%s", text)
	} else {
		c.sayVerdict(verdict)
	}
	if !verdict.OK {
		return &failure{code: exitFailed}
	}
	return nil
}

// judgeFile judges a journal that was written before.
func judgeFile(ctx context.Context, con *console, path string, terms hold.Terms) (*hold.Verdict, error) {
	file, err := open(ctx, con, path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it is only read
	var entries []hold.Entry
	for lines := json.NewDecoder(file); ; {
		var e hold.Entry
		err := lines.Decode(&e)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, usagef("%s: entry %d: %w (want the lines of vendor journal)",
				shownPath(path), len(entries)+1, err)
		}
		entries = append(entries, e)
	}
	return hold.JudgeEntries(entries, terms)
}

// sayVerdict prints a verdict in words.
func (c *adminClient) sayVerdict(v *hold.Verdict) {
	for _, r := range v.Rulings {
		state := "kept"
		switch {
		case !r.Judged:
			state = "not judged"
		case r.Broken:
			state = fmt.Sprintf("broken, %d found", r.Found)
		case r.Found > 0:
			state = fmt.Sprintf("kept, %d found, %d tolerated", r.Found, r.Tolerated)
		}
		c.say("%-29s %s", r.Name, state)
		for _, f := range v.Findings {
			if f.Rule == r.Name {
				c.say("  %s %s %s (entries %s)",
					f.At.Format("2006-01-02T15:04:05.000Z"), who(&f), f.Message, numbers(f.Evidence))
			}
		}
	}
	word := "OK"
	if !v.OK {
		word = "NOT OK"
	}
	lost := ""
	if v.Lost {
		lost = "; older calls were dropped from the journal and not judged"
	}
	c.say("%s: %s judged%s", word, plural(v.Calls, "call"), lost)
}

func who(f *hold.Finding) string { return strings.TrimSpace(f.Vendor + " " + f.Connection) }

func numbers(list []int64) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(texts, ", ")
}
