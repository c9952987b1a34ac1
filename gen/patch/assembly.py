"""schedule_user() taken out of assembly, where a macro chooses between it and schedule()."""

from __future__ import annotations

import re
from functools import cache

from gen.csource.asm import asm_uses
from gen.csource.asm_text import blanked
from gen.csource.tokens import Source
from gen.kernel.names import CONFIGURED, SCHEDULE_USER, spellings
from gen.patch.refusals import Refusal


@cache
def _choice() -> re.Pattern[str]:
    """A macro that is schedule_user() with context tracking and schedule() without."""
    return re.compile(
        rf"^[ \t]*#[ \t]*ifdef[ \t]+CONFIG_(?:{'|'.join(spellings(CONFIGURED))})[ \t]*\n"
        rf"[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+{SCHEDULE_USER}[ \t]*\n"
        r"[ \t]*#[ \t]*else[^\n]*\n"
        r"[ \t]*#[ \t]*define[ \t]+\1[ \t]+schedule[ \t]*\n"
        r"[ \t]*#[ \t]*endif[^\n]*\n"
        r"(?:[ \t]*\n)?",
        re.MULTILINE,
    )


def without_schedule_user(text: str, file: str, arch: str) -> str | tuple[Refusal, ...]:
    """The text of an assembly file that calls schedule() instead, or every place where that cannot be done for sure."""
    choice = _choice().search(text)
    before, after = (text, "") if choice is None else (text[: choice.start()], text[choice.end() :])
    gap = "\n" * (text.count("\n") - before.count("\n") - after.count("\n"))  # what is left stays in its line
    left = list(asm_uses(Source(before + gap + after), {SCHEDULE_USER}, arch))
    if left:
        return tuple(
            Refusal(file, use.place.line, use.place.column, "schedule_user() is called by no macro that chooses")
            for use in left
        )
    if choice is None:
        return text
    name, rest = choice[1], before + after
    bare = blanked(rest, arch)
    pieces, position = [], 0
    for match in re.finditer(rf"\b{re.escape(name)}\b", bare):
        pieces += [rest[position : match.start()], "schedule"]
        position = match.end()
    return "".join((*pieces, rest[position:]))
