import assert from "node:assert/strict";
import { test } from "node:test";

import "@shopify/shopify-api/adapters/node";
import { HttpInternalError, HttpResponseError, HttpThrottlingError, Session, shopifyApi } from "@shopify/shopify-api";

import { failure, serve } from "./vendor.js";

function client(vendor) {
  const { host } = new URL(vendor.url);
  const api = shopifyApi({
    apiKey: "key",
    apiSecretKey: "secret",
    hostName: host,
    hostScheme: "http",
    apiVersion: "2026-01",
    isEmbeddedApp: false,
    customShopDomains: ["127\\.0\\.0\\.1:\\d+"],
    logger: { log: () => {} },
  });
  const session = new Session({ id: "1", shop: host, state: "s", isOnline: false, accessToken: "any" });
  return new api.clients.Rest({ session });
}

test("@shopify/shopify-api follows Link by REST, writes, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "shopify-rest");
  const rest = client(vendor);
  const seen = new Set();
  for (let next = { path: "orders", query: { limit: 10 } }; next; ) {
    const page = await rest.get(next);
    for (const order of page.body.orders) seen.add(order.id);
    next = page.pageInfo?.nextPage;
  }
  assert.equal(seen.size, 25);
  const { body } = await rest.post({ path: "products", data: { product: { title: "Lamp" } } });
  await rest.put({ path: `products/${body.product.id}`, data: { product: { title: "Lantern" } } });
  assert.equal((await rest.get({ path: `products/${body.product.id}` })).body.product.title, "Lantern");
  assert.equal((await rest.get({ path: "products/count" })).body.count, 26);
});

test("@shopify/shopify-api raises errors of its own by REST", async (t) => {
  const vendor = await serve(t, "shopify-rest");
  const rest = client(vendor);
  await vendor.fault("rate_limited", { retry_after: "2s" });
  let err = await failure(rest.get({ path: "orders" }));
  assert.ok(err instanceof HttpThrottlingError, String(err));
  assert.deepEqual([err.response.code, err.response.retryAfter], [429, 2]);
  await vendor.clear();

  await vendor.fault("bad_credentials");
  err = await failure(rest.get({ path: "orders" }));
  assert.ok(err instanceof HttpResponseError);
  assert.equal(err.response.code, 401);
  await vendor.clear();

  await vendor.fault("down", { status: 503 });
  assert.ok((await failure(rest.get({ path: "orders" }))) instanceof HttpInternalError);
});

test("@shopify/shopify-api takes the seconds of Retry-After for milliseconds, which the judge notices", async (t) => {
  const vendor = await serve(t, "shopify-rest");
  await vendor.fault("rate_limited", { retry_after: "2s" });
  const err = await failure(client(vendor).get({ path: "orders", tries: 3 }));
  assert.equal(err.constructor.name, "HttpMaxRetriesError");
  assert.deepEqual(await vendor.statuses(), [429, 429, 429]);
  assert.deepEqual(new Set(await vendor.broken("called_while_told_to_wait")), new Set(["called_while_told_to_wait"]));
});
