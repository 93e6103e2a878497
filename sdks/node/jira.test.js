import assert from "node:assert/strict";
import { test } from "node:test";

import { Version3Client } from "jira.js";

import { failure, serve } from "./vendor.js";

const client = (vendor, authentication = { basic: { email: "ada@example.com", apiToken: "any" } }) =>
  new Version3Client({ host: vendor.url, authentication });

test("jira.js searches page by page, writes, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "jira");
  const jira = client(vendor);
  const seen = new Set();
  let pages = 0;
  for (let nextPageToken, last = false; !last; pages++) {
    const page = await jira.issueSearch.searchForIssuesUsingJqlEnhancedSearch({
      jql: "project = DEMO",
      maxResults: 10,
      nextPageToken,
    });
    for (const issue of page.issues) seen.add(issue.key);
    ({ nextPageToken } = page);
    last = page.isLast ?? !nextPageToken;
    assert.ok(pages < 5, "the pages do not end");
  }
  assert.deepEqual([seen.size, pages], [25, 3]);
  const projects = await jira.projects.searchProjects({ startAt: 20, maxResults: 10 });
  assert.deepEqual([projects.values.length, projects.isLast, projects.total], [5, true, 25]);
  const made = await jira.issues.createIssue({
    fields: { summary: "It is down", project: { key: "DEMO" }, issuetype: { name: "Bug" } },
  });
  const found = await jira.issues.getIssue({ issueIdOrKey: made.key });
  assert.equal(found.fields.summary, "It is down");
});

test("jira.js raises HttpException", async (t) => {
  const vendor = await serve(t, "jira");
  const jira = client(vendor);
  const get = () => failure(jira.myself.getCurrentUser());

  await vendor.fault("rate_limited", { retry_after: "30s" });
  let err = await get();
  assert.deepEqual([err.name, err.status, err.cause.response.headers["retry-after"]], ["HttpException", 429, "30"]);
  await vendor.clear();

  await vendor.fault("bad_credentials");
  err = await get();
  assert.deepEqual([err.name, err.status], ["HttpException", 401]);
  await vendor.clear();

  await vendor.fault("down", { status: 503 });
  assert.equal((await get()).status, 503);
  await vendor.clear();

  await vendor.fault("down", { how: "reset" });
  assert.equal((await get()).code, "ECONNRESET");
  await vendor.clear();

  err = await failure(jira.issues.getIssue({ issueIdOrKey: "NONE-1" }));
  assert.deepEqual([err.status, Object.keys(err.response.data)], [404, ["errorMessages", "errors"]]);
});
