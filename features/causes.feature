Feature: The four causes, and what each does to flows and to polling jobs
  API limits reached, credentials changed, vendor down, token refresh failing: each kind of work follows its
  own policy. A polling job counts every failure, whatever its cause; a flow goes by the cause.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme" with OAuth 2.0
    And a connection "acme-reports" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And a polling job "orders-poll" on "acme-main" for "orders" every "5m"
    And the run lasts "6h"

  Rule: API limits reached

    @C-02 @OUT-04 @DIS-03 @live
    Scenario: A flow waits as told and stays online, a polling job is disabled
      When "acme" limits calls from "2h" for "46m" with Retry-After "5m"
      Then every failed poll of job "orders-poll" was rate_limited
      And job "orders-poll" is disabled by the platform at "2h45m" because of "orders" after 10 failures
      And connections "acme-main, acme-reports" stay online
      And flow "orders-to-wms" is never paused
      And flow "orders-to-wms" completes a run at "2h50m"

    @OUT-04
    Scenario: Without Retry-After a call waits a minute at a time
      When "acme" limits calls from "2h14m" for "3m30s"
      Then calls of flow "orders-to-wms" fail only at "2h15m, 2h16m, 2h17m"
      And flow "orders-to-wms" completes a run at "2h18m"

    @OUT-04
    Scenario: A call is repeated for hours, as told, and nothing goes offline
      When "acme" limits calls from "2h10m" for "3h" with Retry-After "50m"
      Then calls of flow "orders-to-wms" fail only at "2h15m, 3h5m, 3h55m, 4h45m"
      And flow "orders-to-wms" completes a run at "5h35m"
      And connections "acme-main, acme-reports" stay online

    @OUT-04 @OUT-08
    Scenario: A write waits as well, and opens no error
      When "wms" limits calls from "2h10m" for "20m" with Retry-After "10m"
      Then calls of flow "orders-to-wms" fail only at "2h15m, 2h25m"
      And no error of flow "orders-to-wms" ever opens
      And flow "orders-to-wms" completes a run at "2h35m" with 15 records in 1 page

    @OUT-04
    Scenario: A configured limit waits for the end of its window
      # Three calls an hour. The fourth, of 45m, waits until 1h; then come that of 1h and of 1h15m, and that of
      # 1h30m waits until 2h.
      Given job "orders-poll" first polls at "6h"
      And "acme" allows 3 calls each "1h"
      And the run lasts "2h10m"
      Then calls of flow "orders-to-wms" fail only at "45m, 1h30m"
      And flow "orders-to-wms" completes a run at "1h"
      And flow "orders-to-wms" completes a run at "2h"

  Rule: Credentials changed

    @OUT-03 @OUT-12 @DIS-03 @DIS-13 @live
    Scenario: One connection goes offline at once, and re-authorizing it does not enable its job
      When the credentials of "acme-main" change at "2h7m"
      And an operator re-authorizes "acme-main" at "4h20m"
      Then connection "acme-main" goes offline at "2h15m" because of bad_credentials
      And connection "acme-reports" stays online
      And connection "acme-main" is back online at "4h20m"
      And every failed poll of job "orders-poll" was bad_credentials
      And job "orders-poll" is disabled at the end

    @OUT-03 @OUT-08
    Scenario: Refused at the destination, they take the destination's connection offline
      Given a connection "wms-main" to "wms" with an API key
      When the credentials of "wms-main" change at "2h7m"
      Then connection "wms-main" goes offline at "2h15m" because of bad_credentials
      And connection "acme-main" stays online
      And every failed call of flow "orders-to-wms" was bad_credentials
      And no error of flow "orders-to-wms" ever opens

  Rule: Vendor down

    @OUT-02 @C-02 @DIS-03
    Scenario Outline: With <how> the application is down to both
      When "acme" is down from "2h10m" for "90m" with <how>
      Then connections "acme-main, acme-reports" go offline at "<offline>" because of vendor_down
      And every failed call of flow "orders-to-wms" was vendor_down
      And flow "orders-to-wms" resumes at "4h"
      And job "orders-poll" is disabled by the platform at "<disabled>" because of "orders" after 10 failures
      And every failed poll of job "orders-poll" was vendor_down

      Examples:
        | how                 | offline | disabled |
        | connections refused | 2h20m   | 2h55m    |
        # Each call is given up after 30 s: seven of them, and the tenth poll.
        | no answer in time   | 2h21m5s | 2h55m30s |

    @OUT-02
    Scenario: A vendor that is down for a minute now and then is tried again, and no flow pauses
      # A minute in fifteen: tries at 0, 5, 15 and 35 s fail, that of 75 s is answered.
      When the "orders" of "acme" are in turn down for "1m" and up for "14m", from "2h30m" for "14m"
      Then calls of flow "orders-to-wms" fail only at "2h30m, 2h30m5s, 2h30m15s, 2h30m35s"
      And flow "orders-to-wms" is never paused

    @OUT-02 @C-02
    Scenario: An application that answers too late is down
      When "acme" takes "31s" to answer from "2h10m" for "20m"
      Then every failed call of flow "orders-to-wms" was vendor_down
      And connections "acme-main, acme-reports" go offline at "2h21m5s" because of vendor_down
      And flow "orders-to-wms" resumes at "3h"

  Rule: Token refresh failing

    @C-05 @OUT-03 @DIS-03 @live
    Scenario: A refresh token that died takes its connection offline until it is re-authorized
      When the refresh token of "acme-main" dies at "1h10m"
      And an operator re-authorizes "acme-main" at "4h20m"
      Then every failed poll of job "orders-poll" was token_refresh_failed
      And job "orders-poll" is disabled by the platform at "2h45m" because of "orders" after 10 failures
      And connection "acme-main" goes offline at "2h" because of token_refresh_failed
      And connection "acme-reports" stays online
      And flow "orders-to-wms" resumes at "4h20m"

    @C-05 @OUT-03 @OUT-06 @live
    Scenario: A token endpoint that fails for a while takes one connection offline until the next test
      Given the environment is "staging"
      When the token endpoint of "acme-main" fails from "1h30m" for "2h"
      Then connection "acme-main" goes offline at "2h5m" because of token_refresh_failed
      And connection "acme-reports" stays online
      And connection "acme-main" is back online at "4h"
      And the longest streak of "orders" in job "orders-poll" is 18 failures

    @OUT-03 @C-05
    Scenario: In an outage that covers the token endpoint, a token that is due takes its connection alone offline
      # The token of 1h is good until 2h, so the run of 2h must renew it first, and cannot.
      When "acme" is down from "1h58m" for "30m"
      Then connection "acme-main" goes offline at "2h5m" because of token_refresh_failed
      And connection "acme-reports" stays online
      And connection "acme-main" is back online at "3h"
      And every failed poll of job "orders-poll" was token_refresh_failed

    @C-05
    Scenario: An access token that is revoked is renewed at once, and nothing happens
      When the access token of "acme-main" is revoked at "2h7m"
      Then connection "acme-main" stays online
      And no error of flow "orders-to-wms" ever opens
      And job "orders-poll" has 0 failed polls
