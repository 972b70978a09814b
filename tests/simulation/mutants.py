#!/usr/bin/env python3
"""Breaks the code on purpose, one patch at a time, and asks whether the simulation or a test notices.

    mutants.py --check                    every patch still applies, and docs/testing.md lists it with what catches it
    mutants.py [--build DIR] [--laws] [NAME ...]   applies each to a copy of the sources, builds, runs, and names what caught it

A patch begins with a sentence that says what it breaks. Behind it stands "Law: NAME[,NAME]", the laws of the simulation
one of which must complain, or "Test: NAME[,NAME]", the tests one of which must fail. A test is named as ctest names it,
by the whole name or its beginning up to a slash: transport_test/token_keeper, cli/accounts.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PATCHES = pathlib.Path(__file__).resolve().parent / "mutants"
DOCUMENT = SOURCE / "docs" / "testing.md"
ATTEMPT_SECONDS = 300


class Mutant:
    def __init__(self, path):
        self.name = path.stem
        self.path = path
        head = path.read_text(encoding="utf-8").split("--- a/", 1)[0]
        (kind, names), = re.findall(r"(?m)^(Law|Test): (.+)$", head)
        self.catchers = names.split(",")
        self.laws = self.catchers if kind == "Law" else []
        self.tests = self.catchers if kind == "Test" else []
        self.what = head.splitlines()[0]

    def targets(self):
        return {"simulation_test"} if self.laws else {target_of(test) for test in self.tests}

    def patch(self, tree, *options):
        command = ["patch", "-p1", "--batch", "--fuzz=1", "--no-backup-if-mismatch", "-d", str(tree), "-i", str(self.path), *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)


def all_mutants():
    return [Mutant(path) for path in sorted(PATCHES.glob("*.patch"))]


def target_of(test):
    """What has to be built for a test: a program of tests, or the executable that the Python tests run."""
    program = test.split("/")[0]
    return program if program.endswith("_test") else "sallyport_app"


def exists(test):
    """Whether the sources have a test of that name, so that a patch cannot name one that nobody runs."""
    first, *rest = test.split("/")
    if not first.endswith("_test"):
        script = SOURCE / "tests" / first / f"{rest[0]}_test.py"
        return script.is_file() and all(f"def test_{case}(" in script.read_text(encoding="utf-8") for case in rest[1:])
    for lists in (SOURCE / "tests").glob("*/CMakeLists.txt"):
        if re.search(rf"sallyport_test\({first}\b", lists.read_text(encoding="utf-8")):
            text = "".join(path.read_text(encoding="utf-8") for path in sorted(lists.parent.rglob("*.cpp")))
            return all(re.search(rf"BOOST_\w+_TEST_(SUITE|CASE)\({name}\b", text) for name in rest)
    return False


def check():
    document = re.search(r"(?ms)^### Broken on purpose$.*?(?=^## )", DOCUMENT.read_text(encoding="utf-8")).group()
    laws = (SOURCE / "tests/simulation/laws.hpp").read_text(encoding="utf-8")
    complaints = []
    for mutant in all_mutants():
        tried = mutant.patch(SOURCE, "--dry-run", "--force")
        if tried.returncode != 0:
            complaints.append(f"{mutant.path.name} does not apply any more:\n{tried.stdout}{tried.stderr}")
        row = f"| `{mutant.name}` | {mutant.what} | {', '.join(f'`{name}`' for name in mutant.catchers)} |"
        if row not in document:
            complaints.append(f"docs/testing.md has no row\n{row}")
        complaints += [f"{mutant.path.name}: there is no law {law}" for law in mutant.laws if f" {law}," not in laws]
        complaints += [f"{mutant.path.name}: there is no test {test}" for test in mutant.tests if not exists(test)]
    documented = set(re.findall(r"(?m)^\| `(\w+)` \| .* \| `[\w/]+`.* \|$", document))
    for name in documented - {mutant.name for mutant in all_mutants()}:
        complaints.append(f"docs/testing.md lists {name}, which is no patch")
    print("\n".join(complaints) if complaints else f"{len(all_mutants())} mutants apply and are listed")
    return 1 if complaints else 0


def copy_sources(tree):
    """Brings the copy up to date; a file that is the same keeps its time, so that it is not built again."""
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=SOURCE,
                             capture_output=True, check=True).stdout
    for name in listing.decode().split("\0"):
        if not name or not (SOURCE / name).is_file():
            continue
        target = tree / name
        content = (SOURCE / name).read_bytes()
        if not target.exists() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            shutil.copymode(SOURCE / name, target)


def build(tree, targets):
    return subprocess.run(["cmake", "--build", str(tree / "build/dev"), "--target", *sorted(targets)],
                          capture_output=True, text=True, check=False)


def run_tests(tree, tests):
    """One after the other, up to the first that fails; a name that stands for no test fails too."""
    pattern = f"^({'|'.join(map(re.escape, tests))})(/|$)"  # ctest takes few brackets.
    run = subprocess.run(["ctest", "--test-dir", str(tree / "build/dev"), "--no-tests=error", "--stop-on-failure",
                          "--output-on-failure", "-R", pattern], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def simulate(tree):
    """A few hundred logins first; most mutants do not live that long."""
    for test in ("the_same_seed*", "ten_thousand*"):
        try:
            run = subprocess.run([tree / "build/dev/bin/simulation_test", f"--run_test=simulation/{test}",
                                  "--color_output=no"], capture_output=True, text=True, check=False,
                                 timeout=ATTEMPT_SECONDS)
        except subprocess.TimeoutExpired:
            return None, "it ran for too long"
        if run.returncode != 0:
            break
    return run.returncode, run.stdout + run.stderr


def try_mutant(tree, mutant):
    applied = mutant.patch(tree)
    if applied.returncode != 0:
        return False, "does not apply"
    try:
        built = build(tree, mutant.targets())
        if built.returncode != 0:
            return False, "does not compile:\n" + built.stdout[-3000:]
        return caught_by_law(tree, mutant) if mutant.laws else caught_by_test(tree, mutant)
    finally:
        copy_sources(tree)  # A patch that is taken back may find another place than it was applied at.


def caught_by_law(tree, mutant):
    code, output = simulate(tree)
    law = re.search(r'the law "(\w+)" was broken by (login \d+ after [\d.]+ s: [^\n]*)', output)
    if code == 0:
        return False, "SURVIVED: no law complained"
    if not law:
        return False, "failed without naming a law:\n" + output[-1500:]
    return law.group(1) in mutant.laws, f"{law.group(1)}: {law.group(2)}"


def caught_by_test(tree, mutant):
    code, output = run_tests(tree, mutant.tests)
    if code == 0:
        return False, "SURVIVED: no test failed"
    failed = re.findall(r"(?m)^\s*\d+ - (\S+) \((.*)\)", output)
    if not failed:
        return False, "failed without naming a test:\n" + output[-1500:]
    return True, f"{failed[-1][0]}: {failed[-1][1]}"


def refuse_unless_sound(tree, chosen):
    """A test that fails anyway catches nothing."""
    built = build(tree, set().union(*(mutant.targets() for mutant in chosen)))
    if built.returncode != 0:
        sys.exit(built.stdout)
    tests = sorted({test for mutant in chosen for test in mutant.tests})
    runs = [simulate(tree)] if any(mutant.laws for mutant in chosen) else []
    runs += [run_tests(tree, tests)] if tests else []
    for code, output in runs:
        if code != 0:
            sys.exit("the sources fail without any mutant:\n" + output)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build" / "mutants")
    parser.add_argument("--laws", action="store_true", help="those alone that a law of the simulation catches")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.check:
        return check()
    tree = options.build
    copy_sources(tree)
    configured = subprocess.run(["cmake", "--preset", "dev"], cwd=tree, capture_output=True, text=True, check=False)
    if configured.returncode != 0:
        sys.exit(configured.stderr)
    chosen = [mutant for mutant in all_mutants()
              if (not options.names or mutant.name in options.names) and (mutant.laws or not options.laws)]
    unknown = set(options.names) - {mutant.name for mutant in chosen}
    if unknown:
        sys.exit(f"no such mutant: {', '.join(sorted(unknown))}")
    refuse_unless_sound(tree, chosen)
    escaped = []
    for mutant in chosen:
        began = time.monotonic()
        caught, what = try_mutant(tree, mutant)
        print(f"{'caught ' if caught else 'ESCAPED'} {mutant.name} ({time.monotonic() - began:.0f} s): {what}", flush=True)
        if not caught:
            escaped.append(mutant.name)
    print(f"{len(chosen) - len(escaped)} of {len(chosen)} mutants were caught")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
