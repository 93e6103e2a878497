Feature: A restart of the platform while its flows are in trouble
  The platform writes down what it knows. Started again it goes on at the same instants: nothing is forgotten,
  nothing is done twice.

  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
    And flow "orders-to-wms" first starts at "1h"
    And the run lasts "5h"

  Rule: What a run waits for comes when it would have come

    @DIS-16 @OUT-02
    Scenario: In the middle of the tries of a call, the next try and the last one stay where they were
      When "acme" is down from "1h" for "30m"
      And the platform restarts at "1h20s"
      And the platform restarts at "1h4m59s"
      Then calls of flow "orders-to-wms" fail only at "1h, 1h5s, 1h15s, 1h35s, 1h1m15s, 1h2m35s, 1h5m"
      And connection "acme-main" goes offline at "1h5m" because of vendor_down

    @DIS-16 @OUT-02
    Scenario: At the instant of a try it is made once
      When "acme" is down from "1h" for "30m"
      And the platform restarts at "1h15s"
      Then calls of flow "orders-to-wms" fail only at "1h, 1h5s, 1h15s, 1h35s, 1h1m15s, 1h2m35s, 1h5m"
      And flow "orders-to-wms" pauses at "1h5m" with a run in progress

    @DIS-16 @OUT-04
    Scenario: A call that waits for an API limit waits no longer for a restart
      When "acme" limits calls from "1h" for "10m" with Retry-After "20m"
      And the platform restarts at "70m"
      Then flow "orders-to-wms" completes a run at "80m" with 80 records in 1 page
      And flow "orders-to-wms" starts 1 run

    @DIS-16 @C-04
    Scenario: A write in flight is neither lost nor made twice
      Given calls to "wms" take "20s"
      And a repeated write to "wms" makes duplicates
      When the platform restarts at "1h10s"
      Then flow "orders-to-wms" completes a run at "1h20s" with 60 records in 1 page
      And 0 records of flow "orders-to-wms" are stored twice

  Rule: What is paused stays paused, and what is queued stays queued

    @DIS-16 @OUT-05 @OUT-06
    Scenario: A connection stays offline until the hourly test, which a restart neither moves nor makes
      When "acme" is down from "1h" for "10m"
      And the platform restarts at "90m"
      And the platform restarts at "2h"
      Then tests of "acme-main" end only at "2h"
      And connection "acme-main" is back online at "2h"
      And no call to "acme" is made between "1h5m1s" and "1h59m59s"

    @DIS-16 @OUT-05 @OUT-08
    Scenario: A frozen run goes on where it stood, with what it had read
      # Pages of 25: the first is written by 1h10s, the second, read then, finds the credentials refused.
      # The last of the five that follow is read at 2h41m.
      Given a connection "wms-main" to "wms" with an API key
      And a page of "acme" holds 25 records
      And calls to "wms" take "10s"
      When the credentials of "wms-main" change at "1h5s"
      And the platform restarts at "2h30m"
      And an operator re-authorizes "wms-main" at "2h40m"
      Then flow "orders-to-wms" completes a run at "2h41m10s" with 161 records in 7 pages

    @DIS-16 @OUT-05
    Scenario: A queued run starts once, in its place
      # Scheduled at 75m and 90m during the pause: one run is queued, restarts or not. Runs: five up to 1h, the
      # queued one, and twelve from 2h on.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
      When "acme" is down from "1h" for "30m"
      And the platform restarts at "80m"
      And the platform restarts at "95m"
      Then flow "orders-to-wms" queues runs only at "75m"
      And a queued run of flow "orders-to-wms" starts at "2h"
      And flow "orders-to-wms" starts 18 runs

    @DIS-16 @OUT-07
    Scenario: A run that waits for a slot gets it when it is free, not at a restart
      Given a flow "later" from "acme-main/orders" to "wms-main/later" every "12h"
      And flow "later" first starts at "65m"
      When "acme" limits calls from "1h" for "1m" with Retry-After "20m"
      And the platform restarts at "70m"
      Then flow "later" queues runs only at "65m"
      And a queued run of flow "later" starts at "80m"

  Rule: What people are to be told they are told, once

    @DIS-16 @OUT-13
    Scenario: A summary of errors that is due after the restart comes, and a notice that was given does not
      When "wms" is down from "1h" for "30m"
      And the platform restarts at "1h10m"
      Then e-mails to "owner@example.com" about errors in flows arrive only at "1h15m"
      And e-mails to "owner@example.com" about offline connections arrive only at "1h5m"

    @DIS-16 @OUT-11
    Scenario: Advice comes 90 minutes after the vendor's recovery, a restart before and one after it
      When "acme" is down from "1h" for "20m"
      And the credentials of "acme-main" change at "70m"
      And the platform restarts at "2h30m"
      And the platform restarts at "3h"
      Then re-authorizing "acme-main" is advised just after "2h50m"

    @DIS-16 @OUT-09
    Scenario: Open errors can be retried after it
      When "wms" is down from "1h" for "30m"
      And the platform restarts at "2h30m"
      And an operator retries the errors of flow "orders-to-wms" at "3h"
      Then 60 errors of flow "orders-to-wms" are resolved at "3h"
      And 0 errors of flow "orders-to-wms" stay open

    @DIS-16 @OUT-12
    Scenario: Between wrong credentials and the next test the ticket that was advised is not forgotten
      When the credentials of "acme-main" change at "30m"
      And an operator re-authorizes "acme-main" with wrong credentials at "80m"
      And the platform restarts at "90m"
      And it is "100m"
      Then the next step for flow "orders-to-wms" is "submit a support ticket"
      And a support ticket about "acme-main" is advised only at "80m"
