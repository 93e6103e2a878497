package main

import (
	"errors"
	"net"
	"syscall"
)

// listenError words why an address could not be listened at: which one it was, where that is not the one that
// the flag gives, and what to do.
func listenError(flag, given string, err error) error {
	failed, ok := errors.AsType[*net.OpError](err)
	if !ok || failed.Addr == nil {
		return usagef("%s %s: %w", flag, given, err)
	}
	at := failed.Addr.String()
	if at == given {
		at = "it"
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return usagef("%s %s: %s is taken, by another program or an outagedrill that still runs "+
			"(want a free port; port 0 finds one)", flag, given, at)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return usagef("%s %s: %s is no address of this machine (want one, as 127.0.0.1)", flag, given, at)
	case errors.Is(err, syscall.EACCES):
		return usagef("%s %s: %s is not for you to listen at (want a port from 1024)", flag, given, at)
	}
	return usagef("%s %s: %s: %w", flag, given, at, failed.Err)
}
