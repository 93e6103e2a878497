Feature: The calls of the platform's API about disabled polling jobs

  Background:
    Given the environment is "staging"
    And an application "acme" with "contacts" at 1/m
    And application "acme" has "orders" at 1/m too
    And a connection "acme-main" to "acme" with an API key
    And a connection "acme-reports" to "acme" with an API key
    And a polling job "fast" on "acme-main" for "contacts, orders" every "5m"
    And a polling job "slow" on "acme-reports" for "contacts" every "1h"

  Rule: What the platform disabled is listed, and nothing else

    @DIS-10 @DIS-11
    Scenario: One of two jobs is disabled, and the lists say why
      When "acme" is down from "2h" for "10h"
      And it is "6h5m"
      Then GET /jobs/polling-disabled lists "fast"
      And GET /instances/polling-disabled lists "acme-main"
      And job "fast" is listed with instance "acme-main", environment "staging", resource "contacts" and threshold 50
      And job "fast" is listed as disabled at "6h5m" after vendor_down with status 503
      And job "fast" is listed with 49 failures of "orders"

    @DIS-10
    Scenario: An instance with two disabled jobs is listed once
      # Both fail from 2h on, every five minutes: the fiftieth time at 6h5m.
      Given a polling job "slow" on "acme-main" for "contacts" every "5m"
      When "acme" is down from "2h" for "5h"
      And it is "6h5m"
      Then GET /jobs/polling-disabled lists "fast, slow"
      And GET /instances/polling-disabled lists "acme-main"

    @DIS-10 @DIS-11
    Scenario: What the platform disabled is listed from that instant on, and not before
      When the "contacts" of "acme" are down from "2h" for "5h"
      And it is "6h4m59s"
      Then GET /jobs/polling-disabled lists nothing
      And it is "6h5m"
      And GET /jobs/polling-disabled lists "fast"
      And job "fast" is listed with 0 failures of "orders"

  Rule: Enabling a job puts it back to work, and it catches up

    @DIS-09 @DIS-12 @DIS-14
    Scenario: Enabled through the API, the job reads what it missed, each record once
      When "acme" is down from "2h" for "10h"
      And it is "13h2m"
      Then the page of instance "acme-main" says that "resource contacts failed 50 times in a row"
      And PUT /jobs/fast/enable changes the job
      And PUT /jobs/fast/enable changes nothing
      And the page of instance "acme-main" says nothing of disabled jobs
      And job "fast" lost no record, got none twice, and 8 wait

    @DIS-12
    Scenario: What cannot be enabled is refused
      Given the policy value "enable.when_enabled" is "conflict"
      When it is "1h"
      Then GET /jobs/polling-disabled lists nothing
      And PUT /jobs/unknown/enable is refused with status 404
      And PUT /jobs/slow/enable is refused with status 409

    @DIS-11 @DIS-09
    Scenario: Enabled while the vendor is still down, the job is listed again, with its second disablement
      # The first poll is at 6h12m, at once; the 50th failure is 49 ticks later, from 6h15m on.
      When "acme" is down from "2h" for "10h"
      And it is "6h12m"
      Then PUT /jobs/fast/enable changes the job
      And GET /jobs/polling-disabled lists nothing
      And it is "10h15m"
      And job "fast" is listed as disabled at "10h15m" after vendor_down with status 503
      And GET /jobs/fast has "disablements.by_platform" "2"

    @DIS-09 @our-words
    Scenario Outline: The instance's page says why, in words: <class>
      When <trouble>
      And it is "6h5m"
      Then the page of instance "acme-main" says that "Polling job fast was disabled by the platform at 2024-03-04T06:05:00Z"
      And the page of instance "acme-main" says that "threshold 50 in staging"
      And the page of instance "acme-main" says that "<why>"

      Examples:
        | class           | why                                             | trouble                                       |
        | vendor_down     | because the application did not respond         | "acme" is down from "2h" for "5h"             |
        | bad_credentials | because the credentials were refused            | the credentials of "acme-main" change at "2h" |
        | rate_limited    | because the application's API limit was reached | "acme" limits calls from "2h" for "5h"        |

    @DIS-11 @DIS-07
    Scenario: A poll that ended after the disablement is told apart, and is in no count
      # Both resources are asked at each tick, and answer ten seconds later: contacts is the fiftieth.
      Given the policy value "poll.order" is "parallel"
      And calls to "acme" take "10s"
      When "acme" is down from "2h" for "5h"
      And it is "6h6m"
      Then GET /jobs/polling-disabled has "[0].after_disable.polls" "1"
      And GET /jobs/polling-disabled has "[0].after_disable.failed_polls" "1"
      And job "fast" is listed with 49 failures of "orders"
