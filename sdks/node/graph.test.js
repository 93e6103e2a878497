// The client of Microsoft Graph shows its token over https alone, and to hosts that it is told of. Node reads
// NODE_EXTRA_CA_CERTS when it starts, so the tests themselves run in a process of their own: graph.tls.js.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { serve } from "./vendor.js";

test("@microsoft/microsoft-graph-client over TLS", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "outagedrill-"));
  t.after(() => rm(dir, { recursive: true }));
  const ca = join(dir, "ca.pem");
  const { name, url, admin } = await serve(t, "microsoft-graph", "--tls", "--ca-out", ca);
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca, VENDOR: JSON.stringify({ name, url, admin }) };
  delete env.NODE_TEST_CONTEXT; // else the inner run reports to nobody
  const inner = fileURLToPath(new URL("graph.tls.js", import.meta.url));
  await new Promise((done, fail) => {
    execFile(process.execPath, ["--test", inner], { env }, (err, stdout, stderr) => {
      if (err) fail(new assert.AssertionError({ message: stdout + stderr }));
      else done();
    });
  });
});
