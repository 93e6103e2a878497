package main

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

// Who cannot listen is told at which address, and what to do.
func TestListenError(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // nobody came
	port := taken.Addr().String()
	for _, tt := range []struct{ addr, given, want string }{
		{port, port, "--listen " + port + ": it is taken, by another program"},
		{port, "127.0.0.1:9", "--listen 127.0.0.1:9: " + port + " is taken, by another program"},
		{"192.0.2.1:0", "192.0.2.1:0", "--listen 192.0.2.1:0: it is no address of this machine (want"},
		{"[::1", "[::1", "--listen [::1: "},
	} {
		l, err := net.Listen("tcp", tt.addr)
		if err == nil {
			l.Close() //nolint:errcheck // nobody came
			t.Fatalf("%s can be listened at", tt.addr)
		}
		err = listenError("--listen", tt.given, fmt.Errorf("fake vendor: %w", err))
		if !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%v, want %q…", err, tt.want)
		}
	}
}
