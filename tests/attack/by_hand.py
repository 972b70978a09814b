#!/usr/bin/env python3
"""What the tests cannot ask without becoming flaky or slow, of a `sallyport serve` that runs: by_hand.py --help.

Whether an unknown name is told from a wrong password by the time that the reply takes; and what idle connections,
unfinished headers and unfinished bodies cost in memory. SALLYPORT_CLIENT_ID and SALLYPORT_CLIENT_SECRET as for the server.
"""

import argparse
import http.client
import json
import os
import random
import socket
import ssl
import statistics
import sys
import time


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--pid", type=int, help="the server's, to see its memory; without it that part is left out")
    parser.add_argument("--rounds", type=int, default=5000, help="logins of each kind")
    parser.add_argument("--connections", type=int, default=5000)
    return parser.parse_args()


def of_environment(name):
    return os.environ.get(name) or sys.exit(f"{name} is not set; it is what the server was started with")


IDENTITY = {"X-Client-Id": of_environment("SALLYPORT_CLIENT_ID"),
            "X-Client-Secret": of_environment("SALLYPORT_CLIENT_SECRET"), "Content-Type": "application/json"}


def times(options, context):
    """Both kinds in random order on one connection, each as a user of its own, so that nobody is held."""
    bodies = {"unknown name": {"type": "robinhood", "username": "Nobo", "password": "Pass124"},
              "wrong password": {"type": "robinhood", "username": "Mesh", "password": "Pass124"},
              "wrong password again": {"type": "robinhood", "username": "Mesh", "password": "Pass124"}}
    taken = {kind: [] for kind in bodies}
    order = list(bodies) * options.rounds
    random.shuffle(order)
    connection = http.client.HTTPSConnection("localhost", options.port, context=context)
    # A reply that waits for an acknowledgement would hide everything.
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for number, kind in enumerate(order):
        body = json.dumps(bodies[kind])
        begin = time.perf_counter_ns()
        connection.request("POST", f"/api/v1/authenticate?userId=u{number}", body, IDENTITY)
        reply = connection.getresponse()
        reply.read()
        taken[kind].append((time.perf_counter_ns() - begin) / 1000)
        assert reply.status == 200
    for kind, all_of_it in taken.items():
        quartiles = statistics.quantiles(all_of_it, n=4)
        error = 1.2533 * statistics.pstdev(all_of_it) / len(all_of_it) ** 0.5
        print(f"{kind:21} median {quartiles[1]:7.1f} us, quartiles {quartiles[0]:7.1f} and {quartiles[2]:7.1f}, "
              f"standard error of the median {error:.1f}")


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="utf-8") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def costs(options, context):
    def connect():
        return context.wrap_socket(socket.create_connection(("127.0.0.1", options.port)), server_hostname="localhost")

    def tell(what, before):
        time.sleep(1)
        grown = (resident(options.pid) - before) / options.connections / 1024
        print(f"{what:21} {grown:7.1f} KiB for each of {options.connections}")

    before = resident(options.pid)
    all_of_them = [connect() for _ in range(options.connections)]
    tell("idle connections", before)
    for one in all_of_them:
        one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 15000)
    tell("unfinished headers", before)
    for one in all_of_them:
        one.close()
    time.sleep(1)
    before = resident(options.pid)
    head = "".join(f"{name}: {value}\r\n" for name, value in IDENTITY.items())
    post = f"POST /api/v1/authenticate?userId=u HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 65536\r\n\r\n".encode()
    all_of_them = []
    for _ in range(options.connections):
        one = connect()
        one.sendall(post)
        one.sendall(b"{" * 30000)
        all_of_them.append(one)
    tell("unfinished bodies", before)
    refused = 0
    for one in all_of_them:
        one.settimeout(0.001)
        try:
            refused += one.recv(12) == b"HTTP/1.1 503"
        except OSError:
            pass
    print(f"{refused} of them were told 503 or closed")


def main():
    options = parse()
    context = ssl.create_default_context(cafile=options.ca)
    times(options, context)
    if options.pid:
        costs(options, context)


if __name__ == "__main__":
    main()
