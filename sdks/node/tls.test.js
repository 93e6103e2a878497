// SDKs that speak https alone. Node reads NODE_EXTRA_CA_CERTS when it starts, so their tests run in a process of their
// own, which trusts the vendor's certificate.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { serve } from "./vendor.js";

const files = {
  "amazon-sp-api": "amazon.tls.js",
  mailchimp: "mailchimp.tls.js",
  "microsoft-graph": "graph.tls.js",
  "shopify-graphql": "shopify.tls.js",
  xero: "xero.tls.js",
};

for (const [dialect, file] of Object.entries(files)) {
  test(`${file} over TLS`, async (t) => {
    const dir = await mkdtemp(join(tmpdir(), "outagedrill-"));
    t.after(() => rm(dir, { recursive: true }));
    const ca = join(dir, "ca.pem");
    const { name, url, admin } = await serve(t, dialect, "--tls", "--ca-out", ca);
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca, VENDOR: JSON.stringify({ name, url, admin }) };
    delete env.NODE_TEST_CONTEXT; // else the inner run reports to nobody
    const inner = fileURLToPath(new URL(file, import.meta.url));
    await new Promise((done, fail) => {
      execFile(process.execPath, ["--test", inner], { env }, (err, stdout, stderr) => {
        if (err) fail(new assert.AssertionError({ message: stdout + stderr }));
        else done();
      });
    });
  });
}
