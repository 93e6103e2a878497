package wire

import (
	"crypto/tls"
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"strconv"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Write sends an answer. Its Date is the vendor's, so that net/http sets none of its own.
func Write(w http.ResponseWriter, a *dialect.Answer) {
	h := w.Header()
	maps.Copy(h, a.Header)
	if h.Get("Content-Type") == "" {
		h["Content-Type"] = nil // what net/http guesses is none of the vendor's words
	}
	w.WriteHeader(a.Status)
	w.Write(a.Body) //nolint:errcheck // the client left, or the body is cut short on purpose
}

// Reset ends a connection without an answer: what was not sent is lost, and the client reads a reset.
func Reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // it closes the connection, if less rudely
	}
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn() // TLS would say goodbye
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0) //nolint:errcheck // the connection is gone already
	}
	conn.Close() //nolint:errcheck // a reset loses everything anyway
}

// WriteJSON answers 200 with a value.
func WriteJSON(w http.ResponseWriter, now fakevendor.Time, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	Write(w, Page(now, "application/json", body))
	return nil
}

// Page is a whole answer of status 200.
func Page(now fakevendor.Time, contentType string, body []byte) *dialect.Answer {
	return &dialect.Answer{
		Status: http.StatusOK, Body: body,
		Header: http.Header{
			"Content-Type":   {contentType},
			"Content-Length": {strconv.Itoa(len(body))},
			"Date":           {now.Std().Format(http.TimeFormat)},
		},
	}
}
