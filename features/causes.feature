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

  Rule: Credentials changed

    @OUT-03 @OUT-12 @DIS-03 @DIS-13 @live
    Scenario: One connection goes offline at once, and re-authorizing it does not enable its job
      When the credentials of "acme-main" change at "2h7m"
      And an operator re-authorizes "acme-main" at "4h20m"
      Then connection "acme-main" goes offline at "2h15m" because of bad_credentials
      And connection "acme-reports" stays online
      And connection "acme-main" is back online at "4h20m"
      And every failed poll of job "orders-poll" was bad_credentials
      And job "orders-poll" is never enabled again

  Rule: Vendor down

    @C-02 @OUT-02 @DIS-03 @live
    Scenario: A web page with status 200 is an outage to both
      When "acme" is down from "2h10m" for "90m" with a web page with status 200
      Then every failed poll of job "orders-poll" was vendor_down
      And job "orders-poll" is disabled by the platform at "2h55m" because of "orders" after 10 failures
      And connections "acme-main, acme-reports" go offline at "2h20m" because of vendor_down
      And flow "orders-to-wms" resumes at "4h"

  Rule: Token refresh failing

    @C-05 @OUT-03 @DIS-03 @live
    Scenario: A refresh token that died takes its connection offline until it is re-authorized
      When the refresh token of "acme-main" dies at "1h10m"
      And an operator re-authorizes "acme-main" at "4h20m"
      Then every failed poll of job "orders-poll" was token_refresh_failed
      And connection "acme-main" goes offline at "2h" because of token_refresh_failed
      And flow "orders-to-wms" resumes at "4h20m"

    @C-05 @OUT-03 @OUT-06 @live
    Scenario: A token endpoint that fails for a while takes one connection offline until the next test
      Given the environment is "staging"
      When the token endpoint of "acme-main" fails from "1h30m" for "2h"
      Then connection "acme-main" goes offline at "2h5m" because of token_refresh_failed
      And connection "acme-reports" stays online
      And connection "acme-main" is back online at "4h"
      And the longest streak of "orders" in job "orders-poll" is 18 failures
