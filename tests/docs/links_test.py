#!/usr/bin/env python3
"""Every link in the documents below a directory leads to a file or a heading there: links_test.py DIRECTORY

Those to other sites are not followed. A directory that is no source tree is one that was installed.
"""

import pathlib
import re
import sys

SKIPPED = {"build", "node_modules", ".git"}


def without_code(text):
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", lambda code: "x" * len(code.group()), text)


def anchors(path):
    """What a heading is called in a link: as GitHub does it."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S),
                              re.M):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        while name in found:
            name += "-1"
        found.add(name)
    return found


def documents(root):
    return [path for path in sorted(root.rglob("*.md")) if not SKIPPED & set(path.relative_to(root).parts)]


def problems(root):
    for path in documents(root):
        for target in re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text(encoding="utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            aim = (path.parent / name).resolve() if name else path
            if not aim.exists() or not aim.is_relative_to(root.resolve()):
                yield f"{path.relative_to(root)}: {target} is not there"
            elif anchor and aim.suffix == ".md" and anchor not in anchors(aim):
                yield f"{path.relative_to(root)}: {target}: no such heading"


def main(directory):
    root = pathlib.Path(directory).resolve()
    found = list(problems(root))
    if len(documents(root)) < 10:
        found.append(f"{directory}: only {len(documents(root))} documents were found")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
