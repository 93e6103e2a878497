Feature: What waits, what is late, and what never gets in
  As somebody who answers for orders
  I want to know what an outage leaves behind
  So that I can say when all is well again, and what is gone.

  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme"
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"

  Rule: A deadline says which records are late

    @FIG-04 @OUT-05
    Scenario: Records that waited for the hourly test are late, and those of the end are not due yet
      # Down from 1h7m on, offline at the run of 1h15m + 5m, tested at 2h: the records of 1h1m to 2h are delivered at 2h.
      # Older than half an hour are then those of 1h1m to 1h29m.
      Given records of flow "orders-to-wms" are late after "30m"
      And the run lasts "2h5m"
      When "acme" is down from "1h7m" for "30m"
      Then flow "orders-to-wms" resumes at "2h"
      And of flow "orders-to-wms" 29 records were late and 0 are past the deadline

    @FIG-04
    Scenario: What is not delivered at the end is past the deadline
      # Records of 1h1m on are never delivered; those of 1h1m to 1h29m are older than half an hour at the end of 2h.
      Given records of flow "orders-to-wms" are late after "30m"
      And the run lasts "2h"
      When "acme" is down from "1h7m" on
      Then of flow "orders-to-wms" 0 records were late and 29 are past the deadline

    @FIG-04 @DIS-05
    Scenario: A job that is off delivers nothing in time
      # Off at 55m; at the end the records of 10m1s to 2h wait, and those of 11m to 59m are older than an hour.
      Given the environment is "snapshot"
      And a polling job "orders-poll" on "acme-main" for "orders" every "5m"
      And records of job "orders-poll" are late after "1h"
      And the run lasts "2h"
      When "acme" is down from "7m" on
      Then job "orders-poll" is disabled by the platform only at "55m"
      And of job "orders-poll" 0 records were late and 54 are past the deadline

  Rule: A source that pushes does not wait for ever

    @FIG-01 @OUT-05
    Scenario: What the intake holds is delivered when the flow goes on
      # The run of 1h15m took what came until then, and cannot write it: 15 errors. From 1h16m to 2h 45 more are held.
      Given events are pushed to flow "orders-to-wms", which holds 100 of them
      And the run lasts "2h5m"
      When "wms" is down from "1h7m" for "30m"
      Then flow "orders-to-wms" resumes at "2h"
      And flow "orders-to-wms" refused 0 events and held 45 at most

    @FIG-01
    Scenario: What finds no room is refused, and lost unless it is sent again
      Given events are pushed to flow "orders-to-wms", which holds 20 of them
      And the run lasts "2h"
      When "wms" is down from "1h7m" on
      Then flow "orders-to-wms" refused 24 events and held 20 at most
      And flow "orders-to-wms" delivered 60 records, 20 wait, 15 have errors and 24 are lost

    @FIG-01
    Scenario: Who sends again gets in once there is room
      Given events are pushed to flow "orders-to-wms", which holds 20 of them
      # Held are those of 1h16m to 1h35m, refused those of 1h36m to 2h.
      And events that flow "orders-to-wms" refuses are sent again for "2h"
      And the run lasts "2h5m"
      When "wms" is down from "1h7m" for "30m"
      Then flow "orders-to-wms" refused 25 events and held 20 at most
      And flow "orders-to-wms" delivered 105 records, 4 wait, 15 have errors and 0 are lost

    @FIG-01
    Scenario: A sender that thinks that its events came loses them
      Given events are pushed to flow "orders-to-wms", which holds 20 of them
      And events are dropped where flow "orders-to-wms" has no room
      And the run lasts "2h5m"
      When "wms" is down from "1h7m" for "30m"
      Then flow "orders-to-wms" delivered 80 records, 4 wait, 15 have errors and 25 are lost

    @FIG-01 @OUT-05
    Scenario: A paused flow may take no events at all
      Given events are pushed to flow "orders-to-wms", which holds 100 of them
      And flow "orders-to-wms" takes no events while it is paused
      And the run lasts "1h50m"
      When "wms" is down from "1h7m" on
      Then flow "orders-to-wms" refused 29 events and held 15 at most

  Rule: How much a flow can move

    @FIG-06
    Scenario: The capacity of a flow is what it moves while more waits
      # A page of ten takes a second to be read and one to be written.
      Given an application "acme" with "orders" at 600/h
      And a page of "acme" holds 10 records
      And calls to "acme" take "1s"
      And calls to "wms" take "1s"
      And the run lasts "3h"
      When "acme" is down from "1h" for "30m"
      Then flow "orders-to-wms" moved 18000 records an hour when more waited

    @FIG-06 @OUT-06
    Scenario: Answers whose time is drawn take longer at times
      Given calls to "acme" take "200ms", one in 100 "2s" or more
      And the run lasts "2h"
      Then flow "orders-to-wms" is never paused
      And no record is lost or delivered twice, and 14 wait in all

  Rule: An answer that rests on what nobody published is a range

    @OUT-06
    Scenario: When orders flow again depends on the minute of the hourly test
      # Offline at 1h20m, and well at 1h37m: the first test from then on comes at 1h37m at best, at 2h36m at worst.
      Given the run lasts "4h"
      When "acme" is down from "1h7m" for "30m"
      Then flow "orders-to-wms" resumes only at "2h"
      And whatever the minute of the hourly test, flow "orders-to-wms" resumes between "1h37m" and "2h36m"
