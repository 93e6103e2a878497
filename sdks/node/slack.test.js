import assert from "node:assert/strict";
import { test } from "node:test";

import { ErrorCode, WebClient } from "@slack/web-api";

import { failure, serve } from "./vendor.js";

const logger = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel() {}, setName() {} };

const client = (vendor, options = {}) =>
  new WebClient("xoxb-any", { slackApiUrl: `${vendor.url}/api/`, logger, retryConfig: { retries: 0 }, ...options });

test("@slack/web-api follows cursors, and posts", async (t) => {
  const vendor = await serve(t, "slack");
  const slack = client(vendor);
  const names = new Set();
  let pages = 0;
  for await (const page of slack.paginate("conversations.list", { limit: 10 })) {
    pages++;
    for (const channel of page.channels) names.add(channel.name);
  }
  assert.deepEqual([names.size, pages], [25, 3]);
  const posted = await slack.chat.postMessage({ channel: "C0000000001", text: "It is down" });
  const { messages } = await slack.conversations.history({ channel: "C0000000001", limit: 1 });
  assert.deepEqual([messages[0].ts, messages[0].text], [posted.ts, "It is down"]);
});

test("@slack/web-api raises its own errors", async (t) => {
  const vendor = await serve(t, "slack");
  const slack = client(vendor, { rejectRateLimitedCalls: true });
  const get = () => failure(slack.auth.test());

  await vendor.fault("rate_limited", { retry_after: "30s" });
  let err = await get();
  assert.deepEqual([err.code, err.retryAfter], [ErrorCode.RateLimitedError, 30]);
  await vendor.clear();

  await vendor.fault("down", { status: 503 });
  err = await get();
  assert.deepEqual([err.code, err.statusCode ?? err.original?.statusCode], [ErrorCode.HTTPError, 503]);
  await vendor.clear();

  await vendor.fault("down", { how: "reset" });
  assert.equal((await get()).code, ErrorCode.RequestError);
  await vendor.clear();

  await vendor.fault("bad_credentials");
  err = await get();
  assert.deepEqual([err.code, err.data.error], [ErrorCode.PlatformError, "invalid_auth"]);
});

test("@slack/web-api waits as long as Retry-After says", async (t) => {
  const vendor = await serve(t, "slack");
  const slack = client(vendor, { retryConfig: { retries: 3, minTimeout: 1, maxTimeout: 1 } });
  const answer = await vendor.limitedOnce(() => slack.auth.test());
  assert.equal(answer.team, "Acme");
});

test("@slack/web-api tries again after a server error", async (t) => {
  const vendor = await serve(t, "slack");
  const slack = client(vendor, { retryConfig: { retries: 100, minTimeout: 50, factor: 1 } });
  await vendor.fault("down", { status: 500 });
  const pending = slack.auth.test();
  await vendor.wait("outcome=500", 2);
  await vendor.clear();
  assert.equal((await pending).ok, true);
});

test("@slack/web-api refreshes a token that has expired, as @slack/oauth does", async (t) => {
  const vendor = await serve(t, "slack");
  const slack = client(vendor);
  const grant = await vendor.credential("issue", { kind: "refresh_token" });
  const refresh = (token) =>
    slack.oauth.v2.access({
      client_id: "1.1",
      client_secret: "any",
      grant_type: "refresh_token",
      refresh_token: token,
    });
  const first = await refresh(grant.refresh_token);
  const call = (token) => new WebClient(token, { slackApiUrl: `${vendor.url}/api/`, logger }).auth.test();
  assert.equal((await call(first.access_token)).ok, true);
  await vendor.advance(`${first.expires_in + 60}s`);
  assert.equal((await failure(call(first.access_token))).data.error, "token_expired");
  const second = await refresh(first.refresh_token);
  assert.equal((await call(second.access_token)).ok, true);
});
