Feature: Streaks of failures, resource by resource
  What disables a polling job is a streak: consecutive failures of one and the same resource.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And application "acme" has "orders" at 1/m too
    And a connection "acme-main" to "acme" with an API key
    And the run lasts "1h"

  Rule: A successful poll resets the count of its resource, and of no other

    @DIS-04
    Scenario: A poll that finds no record is a success too
      # "empties" never has a record: nine failures, one empty answer, nine failures.
      Given a polling job "poll" on "acme-main" for "empties" every "1m"
      When "acme" is down from "10m" for "9m"
      And "acme" is down from "20m" for "9m"
      Then job "poll" is never disabled
      And the longest streak of "empties" in job "poll" is 9 failures

    @DIS-04
    Scenario: The success of one resource does not save another
      Given a polling job "poll" on "acme-main" for "contacts, orders" every "1m"
      When the "contacts" of "acme" are down from "10m" on
      Then job "poll" is disabled by the platform at "19m" because of "contacts" after 10 failures
      And the longest streak of "orders" in job "poll" is 0 failures

    @DIS-04
    Scenario: A success ends the count that is shown, of its resource alone
      # Polls fail from 51m to 55m; then contacts is answered, and orders fails up to 59m.
      Given a polling job "poll" on "acme-main" for "contacts, orders" every "1m"
      When "acme" is down from "51m" for "5m"
      And the "orders" of "acme" are down from "51m" on
      Then the failures of "contacts" in job "poll" stand at 0
      And the failures of "orders" in job "poll" stand at 9

  Rule: The threshold is the environment's

    @DIS-05
    Scenario: A custom environment names its own threshold
      Given a custom environment "qa" with threshold 25
      And the environment is "qa"
      And a polling job "poll" on "acme-main" for "contacts" every "30s"
      When "acme" is down from "10m" for "12m"
      And "acme" is down from "30m" on
      # 24 failures in the first outage; the second one's 25th is at 30m + 24 x 30s.
      Then job "poll" is disabled by the platform only at "42m"

    @DIS-05
    Scenario: With a threshold of one the first failure disables
      Given a custom environment "eager" with threshold 1
      And the environment is "eager"
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      When "acme" is down from "10m30s" for "1m"
      Then job "poll" is disabled by the platform at "11m" because of "contacts" after 1 failure

    @DIS-05
    Scenario: The job is disabled when the X-th poll has failed, not when it began
      Given a polling job "poll" on "acme-main" for "contacts" every "1m"
      When "acme" is down from "10m" on with no answer in time
      Then job "poll" is disabled by the platform only at "19m30s"
      And the longest streak of "contacts" in job "poll" is 10 failures
      And no call of job "poll" is made between "19m31s" and "59m59s"

  Rule: One resource at the threshold disables the whole job; failures of different ones never add up

    @DIS-06
    Scenario: Two resources that fail in turn, never the same one twice, disable nothing
      Given a polling job "poll" on "acme-main" for "contacts, orders" every "1m"
      When the "contacts" of "acme" are in turn down for "1m" and up for "1m", from "10m" for "40m"
      And the "orders" of "acme" are in turn down for "1m" and up for "1m", from "11m" for "40m"
      Then job "poll" has 40 failed polls
      And the longest streak of "contacts" in job "poll" is 1 failure
      And job "poll" is never disabled

    @DIS-06
    Scenario: A resource that keeps failing disables the job though another one flaps
      Given a polling job "poll" on "acme-main" for "contacts, orders" every "1m"
      When the "orders" of "acme" are down from "10m" on
      And the "contacts" of "acme" are in turn down for "2m" and up for "1m", from "10m" on
      Then job "poll" is disabled by the platform at "19m" because of "orders" after 10 failures
      # 10, 11, 13, 14, 16, 17, 19: the streak that 19m begins is kept for display.
      And the failures of "contacts" in job "poll" stand at 1

    @DIS-06
    Scenario: Another job of the same instance goes on
      Given a polling job "poll" on "acme-main" for "contacts" every "1m"
      And a polling job "other" on "acme-main" for "orders" every "1m"
      When the "contacts" of "acme" are down from "10m" on
      Then job "poll" is disabled by the platform only at "19m"
      And job "other" is never disabled
      And job "other" polls "orders" 60 times
