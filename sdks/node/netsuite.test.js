import assert from "node:assert/strict";
import { test } from "node:test";

import NetsuiteRest from "netsuite-rest";

import { failure, serve } from "./vendor.js";

// Token-based authentication: each request is signed anew (OAuth 1.0a).
const client = (vendor) =>
  new NetsuiteRest({
    consumer_key: "key", consumer_secret_key: "secret", token: "token", token_secret: "secret",
    realm: "123456_SB1", base_url: vendor.url,
  });

test("netsuite-rest follows links to the next page, writes, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "netsuite-rest");
  const netsuite = client(vendor);
  const seen = new Set();
  for (let path = "record/v1/customer?limit=10"; path; ) {
    const { data } = await netsuite.request({ path });
    for (const customer of data.items) seen.add(customer.id);
    path = data.links.find((link) => link.rel === "next")?.href.split("/services/rest/")[1];
  }
  assert.equal(seen.size, 25);
  const write = (path, method, fields) => netsuite.request({ path, method, body: JSON.stringify(fields) });
  await write("record/v1/customer/eid:ada", "PUT", { companyName: "Ada" });
  await write("record/v1/customer/eid:ada", "PUT", { companyName: "Ada Ltd" });
  assert.equal((await netsuite.request({ path: "record/v1/customer/eid:ada" })).data.companyName, "Ada Ltd");
  const query = await write("query/v1/suiteql?limit=100", "POST", { q: "SELECT id FROM customer" });
  assert.equal(query.data.totalResults, 26);
});

test("netsuite-rest raises HTTPError with NetSuite's codes", async (t) => {
  const vendor = await serve(t, "netsuite-rest");
  const post = () => failure(client(vendor).request({ path: "record/v1/customer", method: "POST", body: "{}" }));
  for (const [fault, status, code] of [
    ["rate_limited", 429, "CONCURRENCY_LIMIT_EXCEEDED"],
    ["bad_credentials", 401, "INVALID_LOGIN"],
  ]) {
    await vendor.fault(fault);
    const { response } = await post();
    assert.equal(response.statusCode, status);
    assert.equal(JSON.parse(response.body)["o:errorDetails"][0]["o:errorCode"], code);
    await vendor.clear();
  }
  await vendor.fault("down", { status: 503 });
  assert.equal((await post()).response.statusCode, 503);
  await vendor.clear();
  const { credential } = (await vendor.calls()).at(-1);
  assert.equal(new Set((await vendor.calls()).map((e) => e.credential.fingerprint)).size, 1); // one signer
  assert.equal(credential.kind, "api_key");
});

test("netsuite-rest tries reads again after a server error", async (t) => {
  const vendor = await serve(t, "netsuite-rest");
  await vendor.fault("down", { status: 503 });
  const pending = client(vendor).request({ path: "record/v1/customer/3" });
  await vendor.wait("outcome=503");
  await vendor.clear();
  assert.equal((await pending).data.id, "3");
});
