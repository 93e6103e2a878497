Feature: What a poll is, and what counts as a failure
  A polling job polls its resources at each tick of its interval. Each poll of a resource ends well or badly,
  once, whatever it took; and whatever made it end badly, it counts.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And a connection "acme-main" to "acme" with an API key
    And the run lasts "1h"

  Rule: A job polls at each tick of its interval, one resource after the other

    @DIS-01
    Scenario: The first tick is the job's phase after the start
      Given a polling job "poll" on "acme-main" for "contacts" every "10m"
      And job "poll" first polls at "3m"
      Then calls of job "poll" end only at "3m, 13m, 23m, 33m, 43m, 53m"

    @DIS-01
    Scenario: Resources are polled in declared order, each when the one before is through
      Given calls to "acme" take "10s"
      And a polling job "poll" on "acme-main" for "contacts, orders" every "20m"
      When the "orders" of "acme" are down from "10m" on
      Then calls of job "poll" end only at "10s, 20s, 20m10s, 20m20s, 40m10s, 40m20s"
      And calls of job "poll" fail only at "20m20s, 40m20s"

    @DIS-01
    Scenario: Polled in parallel, which is the option, all resources are asked at the tick itself
      Given the policy value "poll.order" is "parallel"
      And calls to "acme" take "10s"
      And a polling job "poll" on "acme-main" for "contacts, orders" every "20m"
      Then calls of job "poll" end only at "10s, 10s, 20m10s, 20m10s, 40m10s, 40m10s"

    @DIS-01
    Scenario: Ticks that come while polls are in flight are skipped, and not made up for
      # The tick of 1m polls contacts until 1m25s, then orders until 1m50s; 18 ticks - 4.
      Given the run lasts "3m"
      And a polling job "poll" on "acme-main" for "contacts, orders" every "10s"
      When "acme" takes "25s" to answer from "1m" for "30s"
      Then job "poll" skips 4 ticks from "70s" to "100s"
      And job "poll" polls "contacts" 14 times
      And job "poll" polls "orders" 14 times

    @DIS-01
    Scenario: A resource that does not answer holds up the next one, but not the next tick
      Given a polling job "poll" on "acme-main" for "contacts, orders" every "20m"
      When the "contacts" of "acme" are down from "10m" on with no answer in time
      Then calls of job "poll" end only at "0s, 0s, 20m30s, 20m30s, 40m30s, 40m30s"
      And the failures of "orders" in job "poll" stand at 0
      And job "poll" skips no tick

  Rule: One poll of one resource counts once, whatever pages it took

    @DIS-02 @C-07
    Scenario: A poll whose third page fails is one failed poll
      # 25 records at 25m, in pages of 10: the third is sent at 25m20s.
      Given a page of "acme" holds 10 records
      And calls to "acme" take "10s"
      And a polling job "poll" on "acme-main" for "contacts" every "25m"
      And job "poll" first polls at "25m"
      When "acme" is down from "25m15s" for "10s"
      Then job "poll" has 1 failed poll
      And the run makes 6 calls, of which 1 is wasted

    @DIS-02 @DIS-14
    Scenario: What was read before the failing page is delivered, and the next poll goes on after it
      # After record 20 of 50 there are three pages of 10; from the first record on there would be five.
      Given a page of "acme" holds 10 records
      And calls to "acme" take "10s"
      And a polling job "poll" on "acme-main" for "contacts" every "25m"
      And job "poll" first polls at "25m"
      When "acme" is down from "25m15s" for "10s"
      Then job "poll" makes 3 calls between "50m" and "51m"
      And job "poll" delivered 50 records, 9 wait and 0 are lost

    @DIS-02
    Scenario: A rush of records is read in one poll, however many pages it takes
      # None at 0s, 10 at 10m, 610 more at 20m: 1 + 1 + 7 calls.
      Given the "contacts" of "acme" come at 61/m from "10m" on
      And a polling job "poll" on "acme-main" for "contacts" every "10m"
      And the run lasts "20m1ns"
      Then job "poll" polls "contacts" 3 times
      And job "poll" makes 7 calls between "20m" and "20m"
      And job "poll" delivered 620 records, 0 wait and 0 are lost

    @DIS-02
    Scenario: A failed poll is not retried before the next tick
      Given a polling job "poll" on "acme-main" for "contacts" every "10m"
      When "acme" is down from "20m" for "1s"
      Then calls of job "poll" fail only at "20m"
      And calls of job "poll" end only at "0s, 10m, 20m, 30m, 40m, 50m"

    @DIS-02
    Scenario: A job waits for no Retry-After and skips no tick for it
      Given a polling job "poll" on "acme-main" for "contacts" every "10m"
      When "acme" limits calls from "10m" for "30m" with Retry-After "25m"
      Then calls of job "poll" fail only at "10m, 20m, 30m"

    @DIS-02
    Scenario: One failing resource does not stop the others of its tick being polled
      Given application "acme" has "orders" at 1/m too
      And the environment is "production"
      And a polling job "poll" on "acme-main" for "contacts, orders" every "5m"
      When the "contacts" of "acme" are down from "10m" on
      Then job "poll" polls "orders" 12 times
      And job "poll" delivered 60 records, 58 wait and 0 are lost

  Rule: A polling job is not a flow: it takes no connection offline, and stops for none

    @DIS-03 @OUT-02
    Scenario: Polls that fail for an hour take nothing offline, and nothing is tested
      Given the environment is "staging"
      And a polling job "poll" on "acme-main" for "contacts" every "5m"
      When "acme" is down from "10m" on
      Then job "poll" has 10 failed polls
      And connection "acme-main" stays online
      And connection "acme-main" is never tested

    @OUT-14
    Scenario: Polls that succeed on an offline connection do not bring it online: a test does
      # The flow's orders take acme offline at 20m; contacts are polled each ten minutes, and at 1h comes the test.
      Given an application "wms"
      And a connection "wms-main" to "wms"
      And a polling job "poll" on "acme-main" for "contacts" every "10m"
      And a flow "orders" from "acme-main/orders" to "wms-main/orders" every "15m"
      And the run lasts "2h"
      When the "orders" of "acme" are down from "10m" for "20m"
      Then connection "acme-main" is back online at "1h"

    @OUT-14
    Scenario: On the offline connection of its flow the job polls on, tick by tick
      Given an application "wms"
      And a connection "wms-main" to "wms"
      And a polling job "poll" on "acme-main" for "contacts" every "20m"
      And a flow "orders" from "acme-main/orders" to "wms-main/orders" every "15m"
      When the "orders" of "acme" are down from "10m" on
      Then connection "acme-main" is offline to the end
      And calls of job "poll" end only at "0s, 20m, 40m"

  Rule: Every result but ok counts as a failure

    @DIS-03
    Scenario: Records that the vendor rejects count as a failure
      Given a polling job "poll" on "acme-main" for "contacts" every "1m"
      When the "contacts" of "acme" are rejected from "20m" on
      Then job "poll" is disabled by the platform at "29m" because of "contacts" after 10 failures
      And 10 polls of job "poll" failed because of rejected

    @DIS-03 @C-05
    Scenario Outline: A token refresh that fails counts as a failure of the poll that needed it: <cause>
      # Renewed at 9m and good until 19m: tried at 18m in vain, from 19m on the polls fail with it.
      Given access tokens of "acme" live for "10m"
      And a connection "acme-main" to "acme" with OAuth 2.0
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      When <trouble>
      Then job "poll" is disabled by the platform at "28m" because of "contacts" after 10 failures
      And 10 polls of job "poll" failed because of token_refresh_failed, <cause>

      Examples:
        | cause     | trouble                                               |
        | dead      | the refresh token of "acme-main" dies at "10m"        |
        | transient | the token endpoint of "acme-main" fails from "10m" on |

    @DIS-03
    Scenario: Failures of different causes are one count
      Given a polling job "poll" on "acme-main" for "contacts" every "1m"
      When "acme" limits calls from "20m" for "3m"
      And "acme" is down from "23m" for "3m" with garbage in place of JSON
      And the "contacts" of "acme" are rejected from "26m" for "2m"
      And the credentials of "acme-main" change at "28m"
      Then job "poll" is disabled by the platform at "29m" because of "contacts" after 10 failures
      And 2 polls of job "poll" failed because of bad_credentials

    @DIS-03
    Scenario Outline: Where <class> does not count, it disables nothing
      Given access tokens of "acme" live for "10m"
      And a connection "acme-main" to "acme" with OAuth 2.0
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      And the policy value "counts.<class>" is "false"
      When <it happens>
      Then job "poll" is never disabled
      And every failed poll of job "poll" was <class>

      Examples:
        | class                | it happens                                            |
        | rate_limited         | "acme" limits calls from "20m" on                     |
        | bad_credentials      | the credentials of "acme-main" change at "20m"        |
        | vendor_down          | the "contacts" of "acme" are down from "20m" on       |
        | token_refresh_failed | the token endpoint of "acme-main" fails from "20m" on |
        | rejected             | the "contacts" of "acme" are rejected from "20m" on   |

    @DIS-03 @C-05
    Scenario: Each poll tries a refresh of its own
      # The token is renewed at 9m and 18m and good until 28m; from then on each poll fails with its refresh.
      Given access tokens of "acme" live for "10m"
      And a connection "acme-main" to "acme" with OAuth 2.0
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      And the run lasts "31m"
      When the refresh token of "acme-main" dies at "20m"
      Then refreshing the token of "acme-main" fails only at "27m, 28m, 29m, 30m"
      And 3 polls of job "poll" failed because of token_refresh_failed, dead

    @DIS-03 @C-07
    Scenario: A vendor's everyday limit counts too, but a count below the threshold disables nothing
      # Of the ten polls in 10 minutes the first five are answered; a limit alone wastes no call.
      Given "acme" allows 5 calls each "10m"
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      And the run lasts "30m"
      Then job "poll" has 15 failed polls
      And the longest streak of "contacts" in job "poll" is 5 failures
      And the run makes 30 calls, of which 0 are wasted
