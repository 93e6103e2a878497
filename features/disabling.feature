Feature: What being disabled means, and what it does not touch
  Between disable and enable a polling job makes no call. What was in flight finishes, and touches no count.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And application "acme" has "orders" at 1/m too
    And a connection "acme-main" to "acme" with an API key
    And connection "acme-main" is owned by "ops@example.com"
    And a polling job "poll" on "acme-main" for "contacts, orders" every "1m"
    And the run lasts "40m"

  Rule: A disabled job makes no call

    @DIS-07
    Scenario: The rest of the tick is not polled
      # Orders, declared first, fails for the tenth time at 19m; contacts, down since 11m, stays at 8.
      Given a polling job "poll" on "acme-main" for "orders, contacts" every "1m"
      When the "orders" of "acme" are down from "10m" on
      And the "contacts" of "acme" are down from "11m" on
      Then job "poll" is disabled by the platform at "19m" because of "orders" after 10 failures
      And the failures of "contacts" in job "poll" stand at 8
      And job "poll" polls "contacts" 19 times

    @DIS-07
    Scenario: A vendor that is back does not bring the job back
      When "acme" is down from "10m" for "10m"
      Then no call of job "poll" is made between "19m1s" and "39m59s"
      And job "poll" is disabled at the end
      And job "poll" is never enabled again

    @DIS-07 @DIS-08
    Scenario: A job that its user disabled makes no call either, and nobody is told
      When an operator disables job "poll" at "9m30s"
      And "acme" is down from "10m" on
      Then job "poll" is disabled by the user at "9m30s"
      And job "poll" is never disabled
      And no call of job "poll" is made between "9m31s" and "39m59s"
      And "ops@example.com" gets 0 e-mails about disabled jobs

  Rule: A poll in flight finishes, is marked after disable, and touches no count

    @DIS-07
    Scenario: Polled in parallel, the other resource's good poll ends after the disablement
      # Both are sent at 19m and answered at 19m10s; orders is read up to the record of 19m.
      Given the policy value "poll.order" is "parallel"
      And calls to "acme" take "10s"
      When the "contacts" of "acme" are down from "10m" on
      Then job "poll" is disabled by the platform at "19m10s" because of "contacts" after 10 failures
      And the poll of "orders" by job "poll" that ends at "19m10s" is marked after disable
      And job "poll" delivered 28 records, 50 wait and 0 are lost

    @DIS-07
    Scenario: A failure after the disablement is a failed poll, but no part of a streak
      Given the policy value "poll.order" is "parallel"
      And calls to "acme" take "10s"
      When "acme" is down from "10m" on
      Then the poll of "orders" by job "poll" that ends at "19m10s" is marked after disable
      And job "poll" has 20 failed polls
      And the longest streak of "orders" in job "poll" is 9 failures

    @DIS-07
    Scenario: A poll in flight when the user disables the job is delivered, and the next resource not asked
      Given calls to "acme" take "10s"
      When an operator disables job "poll" at "10m5s"
      Then the poll of "contacts" by job "poll" that ends at "10m10s" is marked after disable
      And job "poll" polls "contacts" 11 times
      And job "poll" polls "orders" 10 times
      And job "poll" delivered 19 records, 59 wait and 0 are lost

    @DIS-07 @DIS-12
    Scenario: A poll of an earlier enablement is no failure of the later one
      # Nine failures to 18m10s; that of 19m ends after disable and enable, the first poll after it fails too.
      Given calls to "acme" take "10s"
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      When "acme" is down from "10m" for "9m30s"
      And an operator disables job "poll" at "19m2s"
      And an operator enables job "poll" at "19m4s"
      Then job "poll" is never disabled
      And job "poll" has 11 failed polls

  Rule: A change of environment is judged at the next failure

    @DIS-15
    Scenario: A lower threshold that the count has passed disables at the next failure, not before
      Given the environment is "production"
      When the "contacts" of "acme" are down from "10m" on
      And the platform moves to "snapshot" at "22m30s"
      Then job "poll" is disabled by the platform at "23m" because of "contacts" after 14 failures

    @DIS-15
    Scenario: A lower threshold does nothing when the next poll succeeds
      Given the environment is "production"
      When the "contacts" of "acme" are down from "10m" for "12m30s"
      And the platform moves to "snapshot" at "22m30s"
      Then the longest streak of "contacts" in job "poll" is 13 failures
      And job "poll" is never disabled

    @DIS-15
    Scenario: A higher threshold lets the count go on
      Given the run lasts "1h10m"
      When "acme" is down from "10m" on
      And the platform moves to "staging" at "18m30s"
      Then job "poll" is disabled by the platform at "59m" because of "contacts" after 50 failures
      And the e-mail about job "poll" names "staging, 50"

    @DIS-15
    Scenario: Another resource's failure does not judge a count that it does not add to
      # Contacts is known to have failed at :20 and orders at :40 of each minute. At 25m30s contacts stands
      # at 16; the next failure is the 6th of orders.
      Given the environment is "production"
      And calls to "acme" take "20s"
      When the "contacts" of "acme" are down from "10m" on
      And the "orders" of "acme" are down from "20m" on
      And the platform moves to "snapshot" at "25m30s"
      Then job "poll" is disabled by the platform at "26m20s" because of "contacts" after 17 failures

  Rule: A restart changes nothing

    @DIS-16
    Scenario: A restart in the middle of a streak is not seen in the count
      When "acme" is down from "10m" on
      And the platform restarts at "14m30s"
      Then job "poll" is disabled by the platform at "19m" because of "contacts" after 10 failures

    @DIS-16
    Scenario: A restart at the instant of the tenth poll neither loses nor doubles it
      When "acme" is down from "10m" on
      And the platform restarts at "19m"
      Then job "poll" is disabled by the platform only at "19m"
      And job "poll" has 19 failed polls

    @DIS-16 @DIS-07
    Scenario: A restart does not enable a job, and an operator still can
      When "acme" is down from "10m" for "15m"
      And the platform restarts at "25m"
      And an operator enables job "poll" at "30m"
      Then no call of job "poll" is made between "19m1s" and "29m59s"
      And job "poll" delivered 78 records, 0 wait and 0 are lost

    @DIS-16 @DIS-08
    Scenario: An e-mail that waits survives a restart, and is sent once
      When "acme" is down from "10m" on
      And the mail server is down from "15m" for "15m"
      And the platform restarts at "25m"
      Then the e-mail about job "poll" is decided at "19m" and delivered at "30m"
      And "ops@example.com" gets 1 e-mail about disabled jobs

    @DIS-16
    Scenario: A poll in flight at a restart ends as it would have ended
      Given calls to "acme" take "10s"
      And a polling job "poll" on "acme-main" for "contacts" every "10m"
      When the platform restarts at "20m5s"
      Then calls of job "poll" end only at "10s, 10m10s, 20m10s, 30m10s"
      And job "poll" lost no record, got none twice, and 9 wait

    @DIS-16 @C-05
    Scenario: A restart renews no token
      Given access tokens of "acme" live for "20m"
      And a connection "acme-main" to "acme" with OAuth 2.0
      When the platform restarts at "10m30s"
      Then the token of "acme-main" is refreshed only at "19m, 38m"
