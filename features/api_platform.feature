Feature: The platform's mails and clock through its API

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme" with a password
    And a connection "wms-main" to "wms"
    And connection "acme-main" is owned by "ops@example.com"
    And "dev@example.com" subscribe to connection "acme-main"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And a polling job "poll" on "acme-main" for "orders" every "5m"
    And the run lasts "4h"

  Rule: Every e-mail is listed, whether it was delivered or not

    @API-07 @OUT-13
    Scenario: Going offline and coming back are two mails to the subscriber, the newest first
      When "acme" is down from "12m" for "30m"
      And it is "1h10m"
      Then GET /notifications?to=dev@example.com lists 2 things
      And GET /notifications?to=dev@example.com has "items[0].about" "connection.online"
      And GET /notifications?about=connection.offline has "items[0].delivered" at "20m"

    @API-07 @DIS-08
    Scenario: A mail that the mail server did not take yet is listed as not delivered
      When "acme" is down from "10m" on
      And the mail server is down from "50m" for "1h"
      And it is "1h30m"
      Then GET /notifications?about=job.disabled has "items[0].decided" at "55m"
      And GET /notifications?delivered=false has "items[0].job" "poll"
      And the clock is put forward by "30m"
      And GET /notifications?about=job.disabled has "items[0].delivered" at "1h50m"

  Rule: A manual clock goes where it is put, and only forward

    @API-08 @T-01
    Scenario: The clock tells the time and what is due next
      When it is "7m"
      Then GET /clock has "now" at "7m"
      And GET /clock has "next_due" at "10m"
      And the clock is put forward by "4m"
      And GET /jobs/poll has "resources[0].polls" "3"

    @API-08 @T-04
    Scenario: The clock goes neither back nor to the end of the run
      When it is "1h"
      Then putting the clock to "59m" is refused because "that instant is over"
      And putting the clock to "4h" is refused because "the run ends before that instant"
      And GET /clock has "now" at "1h"
