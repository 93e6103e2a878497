Feature: What becomes of records that cannot be written
  At the source a page that fails is read again. At the destination it depends: an application that is down
  turns the page into intermittent errors, refused credentials leave it standing, and what is rejected for
  the records' sake becomes value errors.

  Background:
    Given an application "acme" with "orders" at 4/m
    And a page of "acme" holds 100 records
    And an application "wms"
    And a connection "acme-main" to "acme" with an API key
    And a connection "wms-main" to "wms" with OAuth 2.0
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
    And flow "orders-to-wms" first starts at "1h"
    And access tokens of "wms" live for "1d"
    And the run lasts "4h"

  Rule: At the destination, an application that is down turns a page into intermittent errors

    @OUT-08 @OUT-09
    Scenario: The page becomes errors after the last try, and the run goes on at the next page
      # 240 records at 1h: the first page of 100 fails. At 2h, of 480, the pages 101 to 480 are read.
      When "wms" is down from "1h" for "30m"
      Then 100 intermittent errors of flow "orders-to-wms" open at "1h5m"
      And connection "wms-main" goes offline at "1h5m" because of vendor_down
      And flow "orders-to-wms" completes a run at "2h" with 380 records in 5 pages
      And no error of flow "orders-to-wms" is ever retried
      And 100 errors of flow "orders-to-wms" stay open

    @OUT-08
    Scenario: A page that was the last leaves the run standing at its end
      Given a page of "acme" holds 1000 records
      When "wms" is down from "1h" for "30m"
      Then 240 intermittent errors of flow "orders-to-wms" open at "1h5m"
      And flow "orders-to-wms" completes a run at "2h" with 0 records in 1 page

    @OUT-08
    Scenario: At the source the same outage opens no error, and the page is read again
      When "acme" is down from "1h" for "30m"
      Then no error of flow "orders-to-wms" ever opens
      And flow "orders-to-wms" completes a run at "2h" with 480 records in 5 pages

    @OUT-08
    Scenario: An empty read is a page, too
      Given an application "acme" with "orders" at 1/d
      When "acme" is down from "1h" for "30m"
      Then flow "orders-to-wms" completes a run at "2h" with 0 records in 1 page

    @OUT-08 @OUT-05 @OUT-09
    Scenario: Of several pages at once the first to fail for good becomes errors, and the others stand
      # The first page of 100 is read by 1h10s and written by 1h20s. The other 141 records are two pages, and a third is empty. Both
      # writes fail at 1h40s and again and again, for the last time five minutes later and ten seconds on. The sweep of 2h
      # passes at 2h10s, and the page that stood is written.
      Given calls to "acme" take "10s"
      And calls to "wms" take "10s"
      And flow "orders-to-wms" handles 3 pages at once
      When "wms" is down from "1h30s" for "30m"
      Then 100 intermittent errors of flow "orders-to-wms" open at "1h5m50s"
      And flow "orders-to-wms" completes a run at "2h20s" with 141 records in 4 pages
      And 100 errors of flow "orders-to-wms" stay open

  Rule: At the destination, credentials and tokens leave the page standing

    @OUT-08 @OUT-03
    Scenario Outline: <what happens>: no error opens, and the page is written on resume without being read again
      Given access tokens of "wms" live for "1h"
      When <what happens>
      And an operator re-authorizes "wms-main" at "80m"
      Then connection "wms-main" goes offline at "<offline>" because of <class>
      And no error of flow "orders-to-wms" ever opens
      # The first page of 100 of 1h, then what exists at 1h20m: 320 records, in three pages more.
      And flow "orders-to-wms" completes a run at "80m" with 320 records in 4 pages

      Examples:
        | what happens                                               | offline | class                |
        | the credentials of "wms-main" change at "30m"              | 1h      | bad_credentials      |
        | the refresh token of "wms-main" dies at "30m"              | 1h      | token_refresh_failed |
        | the token endpoint of "wms-main" fails from "50m" for "20m" | 1h5m    | token_refresh_failed |

    @OUT-08
    Scenario: A series of vendor_down that ends with refused credentials opens no error
      # Down at 1h, 5, 15, 35 s, 1 min 15 s and 2 min 35 s; at 1h5m the credentials are refused.
      When "wms" is down from "1h" for "4m"
      And the credentials of "wms-main" change at "1h3m"
      Then connection "wms-main" goes offline at "1h5m" because of bad_credentials
      And no error of flow "orders-to-wms" ever opens

    @OUT-08
    Scenario: At the source a page with refused credentials is read again, newer records and all
      When the credentials of "acme-main" change at "30m"
      And an operator re-authorizes "acme-main" at "2h30m"
      Then flow "orders-to-wms" completes a run at "2h30m" with 600 records in 6 pages

  Rule: What is rejected becomes value errors at the destination and ends the run at the source

    @OUT-08
    Scenario: A rejected write turns each page into value errors, and the run goes on to its end
      When the "orders" of "wms" are rejected from "1h" for "30m"
      Then 240 value errors of flow "orders-to-wms" open at "1h"
      And flow "orders-to-wms" completes a run at "1h" with 0 records in 3 pages
      And flow "orders-to-wms" is never paused

    @OUT-08
    Scenario: A rejected read ends the run as failed, and the next tick starts anew
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "1h"
      When the "orders" of "acme" are rejected from "1h" for "30m"
      Then a run of flow "orders-to-wms" fails at "1h"
      And calls of flow "orders-to-wms" fail only at "1h"
      # 959 records before 4h: 480 are read at 2h, 240 at 3h, 239 wait.
      And flow "orders-to-wms" delivered 720 records, 239 wait, 0 have errors and 0 are lost

    @OUT-09
    Scenario: Value errors are never retried, neither by themselves nor on command
      Given auto-resolve is on for flow "orders-to-wms"
      When the "orders" of "wms" are rejected from "1h" for "30m"
      And an operator retries the errors of flow "orders-to-wms" at "3h"
      Then no error of flow "orders-to-wms" is ever retried
      And retrying the errors of flow "orders-to-wms" at "3h" changes nothing
      And 240 errors of flow "orders-to-wms" stay open

  Rule: With auto-resolve on, errors are written again before anything new

    @OUT-09
    Scenario: The errors are resolved at the turn of the flow, and the frozen run goes on after them
      Given auto-resolve is on for flow "orders-to-wms"
      When "wms" is down from "1h" for "30m"
      Then 100 errors of flow "orders-to-wms" are resolved at "2h"
      And flow "orders-to-wms" completes a run at "2h" with 480 records in 5 pages

    @OUT-09
    Scenario: Errors go before new pages: while their retry fails, nothing is read
      # Orders alone are down until 2h10m, which the test of 2h does not see: the retry fails until 2h5m.
      Given auto-resolve is on for flow "orders-to-wms"
      When the "orders" of "wms" are down from "1h" for "70m"
      Then the retry of 100 errors of flow "orders-to-wms" fails at "2h5m"
      And flow "orders-to-wms" makes 7 calls between "2h" and "2h5m"
      And 100 errors of flow "orders-to-wms" are resolved at "3h"
      And flow "orders-to-wms" completes a run at "3h" with 720 records in 8 pages

  Rule: An operator retries errors on command

    @OUT-09
    Scenario: A flow with nothing to do gets a run for its errors at once
      When "wms" is down from "1h" for "30m"
      And an operator retries the errors of flow "orders-to-wms" at "2h30m"
      Then flow "orders-to-wms" queues runs only at "2h30m"
      And 100 errors of flow "orders-to-wms" are resolved at "2h30m"
      # The errors, then 481 to 600, in two pages.
      And flow "orders-to-wms" completes a run at "2h30m" with 220 records in 2 pages

    @OUT-09
    Scenario: Asked for during the pause, the frozen run takes the errors up when it resumes
      When "wms" is down from "1h" for "30m"
      And an operator retries the errors of flow "orders-to-wms" at "80m"
      And an operator retries the errors of flow "orders-to-wms" at "3h"
      Then 100 errors of flow "orders-to-wms" are resolved at "2h"
      And flow "orders-to-wms" starts 1 run
      And retrying the errors of flow "orders-to-wms" at "3h" changes nothing

    @OUT-09 @OUT-02
    Scenario: A retry that fails opens nothing new, takes the connection offline, and stands until it is done
      When "wms" is down from "1h" for "30m"
      And "wms" is down from "2h20m" for "30m"
      And an operator retries the errors of flow "orders-to-wms" at "2h30m"
      Then the retry of 100 errors of flow "orders-to-wms" fails at "2h35m"
      And 0 intermittent errors of flow "orders-to-wms" open at "2h35m"
      And connection "wms-main" goes offline at "2h35m" because of vendor_down
      And 100 errors of flow "orders-to-wms" are resolved at "3h"

    @OUT-09
    Scenario: Errors are retried oldest first, each page in one call
      # Two retries; then the run reads and writes the records of 3h to 3h10m.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "30m"
      And a page of "acme" holds 1000 records
      When the "orders" of "wms" are down from "1h" for "90m"
      And an operator retries the errors of flow "orders-to-wms" at "3h10m"
      Then flow "orders-to-wms" retries the errors of "1h5m, 2h5m" in this order
      And flow "orders-to-wms" makes 4 calls between "3h10m" and "3h10m"

    @OUT-09
    Scenario: Only the newest errors of a step keep their retry data
      # A page of 120 fails at 1h5m, one of 240 at 2h5m. With room for 200, the older page is for somebody's
      # hands, and 40 of the newer.
      Given the policy value "errors.retained" is "200"
      And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "30m"
      And a page of "acme" holds 1000 records
      When the "orders" of "wms" are down from "1h" for "90m"
      And an operator retries the errors of flow "orders-to-wms" at "3h10m"
      Then 200 errors of flow "orders-to-wms" are resolved at "3h10m"
      And 160 errors of flow "orders-to-wms" stay open

    @OUT-09
    Scenario: A retry that is rejected leaves its errors open, and the next ones are tried
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "30m"
      And a page of "acme" holds 1000 records
      When the "orders" of "wms" are down from "1h" for "90m"
      # The run of the retry goes on with 40 new records, which are rejected too.
      And the "orders" of "wms" are rejected from "3h9m" for "2m"
      And an operator retries the errors of flow "orders-to-wms" at "3h10m"
      Then flow "orders-to-wms" retries the errors of "1h5m, 2h5m" in this order
      And 400 errors of flow "orders-to-wms" stay open

    @OUT-09
    Scenario: An idle flow with open errors gets a run for them as soon as its connection is back
      # At 2h the retry is rejected and the run ends, 100 errors and all. At 3h another flow finds that the
      # credentials are refused; mended at 3h20m, the errors are written then.
      Given auto-resolve is on for flow "orders-to-wms"
      And a flow "other" from "acme-main/orders" to "wms-main/other" every "3h"
      When "wms" is down from "1h" for "30m"
      And the "orders" of "wms" are rejected from "1h59m" for "2m"
      And the credentials of "wms-main" change at "2h30m"
      And an operator re-authorizes "wms-main" at "3h20m"
      Then 100 errors of flow "orders-to-wms" are resolved at "3h20m"
