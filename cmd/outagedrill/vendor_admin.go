package main

import (
	"errors"
	"net"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// adminFlags are the flags of vendor about the tester's hold.
type adminFlags struct {
	listen  string
	token   string
	journal hold.JournalConfig
}

func (f *adminFlags) register(set *pflag.FlagSet) {
	set.StringVar(&f.listen, "admin", "",
		"serve the tester's API at `ADDR`; none: off; else the port before that of --listen, for you")
	set.StringVar(&f.token, "admin-token", "",
		"the `TOKEN` that the tester's API wants; others may reach it only with one")
	set.IntVar(&f.journal.Keep, "journal-keep", 10_000, "keep the latest `N` calls in memory")
	set.StringVar(&f.journal.Spill, "journal-file", "",
		"write older calls to `FILE`, instead of dropping them; FILE.1 holds what came before")
	set.Int64Var(&f.journal.SpillBytes, "journal-bytes", 1<<30, "let these files have `N` bytes together")
}

// check tells what is wrong with the flags.
func (f *adminFlags) check() error {
	switch {
	case f.journal.Keep < 1:
		return usagef("--journal-keep %d (want 1 or more)", f.journal.Keep)
	case f.journal.SpillBytes < 1:
		return usagef("--journal-bytes %d (want 1 or more)", f.journal.SpillBytes)
	}
	return nil
}

// address is where the tester's API is, beside a front that listens there; "" for none.
func (f *adminFlags) address(front string) string {
	switch f.listen {
	case "":
		_, port, err := net.SplitHostPort(front)
		n, convErr := strconv.Atoi(port)
		if err != nil || convErr != nil || n < 2 {
			n = 1 // a free one
		}
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(n-1))
	case "none":
		return ""
	default:
		return f.listen
	}
}

// start serves the tester's API; nil where it is off.
func (f *adminFlags) start(front string, w admin.World) (*admin.Server, error) {
	addr := f.address(front)
	if addr == "" {
		return nil, nil //nolint:nilnil // off is no error
	}
	s, err := admin.Start(addr, w, admin.Config{Token: f.token, Version: programVersion()})
	switch {
	case errors.Is(err, admin.ErrOpen):
		return nil, usagef(
			"--admin %s: others can reach it (want a loopback address, or --admin-token TOKEN)", addr)
	case err != nil:
		return nil, listenError("--admin", addr, err)
	}
	return s, nil
}
