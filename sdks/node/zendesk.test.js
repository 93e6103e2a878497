import assert from "node:assert/strict";
import { test } from "node:test";

import nodeZendesk from "node-zendesk";

import { failure, serve } from "./vendor.js";

const client = (vendor, more = { username: "ada@example.com", token: "any" }) =>
  nodeZendesk.createClient({ endpointUri: `${vendor.url}/api/v2`, ...more });

test("node-zendesk follows cursors, writes, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "zendesk", "--stock", "250");
  const zendesk = client(vendor);
  const all = await zendesk.tickets.list();
  assert.equal(new Set(all.map((ticket) => ticket.id)).size, 250);
  assert.equal((await vendor.calls()).length, 3);
  const ticket = { subject: "It is down", comment: { body: "Since nine." } };
  const made = (await zendesk.tickets.create({ ticket })).result;
  await zendesk.tickets.update(made.id, { ticket: { status: "solved" } });
  const found = (await zendesk.tickets.show(made.id)).result;
  assert.deepEqual([found.subject, found.status], ["It is down", "solved"]);
  await zendesk.tickets.delete(made.id);
  assert.match((await failure(zendesk.tickets.show(made.id))).message, /\(404\): Item not found/);
  assert.equal((await zendesk.users.me()).result.role, "admin");
  assert.equal((await zendesk.tickets.incremental(0)).length, 250);
});

test("node-zendesk raises errors with Zendesk's status", async (t) => {
  const vendor = await serve(t, "zendesk");
  const zendesk = client(vendor);
  const get = () => failure(zendesk.tickets.list());
  for (const [fault, status, message] of [
    ["rate_limited", 429, /Too Many Requests/],
    ["bad_credentials", 401, /Not Authorized/],
    ["maintenance", 503, /Service Unavailable/],
  ]) {
    await vendor.fault(fault);
    const err = await get();
    assert.equal(err.statusCode, status);
    assert.match(err.message, message);
    await vendor.clear();
  }
  await vendor.fault("down", { how: "reset" });
  assert.match((await get()).message, /ECONNRESET/);
});

test("node-zendesk is refused with a token that has expired, and goes on with the one after it", async (t) => {
  const vendor = await serve(t, "zendesk");
  const oauth = (token) => client(vendor, { token, useOAuth: true });
  const grant = await vendor.credential("issue", { kind: "refresh_token" });
  await vendor.credential("expire");
  const err = await failure(oauth(grant.access_token).tickets.list());
  assert.deepEqual([err.statusCode, err.result.error], [401, "invalid_token"]);
  const answer = await fetch(`${vendor.url}/oauth/tokens`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "refresh_token", client_id: "id", refresh_token: grant.refresh_token }),
  });
  const fresh = (await answer.json()).access_token;
  assert.equal((await oauth(fresh).tickets.show(1)).result.id, 1);
});
