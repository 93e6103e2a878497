Feature: People act upon what they hear
  As somebody who is on call
  I want to see what my absence costs
  So that nobody is surprised at what stands still until Monday.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And a connection "acme-main" to "acme"
    And connection "acme-main" is owned by "ops@example.com"
    And a polling job "poll" on "acme-main" for "contacts" every "1m"
    And a connection "acme-bi" to "acme"
    And connection "acme-bi" is owned by "bi@example.com"
    And a polling job "other" on "acme-bi" for "contacts" every "1h"
    And the run lasts "6h"

  Rule: People act at their own time

    @T-05
    Scenario: Somebody acts upon e-mails to their own address alone
      Given "ops@example.com" hears of a disabled job and enables it "45m" later
      And "bi@example.com" hears of a disabled job and enables it "5m" later
      When "acme" is down from "10m" for "20m"
      Then job "poll" is disabled by the platform only at "19m"
      And job "poll" is enabled only at "64m"
      And job "poll" is off for "45m", "34m" of it while its vendor is well
      And people take 1 step, and 0 are left to do

    @T-05
    Scenario: Who is away acts at the return
      Given "ops@example.com" hears of a disabled job and enables it "45m" later
      And "ops@example.com" is away from "30m" for "3h"
      When "acme" is down from "10m" for "20m"
      Then job "poll" is enabled only at "3h30m"

    @T-05 @FIG-05
    Scenario: Who does not come back leaves the job off
      Given "ops@example.com" hears of a disabled job and enables it "45m" later
      And "ops@example.com" is away from "30m" on
      When "acme" is down from "10m" for "20m"
      Then job "poll" is never enabled again
      And people take 0 steps, and 1 is left to do

    @T-05
    Scenario: Who comes back outside working hours acts at the next opening
      Given "ops@example.com" at work "Mon-Fri 04:00-12:00" in "UTC" hears of a disabled job and enables it "45m" later
      And "ops@example.com" is away from "30m" for "3h"
      When "acme" is down from "10m" for "20m"
      Then job "poll" is enabled only at "4h"

  Rule: An e-mail comes before what people do

    @DIS-08 @T-05
    Scenario: An e-mail that is late makes everybody late
      Given "ops@example.com" hears of a disabled job and enables it "45m" later
      And e-mails arrive "25m" late from "0m" for "1h"
      When "acme" is down from "10m" for "20m"
      Then e-mails to "ops@example.com" about disabled jobs arrive only at "44m"
      And job "poll" is enabled only at "89m"
