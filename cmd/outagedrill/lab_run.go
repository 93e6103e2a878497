package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

const (
	labGrace = 5 * time.Second  // how long a stop waits for what is under way
	apiGrace = 2 * time.Second  // and for answers of the API
	apiRead  = 10 * time.Second // for a request to come
	apiIdle  = 2 * time.Minute  // for the next one
)

// laboratory is a platform with all that it lives in.
type laboratory struct {
	con     *console
	flags   labFlags
	name    string // of the timeline
	log     *slog.Logger
	clock   clock.Clock
	time    live.Timebase
	store   *live.Store
	vendors *labVendors // nil: they are elsewhere
	service *live.Service
	front   net.Listener // of the API
	handler http.Handler
}

// newLaboratory opens the API's port, the store, the vendors and the platform, in this order: a port that is
// taken leaves no trace in the store.
func newLaboratory(
	con *console, flags labFlags, tl *timeline.Timeline, opt sim.Options,
) (_ *laboratory, err error) {
	l := &laboratory{con: con, flags: flags, name: tl.Name, log: labLog(con)}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	platform, vendors, err := sim.Machines(tl, opt)
	if err != nil {
		return nil, err
	}
	if l.front, err = net.Listen("tcp", flags.listen); err != nil {
		return nil, listenError("--listen", flags.listen, err)
	}
	if l.store, err = live.OpenStore(flags.db); err != nil {
		return nil, usagef("--db %w", err)
	}
	if err := l.setClock(platform.Start); err != nil {
		return nil, err
	}
	if flags.vendors == "" {
		if l.vendors, err = l.openVendors(vendors, platform.Flows.CallTimeout); err != nil {
			return nil, err
		}
	}
	if err := l.openPlatform(tl, platform, vendors.Applications); err != nil {
		return nil, err
	}
	cfg := api.Config{Token: flags.token, Version: programVersion()}
	if l.handler, err = api.Handler(l.service, cfg); err != nil {
		return nil, internalf("%w", err)
	}
	return l, nil
}

// setClock starts the platform's time: at the timeline's start, or where the store's platform stood.
func (l *laboratory) setClock(start engine.Time) error {
	at, ok, err := l.store.At()
	if err != nil {
		return internalf("%w", err)
	}
	if !ok {
		at = start
	}
	if l.flags.clock == "manual" {
		mock := clock.NewMock()
		mock.Set(time.Unix(0, int64(at)).UTC())
		l.clock = mock
		return nil
	}
	l.clock = clock.New()
	l.time = live.Timebase{Began: l.clock.Now(), At: at, Scale: l.flags.scale}
	return nil
}

// now is the platform's time, which is the vendors' too.
func (l *laboratory) now() time.Time {
	return time.Unix(0, int64(l.time.Of(l.clock.Now()))).UTC()
}

func (l *laboratory) openPlatform(
	tl *timeline.Timeline, cfg engine.Config, apps []fakevendor.Application,
) error {
	sc := live.ServiceConfig{
		Engine: cfg, Store: l.store, Clock: l.clock, Time: l.time, Grace: labGrace, Log: l.log,
		Client: labClient(l.flags.clock == "manual"),
	}
	if l.flags.clock == "manual" {
		sc.Unseal = unsealed
	}
	for i, c := range cfg.Connections {
		e := live.Endpoint{
			Name: c.Name, BaseURL: l.vendorURL(wire.Path(i)), Auth: tl.Connections[i].Auth,
			Resources: cfg.Applications[c.Application].Resources, Dialect: apps[c.Application].Dialect,
		}
		sc.Caller.Endpoints = append(sc.Caller.Endpoints, e)
	}
	for i := range cfg.Applications {
		page := l.statusPage(i, cfg.Applications[i].Name)
		cfg.Applications[i].StatusPage = page
		sc.StatusPages = append(sc.StatusPages, page)
	}
	if l.flags.smtp != "" {
		mailer, err := live.NewMailer(live.MailConfig{
			Server: l.flags.smtp, From: l.flags.mailFrom, Domain: l.store.Domain(),
		})
		if err != nil {
			return usagef("--smtp: %w", err)
		}
		sc.Mailer = mailer
	}
	var err error
	if l.service, err = live.NewService(sc); err != nil {
		return usagef("--db %w", err)
	}
	return nil
}

// run serves until a signal comes or something fails for good.
func (l *laboratory) run(ctx context.Context) error {
	l.announce()
	front := l.server()
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if l.vendors != nil {
		l.vendors.onFailure(stop)
	}
	ended := make(chan error, 1)
	go func() { ended <- l.service.Run(running) }()
	l.settle(running)
	served := make(chan error, 1)
	go func() { served <- front.Serve(l.front) }()
	err := <-ended
	waiting, cancel := context.WithTimeout(context.Background(), apiGrace)
	defer cancel()
	if front.Shutdown(waiting) != nil {
		front.Close() //nolint:errcheck // some client is too slow
	}
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	if cause := context.Cause(running); ctx.Err() == nil && cause != nil {
		err = errors.Join(err, cause)
	}
	if err = errors.Join(err, l.close()); err != nil {
		return internalf("%w", err)
	}
	return nil
}

// server is that of the API.
func (l *laboratory) server() *http.Server {
	return &http.Server{
		Handler: l.handler, ReadTimeout: apiRead, IdleTimeout: apiIdle,
		ErrorLog: slog.NewLogLogger(l.log.Handler(), slog.LevelWarn),
	}
}

// settle waits, where the clock stands still, until what is due at the present instant is done, so that the
// first call of the API finds the platform as any later one does.
func (l *laboratory) settle(ctx context.Context) {
	if l.flags.clock == "manual" {
		now := engine.Time(l.clock.Now().UnixNano())
		l.service.SetClock(ctx, now) //nolint:errcheck // Run says what failed
	}
}

// close closes what was opened, in the other order.
func (l *laboratory) close() error {
	var errs []error
	if l.front != nil {
		if err := l.front.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if l.vendors != nil {
		errs = append(errs, l.vendors.server.Close())
	}
	if l.store != nil {
		errs = append(errs, l.store.Close())
	}
	return errors.Join(errs...)
}

// announce prints what is served where.
func (l *laboratory) announce() {
	say := func(format string, args ...any) { fmt.Fprintf(l.con.out, format+"\n", args...) }
	say("%s, at %s", l.name, l.now().Format(time.RFC3339))
	say("API      http://%s", l.front.Addr())
	if l.vendors == nil {
		say("vendors  %s (elsewhere)", l.flags.vendors)
	} else {
		say("vendors  http://%s", l.vendors.server.Addr())
	}
	if l.flags.smtp == "" {
		say("e-mail   decided and listed, not delivered (--smtp HOST:PORT)")
	} else {
		say("e-mail   to %s", l.flags.smtp)
	}
	switch {
	case l.flags.clock == "manual":
		say("clock    stands still: PUT http://%s/clock", l.front.Addr())
	case l.flags.scale != 1:
		say("clock    %v seconds a second", l.flags.scale)
	}
	if l.flags.db == "" {
		say("kept     in memory alone (--db FILE)")
	} else {
		say("kept     in %s", l.flags.db)
	}
}

// labLog logs in the program's voice: no times, the platform's are among what is told.
func labLog(con *console) *slog.Logger {
	return slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}
