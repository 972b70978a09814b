#!/usr/bin/env python3
"""Do the clients of other languages and `sallyport serve` understand each other, and does each hear the same?

    clients.py --program build/release/bin/sallyport

Each client is one program that is told requests, a line each, and answers with a line each:

    METHOD TARGET WAY HEADERS BODY     WAY: plain, chunked, expect; HEADERS and BODY in Base64, - where empty
    STATUS HEADERS BODY                or: failed WORDS

It does what its language's library does by itself, and no more. The table has a row for each request and a column for
each client. The exit code is 1 where two of them disagree or hear what is not expected, 77 where none is installed.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
from pathlib import Path

from parties import HERE, IDENTITY, Absent, Parties, columns, has_module, program

SKIPPED = 77
CLIENTS = HERE / "clients"
STEP = "/api/v1/authenticate?userId={client}"
SCHEMES = "/api/v1/authenticationSchemes"
JSON = "application/json"
KNOWN = {"X-Client-Id": IDENTITY["SALLYPORT_CLIENT_ID"], "X-Client-Secret": IDENTITY["SALLYPORT_CLIENT_SECRET"]}
LOGIN = {"type": "sandbox", "authFlowStep": "loginPassword", "username": "Mesh+sms+totp", "password": "Pass123"}


def decoded(text):
    return b"" if text == "-" else base64.b64decode(text)


def encoded(text):
    return base64.b64encode(text.encode()).decode() or "-"


class Reply:
    def __init__(self, line):
        words = line.split()
        if not words or words[0] == "failed":
            raise RuntimeError(decoded(words[1]).decode() if len(words) > 1 else "it ended")
        self.status, self.body = int(words[0]), decoded(words[2])
        self.headers = {name.lower(): value for name, _, value in
                        (header.partition(": ") for header in decoded(words[1]).decode().splitlines())}

    def content(self):
        return json.loads(self.body)["content"]


class Talker:
    """A program that runs on from one request to the next, so that its connections are kept as it keeps them."""

    ways = ("plain", "chunked", "expect")

    def __init__(self, parties, command, **environment):
        self.child = parties.start("client", command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment})

    def ask(self, method, target, way, headers, body):
        lines = "".join(f"{name}: {value}\n" for name, value in headers.items())
        self.child.stdin.write(f"{method} {target} {way} {encoded(lines)} {encoded(body)}\n".encode())
        self.child.stdin.flush()
        return Reply(self.child.stdout.readline().decode())


class WithoutExpect(Talker):
    ways = ("plain", "chunked")


class Curl:
    def __init__(self, parties, url, *arguments, ways=("plain",)):
        self.command = [program("curl"), "--silent", "--show-error", "--max-time", "20", "--cacert", parties.ca, *arguments]
        self.directory, self.url, self.ways = parties.directory, url, ways

    def ask(self, method, target, way, headers, body):
        files = [self.directory / name for name in ("curl.headers", "curl.body")]
        extra = {"chunked": {"Transfer-Encoding": "chunked"}, "expect": {"Expect": "100-continue"}}.get(way, {})
        words = ["--head"] if method == "HEAD" else ["--request", method]
        for name, value in {**headers, **extra}.items():
            words += ["--header", f"{name}: {value}"]
        if body:
            (self.directory / "curl.sent").write_text(body)
            words += ["--data-binary", f"@{self.directory}/curl.sent"]
        for file in files:
            file.write_bytes(b"")
        done = subprocess.run([*self.command, *words, "--dump-header", files[0], "--output", files[1], self.url + target],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return Reply(f"failed {encoded(done.stderr)}")
        head = files[0].read_bytes().replace(b"\r", b"").strip().split(b"\n\n")[-1]
        status, _, lines = head.partition(b"\n")
        said = b"" if method == "HEAD" else files[1].read_bytes()
        return Reply(" ".join([status.split()[1].decode(), encoded(lines.decode()), encoded(said.decode())]))


def built_go(parties):
    binary = parties.directory / "client-go"
    subprocess.run([program("go"), "build", "-o", binary, CLIENTS / "client.go"], check=True, capture_output=True,
                   env={**os.environ, "GO111MODULE": "off"})
    return binary


def java(parties, url):
    program("javac")  # Without it no source can be run.
    return [program("java"), CLIENTS / "Client.java", url, parties.ca]


def python_with(module):
    python = next((python for python in (sys.executable, "/usr/bin/python3") if has_module(python, module)), None)
    if not python:
        raise Absent(f"Python's {module}")
    return python


def clients(parties, url):
    python = CLIENTS / "client.py"
    return {
        "Java HttpClient": lambda: Talker(parties, java(parties, url)),
        "Go net/http": lambda: Talker(parties, [built_go(parties), url, parties.ca]),
        "Python http.client": lambda: WithoutExpect(parties, [sys.executable, python, "http.client", url, parties.ca]),
        "Python requests": lambda: WithoutExpect(
            parties, [python_with("requests"), python, "requests", url, parties.ca]),
        "Node fetch, https": lambda: Talker(parties, [program("node"), CLIENTS / "client.mjs", url],
                                            NODE_EXTRA_CA_CERTS=str(parties.ca)),
        "curl, HTTP/1.1": lambda: Curl(parties, url, "--http1.1", ways=Talker.ways),
        "curl, HTTP/1.0": lambda: Curl(parties, url, "--http1.0"),
    }


def post(client, body, way="plain", content_type=JSON, headers=(), known=True):
    text = body if isinstance(body, str) else json.dumps(body)
    said = {"Content-Type": content_type, **(KNOWN if known else {**KNOWN, "X-Client-Secret": "wrong"}), **dict(headers)}
    return client.ask("POST", STEP.format(client=client.user), way, said, text)


def log_in(way):
    """A login of three posts; gives the statuses of its steps."""
    def steps(client):
        if way not in client.ways:
            return None
        door = post(client, LOGIN, way).content()
        said = [door["status"]]
        for field in ("challengeCode", "mfaCode"):
            answer = {"type": "sandbox", "challengeId": door["challengeId"], field: "123456"}
            if door.get("authFlowStep"):
                answer["authFlowStep"] = door["authFlowStep"]
            door = post(client, answer, way).content()
            said.append(door["status"])
        return ", ".join(said) + (", tokens" if door["accountTokens"][0]["accessToken"] else "")
    return steps


def told(body, **how):
    """One post that is refused; gives the status and what it says of itself."""
    def refused(client):
        reply = post(client, body, **how)
        kind = reply.headers.get("content-type", "").split(";")[0].rpartition("/")[2]
        return f"{reply.status} {kind}" + (", WWW-Authenticate" if "www-authenticate" in reply.headers else "")
    return refused


def asked(method, target):
    def answered(client):
        reply = client.ask(method, target, "plain", KNOWN, "")
        length = int(reply.headers.get("content-length", "0"))
        body = "no body" if not reply.body else "its body" if len(reply.body) == length else "another body"
        dated = "" if "date" in reply.headers else ", no Date"
        return f"{reply.status}, a length{dated}, {body}" if length else f"{reply.status}, no length, {body}"
    return answered


STEPS = "challengeIssued, mfaRequired, succeeded, tokens"
CASES = [
    ("a login", log_in("plain"), STEPS),
    ("a login in chunks", log_in("chunked"), STEPS),
    ("a login that waits for 100 Continue", log_in("expect"), STEPS),
    ("a type that the API does not have", told({**LOGIN, "type": "noSuchBroker"}), "400 problem+json"),
    ("JSON that breaks off", told('{"type": "sandbox"'), "400 problem+json"),
    ("a member of the wrong kind", told({**LOGIN, "mfaCode": 1}), "400 problem+json"),
    ("a body that calls itself text", told(LOGIN, content_type="text/plain"), "400 problem+json"),
    ("a body that is gzip", told(LOGIN, headers={"Content-Encoding": "gzip"}.items()), "415 json"),
    ("a wrong secret", told(LOGIN, known=False), "401 json, WWW-Authenticate"),
    ("a body of 1 MiB", told(json.dumps(LOGIN) + " " * (1 << 20)), "413 json"),
    ("the schemes", asked("GET", SCHEMES), "200, a length, its body"),
    ("the head of the schemes", asked("HEAD", SCHEMES), "200, a length, no body"),
    ("a path that is not there", asked("GET", "/api/v1/nothing"), "404, a length, its body"),
    ("a method that is not there", asked("DELETE", SCHEMES), "405, a length, its body"),
    ("after all that, a login", log_in("plain"), STEPS),
]


def hear(case, client):
    try:
        return case(client)
    except Exception as error:  # Whatever goes wrong is what this client has heard.
        return f"{type(error).__name__}: {error}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    options = parser.parse_args()
    with Parties() as parties:
        url = f"https://localhost:{parties.sallyport(options.program.resolve())}"
        found = {}
        for name, make in clients(parties, url).items():
            try:
                found[name] = make()
                found[name].user = name.replace(" ", "-").replace(",", "").replace("/", "-")
            except Absent as absent:
                print(f"Skipped: {name}; {absent} is not installed.", file=sys.stderr)
        table, wrong = [["request", *found, "agree"]], 0
        for name, case, wanted in CASES:
            heard = [hear(case, client) for client in found.values()]
            agree = all(said in (None, wanted) for said in heard)
            wrong += not agree
            cells = ["–" if said is None else "✓" if said == wanted else said for said in heard]
            table.append([f"{name}: {wanted}", *cells, "yes" if agree else "no"])
    print(columns(table))
    if not found:
        sys.exit(SKIPPED)
    print(f"{len(CASES) - wrong} passed, {wrong} failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
