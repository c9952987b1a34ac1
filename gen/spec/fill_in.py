"""What a person has still to say in a spec that `gen new` began: steps whose handler is called `fill_in_TOPIC_LINE`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PREFIX = "fill_in"
"""What no other handler's name may begin with."""

TOPICS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "classes": (
        "which interrupts and exceptions the machine has, and which of them can be masked",
        "complete `classes`",
    ),
    "kind": ("what enters here, and from where", "correct `title`, `kind`, `class` and `whence`"),
    "masked": ("what the hardware masks on entry", "write it into `masked`"),
    "steps": ("its steps, in the order in which they run", "write them down before the `return`"),
    "handlers": (
        "whether what it calls can fault or sleep",
        "add `faults: true` and `schedules: true` where that is so",
    ),
    "noinstr": (
        "whether all of its code is out of reach of ftrace and kprobes, and what it is written in",
        "correct `noinstr` and `code`",
    ),
})  # fmt: skip
"""To a topic what is to be said, and how; in the order in which they are best answered."""

_MARKER = re.compile(rf"{PREFIX}(?:_([a-z]+))?(?:_(\d+))?.*")


@dataclass(frozen=True)
class Marker:
    """One thing that is to be filled in; `line` is where to look in the file of its path, 0 if that is not said.

    Topics are answered by their `order`: what a path is before what it does.
    """

    what: str
    how: str
    line: int
    order: int


def marker(name: str) -> Marker | None:
    """What a handler's name asks a person for; None for the name of a real one."""
    if not name.startswith(PREFIX):
        return None
    found = _MARKER.fullmatch(name)
    topic, line = found.groups() if found else (None, None)
    what, how = TOPICS.get(topic or "", ("what is done here", "write the steps down"))
    order = [*TOPICS].index(topic) if topic and topic in TOPICS else len(TOPICS)
    return Marker(what, how, int(line or 0), order)


def topics_in(text: str) -> int:
    """How many topics the text of a skeleton asks for."""
    return len(set(re.findall(rf"calls: {PREFIX}_([a-z]+)_\d+", text)))


def marker_name(topic: str, line: int) -> str:
    """The name that asks for one of TOPICS, at a line of the path's file."""
    return f"{PREFIX}_{topic}_{line}"
