"""Python's http.client, or requests; clients.py says what it is told and answers.

    client.py http.client|requests URL CA
"""

import base64
import http.client
import ssl
import sys
from urllib.parse import urlsplit


def decoded(text):
    return b"" if text == "-" else base64.b64decode(text)


def encoded(data):
    return base64.b64encode(data).decode() or "-"


def by_http_client(url, ca):
    host = urlsplit(url)
    connection = http.client.HTTPSConnection(host.hostname, host.port, timeout=20,
                                             context=ssl.create_default_context(cafile=ca))

    def ask(method, target, chunked, headers, body):
        connection.request(method, target, iter([body]) if chunked else body or None, headers)
        reply = connection.getresponse()
        return reply.status, reply.getheaders(), reply.read()
    return ask


def by_requests(url, ca):
    import requests
    session = requests.Session()

    def ask(method, target, chunked, headers, body):
        reply = session.request(method, url + target, data=iter([body]) if chunked else body or None, headers=headers,
                                verify=ca, timeout=20)
        return reply.status_code, reply.headers.items(), reply.content
    return ask


def main(how, url, ca):
    ask = by_requests(url, ca) if how == "requests" else by_http_client(url, ca)
    for line in sys.stdin:
        method, target, way, headers, body = line.split()
        headers = dict(header.split(": ", 1) for header in decoded(headers).decode().splitlines())
        try:
            status, headers, body = ask(method, target, way == "chunked", headers, decoded(body))
            lines = "".join(f"{name}: {value}\n" for name, value in headers)
            print(status, encoded(lines.encode()), encoded(body), flush=True)
        except Exception as error:  # Whatever a library throws: the table has its words.
            print("failed", encoded(repr(error).encode()), flush=True)


main(*sys.argv[1:])
