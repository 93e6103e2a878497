Feature: When re-authorizing is advised
  More than 90 minutes after the status page said resolved, a connection that is still offline needs a person:
  unless an incident is open or one flow of the application has resumed since.

  Background:
    Given an application "acme" with "orders" at 1/h
    And an application "wms"
    And a connection "acme-main" to "acme" with an API key
    And a connection "acme-two" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "12h"
    And flow "orders-to-wms" first starts at "1h"
    And the run lasts "7h"

  Rule: The 90 minutes count from the later of resolved and offline

    @OUT-11
    Scenario: Just after 90 minutes, and once, however long it lasts
      When "acme" is down from "1h" for "70m"
      And the credentials of "acme-main" change at "80m"
      Then re-authorizing "acme-main" is advised just after "3h40m"

    @OUT-11
    Scenario: Exactly 90 minutes are not more
      # Re-authorized at that very instant, the connection is online when the 90 minutes are over.
      When "acme" is down from "1h" for "70m"
      And the credentials of "acme-main" change at "80m"
      And an operator re-authorizes "acme-main" at "3h40m"
      Then re-authorizing "acme-main" is never advised

    @OUT-11
    Scenario: A status page that is late makes the advice late
      Given the status page of "acme" is "25m" late
      When "acme" is down from "1h" for "70m"
      And the credentials of "acme-main" change at "80m"
      Then the status page of "acme" opens an incident at "85m" and resolves it at "2h35m"
      And re-authorizing "acme-main" is advised just after "4h5m"

    @OUT-11
    Scenario: Resolved before it went offline, its own going offline counts
      When "acme" is down from "10m" for "10m"
      And the credentials of "acme-main" change at "30m"
      Then connection "acme-main" goes offline at "1h" because of bad_credentials
      And re-authorizing "acme-main" is advised just after "2h30m"

    @OUT-11
    Scenario: A second incident, of maintenance, begins the 90 minutes anew
      When "acme" is down from "1h" for "70m"
      And the credentials of "acme-main" change at "80m"
      And "acme" is in maintenance from "3h30m" for "20m"
      Then re-authorizing "acme-main" is advised just after "5h20m"

    @OUT-11
    Scenario: Each time offline has its own advice
      # Advised, re-authorized and resumed at 3h; refused again, offline again at 4h.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "1h"
      When "acme" is down from "1h" for "20m"
      And the credentials of "acme-main" change at "70m"
      And an operator re-authorizes "acme-main" at "3h"
      And the credentials of "acme-main" change at "3h30m"
      Then re-authorizing "acme-main" is advised just after "2h50m, 5h30m"

  Rule: Any term missing, there is no advice

    @OUT-11
    Scenario: No incident was ever resolved
      When the credentials of "acme-main" change at "30m"
      Then connection "acme-main" is offline to the end
      And re-authorizing "acme-main" is never advised

    @OUT-11
    Scenario: The incident is still open, though another was resolved long ago
      When "acme" is down from "10m" for "10m"
      And "acme" is down from "1h" on
      Then flow "orders-to-wms" is paused to the end
      And re-authorizing "acme-main" is never advised

    @OUT-11
    Scenario: When the 90 minutes are over an incident is open again, and stays so
      # Resolved at 2h10m: the advice would come just after 3h40m.
      When "acme" is down from "1h" for "70m"
      And the credentials of "acme-main" change at "80m"
      And "acme" is down from "3h39m" on
      Then connection "acme-main" is offline to the end
      And re-authorizing "acme-main" is never advised

    @OUT-11
    Scenario: One flow of the application has resumed
      Given a flow "more" from "acme-two/orders" to "wms-main/more" every "12h"
      When "acme" is down from "1h" for "70m"
      And the credentials of "acme-main" change at "80m"
      Then flow "more" resumes at "3h"
      And re-authorizing "acme-main" is never advised

    @OUT-11
    Scenario: A flow that resumed earlier is no such flow
      # A first outage is over at 2h, when both flows resume; then acme-main goes offline at 3h, for its
      # credentials: nothing has resumed since, and nothing has to.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "1h"
      And a flow "more" from "acme-two/orders" to "wms-main/more" every "12h"
      When "acme" is down from "1h" for "20m"
      And the credentials of "acme-main" change at "2h10m"
      Then flow "more" resumes at "2h"
      And re-authorizing "acme-main" is advised just after "4h30m"

    @OUT-11
    Scenario: A connection without a flow that comes online is no such flow either
      When "acme" is down from "1h" for "70m"
      And the credentials of "acme-main" change at "80m"
      Then connection "acme-two" is back online at "3h"
      And re-authorizing "acme-main" is advised just after "3h40m"
      And re-authorizing "acme-two" is never advised

    @OUT-11
    Scenario: The connection came back in time
      When "acme" is down from "1h" for "70m"
      Then connection "acme-main" is back online at "3h"
      And re-authorizing "acme-main" is never advised
