import assert from "node:assert/strict";
import { test } from "node:test";

import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";

import { failure, serve } from "./vendor.js";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const issues = { owner: "octo", repo: "demo", per_page: 10 };

const bare = (vendor) => new Octokit({ auth: "any", baseUrl: vendor.url, log: quiet });

function patient(vendor, told = []) {
  const note = (limit) => (after) => {
    told.push([limit, after]);
    return true;
  };
  const Patient = Octokit.plugin(throttling, retry);
  return new Patient({
    auth: "any",
    baseUrl: vendor.url,
    log: quiet,
    throttle: { onRateLimit: note("primary"), onSecondaryRateLimit: note("secondary"), retryAfterBaseValue: 1000 },
    retry: { retryAfterBaseValue: 10 },
  });
}

test("octokit follows Link from page to page, and finds what it wrote", async (t) => {
  const vendor = await serve(t, "github");
  const octokit = bare(vendor);
  const all = await octokit.paginate(octokit.rest.issues.listForRepo, issues);
  assert.equal(new Set(all.map((i) => i.number)).size, 25);
  assert.equal((await vendor.calls()).length, 3);
  const made = await octokit.rest.issues.create({ owner: "octo", repo: "demo", title: "It is down" });
  const found = await octokit.rest.issues.get({ owner: "octo", repo: "demo", issue_number: made.data.number });
  assert.equal(found.data.title, "It is down");
});

test("octokit raises RequestError", async (t) => {
  const vendor = await serve(t, "github");
  const octokit = bare(vendor);
  const get = () => failure(octokit.rest.users.getAuthenticated());

  await vendor.fault("rate_limited", { retry_after: "30s" });
  let err = await get();
  assert.equal(err.name, "HttpError");
  assert.equal(err.status, 403);
  assert.match(err.message, /API rate limit exceeded/);
  assert.equal(err.response.headers["x-ratelimit-remaining"], "0");
  await vendor.clear();

  await vendor.fault("down", { status: 502 });
  assert.equal((await get()).status, 502);
  await vendor.clear();

  await vendor.fault("down", { how: "reset" });
  assert.equal((await get()).status, 500); // octokit's own for no answer
  await vendor.clear();

  await vendor.fault("bad_credentials");
  err = await get();
  assert.equal(err.status, 401);
  assert.match(err.message, /Bad credentials/);
});

test("octokit's throttling plugin waits until the reset, and comes back", async (t) => {
  const vendor = await serve(t, "github");
  const told = [];
  const octokit = patient(vendor, told);
  const { data } = await vendor.limitedOnce(() => octokit.rest.users.getAuthenticated(), "403");
  assert.equal(data.login, "octocat");
  assert.equal(told.length, 1);
  assert.equal(told[0][0], "primary");
});

test("octokit's retry plugin outlasts a server error, and gives up on credentials", async (t) => {
  const vendor = await serve(t, "github");
  const octokit = patient(vendor);
  await vendor.fault("down", { status: 503 });
  const pending = octokit.rest.users.getAuthenticated();
  await vendor.wait("outcome=503");
  await vendor.clear();
  assert.equal((await pending).data.login, "octocat");

  await vendor.hold("DELETE", "/journal");
  await vendor.fault("bad_credentials");
  assert.equal((await failure(octokit.rest.users.getAuthenticated())).status, 401);
  assert.deepEqual(await vendor.statuses(), [401]);
});
