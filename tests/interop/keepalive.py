#!/usr/bin/env python3
"""Is a login lost where a server closes a connection that rests, just when the client uses it again?

    keepalive.py --program build/release/bin/sallyport --logins-program build/release/bin/resting_logins
                 [--logins 200] [--polls 6] [--round-trips 0,40] [--only apache,nginx,uvicorn,node]
                 [--idle-timeout MS]

Each server keeps connections for as long as it does by itself; Apache and nginx stand before `sallyport serve`, uvicorn
and Node are the API. So many users each, every one with a client of its own, wait for a tap on a phone and are polled for
it every five seconds; as many type a code after the server's own time, half a second more or less. Beside them a
client that trusts a connection until it has heard its end makes one request after the server's time, a tenth of a second
more or less: what it loses says how real the danger was. The exit code is 1 where a login was lost.

Let the machine be idle: an Apache that has no worker left ends connections that have hardly rested, and no client can
foresee that. It is told where it happens.
"""

import argparse
import asyncio
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

from parties import IDENTITY, Absent, Parties, columns

# Seconds: what is built into each. Node announces five and gives one more.
RESTS = {"apache": 5.0, "nginx": 75.0, "uvicorn": 5.0, "node": 6.0}
TRUSTED_MORE_OR_LESS = 0.1  # Seconds.
BEGIN_OVER = 10.0  # Seconds: the users come one after the other.


async def read_reply(reader):
    header = await reader.readuntil(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in header.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    await reader.readexactly(int(lengths[0]))


async def trusting_request(port, tls, delay, rest):
    """Whether the second request got no reply, or None where the server's farewell came first."""
    await asyncio.sleep(delay)
    request = f"GET /livez HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls, server_hostname="localhost")
    try:
        writer.write(request)
        await read_reply(reader)
        await asyncio.sleep(rest)
        if reader.at_eof() or reader.exception() or writer.transport.is_closing():
            return None
        writer.write(request)
        await read_reply(reader)
        return False
    except (OSError, asyncio.IncompleteReadError):
        return True
    finally:
        writer.transport.abort()


async def trusting_client(port, ca, count, rest):
    tls = ssl.create_default_context(cafile=ca)

    def request(index):
        part = index / count
        # The order of the rests is not that of the beginnings, lest all that rest for as long meet the same busy moment.
        rests = rest + TRUSTED_MORE_OR_LESS * (2 * (index * 7 % count) / count - 1)
        return trusting_request(port, tls, BEGIN_OVER * part, rests)

    seen = await asyncio.gather(*(request(index) for index in range(count)))
    return sum(lost is True for lost in seen)


async def log_in(options, parties, port, user, identity, *more):
    child = await asyncio.create_subprocess_exec(
        str(options.logins_program), "--url", f"https://localhost:{port}", "--ca", str(parties.ca), "--user", user,
        "--user-id", identity, "--logins", str(options.logins), "--over", str(int(1000 * BEGIN_OVER)), *more,
        *(("--idle-timeout", options.idle_timeout) if options.idle_timeout else ()),
        stdout=subprocess.PIPE, env={**os.environ, **IDENTITY})
    said, _ = await child.communicate()
    if child.returncode != 0:
        raise RuntimeError(f"the logins ended with {child.returncode}")
    return json.loads(said)


async def measure(options, name, round_trip):
    """One cell of the table, with servers of its own: what a server does when too many come at once is not asked here."""
    with Parties() as parties:
        if name in ("apache", "nginx"):
            front = getattr(parties, name)(parties.sallyport(options.program))
        else:
            front = getattr(parties, name)()
        port = parties.delaying_proxy(front, round_trip) if round_trip else front
        think = str(int(1000 * RESTS[name]))
        push = await log_in(options, parties, port, f"Mesh+push(polls={options.polls})", "push-")
        code = await log_in(options, parties, port, "Mesh+sms+life(300s)", "code-", "--think", think, "--spread", "1000")
        trusted = await trusting_client(port, parties.ca, options.logins, RESTS[name])
        if ended := parties.connections_that_apache_ended():
            print(f"{name}, {round_trip} ms: it had no worker left and ended {ended} kept connections", file=sys.stderr)
    for what, said in (("push", push), ("code", code)):
        print(f"{name}, {round_trip} ms, {what}: {json.dumps(said)}", file=sys.stderr, flush=True)
    return [options.logins - said["ends"].get("succeeded", 0) for said in (push, code)], push["pollsFailed"], trusted


async def measure_server(options, name):
    return await asyncio.gather(*(measure(options, name, round_trip) for round_trip in options.round_trips))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--logins-program", type=Path, required=True)
    parser.add_argument("--logins", type=int, default=200)
    parser.add_argument("--polls", type=int, default=6)
    parser.add_argument("--round-trips", default="0,40", type=lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--idle-timeout", metavar="MS", help="of our client, in place of its default")
    parser.add_argument("--only", default=",".join(RESTS))
    options = parser.parse_args()
    options.program, options.logins_program = options.program.resolve(), options.logins_program.resolve()
    of = f"of {options.logins}"
    table = [["server", "keeps for", "round trip", f"lost by a tap, {of}", "its polls asked again", f"lost by a code, {of}",
              f"requests of a client that trusts, lost {of}"]]
    all_lost = 0
    for name in options.only.split(","):
        try:
            measured = asyncio.run(measure_server(options, name))
        except Absent as absent:
            table.append([name, f"{RESTS[name]:.0f} s", f"{absent} is not installed", "", "", "", ""])
            continue
        for round_trip, ((push, code), again, trusted) in zip(options.round_trips, measured):
            table.append([name, f"{RESTS[name]:.0f} s", f"{round_trip} ms", push, again, code, trusted])
            all_lost += push + code
    print(columns(table))
    sys.exit(1 if all_lost else 0)


if __name__ == "__main__":
    main()
