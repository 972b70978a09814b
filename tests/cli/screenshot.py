"""Renders what tmux captured as a picture, as a phone would see the screen: block characters become pixels in the
colours that the program asked for, everything else becomes the background."""

import re
import subprocess

from harness import PATIENCE

WHITE, BLACK = 255, 0
CUBE = {16: BLACK, 231: WHITE}
BLOCKS = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}
PIXELS = 6


def cells(line, ink, paper):
    """The half cells of a line, as (upper, lower) brightness."""
    foreground, background = ink, paper
    for escape, letter in re.findall(r"\x1b\[([0-9;]*)m|(.)", line):
        if not letter:
            numbers = [int(number or 0) for number in escape.split(";")]
            while numbers:
                number = numbers.pop(0)
                if number in (38, 48) and numbers[:1] == [5]:
                    colour = CUBE.get(numbers[1], 128)
                    foreground, background = (colour, background) if number == 38 else (foreground, colour)
                    del numbers[:2]
                elif number in (0, 39, 49):
                    foreground = ink if number in (0, 39) else foreground
                    background = paper if number in (0, 49) else background
            continue
        upper, lower = BLOCKS.get(letter, (False, False))
        yield (foreground if upper else background, foreground if lower else background)


def picture(text, ink, paper, columns):
    """A PGM of the text on a terminal with that theme."""
    rows = []
    for line in text.split("\n"):
        halves = list(cells(line, ink, paper))
        halves += [(paper, paper)] * (columns - len(halves))
        for half in (0, 1):
            row = bytes(pair[half] for pair in halves[:columns] for _ in range(PIXELS))
            rows.extend([row] * PIXELS)
    return b"P5 %d %d 255\n" % (columns * PIXELS, len(rows)) + b"".join(rows)


def scan(path, image):
    """What a scanner reads in the picture."""
    with open(path, "wb") as file:
        file.write(image)
    done = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", path], text=True,
                          capture_output=True, timeout=PATIENCE, check=False)
    return done.stdout.strip()
