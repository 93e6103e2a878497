Feature: Calls in flight, and what comes first at one instant
  What was sent before a pause is answered after it. Of what is due at one instant the platform does one thing
  after the other: tests of the sweep, runs that resume, first polls, scheduled starts.

  Background:
    Given an application "acme" with "orders" at 1/m
    And application "acme" has "items" at 1/m too
    And an application "wms"
    And an application "shop"
    And a connection "acme-main" to "acme"
    And a connection "acme-two" to "acme"
    And a connection "wms-main" to "wms"
    And a connection "shop-main" to "shop"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
    And flow "orders-to-wms" first starts at "1h"
    And the run lasts "3h"

  Rule: A failure that arrives after the pause opens no error

    @OUT-05
    Scenario: A write under way at the pause fails, and its page stands
      # The items are unresponsive at 1h5m. The write of 1h4m59s fails 4 seconds later, and is made again at 2h.
      Given flow "orders-to-wms" first starts at "64m59s"
      And a flow "items-to-shop" from "acme-two/items" to "shop-main/items" every "1h"
      And calls to "wms" take "5s"
      When the "items" of "acme" are down from "1h" for "10m"
      And "wms" is down from "64m" for "90s"
      Then no error of flow "orders-to-wms" ever opens
      And flow "orders-to-wms" completes a run at "2h5s" with 64 records in 1 page

  Rule: Runs that resume go before first polls

    @T-03
    Scenario: A job that is enabled at the instant at which a run resumes finds the run before it
      # The test of 2h passes at 2h10s. Of the run's page and the first poll, both of that instant, acme answers one.
      Given calls to "acme" take "10s"
      And "acme" allows 1 call at a time
      And a polling job "poll" on "acme-two" for "items" every "12h"
      When "acme" is down from "1h" for "30m"
      And an operator disables job "poll" at "10m"
      And an operator enables job "poll" at "2h10s"
      Then calls of job "poll" fail only at "2h20s"

  Rule: Queued runs that start go before first polls

    Background:
      Given calls to "acme" take "10s"
      And calls to "wms" take "20s"
      And "acme" allows 1 call at a time
      And a flow "items-to-shop" from "acme-main/items" to "shop-main/items" every "1h"
      And a polling job "poll" on "acme-two" for "items" every "12h"

    @T-03
    Scenario: A job that is enabled at the instant at which a slot is free finds the queued run before it
      # The orders are read by 1h10s and written by 1h30s. Then the queued run reads the items, which takes the
      # one call that acme answers at a time; so does its first run, of 0s.
      When an operator disables job "poll" at "10m"
      And an operator enables job "poll" at "1h30s"
      Then a queued run of flow "items-to-shop" starts at "1h30s"
      And calls of job "poll" fail only at "10s, 1h40s"

  Rule: Waits that end go before runs that resume

    Background:
      Given a connection "acme-main" to "acme" with an API key
      And connection "wms-main" lets 3 flows run at once
      And connection "acme-main" lets 2 flows run at once
      And "wms" allows 1 call each "1h"
      And a page of "acme" holds 1000 records
      And flow "orders-to-wms" first starts at "2h30m"
      And a flow "first" from "acme-two/items" to "wms-main/first" every "121m"
      And a flow "waits" from "acme-two/items" to "wms-main/waits" every "122m"

    @T-03
    Scenario: Of a write that has waited for the limit and one of a run that resumes, the limit lets the former pass
      # "first" has the one call of the hour, at 2h1m; the write of 2h2m is to wait until 3h, and so is that of
      # 2h30m, whose run is frozen at 2h31m and resumes at 3h.
      Given a flow "finds out" from "acme-main/items" to "shop-main/items" every "151m"
      And the run lasts "3h30m"
      When the credentials of "acme-main" change at "2h30m30s"
      And an operator re-authorizes "acme-main" at "3h"
      Then flow "orders-to-wms" resumes only at "3h"
      And calls of flow "waits" fail only at "2h2m"
      And calls of flow "orders-to-wms" fail only at "2h30m, 3h"

  Rule: Reactions come after commands, and the first that was told is the first to act

    Background:
      Given the environment is "snapshot"
      And a polling job "zebra" on "acme-two" for "items" every "1m"
      And a polling job "aardvark" on "acme-two" for "items" every "1m"
      And somebody who is told of a disabled job enables it "10m" later

    @T-03 @T-05
    Scenario: A command at the instant of a reaction is carried out before it
      # Both are disabled at 19m. At 29m the command finds its job disabled; then somebody enables it.
      When the "items" of "acme" are down from "10m" for "15m"
      And an operator disables job "zebra" at "29m"
      Then job "zebra" is enabled only at "29m"
      And job "zebra" is enabled at the end

    @T-03 @T-05
    Scenario: What broke at one instant is mended in the order in which it broke
      When the "items" of "acme" are down from "10m" for "15m"
      Then e-mails about jobs "zebra, aardvark" arrive in this order
      And jobs "zebra, aardvark" are enabled in this order
      And job "aardvark" is enabled only at "29m"

  Rule: Advice comes before the summary of errors

    Background:
      Given a connection "wms-main" to "wms" with an API key
      And auto-resolve is on for flow "orders-to-wms"
      And a flow "items-to-shop" from "acme-two/items" to "shop-main/items" every "160m"
      And somebody who is told of the advice to re-authorize re-authorizes the connection "0s" later
      And the run lasts "3h30m"

    @T-03 @OUT-13
    Scenario: Who acts at once upon advice is in time for the summary of that instant
      # The incident is resolved a nanosecond before 1h15m, so that the advice comes at 2h45m. Somebody saves the
      # connection there and then, the run resumes, and its errors are resolved before they are summed up, with
      # those of the items of 2h40m.
      When "wms" is down from "1h" for "14m59.999999999s"
      And the credentials of "wms-main" change at "70m"
      And the "items" of "shop" are rejected from "2h40m" for "1m"
      Then 60 errors of flow "orders-to-wms" are resolved at "2h45m"
      And e-mails to "owner@example.com" about errors in flows arrive only at "1h15m, 2h45m"

  Rule: E-mails are delivered before calls end

    Background:
      Given a connection "acme-main" to "acme" with an API key
      And calls to "acme" take "10s"
      And a page of "acme" holds 50 records
      And a polling job "poll" on "acme-main" for "items" every "12h"
      And job "poll" first polls at "89m50s"
      And somebody who is told of an offline connection re-authorizes the connection "0s" later

    @T-03 @T-05
    Scenario: Who acts at once upon an e-mail is in time for the next page of a call that ends then
      # The first page of items, asked for at 89m50s, comes at 1h30m, and so does the e-mail about the connection
      # that the orders took offline. The credentials, changed at 89m55s, are good again when the second is asked for.
      When the "orders" of "acme" are down from "1h" for "10m"
      And the mail server is down from "1h" for "30m"
      And the credentials of "acme-main" change at "89m55s"
      Then e-mails to "owner@example.com" about offline connections arrive only at "1h30m, 1h30m"
      And calls of job "poll" end only at "1h30m, 1h30m10s"
      And no call of job "poll" fails
