"""Texts made from other texts by small changes, for readers that have to stand any input."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

LARGEST = 1 << 18
"""Bytes: a mutated text is cut there."""

_TOKEN = re.compile(rb'\w+|\s+|"[^"\n]*"|[^\w\s]')
_SIGNS = rb"""( ) { } [ ] ; , : ? # \ " ' ` /* */ // && || ! = == - + & * | < > -> . ..."""
_WORDS = (
    *_SIGNS.split(b" "),
    *(b"\n", b"\t", b"\r", b"\x00", b"\xff", b"\xc3(", b"\\\n"),
    *(b"#if A", b"#else\n", b"#endif\n", b"#define f(x) x f\n", b"goto out;", b"return;", b"if (", b"while (1)", b"do"),
)


def mutated(seeds: Sequence[bytes], random: Random) -> bytes:
    """One of the seeds with one to eight changes."""
    data = random.choice(seeds)
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        data = random.choice(_CHANGES)(data, seeds, random)[:LARGEST]
    return data


_Change = Callable[[bytes, Sequence[bytes], Random], bytes]


def _stretch(data: bytes, random: Random) -> tuple[int, int]:
    """From where to where some tokens go: few of them mostly."""
    tokens = [match.span() for match in _TOKEN.finditer(data)]
    if not tokens:
        return 0, 0
    first = random.randrange(len(tokens))
    last = min(len(tokens) - 1, first + random.choice((0, 0, 0, 1, 3, 10, 60)))
    return tokens[first][0], tokens[last][1]


def _without(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    start, end = _stretch(data, random)
    return data[:start] + data[end:]


def _twice(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    start, end = _stretch(data, random)
    return data[:end] + data[start:end] * random.choice((1, 1, 2, 40)) + data[end:]


def _elsewhere(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    start, end = _stretch(data, random)
    place, _end = _stretch(data, random)
    return data[:place] + data[start:end] + data[place:]


def _with_word(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    start, end = _stretch(data, random)
    return data[: random.choice((start, end))] + random.choice(_WORDS) + data[end:]


def _spliced(data: bytes, seeds: Sequence[bytes], random: Random) -> bytes:
    other = random.choice(seeds)
    start, end = _stretch(other, random)
    place, _ = _stretch(data, random)
    return data[:place] + other[start:end] + data[place:]


def _flipped(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    if not data:
        return b"\x00"
    place = random.randrange(len(data))
    return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]


def _cut(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _renamed(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    """One word becomes another one of the text, wherever it stands: calls of itself, labels that are gone."""
    words = sorted(set(re.findall(rb"\b[A-Za-z_]\w*", data)))
    if not words:
        return data
    old, new = random.choice(words), random.choice(words)
    return re.sub(rb"\b" + old + rb"\b", new, data, count=random.choice((0, 1, 2)))


_CHANGES: tuple[_Change, ...] = (
    _without, _without, _twice, _elsewhere, _with_word, _with_word, _spliced, _flipped, _cut, _renamed,
)  # fmt: skip
