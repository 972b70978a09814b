#!/usr/bin/env python3
"""Draws the round trips of a run as bars, in SVG.

  plot.py build/release/bench.json docs/performance.svg
"""
import json
import sys

TITLES = {
    'claimant, 64 connections': 'Claimant, 64 connections: CPU µs a round trip',
    'claimant, 1000 connections': 'Claimant, 1,000 connections: CPU µs a round trip',
    'verifier, 64 connections': 'Verifier, 64 connections: CPU µs a request',
}
NAMES = {'go': 'Go net/http', 'node': 'Node https', 'nginx': 'nginx, a constant', 'floor': 'floor: epoll + OpenSSL'}
WIDTH, LEFT, RIGHT, BAR, GAP = 720, 200, 80, 20, 8


def bars(rows, top):
    """The bars of one group, from that height on; how high they end, and their elements."""
    longest = max(row['median'] for row in rows)
    parts, y = [], top
    for row in sorted(rows, key=lambda row: row['median']):
        value, name = row['median'], NAMES.get(row['what'], row['what'])
        scale = (WIDTH - LEFT - RIGHT) / longest
        length = value * scale
        kind = 'ours' if row['what'].startswith('sallyport') else 'floor' if row['what'] == 'floor' else 'peer'
        middle = y + BAR * 0.72
        low, high = min(row['samples']) * scale + LEFT, min(max(row['samples']) * scale + LEFT, WIDTH - 4)
        parts.append(f'<text x="{LEFT - 8}" y="{middle:.0f}" text-anchor="end">{name}</text>')
        parts.append(f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}"/>')
        parts.append(f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y + BAR / 2}" y2="{y + BAR / 2}"/>')
        parts.append(f'<text x="{max(length + LEFT, high) + 6:.1f}" y="{middle:.0f}">{value:.1f}</text>')
        y += BAR + GAP
    return y, parts


def main():
    run = json.load(open(sys.argv[1]))
    y, parts = 16, []
    for group, title in TITLES.items():
        rows = [row for row in run['rows'] if row['group'] == group and row['samples']]
        if not rows:
            continue
        parts.append(f'<text class="title" x="8" y="{y + 14}">{title}</text>')
        y, more = bars(rows, y + 26)
        parts += more
        y += 18
    machine = run['machine']
    parts.append(f'<text class="note" x="8" y="{y}">{run["date"]}, {machine["cpu"]}, {machine["cores"]} cores, Linux '
                 f'{machine["kernel"]}; medians of {run["rounds"]}, the line from the least to the most.</text>')
    style = ('text{font:13px sans-serif;fill:#222}.title{font-weight:bold;font-size:15px}.note{font-size:11px;fill:#666}'
             '.ours{fill:#c2541b}.floor{fill:#8a8f98}.peer{fill:#5b8db8}line{stroke:#222;stroke-width:1.5}')
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 12}" width="{WIDTH}" height="{y + 12}">'
           f'<style>{style}</style><rect width="100%" height="100%" fill="#fff"/>\n' + '\n'.join(parts) + '\n</svg>\n')
    with open(sys.argv[2], 'w') as out:
        out.write(svg)


main()
