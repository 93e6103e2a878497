import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "@hubspot/api-client";

import { failure, serve } from "./vendor.js";

const client = (vendor, options = {}) => new Client({ accessToken: "any", basePath: vendor.url, ...options });
const page = (hubspot) => hubspot.crm.contacts.basicApi.getPage(10);

test("@hubspot/api-client reads all pages, writes, and searches", async (t) => {
  const vendor = await serve(t, "hubspot");
  const hubspot = client(vendor);
  const all = await hubspot.crm.contacts.getAll(10);
  assert.equal(new Set(all.map((c) => c.id)).size, 25);
  assert.ok(all[0].updatedAt instanceof Date);
  assert.equal((await vendor.calls()).length, 3);
  const made = await hubspot.crm.contacts.basicApi.create({ properties: { firstname: "Ada" } });
  const found = await hubspot.crm.contacts.basicApi.getById(made.id, ["firstname"]);
  assert.equal(found.properties.firstname, "Ada");
  const search = await hubspot.crm.contacts.searchApi.doSearch({ limit: 5 });
  assert.deepEqual([search.total, search.results.length], [26, 5]);
});

test("@hubspot/api-client raises ApiException", async (t) => {
  const vendor = await serve(t, "hubspot");
  const hubspot = client(vendor);
  const get = () => failure(page(hubspot));

  await vendor.fault("rate_limited");
  let err = await get();
  assert.deepEqual([err.code, err.body.policyName], [429, "TEN_SECONDLY_ROLLING"]);
  await vendor.clear();

  await vendor.fault("down", { status: 502 });
  assert.equal((await get()).code, 502);
  await vendor.clear();

  await vendor.fault("down", { how: "reset" });
  assert.match(String((await get()).code ?? (await get()).message), /ECONNRESET|hang up/);
  await vendor.clear();

  await vendor.fault("bad_credentials");
  err = await get();
  assert.deepEqual([err.code, err.body.category], [401, "INVALID_AUTHENTICATION"]);
});

test("@hubspot/api-client waits out the limit of ten seconds, and outlasts server errors", async (t) => {
  t.mock.method(console, "error", () => {}); // it says there that it will try again
  const vendor = await serve(t, "hubspot");
  const hubspot = client(vendor, { numberOfApiCallRetries: 6 });
  await vendor.fault("down", { status: 503 });
  let pending = page(hubspot);
  await vendor.wait("outcome=503");
  await vendor.clear();
  assert.equal((await pending).results.length, 10);

  await vendor.hold("DELETE", "/journal");
  await vendor.fault("rate_limited");
  pending = page(hubspot);
  await vendor.wait("outcome=429");
  await vendor.clear();
  assert.equal((await pending).results.length, 10);
  const [limited, served] = await vendor.calls();
  const waited = Date.parse(served.at) - Date.parse(limited.at);
  assert.ok(waited >= 10_000, `it waited ${waited} ms (want 10 s, as its RetryDecorator has it)`);
});

test("@hubspot/api-client refreshes a token that has expired", async (t) => {
  const vendor = await serve(t, "hubspot");
  const grant = await vendor.credential("issue", { kind: "refresh_token" });
  const hubspot = client(vendor, { accessToken: grant.access_token });
  assert.equal((await page(hubspot)).results.length, 10);
  await vendor.advance("31m");
  const err = await failure(page(hubspot));
  assert.deepEqual([err.code, err.body.category], [401, "EXPIRED_AUTHENTICATION"]);
  const refresh = (token) =>
    hubspot.oauth.tokensApi.create("refresh_token", undefined, undefined, "id", "secret", token);
  const fresh = await refresh(grant.refresh_token);
  hubspot.setAccessToken(fresh.accessToken);
  assert.equal((await page(hubspot)).results.length, 10);

  await vendor.fault("token_refresh", { how: "dead" });
  const dead = await failure(refresh(fresh.refreshToken));
  assert.deepEqual([dead.code, dead.body.status], [400, "BAD_REFRESH_TOKEN"]);
});

test("@hubspot/api-client writes in batches, finds by address, and what has changed", async (t) => {
  const vendor = await serve(t, "hubspot");
  const { contacts } = new Client({ accessToken: "any", basePath: vendor.url }).crm;
  const inputs = ["ada@x.org", "bob@x.org"].map((email) => ({ properties: { email } }));
  const made = await contacts.batchApi.create({ inputs });
  assert.equal(made.results.length, 2);
  const keyed = { id: "bob@x.org", idProperty: "email", properties: { firstname: "Bob" } };
  assert.equal((await contacts.batchApi.upsert({ inputs: [keyed] })).results[0].id, made.results[1].id);
  const find = (propertyName, operator, value) =>
    contacts.searchApi.doSearch({ filterGroups: [{ filters: [{ propertyName, operator, value }] }], limit: 10 });
  assert.equal((await find("email", "EQ", "bob@x.org")).results[0].properties.firstname, "Bob");
  assert.equal((await find("lastmodifieddate", "GTE", String(Date.now() - 60_000))).total, 2);
  await contacts.batchApi.archive({ inputs: made.results.map(({ id }) => ({ id })) });
  assert.equal((await find("email", "EQ", "bob@x.org")).total, 0);
});
