// Run by tls.test.js. The client of Microsoft Graph shows its token over https alone, and to hosts that it is told of.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Client, GraphError, PageIterator, RetryHandlerOptions } from "@microsoft/microsoft-graph-client";

import { failure, Vendor } from "./vendor.js";

const vendor = new Vendor(JSON.parse(process.env.VENDOR));

beforeEach(() => vendor.hold("POST", "/reset"));

const client = (token = () => "any") =>
  Client.init({
    baseUrl: vendor.url,
    customHosts: new Set([new URL(vendor.url).hostname]),
    authProvider: (done) => Promise.resolve(token()).then((t) => done(null, t), done),
  });

test("@microsoft/microsoft-graph-client follows @odata.nextLink, writes, and reads what it wrote", async () => {
  const graph = client();
  const seen = new Set();
  const first = await graph.api("/users").top(10).get();
  await new PageIterator(graph, first, (user) => Boolean(seen.add(user.id))).iterate();
  assert.equal(seen.size, 25);
  assert.equal((await vendor.calls()).length, 3);
  const made = await graph.api("/users").post({ displayName: "Ada" });
  assert.equal((await graph.api(`/users/${made.id}`).get()).displayName, "Ada");
});

test("@microsoft/microsoft-graph-client raises GraphError", async () => {
  const graph = client();
  const get = () => failure(graph.api("/me").get());

  await vendor.fault("bad_credentials");
  let err = await get();
  assert.ok(err instanceof GraphError);
  assert.deepEqual([err.statusCode, err.code], [401, "InvalidAuthenticationToken"]);
  await vendor.clear();

  await vendor.fault("down", { status: 500 });
  assert.equal((await get()).statusCode, 500); // which it does not try again
  await vendor.clear();

  err = await failure(graph.api("/users/nobody").get());
  assert.deepEqual([err.statusCode, err.code], [404, "Request_ResourceNotFound"]);
});

test("@microsoft/microsoft-graph-client waits as long as Retry-After says", async () => {
  const me = await vendor.limitedOnce(() => client().api("/me").get());
  assert.equal(me.displayName, "Integration");
});

test("@microsoft/microsoft-graph-client tries again while the vendor is unavailable, three times", async () => {
  await vendor.fault("down", { status: 504 });
  const atOnce = new RetryHandlerOptions(0);
  const err = await failure(client().api("/me").middlewareOptions([atOnce]).get());
  assert.equal(err.statusCode, 504);
  assert.deepEqual(await vendor.statuses(), [504, 504, 504, 504]);
});

test("@microsoft/microsoft-graph-client's authentication provider refreshes a token that has expired", async () => {
  const grant = await vendor.credential("issue", { kind: "refresh_token" });
  let token = grant.access_token;
  const graph = client(() => token);
  assert.equal((await graph.api("/me").get()).displayName, "Integration");
  await vendor.credential("expire");
  const err = await failure(graph.api("/me").get());
  assert.deepEqual([err.statusCode, err.code], [401, "InvalidAuthenticationToken"]);
  const answer = await fetch(`${vendor.url}/common/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "refresh_token", client_id: "id", refresh_token: grant.refresh_token }),
  });
  token = (await answer.json()).access_token;
  assert.equal((await graph.api("/me").get()).displayName, "Integration");
});
