import assert from "node:assert/strict";
import { test } from "node:test";

import { createAdminApiClient } from "@shopify/admin-api-client";
import Shopify from "shopify-api-node";

import { failure, serve } from "./vendor.js";

function client(vendor, options) {
  const shop = new Shopify({ shopName: "acme.myshopify.com", accessToken: "any", apiVersion: "2026-01", ...options });
  const { host, hostname, port } = new URL(vendor.url);
  Object.assign(shop.baseUrl, { protocol: "http:", host, hostname, port });
  return shop;
}

test("shopify-api-node pages, writes, and reads what hangs on orders and products", async (t) => {
  const vendor = await serve(t, "shopify-rest");
  const shop = client(vendor);
  const seen = new Set();
  for (let next = { limit: 10, status: "any" }; next; ) {
    const page = await shop.order.list(next);
    for (const order of page) seen.add(order.id);
    next = page.nextPageParameters;
  }
  assert.equal(seen.size, 25);
  assert.ok((await shop.order.cancel(3)).cancelled_at);
  assert.equal((await shop.productVariant.list(1, { limit: 2 })).length, 2);
  assert.equal((await shop.inventoryItem.get(3)).sku, "sku-3");
  assert.equal((await shop.customer.search({ query: "email:a" })).length, 25);
});

test("shopify-api-node waits for Retry-After, and raises HTTPError", async (t) => {
  const vendor = await serve(t, "shopify-rest");
  assert.equal(await vendor.limitedOnce(() => client(vendor, { maxRetries: 3 }).order.count()), 25);
  const shop = client(vendor, { maxRetries: 0 });

  await vendor.fault("rate_limited", { retry_after: "2s" });
  let err = await failure(shop.shop.get());
  assert.deepEqual([err.name, err.response.statusCode, err.response.headers["retry-after"]], ["HTTPError", 429, "2.0"]);
  await vendor.clear();

  await vendor.fault("bad_credentials");
  err = await failure(shop.shop.get());
  assert.equal(err.response.statusCode, 401);
  await vendor.clear();

  await vendor.fault("down", { status: 503 });
  err = await failure(shop.shop.get());
  assert.equal(err.response.statusCode, 503);
});

test("@shopify/admin-api-client gets what its query selects, and tells errors", async (t) => {
  const vendor = await serve(t, "shopify-graphql");
  const admin = createAdminApiClient({
    storeDomain: "acme.myshopify.com",
    apiVersion: "2026-01",
    accessToken: "any",
    customFetchApi: (url, init) => fetch(vendor.url + new URL(url).pathname, init),
  });
  const page = await admin.request(
    "query ($n: Int!) { products(first: $n) { edges { node { id title } } pageInfo { hasNextPage } } shop { name } }",
    { variables: { n: 1 } },
  );
  assert.deepEqual(page.data, {
    products: {
      edges: [{ node: { id: "gid://shopify/Product/1", title: "product 1" } }],
      pageInfo: { hasNextPage: true },
    },
    shop: { name: "Acme" },
  });
  const { data } = await admin.request(
    "mutation ($p: ProductCreateInput!) { productCreate(product: $p) { product { title } userErrors { message } } }",
    { variables: { p: { title: "Lamp" } } },
  );
  assert.deepEqual(data, { productCreate: { product: { title: "Lamp" }, userErrors: [] } });

  await vendor.fault("rate_limited");
  const { errors } = await admin.request("{ shop { name } }");
  assert.equal(errors.graphQLErrors[0].extensions.code, "THROTTLED");
  await vendor.clear();

  await vendor.fault("bad_credentials");
  assert.equal((await admin.request("{ shop { name } }")).errors.networkStatusCode, 401);
});
