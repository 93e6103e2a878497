import assert from "node:assert/strict";
import { test } from "node:test";

import { DynamicsWebApi } from "dynamics-web-api";

import { failure, serve } from "./vendor.js";

const client = (vendor, token = () => "any") =>
  new DynamicsWebApi({ serverUrl: vendor.url, dataApi: { version: "9.2" }, onTokenRefresh: async () => token() });

const collection = "accounts";

test("dynamics-web-api follows @odata.nextLink, writes, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "dataverse");
  const dataverse = client(vendor);
  const all = await dataverse.retrieveAll({ collection, select: ["name"], maxPageSize: 10 });
  assert.equal(new Set(all.value.map((account) => account.accountid)).size, 25);
  assert.equal((await vendor.calls()).length, 3);
  const key = await dataverse.create({ collection, data: { name: "Ada" } });
  await dataverse.update({ collection, key, data: { name: "Grace" } });
  assert.equal((await dataverse.retrieve({ collection, key })).name, "Grace");
  const own = "11111111-1111-4111-8111-111111111111";
  await dataverse.upsert({ collection, key: own, data: { name: "Hedy" } });
  assert.equal((await dataverse.retrieve({ collection, key: own })).name, "Hedy");
  assert.equal(await dataverse.count({ collection }), 27);
  await dataverse.deleteRecord({ collection, key });
  assert.equal((await failure(dataverse.retrieve({ collection, key }))).status, 404);
  assert.ok((await dataverse.callFunction("WhoAmI")).UserId);
});

test("dynamics-web-api raises errors with Dataverse's codes and headers", async (t) => {
  const vendor = await serve(t, "dataverse");
  const get = () => failure(client(vendor).retrieveMultiple({ collection }));
  await vendor.fault("rate_limited", { retry_after: "30s" });
  let err = await get();
  assert.deepEqual([err.status, err.code, err.headers["retry-after"]], [429, "0x80072322", "30"]);
  await vendor.clear();

  await vendor.fault("down", { status: 503 });
  assert.equal((await get()).status, 503);
  await vendor.clear();

  await vendor.fault("down", { how: "reset" });
  err = await get();
  assert.match(`${err.code} ${err.message}`, /ECONNRESET/);
});

test("dynamics-web-api asks for its token at each call, so that a fresh one is taken", async (t) => {
  const vendor = await serve(t, "dataverse");
  const grant = await vendor.credential("issue", { kind: "refresh_token" });
  let token = grant.access_token;
  const dataverse = client(vendor, () => token);
  assert.equal((await dataverse.retrieveMultiple({ collection })).value.length, 25);
  await vendor.credential("expire");
  const err = await failure(dataverse.retrieveMultiple({ collection }));
  assert.deepEqual([err.status, err.code], [401, "InvalidAuthenticationToken"]);
  token = (await vendor.credential("issue", { kind: "refresh_token" })).access_token;
  assert.equal((await dataverse.retrieveMultiple({ collection })).value.length, 25);
});
