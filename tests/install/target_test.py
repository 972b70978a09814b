#!/usr/bin/env python3
"""Who has called `./dev run` can install: target_test.py SOURCE BUILD

`./dev run` builds one target; whatever the installation takes out of the build directory must come of it.
"""

import pathlib
import re
import subprocess
import sys

TARGET = "sallyport_installed"


def taken(build):
    """The files of the build that `cmake --install` takes."""
    found = set()
    for script in build.rglob("cmake_install.cmake"):
        for name in re.findall(r'"(/[^"]+)"', script.read_text(encoding="utf-8")):
            path = pathlib.Path(name)
            if path.is_relative_to(build) and path.suffix in {".a", ".so", ""} and path.parent.name != "CMakeFiles":
                found.add(path.relative_to(build).as_posix())
    return {name for name in found if name.endswith((".a", ".so")) or name == "bin/sallyport"}


def main(source, build):
    source, build = pathlib.Path(source), pathlib.Path(build)
    if f"build --target {TARGET} " not in (source / "dev").read_text(encoding="utf-8"):
        sys.exit(f"./dev run does not build {TARGET}")
    told = subprocess.run(["ninja", "-C", build, "-t", "query", TARGET], check=True, capture_output=True, text=True).stdout
    made = re.findall(r"^    (?:\|+ )?(\S+)$", told.partition("  outputs:")[0], re.M)
    wanted = taken(build)
    if "bin/sallyport" not in wanted or len(wanted) < 5:
        sys.exit(f"only these were found to be installed: {sorted(wanted)}")
    missing = wanted - set(made)
    if missing:
        sys.exit(f"{TARGET} does not build {sorted(missing)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
