Feature: When flows pause
  An application that does not respond for five minutes is unresponsive: the platform takes the connections
  to it offline and pauses all flows that use one of them, so that nothing piles up as errors.

  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme" with an API key
    And a connection "acme-reports" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And a flow "reports-to-wms" from "acme-reports/orders" to "wms-main/reports" every "6h"

  Rule: An unresponsive application pauses all its flows

    @OUT-02 @OUT-05 @OUT-14 @OUT-15 @live
    Scenario: Five minutes without an answer pause every flow, idle ones too
      Given the run lasts "4h"
      When "acme" is down from "2h" for "1h"
      And it is "2h30m"
      Then the diagnosis of flow "orders-to-wms" is "all flows of one application affected"
      And connections "acme-main, acme-reports" go offline at "2h5m" because of vendor_down
      And flows "orders-to-wms, reports-to-wms" pause at "2h5m"
      And no call of flow "orders-to-wms" is made between "2h5m1s" and "2h59m59s"

    @OUT-02
    Scenario: One second decides between a retry and a pause
      When "acme" is down from "2h" for "4m59s"
      And "acme" is down from "4h" for "5m1s"
      Then flow "orders-to-wms" completes a run at "2h5m"
      And flow "orders-to-wms" pauses at "4h5m"
      And flow "orders-to-wms" resumes at "5h"
