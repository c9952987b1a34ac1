"""A semantic patch that removes the pair, for those who would rather run coccinelle themselves."""

from __future__ import annotations

SEMANTIC_PATCH = """\
// SPDX-License-Identifier: GPL-2.0-only OR MIT
//
// Takes exception_enter() and exception_exit() out of a file:
//
//	spatch --sp-file {name} --keep-comments --in-place FILE...
//
// It does nearly what the series beside it does. It neither folds wrappers that are left with one call nor turns
// a goto to a label with nothing to do into a return, so labels may be left before a closing brace, which not every
// compiler takes. It does not touch includes, Kconfig and assembly.

@declared@
identifier prev;
@@

- enum ctx_state prev = exception_enter();

@assigned@
identifier prev;
@@

- prev = exception_enter();

@bare@
@@

- exception_enter();

@exits@
identifier prev;
@@

- exception_exit(prev);

@unused@
identifier prev;
@@

- enum ctx_state prev;
  ... when != prev
"""


def semantic_patch(name: str) -> str:
    """The text of the side file `name`."""
    return SEMANTIC_PATCH.replace("{name}", name)
