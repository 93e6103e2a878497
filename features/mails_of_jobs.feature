Feature: The e-mail about a disabled polling job
  One e-mail a disablement, to the owner of the instance. It says all that the reader needs to act. A mail
  server that is down delays it, and neither loses nor doubles it.

  Background:
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And a connection "acme-main" to "acme" with an API key
    And connection "acme-main" is owned by "ops@example.com"
    And a polling job "poll" on "acme-main" for "contacts" every "1m"
    And the run lasts "1h"

  Rule: The e-mail tells what happened and what can be done

    @DIS-08
    Scenario Outline: It tells the last failure: <class>
      When <trouble>
      Then the e-mail about job "poll" is decided at "19m" and delivered at "19m"
      And the e-mail about job "poll" names "<told>"

      Examples:
        | class           | told                 | trouble                                             |
        | rate_limited    | rate_limited, 429    | "acme" limits calls from "10m" on                   |
        | bad_credentials | bad_credentials, 401 | the credentials of "acme-main" change at "10m"      |
        | rejected        | rejected, 422        | the "contacts" of "acme" are rejected from "10m" on |

    @DIS-08 @our-words
    Scenario: A failure without an answer has no status to tell
      When "acme" is down from "10m" on with connections refused
      Then every failed poll of job "poll" was vendor_down
      And the e-mail about job "poll" names "vendor_down, no HTTP status, did not respond"

    @DIS-08
    Scenario: Of a mixed streak it tells the last failure, and the first one's instant
      When "acme" limits calls from "10m" for "9m"
      And "acme" is down from "19m" on with status 502
      Then the e-mail about job "poll" names "vendor_down, 502, 00:10:00"

    @DIS-08 @our-words
    Scenario: It says what the reader can do, though the vendor is back
      When "acme" is down from "10m" for "10m"
      Then job "poll" is disabled at the end
      And the e-mail about job "poll" names "credentials, sandbox, re-authenticate, /jobs/poll/enable"

    @DIS-08 @our-words
    Scenario: It says which job of which instance, where, and what tripped
      # The resource's name begins that of another job, and the threshold's number that of a status.
      Given a polling job "contacts-poll" on "acme-main" for "contacts" every "1m"
      And an operator disables job "poll" at "0s"
      When "acme" is down from "10m" on
      Then the e-mail about job "contacts-poll" names "Polling job contacts-poll of acme-main was disabled"
      And the e-mail about job "contacts-poll" names "Environment: snapshot, Resource:    contacts"
      And the e-mail about job "contacts-poll" names "Failures:    10 in a row since 2024-03-04T00:10:00Z (threshold 10)"
      And the e-mail about job "contacts-poll" names "vendor_down, HTTP status 503: the application did not respond"

  Rule: It goes to the owner of the instance, once a disablement

    @DIS-08 @DIS-12
    Scenario: A second disablement is a second e-mail
      # Enabled at 30m the job fails at once, then nine times more, up to 39m.
      When "acme" is down from "10m" on
      And an operator enables job "poll" at "30m30s"
      Then e-mails to "ops@example.com" about disabled jobs arrive only at "19m, 39m"

    @DIS-08
    Scenario: The instance's subscribers and the owners of other instances hear nothing
      Given "bi@example.com" subscribes to connection "acme-main"
      And a connection "acme-two" to "acme" with an API key
      And connection "acme-two" is owned by "sales@example.com"
      When the credentials of "acme-main" change at "10m"
      Then "ops@example.com" gets 1 e-mail about disabled jobs
      And "bi@example.com" gets 0 e-mails about disabled jobs
      And "sales@example.com" gets 0 e-mails about disabled jobs

    @DIS-08
    Scenario: Two jobs of one owner are two e-mails
      Given a polling job "other" on "acme-main" for "contacts" every "2m"
      When "acme" is down from "10m" on
      Then e-mails to "ops@example.com" about disabled jobs arrive only at "19m, 28m"

  Rule: A mail server that is down delays e-mails, and nothing else

    @DIS-08
    Scenario: E-mails that wait are delivered when it is back, in the order in which they were decided
      # "slow" comes first in the timeline, but trips at 28m; "poll" trips at 19m.
      Given a connection "acme-two" to "acme" with an API key
      And a polling job "slow" on "acme-two" for "contacts" every "2m"
      When "acme" is down from "10m" on
      And the mail server is down from "15m" for "25m"
      Then the e-mail about job "slow" is decided at "28m" and delivered at "40m"
      And the e-mail about job "poll" is decided at "19m" and delivered at "40m"
      And e-mails about jobs "poll, slow" arrive in this order

    @DIS-08
    Scenario: A mail server that does not come back blocks nothing
      Given a connection "acme-two" to "acme" with an API key
      And a polling job "other" on "acme-two" for "orders" every "10m"
      When the "contacts" of "acme" are down from "10m" on
      And the mail server is down from "15m" on
      Then the e-mail about job "poll" is decided at "19m" and never delivered
      And job "poll" is disabled at the end
      And job "other" polls "orders" 6 times

    @DIS-08 @T-03
    Scenario: A mail server that is back at the instant of the decision delays nothing
      When "acme" is down from "10m" on
      And the mail server is down from "15m" for "4m"
      Then the e-mail about job "poll" is decided at "19m" and delivered at "19m"

    @DIS-08 @T-03
    Scenario: Two times down that touch are one, and the first begins just in time
      When "acme" is down from "10m" on
      And the mail server is down from "19m" for "11m"
      And the mail server is down from "30m" for "10m"
      Then the e-mail about job "poll" is decided at "19m" and delivered at "40m"
      And "ops@example.com" gets 1 e-mail about disabled jobs
