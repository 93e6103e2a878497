import assert from "node:assert/strict";
import { test } from "node:test";

import Stripe from "stripe";

import { failure, serve } from "./vendor.js";

function client(vendor, options = {}) {
  const { hostname, port } = new URL(vendor.url);
  return new Stripe("sk_test_any", { host: hostname, port, protocol: "http", maxNetworkRetries: 0, ...options });
}

test("stripe pages by starting_after, writes, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "stripe");
  const stripe = client(vendor);
  const all = await stripe.customers.list({ limit: 10 }).autoPagingToArray({ limit: 1000 });
  assert.equal(new Set(all.map((c) => c.id)).size, 25);
  assert.equal((await vendor.calls()).length, 3);
  const made = await stripe.customers.create({ name: "Ada" });
  assert.equal((await stripe.customers.retrieve(made.id)).name, "Ada");
});

test("stripe raises its own errors", async (t) => {
  const vendor = await serve(t, "stripe");
  const stripe = client(vendor);
  const get = () => failure(stripe.balance.retrieve());
  const { errors } = Stripe;

  await vendor.fault("rate_limited");
  let err = await get();
  assert.ok(err instanceof errors.StripeRateLimitError, String(err));
  assert.equal(err.statusCode, 429);
  await vendor.clear();

  await vendor.fault("bad_credentials");
  assert.ok((await get()) instanceof errors.StripeAuthenticationError);
  await vendor.clear();

  await vendor.fault("down", { status: 500 });
  assert.ok((await get()) instanceof errors.StripeAPIError);
  await vendor.clear();

  await vendor.fault("down", { how: "reset" });
  assert.ok((await get()) instanceof errors.StripeConnectionError);
  await vendor.clear();

  await vendor.fault("down", { how: "timeout" });
  err = await failure(stripe.balance.retrieve({}, { timeout: 200 }));
  assert.ok(err instanceof errors.StripeConnectionError, String(err));
  await vendor.clear();

  err = await failure(stripe.customers.retrieve("cus_nobody"));
  assert.ok(err instanceof errors.StripeInvalidRequestError);
  assert.equal(err.code, "resource_missing");
});

test("stripe tries again after a server error and after a reset", async (t) => {
  const vendor = await serve(t, "stripe");
  const stripe = client(vendor, { maxNetworkRetries: 5 });
  for (const [fault, outcome] of [[{ status: 503 }, "503"], [{ how: "reset" }, "conn_reset"]]) {
    await vendor.fault("down", fault);
    const pending = stripe.customers.create({ name: "Ada" });
    await vendor.wait(`outcome=${outcome}`);
    await vendor.clear();
    assert.equal((await pending).name, "Ada");
  }
});
