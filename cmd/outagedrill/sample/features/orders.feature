Feature: Orders from acme
  Play this with: outagedrill test features

  Background:
    Given the environment is "production"
    And an application "acme" with "orders" at 20/h
    And a connection "acme-main" to "acme"
    And connection "acme-main" is owned by "ops@example.com"
    And a polling job "orders-poll" on "acme-main" for "orders" every "5m"
    And the run lasts "24h"

  Scenario: An outage at lunch does not disable the job
    When "acme" is down from "12h" for "80m"
    Then job "orders-poll" is never disabled
    And "ops@example.com" gets 0 e-mails about disabled jobs
