import assert from "node:assert/strict";
import { test } from "node:test";

import jsforce from "jsforce";

import { failure, serve } from "./vendor.js";

const soql = "SELECT Id, Name FROM Account";

const connection = (vendor, more = { accessToken: "any" }) =>
  new jsforce.Connection({ instanceUrl: vendor.url, version: "60.0", ...more });

test("jsforce queries page by page, writes, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "salesforce", "--stock", "2500");
  const salesforce = connection(vendor);
  const all = await salesforce.query(soql, { autoFetch: true, maxFetch: 10_000 });
  assert.equal(all.totalSize, 2500);
  assert.equal(new Set(all.records.map((r) => r.Id)).size, 2500);
  assert.equal((await vendor.calls()).length, 2);
  const made = await salesforce.sobject("Account").create({ Name: "Ada" });
  assert.equal(made.success, true);
  assert.equal((await salesforce.sobject("Account").retrieve(made.id)).Name, "Ada");
  await salesforce.sobject("Account").update({ Id: made.id, Name: "Grace" });
  assert.equal((await salesforce.sobject("Account").retrieve(made.id)).Name, "Grace");
});

test("jsforce raises errors by Salesforce's codes", async (t) => {
  const vendor = await serve(t, "salesforce");
  const salesforce = connection(vendor);
  const get = () => failure(salesforce.query(soql));

  await vendor.fault("rate_limited");
  assert.equal((await get()).errorCode, "REQUEST_LIMIT_EXCEEDED");
  await vendor.clear();

  await vendor.fault("bad_credentials");
  const err = await get();
  assert.deepEqual([err.errorCode, err.name], ["INVALID_SESSION_ID", "INVALID_SESSION_ID"]);
  await vendor.clear();

  assert.equal((await failure(salesforce.sobject("Account").retrieve("001000000000001AAA"))).errorCode, "NOT_FOUND");

  await vendor.fault("down", { status: 503 });
  const write = await failure(salesforce.sobject("Account").create({ Name: "Ada" }));
  assert.equal(write.errorCode, "SERVER_UNAVAILABLE"); // a POST is not tried again
  await vendor.clear();
});

test("jsforce tries reads again after a server error and after a reset", async (t) => {
  const vendor = await serve(t, "salesforce");
  const salesforce = connection(vendor);
  for (const [fault, outcome] of [[{ status: 503 }, "503"], [{ how: "reset" }, "conn_reset"]]) {
    await vendor.fault("down", fault);
    const pending = salesforce.query(soql);
    await vendor.wait(`outcome=${outcome}`);
    await vendor.clear();
    assert.equal((await pending).totalSize, 25);
  }
});

test("jsforce refreshes a session that has expired, and says when it cannot", async (t) => {
  const vendor = await serve(t, "salesforce");
  const grant = await vendor.credential("issue", { kind: "refresh_token" });
  const salesforce = connection(vendor, {
    oauth2: { loginUrl: vendor.url, clientId: "id", clientSecret: "secret" },
    accessToken: grant.access_token,
    refreshToken: grant.refresh_token,
  });
  const refreshed = [];
  salesforce.on("refresh", (token) => refreshed.push(token));
  assert.equal((await salesforce.query(soql)).totalSize, 25);

  await vendor.credential("expire");
  assert.equal((await salesforce.query(soql)).totalSize, 25);
  assert.equal(refreshed.length, 1);
  assert.deepEqual(await vendor.statuses(), [200, 401, 200, 200]);

  await vendor.credential("expire");
  await vendor.fault("token_refresh", { how: "dead" });
  const err = await failure(salesforce.query(soql));
  assert.match(err.message, /Unable to refresh session due to: expired access\/refresh token/);
});
