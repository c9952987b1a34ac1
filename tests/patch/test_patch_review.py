"""The review page: every fact of a series is on it, the two columns are the two files, and nothing breaks out."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewing import AFTER, BEFORE, CALL, PLAIN, SMALL, Element, Page, columns, proof, shown, shown_rows
from support import ROOT

from gen.csource.tokens import Source, decoded
from gen.diagnostics import Span
from gen.diagnostics.rule_book import all_rules
from gen.patch.change import Change
from gen.patch.edits import Why
from gen.patch.removal import removal
from gen.patch.review import RULE_OF, ReviewFacts, page
from gen.patch.series import FileChange, Patch, Reason, Series, reencoded
from gen.patch.side_by_side import CONTEXT, stretches
from gen.verify.judge import Answer, Judgement, Place

HOSTILE = (
    "</title></style></pre></td></script><script>alert(\"1\")</script><img src=x onerror='alert(2)'>`&lt;&#60;"
    "{{ 7 * 7 }}{% raw %}<!-- ]]> \x00\x1b[31m\r\u00ad\u202e\u2066\ufeff"
)
CHECKS = ("git am takes every patch", "checkpatch.pl --strict is silent")
BROKEN = replace(PLAIN, spec="mips.yaml", judgement=proof("mips"), checks=CHECKS)
PROVED = replace(PLAIN, spec="arm64.yaml", judgement=proof("arm64"), checks=CHECKS)
RFC = replace(SMALL, rfc=True, doubts=("it is not proved", "R4: not even that"))
EMPTY = Series("toy", "", (), ())
PAGES = {"plain": (SMALL, PLAIN), "rfc": (RFC, BROKEN), "proved": (SMALL, PROVED), "empty": (EMPTY, PLAIN)}
every_page = pytest.mark.parametrize("name", PAGES)


def of(before: str, after: str, *reasons: Reason, path: str = "a.c") -> Series:
    """A series of one patch that changes one file."""
    change = FileChange(path, before.encode(), after.encode(), reasons)
    return Series("one", "one: change", (), (Patch("one: change", (), (change,)),))


def numbered(count: int, **changed: str) -> str:
    """Numbered lines, some of them replaced, `_5="..."`, or taken out."""
    lines = (changed.get(f"_{number}", f"line {number}\n") for number in range(1, count + 1))
    return "".join(lines)


# The document.


@every_page
def test_links_stay_in_the_page_and_find_their_place(name: str) -> None:
    shown_page = shown(*PAGES[name])
    ids = [each.attributes["id"] for each in shown_page.root.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    links = [each.attributes["href"] for each in shown_page.root.all("a")]
    assert {each.removeprefix("#") for each in links} <= set(ids)
    assert all(each.startswith("#") for each in links)


@every_page
def test_nothing_is_fetched_or_run(name: str) -> None:
    shown_page = shown(*PAGES[name])
    assert shown_page.html.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n')
    allowed = (
        "html head meta title style body header footer nav main section article div p span h1 h2 h3 a strong code pre "
        "i del ins ul ol li dl dt dd table colgroup col thead tbody tr th td details summary figure "
        "svg desc g rect text path circle"
    )
    assert {each.tag for each in shown_page.root.all()} <= set(allowed.split())
    for each in shown_page.root.all():
        for key, value in each.attributes.items():
            assert key not in {"src", "srcset", "style", "action", "data"} and not key.startswith("on"), (each.tag, key)
            assert "://" not in value or (key, value) == ("xmlns", "http://www.w3.org/2000/svg")
    style = shown_page.root.one("style").text
    assert not re.search(r"url\(|@import|@font-face|expression", style)


@every_page
def test_the_policy_allows_its_own_style_and_nothing_else(name: str) -> None:
    shown_page = shown(*PAGES[name])
    (policy,) = (
        each.attributes["content"]
        for each in shown_page.root.all("meta")
        if each.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    digest = base64.b64encode(hashlib.sha256(shown_page.root.one("style").text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert shown_page.html.index("Content-Security-Policy") < shown_page.html.index("<style>")


def test_the_same_bytes_whatever_the_process(tmp_path: Path) -> None:
    code = "import sys, test_patch_review as t; sys.stdout.buffer.write(t.page(*t.PAGES['rfc']).encode())"
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}:{ROOT / 'tests/patch'}",
                "PYTHONHASHSEED": seed,
                "LC_ALL": locale,
            },
            capture_output=True,
            check=True,
        ).stdout
        for seed, locale in (("1", "C"), ("2", "C.UTF-8"))
    }
    assert made == {page(*PAGES["rfc"]).encode()}


# Whatever the texts are.


def hostile(text: str) -> tuple[Series, ReviewFacts]:
    """A series and facts that say a text wherever anything can be said."""
    before, after = "".join(f"{text} {n}\n" for n in range(30)), "".join(f"{text} {n}\n" for n in range(29))
    change = FileChange(text, before.encode(), after.encode(), (Reason(30, text), Reason(30, text + "!")))
    patch = Patch(text, (text, text), (change,), (text,))
    judgement = proof("mips")
    paths = {
        name: replace(path, name=text, title=text, symbol=text, file=text, masked=(text,), interrupt_class=text)
        for name, path in judgement.model.paths.items()
    }
    place = Place(Span(text, 1), text)
    judgement = replace(
        judgement,
        model=replace(judgement.model, paths=paths),
        requirements=tuple(replace(each, title=text, why=text, places=(place,)) for each in judgement.requirements),
        violations=tuple(replace(each, places=(place, place)) for each in judgement.violations),
    )
    facts = ReviewFacts(text, text, text, judgement, (text,), {text: text, text + "!": text})
    return Series(text, text, (text,), (patch,), (text,), rfc=True), facts


def shape(element: Element) -> list[object]:
    """The tags and attributes of a page, without the texts and what spells out characters."""
    return [
        (each.tag, sorted(each.attributes), shape(each))
        for each in element.children
        if isinstance(each, Element) and each.attributes.get("class") != "odd"
    ]


def test_hostile_texts_stay_texts() -> None:
    quiet, loud = shown(*hostile("text")), shown(*hostile(HOSTILE))
    assert shape(loud.root) == shape(quiet.root)
    assert loud.html.isprintable() or {char for char in loud.html if not char.isprintable()} <= {"\n", "\t"}
    assert "49" not in loud.root.one("h1").text
    assert loud.root.one("h1").text == HOSTILE
    assert loud.files()[0].one("h3").text.startswith(HOSTILE)
    assert columns(loud.files()[0])[0] == "".join(f"{HOSTILE} {n}\n" for n in range(30))


def test_half_a_character_of_a_command_line_does_no_harm() -> None:
    shown_page = shown(SMALL, replace(PLAIN, command="gen patch \udcff", spec="\udcfe.yaml"))
    assert "U+DCFF" in shown_page.html
    shown_page.html.encode()


def test_characters_that_cannot_be_seen_are_spelled_out() -> None:
    series = of("a\n", "a\u202e\u00a0\x07\r\n")
    (spelled,) = (
        [(each.attributes["title"], "".join(map(str, each.children))) for each in file.all("i", "odd")]
        for file in shown(series).files()
    )
    assert spelled == [("U+202E", "U+202E"), ("U+00A0", "U+00A0"), ("U+0007", "^G"), ("U+000D", "^M")]


def test_a_file_that_is_not_utf8_is_shown() -> None:
    change = FileChange("a.c", b"/* \xe9 */\n", b"/* \xe9 */\nint a;\n")
    shown_page = shown(Series("one", "one", (), (Patch("one", (), (change,)),)))
    assert columns(shown_page.files()[0]) == ("/* \xe9 */\n", "/* \xe9 */\nint a;\n")


# The columns.

_LINE = st.sampled_from(
    ["\n", "}\n", "\treturn;\n", "\tgoto out;\n", "\tcall(a, b);\n", "\tcall(a);\n", "out:\n", " \n"]
)
_CODE = st.lists(_LINE, max_size=40).map("".join)
_ANY = st.text(max_size=60)


@st.composite
def _edited(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same with some lines taken out and others put in."""
    lines = draw(st.lists(_LINE, max_size=40))
    after: list[str] = []
    for line in lines:
        after += draw(st.sampled_from([[line]] * 8 + [[], [line.upper()], [line, "int a;\n"]]))
    ends = draw(st.tuples(st.booleans(), st.booleans()))
    before_text, after_text = "".join(lines), "".join(after)
    return before_text if ends[0] else before_text[:-1], after_text if ends[1] else after_text[:-1]


_PAIRS = st.one_of(_edited(), st.tuples(_CODE, _CODE), st.tuples(_ANY, _ANY))


@given(_PAIRS)
@settings(max_examples=300, deadline=None)
def test_every_column_is_its_file(texts: tuple[str, str]) -> None:
    rows = [row for stretch in stretches(*texts) for row in stretch.rows]
    sides = [[row.before for row in rows if row.before], [row.after for row in rows if row.after]]
    for text, column in zip(texts, sides, strict=True):
        assert "".join(side.text for side in column) == text
        assert [side.number for side in column] == list(range(1, len(column) + 1))
    for row in rows:
        shown_sides = [side for side in (row.before, row.after) if side]
        assert shown_sides
        assert row.same == (len(shown_sides) == 2 and len({side.text for side in shown_sides}) == 1)
        assert all(piece.text for side in shown_sides for piece in side.pieces)
    if texts[0] == texts[1]:
        assert all(row.same for row in rows)


@given(_PAIRS)
@settings(max_examples=60, deadline=None)
def test_every_column_of_the_page_is_its_file(texts: tuple[str, str]) -> None:
    (file,) = shown(of(*texts)).files()
    assert columns(file) == texts
    for row in shown_rows(file):
        assert not (row.folded and row.kind)


@given(_PAIRS)
@settings(max_examples=200, deadline=None)
def test_what_is_folded_is_far_from_a_change(texts: tuple[str, str]) -> None:
    found = stretches(*texts)
    rows = [(row, stretch.folded) for stretch in found for row in stretch.rows]
    changed = [number for number, (row, _) in enumerate(rows) if not row.same]
    for number, (row, folded) in enumerate(rows):
        if folded:
            assert row.same
            assert all(abs(number - each) > CONTEXT for each in changed)
    assert all(one.folded != other.folded for one, other in pairwise(found))
    assert all(len(each.rows) >= 3 or not changed for each in found if each.folded)


def test_five_lines_around_a_change_and_the_rest_folded() -> None:
    (file,) = shown(of(numbered(40), numbered(40, _20="LINE 20\n"))).files()
    rows = shown_rows(file)
    assert [row.numbers[0] for row in rows if not row.folded] == list(range(15, 26))
    folds = [each.one("summary").words for each in file.all("details", "fold")]
    assert folds == ["14 unchanged lines, 1\u201314", "15 unchanged lines, 26\u201340"]
    assert not any("open" in each.attributes for each in file.all("details", "fold"))


def test_a_fold_of_less_than_three_lines_is_none() -> None:
    apart = {gap: of(numbered(60), numbered(60, _20="", **{f"_{21 + gap}": ""})) for gap in (12, 13)}
    hunks = {gap: len(list(shown(series).files()[0].all("div", "hunk"))) for gap, series in apart.items()}
    assert hunks == {12: 1, 13: 2}
    (file,) = shown(of(numbered(9), numbered(9, _8=""))).files()
    assert not any(row.folded for row in shown_rows(file))


def test_the_kinds_of_rows() -> None:
    (file,) = (each for each in shown().files() if "traps" in each.one("h3").text)
    rows = [(row.kind, row.numbers, row.lines) for row in shown_rows(file) if row.kind]
    assert rows == [
        ("gone", (24, None), ("\tenum ctx_state prev_state;\n", None)),
        ("gone", (25, None), ("\n", None)),
        ("gone", (26, None), ("\tprev_state = exception_enter();\n", None)),
        ("edit", (28, 25), ("\t\tgoto out;\n", "\t\treturn;\n")),
        ("edit", (29, 26), ("\thandle(regs, 0);\n", "\thandle(regs, 1);\n")),
        ("gone", (30, None), ("out:\n", None)),
        ("gone", (31, None), ("\texception_exit(prev_state);\n", None)),
    ]
    assert columns(file) == (BEFORE, AFTER)


def test_the_words_that_differ_are_marked() -> None:
    before = "static void __do_page_fault(struct pt_regs *regs, unsigned long write,\n\tint a)\n"
    after = "asmlinkage void do_page_fault(struct pt_regs *regs, unsigned long write,\n\t    int a)\n"
    first, second = shown_rows(shown(of(before, after)).files()[0])
    assert first.marked == (("static", "__do_page_fault"), ("asmlinkage", "do_page_fault"))
    assert second.marked == (("\t",), ("\t    ",))


def test_lines_that_have_little_in_common_are_not_compared_by_words() -> None:
    (row,) = shown_rows(shown(of("goto out;\n", "x = f(1, 2, 3);\n")).files()[0])
    assert row.kind == "edit" and row.marked == ((), ())


def test_a_line_stands_beside_the_one_that_it_was() -> None:
    before = "a();\nint first = one(a, b, c);\nb();\n"
    after = "a();\nreturn;\nint other;\nint first = two(a, b, c);\nb();\n"
    rows = shown_rows(shown(of(before, after)).files()[0])
    assert [row.numbers for row in rows] == [(1, 1), (None, 2), (None, 3), (2, 4), (3, 5)]
    assert rows[3].marked == (("one",), ("two",))


def test_a_missing_newline_at_the_end_is_said() -> None:
    (file,) = shown(of("a\nb", "a\nb\n")).files()
    row = shown_rows(file)[-1]
    assert (row.kind, row.lines) == ("edit", ("b", "b\n"))
    assert file.one("i", "open").children == ["no newline at end of file"]


def test_a_new_file_says_so() -> None:
    old, new = shown().files()
    assert [each.words for each in new.one("h3").all("span", "chip")] == ["new"]
    assert not list(old.one("h3").all("span", "chip"))
    assert columns(new) == ("", "int one;\n")


# Reasons.


def notes(hunk: Element) -> list[str]:
    return [each.words for each in hunk.one("div", "notes").all("li")]


def hunks(shown_page: Page) -> list[Element]:
    return list(shown_page.files()[0].all("div", "hunk"))


def test_reasons_and_their_rule_stand_beside_their_hunk() -> None:
    first = Reason(10, CALL)
    second = Reason(40, "the run left without exception_exit()")
    third = Reason(42, CALL)
    series = of(numbered(60), numbered(60, _10="", _40="", _42=""), third, first, second)
    one, other = hunks(shown(series))
    assert notes(one) == [f"10: {CALL}"]
    assert notes(other) == [f"40: {second.why}", f"42: {CALL}"]
    assert [each.words for each in one.all("a", "rule")] == ["offstack-uses-exception-pair"]
    assert [each.words for each in other.all("a", "rule")] == ["exception-exit-missing", "offstack-uses-exception-pair"]


def test_a_reason_for_several_lines_is_said_once_and_links_to_each() -> None:
    series = of(numbered(20), numbered(20, _10="", _12=""), Reason(10, CALL), Reason(12, CALL))
    shown_page = shown(series)
    (hunk,) = hunks(shown_page)
    assert notes(hunk) == [f"10, 12: {CALL}"]
    links = [each.attributes["href"] for each in hunk.one("div", "notes").one("ul").all("a")]
    assert [shown_page.by_id(link.removeprefix("#")).words for link in links] == ["10line 10", "12line 12"]


def test_no_reason_is_lost_wherever_it_points() -> None:
    lines = (1, 9, 24, 26, 60, 99)
    series = of(numbered(60), numbered(60, _10="", _40=""), *(Reason(line, f"why {line}") for line in lines))
    assert [notes(hunk) for hunk in hunks(shown(series))] == [
        ["1: why 1", "9: why 9", "24: why 24"],
        ["26: why 26", "60: why 60", "99: why 99"],
    ]


def test_a_rule_is_explained_on_the_page() -> None:
    shown_page = shown()
    text = shown_page.by_id("rule-offstack-uses-exception-pair").words
    assert "exception_enter() or exception_exit() in an architecture that declares offstack" in text
    assert "Instead:" in text


def test_every_rule_of_a_reason_is_one() -> None:
    assert set(RULE_OF.values()) <= set(all_rules())
    assert {why.value for why in Why} <= set(RULE_OF)


def test_a_rule_of_the_callers_and_one_that_nobody_knows() -> None:
    series = of("a\nb\n", "", Reason(1, "first"), Reason(2, "second"))
    facts = replace(PLAIN, rules={"first": "offstack-eligible", "second": "R1"})
    shown_page = shown(series, facts)
    named = [(each.tag, each.words) for each in hunks(shown_page)[0].all("", "rule")]
    assert named == [("a", "offstack-eligible"), ("span", "R1")]
    assert shown_page.by_id("rule-offstack-eligible")


def test_a_hunk_says_where_it_is() -> None:
    (hunk,) = hunks(shown())
    assert hunk.one("p", "where").words.startswith(
        "lines 19\u201332 \u2192 19\u201327 asmlinkage void do_it(struct pt_regs *regs)"
    )


# What the series says.


def test_every_patch_has_its_message_as_it_is_mailed() -> None:
    first, second = shown().root.all("section", "patch")
    assert first.one("h2").text == "toy: remove exception_enter()"
    assert first.one("pre", "message").text == (
        "It does nothing here, and what does nothing in a handler need not be called\n"
        "there, or read by anybody.\n\nAssisted-by: a tool\n"
    )
    assert second.one("pre", "message").text == "It is new.\n"


def test_the_contents_lead_to_every_patch_and_file() -> None:
    shown_page = shown()
    listed = [each.words for each in shown_page.root.one("nav").one("ol").all("li")]
    assert listed == [
        "toy: remove exception_enter() arch/toy/traps.c \u22127 +2",
        "arch/toy/traps.c \u22127 +2",
        "toy: add a file arch/toy/new.c \u22120 +1",
        "arch/toy/new.c \u22120 +1",
    ]
    links = [each.attributes["href"].removeprefix("#") for each in shown_page.root.one("nav").one("ol").all("a")]
    heads = [
        "".join(each.words for each in shown_page.by_id(link).children[1:] if isinstance(each, Element))
        for link in links
    ]
    for link, head in zip(listed, heads, strict=True):
        assert link.split()[0] in head


def headings(shown_page: Page) -> list[str]:
    return [each.words for each in shown_page.root.all("h2")]


def test_doubts_come_first_then_the_proof_then_the_patches() -> None:
    assert headings(shown(RFC, BROKEN)) == [
        "Why this asks for comments",
        "Contents",
        "Verdict",
        "Entry paths",
        "toy: remove exception_enter()",
        "toy: add a file",
        "Rules",
    ]
    shown_page = shown(RFC, BROKEN)
    assert [each.words for each in shown_page.by_id("doubts").all("li")] == list(RFC.doubts)
    assert shown_page.root.one("head").one("title").text == "RFC: toy: do without exception_enter()"


def test_without_doubts_and_proof_there_is_no_word_of_them() -> None:
    assert headings(shown()) == ["Contents", "toy: remove exception_enter()", "toy: add a file", "Rules"]
    assert headings(shown(SMALL, replace(PLAIN, checks=CHECKS)))[:2] == ["Contents", "Checked"]
    assert "RFC" not in shown().html


def test_how_it_was_made_is_said() -> None:
    facts = shown(RFC, BROKEN).root.one("header").one("dl").words
    assert facts == "treeLinux 6.12.48 specmips.yaml commandgen patch toy.yaml --tree linux -o series"
    assert "spec" not in shown(SMALL, replace(PLAIN, spec="")).root.one("header").one("dl").words
    purpose = [each.words for each in shown().root.one("header").all("p", "prose")]
    assert purpose == ["Nothing needs it.", "So it goes."]
    assert [each.words for each in shown(RFC, BROKEN).root.one("ul", "checks").all("li")] == list(CHECKS)


# The proof.


@pytest.mark.parametrize("facts", [BROKEN, PROVED], ids=["broken", "proved"])
def test_every_requirement_has_its_answer_and_places(facts: ReviewFacts) -> None:
    judgement = _judgement(facts)
    rows = list(shown(SMALL, facts).root.one("table", "requirements").all("tr"))
    assert [row.one("th").words for row in rows] == ["R1", "R2", "R3", "R4", "R5", "R6"]
    for row, each in zip(rows, judgement.requirements, strict=True):
        assert row.one("span", "chip").words == each.answer.value
        assert f"{each.title}: {each.why}." in row.words
        beside = [f"{replace(place.span, file=facts.spec)} {place.what}" for place in each.places]
        assert [item.words for item in row.all("li")] == beside


def _judgement(facts: ReviewFacts) -> Judgement:
    assert facts.judgement is not None
    return facts.judgement


def test_the_verdict_is_told_as_by_gen_verify() -> None:
    broken, proved = (shown(SMALL, facts).by_id("verdict").one("p", "verdict") for facts in (BROKEN, PROVED))
    assert (broken.words, broken.attributes["class"]) == ("mips, offstack claimed: violated", "verdict violated")
    assert proved.words == "arm64, offstack claimed: holds for every nesting depth and any number of tasks and CPUs"
    assert Answer.WARNED.value in shown(SMALL, BROKEN).by_id("verdict").words


def test_every_violation_has_its_timeline_as_picture_and_as_text() -> None:
    shown_page = shown(SMALL, BROKEN)
    violations = _judgement(BROKEN).violations
    assert violations
    for each in violations:
        timeline = shown_page.by_id(f"timeline-{each.broken.rule}")
        assert timeline.one("svg").attributes["role"] == "img"
        assert each.broken.rule in next(timeline.one("svg").all("title")).text
        text = timeline.one("pre").text.splitlines()
        assert len(text) == len(each.rows) + 1
        assert text[-1].endswith(f"<- {each.broken.rule}")
        assert shown_page.by_id(f"rule-{each.broken.rule}")
    assert not list(shown(SMALL, PROVED).root.all("svg"))


def test_every_entry_path_is_in_the_table() -> None:
    paths = _judgement(PROVED).model.paths
    rows = list(shown(SMALL, PROVED).root.one("table", "paths").one("tbody").all("tr"))
    assert len(rows) == len(paths)
    for row, path in zip(rows, paths.values(), strict=True):
        cells = [each.words for each in row.all("td")]
        assert cells[0] == path.name
        assert cells[1].startswith(path.title)
        assert cells[2:4] == [path.whence.value, path.interrupt_class or path.kind]
        assert cells[5] == f"{path.symbol} {path.file}"
    (syscall,) = (row for row in rows if row.one("summary").words == "system call from AArch64, SVC64")
    assert "call: enter_from_user_mode;" in syscall.one("p", "steps").words


def test_a_violation_without_a_run_says_so() -> None:
    judgement = _judgement(BROKEN)
    without = replace(judgement, violations=tuple(replace(each, rows=()) for each in judgement.violations))
    shown_page = shown(SMALL, replace(BROKEN, judgement=without))
    assert "No run was found" in shown_page.by_id("verdict").words
    assert not list(shown_page.root.all("svg"))


# Real files.


@pytest.mark.tree
@pytest.mark.parametrize("name", ["arch/mips/kernel/traps.c", "arch/mips/kernel/unaligned.c"])
def test_a_real_removal(tree: Path, name: str) -> None:
    before = (tree / name).read_bytes()
    change = removal(decoded(before), name)
    assert isinstance(change, Change)
    source = Source(change.before)
    reasons = {Reason(source.place(edit.start).line, edit.why.value) for edit in change.edits}
    made = FileChange(name, before, reencoded(change.after, before), tuple(sorted(reasons, key=lambda each: each.line)))
    shown_page = shown(Series("mips", "mips", (), (Patch("mips", (), (made,)),)), BROKEN)
    (file,) = shown_page.files()
    assert columns(file) == (change.before, change.after)
    said = {
        (int(link.words), note.words.partition(": ")[2])
        for hunk in file.all("div", "hunk")
        for note in hunk.one("div", "notes").all("li")
        for link in note.all("a")
    }
    assert said == {(reason.line, reason.why) for reason in reasons}
    # Nobody reads more than this: most of the file is folded, and few lines changed.
    rows = shown_rows(file)
    assert sum(row.folded for row in rows) > len(rows) / 2
    assert sum(row.kind == "edit" for row in rows) <= sum(row.kind == "gone" for row in rows)
