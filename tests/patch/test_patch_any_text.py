"""The corpus in odd formats, and texts that are no C: what is true of a removal is true of them, too."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st
from patching import HEADER, must_be_sound, names, read

from gen.csource.tokens import tokenize
from gen.patch.change import Change
from gen.patch.removal import removal

GAPS = [
    "",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\n\t\t",
    " /* why */ ",
    "/* so */",
    "\n\t/* two\n\t * lines */\n\t",
    " // end\n",
]
MUTATED = sorted(f"{name}.{kind}.c" for kind in ("before", "refused") for name in names(kind))


def with_gaps(text: str, gaps: Sequence[str]) -> str:
    """A text with something in the gaps between its tokens, in a function's body or anywhere."""
    tokens = tokenize(text)
    pieces: list[str] = []
    position = 0
    for number, (word, offset) in enumerate(zip(tokens.texts, tokens.offsets, strict=True)):
        pieces.append(text[position:offset])
        if number and word[0] != "#" and tokens.texts[number - 1][0] != "#":
            pieces.append(gaps[number % len(gaps)])
        pieces.append(word)
        position = offset + len(word)
    return "".join((*pieces, text[position:]))


def essence(text: str) -> list[str]:
    """The tokens of a text but for braces and #if lines, which stay where a comment or a line end is near."""
    return [each for each in tokenize(text).texts if each not in {"{", "}"} and each[0] != "#"]


@given(
    st.sampled_from([name for name in names("before") if "wrapper" not in name]),
    st.lists(st.sampled_from(GAPS), min_size=3, max_size=40),
    st.booleans(),
)
@example(name="comments-in-a-goto", gaps=["\n", "", ""], crlf=False)
@settings(max_examples=400, deadline=None)
def test_odd_formats(name: str, gaps: list[str], crlf: bool) -> None:
    text = with_gaps(read(f"{name}.before.c"), gaps)
    text = text.replace("\n", "\r\n") if crlf else text
    result = removal(text, "traps.c", [HEADER])
    if isinstance(result, Change):
        must_be_sound(result)
        assert essence(result.after) == essence(read(f"{name}.after.c"))
    else:
        assert {each.reason for each in result} == {"nothing but a comment would be left in it"}


@given(
    st.sampled_from([name for name in names("before") if "wrapper" in name]),
    st.lists(st.sampled_from([gap for gap in GAPS if "/" not in gap]), min_size=3, max_size=40),
)
@settings(max_examples=200, deadline=None)
def test_wrappers_in_odd_formats(name: str, gaps: list[str]) -> None:
    result = removal(with_gaps(read(f"{name}.before.c"), gaps), "traps.c", [HEADER])
    assert isinstance(result, Change), result
    must_be_sound(result)
    assert essence(result.after) == essence(read(f"{name}.after.c"))


@given(
    st.sampled_from(MUTATED),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(["", "{", "}", "(", ";", "#if X\n", "prev"]))
    ),
)
@settings(max_examples=600, deadline=None)
def test_any_text_is_changed_or_refused(name: str, cuts: list[tuple[float, int, str]]) -> None:
    text = read(name)
    for at, length, instead in cuts:
        start = int(at * len(text))
        text = text[:start] + instead + text[start + length :]
    result = removal(text, "traps.c", [HEADER])
    if isinstance(result, Change):
        must_be_sound(result)
    else:
        lines = text.count("\n") + 1
        assert all(1 <= each.line <= lines and each.column >= 1 and each.reason for each in result)
