package sdks_test

import (
	"errors"
	"testing"
	"time"

	goshopify "github.com/bold-commerce/go-shopify/v4"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

func shopifyClient(v *vendor, tries int) *goshopify.Client {
	v.Helper()
	client, err := goshopify.NewClient(goshopify.App{}, "acme", "shpat_any",
		goshopify.WithVersion("2024-10"), goshopify.WithRetry(tries), goshopify.WithHTTPClient(v.sentHere()))
	if err != nil {
		v.Fatal(err)
	}
	return client
}

// go-shopify pages through orders by the links of their pages, creates, changes and deletes one, and knows
// what is in the bucket.
func TestShopify(t *testing.T) {
	v := serve(t, "shopify-rest")
	client := shopifyClient(v, 1)
	seen := map[uint64]bool{}
	for options := (&goshopify.ListOptions{Limit: 10}); options != nil; {
		orders, pages, err := client.Order.ListWithPagination(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		for i := range orders {
			seen[orders[i].Id] = true
		}
		options = pages.NextPageOptions
	}
	if len(seen) != 25 {
		t.Errorf("%d orders (want 25)", len(seen))
	}
	if used := client.RateLimits; used.RequestCount != 3 || used.BucketSize != 40 {
		t.Errorf("the bucket holds %d of %d (want 3 of 40)", used.RequestCount, used.BucketSize)
	}
	made, err := client.Order.Create(t.Context(), goshopify.Order{Email: "ada@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	made.Note = "late"
	changed, err := client.Order.Update(t.Context(), *made)
	if err != nil || changed.Note != "late" || changed.Email != "ada@example.com" {
		t.Errorf("changed %+v: %v", changed, err)
	}
	if err := client.Order.Delete(t.Context(), made.Id); err != nil {
		t.Error(err)
	}
}

// go-shopify raises its own error at the limit, or waits as long as it was told and tries again.
func TestShopifyErrors(t *testing.T) {
	v := serve(t, "shopify-rest", dialect.Limit{
		Name: "bucket", Requests: 1, Per: time.Second, By: dialect.ByConnection, Algorithm: dialect.TokenBucket,
	})
	client := shopifyClient(v, 1)
	get := func() error {
		_, err := client.Shop.Get(t.Context(), nil)
		return err
	}
	var limit goshopify.RateLimitError
	if err := get(); err != nil {
		t.Fatal(err)
	}
	if err := get(); !errors.As(err, &limit) || limit.RetryAfter != 1 {
		t.Errorf("over the limit: %v", err)
	}
	v.World().Clock().Resume() // go-shopify waits on its own clock
	if _, err := shopifyClient(v, 3).Shop.Get(t.Context(), nil); err != nil {
		t.Errorf("with three tries: %v", err)
	}
	v.Advance(time.Minute)
	var answer goshopify.ResponseError
	end := v.begin(fakevendor.Fault{Kind: fakevendor.Down, Status: 500})
	if err := get(); !errors.As(err, &answer) || answer.Status != 500 {
		t.Errorf("while down: %v", err)
	}
	end()
	v.revoke("shpat_any")
	if err := get(); !errors.As(err, &answer) || answer.Status != 401 {
		t.Errorf("with a revoked token: %v", err)
	}
}

// go-shopify pages by GraphQL too, and raises the same error where the limit is an answer of 200.
func TestShopifyGraphQL(t *testing.T) {
	v := serve(t, "shopify-graphql")
	client := shopifyClient(v, 1)
	const query = `query($n: Int, $from: String) {
		orders(first: $n, after: $from) { nodes { id } pageInfo { hasNextPage endCursor } }
	}`
	var page struct {
		Orders struct {
			Nodes    []struct{ ID string }
			PageInfo struct {
				HasNextPage bool
				EndCursor   *string
			}
		}
	}
	seen := map[string]bool{}
	for more := true; more; more = page.Orders.PageInfo.HasNextPage {
		variables := map[string]any{"n": 10, "from": page.Orders.PageInfo.EndCursor}
		if err := client.GraphQL.Query(t.Context(), query, variables, &page); err != nil {
			t.Fatal(err)
		}
		for _, order := range page.Orders.Nodes {
			seen[order.ID] = true
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d orders (want 25)", len(seen))
	}
	v.begin(fakevendor.Fault{Kind: fakevendor.RateLimited})
	var limit goshopify.RateLimitError
	err := client.GraphQL.Query(t.Context(), query, nil, &page)
	if !errors.As(err, &limit) || limit.Status != 200 {
		t.Errorf("over the limit: %v", err)
	}
}
