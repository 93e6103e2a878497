Feature: The hourly test of connections
  Once an hour the platform tests all connections to the applications that have one offline: each by one
  authenticated call, all together, without retries. What passes is online again.

  Background:
    Given an application "acme" with "orders" at 1/m
    And application "acme" has "items" at 1/m too
    And an application "wms"
    And a connection "acme-main" to "acme" with an API key
    And a connection "acme-two" to "acme" with OAuth 2.0
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And the run lasts "5h"

  Rule: The tests of an hour are fixed at its instant

    @OUT-06
    Scenario: Every connection of the application is tested, the online one too, and none of other applications
      When the credentials of "acme-main" change at "2h5m"
      Then tests of "acme-main, acme-two" end only at "3h, 4h"
      And connection "wms-main" is never tested
      And connection "acme-two" stays online

    @OUT-06
    Scenario: Where nothing is offline, nothing is tested
      When "acme" is down from "2h" for "4m59s"
      Then connection "acme-main" is never tested
      And connection "acme-two" is never tested

    @OUT-06
    Scenario: Offline by a try that is sent at the instant of a sweep, it is tested an hour later
      # First failure 1h55m, last try 2h: retries come after that instant's tests.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "5m"
      When "acme" is down from "1h55m" for "10m"
      Then connection "acme-main" goes offline at "2h" because of vendor_down
      And tests of "acme-main" end only at "3h"

    @OUT-06 @T-03
    Scenario: Offline by an answer that comes at the instant of a sweep, it is tested at once
      # Sent 1h53m55s, each call times out: the last one, six minutes and five seconds later.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
      And flow "orders-to-wms" first starts at "1h53m55s"
      When "acme" is down from "1h" for "90m" with no answer in time
      Then connection "acme-main" goes offline at "2h" because of vendor_down
      And tests of "acme-main" end only at "2h30s, 3h"

  Rule: A test that passes brings its connection online, one that fails changes nothing

    @OUT-06 @T-03
    Scenario: Back at the very instant of the sweep, the vendor passes
      When "acme" is down from "2h" for "1h"
      Then the test of "acme-main" at "3h" passes
      And tests of "acme-main, acme-two" end only at "3h"

    @OUT-06
    Scenario: Failing tests go on, hour after hour, without limit
      Given the run lasts "10h"
      When "acme" is down from "2h" for "6h30m"
      Then tests of "acme-two" end only at "3h, 4h, 5h, 6h, 7h, 8h, 9h"
      And connection "acme-two" is offline 1 time in all
      And connection "acme-two" is back online at "9h"

    @OUT-06
    Scenario Outline: A test is one call with the connection's credentials: <what happens>
      When <what happens>
      And "acme" is down from "2h" for "10m"
      Then the test of "<connection>" at "3h" fails because of <class>
      And tests of "<connection>" end only at "3h, 4h"

      Examples:
        | what happens                                    | connection | class                |
        | the credentials of "acme-main" change at "2h6m" | acme-main  | bad_credentials      |
        | the refresh token of "acme-two" dies at "1h"    | acme-two   | token_refresh_failed |

    @OUT-06
    Scenario: A test that is not answered has failed after 30 seconds, and is not tried again
      When "acme" is down from "2h" for "61m" with no answer in time
      Then tests of "acme-main" end only at "3h30s, 4h"
      And the test of "acme-main" at "3h30s" fails because of vendor_down

    @OUT-06 @OUT-04
    Scenario: An application that counts calls has passed
      When "acme" is down from "2h" for "50m"
      And "acme" limits calls from "2h50m" for "30m" with Retry-After "5m"
      Then the test of "acme-main" at "3h" passes
      And flow "orders-to-wms" resumes at "3h"
      And flow "orders-to-wms" completes a run at "3h20m"

    @OUT-06
    Scenario: Where rate limits do not pass, it takes an hour more
      Given the policy value "sweep.rate_limited_passes" is "false"
      When "acme" is down from "2h" for "50m"
      And "acme" limits calls from "2h50m" for "30m" with Retry-After "5m"
      Then the test of "acme-main" at "3h" fails because of rate_limited
      And connection "acme-main" is back online at "4h"

  Rule: The minute of the test is not published, so it is an assumption

    @OUT-06
    Scenario Outline: With the tests <offset> past the hour the same outage is over at <online>
      Given the policy value "sweep.offset" is "<offset>"
      When "acme" is down from "2h" for "1h1s"
      Then connection "acme-main" is back online at "<online>"
      And connection "acme-main" is offline 1 time in all

      Examples:
        | offset | online |
        | 20m    | 3h20m  |
        | 59m    | 3h59m  |

    @OUT-06
    Scenario: Where only offline connections are tested, the others are left alone
      Given the policy value "sweep.tests" is "offline"
      When the credentials of "acme-main" change at "2h5m"
      Then tests of "acme-main" end only at "3h, 4h"
      And connection "acme-two" is never tested
