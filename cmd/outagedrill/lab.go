package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/internal/front"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// labFlags are the flags of lab.
type labFlags struct {
	db            string
	listen        string
	token         string
	smtp          string
	mailFrom      string
	scale         float64
	clock         string
	vendors       string
	vendorsListen string
	policies      []string
	environment   string
	assume        []string
}

// newLab builds the command that runs a timeline's platform live.
func newLab(con *console) *cobra.Command {
	var flags labFlags
	cmd := &cobra.Command{
		Use: "lab TIMELINE [--db FILE] [--listen ADDR] [--token TOKEN] [--smtp HOST:PORT]" +
			" [--mail-from ADDRESS] [--scale N] [--clock real|manual] [--vendors URL]" +
			" [--vendors-listen ADDR] [--policy …] [--environment …] [--assume NAME=VALUE]",
		Short: "Run a timeline's platform live: REST API, real calls, real e-mail",
		Long: `Lab runs the platform of a timeline for real: it polls, pauses, disables and sends e-mail by
the clock, over HTTP and SMTP, and you are its operator, by its REST API. Its vendors run beside it on
TCP, with the faults of the timeline when their time comes, until somebody mends them; with
--vendors they are elsewhere, and must speak as our fake vendors do: those of another lab.

What you do is up to you: operators, expectations, mail windows and commands of the timeline are
left out, with a warning that names their lines.

--scale 60 makes a minute of a second. With --clock manual time stands still until PUT /clock, and
then runs to the instant that you name at once, with all that falls due in between.

--db FILE keeps everything on the disk before it leaves the platform. Stop the lab as you like, by
kill -9 if you must: started on the same file it goes on at the instant at which it stood, makes
the calls again that were under way, and sends what e-mail was not taken yet.

Without --smtp e-mails are decided and listed (GET /notifications), but none is delivered.

SIGINT and SIGTERM stop it when what is under way has landed, with exit status 0.`,
		Example: `  outagedrill lab lunch.yaml --scale 60                     a minute a second
  outagedrill lab lunch.yaml --clock manual --db lunch.db   you turn the hands, nothing is lost
  outagedrill lab lunch.yaml --smtp localhost:1025          e-mail to a local test server
  curl -X PUT localhost:8080/jobs/contacts-poll/enable`,
		Args: exactlyOne("timeline"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return lab(cmd.Context(), con, flags, args[0])
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVar(&flags.db, "db", "", "keep the platform in `FILE`; without it, it ends with the process")
	set.StringVar(&flags.listen, "listen", "127.0.0.1:8080", "serve the API at `ADDR`; port 0: a free one")
	set.StringVar(&flags.token, "token", "", "the bearer `TOKEN` that the API wants; needed off loopback")
	set.StringVar(&flags.smtp, "smtp", "", "deliver e-mail to the SMTP server at `HOST:PORT`")
	set.StringVar(&flags.mailFrom, "mail-from", "outagedrill@localhost", "sender `ADDRESS` of e-mails")
	set.Float64Var(&flags.scale, "scale", 1, "seconds of the platform in a second of yours: `N`")
	set.StringVar(&flags.clock, "clock", "real",
		"`CLOCK` of the platform: real, or manual, which stands still but for PUT /clock")
	set.StringVar(&flags.vendors, "vendors", "",
		"`URL` of another lab's vendors; connection N is called at URL/c/N")
	set.StringVar(&flags.vendorsListen, "vendors-listen", "127.0.0.1:8081", "serve the vendors at `ADDR`")
	set.StringArrayVar(&flags.policies, "policy", nil,
		"policy `FILE-OR-NAME` for the work that it governs; repeatable")
	set.StringVar(&flags.environment, "environment", "", "environment `NAME` instead of the timeline's")
	set.StringArrayVar(&flags.assume, "assume", nil, "override a value of a policy, `NAME=VALUE`; repeatable")
	return cmd
}

// check refuses flags that make no sense, all at once.
func (f *labFlags) check() error {
	var errs []error
	if f.clock != "real" && f.clock != "manual" {
		clocks := []string{"real", "manual"}
		errs = append(errs, refuse(problem.Problem{
			What: fmt.Sprintf("--clock %s", f.clock), Want: problem.List(clocks, "or"),
			Near: problem.Nearest(f.clock, clocks),
		}))
	}
	if !(f.scale > 0) || f.scale > maxScale {
		errs = append(errs, usagef("--scale %v (want a number above 0, at most %d)", f.scale, int(maxScale)))
	}
	if f.clock == "manual" && f.scale != 1 {
		errs = append(errs, usagef("--scale %v with --clock manual (want one of them)", f.scale))
	}
	if f.clock == "manual" && f.vendors != "" {
		errs = append(errs, usagef(
			"--vendors with --clock manual (want vendors in this process, which share the clock)"))
	}
	local, err := front.OnLoopback(f.listen)
	if err != nil {
		errs = append(errs, usagef("--listen %s: %w", f.listen, err))
	} else if !local && f.token == "" {
		errs = append(errs, usagef(
			"--listen %s is open to others (want --token too, or an address of this machine)", f.listen))
	}
	if _, err := front.OnLoopback(f.vendorsListen); err != nil {
		errs = append(errs, usagef("--vendors-listen %s: %w", f.vendorsListen, err))
	}
	if u, err := url.Parse(f.vendors); f.vendors != "" &&
		(err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		errs = append(errs, usagef("--vendors %s (want a URL, for example http://127.0.0.1:8081)", f.vendors))
	}
	if f.smtp != "" {
		if _, err := live.NewMailer(live.MailConfig{Server: f.smtp, From: f.mailFrom}); err != nil {
			errs = append(errs, usagef("--smtp, --mail-from: %w", err))
		}
	}
	return errors.Join(errs...)
}

// maxScale is the greatest scale: at a day a second the instants of a second still have room between them.
const maxScale = 86_400

// lab reads the timeline, warns of what it leaves out, and runs it until a signal comes.
func lab(ctx context.Context, con *console, flags labFlags, path string) error {
	if err := flags.check(); err != nil {
		return err
	}
	given, err := loadPolicies(flags.policies)
	if err != nil {
		return err
	}
	tl, err := readTimeline(ctx, con, path, nil)
	if err != nil {
		return err
	}
	if flags.environment != "" {
		if err := checkEnvironment(tl, flags.environment); err != nil {
			return err
		}
	}
	filled, err := given.under(tl, flags.assume)
	if err != nil {
		return err
	}
	if err := playable(tl, filled); err != nil {
		return err
	}
	for _, left := range leftOut(tl) {
		con.warn("warning: %s", left)
	}
	l, err := newLaboratory(con, flags, endlessly(tl), sim.Options{
		Flows: filled.flows, PollingJobs: filled.jobs, Environment: flags.environment,
	})
	if err != nil {
		return err
	}
	return l.run(ctx)
}

// leftOut says what of a timeline the lab does not play, with lines.
func leftOut(tl *timeline.Timeline) []string {
	var list []string
	say := func(path, what string) {
		line, _ := tl.Pos(path)
		list = append(list, fmt.Sprintf("%s:%d: %s", tl.File, line, what))
	}
	if len(tl.Operators) > 0 {
		say("operators", "operators: nobody reacts in the lab but you")
	}
	for _, f := range tl.Flows {
		if f.Intake != nil {
			say("flows."+f.Name, "intake: in the lab the flow reads its source")
		}
	}
	for _, c := range tl.Commands {
		what := strings.TrimSpace(c.Do + " " + c.Environment)
		say(fmt.Sprintf("events.%d", c.Event), what+": in the lab you do it")
	}
	for _, m := range tl.Mail {
		say(fmt.Sprintf("events.%d", m.Event), "mail: the mail server of the lab is as it is")
	}
	for _, a := range tl.Away {
		say(fmt.Sprintf("events.%d", a.Event), "away: in the lab you are there")
	}
	if len(tl.Expect) > 0 {
		say("expect", "expect: the lab judges nothing")
	}
	return list
}

// endlessly is a timeline that goes on when its duration is over, with the faults that nobody mended.
func endlessly(tl *timeline.Timeline) *timeline.Timeline {
	const years = 50 * 365 * 24 * time.Hour
	long := *tl
	long.Duration = timeline.Span(years)
	long.Faults = append([]timeline.Fault(nil), tl.Faults...)
	for i := range long.Faults {
		if long.Faults[i].Open {
			long.Faults[i].To = tl.Start.Add(years)
		}
	}
	return &long
}
