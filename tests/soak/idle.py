"""Clients that connect, say nothing or half a thing, and go away, politely or not."""

import random
import socket
import ssl
import struct
import threading
import time

from watched import PATIENCE


class IdleConnections(threading.Thread):
    """Keeps so many connections to the port; each is dropped after a while and another takes its place."""

    def __init__(self, port, count, seed=1):
        super().__init__(daemon=True)
        self.port = port
        self.count = count
        self.dice = random.Random(seed)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.stopping = threading.Event()
        self.open = []
        self.opened = 0

    def _connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        kind = self.dice.randrange(3)
        if kind > 0:
            connection = self.context.wrap_socket(connection)
        if kind > 1:
            connection.sendall(b"POST /api/v1/authenticate?userId=idle HTTP/1.1\r\nHost: x\r\nX-Cli")
        self.opened += 1
        self.open.append((time.monotonic() + self.dice.uniform(0.5, 12.0), connection))

    def _drop(self, connection):
        if self.dice.randrange(2) == 0:  # With a reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def run(self):
        while not self.stopping.wait(0.1):
            now = time.monotonic()
            for due, connection in [entry for entry in self.open if entry[0] <= now]:
                self.open.remove((due, connection))
                self._drop(connection)
            try:
                while len(self.open) < self.count and not self.stopping.is_set():
                    self._connect()
            except OSError:  # The server is busy, or gone; whoever watches it says so.
                continue

    def stop(self):
        self.stopping.set()
        self.join()
        for _, connection in self.open:
            self._drop(connection)
        self.open.clear()
