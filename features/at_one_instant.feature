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
