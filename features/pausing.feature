Feature: When flows pause
  An application that does not respond for five minutes is unresponsive: the platform takes the connections
  to it offline and pauses all flows that use one of them, so that nothing piles up as errors.

  Background:
    Given an application "acme" with "orders" at 1/m
    And application "acme" has "items" at 2/13m too
    And an application "wms"
    And an application "crm" with "leads" at 1/m
    And a connection "acme-main" to "acme" with an API key
    And a connection "acme-reports" to "acme" with an API key
    And a connection "wms-main" to "wms" with an API key
    And connection "wms-main" lets 2 flows run at once
    And a connection "crm-main" to "crm"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And a flow "reports-to-wms" from "acme-reports/orders" to "wms-main/reports" every "6h"
    And the run lasts "4h"

  Rule: An unresponsive application pauses all its flows

    @OUT-02 @OUT-05 @OUT-15 @live
    Scenario: Five minutes without an answer pause every flow, idle ones too
      When "acme" is down from "2h" for "1h"
      And it is "2h30m"
      Then the diagnosis of flow "orders-to-wms" is "all flows of one application affected"
      And connections "acme-main, acme-reports" go offline at "2h5m" because of vendor_down
      And flows "orders-to-wms, reports-to-wms" pause at "2h5m"

    @OUT-02
    Scenario: One second decides between a retry and a pause
      Given the run lasts "6h"
      When "acme" is down from "2h" for "4m59s"
      And "acme" is down from "4h" for "5m1s"
      Then flow "orders-to-wms" completes a run at "2h5m"
      And flow "orders-to-wms" pauses at "4h5m"
      And flow "orders-to-wms" resumes at "5h"

    @OUT-01
    Scenario: A connection is online until the platform takes it offline, and again from the passing test on
      When "acme" is down from "2h" for "40m"
      And it is "2h4m59s"
      Then the diagnosis of flow "orders-to-wms" is not "connection offline"
      When it is "2h5m"
      Then the diagnosis of flow "orders-to-wms" is "connection offline"
      And connection "acme-main" is back online at "3h"
      And connection "acme-main" is offline 1 time in all

    @OUT-02
    Scenario: With the scope of one connection, only the one that failed goes offline
      Given the policy value "offline.scope" is "connection"
      When "acme" is down from "2h" for "1h"
      Then connection "acme-main" goes offline at "2h5m" because of vendor_down
      And connection "acme-reports" stays online
      And flow "reports-to-wms" is never paused

  Rule: A call is tried again within its run, for five minutes

    @OUT-02 @OUT-14
    Scenario: Waits of 5, 10, 20, 40 and 80 seconds, then a last try five minutes after the first failure
      When "acme" is down from "2h" for "1h"
      Then calls of flow "orders-to-wms" fail only at "2h, 2h5s, 2h15s, 2h35s, 2h1m15s, 2h2m35s, 2h5m"
      And flow "orders-to-wms" makes 7 calls between "2h" and "2h59m59s"

    @OUT-02
    Scenario: An answer ends a series, and the next failure begins one of its own
      # Were they one series, it would be over at 2h15m. Four tries fail, then six; each time the one that does
      # not reads a page, which is written.
      When "acme" is down from "2h" for "40s"
      And "acme" is down from "2h15m" for "4m59s"
      Then flow "orders-to-wms" makes 14 calls between "2h" and "2h20m"
      And flow "orders-to-wms" completes a run at "2h1m15s"
      And flow "orders-to-wms" completes a run at "2h20m"

    @OUT-02 @OUT-04
    Scenario: An API limit within a series ends it
      # Fails at 0 and 5 s; at 15 s it is told to wait 30 s. The series of 45 s has its last try at 5 min 45 s;
      # that of 0 s would have had it at 5 min, and the vendor was down then.
      When "acme" is down from "2h" for "10s"
      And "acme" limits calls from "2h10s" for "30s" with Retry-After "30s"
      And "acme" is down from "2h40s" for "4m40s"
      Then calls of flow "orders-to-wms" fail only at "2h, 2h5s, 2h15s, 2h45s, 2h50s, 2h1m, 2h1m20s, 2h2m, 2h3m20s"
      And flow "orders-to-wms" completes a run at "2h5m45s"
      And flow "orders-to-wms" is never paused

    @OUT-02
    Scenario: Failures count when they are known, and a try under way at the end of the series delays the last
      # Each call times out after 30 s. First failure 2h0m30s, so the last try is due at 2h5m30s: the one that
      # was sent at 2h5m5s is under way then, fails at 2h5m35s, and the last is sent at once.
      When "acme" is down from "2h" for "50m" with no answer in time
      Then calls of flow "orders-to-wms" fail only at "2h30s, 2h1m5s, 2h1m45s, 2h2m35s, 2h3m45s, 2h5m35s, 2h6m5s"
      And connection "acme-main" goes offline at "2h6m5s" because of vendor_down

    @OUT-02
    Scenario Outline: With <budget> for a series, <what becomes of it>
      # Tries at 0, 5, 15, 35 and 75 s; the next would be at 155 s.
      Given the policy value "retry.budget" is "<budget>"
      When "acme" is down from "2h" for "1h"
      Then calls of flow "orders-to-wms" fail only at "<tries>"

      Examples:
        | budget | what becomes of it                   | tries                                   |
        | 2m     | a try that would be late is dropped  | 2h, 2h5s, 2h15s, 2h35s, 2h1m15s, 2h2m   |
        | 75s    | a try that is due then is the last   | 2h, 2h5s, 2h15s, 2h35s, 2h1m15s         |

    @OUT-02 @OUT-05
    Scenario: A pause ends the series of every run of the application
      # The reports' series of 2h4m is cut at 2h5m. Orders alone are down, so the test of 3h passes; both runs
      # fail anew and have their five minutes each.
      Given flow "reports-to-wms" first starts at "2h4m"
      When the "orders" of "acme" are down from "2h" for "90m"
      Then flow "reports-to-wms" pauses at "2h5m" with a run in progress
      And flow "reports-to-wms" makes 4 calls between "2h4m" and "2h59m"
      And connection "acme-main" goes offline at "3h5m" because of vendor_down

  Rule: Refused credentials take one connection offline at once, a token that cannot be renewed after five minutes

    @OUT-03
    Scenario: A call with refused credentials is not tried again
      When the credentials of "acme-reports" change at "30m"
      And the credentials of "acme-main" change at "2h7m"
      Then calls of flow "orders-to-wms" fail only at "2h15m"
      And connection "acme-main" goes offline at "2h15m" because of bad_credentials
      And connection "acme-reports" stays online

    @OUT-03
    Scenario: A token endpoint that is back within five minutes pauses nothing
      # The token of an hour, renewed at 1h, is due again at 2h: tries up to 2h2m35s fail, that of 2h5m is good.
      Given a connection "acme-main" to "acme" with OAuth 2.0
      When the token endpoint of "acme-main" fails from "1h30m" for "34m59s"
      Then calls of flow "orders-to-wms" fail only at "2h, 2h5s, 2h15s, 2h35s, 2h1m15s, 2h2m35s"
      And flow "orders-to-wms" completes a run at "2h5m"
      And flow "orders-to-wms" is never paused

    @OUT-03
    Scenario: The last try decides: it ends with a token, so one connection goes offline
      # The series begins at 1h55m with vendor_down; its last try, at 2h, is the first that needs a new token.
      Given a connection "acme-main" to "acme" with OAuth 2.0
      And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "5m"
      When the "orders" of "acme" are down from "1h55m" for "20m"
      And the token endpoint of "acme-main" fails from "1h40m" for "30m"
      Then connection "acme-main" goes offline at "2h" because of token_refresh_failed
      And connection "acme-reports" stays online

  Rule: A paused flow stands still

    @OUT-05
    Scenario: A run in progress is frozen, an idle flow is paused as well, and other applications' flows go on
      Given a flow "leads-to-wms" from "crm-main/leads" to "wms-main/leads" every "30m"
      When "acme" is down from "2h" for "1h"
      Then flow "orders-to-wms" pauses at "2h5m" with a run in progress
      And flow "reports-to-wms" pauses at "2h5m" while idle
      And flow "leads-to-wms" is never paused

    @OUT-05
    Scenario Outline: A call in flight at the pause finishes: <what came of it>
      # Every answer takes 2 s: the series of the orders ends at 2h5m4s. The items are asked for at 2h5m3s; one
      # comes each 6.5 min, 19 by then, 27 by 3h2s.
      Given calls to "acme" take "2s"
      And a flow "reports-to-wms" from "acme-reports/items" to "wms-main/items" every "12h"
      And flow "reports-to-wms" first starts at "2h5m3s"
      When the "<resources>" of "acme" are down from "2h" for "40m"
      Then flow "reports-to-wms" completes a run at "<completed>" with <records> records in 1 page

      Examples:
        | what came of it                          | resources     | completed | records |
        | an answer is kept, and written on resume | orders        | 3h2s      | 19      |
        | a failure leaves the page to be read     | orders, items | 3h4s      | 27      |

    @OUT-05
    Scenario: Refused credentials that are heard of after the pause still take their connection offline
      # The items, read at 2h4m59s, are written within 5 s; acme goes offline meanwhile.
      Given a flow "reports-to-wms" from "acme-reports/items" to "wms-main/items" every "12h"
      And flow "reports-to-wms" first starts at "2h4m59s"
      And calls to "wms" take "5s"
      When the "orders" of "acme" are down from "2h" for "40m"
      And the credentials of "wms-main" change at "2h"
      Then connection "wms-main" goes offline at "2h5m4s" because of bad_credentials
      And no error of flow "reports-to-wms" ever opens

    @OUT-05
    Scenario: An answer that comes after the flow has resumed is kept as well
      # The read of 2h takes 20 s. At 2h10s the leads find that wms refuses; mended at 2h15s, both go on.
      Given a flow "leads-to-wms" from "crm-main/leads" to "wms-main/leads" every "2h10s"
      And calls to "acme" take "20s"
      When the credentials of "wms-main" change at "2h1s"
      And an operator re-authorizes "wms-main" at "2h15s"
      Then flow "orders-to-wms" pauses at "2h10s" with a run in progress
      And flow "orders-to-wms" completes a run at "2h20s" with 15 records in 1 page

  Rule: Paused or busy, a flow keeps one queued run

    @OUT-05
    Scenario: Three starts during a pause leave one queued run
      # Runs: 0h to 2h each quarter 9, the queued one, 3h to 3h45m 4.
      When "acme" is down from "2h" for "50m"
      Then flow "orders-to-wms" queues runs only at "2h15m"
      And a queued run of flow "orders-to-wms" starts at "3h"
      And flow "orders-to-wms" starts 14 runs

    @OUT-05
    Scenario: Starts during a run in progress leave one queued run too
      When "acme" limits calls from "2h" for "40m" with Retry-After "5m"
      Then flow "orders-to-wms" queues runs only at "2h15m"
      And flow "orders-to-wms" completes a run at "2h40m"
      And a queued run of flow "orders-to-wms" starts at "2h40m"

    @OUT-05
    Scenario Outline: Where missed starts count "<missed>", <runs> runs start
      Given the policy value "queue.missed_starts" is "<missed>"
      When "acme" is down from "2h" for "50m"
      Then flow "orders-to-wms" resumes at "3h"
      And flow "orders-to-wms" starts <runs> runs

      Examples:
        | missed | runs |
        | every  | 16   |
        | none   | 13   |

  Rule: Never a call by a paused flow, never a run with a connection offline

    @OUT-14
    Scenario: The vendor is back after ten minutes, and nobody calls it before the test
      When "acme" is down from "2h" for "10m"
      Then no call to "acme" is made between "2h5m1s" and "2h59m59s"
      And tests of "acme-main, acme-reports" end only at "3h"
      And connection "acme-main" is back online at "3h"

    @OUT-05
    Scenario: A flow of two applications waits for the last of its connections
      # acme is offline from 50m to 2h, wms from 1h5m to 3h.
      Given application "wms" has "stock" at 1/h too
      And a flow "reports-to-wms" from "wms-main/stock" to "crm-main/stock" every "10m"
      When "acme" is down from "45m" for "25m"
      And "wms" is down from "51m" for "70m"
      Then connection "acme-main" is back online at "2h"
      And flow "orders-to-wms" resumes only at "3h"
      And flow "orders-to-wms" is paused 1 time in all
