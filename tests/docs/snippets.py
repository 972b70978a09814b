#!/usr/bin/env python3
"""Compiles the C++ of the documents: snippets.py SOURCE_DIRECTORY COMPILER FLAG...

Every block ```cpp of a document takes the place of the comment `// snippet: DOCUMENT NUMBER` in snippets.cpp. A block
without a place fails, as does a place without a block. The compiler's errors name the line of the document.
"""

import pathlib
import re
import subprocess
import sys

FRAME = pathlib.Path(__file__).with_suffix(".cpp")
PLACE = re.compile(r"^ *// snippet: (\S+) (\d+)$")


def blocks(source):
    """{(document, number): (line, text)} of every C++ block."""
    found = {}
    documents = sorted([*source.glob("*.md"), *source.glob("docs/**/*.md")])
    for path in documents:
        document = path.relative_to(source).as_posix()
        text = path.read_text(encoding="utf-8")
        for number, match in enumerate(re.finditer(r"^```(?:cpp|c\+\+|cc)\b[^\n]*\n(.*?)^```$", text, re.M | re.S), 1):
            found[document, number] = (text.count("\n", 0, match.start(1)) + 1, match.group(1))
    return found


def fill(frame, found):
    """The frame with every block in its place, and what does not match."""
    problems, unplaced, lines = [], dict(found), [f'#line 1 "{FRAME.name}"']
    for at, line in enumerate(frame.splitlines(), 1):
        place = PLACE.match(line)
        if not place:
            lines.append(line)
            continue
        key = (place.group(1), int(place.group(2)))
        if key not in unplaced:
            problems.append(f"{FRAME.name}:{at}: {key[0]} has no snippet {key[1]} that is still to be placed")
            continue
        first, text = unplaced.pop(key)
        lines += [f'#line {first} "{key[0]}"', text.rstrip("\n"), f'#line {at + 1} "{FRAME.name}"']
    problems += [f"{document}:{first}: snippet {number} has no place in {FRAME.name}"
                 for (document, number), (first, _) in unplaced.items()]
    return "\n".join(lines) + "\n", problems


def main(source, *compiler):
    unit, problems = fill(FRAME.read_text(encoding="utf-8"), blocks(pathlib.Path(source)))
    if problems:
        sys.exit("\n".join(problems))
    compiled = subprocess.run([*compiler, "-x", "c++", "-"], input=unit, text=True, encoding="utf-8", check=False)
    sys.exit(compiled.returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
