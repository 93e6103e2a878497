// Run by tls.test.js. xero-node knows api.xero.com and identity.xero.com alone.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import xeroNode from "xero-node";

import { sendByName } from "./byname.js";
import { failure, Vendor } from "./vendor.js";

const vendor = new Vendor(JSON.parse(process.env.VENDOR));
const tenant = "00000000-0000-4000-8000-000000000002";

sendByName(vendor);

beforeEach(() => vendor.hold("POST", "/reset"));

function client(tokens = { access_token: "any" }) {
  const xero = new xeroNode.XeroClient();
  xero.setTokenSet(tokens);
  return xero;
}

const contacts = (xero, page) => {
  const filters = [undefined, undefined, undefined, undefined];
  return xero.accountingApi.getContacts(tenant, ...filters, page, undefined, undefined, undefined, 10);
};

/** What xero-node rejects with is JSON in a text, or an object of its own. */
const answered = (err) => (typeof err === "string" ? JSON.parse(err) : err);

test("xero-node reads page by page, writes, and reads what it wrote", async () => {
  const xero = client();
  const seen = new Set();
  for (let page = 1; page <= 3; page++) {
    const { body } = await contacts(xero, page);
    for (const contact of body.contacts) seen.add(contact.contactID);
  }
  assert.equal(seen.size, 25);
  const made = await xero.accountingApi.createContacts(tenant, { contacts: [{ name: "Ada" }] });
  const found = await xero.accountingApi.getContact(tenant, made.body.contacts[0].contactID);
  assert.equal(found.body.contacts[0].name, "Ada");
  assert.ok(found.body.contacts[0].updatedDateUTC instanceof Date);
  await xero.updateTenants(false);
  assert.equal(xero.tenants[0].tenantName, "Acme");
});

test("xero-node hands the vendor's errors on", async () => {
  const get = async () => answered(await failure(contacts(client(), 1)));
  await vendor.fault("rate_limited", { retry_after: "30s" });
  let err = await get();
  assert.equal(err.response.statusCode, 429);
  assert.equal(err.response.headers["retry-after"], "30");
  await vendor.clear();

  await vendor.fault("bad_credentials");
  assert.equal((await get()).response.statusCode, 401);
  await vendor.clear();

  await vendor.fault("down", { status: 503 });
  assert.equal((await get()).response.statusCode, 503);
});

test("xero-node refreshes a token that has expired, and rotates the refresh token", async () => {
  const grant = await vendor.credential("issue", { kind: "refresh_token" });
  const xero = client({ access_token: grant.access_token, refresh_token: grant.refresh_token });
  assert.equal((await contacts(xero, 1)).body.contacts.length, 10);
  await vendor.advance("31m");
  assert.equal(answered(await failure(contacts(xero, 1))).response.statusCode, 401);
  const fresh = await xero.refreshWithRefreshToken("id", "secret", grant.refresh_token);
  assert.notEqual(fresh.refresh_token, grant.refresh_token);
  assert.equal((await contacts(xero, 1)).body.contacts.length, 10);

  await vendor.fault("token_refresh", { how: "dead" });
  const dead = await failure(xero.refreshWithRefreshToken("id", "secret", fresh.refresh_token));
  assert.equal(dead.status, 400); // of the answer it keeps nothing else
});
