Feature: How paused flows recover
  Once an hour the platform tests all connections to the applications that have one offline. A test that
  passes brings a connection online, and its flows resume by themselves.

  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And an application "crm"
    And a connection "acme-main" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And a connection "acme-two" to "acme" with an API key
    And a connection "crm-main" to "crm"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"

  Rule: Connections come back at the hourly test

    @OUT-06 @live
    Scenario: A vendor that is back one second before a test, and then one second after one
      Given the run lasts "10h"
      When "acme" is down from "2h" for "2h59m59s"
      And "acme" is down from "6h" for "2h0m1s"
      Then connection "acme-main" is back online at "5h"
      And flow "orders-to-wms" resumes at "5h"
      And connection "acme-main" is back online at "9h"
      And flow "orders-to-wms" resumes at "9h"

    @OUT-05 @OUT-06
    Scenario: An idle flow of two applications resumes with the last of its connections
      # acme is offline from 2h20m to 3h, wms from 2h35m to 4h.
      Given application "crm" has "leads" at 1/m too
      And a flow "leads" from "crm-main/leads" to "wms-main/leads" every "15m"
      And a flow "nightly" from "acme-two/orders" to "wms-main/nightly" every "12h"
      When "acme" is down from "2h10m" for "30m"
      And "wms" is down from "2h25m" for "1h"
      Then connection "acme-two" is back online at "3h"
      And flow "nightly" resumes only at "4h"

  Rule: With auto-resolve on, intermittent errors are retried once the connections are online

    @OUT-08 @OUT-09
    Scenario: What failed at the destination is written again, by itself or on command
      Given auto-resolve is on for flow "orders-to-wms"
      And a flow "by-hand" from "acme-two/orders" to "crm-main/orders" every "15m"
      When "wms" is down from "2h" for "30m"
      And "crm" is down from "2h" for "30m"
      And an operator retries the errors of flow "by-hand" at "5h1m"
      Then 15 errors of flow "orders-to-wms" are resolved at "3h"
      And 15 errors of flow "by-hand" are resolved at "5h1m"
