Feature: Connections and applications through the platform's API

  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme" with a password
    And a connection "acme-reports" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And the run lasts "4h"

  Rule: A connection tells its state and what to look at

    @OUT-03
    Scenario: An offline connection says since when and why
      When the credentials of "acme-main" change at "10m"
      And it is "20m"
      Then GET /connections/acme-main has "state" "offline"
      And GET /connections/acme-main has "offline_since" at "15m"
      And GET /connections/acme-main has "why" "bad_credentials"
      And GET /connections/acme-reports has "offline_since" "null"

    @API-01 @OUT-02
    Scenario: Connections can be listed by state and application
      When "acme" is down from "10m" on
      And it is "25m"
      Then GET /connections?state=offline lists "acme-main, acme-reports"
      And GET /connections?state=online lists "wms-main"
      And GET /connections?state=online&application=acme lists 0 things
      And GET /connections?application=acmee is refused with status 404 because "did you mean acme?"

    @OUT-10
    Scenario: The platform's own status page links each application's and shows its incident
      When "acme" is down from "10m" for "1h"
      And it is "25m"
      Then GET /applications lists "acme, wms"
      And GET /applications/acme has "incident" "true"
      And GET /applications/acme has "offline_connections" "2"
      And GET /connections/acme-main has "status_page" "https://status.acme.example"

    @OUT-06
    Scenario: An operator's test brings a connection back without waiting for the sweep
      When "acme" is down from "10m" for "30m"
      And it is "45m"
      Then POST /connections/acme-main/test has "id" "acme-main"
      And it is "45m1s"
      And GET /connections/acme-main has "last_test.by" "operator"
      And GET /connections/acme-main has "state" "online"
      And GET /connections/acme-reports has "state" "offline"

    @OUT-06 @API-03
    Scenario: A failing test is told and changes nothing, not even the revision
      When "acme" is down from "10m" on
      And it is "30m"
      Then POST /connections/acme-main/test has "revision" "1"
      And it is "30m1s"
      And GET /connections/acme-main has "last_test.result" "failed"
      And GET /connections/acme-main has "revision" "1"

  Rule: Re-authorizing names every field that is missing, and tests what was saved

    @OUT-12
    Scenario Outline: Nothing is saved without <missing>
      When the credentials of "acme-main" change at "10m"
      And it is "20m"
      Then re-authorizing connection "acme-main" through the API with "<filled in>" is refused because "<missing>"
      And GET /connections/acme-main has "revision" "1"

      Examples:
        | filled in                   | missing                                     |
        | username=ops                | empty required fields: password             |
        | username=ops, password=     | body.fields.password                        |
        | username=, password=        | empty required fields: username, password   |
        | username=ops, pasword=right | there is no such field; did you mean password? |

    @OUT-12
    Scenario Outline: Each kind of credentials has required fields of its own: <fields>
      Given a connection "acme-oauth" to "acme" with OAuth 2.0
      When it is "20m"
      Then re-authorizing connection "<connection>" through the API with "<filled in>" is refused because "empty required fields: <missing>"
      And GET /connections/<connection> has "required_fields" "<fields>"

      Examples:
        | connection   | fields                   | filled in               | missing       |
        | acme-main    | username, password       | username=, password=x   | username      |
        | acme-reports | api_key                  | api_key=                | api_key       |
        | acme-oauth   | client_id, client_secret | client_id=ops           | client_secret |

    @OUT-12
    Scenario: The right credentials bring the connection and its flow back at once
      When the credentials of "acme-main" change at "10m"
      And it is "20m"
      And connection "acme-main" is re-authorized through the API with "username=ops, password=right"
      And it is "20m1s"
      Then GET /connections/acme-main has "last_test.by" "reauthorize"
      And GET /connections/acme-main has "state" "online"
      And GET /flows/orders-to-wms has "state" "idle"

    @OUT-12
    Scenario: Wrong credentials are saved too; then the advice is a support ticket
      When the credentials of "acme-main" change at "10m"
      And it is "20m"
      And connection "acme-main" is re-authorized through the API with "username=ops, password=wrong"
      And it is "20m1s"
      Then GET /connections/acme-main has "last_test.result" "failed"
      And GET /connections/acme-main has "advice" "submit a support ticket"
      And GET /connections/acme-main has "revision" "3"
