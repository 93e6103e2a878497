Feature: The figures of a run
  What a summary says of outages, flows and polling jobs, worked out by hand.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "orders" at 1/m
    And an application "wms" with "stock" at 1/h
    And an application "shop"
    And a connection "acme-main" to "acme"
    And a connection "wms-main" to "wms"
    And a connection "shop-main" to "shop"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And the run lasts "3h"

  Rule: Every record is delivered, waiting, an open error or lost

    @FIG-01
    Scenario: A flow's records are in four places, and none is missing
      # 179 records before 3h. The page 1 to 20 of 1h becomes errors; at 2h the run goes on, when those up to 30
      # have expired, reads 31 to 120, and 59 wait.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
      And flow "orders-to-wms" first starts at "1h"
      And "acme" keeps its records for "90m"
      And a page of "acme" holds 20 records
      When "wms" is down from "1h" for "30m"
      Then flow "orders-to-wms" delivered 90 records, 59 wait, 20 have errors and 10 are lost

    @FIG-01
    Scenario: A job's records are in three
      # Kept for 45 min: of the 60 before each poll the first 15 are gone, 16 to 60 and 76 to 120 are read. Then
      # 121 to 134 expire; 135 would at 3h, which is past the end.
      Given "acme" keeps its records for "45m"
      And a polling job "poll" on "acme-main" for "orders" every "1h"
      When "wms" is down from "1h" for "30m"
      Then job "poll" delivered 90 records, 45 wait and 44 are lost

    @FIG-01
    Scenario: Records are counted once, deliveries for each who got them
      Given a polling job "poll" on "acme-main" for "orders" every "1h"
      # acme 179, wms 2: 165 by the flow, of 2h45m, and 120 by the job, of 2h.
      When "acme" is down from "1h" for "2m"
      Then 181 records came into being and 285 were delivered

    @FIG-01 @T-04
    Scenario: A record that comes at the instant of a read is read, one at the end of the run does not come
      # Seven an hour: the 7th at 1h, the 14th at 2h, the 21st at 3h.
      Given an application "acme" with "orders" at 7/h
      And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "1h"
      When "shop" is down from "1h" for "1m"
      Then flow "orders-to-wms" delivered 14 records, 6 wait, 0 have errors and 0 are lost

    @FIG-01
    Scenario: A write that landed and was not answered is not delivered
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
      And flow "orders-to-wms" first starts at "1h"
      When "wms" is down from "1h" on with no answer in time, but what is written lands
      Then flow "orders-to-wms" delivered 0 records, 119 wait, 60 have errors and 0 are lost

  Rule: An outage is the union of an application's windows

    @FIG-02
    Scenario: Windows that touch or overlap, partial ones too, are one outage and one incident
      When "acme" is down from "1h" for "30m"
      And "acme" is in maintenance from "90m" for "10m"
      And the "orders" of "acme" are down from "95m" for "15m"
      Then the outages of "acme" begin at "1h" and end at "110m"
      And the status page of "acme" opens an incident at "1h" and resolves it at "110m"

    @FIG-02
    Scenario: A second apart, they are two
      When "acme" is down from "1h" for "10m"
      And "acme" fails 100% of its calls from "1h10m1s" for "9m59s"
      Then the outages of "acme" begin at "1h, 1h10m1s" and end at "1h10m, 1h20m"

    @FIG-02
    Scenario: A vendor that flaps has one outage
      When "acme" is in turn down for "4m" and up for "6m", from "1h" for "50m"
      Then the outages of "acme" begin at "1h" and end at "1h50m"
      And the status page of "acme" opens an incident at "1h" and resolves it at "1h50m"

    @FIG-02
    Scenario: Limits, rejects, slowness and credentials are no outage
      When "acme" limits calls from "1h" for "10m"
      And the "orders" of "acme" are rejected from "75m" for "1m"
      And "acme" takes "10s" to answer from "90m" for "1m"
      And "acme" is down from "105m" for "1m"
      And the credentials of "acme-main" change at "2h"
      Then the outages of "acme" begin at "105m" and end at "106m"
      And the status page of "acme" opens an incident at "105m" and resolves it at "106m"

    @FIG-02
    Scenario: The status page tells of maintenance and of an outage, each as late as it is
      Given the status page of "acme" is "50m" late
      When "acme" is in maintenance from "30m" for "10m"
      And "acme" is down from "1h" for "30m"
      Then the status page of "acme" opens an incident at "80m, 110m" and resolves it at "90m, 140m"
      And the outages of "acme" begin at "30m, 1h" and end at "40m, 90m"

  Rule: Delays count from the outage, to the first reaction and to the last recovery

    @FIG-03 @FIG-05
    Scenario: A paused flow: five minutes to notice and tell, half an hour to come back
      When "acme" is down from "1h" for "30m"
      Then the detection delay of the outage of "acme" at "1h" is "5m"
      And the recovery delay of the outage of "acme" at "1h" is "30m"
      And the first notice of the outage of "acme" at "1h" is "5m"
      And the outage of "acme" at "1h" wastes 7 calls and disables 0 jobs

    @FIG-03 @FIG-05
    Scenario: An outage that nobody met has no reaction and no notice, and stopped nothing
      When "acme" is down from "61m" for "13m"
      Then the outage of "acme" at "61m" has no detection delay
      And the outage of "acme" at "61m" has no first notice
      And the recovery delay of the outage of "acme" at "61m" is "0s"

    @FIG-03
    Scenario: An outage answers for what it stopped itself, not for what another one holds up
      # Down again when the test of 2h comes: acme-main, offline since the first outage, is back at 3h.
      Given the run lasts "4h"
      When "acme" is down from "1h" for "30m"
      And "acme" is down from "110m" for "20m"
      Then the recovery delay of the outage of "acme" at "1h" is "90m"
      And the recovery delay of the outage of "acme" at "110m" is "0s"
      And the outage of "acme" at "110m" has no detection delay

    @FIG-03
    Scenario: What is still stopped at the end has not recovered
      When "acme" is down from "1h" for "91m"
      Then the detection delay of the outage of "acme" at "1h" is "5m"
      And the outage of "acme" at "1h" has no recovery delay

    @FIG-03
    Scenario: A frozen run that waits its turn has not recovered
      # acme is back at 2h, but wms's one slot is taken from 1h50m to 2h10m, by a flow that waits for the shop.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "1h"
      And a flow "stock" from "wms-main/stock" to "shop-main/stock" every "110m"
      When "acme" is down from "1h" for "30m"
      And "shop" limits calls from "110m" for "1m" with Retry-After "20m"
      Then the recovery delay of the outage of "acme" at "1h" is "40m"

    @FIG-03 @DIS-12
    Scenario: A disabled job recovers when somebody enables it
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
      And a polling job "poll" on "acme-main" for "orders" every "1m"
      When "acme" is down from "1h" for "30m"
      And an operator enables job "poll" at "2h40m"
      # Ten failures, from 1h to 1h9m.
      Then the detection delay of the outage of "acme" at "1h" is "9m"
      And the recovery delay of the outage of "acme" at "1h" is "70m"
      And the outage of "acme" at "1h" wastes 10 calls and disables 1 job

    @FIG-03
    Scenario: Back before the outage is over, the delay is not less than nothing
      # Down for ten minutes, then up for twenty, in which somebody saves the connection.
      When "acme" is in turn down for "10m" and up for "20m", from "1h" for "30m"
      And an operator re-authorizes "acme-main" at "70m"
      Then connection "acme-main" is back online at "70m"
      And the recovery delay of the outage of "acme" at "1h" is "0s"

  Rule: Lateness is from a record's creation to its delivery

    @FIG-04
    Scenario: Quantiles are by nearest rank over whole seconds
      # A record each 1.5 s. Read at 6 s: 4.5, 3, 1.5, 0 s late, in the buckets 5, 3, 2, 0. The two that wait at
      # the end, 10 s, are 2.5 and 1 s old: 3 and 1. 95 % of six is the sixth.
      Given an application "acme" with "orders" at 2/3s
      And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "1h"
      And flow "orders-to-wms" first starts at "6s"
      And the run lasts "10s"
      Then records of flow "orders-to-wms" are "5s" late at most, 95 of 100 at most "5s"

    @FIG-04
    Scenario: Lost records are left out
      # A record a second, kept for ten: at 20 s those of 11 to 20 s are left, 9 to 0 s late; 95 % of ten is the
      # tenth. The run ends half a second later.
      Given an application "acme" with "orders" at 1/s
      And "acme" keeps its records for "10s"
      And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "1h"
      And flow "orders-to-wms" first starts at "20s"
      And the run lasts "20500ms"
      Then records of flow "orders-to-wms" are "9s" late at most, 95 of 100 at most "9s"

    @FIG-04
    Scenario: An outage is what makes records late
      # Every fifteen minutes a record is at most 14 min late; the first of the outage, of 46m, waits until 2h.
      # Late by more than 14 min are 46m to 1h45m, 60 of 179; the nine latest are 66 to 74 min late.
      When "acme" is down from "1h" for "30m"
      Then records of flow "orders-to-wms" are "74m" late at most, 95 of 100 at most "66m"
      And flow "orders-to-wms" completes a run at "2h" with 75 records in 1 page

  Rule: The first notice is an e-mail that arrived, the margin what was left to the threshold

    @FIG-05
    Scenario: A mail server that is down for forty minutes makes the first notice late
      When "acme" is down from "1h" for "30m"
      And the mail server is down from "1h" for "40m"
      Then the first notice of the outage of "acme" at "1h" is "40m"
      And the detection delay of the outage of "acme" at "1h" is "5m"

    @FIG-05
    Scenario: An e-mail that does not arrive is no notice
      When "acme" is down from "1h" for "30m"
      And the mail server is down from "1h" on
      Then the outage of "acme" at "1h" has no first notice
      And the detection delay of the outage of "acme" at "1h" is "5m"

    @FIG-05
    Scenario: Nine failures and then five leave one to the threshold
      Given a polling job "poll" on "acme-main" for "orders" every "1m"
      When "acme" is down from "1h" for "9m"
      And "acme" is down from "2h" for "5m"
      Then the margin of job "poll" is 1 failure
      And job "poll" has 14 failed polls

    @FIG-05
    Scenario: A job that was disabled has no margin, enabled again or not
      Given a polling job "poll" on "acme-main" for "orders" every "1m"
      When "acme" is down from "1h" for "10m"
      And an operator enables job "poll" at "2h"
      Then job "poll" has no margin

  Rule: A backlog is what was created and is neither delivered nor lost

    @FIG-06
    Scenario: It peaks when the vendor is back, and is drained page by page
      # 46 to 120 are there at 2h: 75 records, in three pages of 25, each written in 2 s.
      Given a page of "acme" holds 25 records
      And calls to "wms" take "2s"
      When "acme" is down from "1h" for "30m"
      Then the backlog of flow "orders-to-wms" peaks at 75 records and is drained at "2h6s"

    @FIG-06
    Scenario: Of two peaks of one size the first one counts
      # 46 to 120 are there at 2h, 166 to 240 at 4h: 75 each time.
      Given the run lasts "5h"
      When "acme" is down from "1h" for "30m"
      And "acme" is down from "3h" for "30m"
      Then flow "orders-to-wms" resumes only at "2h, 4h"
      And the backlog of flow "orders-to-wms" peaks at 75 records and is drained at "2h"

    @FIG-06
    Scenario: Open errors are backlog, and it never drains while they are open
      When "wms" is down from "1h" for "30m"
      Then 15 intermittent errors of flow "orders-to-wms" open at "1h5m"
      And the backlog of flow "orders-to-wms" peaks at 75 records and never drains

    @FIG-06
    Scenario: Records that expire leave it
      # Kept for 30 min, record 46 expires at 1h16m, when 76 has come: 31, at its first instant. The last of
      # these, 76, is lost at 1h46m. At 2h those up to 90 are gone; 91 to 165 are read by 2h45m.
      Given "acme" keeps its records for "30m"
      When "acme" is down from "1h" for "50m"
      Then the backlog of flow "orders-to-wms" peaks at 31 records and is drained at "1h46m"
      And flow "orders-to-wms" delivered 120 records, 14 wait, 0 have errors and 45 are lost
