"""Small functions before and after, and those that are refused."""

from __future__ import annotations

import re

import pytest
from patching import must_be_sound, names, read, refused, removed

from gen.patch.edits import applied


@pytest.mark.parametrize("name", names("before"))
def test_before_becomes_after(name: str) -> None:
    change = removed(read(f"{name}.before.c"))
    assert change.after == read(f"{name}.after.c")
    must_be_sound(change)
    assert applied(change.before, reversed(change.edits)) == change.after


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("old, new", [("\n", "\r\n"), ("\t", "    "), ("\n", " \t\n"), ("\n", "\n\n\n")])
def test_other_formats(old: str, new: str) -> None:
    odd = {
        "wrapper-aligned": "\t",
        "wrapper-not-aligned": "\t",
        "wrapper-with-a-comment": "\n",
        "over-several-lines": "\n",
    }
    for name in names("before"):
        if odd.get(name) != old or new == "\r\n":
            before, after = (read(f"{name}.{kind}.c").replace(old, new) for kind in ("before", "after"))
            change = removed(before)
            assert _lines(change.after) == _lines(after), name
            assert change.after == after or new in {" \t\n", "\n\n\n"}, name
            must_be_sound(change)


@pytest.mark.parametrize("name", names("before"))
def test_a_last_line_without_its_end(name: str) -> None:
    before, after = (read(f"{name}.{kind}.c").rstrip("\n") for kind in ("before", "after"))
    assert removed(before).after == after


def test_every_before_has_its_after() -> None:
    assert names("before") == names("after")
    assert len(names("before")) >= 50


@pytest.mark.parametrize("name", names("refused"))
def test_refused(name: str) -> None:
    text = read(f"{name}.refused.c")
    marked = re.compile(r"/\* REFUSED(.*?)\*/")
    expected = [
        (number, match[1].strip()) for number, line in enumerate(text.split("\n"), 1) for match in marked.finditer(line)
    ]
    got = refused(text)
    assert expected
    assert [each.line for each in got] == [number for number, _ in expected]
    assert all(each.file == "traps.c" for each in got)
    for each, (_, reason) in zip(got, expected, strict=True):
        assert reason in {"", each.reason}
        assert each.reason[0].islower()
