Feature: Whose turn it is
  A run needs a free slot on each of its connections, one a connection unless a setting says otherwise, and
  holds it until it ends or is paused. Runs wait in one queue; after a pause flows go on in turn.

  Background:
    Given an application "acme" with "orders" at 1/h
    And an application "wms" with "stock" at 1/m
    And an application "mart" with "sales" at 1/h
    And an application "shop"
    And a connection "acme-main" to "acme"
    And a connection "acme-two" to "acme"
    And a connection "wms-main" to "wms"
    And a connection "mart-main" to "mart"
    And a connection "shop-main" to "shop"
    And the run lasts "4h30m"

  Rule: A run holds its slots until it ends or is paused, waits included

    @OUT-07
    Scenario: Two flows wait while a third waits for its API limit, and then go in the order of the file
      Given a flow "a" from "acme-main/orders" to "wms-main/orders" every "1h"
      And a flow "c" from "acme-main/orders" to "mart-main/orders" every "1h"
      And a flow "b" from "acme-main/orders" to "shop-main/orders" every "1h"
      When "acme" limits calls from "2h" for "50s"
      Then flow "b" queues runs only at "2h"
      And from "2h" on the runs of flows "a, c, b" end in this order
      And a queued run of flow "b" starts at "2h1m"

    @OUT-07
    Scenario: The slot on either connection counts
      # Both write to wms, from different sources; the one waits there for ten minutes.
      Given a flow "a" from "acme-main/orders" to "wms-main/orders" every "1h"
      And a flow "b" from "mart-main/sales" to "wms-main/sales" every "1h"
      When "acme" limits calls from "2h" for "1m" with Retry-After "10m"
      Then flow "b" queues runs only at "2h"
      And a queued run of flow "b" starts at "2h10m"

    @OUT-07
    Scenario: A connection that lets two flows run at once makes the third wait
      Given a flow "a" from "acme-main/orders" to "wms-main/orders" every "2h"
      And a flow "b" from "acme-main/orders" to "mart-main/orders" every "2h"
      And a flow "c" from "acme-main/orders" to "shop-main/orders" every "2h"
      And connection "acme-main" lets 2 flows run at once
      When "acme" limits calls from "2h" for "50s"
      Then calls of flow "b" fail only at "2h"
      And flow "c" queues runs only at "2h"

    @OUT-07
    Scenario: The queue is read past a run whose slots are not free
      # At 2h1m b waits for wms, which a holds until 2h10m; c needs no slot of a and starts at its time.
      Given a flow "a" from "wms-main/stock" to "shop-main/stock" every "2h"
      And a flow "b" from "acme-main/orders" to "wms-main/orders" every "121m"
      And a flow "c" from "acme-main/orders" to "mart-main/orders" every "122m"
      When "shop" limits calls from "2h" for "1m" with Retry-After "10m"
      Then flow "b" queues runs only at "2h1m"
      And a queued run of flow "b" starts at "2h10m"
      And flow "c" makes 2 calls between "2h2m" and "2h2m"

    @OUT-07
    Scenario: A pause frees the slots of the frozen run
      Given a flow "a" from "acme-main/orders" to "wms-main/orders" every "2h"
      And a flow "b" from "mart-main/sales" to "wms-main/sales" every "122m"
      When "acme" is down from "2h" for "30m"
      Then flow "a" pauses at "2h5m" with a run in progress
      And flow "b" queues runs only at "2h2m"
      And a queued run of flow "b" starts at "2h5m"

  Rule: After a pause frozen runs go before queued ones, each kind by its entry

    @OUT-07
    Scenario: The frozen run goes first, though a queued one entered before it
      # e holds wms until 2h9m, so b is queued at 1h59m30s; a starts at 2h, fails, and is frozen at 2h5m.
      Given a flow "e" from "wms-main/stock" to "shop-main/stock" every "119m"
      And a flow "b" from "acme-main/orders" to "wms-main/orders" every "119m30s"
      And a flow "a" from "acme-main/orders" to "mart-main/orders" every "2h"
      When "shop" limits calls from "119m" for "5m" with Retry-After "10m"
      And "acme" is down from "2h" for "30m"
      Then from "3h" on the runs of flows "a, b" end in this order

    @OUT-07
    Scenario: Of two frozen runs the one that started first goes first
      Given a flow "a" from "acme-main/orders" to "mart-main/orders" every "121m"
      And a flow "b" from "acme-main/orders" to "shop-main/orders" every "2h"
      And connection "acme-main" lets 2 flows run at once
      When "acme" is down from "2h" for "30m"
      Then flow "a" pauses at "2h5m" with a run in progress
      And from "3h" on the runs of flows "b, a" end in this order

    @OUT-07
    Scenario: A run that has resumed goes by that instant, not by that of its start
      # a starts at 2h1m, is frozen, and resumes at 3h; b starts at 2h59m. wms, down by then, freezes both at 3h4m.
      Given a flow "a" from "acme-main/orders" to "wms-main/orders" every "121m"
      And a flow "b" from "mart-main/sales" to "wms-main/sales" every "179m"
      And connection "wms-main" lets 2 flows run at once
      When "acme" is down from "2h" for "30m"
      And "wms" is down from "2h59m" for "30m"
      Then flow "a" pauses at "3h4m" with a run in progress
      And from "4h" on the runs of flows "b, a" end in this order

    @OUT-07
    Scenario: Queued runs go by their scheduled instant, not by their place in the file
      # All three are queued during the pause: b at 2h10m, c at 2h20m, a at 2h30m.
      Given a flow "a" from "acme-main/orders" to "wms-main/orders" every "150m"
      And a flow "b" from "acme-main/orders" to "mart-main/orders" every "130m"
      And a flow "c" from "acme-main/orders" to "shop-main/orders" every "140m"
      And a flow "d" from "acme-two/orders" to "shop-main/orders" every "1h"
      When "acme" is down from "2h" for "35m"
      Then from "3h" on the runs of flows "d, b, c, a" end in this order

    @OUT-07
    Scenario: Flows that share a connection go on in turn, each when the one before has ended
      # Every read takes 5 s, the test of 4h too; the starts of 4h come before its answer and are queued. wms has
      # one slot: a's frozen run has it until 4h10s, a's queued one until 4h15s.
      Given calls to "acme" take "5s"
      And connection "acme-main" lets 2 flows run at once
      And a flow "a" from "acme-main/orders" to "wms-main/orders" every "2h"
      And a flow "b" from "acme-main/orders" to "wms-main/items" every "4h"
      When "acme" is down from "2h" for "61m"
      Then flow "a" resumes at "4h5s"
      And a queued run of flow "b" starts at "4h15s"

    @OUT-07
    Scenario: A frozen run goes on at the page at which it stood
      # Pages of 60 of the stock: at 2h page 1 is read and, in 20 s, written. Page 2 fails from then on until
      # the pause at 2h5m20s, and is read at 3h; page 3, read at 3h20s, is the last, for 180 exist.
      Given a flow "a" from "wms-main/stock" to "shop-main/stock" every "2h"
      And a page of "wms" holds 60 records
      And calls to "shop" take "20s"
      When "wms" is down from "2h1s" for "30m"
      Then flow "a" resumes at "3h"
      And flow "a" completes a run at "3h40s" with 180 records in 3 pages

    @OUT-07 @OUT-05
    Scenario: A frozen run whose turn has not come is frozen again
      # b holds wms from 2h50m to 3h20m. At 3h acme is back, but a has no slot; at 3h15m c takes acme offline.
      Given a flow "a" from "acme-main/orders" to "wms-main/orders" every "12h"
      And flow "a" first starts at "2h"
      And a flow "b" from "mart-main/sales" to "wms-main/sales" every "170m"
      And a flow "c" from "acme-two/orders" to "shop-main/orders" every "190m"
      When "acme" is in turn down for "30m" and up for "35m", from "2h" for "80m"
      And "mart" limits calls from "170m" for "1m" with Retry-After "30m"
      Then no call of flow "a" is made between "2h5m1s" and "3h59m59s"
