package standalone_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
)

// customers makes Stripe's customers, and counts them.
func (r *rig) customer(fields, key string) answer {
	r.Helper()
	return r.ask("stripe", "POST", "/v1/customers", fields, key2, "Idempotency-Key: "+key)
}

const key2 = "Authorization: Bearer sk_test_any"

func (r *rig) customers() int {
	r.Helper()
	a := r.ask("stripe", "GET", "/v1/customers?limit=100", "", key2)
	a.want(r, 200, "")
	return strings.Count(a.body, `"object":"customer"`)
}

// A write with an idempotency key is done once, and answered alike whenever it comes again (Stripe's words).
func TestIdempotencyKeys(t *testing.T) {
	r := serve(t, []string{"stripe"})
	before := r.customers()
	first := r.customer("name=Ada", "k1")
	first.want(t, 200, `"name":"Ada"`, "Idempotency-Key", "k1", "Idempotent-Replayed", "")
	again := r.customer("name=Ada", "k1")
	again.want(t, 200, first.body, "Idempotent-Replayed", "true", "Original-Request", first.Header.Get("Request-Id"))
	if n := r.customers(); n != before+1 || again.Header.Get("Request-Id") == first.Header.Get("Request-Id") {
		t.Errorf("%d customers, request %s (expected %d, another one)", n, again.Header.Get("Request-Id"), before+1)
	}
	const other = "Try using a key other than 'k1'"
	r.customer("name=Bob", "k1").want(t, 400, other)
	r.ask("stripe", "POST", "/v1/products", "name=Ada", key2, "Idempotency-Key: k1").want(t, 400, other)
	r.customer("name=Ada", "k2").want(t, 200, `"name":"Ada"`, "Idempotent-Replayed", "")
	r.advance(24*time.Hour - time.Nanosecond)
	r.customer("name=Ada", "k1").want(t, 200, first.body, "Idempotent-Replayed", "true")
	state, err := r.world.Save()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.world.Restore(state); err != nil {
		t.Fatal(err)
	}
	r.customer("name=Ada", "k1").want(t, 200, first.body, "Idempotent-Replayed", "true")
	r.advance(time.Nanosecond) // it is forgotten
	r.customer("name=Bob", "k1").want(t, 200, `"name":"Bob"`, "Idempotent-Replayed", "")
	if n := r.customers(); n != before+3 {
		t.Errorf("%d customers (expected %d)", n, before+3)
	}
}

// A write whose answer was lost is not done again, and one that failed is done at last.
func TestIdempotencyKeysInFaults(t *testing.T) {
	r := serve(t, []string{"stripe"})
	before := r.customers()
	fault := r.begin(fakevendor.Fault{Kind: fakevendor.Down, Status: 502, Applied: true})
	r.customer("name=Ada", "lost").want(t, 502, "")
	r.customer("name=Ada", "lost").want(t, 502, "")
	r.end(fault)
	r.customer("name=Ada", "lost").want(t, 200, `"name":"Ada"`, "Idempotent-Replayed", "true")
	fault = r.begin(fakevendor.Fault{Kind: fakevendor.Down, Status: 502})
	r.customer("name=Bob", "failed").want(t, 502, "")
	r.end(fault)
	r.customer("name=Bob", "failed").want(t, 200, `"name":"Bob"`, "Idempotent-Replayed", "")
	fault = r.begin(fakevendor.Fault{Kind: fakevendor.Slow, Latency: time.Minute})
	slow := make(chan answer)
	go func() { slow <- r.customer("name=Cid", "slow") }()
	r.waiting()
	r.end(fault)
	r.customer("name=Cid", "slow").want(t, 409, "idempotency_key_in_use")
	r.advance(time.Minute)
	(<-slow).want(t, 200, `"name":"Cid"`)
	r.customer("name=Cid", "slow").want(t, 200, `"name":"Cid"`, "Idempotent-Replayed", "true")
	if n := r.customers(); n != before+3 {
		t.Errorf("%d customers (expected %d)", n, before+3)
	}
}

// The same at the vendors that have other words for it.
func TestIdempotencyKeysElsewhere(t *testing.T) {
	r := serve(t, []string{"quickbooks-online", "zendesk"})
	const path = "/v3/company/1/invoice?requestid=4957"
	first := r.ask("quickbooks-online", "POST", path, `{"DocNumber":"7"}`, key)
	first.want(t, 200, `"DocNumber":"7"`)
	r.ask("quickbooks-online", "POST", path, `{"DocNumber":"7"}`, key).want(t, 200, first.body)
	ticket := func(body string) answer {
		return r.ask("zendesk", "POST", "/api/v2/tickets.json", body, key, "Idempotency-Key: a")
	}
	ticket(`{"ticket":{"subject":"Help"}}`).want(t, 201, "Help", "X-Idempotency-Lookup", "miss")
	ticket(`{"ticket":{"subject":"Help"}}`).want(t, 201, "Help", "X-Idempotency-Lookup", "hit")
	ticket(`{"ticket":{"subject":"Stop"}}`).want(t, 400, "IdempotentRequestError")
}
