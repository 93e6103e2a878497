// Run by tls.test.js. amazon-sp-api knows Amazon's own hosts alone.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { SellingPartner } from "amazon-sp-api";

import { sendByName } from "./byname.js";
import { failure, Vendor } from "./vendor.js";

const vendor = new Vendor(JSON.parse(process.env.VENDOR));

sendByName(vendor);

beforeEach(() => vendor.hold("POST", "/reset"));

async function client(options = {}) {
  const { refresh_token } = await vendor.credential("issue", { kind: "refresh_token" });
  const credentials = { SELLING_PARTNER_APP_CLIENT_ID: "id", SELLING_PARTNER_APP_CLIENT_SECRET: "secret" };
  return new SellingPartner({ region: "na", refresh_token, credentials, options });
}

const orders = (amazon, query) =>
  amazon.callAPI({
    operation: "orders.getOrders",
    options: { version: "v0" },
    query: { MarketplaceIds: ["ATVPDKIKX0DER"], CreatedAfter: "2020-01-01", ...query },
  });

const order = (amazon, orderId) =>
  amazon.callAPI({ operation: "orders.getOrder", options: { version: "v0" }, path: { orderId } });

test("amazon-sp-api follows NextToken, creates, and gets tokens by itself", async () => {
  const amazon = await client();
  const seen = new Set();
  for (let NextToken, page; page === undefined || NextToken; ) {
    page = await orders(amazon, { MaxResultsPerPage: 10, ...(NextToken && { NextToken }) });
    for (const one of page.Orders) seen.add(one.AmazonOrderId);
    ({ NextToken } = page);
  }
  assert.equal(seen.size, 25);
  const report = { reportType: "GET_FLAT_FILE_OPEN_LISTINGS_DATA", marketplaceIds: ["ATVPDKIKX0DER"] };
  const { reportId } = await amazon.callAPI({ operation: "reports.createReport", body: report });
  const found = await amazon.callAPI({ operation: "reports.getReport", path: { reportId } });
  assert.equal(found.reportType, report.reportType);
});

test("amazon-sp-api raises errors with Amazon's codes", async () => {
  const amazon = await client({ auto_request_throttled: false });
  for (const [fault, more, code] of [
    ["rate_limited", {}, "QuotaExceeded"],
    ["bad_credentials", {}, "Unauthorized"],
    ["down", { status: 500 }, "InternalFailure"],
  ]) {
    await vendor.fault(fault, more);
    assert.equal((await failure(order(amazon, "111-0000000-0000001"))).code, code);
    await vendor.clear();
  }
  assert.equal((await failure(order(amazon, "111-0000000-9999999"))).code, "NotFound");
});

test("amazon-sp-api refreshes a token that has expired, and says when it cannot", async () => {
  const amazon = await client();
  await order(amazon, "111-0000000-0000001");
  await vendor.advance("61m");
  assert.equal((await order(amazon, "111-0000000-0000001")).AmazonOrderId, "111-0000000-0000001");
  assert.deepEqual(await vendor.statuses(), [200, 200, 403, 200, 200]);
  await vendor.credential("expire");
  await vendor.fault("token_refresh", { how: "dead" });
  assert.equal((await failure(order(amazon, "111-0000000-0000001"))).code, "invalid_grant");
});
