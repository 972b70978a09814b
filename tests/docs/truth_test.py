#!/usr/bin/env python3
"""What the documents state about the code is so: truth_test.py SOURCES

Types and files that they name exist, counts are what the sources count, and every lock stands in the list of locks.
"""

import pathlib
import re
import sys

ROOMS = ("protocol", "engine", "ledger", "transport", "sandbox", "apps", "tests", "bench", "examples")
# Words with a capital inside that are no types of ours: names of the API, of others, and of files.
FOREIGN = {"UpperCamel", "ExecReload", "TimeoutStopSec"}


def sources(root, *rooms):
    for room in rooms or ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".py", ".json", ".txt", ".in") and "node_modules" not in path.parts:
                yield path


def read(path):
    return path.read_text(encoding="utf-8")


def in_code(text):
    """What stands between single back-quotes, outside of blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def names_that_do_not_exist(root, document, words):
    for code in in_code(read(root / document)):
        for name in re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z0-9]*)+\b", code):
            if name not in words and name not in FOREIGN:
                yield f"{document}: no source has {name}"


def files_that_do_not_exist(root, document):
    for code in in_code(read(root / document)):
        for name in re.findall(r"(?<![\w/<.-])(?:\w+/)+(?:…/)?[\w.-]+\.(?:cpp|hpp|py|cmake|mjs|sh)\b", code):
            parts = name.split("…/")
            found = list(root.glob(name)) if len(parts) == 1 else list((root / parts[0]).rglob(parts[1]))
            if not found:
                yield f"{document}: there is no file {name}"


def count_of(root, enum):
    header = "".join(read(path) for path in sources(root, "protocol"))
    return int(re.search(rf"enumerator_count<{enum}> = (\d+);", header).group(1))


def counts(root):
    dialogue = read(root / "engine/include/sallyport/engine/transition_table.hpp")
    constant = lambda name: int(re.search(rf"{name} = (\d+);", dialogue).group(1))
    return {
        "states": constant("state_count"), "events": constant("event_type_count"),
        "statuses": count_of(root, "AuthStatus"), "factors": count_of(root, "MfaType"),
        "flow steps": count_of(root, "AuthFlowStep"), "integrations": count_of(root, "BrokerType"),
        "MFA schemes": count_of(root, "MfaScheme"),
        "fuzz targets": len(re.search(r"set\(targets ([^)]*)\)", read(root / "tests/fuzz/CMakeLists.txt")).group(1).split()),
        "mutants": len(list((root / "tests/simulation/mutants").glob("*.patch"))),
        "laws": len(re.findall(r"^\s+\w+,\s+///", read(root / "tests/simulation/laws.hpp"), re.M)),
    }


def wrong_counts(root, document, known):
    for number, what in re.findall(rf"\b(\d+) ({'|'.join(known)})\b", read(root / document)):
        # "9 statuses of the envelope" are others.
        if int(number) != known[what] and not (what == "statuses" and int(number) == count_of(root, "ApiResultStatus")):
            yield f"{document}: {number} {what}, but there are {known[what]}"


def wrong_limits(root):
    table = re.findall(r"\| (met|not met) \|$", read(root / "docs/performance.md"), re.M)
    met, all_of_them = table.count("met"), len(table)
    if f"{met} of {all_of_them} are met" not in read(root / "docs/performance.md"):
        yield f"docs/performance.md: {met} of {all_of_them} limits are met by its own table"
    if f"{all_of_them - met} of the {all_of_them} limits" not in read(root / "README.md"):
        yield f"README.md: {all_of_them - met} of the {all_of_them} limits are not met"


def locks(root):
    """The files of the libraries with a lock that more than one thread may want."""
    member = re.compile(r"^\s*(?:mutable |static )?std::(?:shared_|recursive_)?mutex \w+;", re.M)
    return {path.stem for path in sources(root, "protocol", "engine", "ledger", "transport", "sandbox")
            if member.search(read(path))}


def wrong_locks(root):
    listed = re.search(r"<!-- locks -->\n(.*?)<!-- end -->", read(root / "docs/architecture.md"), re.S)
    named = set(re.findall(r"^\| `(\w+)` \|", listed.group(1), re.M)) if listed else set()
    for stem in sorted(locks(root) ^ named):
        yield f"docs/architecture.md: the list of locks and the sources differ in {stem}"


def problems(root):
    words = set()
    for path in sources(root):
        words.update(re.findall(r"\w+", read(path)))
    documents = [path.relative_to(root).as_posix() for path in sorted((root / "docs").glob("*.md"))]
    known = counts(root)
    for document in ("README.md", "CONTRIBUTING.md", "SECURITY.md", *documents):
        yield from names_that_do_not_exist(root, document, words)
        yield from files_that_do_not_exist(root, document)
        yield from wrong_counts(root, document, known)
    yield from wrong_limits(root)
    yield from wrong_locks(root)


if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1]).resolve()))
    if found:
        sys.exit("\n".join(found))
