Feature: Mixtures that hurt in practice
  Outages seldom come alone: a token dies meanwhile, the backlog meets a limit, the test passes while data
  calls fail. What the two sets of rules make of it.

  Background:
    Given the environment is "staging"
    And an application "acme" with "orders" at 4/m
    And application "acme" has "contacts" at 1/m too
    And application "acme" has "items" at 1/m too
    And application "acme" has "invoices" at 1/m too
    And application "acme" has "returns" at 1/m too
    And an application "wms"
    And a connection "acme-main" to "acme" with OAuth 2.0
    And a connection "wms-main" to "wms"
    And connection "acme-main" is owned by "ops@example.com"

  Rule: Down three hours, and the token died meanwhile

    @OUT-11 @OUT-06 @OUT-12
    Scenario: The flow does not come back with the vendor: after 90 minutes a person is advised
      # Down 2h10m to 5h10m; the test of 6h is the first that hears of the token.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
      When "acme" is down from "2h10m" for "3h"
      And the refresh token of "acme-main" dies at "3h30m"
      And an operator re-authorizes "acme-main" at "7h"
      Then the test of "acme-main" at "6h" fails because of token_refresh_failed
      And re-authorizing "acme-main" is advised just after "6h40m"
      And flow "orders-to-wms" resumes at "7h"

    @OUT-06 @FIG-03
    Scenario: The tests of the outage fail for the vendor, those after it for the token
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
      And the run lasts "8h"
      When "acme" is down from "2h10m" for "45m"
      And the refresh token of "acme-main" dies at "2h30m"
      Then connection "acme-main" goes offline at "2h20m" because of vendor_down
      And the test of "acme-main" at "3h" fails because of token_refresh_failed
      And the outage of "acme" at "2h10m" has no recovery delay

    @DIS-03 @DIS-05
    Scenario: The polling job counts on from the one cause to the other
      # Fails from 2h10m on; the fiftieth in a row is that of 6h15m, an hour after the vendor is back.
      Given a polling job "everything" on "acme-main" for "orders" every "5m"
      And the run lasts "8h"
      When "acme" is down from "2h10m" for "3h"
      And the refresh token of "acme-main" dies at "3h30m"
      Then job "everything" is disabled by the platform at "6h15m" because of "orders" after 50 failures
      And the e-mail about job "everything" names "token_refresh_failed, 02:10:00"

  Rule: Back up, but rate limited by the backlog

    @OUT-04 @FIG-06
    Scenario: The flow reads its backlog as fast as the limit lets it, and stays online
      # Five calls each ten minutes, pages of 20. At 4h the test and four pages; then five each window: 480
      # records were there at 4h, and are read by 4h40m. What came meanwhile is read by 5h10m: 760 records in
      # 38 pages, 481 to 1240.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
      And a page of "acme" holds 20 records
      And "acme" allows 5 calls each "10m"
      And the run lasts "6h"
      When "acme" is down from "2h10m" for "1h"
      Then the backlog of flow "orders-to-wms" peaks at 480 records and is drained at "4h40m"
      And flow "orders-to-wms" completes a run at "5h10m" with 760 records in 38 pages

    @DIS-03
    Scenario: The polling job is disabled by its own backlog, ten minutes after the vendor is back
      # Three calls each ten minutes, pages of 20: a poll each five minutes needs two. Seven polls fail for the
      # vendor. From 2h35m on three more meet the limit within their backlog: ten.
      Given the environment is "snapshot"
      And a polling job "everything" on "acme-main" for "orders" every "5m"
      And a page of "acme" holds 20 records
      And "acme" allows 3 calls each "10m"
      When "acme" is down from "2h" for "35m"
      Then job "everything" is disabled by the platform at "2h45m" because of "orders" after 10 failures
      And the e-mail about job "everything" names "rate_limited, 429"

  Rule: Flaps: up for one minute at the sweep

    @OUT-06 @FIG-02 @FIG-03
    Scenario: Each hour the test passes, and the next run takes the connection offline again
      # Up from 1h, 2h, 3h on for a minute. Runs start at 2 and 32 past.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "30m"
      And flow "orders-to-wms" first starts at "2m"
      And the run lasts "4h"
      When "acme" is in turn down for "59m" and up for "1m", from "1m" for "3h"
      Then connection "acme-main" is offline 3 times in all
      And flow "orders-to-wms" resumes at "3h"
      And the recovery delay of the outage of "acme" at "1m" is "0s"

    @DIS-04
    Scenario: The polling job is saved each hour by the one poll that succeeds
      # 5m to 55m: eleven failures, then a success on the hour.
      Given a polling job "everything" on "acme-main" for "orders" every "5m"
      And the run lasts "4h"
      When "acme" is in turn down for "59m" and up for "1m", from "1m" for "3h"
      Then the longest streak of "orders" in job "everything" is 11 failures
      And job "everything" is never disabled
      And job "everything" has 33 failed polls

  Rule: One resource of five broken

    @DIS-06 @DIS-07
    Scenario: The job that polls five of them stops for the one
      Given the environment is "snapshot"
      And a polling job "everything" on "acme-main" for "contacts, items, orders, invoices, returns" every "5m"
      And the run lasts "4h"
      When the "orders" of "acme" are down from "2h" on
      Then job "everything" is disabled by the platform at "2h45m" because of "orders" after 10 failures
      # At 2h45m contacts and items are polled before the orders, invoices and returns are not.
      And job "everything" makes 3 calls between "2h45m" and "4h"
      And job "everything" has 10 failed polls

    @OUT-02 @OUT-05
    Scenario: The flow of another resource is paused along with that of the broken one
      Given connection "acme-main" lets 2 flows run at once
      And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
      And a flow "items-to-wms" from "acme-main/items" to "wms-main/items" every "150m"
      And the run lasts "4h"
      When the "orders" of "acme" are down from "2h10m" for "40m"
      Then flow "items-to-wms" pauses at "2h20m" while idle
      And a queued run of flow "items-to-wms" starts at "3h"

  Rule: The test passes, data calls fail

    @OUT-06 @OUT-13
    Scenario: Online each hour and offline five minutes later, with an e-mail each time
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
      And the run lasts "6h"
      When the "orders" of "acme" are down from "2h10m" for "2h30m"
      Then e-mails to "ops@example.com" about offline connections arrive only at "2h20m, 3h5m, 4h5m"
      And e-mails to "ops@example.com" about connections back online arrive only at "3h, 4h, 5h"
      And flow "orders-to-wms" is paused 3 times in all
      And re-authorizing "acme-main" is never advised

    @OUT-09 @OUT-06
    Scenario: At the destination the page becomes errors, whose retry fails once before it succeeds
      # Up to 2h 480 records are written; the page of 2h15m, 60, fails. At 3h the test passes and these are
      # written first, in vain: nothing new is read before they are through, at 4h.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
      And auto-resolve is on for flow "orders-to-wms"
      And the run lasts "5h"
      When the "orders" of "wms" are down from "2h10m" for "1h20m"
      Then 60 intermittent errors of flow "orders-to-wms" open at "2h20m"
      And the retry of 60 errors of flow "orders-to-wms" fails at "3h5m"
      And 60 errors of flow "orders-to-wms" are resolved at "4h"

  Rule: A maintenance page with status 200

    @C-02 @OUT-06
    Scenario: The page does not pass for data, nor for a passed test
      Given a connection "acme-main" to "acme" with an API key
      And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
      And the run lasts "5h"
      When "acme" is down from "2h10m" for "1h" with a web page with status 200
      Then connection "acme-main" goes offline at "2h20m" because of vendor_down
      And the test of "acme-main" at "3h" fails because of vendor_down
      And flow "orders-to-wms" resumes at "4h"

    @C-02 @OUT-08
    Scenario: The page does not pass for a write that was done
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
      And the run lasts "4h"
      When "wms" is down from "2h10m" for "1h" with a web page with status 200
      Then 60 intermittent errors of flow "orders-to-wms" open at "2h20m"
      And 60 errors of flow "orders-to-wms" stay open
