"""Mutants of files and of arguments, each from its seed alone: what a bad disk, a careless hand or a foe would send."""

import random
from collections.abc import Iterator

# What a cell, a value or an option may be turned into. Each once cost somebody a traceback.
ODD = (
    "", " ", "nan", "inf", "-1", "1e308", "1_000", "0x10", "9" * 5000, "-0", "\x00", "\x1b[2J", "\ud800", "\u202e", "'",
    '"', '"""', "\\", "=1+1", "../../x", "/etc/passwd", "/dev/zero", ".env", "c[1].csv", "a" * 300,
    "x." * 60 + "x", "{0}",
    "%s", "true", "[]", "{}", "[[[[[[[[[[", "2020-13", "0000-00", "9999-12", "2020-W54", "2020-02-30",
    "99999Q9", "Diyala",
)  # fmt: skip


def bytes_of(content: bytes, rng: random.Random) -> bytes:
    """A content with a few bytes changed, doubled, cut out, moved or put in."""
    body = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        at = rng.randrange(len(body) + 1)
        size = rng.choice((1, 1, 2, 8, 64))
        kind = rng.randrange(6)
        if kind == 0 and body:
            body[at % len(body)] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del body[at : at + size]
        elif kind == 2:
            body[at:at] = body[at : at + size] * rng.choice((1, 2, 50))
        elif kind == 3:
            body[at:at] = rng.choice(ODD).encode("utf-8", "surrogatepass")
        elif kind == 4:
            body = body[:at]
        else:
            body[at:at] = rng.choice((b"\n", b"\r", b",", b"\0", b"\xff", b" " * 50_000, b"[" * 2_000, b"a." * 1_000))
    return bytes(body)


def lines_of(content: bytes, rng: random.Random) -> bytes:
    """A text with lines doubled, dropped or swapped, or one value in it replaced by an odd one."""
    lines = content.decode("utf-8", "replace").split("\n")
    at = rng.randrange(len(lines))
    kind = rng.randrange(5)
    if kind == 0:
        lines[at:at] = [lines[at]] * rng.choice((1, 2, 40))
    elif kind == 1:
        del lines[at]
    elif kind == 2:
        other = rng.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    else:
        for mark in ("=", ",", ":"):
            parts = lines[at].split(mark)
            if len(parts) > 1:
                odd = rng.choice(ODD)
                parts[rng.randrange(1, len(parts))] = rng.choice((odd, f'"{odd}"', f" [{odd}]", f' ["{odd}", 1]'))
                lines[at] = mark.join(parts)
                break
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def mutant(content: bytes, seed: int) -> bytes:
    """One mutant of a content: the same for the same seed on every machine."""
    rng = random.Random(seed)
    return rng.choice((bytes_of, lines_of, lines_of))(content, rng)


def options(command: list[str], rng: random.Random) -> list[str]:
    """A command line with one word replaced, doubled or dropped."""
    words, at = list(command), rng.randrange(len(command))
    kind = rng.randrange(3)
    if kind == 0:
        words[at] = rng.choice(ODD)
    elif kind == 1:
        words[at:at] = [words[at]]
    else:
        del words[at]
    return words


def seeds(first: int, number: int) -> Iterator[int]:
    """The seeds of a run."""
    yield from range(first, first + number)
