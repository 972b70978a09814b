#!/usr/bin/env python3
"""What the linker made of our defences: hardening_test.py EXECUTABLE CONFIGURATION FLAGS OBJECT...

FLAGS are those, joined by commas, that the compiler was found to have. The objects are looked at for the marks of
indirect jumps: the linker keeps these in an executable only where the C library's start-up code has them as well.
"""

import re
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True,
                          env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


def problems(executable, configuration, flags, objects):
    if not re.search(r"Type:\s+DYN", readelf("-h", executable)):
        yield "it is not position-independent"
    segments = readelf("-l", executable)
    stack = re.search(r"^\s*GNU_STACK(?:\s+0x[0-9a-f]+){5}\s+([RWE ]{3})", segments, re.M)
    if stack is None or "E" in stack.group(1):
        yield "its stack can be executed"
    if re.search(r"^\s*LOAD(?:\s+0x[0-9a-f]+){5}\s+RWE", segments, re.M):
        yield "a segment can be written and executed"
    if "GNU_RELRO" not in segments:
        yield "the linker's tables stay writable: no RELRO"
    dynamic = readelf("-d", executable)
    if not re.search(r"\(FLAGS\).*BIND_NOW|\(FLAGS_1\).*NOW", dynamic):
        yield "functions are looked up late: no BIND_NOW"
    if re.search(r"\((RPATH|RUNPATH)\).*\[(?!\$ORIGIN|/)", dynamic):
        yield "libraries are looked for in a relative directory"
    symbols = readelf("--dyn-syms", executable)
    if "-fstack-protector-strong" in flags and "__stack_chk_fail" not in symbols:
        yield "no canary on its stack"
    if configuration in ("Release", "RelWithDebInfo", "MinSizeRel") and not re.search(r"__\w+_chk@", symbols.replace(
            "__stack_chk_fail", "")):
        yield "no call of the C library is checked: no _FORTIFY_SOURCE"
    if "-fcf-protection" in flags:
        yield from (f"{each}: jumps to it are not marked" for each in objects
                    if not re.search(r"x86 feature: IBT, SHSTK", readelf("-n", each)))


def main(executable, configuration, flags, *objects):
    if not objects:
        sys.exit("no object to look at")
    found = [f"{executable}: {each}" for each in problems(executable, configuration, flags.split(","), objects)]
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
