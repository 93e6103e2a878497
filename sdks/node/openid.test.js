// Clients of OAuth 2.0 that are no vendor's: they are strict about what a token endpoint says.
import assert from "node:assert/strict";
import { test } from "node:test";

import OAuthClient from "intuit-oauth";
import * as oidc from "openid-client";

import { failure, serve } from "./vendor.js";

const redirect_uri = "http://localhost/cb";

function openid(vendor) {
  const metadata = {
    issuer: vendor.url,
    authorization_endpoint: `${vendor.url}/oauth/authorize`,
    token_endpoint: `${vendor.url}/oauth/token`,
    revocation_endpoint: `${vendor.url}/oauth/revoke`,
  };
  const config = new oidc.Configuration(metadata, "id", "secret");
  oidc.allowInsecureRequests(config);
  return config;
}

/** Goes where a browser would, as somebody who says yes. */
async function consent(url) {
  const answer = await fetch(`${url}&auto=1`, { redirect: "manual" });
  return new URL(answer.headers.get("location"));
}

test("openid-client redeems a code with PKCE, refreshes, and revokes", async (t) => {
  const vendor = await serve(t, "generic");
  const config = openid(vendor);
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri,
    state: "state",
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const checks = { pkceCodeVerifier, expectedState: "state" };
  const tokens = await oidc.authorizationCodeGrant(config, await consent(url), checks);
  const orders = (token) => oidc.fetchProtectedResource(config, token, new URL("/orders", vendor.url), "GET");
  assert.equal((await orders(tokens.access_token)).status, 200);
  await vendor.advance("61m");
  assert.equal((await failure(orders(tokens.access_token))).code, "OAUTH_WWW_AUTHENTICATE_CHALLENGE");
  const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal((await orders(fresh.access_token)).status, 200);
  await oidc.tokenRevocation(config, fresh.access_token);
  assert.equal((await failure(orders(fresh.access_token))).status, 401);
});

test("openid-client tells a dead refresh token from a token endpoint that is down", async (t) => {
  const vendor = await serve(t, "generic");
  const config = openid(vendor);
  const { refresh_token } = await vendor.credential("issue", { kind: "refresh_token" });
  const refresh = () => failure(oidc.refreshTokenGrant(config, refresh_token));
  await vendor.fault("token_refresh", { how: "dead" });
  const dead = await refresh();
  assert.deepEqual([dead.name, dead.error, dead.status], ["ResponseBodyError", "invalid_grant", 400]);
  await vendor.clear();
  await vendor.fault("down", { status: 503, token_endpoint: true });
  assert.equal((await refresh()).cause.status, 503);
  await vendor.clear();
  assert.ok((await oidc.clientCredentialsGrant(config)).access_token);
});

test("intuit-oauth gets, refreshes and revokes tokens of QuickBooks, and raises errors", async (t) => {
  const vendor = await serve(t, "quickbooks-online");
  const endpoints = {
    authorizeEndpoint: `${vendor.url}/connect/oauth2`,
    tokenEndpoint: `${vendor.url}/oauth2/v1/tokens/bearer`,
    revokeEndpoint: `${vendor.url}/v2/oauth2/tokens/revoke`,
  };
  Object.assign(OAuthClient, endpoints);
  const app = { clientId: "id", clientSecret: "secret", environment: "sandbox", redirectUri: redirect_uri };
  const intuit = new OAuthClient(app);
  const url = intuit.authorizeUri({ scope: [OAuthClient.scopes.Accounting], state: "state" });
  await intuit.createToken((await consent(url)).href);
  const company = () => intuit.makeApiCall({ url: `${vendor.url}/v3/company/1/companyinfo/1` });
  assert.equal((await company()).json.CompanyInfo.CompanyName, "Acme");

  const before = intuit.getToken().refresh_token;
  await intuit.refresh();
  assert.notEqual(intuit.getToken().refresh_token, before);
  assert.equal((await company()).json.CompanyInfo.CompanyName, "Acme");

  await vendor.fault("rate_limited");
  const limited = await failure(company());
  assert.deepEqual([limited.name, limited.code], ["OAuthError", "RATE_LIMIT_EXCEEDED"]);
  await vendor.clear();

  await vendor.fault("token_refresh", { how: "dead" });
  const dead = await failure(intuit.refresh());
  assert.equal(dead.error, "invalid_grant");
  assert.ok(dead.intuit_tid);
  await vendor.clear();
  await intuit.revoke();
});

test("openid-client finds out by itself where a vendor gives tokens", async (t) => {
  for (const [name, algorithm] of [["generic", "oauth2"], ["generic", "oidc"], ["salesforce", "oidc"]]) {
    const vendor = await serve(t, name);
    const found = await oidc.discovery(new URL(vendor.url), "id", "secret", undefined, {
      algorithm,
      execute: [oidc.allowInsecureRequests],
    });
    assert.ok((await oidc.clientCredentialsGrant(found, { scope: "a" })).access_token);
  }
});
