"""What is known about the kernel's own C, whatever the architecture, by the facts: data for reading entry code back.

What an architecture's calls mean is in its spec, under `calls`.
"""

from __future__ import annotations

from gen.facts.loader import answered, calls, calls_that, marks, questions, symbols

GENERIC_STEPS: dict[str, tuple[str, ...]] = {name: row.means for row in calls() if row.means for name in row.calls}
"""Calls that stand for words of the vocabulary: a word, or `mask` and `unmask` with a class."""

OTHER_NAMES = {name: row.same_as for row in calls() if row.same_as for name in row.calls}
"""Macros and static calls that come out at one function."""

CALLS_ARGUMENT = {name: row.calls_argument for row in calls() if row.calls_argument is not None for name in row.calls}
"""Assembly that switches the stack and calls the function in the argument with this number, from 0."""

QUESTIONS: dict[str, tuple[str, bool]] = {row.asks: (row.condition, not row.opposite) for row in questions()}
"""What C asks, without blanks, to the built-in condition and whether a yes of the one is a yes of the other."""

ALWAYS = frozenset(row.asks for row in answered() if row.answer)
"""Questions that are not asked."""

NEVER = frozenset(row.asks for row in answered() if not row.answer)

PINNED = {f"CONFIG_{row.symbol}": row.taken_as for row in symbols() if row.taken_as is not None}
"""What holds wherever entry code is of interest: without context tracking there are no windows."""

OPPOSITES = {f"CONFIG_{row.symbol}": f"CONFIG_{row.excludes}" for row in symbols() if row.excludes}
"""Symbols of which one excludes the other."""

SILENT_ENDS = calls_that(lambda row: row.ends)
"""Calls after which nothing runs, where they do not return: an oops of the kernel, the end of a task. A spec may call
that a panic or leave it out."""

TRANSPARENT = calls_that(lambda row: row.asks_argument)
"""Macros that ask what their argument asks."""

NEVER_TRACED = frozenset(row.word for row in marks() if row.untraced)
"""Words of a function's header that keep ftrace and kprobes out, or make it a part of its caller."""

INLINED = frozenset(row.word for row in marks() if row.inlined)
"""Words of a function's header that make it a part of its caller, always or if the compiler likes."""

NOTHING = calls_that(lambda row: row.means == ())
"""Names of calls that do nothing of interest: they neither mask, schedule nor move the state."""

WRITERS = calls_that(lambda row: row.writes)
"""Those of them that write a register, which may be one that controls interrupts."""
