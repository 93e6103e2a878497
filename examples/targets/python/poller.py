#!/usr/bin/env python3
"""A small platform that polls vendors and disables jobs that keep failing, under outagedrill's contract.

    python3 poller.py --port 8700 [--defect off_by_one] [--clock real]

docs/target.md is the contract, docs/rules.md has the rules. To adapt it, keep Target and replace Platform.
"""

import argparse
import contextlib
import http.server
import json
import pickle
import smtplib
import threading
import time
from base64 import b64encode
from collections import namedtuple
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, unquote, urlencode, urlsplit

OFFERS = ["polling_jobs", "disable", "notifications", "oauth", "reauthorize", "environment_change", "restart"]
MINUTE = timedelta(minutes=1)  # a token is renewed so long before it expires (C-05), a mail tried again so late
parse = datetime.fromisoformat
TIMEOUT, SENDER = 30, "poller@example.com"  # of calls, in seconds; of e-mails

# The auto-disable rule. failures: those in a row of one resource; total: the sum over its job's resources.
RULE = {
    "counts": lambda kind: kind != "ok",  # DIS-03: every failure, rate limits too
    "after_success": lambda failures: 0,  # DIS-04
    "trips": lambda failures, total, threshold: failures >= threshold,  # DIS-05, DIS-06
    "polls": lambda enabled: enabled,  # DIS-07
    "mails": 1,  # DIS-08
    "after_enable": lambda failures: 0,  # DIS-12
}
DEFECTS = {
    "off_by_one": {"trips": lambda failures, total, threshold: failures > threshold},
    "sum_over_resources": {"trips": lambda failures, total, threshold: total >= threshold},
    "no_reset": {"after_success": lambda failures: failures},
    "polls_after_disable": {"polls": lambda enabled: True},
    "two_mails": {"mails": 2},
    "enable_keeps_counts": {"after_enable": lambda failures: failures},
    "limit_not_counted": {"counts": lambda kind: kind not in ("ok", "rate_limited")},
}
MESSAGES = {
    "rate_limited": "the application's API limit was reached", "rejected": "the request was rejected",
    "bad_credentials": "the credentials were refused", "vendor_down": "the application did not respond",
    "token_refresh_failed": "the access token could not be refreshed"}
ENABLED = {"enabled": True, "disabled_by": None, "disabled_at": None, "resource": None}

# How a call ended: "ok" or a kind of MESSAGES, its HTTP status, what was promised, whether the token expired.
Answer = namedtuple("Answer", "kind status value expired", defaults=(None, None, False))


def ask(method, url, headers, promised, body=None):
    """Makes one request, without retries or redirects, and reads its answer (C-02). promised picks what was
    promised out of the JSON, and raises an error where it is not there."""
    to, status = urlsplit(url), None
    connection = (HTTPSConnection if to.scheme == "https" else HTTPConnection)(to.netloc, timeout=TIMEOUT)
    try:
        headers = {"Accept": "application/json", "Connection": "close"} | headers
        connection.request(method, f"{to.path}?{to.query}" if to.query else to.path, body, headers)
        response = connection.getresponse()
        status, text = response.status, response.read()
        if 200 <= status < 300:
            return Answer("ok", status, promised(json.loads(text)))
        if 400 <= status < 500:
            kinds = {401: "bad_credentials", 403: "bad_credentials", 429: "rate_limited"}
            expired = status == 401 and 'error="invalid_token"' in response.getheader("WWW-Authenticate", "")
            return Answer(kinds.get(status, "rejected"), status, expired=expired)
    except (OSError, HTTPException, ValueError, LookupError, TypeError, OverflowError, RecursionError):
        pass  # refused, reset, timed out, cut short; or HTML, nothing, garbage
    finally:
        connection.close()
    return Answer("vendor_down", status)


def page(value):
    """The numbers of a page's records, and whether more follow: never after none, or a poll might not end."""
    numbers = [int(record["number"]) for record in value["records"]]
    return numbers, bool(value["has_more"] and numbers)


def credentials(connection):
    access = connection["token"]["access_token"] if connection["auth"] == "oauth2" else ""
    basic = b64encode(f"{connection['id']}:password".encode()).decode()
    return {"oauth2": {"Authorization": "Bearer " + access}, "basic": {"Authorization": "Basic " + basic},
            "api_key": {"X-Api-Key": connection["id"]}, "none": {}}[connection["auth"]]


def show(instant):
    return instant.isoformat().replace("+00:00", "Z")


class Platform:
    """All that the platform knows, in the contract's words. It is pickled to outlive a restart (DIS-16)."""
    def __init__(self, world):
        self.now, self.smtp = parse(world["now"]), (world.get("mail") or {}).get("smtp")
        self.environment, self.threshold = world["environment"], world["threshold"]
        self.minute, self.outbox, self.mail_due = MINUTE * world.get("time_scale", 1), [], None
        self.connections = {each["id"]: each for each in world["connections"]}
        self.jobs = {job["id"]: job | ENABLED for job in world["polling_jobs"]}
        for job in self.jobs.values():
            job["first"] = job["due"] = self.now + timedelta(seconds=job["phase"])
            job["resources"] = [{"name": name, "consecutive_failures": 0, "delivered": 0, "after": 0}
                                for name in job["resources"]]

    def agenda(self):
        """What is due by itself: when, its rank and number among what is due then (T-03), what to do."""
        if self.outbox:
            yield self.mail_due, 0, 0, self.deliver
        for number, job in enumerate(self.jobs.values()):
            if rule.polls(job["enabled"]):
                yield job["due"], 1 if job.get("at_once") else 2, number, lambda job=job: self.tick(job)

    def advance(self, to, before=False):
        """Does what is due up to an instant, or only before it, each thing at its own instant."""
        if to < self.now:
            raise ValueError(f"it is {show(self.now)} already")
        while (item := min(self.agenda(), default=None)) and (item[0] < to or item[0] == to and not before):
            self.now = item[0]
            item[-1]()
        self.now = to
        return {"now": to, "idle": True, "next_due": min(self.agenda(), default=[None])[0]}

    def tick(self, job):
        """Polls a job's resources one after the other (DIS-01), until one of them disables it."""
        every = timedelta(seconds=job["every"])
        job.update(at_once=False, due=job["first"] + every * max(0, (self.now - job["first"]) // every + 1))
        for resource in job["resources"]:
            if rule.polls(job["enabled"]):
                answer = self.poll(self.connections[job["instance"]], job, resource)
                if answer.kind == "ok":
                    resource["consecutive_failures"] = rule.after_success(resource["consecutive_failures"])
                elif rule.counts(answer.kind):
                    self.failed(job, resource, answer)

    def poll(self, connection, job, resource):
        """Reads a resource page by page: one poll, and what was read before a failure stays (DIS-02)."""
        more = True
        while more:
            answer = self.read(connection, job, resource)
            numbers, more = answer.value or ([], False)
            resource["delivered"] += len(numbers)
            resource["after"] = max([resource["after"], *numbers])
        return answer

    def read(self, connection, job, resource):
        """Asks for a page. A token is renewed in its last minute, and once if refused as expired (C-05)."""
        url = f"{connection['base_url']}/{quote(resource['name'], safe='')}?after={resource['after']}"
        oauth = connection["auth"] == "oauth2"
        for again in False, True:
            left = parse(connection["token"]["expires_at"]) - self.now if oauth else None
            if oauth and (again or left <= self.minute):
                refreshed = self.refresh(connection["token"], job)
                if refreshed.kind != "ok" and (again or left <= timedelta()):
                    return refreshed
            answer = ask("GET", url, {"X-Outagedrill-Job": job["id"]} | credentials(connection), page)
            if not (oauth and answer.expired):
                break
        return answer

    def refresh(self, token, job):
        form = urlencode({"grant_type": "refresh_token", "refresh_token": token["refresh_token"]})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Outagedrill-Job": job["id"]}
        answer = ask("POST", token["token_url"], headers, lambda new: new | {  # the refresh token too (C-06)
            "access_token": new["access_token"],
            "expires_at": show(self.now + timedelta(seconds=new["expires_in"]))}, form)
        if answer.kind != "ok":
            return Answer("token_refresh_failed", answer.status)
        token.update(answer.value)
        return answer

    def failed(self, job, resource, answer):
        """Counts a failure, and disables the job at the present environment's threshold (DIS-15)."""
        resource["since"] = resource["since"] if resource["consecutive_failures"] else self.now
        resource["consecutive_failures"] += 1
        total = sum(each["consecutive_failures"] for each in job["resources"])
        if job["enabled"] and rule.trips(resource["consecutive_failures"], total, self.threshold):
            error = {"class": answer.kind, "status": answer.status, "message": MESSAGES[answer.kind]}
            job.update(enabled=False, disabled_by="platform", disabled_at=self.now, resource=resource["name"],
                       environment=self.environment, threshold=self.threshold, last_error=error)
            if self.smtp:
                self.outbox += [self.mail(job, resource, error)] * rule.mails
                self.mail_due = self.now

    def mail(self, job, resource, error):
        """The e-mail about a disablement, for the instance's owner (DIS-08)."""
        mail, owner = EmailMessage(), self.connections[job["instance"]]["owner"]
        mail["From"], mail["To"], mail["Date"] = SENDER, owner, self.now
        mail["Message-ID"] = f"<{job['id']}.{self.now.timestamp():.6f}@example.com>"
        mail["Subject"] = f"Polling job {job['id']} of {job['instance']} was disabled"
        mail.set_content(f"""Polling job {job['id']} of connector instance {job['instance']} was disabled.

Environment: {self.environment} (threshold {self.threshold})
Resource:    {resource['name']}
Failures:    {resource['consecutive_failures']} in a row since {show(resource['since'])}
Last answer: {error['class']}, {f"HTTP status {error['status']}" if error['status'] else "no HTTP status"}:
             {error['message']}

Check its credentials, check your sandbox, re-authenticate it; then enable it: PUT /jobs/{job['id']}/enable
""")
        return owner, mail.as_bytes()

    def deliver(self):
        """Tries the e-mails that wait, in the order in which they were decided."""
        for owner, text in self.outbox[:]:
            with contextlib.suppress(OSError), smtplib.SMTP(self.smtp, 0, "localhost", TIMEOUT) as client:
                client.sendmail(SENDER, [owner], text)
                self.outbox.remove((owner, text))  # now: a bad farewell is no reason to send it again
        self.mail_due = self.now + self.minute

    def switch(self, job, on):
        """Enables a job: it polls at once, so now, and then at its ticks (DIS-12). Or disables it."""
        changed = job["enabled"] != on
        if changed and on:
            job.update(ENABLED, due=self.now, at_once=True)
            for resource in job["resources"]:
                resource["consecutive_failures"] = rule.after_enable(resource["consecutive_failures"])
        elif changed:
            job.update(enabled=False, disabled_by="user", disabled_at=self.now)
        return {"id": job["id"], "state": "enabled" if on else "disabled", "changed": changed}


class Target(http.server.BaseHTTPRequestHandler):
    """The contract's calls, one at a time: whoever looks at the platform sees it between two happenings."""
    protocol_version, disable_nagle_algorithm, log_message = "HTTP/1.1", True, lambda *_: None
    name, clock, platform, lock = "poller.py", "mock", None, threading.Lock()

    def carry_out(self, it, body):
        match [self.command, *(unquote(part) for part in self.path.split("/")[1:])]:
            case "GET", "outagedrill", "v1":
                return {"contract": 1, "platform": self.name, "clock": self.clock, "offers": OFFERS}
            case "PUT", "outagedrill", "v1", "world":
                Target.platform = Platform(body)
            case "GET", "outagedrill", "v1", "state":
                return {"now": it.now, "jobs": list(it.jobs.values())}
            case "PUT", "outagedrill", "v1", "clock" if self.clock == "mock":
                return it.advance(parse(body["now"]), body.get("before", False))
            case "GET", "outagedrill", "v1", "idle":
                return it.advance(it.now, before=True)
            case "PUT", "outagedrill", "v1", "environment":
                it.environment, it.threshold = body["environment"], body["threshold"]
            case "POST", "outagedrill", "v1", "restart":
                Target.platform = pickle.loads(pickle.dumps(it))
            case "GET", ("jobs" | "instances") as what, "polling-disabled":
                jobs = [job for job in it.jobs.values() if job["disabled_by"] == "platform"]  # DIS-10
                instances = [{"id": name} for name in sorted({job["instance"] for job in jobs})]
                return jobs if what == "jobs" else instances
            case "PUT", "jobs", job, ("enable" | "disable") as do:
                return it.switch(it.jobs[job], do == "enable")
            case "PUT", "connections", name, "credentials":  # enables no job (DIS-13)
                it.connections[name]["token"] = body.get("token") or it.connections[name].get("token")
            case _:
                raise LookupError(self.path)

    def do_GET(self):
        status, body = 200, self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.lock:
            try:
                answer = self.carry_out(self.platform, json.loads(body or "null"))
            except (LookupError, AttributeError, TypeError, ValueError) as error:
                status, answer = 404 if isinstance(error, LookupError) else 409, {"error": repr(error)}
        text = b"" if answer is None else json.dumps(answer, default=show).encode()
        self.send_response(status if text else 204)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_PUT = do_POST = do_GET


def run_clock():
    """Does what is due as time passes, where nobody moves the clock."""
    while time.sleep(0.002) is None:
        with Target.lock:
            if (it := Target.platform) and it.now < (now := datetime.now(timezone.utc)):
                it.advance(now)


if __name__ == "__main__":
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--port", type=int, default=0, help="to listen on; 0: any that is free")
    flags.add_argument("--defect", choices=DEFECTS, help="of the rule")
    flags.add_argument("--clock", choices=["mock", "real"], default="mock", help="real: it runs by itself")
    flags.add_argument("--until-stdin-closes", action="store_true")
    flags = flags.parse_args()
    rule = argparse.Namespace(**RULE | DEFECTS.get(flags.defect, {}))
    Target.clock, Target.name = flags.clock, Target.name + (f" with {flags.defect}" if flags.defect else "")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", flags.port), Target)
    if flags.until_stdin_closes:
        threading.Thread(target=lambda: (open(0).read(), server.shutdown()), daemon=True).start()
    if flags.clock == "real":
        threading.Thread(target=run_clock, daemon=True).start()
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
