import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";

import { App, Octokit } from "octokit";

import { failure, serve } from "./vendor.js";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

test("octokit turns GraphQL's pages, and writes", async (t) => {
  const vendor = await serve(t, "github");
  const octokit = new Octokit({ auth: "any", baseUrl: vendor.url, log: quiet });
  const { repository } = await octokit.graphql.paginate(
    `query ($cursor: String) {
      repository(owner: "octo", name: "demo") {
        issues(first: 10, after: $cursor) { nodes { number } pageInfo { hasNextPage endCursor } }
      }
    }`,
  );
  assert.equal(new Set(repository.issues.nodes.map((issue) => issue.number)).size, 25);
  const made = await octokit.graphql(
    "mutation ($i: CreateIssueInput!) { createIssue(input: $i) { issue { title } } }",
    { i: { repositoryId: "R_0000000001", title: "It is down" } },
  );
  assert.deepEqual(made, { createIssue: { issue: { title: "It is down" } } });

  const err = await failure(octokit.graphql('{ repository(owner: "o", name: "n") { issue(number: 999) { id } } }'));
  assert.deepEqual([err.name, err.errors[0].type], ["GraphqlResponseError", "NOT_FOUND"]);
});

test("octokit's apps get a token for an hour, and another one in time", async (t) => {
  const vendor = await serve(t, "github");
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const app = new App({ appId: 1, privateKey, Octokit: Octokit.defaults({ baseUrl: vendor.url, log: quiet }) });
  const ids = [];
  for await (const { installation } of app.eachInstallation.iterator()) ids.push(installation.id);
  assert.equal(ids.length, 25);
  const octokit = await app.getInstallationOctokit(1);
  const before = Date.now();
  const { expiresAt, token } = await octokit.auth({ type: "installation" });
  const life = Date.parse(expiresAt) - before;
  assert.ok(life > 3_590_000 && life <= 3_610_000, `the token lives ${life} ms`);
  assert.equal((await octokit.request("GET /installation/repositories")).data.total_count, 25);
  assert.match(token, /^at-github-\d+$/);
});
