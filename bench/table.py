#!/usr/bin/env python3
"""Shows a run as tables: for a terminal, or as Markdown.

  table.py build/release/bench.json
"""
import json
import sys


def figure(value):
    if value is None:
        return 'absent'
    if value >= 1000 or value == int(value):
        return f'{value:,.0f}'
    return f'{value:.1f}' if value >= 10 else f'{value:.3g}'


def rows_of(run):
    yield ['group', 'what', 'median', 'unit', 'spread', 'ratio']
    for row in run['rows']:
        spread = '' if row['spread'] is None or len(row['samples']) < 2 else f"±{50 * row['spread']:.0f} %"
        ratio = '' if row['ratio'] is None else f"{row['ratio']:.2f} × {row['base']}"
        yield [row['group'], row['what'], figure(row['median']), row['unit'], spread, ratio]


def limits_of(run):
    yield ['limit', 'bound', 'measured', 'state']
    for limit in run['limits']:
        value = limit['value']
        text = '–' if value is None else f'{value:.2f}' if value < 10 else f'{value:,.0f}'
        yield [limit['what'], limit['limit'], text, limit['state']]


def machine_of(run):
    about = ', '.join(f'{name} {value}' for name, value in run['machine'].items())
    return f"{run['date']}, {run['rounds']} rounds; {about}"


def columns(lines):
    lines = list(lines)
    widths = [max(len(cell) for cell in column) for column in zip(*lines)]
    return '\n'.join('  '.join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def markdown(lines):
    lines = list(lines)
    lines.insert(1, ['---'] * len(lines[0]))
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines)


if __name__ == '__main__':
    shown = json.load(open(sys.argv[1]))
    print(machine_of(shown), markdown(rows_of(shown)), markdown(limits_of(shown)), sep='\n\n')
