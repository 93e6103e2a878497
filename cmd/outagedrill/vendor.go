package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// vendorFlags are the flags of vendor.
type vendorFlags struct {
	listen      string
	start       string
	scale       float64
	frozen      bool
	strict      bool
	stock       int
	seed        uint64
	printConfig bool
	loaded      map[string]*dialect.Dialect // those that were named
	admin       adminFlags
	faultHeader bool
	tls         bool
	caOut       string
}

// newVendor builds the command that serves fake vendors to any client.
func newVendor(con *console) *cobra.Command {
	var flags vendorFlags
	cmd := &cobra.Command{
		Use: "vendor CONFIG|DIALECT… [--listen ADDR] [--start INSTANT] [--scale N] [--frozen] [--strict]" +
			" [--stock N] [--seed N] [--tls] [--ca-out FILE] [--fault-header] [--print-config]" +
			" [--admin ADDR] [--admin-token TOKEN] [--journal-keep N] [--journal-file FILE]" +
			" [--journal-bytes N]",
		Short: "Serve fake vendors over HTTP, for any client in any language",
		Long: `Vendor serves the APIs of vendors that do not exist: they page, limit, refuse, expire and die
as the real ones do, in their own words, on a clock of their own. Point a client at one by its base
URL and any credential; nothing else of the client changes.

Named by their dialects (see dialect list) they begin now, with the limits that the dialect
knows of and a stock of objects that grows. A configuration is a timeline, the file that replay plays
too: its applications are served, its connections are the accounts, and its faults come when they
are due. Their time begins at the file's start; --start now has them begin now.

Each vendor has a port of its own, the next ones after that of --listen. All of them are at the
--listen port too: below /NAME/ and at their host names (api.github.com, github.localhost). Status
pages are at /status/NAME/ there.

A token that was not issued here is good, as long as there is one; --strict refuses it. OAuth 2.0
clients get theirs at the vendor's own paths; the page that asks for consent answers by itself with
auto=1 in the query.

The tester's API is at --admin: faults, clock, credentials, limits, the journal with why each call
was answered as it was, and verdicts on the client. It is described at /openapi.yaml there; / is a
page of what is going on.`,
		Example: `  outagedrill vendor github stripe slack
  curl -i http://127.0.0.1:8201/user -H 'Authorization: Bearer any'
  outagedrill vendor lunch.yaml --start now --scale 60          an hour a minute
  outagedrill vendor salesforce --print-config > crm.yaml       a file to begin with
  curl -X POST http://127.0.0.1:8199/faults -H 'Content-Type: application/json' \
    -d '{"fault":"down","application":"github","for":"5m"}'
  curl -X POST http://127.0.0.1:8199/clock/advance -H 'Content-Type: application/json' -d '{"by":"61m"}'`,
		Args: atLeastOne("configuration or dialect"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return vendor(cmd.Context(), con, flags, args)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVar(&flags.listen, "listen", "127.0.0.1:8200",
		"serve all vendors at `ADDR`, and each at a port after it; port 0: free ones")
	set.StringVar(&flags.start, "start", "", "when the vendors' time begins: now, or an `INSTANT` (RFC 3339)")
	set.Float64Var(&flags.scale, "scale", 1, "seconds of the vendors in a second of yours: `N`")
	set.BoolVar(&flags.frozen, "frozen", false,
		"let the vendors' time stand still until it is told to go on; slow answers wait for it")
	set.BoolVar(&flags.strict, "strict", false, "refuse credentials that nobody issued")
	set.IntVar(&flags.stock, "stock", 25, "objects that each list holds at the start, `N`; of dialects alone")
	set.Uint64Var(&flags.seed, "seed", 1, "what is drawn at random comes from `N`; of dialects alone")
	set.BoolVar(&flags.tls, "tls", false,
		"speak TLS, with certificates of an authority made up at each start")
	set.StringVar(&flags.caOut, "ca-out", "",
		"write that authority's certificate to `FILE`, for clients to trust")
	set.BoolVar(&flags.faultHeader, "fault-header", false,
		"let a call ask for a fault of its own, as Outagedrill-Fault: down status=500")
	set.BoolVar(&flags.printConfig, "print-config", false,
		"print the configuration of dialects and serve nothing")
	flags.admin.register(set)
	cmd.AddCommand(newVendorClients(con)...)
	return cmd
}

// vendor serves until a signal comes.
func vendor(ctx context.Context, con *console, flags vendorFlags, args []string) error {
	if err := flags.check(); err != nil {
		return err
	}
	boundMemory()
	collect(false) // what is read until the first call stays
	defer collect(true)
	tl, stock, err := vendorTimeline(ctx, con, &flags, args)
	if err != nil || flags.printConfig {
		return err
	}
	cfg, err := sim.Vendors(endlessly(tl), flags.loaded)
	if err != nil {
		return err
	}
	journal, err := hold.NewJournal(flags.admin.journal)
	if err != nil {
		return usagef("%w", err)
	}
	held := hold.NewFrozenClock(clock.New(), cfg.Start.Std())
	if err := held.SetScale(flags.scale); err != nil {
		return internalf("%w", err)
	}
	if !flags.frozen {
		held.Resume()
	}
	world, err := standalone.NewWorld(standalone.Config{
		Vendor: cfg, Clock: held, Journal: journal, Strict: flags.strict, Stock: stock,
		FaultHeader: flags.faultHeader, Clients: clientsOf(tl),
	})
	if err != nil {
		return usagef("%w", err)
	}
	return errors.Join(serveVendors(ctx, con, flags, tl, world), journal.Close())
}

// clientsOf gives the OAuth 2.0 clients of the applications that name some.
func clientsOf(tl *timeline.Timeline) map[string]map[string]string {
	clients := map[string]map[string]string{}
	for i := range tl.Applications {
		clients[tl.Applications[i].Name] = tl.Applications[i].Clients
	}
	return clients
}

// boundMemory has the collector work harder before the program takes 200 MB, whoever calls; it is no limit
// that kills. Who sets GOMEMLIMIT knows better.
func boundMemory() {
	const bytes = 160 << 20
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(bytes)
	}
}

// collect turns the collector of garbage off, but for memory's bound, or on. Who sets GOGC knows better.
func collect(on bool) {
	const percent = 100 // Go's own
	switch {
	case os.Getenv("GOGC") != "":
	case on:
		debug.SetGCPercent(percent)
	default:
		debug.SetGCPercent(-1)
	}
}

// serveVendors serves a world and its tester's API until a signal comes.
func serveVendors(
	ctx context.Context, con *console, flags vendorFlags, tl *timeline.Timeline, world *standalone.World,
) error {
	ports, err := vendorPorts(flags.listen, tl)
	if err != nil {
		return err
	}
	config := standalone.ServerConfig{Addr: flags.listen, Ports: ports, Log: labLog(con)}
	if flags.tls {
		if config.TLS, err = standalone.NewAuthority(con.now()); err != nil {
			return internalf("%w", err)
		}
		if flags.caOut != "" {
			if err := os.WriteFile(flags.caOut, config.TLS.PEM(), 0o644); err != nil {
				return usagef("--ca-out %w", err)
			}
		}
	}
	server, err := standalone.Serve(config, world)
	if err != nil {
		return listenError("--listen", flags.listen, err)
	}
	desk, err := flags.admin.start(flags.listen, world)
	if err != nil {
		return errors.Join(err, server.Close())
	}
	announceVendors(con, server, world, desk)
	collect(true)
	<-ctx.Done()
	if desk != nil {
		err = desk.Close()
	}
	if err = errors.Join(err, server.Close()); err != nil {
		return internalf("%w", err)
	}
	return nil
}

// check refuses flags that make no sense.
func (f *vendorFlags) check() error {
	errs := []error{f.admin.check()}
	if f.stock < 0 {
		errs = append(errs, usagef("--stock %d (want 0 or more)", f.stock))
	}
	if f.caOut != "" && !f.tls {
		errs = append(errs, usagef("--ca-out without --tls (want both)"))
	}
	if !(f.scale > 0) || f.scale > hold.MaxScale {
		errs = append(errs, usagef("--scale %v (want a number above 0, at most %d)", f.scale, hold.MaxScale))
	}
	return errors.Join(errs...)
}

// vendorTimeline reads the configuration, or makes one of dialects.
func vendorTimeline(
	ctx context.Context, con *console, flags *vendorFlags, args []string,
) (tl *timeline.Timeline, stock int, err error) {
	if len(args) == 1 && isConfig(args[0]) {
		if flags.printConfig {
			return nil, 0, usagef("--print-config of %s (want dialects, see dialect list)", args[0])
		}
		if tl, err = readTimeline(ctx, con, args[0], nil); err != nil {
			return nil, 0, err
		}
		return tl, 0, startAt(con, tl, flags.start)
	}
	flags.loaded = map[string]*dialect.Dialect{}
	text, err := configOf(args, flags.seed, con.now(), flags.loaded)
	if err != nil {
		return nil, 0, err
	}
	if flags.printConfig {
		fmt.Fprint(con.out, text)
		return nil, 0, nil
	}
	if tl, err = timeline.Parse("vendors", []byte(text)); err != nil {
		return nil, 0, internalf("%w", err)
	}
	return tl, flags.stock, startAt(con, tl, flags.start)
}

// isConfig tells a file from a dialect's name.
func isConfig(arg string) bool {
	if arg == "-" || strings.ContainsAny(arg, `/\`) || strings.HasSuffix(arg, ".yaml") ||
		strings.HasSuffix(arg, ".yml") {
		return true
	}
	_, err := os.Stat(arg)
	return err == nil
}

// configOf writes the timeline that serves dialects, which it loads.
func configOf(
	names []string, seed uint64, now time.Time, loaded map[string]*dialect.Dialect,
) (string, error) {
	var text strings.Builder
	fmt.Fprintf(&text, "# Served by: outagedrill vendor FILE. Every key is in docs/timeline.md.\n")
	fmt.Fprintf(&text, "outagedrill: 1\nname: %s\n", someOf(names))
	fmt.Fprintf(&text, "start: %s\nduration: 365d\nseed: %d\n",
		now.UTC().Truncate(time.Second).Format(time.RFC3339), seed)
	var apps, connections []string
	var errs []error
	seen := map[string]bool{}
	preload(names)
	for _, name := range names {
		d, err := dialect.Load(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		base, _, _ := strings.Cut(name, "+")
		if seen[base] {
			errs = append(errs,
				usagef("dialect %s is named twice (want each once; a file can serve it twice)", base))
			continue
		}
		seen[base], loaded[name] = true, d
		apps = append(apps, configApplication(base, name, d))
		connections = append(connections, fmt.Sprintf("  %s: {application: %[1]s, auth: oauth2}\n", base))
	}
	fmt.Fprintf(&text, "applications:\n%sconnections:\n%s",
		strings.Join(apps, ""), strings.Join(connections, ""))
	return text.String(), errors.Join(errs...)
}

// someOf names dialects in a few words.
func someOf(names []string) string {
	const most = 3
	if len(names) <= most+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// preload reads dialects on all cores, so that they are there when they are loaded; errors are told then.
func preload(names []string) {
	var reading sync.WaitGroup
	for _, name := range names {
		reading.Go(func() { _, _ = dialect.Load(name) })
	}
	reading.Wait()
}

func configApplication(base, name string, d *dialect.Dialect) string {
	var text strings.Builder
	fmt.Fprintf(&text, "  %s:\n    dialect: %s\n", base, name)
	if len(d.Limits) > 0 {
		fmt.Fprintf(&text, "    rate_limit: dialect\n")
	}
	if len(d.API.Objects) > 0 {
		fmt.Fprintf(&text, "    records:\n")
		for _, o := range d.API.Objects {
			fmt.Fprintf(&text, "      %s: 6/h\n", o.Name)
		}
	}
	return text.String()
}

// startAt moves a timeline to another beginning.
func startAt(con *console, tl *timeline.Timeline, start string) error {
	if start == "" {
		return nil
	}
	at := con.now().UTC()
	if start != "now" {
		var err error
		if at, err = time.Parse(time.RFC3339, start); err != nil {
			return usagef("--start %s (want now, or an instant such as 2026-03-01T09:00:00Z)", start)
		}
	}
	shift := at.Sub(tl.Start)
	tl.Start = at.UTC()
	for i := range tl.Faults {
		tl.Faults[i].From, tl.Faults[i].To = tl.Faults[i].From.Add(shift), tl.Faults[i].To.Add(shift)
	}
	return nil
}

// vendorPorts gives each application the next port after that of the front.
func vendorPorts(listen string, tl *timeline.Timeline) (map[string]string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, usagef("--listen %s: it is no address (want HOST:PORT)", listen)
	}
	first, err := strconv.Atoi(port)
	if err != nil || first < 0 || first+len(tl.Applications) > 65_535 {
		return nil, usagef("--listen %s: port %s (want 0 to %d)", listen, port, 65_535-len(tl.Applications))
	}
	ports := map[string]string{}
	for i, a := range tl.Applications {
		one := 0
		if first > 0 {
			one = first + 1 + i
		}
		ports[a.Name] = net.JoinHostPort(host, strconv.Itoa(one))
	}
	return ports, nil
}

// announceVendors prints what is served where.
func announceVendors(con *console, s *standalone.Server, w *standalone.World, desk *admin.Server) {
	say := func(format string, args ...any) { fmt.Fprintf(con.out, format+"\n", args...) }
	reading := w.Clock().Read()
	clock := ""
	switch {
	case reading.Frozen:
		clock = ", standing still"
	case reading.Scale != 1:
		clock = fmt.Sprintf(", %v seconds a second", reading.Scale)
	}
	say("the vendors' time is %s%s", reading.Now.Format(time.RFC3339), clock)
	width := len("tester")
	for _, a := range w.Config().Applications {
		width = max(width, len(a.Name))
	}
	for _, a := range w.Config().Applications {
		say("%-*s  %s  %s", width, a.Name, s.URL(a.Name), a.Dialect.Vendor)
	}
	say("%-*s  %s/NAME/…, and by Host", width, "all", s.FrontURL())
	say("%-*s  %s/status/NAME/", width, "status", s.FrontURL())
	if desk != nil {
		say("%-*s  http://%s", width, "admin", desk.Addr())
	}
}
