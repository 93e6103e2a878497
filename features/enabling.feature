Feature: Enabling a polling job, and catching up
  Only people enable a disabled job. It polls at once, counts from nothing, and goes on after the last record
  that it delivered.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And a connection "acme-main" to "acme" with an API key
    And connection "acme-main" is owned by "ops@example.com"
    And a polling job "poll" on "acme-main" for "contacts" every "1m"
    And the run lasts "1h"

  Rule: An enabled job polls at once, then at its ticks

    @DIS-12
    Scenario: The ticks are the old ones
      Given a polling job "poll" on "acme-main" for "contacts" every "10m"
      And job "poll" first polls at "3m"
      When an operator disables job "poll" at "20m"
      And an operator enables job "poll" at "35m"
      Then calls of job "poll" end only at "3m, 13m, 35m, 43m, 53m"

    @DIS-12
    Scenario: Enabled on a tick, the job polls once, not twice
      Given a polling job "poll" on "acme-main" for "contacts" every "10m"
      When an operator disables job "poll" at "15m"
      And an operator enables job "poll" at "40m"
      Then calls of job "poll" end only at "0s, 10m, 40m, 50m"

    @DIS-12 @DIS-07
    Scenario: The first poll waits for one that is in flight still
      Given calls to "acme" take "10s"
      And a polling job "poll" on "acme-main" for "contacts" every "10m"
      When an operator disables job "poll" at "20m2s"
      And an operator enables job "poll" at "20m4s"
      Then the poll of "contacts" by job "poll" that ends at "20m10s" is marked after disable
      And calls of job "poll" end only at "10s, 10m10s, 20m10s, 20m20s, 30m10s, 40m10s, 50m10s"

    @DIS-12
    Scenario: The first poll takes the place of the tick on which it could be made
      # The poll of 20m takes 30 seconds and outlives disable and enable; the tick of 20m30s is not polled besides.
      Given a polling job "poll" on "acme-main" for "contacts" every "30s"
      And the run lasts "22m"
      When "acme" takes "30s" to answer from "20m" for "1s"
      And an operator disables job "poll" at "20m5s"
      And an operator enables job "poll" at "20m10s"
      Then job "poll" makes 2 calls between "20m" and "20m59s"
      And job "poll" skips no tick

    @DIS-12
    Scenario: Enabled before its first tick, the job keeps that tick
      Given a polling job "poll" on "acme-main" for "contacts" every "20m"
      And job "poll" first polls at "30m"
      When an operator disables job "poll" at "5m"
      And an operator enables job "poll" at "15m"
      Then calls of job "poll" end only at "15m, 30m, 50m"

    @DIS-12
    Scenario: Enabling a job that is not disabled changes nothing: no poll, and the count goes on
      When "acme" is down from "10m" on
      And an operator enables job "poll" at "15m30s"
      Then job "poll" is disabled by the platform at "19m" because of "contacts" after 10 failures
      And job "poll" makes 0 calls between "15m1s" and "15m59s"
      And job "poll" is never enabled again

  Rule: An enabled job counts from nothing

    @DIS-12
    Scenario: Enabled while the vendor is still down, the job is given as many failures again
      # 30m30s at once, then 31m to 39m.
      When "acme" is down from "10m" on
      And an operator enables job "poll" at "30m30s"
      Then job "poll" is disabled by the platform only at "19m, 39m"
      And job "poll" has 20 failed polls

    @DIS-12
    Scenario: Enabled and mended in time: the tenth poll is a success
      When "acme" is down from "10m" for "29m"
      And an operator enables job "poll" at "30m30s"
      Then job "poll" is disabled by the platform only at "19m"
      And job "poll" has 19 failed polls
      And job "poll" is enabled at the end

    @DIS-12
    Scenario: The counts of all resources start again, not only of the one that tripped
      # Contacts trips at 19m when orders stands at 9; enabled at 30m, orders alone fails, ten times to 39m.
      Given application "acme" has "orders" at 1/m too
      And a polling job "poll" on "acme-main" for "contacts, orders" every "1m"
      When the "orders" of "acme" are down from "10m" on
      And the "contacts" of "acme" are down from "10m" for "10m"
      And an operator enables job "poll" at "30m"
      Then job "poll" is disabled by the platform at "39m" because of "orders" after 10 failures

    @DIS-12
    Scenario: A job that its user disabled in mid-streak counts from nothing too
      # Nine failures to 18m; from 25m on nine more to 33m, and the vendor is back.
      When "acme" is down from "10m" for "24m"
      And an operator disables job "poll" at "18m30s"
      And an operator enables job "poll" at "25m"
      Then job "poll" is never disabled
      And job "poll" has 18 failed polls

  Rule: People who are told enable it

    @T-05 @DIS-08
    Scenario: Somebody acts so long after the e-mail came, not after the job was disabled
      When "acme" is down from "10m" for "20m"
      And the mail server is down from "15m" for "15m"
      And somebody who is told of a disabled job enables it "20m" later
      Then job "poll" is enabled only at "50m"

    @T-05
    Scenario Outline: Working hours <hours>: <why>
      # The first poll fails at 0s, on a Monday in UTC, and is one too many: the person would act at 45m.
      Given a custom environment "eager" with threshold 1
      And the environment is "eager"
      And the run lasts "1d31m"
      And a polling job "poll" on "acme-main" for "contacts" every "1d"
      And somebody at work "<hours>" in "<zone>" who is told of a disabled job enables it "45m" later
      When "acme" is down from "0s" for "10m"
      Then job "poll" is enabled only at "<enabled>"

      Examples:
        | hours               | zone             | enabled | why                                    |
        | Mon-Fri 09:00-17:00 | UTC              | 9h      | the next opening is on the same day    |
        | Mon-Fri 09:00-17:00 | America/New_York | 14h     | nine o'clock is where the person works |
        | Mon-Fri 00:45-02:00 | UTC              | 45m     | the instant of opening belongs to them |
        | Mon-Fri 00:30-00:45 | UTC              | 1d30m   | the instant of closing does not        |

    @T-05 @DIS-12
    Scenario: Whoever enables a job whose vendor is still down hears of it again
      # Disabled at 19m, enabled at 24m and polled at once, then from 25m to 33m: disabled, enabled at 38m.
      Given somebody who is told of a disabled job enables it "5m" later
      When "acme" is down from "10m" for "28m"
      Then job "poll" is disabled by the platform only at "19m, 33m"
      And job "poll" is enabled only at "24m, 38m"
      And job "poll" is enabled at the end

  Rule: Re-authenticating an instance enables none of its jobs

    @DIS-13
    Scenario: It takes both, and in this order
      When the credentials of "acme-main" change at "10m"
      And an operator re-authorizes "acme-main" at "25m"
      And an operator enables job "poll" at "40m"
      Then no call of job "poll" is made between "19m1s" and "39m59s"
      And job "poll" is enabled only at "40m"
      And job "poll" delivered 59 records, 0 wait and 0 are lost

    @DIS-13 @DIS-12
    Scenario: Enabled with the old credentials, the job fails again
      When the credentials of "acme-main" change at "10m"
      And an operator enables job "poll" at "25m"
      And an operator re-authorizes "acme-main" at "40m"
      Then job "poll" is disabled by the platform only at "19m, 34m"
      And job "poll" is disabled at the end

    @OUT-12 @DIS-04
    Scenario: Re-authenticated in time, the job was never disabled
      When the credentials of "acme-main" change at "10m"
      And an operator re-authorizes "acme-main" at "18m30s"
      Then job "poll" has 9 failed polls
      And the failures of "contacts" in job "poll" stand at 0
      And job "poll" is never disabled

  Rule: After enable each resource goes on after its last delivered record

    @DIS-14
    Scenario: Each resource catches up in pages
      # At 50m contacts goes on after 9: 41 records, in pages of 25 and 16; tasks, six an hour, with 1 to 5.
      Given application "acme" has "tasks" at 6/h too
      And a page of "acme" holds 25 records
      And a polling job "poll" on "acme-main" for "contacts, tasks" every "1m"
      When "acme" is down from "10m" for "20m"
      And an operator enables job "poll" at "50m"
      Then job "poll" makes 3 calls between "49m" and "50m30s"
      And job "poll" lost no record, got none twice, and 0 wait

    @DIS-14 @T-03
    Scenario Outline: Records that can be read for 30 minutes: enabled at <at>, <lost> are lost
      # The first that was missed, of 10m, goes at 40m, before the poll of that instant.
      Given "acme" keeps its records for "30m"
      When "acme" is down from "10m" for "15m"
      And an operator enables job "poll" at "<at>"
      Then job "poll" delivered <delivered> records, 0 wait and <lost> are lost

      Examples:
        | at     | delivered | lost |
        | 39m59s | 59        | 0    |
        | 40m    | 58        | 1    |

    @DIS-14 @T-04
    Scenario: Never enabled, the job loses record after record until the end
      # 10m to 29m are gone at 59m; that of 30m would go on the end instant.
      Given "acme" keeps its records for "30m"
      When "acme" is down from "10m" for "15m"
      Then job "poll" loses 20 records of "contacts" from "40m" to "59m"
      And job "poll" delivered 9 records, 30 wait and 20 are lost

    @DIS-14
    Scenario: Two jobs read the same resource, each with its own place in it
      Given a connection "acme-two" to "acme" with an API key
      And a polling job "other" on "acme-two" for "contacts" every "1m"
      When the credentials of "acme-main" change at "10m"
      And an operator re-authorizes "acme-main" at "30m"
      And an operator enables job "poll" at "30m"
      Then job "other" has 0 failed polls
      And 59 records came into being and 118 were delivered
