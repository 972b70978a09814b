#!/usr/bin/env python3
"""Runs the benches and prints one table. Only ratios within one run count: the machine changes from run to run.

  run.py BUILD_DIRECTORY [--quick] [--rounds N] [--only CASE,CASE]
"""
import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import limits
import table
from cases import CASES, Rows
from harness import Bench, machine

# What the figures of a group are compared with.
BASE = {'claimant': 'floor', 'verifier': 'floor', 'TLS handshake': 'full, client', 'growth': '100 live logins'}
PAIRS = {
    'decode_reply': 'decode_reply_with_simdjson',
    'decode_reply_with_boost_value': 'decode_reply_with_simdjson',
    'encode_request': 'encode_request_with_boost_value',
    'wheel/1000000': 'asio_steady_timer/1000000',
}


def results(rows):
    """One record a row, with its ratio to the base of its group."""
    medians = {key: statistics.median(samples) for key, samples in rows.items() if samples}
    records = []
    for (group, what, unit), samples in rows.items():
        base = PAIRS.get(what) if group == 'micro' else BASE.get(group.split(',')[0])
        below = medians.get((group, base, unit))
        middle = medians.get((group, what, unit))
        records.append({
            'group': group, 'what': what, 'unit': unit, 'median': middle, 'samples': samples,
            'spread': (max(samples) - min(samples)) / middle if samples and middle else None,
            'base': base if below else None, 'ratio': middle / below if below and middle is not None else None})
    return records, medians


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build', type=Path)
    parser.add_argument('--quick', action='store_true', help='one short round of each: whether it works, not how fast')
    parser.add_argument('--rounds', type=int, help='how often each is measured; 5, or 1 with --quick')
    parser.add_argument('--only', default='', help='of: ' + ', '.join(CASES))
    options = parser.parse_args()
    chosen = options.only.split(',') if options.only else list(CASES)
    if unknown := [name for name in chosen if name not in CASES]:
        parser.error(f'no such case: {unknown[0]}; there are {", ".join(CASES)}')
    rounds = options.rounds or (1 if options.quick else 5)

    about = machine()
    bench = Bench(options.build.resolve(), options.quick)
    rows = Rows()
    failed = False
    for name in chosen:
        begun = time.monotonic()
        try:
            CASES[name](bench, rows, rounds)
            print(f'{name}: {time.monotonic() - begun:.0f} s', file=sys.stderr)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            print(f'{name} failed: {error}', file=sys.stderr)
            failed = True
    records, medians = results(rows.rows)
    judged = limits.judge(medians)
    output = options.build / 'bench.json'
    run = {
        'machine': about, 'date': time.strftime('%Y-%m-%d'), 'quick': options.quick, 'rounds': rounds, 'rows': records,
        'limits': [dict(zip(('what', 'limit', 'value', 'state'), line)) for line in judged]}
    output.write_text(json.dumps(run, indent=1) + '\n')
    print(table.machine_of(run), table.columns(table.rows_of(run)), table.columns(table.limits_of(run)), sep='\n\n')
    print(f'\nIn {output}', file=sys.stderr)
    sys.exit(failed)


main()
