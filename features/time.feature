Feature: Time, and what comes first when things fall together
  The platform reads no clock: it is told the time. Everything goes by elapsed time in UTC, and what falls on
  one instant is done in one order, so that the same timeline always gives the same run.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And a connection "acme-main" to "acme" with an API key
    And the run lasts "1h"

  Rule: Intervals are elapsed time, whatever the clocks on the wall do

    @T-01
    Scenario: An hourly job polls each hour in the night in which clocks go forward
      # In New York the clocks go from 2 to 3 in the second hour of this run.
      Given the run starts at "2024-03-10T01:00:00-05:00"
      And the run lasts "3h1m"
      And a polling job "poll" on "acme-main" for "contacts" every "1h"
      Then calls of job "poll" end only at "0s, 1h, 2h, 3h"

    @T-01 @T-05
    Scenario Outline: A person's nine o'clock is on the wall: in <season> it comes after <hours>
      # Both runs start at 1 o'clock in New York; the job is disabled at 19m.
      Given the run starts at "<start>"
      And the run lasts "10h"
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      And somebody at work "Sun 09:00-17:00" in "America/New_York" who is told of a disabled job enables it "0s" later
      When "acme" is down from "10m" for "10m"
      Then job "poll" is enabled only at "<hours>"

      Examples:
        | season | start                     | hours |
        | spring | 2024-03-10T01:00:00-05:00 | 7h    |
        | autumn | 2024-11-03T01:00:00-04:00 | 9h    |

  Rule: The same timeline gives the same run

    @T-02
    Scenario: What is left to chance is drawn from the seed, so a run can be repeated
      Given a polling job "poll" on "acme-main" for "contacts" every "1m"
      When "acme" fails 50% of its calls from "10m" on
      Then played again, the run goes the same way
      And played with seed 2, the run goes another way

    @T-02
    Scenario: Where nothing is left to chance, the seed does not matter
      Given the seed is 7
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      When "acme" fails 100% of its calls from "10m" on
      Then job "poll" is disabled by the platform only at "19m"
      And played with seed 8, the run goes the same way

  Rule: At one instant things are done in one order

    @T-03
    Scenario: An outage hits the tick on which it begins and spares the tick on which it ends
      Given a polling job "poll" on "acme-main" for "contacts" every "5m"
      When "acme" is down from "10m" for "10m"
      Then calls of job "poll" fail only at "10m, 15m"

    @T-03
    Scenario: A record that comes into being at the instant of a tick is read by it
      # Records 1 to 50 exist at 50m, the last tick; 51 to 59 come later.
      Given a polling job "poll" on "acme-main" for "contacts" every "10m"
      Then calls of job "poll" end only at "0s, 10m, 20m, 30m, 40m, 50m"
      And job "poll" delivered 50 records, 9 wait and 0 are lost

    @T-03 @DIS-01
    Scenario: Answers come before the ticks of their instant, so that no tick is skipped
      Given the run lasts "2m"
      And calls to "acme" take "20s"
      And a polling job "poll" on "acme-main" for "contacts" every "20s"
      Then job "poll" skips no tick
      And calls of job "poll" end only at "20s, 40s, 1m, 80s, 100s"

    @T-03
    Scenario: An operator who disables a job at the instant of a tick is faster than the poll
      Given a polling job "poll" on "acme-main" for "contacts" every "20m"
      When an operator disables job "poll" at "40m"
      Then calls of job "poll" end only at "0s, 20m"

    @T-03
    Scenario Outline: Of two commands at one instant the later in the timeline has the last word: <state>
      Given a polling job "poll" on "acme-main" for "contacts" every "20m"
      And an operator disables job "poll" at "10m"
      When an operator <first> job "poll" at "30m"
      And an operator <second> job "poll" at "30m"
      Then job "poll" is <state> at the end
      And calls of job "poll" end only at "<calls>"

      Examples:
        | first    | second   | state    | calls        |
        | enables  | disables | disabled | 0s           |
        | disables | enables  | enabled  | 0s, 30m, 40m |

    @T-03 @DIS-15
    Scenario: A change of environment at the instant of a failure is there before it
      # 10m to 22m: the 13th failure is judged by snapshot's ten.
      Given the environment is "production"
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      When "acme" is down from "10m" on
      And the platform moves to "snapshot" at "22m"
      Then job "poll" is disabled by the platform at "22m" because of "contacts" after 13 failures

    @T-03
    Scenario: Scheduled flows start before polling jobs poll
      # One call is allowed in each five minutes, and the flow has it.
      Given "acme" allows 1 call each "5m"
      And an application "wms"
      And a connection "wms-main" to "wms"
      And a polling job "poll" on "acme-main" for "contacts" every "10m"
      And a flow "flow" from "acme-main/contacts" to "wms-main/contacts" every "10m"
      Then flow "flow" starts 6 runs
      And 6 polls of job "poll" failed because of rate_limited

    @T-03
    Scenario: Of two jobs the first in the timeline polls first
      Given "acme" allows 1 call each "5m"
      And a polling job "zebra" on "acme-main" for "contacts" every "10m"
      And a polling job "aardvark" on "acme-main" for "contacts" every "10m"
      Then no call of job "zebra" fails
      And 6 polls of job "aardvark" failed because of rate_limited

    @T-03
    Scenario: The first poll of a job that was just enabled goes before the ticks of its instant
      # One call is allowed in each ten minutes; at 30m zebra has it.
      Given "acme" allows 1 call each "10m"
      And a polling job "aardvark" on "acme-main" for "contacts" every "10m"
      And a polling job "zebra" on "acme-main" for "contacts" every "1d"
      When an operator disables job "zebra" at "0s"
      And an operator enables job "zebra" at "30m"
      Then no call of job "zebra" fails
      And calls of job "aardvark" fail only at "30m"

    @T-03
    Scenario: Who comes to work mends first what broke first
      # Aardvark, first in the timeline, is disabled at 28m and zebra at 19m; both wait for nine o'clock.
      Given the run lasts "9h1m"
      And a polling job "aardvark" on "acme-main" for "contacts" every "2m"
      And a polling job "zebra" on "acme-main" for "contacts" every "1m"
      And somebody at work "Mon-Fri 09:00-17:00" in "UTC" who is told of a disabled job enables it "0s" later
      When "acme" is down from "10m" for "1h"
      Then jobs "zebra, aardvark" are enabled in this order

  Rule: A run covers its first instant and not its last

    @T-04
    Scenario: What falls on the end does not happen
      Given the run lasts "40m"
      And a polling job "poll" on "acme-main" for "contacts" every "10m"
      When an operator disables job "poll" at "40m"
      Then calls of job "poll" end only at "0s, 10m, 20m, 30m"
      And job "poll" is enabled at the end
      And 39 records came into being and 30 were delivered

    @T-04 @C-07
    Scenario Outline: A call counts when it is sent, a poll when it ends: <polls> after <latency>
      Given calls to "acme" take "<latency>"
      And a polling job "poll" on "acme-main" for "contacts" every "2h"
      And job "poll" first polls at "59m50s"
      Then job "poll" polls "contacts" <polls> times
      And the run makes 1 call, of which 0 are wasted

      Examples:
        | latency      | polls |
        | 9.999999999s | 1     |
        | 10s          | 0     |

    @T-04 @DIS-05
    Scenario: A tenth failure on the end instant disables nothing
      Given calls to "acme" take "30s"
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      And job "poll" first polls at "30s"
      When "acme" is down from "50m" on
      Then job "poll" has 9 failed polls
      And job "poll" is never disabled
