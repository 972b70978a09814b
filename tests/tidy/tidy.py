#!/usr/bin/env python3
"""clang-tidy (.clang-tidy) and cppcheck over the sources of the libraries and the executable: tidy.py BUILD [PATTERN]

BUILD is configured without batches, so each source is read by itself. PATTERN is searched for in the paths of sources.
A finding is told once, however many sources include the header that it is in; any finding ends it with 1.
"""
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = re.compile(r'(protocol|engine|ledger|transport|sandbox)/src/|apps/')
FINDING = re.compile(r'^(?P<place>/\S+:\d+:\d+): (?:warning|error): .* \[[\w.,-]+\]$')
CPPCHECK = [
    '--quiet', '--enable=warning,performance,portability', '--inline-suppr', '--library=boost', '--std=c++20',
    f'--suppressions-list={ROOT}/tests/tidy/cppcheck.txt', '--error-exitcode=1', '--template={file}:{line}:{column}: error: {message} [{id}]']


def entries(build, pattern):
    """The commands of the sources in question, without warnings: those are the compiler's, and not all are clang's."""
    for entry in json.loads((build / 'compile_commands.json').read_text()):
        path = Path(entry['file'])
        if path.is_relative_to(ROOT) and SOURCES.match(str(path.relative_to(ROOT))) and re.search(pattern, str(path)):
            yield {**entry, 'command': re.sub(r' -W[\w=-]+', '', entry['command'])}


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def clang_tidy(database, path):
    done = run('clang-tidy-14', '--quiet', '-p', database, path)
    return path, done.returncode, done.stdout


def findings(text):
    """Each finding with the lines that explain it."""
    found = []
    for line in text.splitlines():
        if FINDING.match(line):
            found.append([line])
        elif found and not re.match(r'^(\d+ warnings?|Suppressed |Use -header-filter)', line):
            found[-1].append(line)
    return {each[0]: '\n'.join(each) for each in found}


def main(build, pattern=''):
    database = build / 'sources'
    database.mkdir(exist_ok=True)
    chosen = sorted(entries(build, pattern), key=lambda entry: entry['file'])
    if not chosen:
        sys.exit(f'no source of {build}/compile_commands.json matches')
    (database / 'compile_commands.json').write_text(json.dumps(chosen, indent=1))
    jobs = str(os.cpu_count())
    began = time.monotonic()
    failed = False

    checked = run('cppcheck', *CPPCHECK, '-j', jobs, f'--project={database}/compile_commands.json')
    if checked.returncode != 0:
        print(checked.stdout)
        failed = True
    print(f'cppcheck: {len(chosen)} sources, {time.monotonic() - began:.0f} s', file=sys.stderr)

    told = set()
    with ThreadPoolExecutor(int(jobs)) as pool:
        for path, code, text in pool.map(lambda entry: clang_tidy(database, entry['file']), chosen):
            found = findings(text)
            for title, whole in found.items():
                if title not in told:
                    print(whole, flush=True)
            told |= found.keys()
            if code != 0 and not found:
                print(f'{path}: clang-tidy ended with {code}\n{text}')
            failed |= code != 0 or bool(found)
    print(f'clang-tidy: {len(chosen)} sources, {len(told)} findings, {time.monotonic() - began:.0f} s in all', file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), *sys.argv[2:])
