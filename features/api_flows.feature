Feature: Flows through the platform's API

  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme" with a password
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And a flow "orders-again" from "acme-main/orders" to "wms-main/orders" every "1h"
    And flow "orders-again" first starts at "5m"
    And the run lasts "4h"

  Rule: A flow and its runs tell how far they are

    @OUT-05 @API-05
    Scenario: Paused is the flow; its run is in progress, and frozen
      When "wms" is down from "10m" on
      And it is "25m"
      Then GET /flows?state=paused lists "orders-to-wms, orders-again"
      And GET /flows/orders-to-wms has "open_errors" "15"
      And GET /flows/orders-to-wms/runs?state=in_progress lists 1 thing
      And GET /flows/orders-to-wms/runs has "items[0].frozen" "true"
      And GET /flows/orders-to-wms/runs has "items[0].paused" at "20m"

    @OUT-05 @API-05
    Scenario Outline: The <counts> of a frozen run stand still
      # Two pages are written by 15m40s; the third cannot be read, and the run is frozen at 20m40s.
      Given a page of "acme" holds 5 records
      And calls to "wms" take "20s"
      When "acme" is down from "15m30s" on
      And it is "21m"
      Then GET /flows/orders-to-wms/runs has "items[0].<counts>" "<count>"
      And it is "59m"
      And GET /flows/orders-to-wms/runs has "items[0].<counts>" "<count>"

      Examples:
        | counts  | count |
        | pages   | 2     |
        | records | 10    |

    @OUT-05
    Scenario: A frozen run goes on as the same run
      When "acme" is down from "10m" for "40m"
      And it is "70m"
      Then GET /flows/orders-to-wms/runs?state=completed has "items[2].resumed" at "1h"
      And GET /flows/orders-to-wms/runs?state=completed has "items[2].started" at "15m"
      And GET /flows/orders-to-wms/runs?state=completed has "items[2].pauses" "1"

    @API-01 @API-05
    Scenario: Runs come newest first, page by page
      When it is "2h"
      Then GET /flows/orders-to-wms/runs has "items[0].number" "9"
      And GET /flows/orders-to-wms/runs in pages of 4 lists 9 things on 3 pages
      And GET /flows/orders-to-wms/runs in pages of 9 lists 9 things on 1 page
      And GET /flows/orders-to-wms/runs?limit=1001 is refused with status 422 because "limit"

    @OUT-07
    Scenario: A run that waits for a slot is queued
      When "acme" limits calls from "4m" for "20m" with Retry-After "15m"
      And it is "16m"
      Then GET /flows?state=in_progress lists "orders-again"
      And GET /flows?state=queued lists "orders-to-wms"
      And GET /flows/orders-to-wms has "waiting_for_turn" "true"

  Rule: Open errors are listed, and retried on command

    @OUT-08
    Scenario: What a destination rejects is a value error, and is not retried
      When the "orders" of "wms" are rejected from "10m" for "10m"
      And it is "16m"
      Then GET /flows/orders-to-wms/errors?class=value has "items[0].first" "1"
      And GET /flows/orders-to-wms/errors?class=value has "items[0].last" "15"
      And GET /flows/orders-to-wms/errors?class=intermittent lists 0 things
      And POST /flows/orders-to-wms/errors/retry has "changed" "false"

    @OUT-08
    Scenario: Value errors that follow one another are one line, however many pages they came in
      Given a page of "acme" holds 5 records
      When the "orders" of "wms" are rejected from "10m" for "10m"
      And it is "16m"
      Then GET /flows/orders-to-wms/errors?class=value lists 1 thing
      And GET /flows/orders-to-wms/errors?class=value has "items[0].last" "15"

    @OUT-09
    Scenario: A retry resolves what the outage left open
      When "wms" is down from "10m" for "20m"
      And it is "1h20m"
      Then GET /flows/orders-to-wms/errors has "items[0].class" "intermittent"
      And POST /flows/orders-to-wms/errors/retry has "changed" "true"
      And it is "1h20m1s"
      And GET /flows/orders-to-wms/errors lists 0 things
      And GET /flows/orders-to-wms has "resolved_errors" "15"

    @OUT-09
    Scenario: Errors of a flow that is paused wait for it, though a retry is asked for
      When "wms" is down from "10m" for "20m"
      And it is "40m"
      Then POST /flows/orders-to-wms/errors/retry has "state" "paused"
      And GET /flows/orders-to-wms has "open_errors" "15"
      And the clock is put forward by "25m"
      And GET /flows/orders-to-wms has "open_errors" "0"

  Rule: A flow that does not process tells why, and what to do next

    @OUT-15
    Scenario: The diagnosis names the symptoms and links the calls of the next step
      When "acme" is down from "10m" on
      And it is "25m"
      Then GET /flows/orders-to-wms/diagnosis has "symptoms[2]" "connection offline"
      And GET /flows/orders-to-wms/diagnosis has "next_step" "wait for the hourly test of connections"
      And GET /flows/orders-to-wms/diagnosis has "links[2].href" "/connections/acme-main"
      And GET /flows/orders-to-wms/diagnosis has "status_page" "https://status.acme.example"

    @OUT-15 @OUT-12
    Scenario: Once wrong credentials were saved the next step is a support ticket
      When the credentials of "acme-main" change at "10m"
      And it is "20m"
      And connection "acme-main" is re-authorized through the API with "username=ops, password=wrong"
      And it is "20m1s"
      Then GET /flows/orders-to-wms/diagnosis has "next_step" "submit a support ticket"
      And GET /flows/orders-to-wms/diagnosis has "connection" "acme-main"

    @OUT-15
    Scenario: A flow that processes has no symptom
      When it is "20m"
      Then GET /flows/orders-to-wms/diagnosis has "symptoms" "nothing"
      And GET /flows/orders-to-wms/diagnosis has "connection" "null"
      And GET /flows/orders-to-wm/diagnosis is refused with status 404 because "did you mean orders-to-wms?"
