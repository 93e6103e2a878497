package sdks_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

func stripeClient(v *vendor, retries int64) *stripe.Client {
	return stripe.NewClient("sk_test_1", stripe.WithBackends(stripe.NewBackendsWithConfig(&stripe.BackendConfig{
		URL: &v.url, MaxNetworkRetries: &retries, LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
	})))
}

// stripe-go pages through a list by itself, creates, changes and deletes.
func TestStripe(t *testing.T) {
	v := serve(t, "stripe")
	client := stripeClient(v, 0)
	count := 0
	params := &stripe.CustomerListParams{}
	params.Limit = stripe.Int64(10)
	for c, err := range client.V1Customers.List(t.Context(), params).All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; c.Name == "" || c.Created == 0 {
			t.Errorf("customer %+v", c)
		}
	}
	if count != 25 {
		t.Errorf("%d customers (want 25)", count)
	}
	create := &stripe.CustomerCreateParams{Name: stripe.String("Ada")}
	create.AddMetadata("order", "6735")
	made, err := client.V1Customers.Create(t.Context(), create)
	if err != nil || made.Name != "Ada" || made.Metadata["order"] != "6735" {
		t.Fatalf("created %+v: %v", made, err)
	}
	changed, err := client.V1Customers.Update(t.Context(), made.ID,
		&stripe.CustomerUpdateParams{Name: stripe.String("Lovelace")})
	if err != nil || changed.Name != "Lovelace" {
		t.Errorf("changed %+v: %v", changed, err)
	}
	gone, err := client.V1Customers.Delete(t.Context(), made.ID, nil)
	if err != nil || !gone.Deleted {
		t.Errorf("deleted %+v: %v", gone, err)
	}
}

// stripe-go raises its own errors for what can befall it.
func TestStripeErrors(t *testing.T) {
	v := serve(t, "stripe")
	client := stripeClient(v, 0)
	get := func(id string) *stripe.Error {
		t.Helper()
		_, err := client.V1Customers.Retrieve(t.Context(), id, nil)
		var answer *stripe.Error
		if err != nil && !errors.As(err, &answer) {
			t.Fatalf("%v is none of Stripe's errors", err)
		}
		return answer
	}
	const some = "cus_00000000000007"
	if e := get(some); e != nil {
		t.Errorf("all is well: %v", e)
	}
	if e := get("cus_99999999999999"); e == nil || e.Code != stripe.ErrorCodeResourceMissing || e.HTTPStatusCode != 404 {
		t.Errorf("a customer that is not there: %v", e)
	}
	end := v.begin(fakevendor.Fault{Kind: fakevendor.Down, Status: 500})
	if e := get(some); e == nil || e.Type != stripe.ErrorTypeAPI {
		t.Errorf("while down: %v", e)
	}
	end()
	end = v.begin(fakevendor.Fault{Kind: fakevendor.RateLimited})
	if e := get(some); e == nil || e.Code != stripe.ErrorCodeRateLimit || e.HTTPStatusCode != 429 {
		t.Errorf("while limited: %v", e)
	}
	end()
	v.revoke("sk_test_1")
	if e := get(some); e == nil || e.HTTPStatusCode != 401 || e.Type != stripe.ErrorTypeInvalidRequest {
		t.Errorf("with a revoked key: %v", e)
	}
}

// stripe-go tries again after a reset connection, and then succeeds: with one idempotent call.
func TestStripeRetries(t *testing.T) {
	v := serve(t, "stripe", dialect.Limit{Name: "global", Requests: 100, Per: time.Second})
	number, err := v.World().AddFault(&fakevendor.Fault{
		Kind: fakevendor.Flaky, Rate: 0.5, Connection: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	client := stripeClient(v, 8)
	for range 4 {
		if _, err := client.V1Balance.Retrieve(t.Context(), nil); err != nil {
			t.Errorf("with eight tries: %v", err)
		}
	}
	if err := v.World().EndFault(number); err != nil {
		t.Fatal(err)
	}
	if extent := v.World().Journal().Extent(); extent.Last <= 4 {
		t.Errorf("%d calls (want more than 4: some failed)", extent.Last)
	}
}
