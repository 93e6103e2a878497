import assert from "node:assert/strict";
import { test } from "node:test";

import QuickBooks from "node-quickbooks";

import { failure, serve } from "./vendor.js";

function client(vendor, { token = "any", refresh = null } = {}) {
  QuickBooks.TOKEN_URL = `${vendor.url}/oauth2/v1/tokens/bearer`;
  const qbo = new QuickBooks("id", "secret", token, false, "4620816365", true, false, null, "2.0", refresh);
  qbo.endpoint = `${vendor.url}/v3/company/`;
  return qbo;
}

/** Calls a method that takes a callback. */
const call = (qbo, method, ...args) =>
  new Promise((done, fail) => {
    qbo[method](...args, (err, body) => (err ? fail(err) : done(body)));
  });

test("node-quickbooks queries page by page, writes, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "quickbooks-online");
  const qbo = client(vendor);
  const all = await call(qbo, "findCustomers", { fetchAll: true, limit: 10 });
  assert.equal(new Set(all.QueryResponse.Customer.map((c) => c.Id)).size, 25);
  assert.equal((await vendor.calls()).length, 3);
  const made = await call(qbo, "createCustomer", { DisplayName: "Ada" });
  const found = await call(qbo, "getCustomer", made.Id);
  assert.equal(found.DisplayName, "Ada");
});

test("node-quickbooks hands the vendor's errors on", async (t) => {
  const vendor = await serve(t, "quickbooks-online");
  const qbo = client(vendor);
  const get = () => failure(call(qbo, "findCustomers", { limit: 10 }));

  await vendor.fault("rate_limited");
  let err = await get();
  assert.equal(err.response.status, 429);
  await vendor.clear();

  await vendor.fault("bad_credentials");
  err = await get();
  assert.equal(err.response.status, 401);
  await vendor.clear();

  await vendor.fault("down", { status: 503 });
  assert.equal((await get()).response.status, 503);
  await vendor.clear();

  await vendor.fault("down", { how: "reset" });
  assert.equal((await get()).code, "ECONNRESET");
  await vendor.clear();

  err = await failure(call(client(vendor), "getCustomer", "4711"));
  assert.equal((err.Fault ?? err.response.data.Fault).Error[0].code, "610");
});

test("node-quickbooks refreshes a token that has expired", async (t) => {
  const vendor = await serve(t, "quickbooks-online");
  const grant = await vendor.credential("issue", { kind: "refresh_token" });
  const qbo = client(vendor, { token: grant.access_token, refresh: grant.refresh_token });
  const get = () => call(qbo, "getCompanyInfo", "1");
  assert.equal((await get()).CompanyName, "Acme");
  await vendor.advance("61m");
  const err = await failure(get());
  assert.equal(err.response.status, 401);
  await call(qbo, "refreshAccessToken");
  assert.equal((await get()).CompanyName, "Acme");
  await vendor.fault("token_refresh", { how: "dead" });
  const dead = await failure(call(qbo, "refreshAccessToken"));
  assert.equal(dead.response.data.error, "invalid_grant");
});
