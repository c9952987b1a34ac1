"""What a tree calls things, and which options it has: asked of its own Kconfig and headers.

A release is only a guess at that: distributions and vendors bring renames and options to old trees, and mainline names
reach stable trees. VERSION and PATCHLEVEL decide where the tree shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from gen.facts.loader import Symbol, symbols
from gen.kernel.names import PAIR, spellings
from gen.kernel.tree import Unreadable
from gen.model.release import Release, spelled

KCONFIGS = ("arch/Kconfig", "init/Kconfig", "kernel/time/Kconfig", "kernel/rcu/Kconfig")
"""Where the options are defined; the last three took turns with those of context tracking itself."""

PAIR_HEADER = "include/linux/context_tracking.h"
"""Where exception_enter() and exception_exit() are defined, in every release."""

HEADERS = (
    PAIR_HEADER,
    "include/linux/context_tracking_state.h",
    "include/linux/context_tracking_irq.h",
    "include/linux/hardirq.h",
    "include/linux/rcupdate.h",
    "include/linux/rcutiny.h",
    "include/linux/rcutree.h",
)
"""Where the functions and constants are declared, in one release or another."""


@dataclass(frozen=True)
class Naming:
    """The names of one tree. `shown` are the options that its KCONFIGS define and the words of its HEADERS.

    Outside of any tree nothing is shown, and the release decides.
    """

    release: Release
    shown: frozenset[str] = field(default=frozenset(), repr=False)
    pair_asks_for: frozenset[str] = field(default=frozenset(), repr=False)

    def spelled(self, name: str) -> str:
        """How the tree spells what 6.12 calls `name`: of two spellings that it has the newer one."""
        there = [each for each in spellings(name) if each in self.shown]
        return there[-1] if there else spelled(name, self.release)

    def respelled(self, text: str) -> str:
        """A text of 6.12, such as a line of Kconfig, with the tree's own names."""
        return _WORD.sub(lambda found: self.spelled(found[0]), text)

    def has(self, option: str) -> bool:
        """Whether the tree has what the newest release calls `option`, one that came late or any other."""
        late = _late(option)
        if late is None or not self.shown.isdisjoint(spellings(option)):
            return True
        return late.holds(self.release) and self.shown.isdisjoint(spellings(late.beside))

    def lacks(self, option: str) -> str:
        """What to say where the tree has no such option; empty if it has."""
        late = _late(option)
        if late is None or self.has(option):
            return ""
        return f"this tree has no such option: it came with Linux {late.since} ({late.source})"

    def ends_the_pair(self, option: str) -> bool:
        """Whether exception_enter() does nothing where `option` is set: its header asks for that, or is not there."""
        asked = {f"CONFIG_{each}" for each in spellings(option)}
        return self.shown.isdisjoint(PAIR) or not self.pair_asks_for.isdisjoint(asked)

    def cannot_declare(self, option: str) -> str:
        """Why an architecture of this tree cannot declare `option` as it is; empty if it can."""
        if self.ends_the_pair(option):
            return self.lacks(option)
        needed = f"{PAIR[0]}() does not look at CONFIG_{self.spelled(option)}, so that the pair is needed with it, too"
        return self.lacks(option) or needed

    @cached_property
    def mark(self) -> tuple[str, ...]:
        """What tells one tree's names from another's."""
        return (str(self.release), *sorted(self.shown), "", *sorted(self.pair_asks_for))


def _late(option: str) -> Symbol | None:
    """What is known of an option that a tree which has the older one beside it need not have."""
    return next((row for row in symbols() if row.symbol == option and row.beside), None)


def naming_of(read: Callable[[str], bytes | Unreadable], release: Release) -> Naming:
    """The names of the tree whose files `read` gives; what cannot be read shows nothing."""
    options = (_defined(content) for file in KCONFIGS if isinstance(content := read(file), bytes))
    words = {file: _words(content) for file in HEADERS if isinstance(content := read(file), bytes)}
    asked = (word for word in words.get(PAIR_HEADER, ()) if word.startswith("CONFIG_"))
    return Naming(release, frozenset().union(*options, *words.values()), frozenset(asked))


_CONFIG = re.compile(r"^[ \t]*(?:menu)?config[ \t]+(\w+)", re.MULTILINE | re.ASCII)
_NO_CODE = re.compile(r'/\*.*?(?:\*/|\Z)|//[^\n]*|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@lru_cache(maxsize=64)
def _defined(content: bytes) -> frozenset[str]:
    return frozenset(_CONFIG.findall(content.decode("utf-8", "replace")))


@lru_cache(maxsize=64)
def _words(content: bytes) -> frozenset[str]:
    return frozenset(_WORD.findall(_NO_CODE.sub(" ", content.decode("utf-8", "replace"))))
