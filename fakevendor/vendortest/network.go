package vendortest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"syscall"
)

// network is listeners and connections in memory. Blocking on them is durable in the sense of
// testing/synctest, which blocking on a socket is not.
type network struct {
	mu        sync.Mutex
	listeners map[string]*listener
}

func newNetwork() *network { return &network{listeners: map[string]*listener{}} }

func (n *network) listen(addr string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[addr] != nil {
		return nil, fmt.Errorf("listen %s: %w", addr, syscall.EADDRINUSE)
	}
	l := &listener{
		network: n, addr: memoryAddr(addr), dialed: make(chan net.Conn), closed: make(chan struct{}),
	}
	n.listeners[addr] = l
	return l, nil
}

// dial connects; where nobody listens it is refused, as TCP would.
func (n *network) dial(_ context.Context, _, addr string) (net.Conn, error) {
	n.mu.Lock()
	l := n.listeners[addr]
	n.mu.Unlock()
	if l != nil {
		here, there := net.Pipe()
		select {
		case l.dialed <- there:
			return here, nil
		case <-l.closed:
		}
	}
	return nil, &net.OpError{Op: "dial", Net: "memory", Addr: memoryAddr(addr), Err: syscall.ECONNREFUSED}
}

type listener struct {
	network *network
	addr    memoryAddr
	dialed  chan net.Conn
	closed  chan struct{}
}

// Accept gives the next connection that somebody dials.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.dialed:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends the listener; closing it again does nothing.
func (l *listener) Close() error {
	l.network.mu.Lock()
	defer l.network.mu.Unlock()
	if l.network.listeners[string(l.addr)] == l {
		delete(l.network.listeners, string(l.addr))
		close(l.closed)
	}
	return nil
}

// Addr is where it listens.
func (l *listener) Addr() net.Addr { return l.addr }

type memoryAddr string

// Network names the kind of network.
func (memoryAddr) Network() string { return "memory" }

// String is the address, host:port.
func (a memoryAddr) String() string { return string(a) }
