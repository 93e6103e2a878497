import assert from "node:assert/strict";
import { test } from "node:test";

import JiraClient from "jira-client";

import { failure, serve } from "./vendor.js";

function client(vendor) {
  const { hostname, port } = new URL(vendor.url);
  return new JiraClient({ protocol: "http", host: hostname, port, username: "ada", password: "any", apiVersion: "3" });
}

test("jira-client searches, writes, moves an issue on, and reads boards", async (t) => {
  const vendor = await serve(t, "jira");
  const jira = client(vendor);
  const { issues, total } = await jira.searchJira("project = DEMO", { startAt: 20, maxResults: 10 });
  assert.deepEqual([issues.length, total], [5, 25]);
  const made = await jira.addNewIssue({ fields: { summary: "It is down", project: { key: "DEMO" } } });
  assert.deepEqual(Object.keys(made), ["id", "key", "self"]);
  await jira.transitionIssue(made.key, { transition: { id: "31" } });
  const { fields } = await jira.findIssue(made.id);
  assert.deepEqual([fields.summary, fields.status.name], ["It is down", "Done"]);
  assert.equal((await jira.getAllBoards()).values.length, 25);
  assert.equal((await jira.getIssuesForBoard(1)).issues.length, 25);
});

test("jira-client raises the body that it was answered, and nothing of its status", async (t) => {
  const vendor = await serve(t, "jira");
  const jira = client(vendor);
  const get = async () => (await failure(jira.getCurrentUser())).message;

  await vendor.fault("bad_credentials");
  assert.deepEqual(JSON.parse(await get()), { code: 401, message: "Unauthorized" });
  await vendor.clear();

  await vendor.fault("down", { how: "reset" });
  assert.equal(JSON.parse(await get()).code, "ECONNRESET");
  await vendor.clear();

  await vendor.fault("rate_limited", { retry_after: "30s" });
  assert.equal(await get(), "");
});
