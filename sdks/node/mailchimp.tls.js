// Run by tls.test.js. Mailchimp's client knows SERVER.api.mailchimp.com alone.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";

import mailchimp from "@mailchimp/mailchimp_marketing";

import { sendByName } from "./byname.js";
import { failure, Vendor } from "./vendor.js";

const vendor = new Vendor(JSON.parse(process.env.VENDOR));

sendByName(vendor);
mailchimp.setConfig({ apiKey: "any-us1", server: "us1" });

beforeEach(() => vendor.hold("POST", "/reset"));

const list = "0000000001";
const hash = (email) => createHash("md5").update(email.toLowerCase()).digest("hex");

test("@mailchimp/mailchimp_marketing pages by offset, and knows members by the hash of their address", async () => {
  assert.equal((await mailchimp.ping.get()).health_status, "Everything's Chimpy!");
  const seen = new Set();
  for (let offset = 0, total = 1; offset < total; offset += 10) {
    const page = await mailchimp.lists.getListMembersInfo(list, { count: 10, offset });
    for (const member of page.members) seen.add(member.id);
    total = page.total_items;
  }
  assert.equal(seen.size, 25);
  const email_address = "Ada@example.com";
  await mailchimp.lists.setListMember(list, hash(email_address), { email_address, status_if_new: "subscribed" });
  await mailchimp.lists.updateListMember(list, hash(email_address), { status: "unsubscribed" });
  const found = await mailchimp.lists.getListMember(list, hash(email_address));
  assert.deepEqual([found.email_address, found.status], [email_address, "unsubscribed"]);
});

test("@mailchimp/mailchimp_marketing hands Mailchimp's problems on", async () => {
  const get = () => failure(mailchimp.lists.getAllLists());
  for (const [fault, status, title] of [
    ["rate_limited", 429, "Too Many Requests"],
    ["bad_credentials", 401, "API Key Invalid"],
  ]) {
    await vendor.fault(fault);
    const err = await get();
    assert.deepEqual([err.status, err.response.body.title], [status, title]);
    await vendor.clear();
  }
  assert.equal((await failure(mailchimp.lists.getList("none"))).status, 404);
  await vendor.fault("down", { how: "reset" });
  assert.match((await get()).message, /hang up|ECONNRESET/);
});
