// A running `outagedrill vendor`, held by its admin API.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const binary = process.env.OUTAGEDRILL ?? fileURLToPath(new URL("../../bin/outagedrill", import.meta.url));

// The faults that a connection has, and not an application. A vendor named by its dialect has one connection, of
// its name.
const ofConnections = new Set(["bad_credentials", "token_refresh", "token_revoked"]);

/** Serves one vendor on free ports until the test `t` ends. Its time begins now, and runs. */
export async function serve(t, name, ...flags) {
  const child = spawn(binary, ["vendor", name, "--listen", "127.0.0.1:0", ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, "exit");
  });
  await once(child, "spawn");
  const urls = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, url] = line.split(/\s+/);
    urls[what] = url;
    if (what === "admin") break;
  }
  assert.ok(urls.admin && urls[name], `outagedrill vendor ${name} did not start`);
  return new Vendor({ name, url: urls[name], admin: urls.admin });
}

export class Vendor {
  constructor({ name, url, admin }) {
    Object.assign(this, { name, url, admin });
  }

  /** Calls the admin API and gives what it answers. */
  async hold(method, path, body) {
    const answer = await fetch(this.admin + path, {
      method,
      headers: body && { "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Begins a fault, as a timeline writes it, that lasts until `clear`. */
  fault(fault, more = {}) {
    const whose = ofConnections.has(fault) ? { connection: this.name } : { application: this.name };
    return this.hold("POST", "/faults", { fault, ...whose, ...more });
  }

  /** Ends all faults. */
  clear() {
    return this.hold("DELETE", "/faults");
  }

  advance(by) {
    return this.hold("POST", "/clock/advance", { by });
  }

  /** Carries out `issue`, `expire`, `revoke` or `rotate`. */
  credential(deed, more = {}) {
    return this.hold("POST", `/credentials/${deed}`, { connection: this.name, ...more });
  }

  /** The calls so far, in the order in which the vendor decided them. */
  async calls() {
    return (await this.hold("GET", "/journal?limit=1000")).items.filter((e) => e.method);
  }

  /** The status of each call so far. */
  async statuses() {
    return (await this.calls()).map((e) => e.status);
  }

  /** Waits until `count` calls match a query of the journal, as `outcome=429`. */
  wait(query, count = 1) {
    return this.hold("GET", `/journal/wait?${query}&count=${count}&timeout=30s`);
  }

  /** What the client broke of the judge's rules; of all of them, if none are named. */
  async broken(...rules) {
    const verdict = await this.hold("POST", "/judge", { rules });
    return verdict.findings.map((f) => f.rule);
  }

  /**
   * Lets a call meet a limit that tells it to wait a second, and lifts the limit as soon as it has. Gives what the
   * call gives in the end. The journal must show that the client came back, and not before its time.
   */
  async limitedOnce(call, outcome = "429") {
    await this.hold("DELETE", "/journal");
    await this.fault("rate_limited", { retry_after: "1s" });
    const pending = call();
    pending.catch(() => {}); // judged below
    await this.wait(`outcome=${outcome}`);
    await this.clear();
    const result = await pending;
    const [first, second] = await this.calls();
    assert.equal(first.cause, "rate_limited");
    assert.ok(second, "the client never came back");
    assert.ok(second.at >= first.wait_until, `told to wait until ${first.wait_until}, came at ${second.at}`);
    assert.deepEqual(await this.broken("called_while_told_to_wait"), []);
    return result;
  }
}

/** Gives what a promise is rejected with. */
export async function failure(promise) {
  let result;
  try {
    result = await promise;
  } catch (err) {
    return err;
  }
  assert.fail(`no error, but ${JSON.stringify(result)}`);
}
