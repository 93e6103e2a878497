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

  assert.equal((await failure(salesforce.sobject("Account").retrieve("001000000000999AAA"))).errorCode, "NOT_FOUND");

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

test("jsforce logs in by SOAP, and writes many as a collection and as a job", async (t) => {
  const vendor = await serve(t, "salesforce");
  const salesforce = new jsforce.Connection({ loginUrl: vendor.url, version: "60.0" });
  assert.equal((await salesforce.login("ada@example.com", "secret")).id, "005000000000001AAA");
  const accounts = salesforce.sobject("Account");
  const made = await accounts.create([{ Name: "Ada" }, { Name: "Bob" }]);
  assert.deepEqual(made.map((r) => r.success), [true, true]);
  const keyed = { Key__c: "7", Name: "Eve" };
  assert.equal((await accounts.upsert(keyed, "Key__c")).created, true);
  assert.equal((await accounts.upsert(keyed, "Key__c")).created, false);
  const poll = { pollInterval: 20, pollTimeout: 5_000 };
  const job = { object: "Account", operation: "insert", input: [{ Name: "Zoe" }], ...poll };
  const done = await salesforce.bulk2.loadAndWaitForResults(job);
  assert.deepEqual([done.successfulResults.length, done.failedResults.length], [1, 0]);
  const rows = await (await salesforce.bulk2.query(soql, poll)).toArray();
  assert.equal(rows.length, 29);
  assert.equal(await accounts.count(), 29);
  await salesforce.logout();

  await vendor.fault("token_refresh", { how: "dead" });
  assert.match((await failure(salesforce.login("ada@example.com", "x"))).message, /^INVALID_LOGIN/);
});
