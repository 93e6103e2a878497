Feature: Polling jobs through the platform's API
  Two jobs of one connector instance, in snapshot: ten failures in a row disable a job.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And application "acme" has "orders" at 1/m too
    And a connection "acme-main" to "acme" with a password
    And connection "acme-main" is owned by "ops@example.com"
    And a polling job "fast" on "acme-main" for "contacts, orders" every "5m"
    And a polling job "slow" on "acme-main" for "contacts" every "1h"
    And the run lasts "4h"

  Rule: A job tells its state, who disabled it, and how often

    @DIS-10 @DIS-11
    Scenario: A job that a user switched off is on no list of what the platform disabled
      When it is "7m"
      Then PUT /jobs/fast/disable has "state" "disabled"
      And GET /jobs/fast has "disabled_by" "user"
      And GET /jobs/polling-disabled lists nothing
      And GET /instances/polling-disabled lists nothing
      And the page of instance "acme-main" says nothing of disabled jobs

    @API-01
    Scenario: Jobs can be listed by their state
      When "acme" is down from "10m" for "1h"
      And it is "1h30m"
      Then GET /jobs lists "fast, slow"
      And GET /jobs?state=disabled lists "fast"
      And GET /jobs?state=enabled lists "slow"
      And GET /jobs?stat=enabled is refused with status 422 because "unknown query parameter"

    @DIS-09
    Scenario: The instance names its jobs, its owner and what is wrong
      When "acme" is down from "10m" on
      And it is "1h"
      Then GET /instances/acme-main has "jobs" "fast, slow"
      And GET /instances/acme-main has "owner" "ops@example.com"
      And GET /instances/acme-main has "polling_disabled[0].disabled_at" at "55m"

    @DIS-15 @API-03
    Scenario: A change of environment shows in every job, and as a revision
      When the platform moves to "staging" at "30m"
      And it is "20m"
      Then GET /jobs/slow has "threshold" "10"
      And GET /jobs/slow has "revision" "0"
      When it is "40m"
      Then GET /jobs/slow has "threshold" "50"
      And GET /jobs/slow has "revision" "1"

    @DIS-13
    Scenario: Re-authorizing through the API leaves a disabled job disabled
      When the credentials of "acme-main" change at "10m"
      And it is "1h"
      And connection "acme-main" is re-authorized through the API with "username=ops, password=right"
      And it is "1h1s"
      Then GET /connections/acme-main has "last_test.result" "passed"
      And GET /jobs/fast has "state" "disabled"
      And GET /jobs/polling-disabled lists "fast"

  Rule: The second of two operators is told what the first one did

    @API-03 @DIS-12
    Scenario: Ann enables the job; Bob, who saw it disabled, is told before he writes
      When "acme" is down from "10m" for "1h"
      And it is "1h"
      And "ann" opens /jobs/fast
      And "bob" opens /jobs/fast
      Then PUT /jobs/fast/enable by "ann" succeeds
      And "bob" is told of "job.enabled at 2024-03-04T01:00:00Z" upon PUT /jobs/fast/disable
      And GET /jobs/fast has "state" "enabled"

    @API-03
    Scenario: Who has looked again may write
      When it is "10m"
      And "ann" opens /jobs/slow
      And "bob" opens /jobs/slow
      Then PUT /jobs/slow/disable by "ann" succeeds
      And PUT /jobs/slow/enable by "ann" succeeds
      And "bob" is told of "job slow is at revision 2 now" upon PUT /jobs/slow/disable

    @API-03 @DIS-05
    Scenario: The platform is the other operator: it disabled the job meanwhile
      When "acme" is down from "10m" for "1h"
      And it is "50m"
      And "ann" opens /jobs/fast
      And it is "1h"
      Then "ann" is told of "job.disabled by the platform at 2024-03-04T00:55:00Z" upon PUT /jobs/fast/disable
      And GET /jobs/fast has "disabled_by" "platform"

  Rule: What cannot be done says why

    @API-02 @DIS-12
    Scenario: A name that nothing has is answered with the nearest one
      When it is "10m"
      Then PUT /jobs/fats/enable is refused with status 404 because "did you mean fast?"
      And GET /instances/acme-mian is refused with status 404 because "did you mean acme-main?"
      And job "fast" is enabled at the end

    @API-04
    Scenario: Who has no token changes nothing
      When the platform wants the token "s3cret"
      And it is "10m"
      Then PUT /jobs/fast/disable is refused with status 401 because "the platform's token"
      And GET /jobs/fast with the header "Bearer s3cret" is answered with status 200
      And GET /jobs/fast with the header "Bearer secret" is answered with status 401
      And GET /health has "status" "ok"
      And job "fast" is enabled at the end

    @API-04
    Scenario: A client written for Open Connectors is let in
      When the platform wants the token "s3cret"
      And it is "10m"
      Then GET /jobs/polling-disabled with the header "User s3cret, Organization acme, Element e1" is answered with status 200
      And GET /jobs/polling-disabled with the header "User s3cret, Organization acme" is answered with status 200
      And GET /jobs/polling-disabled with the header "User s3cret" is answered with status 401
      And GET /jobs/polling-disabled with the header "User acme, Organization s3cret, Element e1" is answered with status 401

  Rule: The figures for Prometheus count what the platform counts

    @API-06 @DIS-04
    Scenario: Failures in a row go up and back to zero, failed polls stay
      When "acme" is down from "10m" for "14m"
      And it is "24m"
      Then the metric "consecutive_failures" of "fast, contacts" is 3
      And the clock is put forward by "2m"
      And the metric "consecutive_failures" of "fast, contacts" is 0
      And the metric "failed_polls_total" of "fast, contacts" is 3

    @API-06 @C-07 @DIS-07
    Scenario: Calls are counted, those of a disabled job are not made
      When it is "12m"
      Then the metric "calls_total" is 7
      And PUT /jobs/fast/disable has "changed" "true"
      And the clock is put forward by "40m"
      And the metric "calls_total" is 7
      And the metric "job_enabled" of "fast" is 0
      And the metric "job_disablements_total" of "user, fast" is 1
