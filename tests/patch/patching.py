"""What the tests of gen.patch share: the corpus, a header, and what has to be true of every removal."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from gen.csource.tokens import COMMENT, DIRECTIVE, QUOTED, tokenize
from gen.patch.change import Change
from gen.patch.refusals import PAIR, Refusal
from gen.patch.removal import removal

CORPUS = Path(__file__).parent / "corpus"
HEADER = """\
enum ctx_state { CT_STATE_KERNEL, CT_STATE_USER };
extern void ct_user_enter(enum ctx_state state);
static inline void user_enter(void) { }
static inline void user_exit(void) { }
static inline int ct_state(void) { return -1; }
static inline enum ctx_state exception_enter(void) { return 0; }
static inline void exception_exit(enum ctx_state prev) { }
#define CT_WARN_ON(x) do { } while (0)
"""
_SKIPPED = re.compile(rf"{QUOTED}|{DIRECTIVE}|({COMMENT})|[\s\S]")


def read(name: str) -> str:
    return (CORPUS / name).read_bytes().decode()


def names(kind: str) -> list[str]:
    """The names of the corpus that have a file of a kind: `before`, `after` or `refused`."""
    return sorted(file.name.removesuffix(f".{kind}.c") for file in CORPUS.glob(f"*.{kind}.c"))


def removed(text: str) -> Change:
    """The removal from a text; fails the test if it is refused."""
    result = removal(text, "traps.c", [HEADER])
    assert isinstance(result, Change), [f"{each.line}:{each.column}: {each.reason}" for each in result]
    return result


def refused(text: str) -> tuple[Refusal, ...]:
    """Why nothing is removed from a text; fails the test if something is."""
    result = removal(text, "traps.c", [HEADER])
    assert not isinstance(result, Change), result.after
    return result


def comments(text: str) -> Counter[str]:
    """The comments of a text outside of directives."""
    return Counter(match[1] for match in _SKIPPED.finditer(text) if match[1])


def must_be_sound(change: Change) -> None:
    """What is true of every removal, however the text was laid out."""
    after = change.after
    assert not PAIR.intersection(tokenize(after).texts)
    assert (tokenize(after).partners()[1] is None) == (tokenize(change.before).partners()[1] is None)
    assert comments(after) == comments(change.before)
    assert removed(after).edits == ()
    # Line ends are those that were there; a line that stays has the whitespace at its end that it had.
    assert Counter(re.findall(r"\r?\n", after)) <= Counter(re.findall(r"\r?\n", change.before))
    assert set(re.findall(r"[ \t]+\r?$", after, re.MULTILINE)) <= set(
        re.findall(r"[ \t]+\r?$", change.before, re.MULTILINE)
    )
    assert after.endswith("\n") == change.before.endswith("\n")
    assert list(change.edits) == sorted(change.edits)
