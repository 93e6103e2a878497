Feature: What a call's answer means
  Each call ends as one thing: ok, rate limited, bad credentials, a token refresh that failed, vendor down, or
  rejected. The status alone does not tell: headers and body are read too.

  Background:
    Given an application "acme" with "contacts" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme" with an API key
    And a connection "wms-main" to "wms"
    And a polling job "poll" on "acme-main" for "contacts" every "10m"
    And the run lasts "1h"

  Rule: Every kind of downtime is the vendor being down

    @C-02
    Scenario Outline: <how>: the vendor is down
      When "acme" is down from "15m" for "20m" with <how>
      Then every failed poll of job "poll" was vendor_down
      And 2 polls of job "poll" failed because of vendor_down, <told as>
      And job "poll" lost no record, got none twice, and 9 wait

      Examples:
        | how                      | told as |
        | connections refused      | refused |
        | connections reset        | reset   |
        | no answer in time        | timeout |
        | a name that is not found | dns     |
        | a broken TLS handshake   | tls     |

    @C-02
    Scenario Outline: <how>: the status alone does not tell
      When "acme" is down from "15m" for "20m" with <how>
      Then 2 polls of job "poll" failed because of vendor_down, <told as>
      And 2 polls of job "poll" failed because of vendor_down with status 200
      And job "poll" has 2 failed polls

      Examples:
        | how                        | told as   |
        | answers cut short          | truncated |
        | garbage in place of JSON   | garbage   |
        | a web page with status 200 | html200   |
        | empty answers              | empty     |

    @C-02
    Scenario Outline: <what happens> is read as <class>
      When <what happens>
      Then 2 polls of job "poll" failed because of <class> with status <status>
      And job "poll" has 2 failed polls

      Examples:
        | what happens                                               | class           | status |
        | "acme" is down from "15m" for "20m" with status 500        | vendor_down     | 500    |
        | "acme" is down from "15m" for "20m" with status 502        | vendor_down     | 502    |
        | "acme" is down from "15m" for "20m" with status 504        | vendor_down     | 504    |
        | "acme" is in maintenance from "15m" for "20m"              | vendor_down     | 503    |
        | "acme" limits calls from "15m" for "20m"                   | rate_limited    | 429    |
        | the "contacts" of "acme" are rejected from "15m" for "20m" | rejected        | 422    |
        | the credentials of "acme-main" change at "35m"             | bad_credentials | 401    |

    @C-02
    Scenario Outline: Status <status> for <answer> is read as <class>
      # What is not 5xx, 429, 401 or 403 is rejected; any 2xx with the promised body is ok.
      Given "acme" answers with status <status> for <answer>
      When <what happens>
      Then 2 polls of job "poll" failed because of <class> with status <status>
      And job "poll" has 2 failed polls

      Examples:
        | status | answer              | class           | what happens                                               |
        | 403    | refused credentials | bad_credentials | the credentials of "acme-main" change at "35m"             |
        | 400    | an API limit        | rejected        | "acme" limits calls from "15m" for "20m"                   |
        | 499    | rejected records    | rejected        | the "contacts" of "acme" are rejected from "15m" for "20m" |
        | 599    | rejected records    | vendor_down     | the "contacts" of "acme" are rejected from "15m" for "20m" |

    @C-02
    Scenario: Any 2xx is good, if the body is what was promised
      Given "acme" answers with status 206 for a page of records
      Then no call of job "poll" fails
      And job "poll" lost no record, got none twice, and 9 wait

  Rule: A vendor's dialect says otherwise where its API does

    @C-03
    Scenario Outline: Where status <status> with a certain body means <answer>, it is <class>
      Given the dialect of "acme" has status <status> for <answer>
      When <what happens>
      Then 2 polls of job "poll" failed because of <class> with status <status>
      And job "poll" has 2 failed polls

      Examples:
        | status | answer              | class           | what happens                                               |
        | 403    | an API limit        | rate_limited    | "acme" limits calls from "15m" for "20m"                   |
        | 400    | an API limit        | rate_limited    | "acme" limits calls from "15m" for "20m"                   |
        | 200    | refused credentials | bad_credentials | the credentials of "acme-main" change at "35m"             |
        | 503    | rejected records    | rejected        | the "contacts" of "acme" are rejected from "15m" for "20m" |

    @C-03 @OUT-02
    Scenario: The same status with another body is what it is elsewhere
      # Status 503 means a policy stop, which takes nothing offline, and the vendor being down, which does.
      Given the dialect of "acme" has status 503 for rejected records
      And a flow "flow" from "acme-main/contacts" to "wms-main/contacts" every "15m"
      When the "contacts" of "acme" are rejected from "10m" for "10m"
      And "acme" is down from "25m" on
      Then a run of flow "flow" fails at "15m"
      And connection "acme-main" goes offline at "35m" because of vendor_down

  Rule: After 30 seconds without an answer the caller gives up, and not before

    @C-02
    Scenario: An answer after exactly 30 seconds is one
      When "acme" takes "30s" to answer from "15m" for "20m"
      Then no call of job "poll" fails
      And calls of job "poll" end only at "0s, 10m, 20m30s, 30m30s, 40m, 50m"

    @C-02 @C-07
    Scenario: An answer a nanosecond later comes too late
      When "acme" takes "30s1ns" to answer from "15m" for "20m"
      Then 2 polls of job "poll" failed because of vendor_down, timeout
      And calls of job "poll" fail only at "20m30s, 30m30s"
      And the run makes 6 calls, of which 2 are wasted

  Rule: What is over the vendor's limit is rate limited

    @C-02
    Scenario Outline: Two calls are allowed each ten minutes, counted <counting>
      # A bucket of two is full at 7m and gains a token in five minutes: 2, 1.6, 1.2, 0.8, 1.4.
      Given "acme" allows 2 calls each "10m", counted <counting>
      And a polling job "poll" on "acme-main" for "contacts" every "3m"
      And job "poll" first polls at "7m"
      And the run lasts "21m"
      Then calls of job "poll" fail only at "<refused>"
      And every failed poll of job "poll" was rate_limited

      Examples:
        | counting                | refused  |
        | in fixed windows        | 16m, 19m |
        | in a sliding window     | 13m, 16m |
        | from a bucket of tokens | 16m      |

    @C-02
    Scenario: Where each connection has a limit of its own, one does not use up the other's
      Given "acme" allows 1 call each "10m"
      And the calls to "acme" are counted by "connection"
      And a connection "acme-two" to "acme" with an API key
      And a polling job "other" on "acme-two" for "contacts" every "5m"
      Then no call of job "poll" fails
      And calls of job "other" fail only at "5m, 15m, 25m, 35m, 45m, 55m"

    @C-02
    Scenario: A call that is one too many at a time is rate limited
      Given "acme" allows 1 call at a time
      And calls to "acme" take "10s"
      And a polling job "other" on "acme-main" for "contacts" every "30m"
      Then no call of job "poll" fails
      And 2 polls of job "other" failed because of rate_limited with status 429

  Rule: A call ends as exactly one thing

    @C-01
    Scenario: Where faults fall together, one answers
      # Down beats the limit, and the limit beats what is wrong with the records.
      Given a polling job "poll" on "acme-main" for "contacts" every "1m"
      When the "contacts" of "acme" are rejected from "10m" for "10m"
      And "acme" limits calls from "10m" for "4m"
      And "acme" is down from "10m" for "1m"
      Then 1 poll of job "poll" failed because of vendor_down
      And 3 polls of job "poll" failed because of rate_limited
      And 6 polls of job "poll" failed because of rejected

    @C-02 @C-05
    Scenario: Two answers with status 401, of which one means an old token
      Given a connection "acme-main" to "acme" with OAuth 2.0
      When the access token of "acme-main" is revoked at "15m"
      And the credentials of "acme-main" change at "35m"
      Then the token of "acme-main" is refreshed only at "20m"
      And calls of job "poll" fail only at "20m, 40m, 50m"
      And 2 polls of job "poll" failed because of bad_credentials with status 401
      And job "poll" has 2 failed polls

  Rule: What a call will answer is fixed when it is sent

    @C-04
    Scenario: An outage that begins while a call is in flight does not touch it
      Given calls to "acme" take "20s"
      When "acme" is down from "20m10s" for "1m"
      Then no call of job "poll" fails

    @C-04
    Scenario: An outage that ends while a call is in flight does not mend it
      Given calls to "acme" take "20s"
      When "acme" is down from "19m55s" for "10s"
      Then calls of job "poll" fail only at "20m20s"

    @C-04
    Scenario: A record that comes into being while a call is in flight is not in its answer
      # The call of 10m finds 40 records at four a minute; 41 and 42 come before its answer does, 43 after.
      Given an application "acme" with "contacts" at 4/m
      And calls to "acme" take "30s"
      And the run lasts "11m"
      Then job "poll" delivered 40 records, 3 wait and 0 are lost

  Rule: A write that is not ok had no effect, unless the timeline says so, and records are known again

    @C-04
    Scenario: A write that timed out is repeated, and nothing is stored twice
      Given a flow "flow" from "acme-main/contacts" to "wms-main/contacts" every "30m"
      And a repeated write to "wms" makes duplicates
      When "wms" is down from "30m" for "10s" with no answer in time
      Then flow "flow" completes a run at "30m35s"
      And 0 records of flow "flow" are stored twice

    @C-04
    Scenario: A write that landed all the same is stored twice where the vendor does not know records again
      Given a flow "flow" from "acme-main/contacts" to "wms-main/contacts" every "30m"
      And a repeated write to "wms" makes duplicates
      When "wms" is down from "30m" for "10s" with no answer in time, but what is written lands
      Then 30 records of flow "flow" are stored twice

    @C-04
    Scenario: A vendor that knows its records stores the repeated write once
      Given a flow "flow" from "acme-main/contacts" to "wms-main/contacts" every "30m"
      When "wms" is down from "30m" for "10s" with no answer in time, but what is written lands
      Then flow "flow" completes a run at "30m35s"
      And no record is lost or delivered twice, and 38 wait in all

  Rule: Every request to an application is a call, and wasted if a fault answered it

    @C-07
    Scenario: Pages, writes and tests are calls
      # The flow reads nothing at 0s (one call), and 50 records at 50m (three pages, three writes).
      Given a page of "acme" holds 20 records
      And a flow "flow" from "acme-main/contacts" to "wms-main/contacts" every "50m"
      When an operator disables job "poll" at "0s"
      And an operator tests "acme-main" at "30m"
      Then the run makes 8 calls, of which 0 are wasted

    @C-07
    Scenario: A test that a fault answers is wasted, and a call that is only slow is not
      When an operator tests "acme-main" at "25m"
      And "acme" is down from "22m" for "5m"
      And "acme" takes "20s" to answer from "38m" for "5m"
      Then the run makes 7 calls, of which 1 is wasted
      And no call of job "poll" fails
