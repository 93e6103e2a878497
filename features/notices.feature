Feature: What people hear of connections and of errors
  One e-mail a connection when it goes offline and one when it is back, to its subscribers. New and newly
  resolved errors are summed up each quarter of an hour, one e-mail an owner of flows.

  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme"
    And a connection "wms-main" to "wms"
    And connection "wms-main" is owned by "warehouse@example.com"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
    And flow "orders-to-wms" is owned by "sales@example.com"
    And flow "orders-to-wms" first starts at "1h"
    And auto-resolve is on for flow "orders-to-wms"
    And the run lasts "4h"

  Rule: One e-mail when a connection goes offline, and one when it is back

    @OUT-13
    Scenario: Two hours of failing tests send nothing more
      When "wms" is down from "1h" for "2h30m"
      Then e-mails to "warehouse@example.com" about offline connections arrive only at "1h5m"
      And "warehouse@example.com" gets 0 e-mails about connections back online

    @OUT-13
    Scenario: Each connection has its own e-mails
      Given a connection "wms-two" to "wms"
      And connection "wms-two" is owned by "warehouse@example.com"
      When "wms" is down from "1h" for "30m"
      Then e-mails to "warehouse@example.com" about offline connections arrive only at "1h5m, 1h5m"
      And e-mails to "warehouse@example.com" about connections back online arrive only at "2h, 2h"

    @OUT-13
    Scenario: Subscribers are told in place of the owner
      Given "a@example.com, b@example.com" subscribe to connection "wms-main"
      When "wms" is down from "1h" for "30m"
      Then e-mails to "a@example.com" about offline connections arrive only at "1h5m"
      And e-mails to "b@example.com" about connections back online arrive only at "2h"
      And "warehouse@example.com" gets 0 e-mails about offline connections

    @OUT-13 @our-words
    Scenario: The e-mail says why, and links the application's status page
      When "wms" is down from "1h" for "30m"
      Then an e-mail to "warehouse@example.com" about offline connections says "vendor_down"
      And an e-mail to "warehouse@example.com" about offline connections says "https://status.wms.example"

    @OUT-13
    Scenario: The first line of each says it all
      When "wms" is down from "1h" for "30m"
      Then an e-mail to "warehouse@example.com" about offline connections says "Connection wms-main is offline"
      And an e-mail to "warehouse@example.com" about connections back online says "Connection wms-main is back online"
      And an e-mail to "warehouse@example.com" about connections back online says "to application wms is online again"

    @OUT-13
    Scenario: A mail server that is down delays both e-mails, and delivers each once
      When "wms" is down from "1h" for "30m"
      And the mail server is down from "1h" for "1h30m"
      Then e-mails to "warehouse@example.com" about offline connections arrive only at "2h30m"
      And e-mails to "warehouse@example.com" about connections back online arrive only at "2h30m"

  Rule: Errors are summed up each quarter of an hour

    @OUT-13
    Scenario Outline: Errors of 1h5m that are resolved at <resolved> make <mails> e-mails
      Given the policy value "sweep.offset" is "<offset>"
      When "wms" is down from "1h" for "8m"
      Then 60 errors of flow "orders-to-wms" are resolved at "<resolved>"
      And "sales@example.com" gets <mails> e-mails about errors in flows

      # Within the slot; at its last instant, where the summary comes last.
      Examples:
        | offset | resolved | mails |
        | 10m    | 1h10m    | 0     |
        | 15m    | 1h15m    | 0     |

    @OUT-13
    Scenario: Errors that are open at a quarter are in its summary, the resolved ones in that of theirs
      Given the policy value "sweep.offset" is "16m"
      When "wms" is down from "1h" for "8m"
      Then e-mails to "sales@example.com" about errors in flows arrive only at "1h15m, 1h30m"
      And an e-mail to "sales@example.com" about errors in flows says "60 new open errors, 0 newly"
      And an e-mail to "sales@example.com" about errors in flows says "0 new open errors, 60 newly"

    @OUT-13
    Scenario: Errors that open at a quarter are in the summary of that instant
      Given flow "orders-to-wms" first starts at "70m"
      When "wms" is down from "1h" for "2h"
      Then 70 intermittent errors of flow "orders-to-wms" open at "1h15m"
      And e-mails to "sales@example.com" about errors in flows arrive only at "1h15m, 3h"

    @OUT-13
    Scenario: One e-mail an owner, however many flows
      Given a flow "more" from "acme-main/orders" to "wms-main/more" every "1h"
      And flow "more" is owned by "sales@example.com"
      And a flow "other" from "acme-main/orders" to "wms-main/other" every "1h"
      And flow "other" is owned by "bi@example.com"
      When the "orders, more, other" of "wms" are rejected from "1h" for "25m"
      Then e-mails to "sales@example.com" about errors in flows arrive only at "1h"
      And e-mails to "bi@example.com" about errors in flows arrive only at "1h"

    @OUT-13
    Scenario: A summary tells what is new since the last one, and nothing twice
      # Resolved at 2h, and told then; the 140 that a second flow brings at 2h20m are the only news of 2h30m.
      Given a flow "late" from "acme-main/orders" to "wms-main/late" every "12h"
      And flow "late" is owned by "sales@example.com"
      And flow "late" first starts at "2h20m"
      When "wms" is down from "1h" for "30m"
      And the "late" of "wms" are rejected from "2h10m" for "30m"
      Then an e-mail to "sales@example.com" about errors in flows says "0 new open errors, 60 newly resolved, 0 open in all"
      And an e-mail to "sales@example.com" about errors in flows says "Errors in late"
