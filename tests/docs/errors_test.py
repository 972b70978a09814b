#!/usr/bin/env python3
"""docs/errors.md against the sources: errors_test.py SOURCE_DIRECTORY.

Every enum of errors that a public header declares has a section with one line for each enumerator, and no line for
anything else. The exit codes are those of the executable, and the message of each error is one of its own.
"""

import pathlib
import re
import sys

# Enums that are no errors by their name and are documented there as well.
OTHERS = {"OutcomeKind": "Outcomes", "Rule": "Refusals of the governor", "KeeperEnd": "KeeperEnd"}


def enumerators(body):
    """The names of an enum, in their order, from what stands between its braces."""
    code = re.sub(r"//[^\n]*", "", body)
    return [entry.split("=")[0].strip() for entry in code.split(",") if entry.strip()]


def enums(source):
    """{name: (header, enumerators)} of the enums of errors in the public headers."""
    found = {}
    for header in sorted(source.glob("*/include/sallyport/*/*.hpp")):
        for name, body in re.findall(r"^enum class (\w+)[^{;]*\{([^}]*)\}", header.read_text(encoding="utf-8"), re.M):
            if name.endswith("Errc") or name in OTHERS:
                found[name] = (header.relative_to(source).as_posix(), enumerators(body))
    return found


def sections(text):
    """{heading: the first column of its table without backticks}"""
    found = {}
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        heading, _, body = part.partition("\n")
        rows = re.findall(r"^\| ([^|]+?) \|", body, re.M)
        found[heading] = [row.strip("`") for row in rows[1:]]
    return found


def check_names(source, text):
    known, documented = enums(source), sections(text)
    if len(known) < 10:
        yield f"only {len(known)} enums of errors were found: {', '.join(known)}"
    for name, (header, names) in known.items():
        heading = OTHERS.get(name, name)
        if heading not in documented:
            yield f"{header}: {name} has no section \"## {heading}\""
            continue
        yield from (f"{header}: {name}::{each} is not in \"## {heading}\"" for each in names
                    if each not in documented[heading])
        yield from (f"\"## {heading}\": {name} has no {each}" for each in documented[heading] if each not in names)


def check_headers(source, text):
    """A section names the header that declares its enum."""
    for name, (header, _) in enums(source).items():
        shown = header.split("include/")[1]
        if f"<{shown}>" not in text:
            yield f"{name}: <{shown}> is not named"


def check_exit_codes(source, text):
    code = (source / "apps/sallyport/view/exit_code.cpp").read_text(encoding="utf-8")
    rows = dict((name, int(number)) for number, name in re.findall(r'^ *\{(\d+), "(\w+)",\s+"', code, re.M))
    outcomes = dict((name, int(number)) for name, number in re.findall(r"^\| `(\w+)` \| (\d+) \| ", text, re.M))
    others = dict((name, int(number)) for number, name in re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.M))
    if {**outcomes, **others} != rows:
        yield f"exit codes differ: {sorted(set({**outcomes, **others}.items()) ^ set(rows.items()))}"


def check_messages(source, _):
    """Every enumerator has a message, and no two of one enum share it."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(source.glob("*/src/**/*.cpp")))
    for name, (header, names) in enums(source).items():
        if not name.endswith("Errc"):
            continue
        said = dict(re.findall(rf'case {name}::(\w+):\s*return\s+"([^"]+)";', text))
        yield from (f"{header}: {name}::{each} has no message" for each in names if each not in said)
        if len(set(said.values())) != len(said):
            yield f"{name}: two enumerators share a message"


def check_error_types(source, text):
    api = (source / "protocol/include/sallyport/protocol/api.hpp").read_text(encoding="utf-8")
    block = re.search(r"namespace error_type \{(.*?)\}", api, re.S).group(1)
    names = re.findall(r'= "(\w+)"', block)
    shown = sections(text)["The API's own words"]
    if sorted(names) != sorted(shown):
        yield f"errorType: {names} in api.hpp, {shown} in the document"


def main(source):
    source = pathlib.Path(source)
    text = (source / "docs/errors.md").read_text(encoding="utf-8")
    checks = (check_names, check_headers, check_exit_codes, check_messages, check_error_types)
    problems = [f"docs/errors.md: {problem}" for check in checks for problem in check(source, text)]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main(*sys.argv[1:])
