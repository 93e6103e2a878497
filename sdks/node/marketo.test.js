import assert from "node:assert/strict";
import { test } from "node:test";

import Marketo from "node-marketo-rest";

import { failure, serve } from "./vendor.js";

process.env.NODE_MARKETO_LOG_LEVEL = "fatal"; // else it says on standard error what it tries again

const client = (vendor, retry = { maxRetries: 1, initialDelay: 1, maxDelay: 2 }) =>
  new Marketo({
    endpoint: `${vendor.url}/rest`,
    identity: `${vendor.url}/identity`,
    clientId: "id",
    clientSecret: "secret",
    retry,
  });

test("node-marketo-rest follows nextPageToken, writes several at once, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "marketo", "--stock", "450");
  const { lead } = client(vendor);
  const seen = new Set();
  for (let page = await lead.find("id", [1]); ; page = await page.nextPage()) {
    for (const one of page.result) seen.add(one.id);
    if (!page.nextPage) break;
  }
  assert.equal(seen.size, 450);
  const leads = [{ email: "ada@example.com", firstName: "Ada" }, { email: "lead-7@example.com" }];
  const { result } = await lead.createOrUpdate(leads);
  assert.deepEqual(result.map((one) => one.status), ["created", "updated"]);
  assert.equal(result[1].id, 7);
  assert.equal((await lead.byId(result[0].id)).result[0].firstName, "Ada");
  assert.ok((await lead.describe()).result.some((field) => field.rest.name === "email"));
});

test("node-marketo-rest raises HttpError with Marketo's codes, which come with status 200", async (t) => {
  const vendor = await serve(t, "marketo");
  const { lead } = client(vendor);
  for (const [fault, more, code] of [
    ["rate_limited", {}, "606"],
    ["bad_credentials", {}, "601"],
    ["down", { status: 503 }, "608"],
    ["maintenance", {}, "608"],
  ]) {
    await vendor.fault(fault, more);
    const err = await failure(lead.byId(1));
    assert.deepEqual([err.name, err.code, err.errors[0].code], ["HttpError", 200, code]);
    await vendor.clear();
  }
  assert.equal((await failure(lead.byId(999))).errors[0].code, "1004");
});

test("node-marketo-rest gets another token when one has expired, and says when it cannot", async (t) => {
  const vendor = await serve(t, "marketo");
  const { lead } = client(vendor);
  await lead.byId(1);
  await vendor.advance("61m");
  assert.equal((await lead.byId(1)).result[0].id, 1);
  assert.deepEqual((await vendor.calls()).map((e) => e.sub ?? e.grant ?? e.cause), [
    "client_credentials", "ok", "expired_token", "client_credentials", "ok",
  ]);
  await vendor.advance("61m");
  await vendor.fault("token_refresh", { how: "dead" });
  assert.match((await failure(lead.byId(1))).message, /Authentication \(invalid_client\)/);
});
