#!/usr/bin/env python3
"""Which build a public header was made for, its name tells the linker: headers_test.py SOURCE

Each header that shows something of Boost, by itself or through others of ours, brings the names by which a program that
sees Boost otherwise does not link; each that shows something of Asio, those of Asio as well.
"""

import pathlib
import re
import sys

WANTED = {"<boost/": "sallyport/protocol/same_build.hpp", "<boost/asio/": "sallyport/transport/same_build.hpp"}


def public_headers(source):
    """{name by which it is included: the names that it includes, with their brackets}"""
    found = {}
    for path in sorted(source.glob("*/include/**/*.hpp")):
        name = path.as_posix().split("/include/")[1]
        found[name] = re.findall(r"^#include (<[^>]+>)", path.read_text(encoding="utf-8"), re.M)
    return found


def all_of(headers, name):
    """Everything that a header brings, itself too."""
    seen, waiting = set(), [f"<{name}>"]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += headers.get(each.strip("<>"), [])
    return seen


def problems(headers):
    for name in headers:
        brought = all_of(headers, name)
        for begins, wanted in WANTED.items():
            if any(each.startswith(begins) for each in brought) and f"<{wanted}>" not in brought:
                yield f"<{name}> shows {begins}…> without <{wanted}>"


def main(source):
    headers = public_headers(pathlib.Path(source))
    found = list(problems(headers))
    if len(headers) < 50:
        found.append(f"only {len(headers)} public headers were found")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
