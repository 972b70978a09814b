#!/usr/bin/env python3
"""docs/protocol.md against the sources: protocol_test.py SOURCE_DIRECTORY.

Every status and every factor of the API has its line: what it means, on what basis, what is sent next, and a scenario of
the sandbox that really shows it.
"""

import json
import pathlib
import re
import sys

MARK = re.compile(r"\b[DUPI]\b")
UNKNOWN = "unknown"


def wire_names(source, enum):
    """The spellings of an enum, in their order; `unknown` is not among them."""
    text = (source / "protocol/src/wire_names.cpp").read_text(encoding="utf-8")
    block = re.search(rf"{enum}\b[^{{]*\{{\{{?(.*?)\}}\)?;", text, re.S)
    return [name for name in re.findall(r'"(\w+)"', block.group(1)) if name != UNKNOWN]


def table(text, heading, columns):
    """{name: the cells behind it} of the first table with so many columns below a heading or a line."""
    part = text[text.index(heading):]
    rows = {}
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == columns:
            for name in re.findall(r"`(\w+)`", cells[0]):
                rows[name] = cells[1:]
        elif rows:
            break
    return rows


def scenarios(source):
    """{name: every scenario of that name}"""
    found = {}
    for path in sorted((source / "sandbox/data/scenarios").glob("*.json")):
        one = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault(one["name"], []).append(one)
    return found


def shows(scenario, member, value):
    """Whether a login that plays the scenario can come to the value."""
    doors = scenario["doors"]
    if value == "succeeded":
        return "grant" in scenario or not doors
    if value == "challengeFailed":
        return any("accept" in door for door in doors)
    return any(door.get("reply", {}).get(member) == value for door in doors)


def check_scenarios(known, title, member, value, cell):
    names = re.findall(r"`([\w-]+)`", cell)
    if not names:
        yield f"{title} {value}: no scenario"
    for name in names:
        if name not in known:
            yield f"{title} {value}: there is no scenario {name}"
        elif not any(shows(one, member, value) for one in known[name]):
            yield f"{title} {value}: the scenario {name} does not show it"


def main(source):
    source = pathlib.Path(source)
    text = (source / "docs/protocol.md").read_text(encoding="utf-8")
    known = scenarios(source)
    meanings = table(text, "What each one is.", 5)
    sent = table(text, "What we send next", 4)
    factors = table(text, "## The factors", 5)
    statuses = wire_names(source, "AuthStatus")
    problems = [] if len(statuses) == 17 else [f"{len(statuses)} statuses were found in the sources"]
    for name in statuses:
        meaning, basis, event, want = meanings.get(name, [""] * 4)
        request, timers, shown = sent.get(name, [""] * 3)
        if not (meaning and event and want and request):
            problems.append(f"status {name}: its meaning, event, want or next request is missing")
        if not MARK.search(basis):
            problems.append(f"status {name}: no basis")
        if request != "none" and not re.search(r"\bT[csfprh]\b", timers):
            problems.append(f"status {name}: something is sent, and no timer bounds it")
        problems += check_scenarios(known, "status", "status", name, shown)
    for name in wire_names(source, "MfaType"):
        factor, _, basis, shown = factors.get(name, [""] * 4)
        if not (factor and MARK.search(basis)):
            problems.append(f"factor {name}: no meaning or no basis")
        problems += check_scenarios(known, "factor", "mfaType", name, shown)
    for title, rows, names in (("status", {**meanings, **sent}, statuses), ("factor", factors, wire_names(source, "MfaType"))):
        problems += [f"{title} {name}: the API has none" for name in rows if name not in (*names, UNKNOWN)]
    if problems:
        sys.exit("\n".join(f"docs/protocol.md: {problem}" for problem in problems))


if __name__ == "__main__":
    main(*sys.argv[1:])
