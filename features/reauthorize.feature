Feature: Re-authorizing a connection
  The operator fills in the empty fields of the connection and saves. That tests the connection at once; where
  it does not help, the advice becomes a support ticket.

  Background:
    Given an application "acme" with "orders" at 1/h
    And an application "wms" with "stock" at 1/h
    And an application "shop"
    And a connection "acme-main" to "acme" with a password
    And a connection "wms-main" to "wms"
    And a connection "shop-main" to "shop"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
    And flow "orders-to-wms" first starts at "1h"
    And the run lasts "4h30m"

  Rule: What is saved is tested at once

    @OUT-12
    Scenario: Good credentials bring the connection online and its flow back at that instant
      When the credentials of "acme-main" change at "30m"
      And an operator re-authorizes "acme-main" at "80m"
      Then tests of "acme-main" end only at "80m"
      And connection "acme-main" is back online at "80m"
      And flow "orders-to-wms" resumes at "80m"
      And a support ticket about "acme-main" is never advised

    @OUT-12
    Scenario Outline: A form without <missing> is refused, and nothing is tested
      When the credentials of "acme-main" change at "30m"
      And an operator re-authorizes "acme-main" without "<missing>" at "70m"
      Then re-authorizing "acme-main" at "70m" is refused for want of "<missing>"
      And tests of "acme-main" end only at "2h, 3h, 4h"

      Examples:
        | missing            |
        | password           |
        | username, password |

    @OUT-12
    Scenario: Wrong credentials stay offline: sweeps go on, and the advice is a support ticket, once
      When the credentials of "acme-main" change at "30m"
      And an operator re-authorizes "acme-main" with wrong credentials at "80m"
      And an operator re-authorizes "acme-main" with wrong credentials at "2h10m"
      Then a support ticket about "acme-main" is advised only at "80m"
      And tests of "acme-main" end only at "80m, 2h, 2h10m, 3h, 4h"
      And connection "acme-main" is offline to the end

    @OUT-12
    Scenario: Wrong credentials saved while all is well take the connection offline at the next call
      When an operator re-authorizes "acme-main" with wrong credentials at "30m"
      Then the test of "acme-main" at "30m" fails because of bad_credentials
      And connection "acme-main" goes offline at "1h" because of bad_credentials
      And a support ticket about "acme-main" is never advised

    @OUT-12 @OUT-11
    Scenario: After a support ticket re-authorizing is not advised any more
      # Resolved at 1h20m, so the advice would come just after 2h50m.
      When "acme" is down from "1h" for "20m"
      And the credentials of "acme-main" change at "70m"
      And an operator re-authorizes "acme-main" with wrong credentials at "90m"
      Then a support ticket about "acme-main" is advised only at "90m"
      And re-authorizing "acme-main" is never advised

    @OUT-12
    Scenario: Good credentials count though the test of their saving fails
      When the credentials of "acme-main" change at "30m"
      And "acme" is down from "75m" for "10m"
      And an operator re-authorizes "acme-main" at "80m"
      Then the test of "acme-main" at "80m" fails because of vendor_down
      And a support ticket about "acme-main" is advised only at "80m"
      And connection "acme-main" is back online at "2h"

    @OUT-12 @C-05
    Scenario: Re-authorizing replaces a dead token without a call to the token endpoint
      Given a connection "acme-main" to "acme" with OAuth 2.0
      When the refresh token of "acme-main" dies at "30m"
      And an operator re-authorizes "acme-main" at "80m"
      Then connection "acme-main" goes offline at "1h" because of token_refresh_failed
      And flow "orders-to-wms" resumes at "80m"
      # The refresh of 1h; at 80m the test, a page, a write.
      And the run makes 4 calls, of which 1 is wasted

  Rule: Online, but nothing resumes by the next test: submit a support ticket

    @OUT-12
    Scenario: The flow's other connection is offline at the next test
      Given a flow "stock" from "wms-main/stock" to "shop-main/stock" every "12h"
      And flow "stock" first starts at "75m"
      When the credentials of "acme-main" change at "30m"
      And "wms" is down from "70m" for "90m"
      And an operator re-authorizes "acme-main" at "90m"
      Then a support ticket about "acme-main" is advised only at "2h"
      And flow "orders-to-wms" resumes at "3h"

    @OUT-12
    Scenario: The other connection is mended before the next test
      Given a flow "stock" from "wms-main/stock" to "shop-main/stock" every "12h"
      And flow "stock" first starts at "75m"
      When the credentials of "acme-main" change at "30m"
      And "wms" is down from "70m" for "40m"
      And an operator re-authorizes "acme-main" at "90m"
      And an operator re-authorizes "wms-main" at "115m"
      Then a support ticket about "acme-main" is never advised

    @OUT-12
    Scenario: A connection without a flow has none that could resume
      Given a connection "acme-two" to "acme" with a password
      When "acme" is down from "1h" for "20m"
      And an operator re-authorizes "acme-two" at "90m"
      Then connection "acme-two" is back online at "90m"
      And a support ticket about "acme-two" is never advised

    @OUT-12 @T-03
    Scenario: Saved at the instant of a test, the next one is an hour later
      When the credentials of "acme-main" change at "30m"
      And an operator re-authorizes "acme-main" at "2h"
      Then tests of "acme-main" end only at "2h"
      And flow "orders-to-wms" resumes at "2h"
      And a support ticket about "acme-main" is never advised
