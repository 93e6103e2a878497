Feature: How many failures disable a polling job, in each environment
  A polling job that fails without end costs calls and helps nobody. The platform disables it after so many
  consecutive failures of any one of its resources: 10 in snapshot, 50 in staging, 100 in production.

  Background:
    Given an application "acme" with "contacts" at 120/h
    And application "acme" has "orders" at 1/m too
    And a connection "acme-main" to "acme" with an API key

  Rule: The job is disabled on the X-th consecutive failure, not before

    @DIS-05
    Scenario Outline: <environment>: <before> failures do nothing, the <threshold>th disables
      Given the environment is "<environment>"
      And a polling job "contacts-poll" on "acme-main" for "contacts" every "5m"
      When "acme" is down from "1h" for "<not yet>"
      And "acme" is down from "11h" for "10h"
      Then job "contacts-poll" is disabled by the platform at "<instant>" because of "contacts" after <threshold> failures
      And job "contacts-poll" has <failed> failed polls

      @live
      Examples:
        | environment | threshold | before | not yet | instant | failed |
        | snapshot    | 10        | 9      | 41m     | 11h45m  | 19     |

      Examples:
        | environment | threshold | before | not yet | instant | failed |
        | staging     | 50        | 49     | 4h1m    | 15h5m   | 99     |
        | production  | 100       | 99     | 8h11m   | 19h15m  | 199    |

    @DIS-05 @live
    Scenario: The same outage disables the same job at three instants
      Given a polling job "contacts-poll" on "acme-main" for "contacts, orders" every "5m"
      And the run lasts "12h"
      When "acme" is down from "2h" on
      Then in "snapshot" job "contacts-poll" is disabled by the platform at "2h45m"
      And in "staging" job "contacts-poll" is disabled by the platform at "6h5m"
      And in "production" job "contacts-poll" is disabled by the platform at "10h15m"

    @DIS-04
    Scenario: One success between two times 99 failures saves the job in production
      Given the environment is "production"
      And a polling job "contacts-poll" on "acme-main" for "contacts" every "5m"
      When "acme" is down from "2h" for "8h11m"
      And "acme" is down from "10h16m" for "8h15m"
      Then job "contacts-poll" has 198 failed polls
      And job "contacts-poll" is never disabled

  Rule: Any one resource disables the whole job

    @DIS-06 @DIS-07
    Scenario: The first resource to reach the threshold stops the polls of all
      Given the environment is "production"
      And a polling job "everything" on "acme-main" for "contacts, orders" every "5m"
      When the "orders" of "acme" are down from "2h" for "20h"
      And the "contacts" of "acme" are down from "2h5m" for "20h"
      Then job "everything" is disabled by the platform at "10h15m" because of "orders" after 100 failures
      And the failures of "contacts" in job "everything" stand at 99
      And no call of job "everything" is made between "10h15m1s" and "1d"

    @DIS-06
    Scenario: Failures of different resources never add up
      Given the environment is "production"
      And a polling job "everything" on "acme-main" for "contacts, orders" every "5m"
      When the "contacts" of "acme" are down from "2h" for "8h11m"
      And the "orders" of "acme" are down from "6h" for "8h11m"
      Then the longest streak of "contacts" in job "everything" is 99 failures
      And the longest streak of "orders" in job "everything" is 99 failures
      And job "everything" is never disabled
