Feature: Why a flow does not process
  Asked about a flow, the platform names the symptoms that hold and what to do next.

  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And an application "shop"
    And a connection "acme-main" to "acme" with an API key
    And a connection "acme-two" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And a connection "shop-main" to "shop"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "30m"
    And a flow "orders-to-shop" from "acme-two/orders" to "shop-main/orders" every "25m"
    And the run lasts "6h"

  Rule: Each symptom is named while it holds

    @OUT-15 @OUT-05
    Scenario: Retrying is no symptom; after five minutes the run is in progress, while its counts stand still
      When "acme" is down from "2h" for "50m"
      And it is "2h4m59s"
      Then the diagnosis of flow "orders-to-wms" finds nothing
      When it is "2h5m"
      Then the diagnosis of flow "orders-to-wms" is "in progress with counts standing still"
      And the diagnosis of flow "orders-to-shop" is not "in progress with counts standing still"

    @OUT-15
    Scenario: Queued, though nothing runs ahead of it
      # The start of 2h5m, at the instant of the pause, and those that follow, leave a queued run.
      When "acme" is down from "2h" for "50m"
      And it is "2h4m59s"
      Then the diagnosis of flow "orders-to-shop" is not "queued with nothing ahead of it"
      When it is "2h30m"
      Then the diagnosis of flow "orders-to-shop" is "queued with nothing ahead of it"

    @OUT-15
    Scenario: Queued behind a run that waits for an API limit, it waits its turn
      Given a flow "orders-to-shop" from "acme-main/orders" to "shop-main/orders" every "30m"
      When "acme" limits calls from "2h" for "10m"
      And it is "2h5m"
      Then the diagnosis of flow "orders-to-shop" finds nothing
      And the next step for flow "orders-to-shop" is "nothing to do"
      And flow "orders-to-shop" queues runs only at "2h"

    @OUT-15
    Scenario: Refused credentials of one of two connections do not affect all flows of the application
      When the credentials of "acme-main" change at "1h45m"
      And it is "2h"
      Then the diagnosis of flow "orders-to-wms" is "connection offline"
      And the diagnosis of flow "orders-to-wms" is not "all flows of one application affected"
      And the diagnosis of flow "orders-to-shop" finds nothing

  Rule: The platform says what to do next

    @OUT-15
    Scenario: At first, to wait for the hourly test
      When "acme" is down from "2h" for "50m"
      And it is "2h5m"
      Then the next step for flow "orders-to-wms" is "wait for the hourly test of connections"
      When it is "3h"
      Then the diagnosis of flow "orders-to-wms" finds nothing
      And the next step for flow "orders-to-wms" is "nothing to do"

    @OUT-15 @OUT-11
    Scenario: After the advice, to re-authorize the connection
      # The shop's flow is made to use acme-main, so that no flow of acme resumes at 3h. Offline since 2h5m,
      # resolved at 2h50m: the advice comes just after 4h20m.
      Given a flow "orders-to-shop" from "acme-main/orders" to "shop-main/orders" every "30m"
      When "acme" is down from "2h" for "50m"
      And the credentials of "acme-main" change at "2h30m"
      And it is "4h20m"
      Then the next step for flow "orders-to-wms" is "wait for the hourly test of connections"
      When it is "4h20m1s"
      Then the next step for flow "orders-to-wms" is "re-authorize the connection"

    @OUT-15 @OUT-12
    Scenario: After credentials that do not pass, to submit a support ticket
      When the credentials of "acme-main" change at "1h45m"
      And an operator re-authorizes "acme-main" with wrong credentials at "2h20m"
      And it is "2h20m"
      Then the next step for flow "orders-to-wms" is "submit a support ticket"

  Rule: The application's status page is linked from what is said about its connection

    @OUT-10
    Scenario: The link is that of the application whose connection is offline
      When "shop" is down from "2h5m" for "30m"
      And it is "2h30m"
      Then the diagnosis of flow "orders-to-shop" links "https://status.shop.example"
      And the diagnosis of flow "orders-to-shop" is "all flows of one application affected"
      And the platform's status page lists "acme, wms, shop"
      And flow "orders-to-wms" is never paused

    @OUT-10
    Scenario: With both ends offline, it is the source's
      # acme-main is offline at 2h5m, wms-main at 2h15m: five minutes after the run of 2h10m met it down.
      Given a flow "wms-to-shop" from "wms-main/stock" to "shop-main/stock" every "65m"
      When "acme" is down from "2h" for "50m"
      And "wms" is down from "2h10m" for "40m"
      And it is "2h20m"
      Then the diagnosis of flow "orders-to-wms" links "https://status.acme.example"
