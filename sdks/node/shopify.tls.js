// Run by tls.test.js. Shopify's client of GraphQL speaks https alone.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import "@shopify/shopify-api/adapters/node";
import { GraphqlQueryError, HttpResponseError, Session, shopifyApi } from "@shopify/shopify-api";

import { failure, Vendor } from "./vendor.js";

const vendor = new Vendor(JSON.parse(process.env.VENDOR));

beforeEach(() => vendor.hold("POST", "/reset"));

const query =
  "query($after: String) { orders(first: 10, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";

function client() {
  const { host } = new URL(vendor.url);
  const api = shopifyApi({
    apiKey: "key",
    apiSecretKey: "secret",
    hostName: host,
    apiVersion: "2026-01",
    isEmbeddedApp: false,
    customShopDomains: ["127\\.0\\.0\\.1:\\d+"],
    logger: { log: () => {} },
  });
  const session = new Session({ id: "1", shop: host, state: "s", isOnline: false, accessToken: "any" });
  return new api.clients.Graphql({ session });
}

test("@shopify/shopify-api pages by GraphQL", async () => {
  const graphql = client();
  const seen = new Set();
  for (let after = null, more = true; more; ) {
    const { data, extensions } = await graphql.request(query, { variables: { after } });
    for (const order of data.orders.nodes) seen.add(order.id);
    ({ hasNextPage: more, endCursor: after } = data.orders.pageInfo);
    assert.ok(extensions.cost.throttleStatus.currentlyAvailable > 0);
  }
  assert.equal(seen.size, 25);
});

test("@shopify/shopify-api raises GraphqlQueryError for THROTTLED, which comes with status 200", async () => {
  await vendor.fault("rate_limited");
  const throttled = await failure(client().request(query));
  assert.ok(throttled instanceof GraphqlQueryError);
  assert.equal(throttled.body.errors.graphQLErrors[0].extensions.code, "THROTTLED");
  await vendor.clear();

  await vendor.fault("bad_credentials");
  const refused = await failure(client().request(query));
  assert.ok(refused instanceof HttpResponseError);
  assert.equal(refused.response.code, 401);
});
