import assert from "node:assert/strict";
import { test } from "node:test";

import { google } from "googleapis";

import { failure, serve } from "./vendor.js";

function client(vendor, credentials = { access_token: "any" }) {
  const auth = new google.auth.OAuth2({
    clientId: "id",
    clientSecret: "secret",
    endpoints: { oauth2TokenUrl: `${vendor.url}/token`, oauth2RevokeUrl: `${vendor.url}/revoke` },
  });
  auth.setCredentials(credentials);
  return { auth, calendar: google.calendar({ version: "v3", auth, rootUrl: `${vendor.url}/` }) };
}

const reason = (err) => err.response.data.error.errors[0].reason;
const list = (calendar, more = {}) => calendar.events.list({ calendarId: "primary", ...more });

test("googleapis follows page tokens, writes, and reads what it wrote", async (t) => {
  const vendor = await serve(t, "google-workspace");
  const { calendar } = client(vendor);
  const seen = new Set();
  let pages = 0;
  for (let pageToken; ; pages++) {
    const { data } = await list(calendar, { maxResults: 10, pageToken });
    for (const event of data.items) seen.add(event.id);
    if (!(pageToken = data.nextPageToken)) break;
  }
  assert.deepEqual([seen.size, pages], [25, 2]);
  const made = await calendar.events.insert({ calendarId: "primary", requestBody: { summary: "It is down" } });
  const found = await calendar.events.get({ calendarId: "primary", eventId: made.data.id });
  assert.equal(found.data.summary, "It is down");
});

test("googleapis raises GaxiosError", async (t) => {
  const vendor = await serve(t, "google-workspace");
  const { calendar } = client(vendor);
  const get = () => failure(list(calendar));

  await vendor.fault("rate_limited");
  let err = await get();
  assert.deepEqual([err.status, reason(err)], [403, "userRateLimitExceeded"]);
  await vendor.clear();

  await vendor.fault("bad_credentials");
  err = await get();
  assert.deepEqual([err.status, reason(err)], [401, "authError"]);
  await vendor.clear();

  await vendor.fault("down", { status: 503 });
  const write = calendar.events.insert({ calendarId: "primary", requestBody: {} });
  err = await failure(write); // a POST is not tried again
  assert.deepEqual([err.status, reason(err)], [503, "backendError"]);
});

test("googleapis tries reads again after a server error", async (t) => {
  const vendor = await serve(t, "google-workspace");
  const { calendar } = client(vendor);
  await vendor.fault("down", { status: 503 });
  const pending = list(calendar);
  await vendor.wait("outcome=503");
  await vendor.clear();
  assert.equal((await pending).data.items.length, 25);
});

test("googleapis refreshes a token that has expired, and says when it cannot", async (t) => {
  const vendor = await serve(t, "google-workspace");
  const grant = await vendor.credential("issue", { kind: "refresh_token" });
  const { auth, calendar } = client(vendor, { access_token: grant.access_token, refresh_token: grant.refresh_token });
  assert.equal((await list(calendar)).data.items.length, 25);

  await vendor.advance("61m");
  assert.equal((await list(calendar)).data.items.length, 25 + 6);
  assert.notEqual(auth.credentials.access_token, grant.access_token);
  assert.deepEqual(await vendor.statuses(), [200, 401, 200, 200]);

  await vendor.credential("expire");
  delete auth.credentials.expiry_date;
  await vendor.fault("token_refresh", { how: "dead" });
  const err = await failure(list(calendar));
  assert.equal(err.response.data.error, "invalid_grant");
});

test("googleapis pages through files, and reads the ranges of a spreadsheet that it wrote", async (t) => {
  const vendor = await serve(t, "google-workspace");
  const { auth } = client(vendor);
  const rootUrl = `${vendor.url}/`;
  const drive = google.drive({ version: "v3", auth, rootUrl });
  const seen = new Set();
  for (let page; page === undefined || page.nextPageToken; ) {
    page = (await drive.files.list({ pageSize: 10, pageToken: page?.nextPageToken })).data;
    for (const file of page.files) seen.add(file.id);
  }
  assert.equal(seen.size, 25);
  const { spreadsheets } = google.sheets({ version: "v4", auth, rootUrl });
  const { spreadsheetId } = (await spreadsheets.create({ requestBody: { properties: { title: "Outages" } } })).data;
  const range = "Sheet1!A1:B1";
  assert.equal((await spreadsheets.values.get({ spreadsheetId, range })).data.values, undefined);
  const values = [["It is down", "09:00"]];
  await spreadsheets.values.update({ spreadsheetId, range, valueInputOption: "RAW", requestBody: { values } });
  assert.deepEqual((await spreadsheets.values.get({ spreadsheetId, range })).data.values, values);
});
