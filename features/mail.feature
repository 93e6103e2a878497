Feature: Who is told, and when

  Background:
    Given the environment is "staging"
    And an application "acme" with "contacts" at 120/h
    And an application "wms"
    And a connection "acme-main" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And connection "acme-main" is owned by "ops@example.com"
    And connection "wms-main" is owned by "warehouse@example.com"
    And a flow "contacts-to-wms" from "acme-main/contacts" to "wms-main/contacts" every "15m"
    And auto-resolve is on for flow "contacts-to-wms"
    And a polling job "contacts-poll" on "acme-main" for "contacts" every "5m"

  Rule: One e-mail a disablement, to the owner of the instance

    @DIS-08 @DIS-12
    Scenario: A mail server that is down delays the e-mail, and a second disablement sends a second one
      When "acme" is down from "2h" on
      And the mail server is down from "4h" for "4h"
      And an operator enables job "contacts-poll" at "9h"
      Then the e-mail about job "contacts-poll" is decided at "6h5m" and delivered at "8h"
      And the e-mail about job "contacts-poll" names "acme-main, staging, contacts, 50, 503, 02:00:00"
      And job "contacts-poll" is disabled by the platform at "13h5m" because of "contacts" after 50 failures
      And "ops@example.com" gets 2 e-mails about disabled jobs

  Rule: One e-mail when a connection goes offline, one when it is back, and summaries of errors

    @OUT-13
    Scenario: What a flow's people hear of an outage at its destination
      When "wms" is down from "2h" for "1h30m"
      Then "warehouse@example.com" gets 1 e-mail about offline connections
      And "warehouse@example.com" gets 1 e-mail about connections back online
      And "ops@example.com" gets 2 e-mails about errors in flows
