#!/usr/bin/env python3
"""The rooms of the sources, and who includes whom.

    rooms.py SOURCES            no room includes one above it, and docs/rooms.svg is what the includes say
    rooms.py SOURCES --write    draws docs/rooms.svg anew
"""

import pathlib
import re
import sys

# From the ground up: a room includes its own floor's left neighbours and the floors below. Client and server share what
# is below them and know nothing of each other.
FLOORS = (
    ("protocol",),
    ("engine",),
    ("ledger", "transport/support"),
    ("transport/net",),
    ("transport/http", "transport/observe"),
    ("transport/login",),
    ("transport/snapshot", "transport/responders", "transport/tokens"),
    ("transport/client", "transport/server"),
    ("transport (public)",),
    ("sandbox",),
    ("apps/sallyport",),
)
PUBLIC = "transport (public)"
# Within a floor: who may include whom.
NEIGHBOURS = {("transport/client", "transport/responders")}


def floor_of(room):
    return next(index for index, rooms in enumerate(FLOORS) if room in rooms)


def room_of(root, path):
    parts = path.relative_to(root).parts
    if parts[0] == "apps":
        return "apps/sallyport"
    if parts[0] == "transport":
        return PUBLIC if parts[1] == "include" else f"transport/{parts[2]}"
    return parts[0]


def included_rooms(root, path):
    for name in re.findall(r'^#include ["<]([\w/.]+\.hpp)[">]', path.read_text(encoding="utf-8"), re.M):
        parts = name.split("/")
        if parts[0] == "sallyport" and len(parts) in (2, 3):  # <sallyport/client.hpp> is a door of transport.
            yield PUBLIC if len(parts) == 2 or parts[1] == "transport" else parts[1]
        elif (root / "transport/src" / name).exists() and path.is_relative_to(root / "transport"):
            yield f"transport/{parts[0]}"


def includes(root):
    """Pairs of rooms, with a file that includes."""
    found = {}
    for layer in ("protocol", "engine", "ledger", "transport", "sandbox", "apps"):
        for path in sorted((root / layer).rglob("*.[ch]pp")):
            room = room_of(root, path)
            for other in included_rooms(root, path):
                if other != room:
                    found.setdefault((room, other), path.relative_to(root).as_posix())
    return found


def problems(found):
    for (room, other), path in sorted(found.items()):
        # The public headers are declared by rooms below them: they may be included from all of transport.
        if other == PUBLIC and room.startswith("transport"):
            continue
        above = floor_of(other) > floor_of(room)
        beside = floor_of(other) == floor_of(room) and (room, other) not in NEIGHBOURS
        if above or beside:
            yield f"{path}: {room} must not include {other}"


def direct(found):
    """Without what follows from the others: whoever includes a room sees what that includes."""
    pairs = {pair for pair in found if not (pair[1] == PUBLIC and pair[0].startswith("transport"))}
    reach = {}

    def below(room):
        if room not in reach:
            reach[room] = set()
            for one, other in pairs:
                if one == room:
                    reach[room] |= {other} | below(other)
        return reach[room]

    return sorted((room, other) for room, other in pairs
                  if not any(other in below(via) for one, via in pairs if one == room and via != other))


def drawing(found):
    width, height, gap_x, gap_y, margin = 190, 34, 30, 34, 20
    widest = max(len(rooms) for rooms in FLOORS)
    total = widest * width + (widest - 1) * gap_x + 2 * margin
    place = {}
    for index, rooms in enumerate(reversed(FLOORS)):
        left = (total - len(rooms) * width - (len(rooms) - 1) * gap_x) / 2
        for column, room in enumerate(rooms):
            place[room] = (left + column * (width + gap_x), margin + index * (height + gap_y))
    bottom = margin * 2 + len(FLOORS) * height + (len(FLOORS) - 1) * gap_y
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total:g} {bottom:g}" font-family="sans-serif" font-size="14">',
             '<title>Which room includes which: a room sees what it has a line down to, and what that sees</title>',
             f'<rect width="{total:g}" height="{bottom:g}" fill="white"/>']
    for room, other in direct(found):
        (x, y), (to_x, to_y) = place[room], place[other]
        lines.append(f'<path d="M{x + width / 2:g} {y + height:g} C{x + width / 2:g} {y + height + 30:g} '
                     f'{to_x + width / 2:g} {to_y - 30:g} {to_x + width / 2:g} {to_y:g}" fill="none" stroke="#8aa" stroke-width="1.5"/>')
    for room, (x, y) in place.items():
        lines.append(f'<rect x="{x:g}" y="{y:g}" width="{width}" height="{height}" rx="5" fill="#eef4f4" stroke="#355"/>')
        lines.append(f'<text x="{x + width / 2:g}" y="{y + height / 2 + 5:g}" text-anchor="middle">{room}</text>')
    return "\n".join([*lines, "</svg>", ""])


def main(directory, *options):
    root = pathlib.Path(directory).resolve()
    found = includes(root)
    picture = root / "docs" / "rooms.svg"
    if "--write" in options:
        picture.write_text(drawing(found), encoding="utf-8")
    complaints = list(problems(found))
    if not picture.exists() or picture.read_text(encoding="utf-8") != drawing(found):
        complaints.append("docs/rooms.svg is not what the includes say: tests/docs/rooms.py . --write")
    if complaints:
        sys.exit("\n".join(complaints))


if __name__ == "__main__":
    main(*sys.argv[1:])
