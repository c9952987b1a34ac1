"""Small functions before and after, and those that are refused."""

from __future__ import annotations

import re

import pytest
from patching import must_be_sound, names, read, refused, removed

from gen.patch.change import Change
from gen.patch.edits import Why, applied
from gen.patch.layout import edits_of
from gen.patch.refusals import Refusal
from gen.patch.removal import removal


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


def test_a_result_that_is_wrong_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = read("goto-out.before.c")
    whole = edits_of
    monkeypatch.setattr("gen.patch.removal.edits_of", lambda draft: whole(draft)[:-1])
    assert refused(text) == (Refusal("traps.c", 1, 1, "the result would be wrong: exception_exit() is left in line 7"),)


def test_places_are_those_of_the_words() -> None:
    text = read("passed-on.refused.c")
    assert refused(text) == (Refusal("traps.c", 5, 15, "the saved state `prev` is passed on to handle()", "do_trap"),)


def test_every_function_says_why_on_its_own() -> None:
    text = "".join(read(f"{name}.refused.c") for name in ("returned", "copied")) + read("goto-out.before.c")
    assert [each.function for each in refused(text)] == ["begin_trap", "do_trap"]


def test_what_was_changed_and_why() -> None:
    change = removed(read("wrapper.before.c"))
    assert change.functions == ("do_fault",)
    assert [(fold.outer.name, fold.inner.name) for fold in change.folds] == [("do_fault", "__do_fault")]
    reasons = {edit.why for edit in removed(read("goto-in-both-directions.before.c")).edits}
    assert reasons == {Why.DECLARATION, Why.CALL, Why.GOTO, Why.LABEL, Why.RETURN, Why.BLANK}
    assert removed(read("without-the-pair.before.c")).functions == ()


def test_the_include_stays_without_its_header() -> None:
    change = removal(read("include.before.c"), "traps.c")
    assert isinstance(change, Change)
    assert "#include <linux/context_tracking.h>" in change.after
