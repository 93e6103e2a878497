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
    Scenario: A job that its user switched off is not listed
      When an operator disables job "slow" at "1h30m"
      And "acme" is down from "2h" for "5h"
      And it is "6h5m"
      Then GET /jobs/polling-disabled lists "fast"
      And GET /instances/polling-disabled lists "acme-main"
      And the page of instance "acme-reports" says nothing of disabled jobs

    @DIS-10 @DIS-07
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
      And the page of instance "acme-main" says that "resource contacts failed 50 times in a row"
