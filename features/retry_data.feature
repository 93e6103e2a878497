Feature: How many errors can be retried
  A step of a flow keeps what it takes to retry its newest 20,000 errors; older ones are for somebody's hands.

  Background:
    Given an application "acme" with "orders" at 500/m
    And a page of "acme" holds 30000 records
    And an application "wms"
    And a connection "acme-main" to "acme" with an API key
    And a connection "wms-main" to "wms" with an API key
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
    And flow "orders-to-wms" first starts at "1h"

  Rule: The newest 20,000 errors of a step can be retried

    @OUT-09
    Scenario: Of 30,000 errors 20,000 are retried
      When "wms" is down from "1h" for "30m"
      And an operator retries the errors of flow "orders-to-wms" at "2h30m"
      And the run lasts "3h"
      Then 30000 intermittent errors of flow "orders-to-wms" open at "1h5m"
      And 20000 errors of flow "orders-to-wms" are resolved at "2h30m"
      And 10000 errors of flow "orders-to-wms" stay open

    @OUT-09
    Scenario: 20,000 errors are all retried
      Given the "orders" of "acme" come at 1/h from "40m" on
      When "wms" is down from "1h" for "30m"
      And an operator retries the errors of flow "orders-to-wms" at "2h30m"
      And the run lasts "3h"
      Then 20000 intermittent errors of flow "orders-to-wms" open at "1h5m"
      And 0 errors of flow "orders-to-wms" stay open
