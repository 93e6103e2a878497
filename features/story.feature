Feature: One outage from beginning to end, in each environment
  Ten hours down. Flows pause after five minutes and come back by themselves at the hourly test; the polling
  job is disabled at its environment's threshold and waits for a person. In the end nothing is lost.

  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme" with OAuth 2.0
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And a polling job "orders-poll" on "acme-main" for "orders" every "5m"

  Rule: Flows recover by themselves, polling jobs by a person, and both catch up

    @DIS-05 @DIS-12 @DIS-14 @OUT-02 @OUT-06 @FIG-01
    Scenario Outline: Ten hours down in <environment>
      Given the environment is "<environment>"
      When "acme" is down from "2h" for "10h"
      And an operator enables job "orders-poll" at "13h2m"
      Then flow "orders-to-wms" pauses at "2h5m"
      And job "orders-poll" is disabled by the platform at "<disabled>" because of "orders" after <threshold> failures
      And flow "orders-to-wms" resumes at "12h"
      And no record is lost or delivered twice, and 18 wait in all

      @live
      Examples:
        | environment | threshold | disabled |
        | snapshot    | 10        | 2h45m    |

      Examples:
        | environment | threshold | disabled |
        | staging     | 50        | 6h5m     |
        | production  | 100       | 10h15m   |

    @DIS-05 @FIG-05 @OUT-06
    Scenario Outline: Three hours down in <environment> need nobody, and leave <margin> failures to the threshold
      # 36 polls fail, 2h to 4h55m.
      Given the environment is "<environment>"
      And the run lasts "6h"
      When "acme" is down from "2h" for "3h"
      Then flow "orders-to-wms" resumes at "5h"
      And the margin of job "orders-poll" is <margin> failures
      And no record is lost or delivered twice, and 18 wait in all

      Examples:
        | environment | margin |
        | staging     | 14     |
        | production  | 64     |

    @DIS-05 @FIG-03
    Scenario: Three hours down in snapshot need somebody, and wait for the morning
      # Disabled at 2h45m; the last poll was that of 1h55m. Nobody comes: 244 records wait for the job, 14 for
      # the flow, whose last run was that of 5h45m.
      Given the environment is "snapshot"
      And the run lasts "6h"
      When "acme" is down from "2h" for "3h"
      Then flow "orders-to-wms" resumes at "5h"
      And job "orders-poll" is disabled by the platform at "2h45m" because of "orders" after 10 failures
      And the outage of "acme" at "2h" has no recovery delay
      And no record is lost or delivered twice, and 258 wait in all

    @DIS-05 @DIS-08 @OUT-13
    Scenario Outline: What <environment>'s people hear, of the job and of its connection
      Given the environment is "<environment>"
      When "acme" is down from "2h" for "10h"
      Then e-mails to "owner@example.com" about disabled jobs arrive only at "<told>"
      And e-mails to "owner@example.com" about connections back online arrive only at "12h"

      Examples:
        | environment | told   |
        | snapshot    | 2h45m  |
        | staging     | 6h5m   |
        | production  | 10h15m |
