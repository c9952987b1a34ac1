"""What users read: the human, short, JSON, SARIF and GitHub formats, and the pages about rules."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support import (
    BAD_INPUT,
    CLEAN,
    DATA,
    MARK,
    TOY,
    Result,
    Stream,
    changed,
    line_of,
    run,
    run_json,
    run_on,
    unmarked,
    write_spec,
)

from gen.diagnostics import Diagnostic, Related, Rule, Said, Severity, Sink, Span, rule, rule_book
from gen.diagnostics.printers import FORMATS, Report, counted, printer
from gen.diagnostics.printers.text import visible, width

TWICE = changed(TOY, "arch: toy\n", "arch: toy\narch: toy\n")
"""A finding with a second place and a hint."""

THREE = changed(changed(TWICE, "    kind: fork", "    kind: spoon"), "    masked: []", "    masked: &x []")
"""Three findings."""


@pytest.fixture(autouse=True)
def _in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are shown as they were typed, and no colour is asked for from outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def check(text: str, *options: str, tty: bool = False, name: str = "a.yaml") -> Result:
    """`gen check` on a spec that is called `a.yaml`."""
    return run("check", write_spec(Path(), text, name).name, *options, tty=tty)


def finding(span: Span, message: str = "it is wrong", **more: Any) -> Diagnostic:
    """A finding of no real rule."""
    return Diagnostic("a-rule", Severity.ERROR, span, message, **more)


def printed(chosen: str, *found: Diagnostic, text: str = "", colour: bool = False) -> str:
    """The findings in a format, about a file with this text."""
    report = Report(found, lambda file: text.split("\n") if text else (), colour=colour)
    return "".join(printer(chosen)(report))


# Human.


def test_human_shows_both_places_and_the_hint() -> None:
    line = line_of(TWICE, "arch: toy", 2)
    assert check(TWICE, "--format", "human").out == (
        f"error[duplicate-key]: the key `arch` is here a second time\n"
        f"  --> a.yaml:{line}:1\n"
        f"  |\n"
        f"{line} | arch: toy\n"
        f"  | ^^^^\n"
        f"  = the first one\n"
        f"  --> a.yaml:{line - 1}:1\n"
        f"  |\n"
        f"{line - 1} | arch: toy\n"
        f"  | ----\n"
        f"  = hint: keep one of the two\n"
        f"\n"
        f"1 error, 0 warnings\n"
    )


def test_human_is_for_terminals_and_short_for_pipes() -> None:
    assert check(TWICE, tty=True).out == check(TWICE, "--format", "human", "--color", "always", tty=True).out
    assert check(TWICE).out == check(TWICE, "--format", "short", tty=True).out


def caret(out: str) -> tuple[str, str]:
    """The shown source line and the part of it that the carets are under, as a terminal with cells would show it."""
    shown, marks = re.findall(r"^ *\d* \| (.*)$", out, re.MULTILINE)[:2]
    cells = [char for char in shown for _ in range(_cells(char))]
    first, last = marks.index("^"), marks.rindex("^")
    return shown, "".join(dict.fromkeys(cells[first : last + 1])) if "^" in marks else ""


def _cells(char: str) -> int:
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (f"key: {MARK}xyz", "xyz"),
        (f"{MARK}xyz: key", "xyz"),
        (f"key:\t\t{MARK}xyz", "xyz"),
        (f"\N{CJK UNIFIED IDEOGRAPH-65E5}\N{CJK UNIFIED IDEOGRAPH-672C}: {MARK}xyz", "xyz"),
        (f"e\N{COMBINING ACUTE ACCENT}e\N{COMBINING ACUTE ACCENT}: {MARK}xyz", "xyz"),
        (f"\N{GRINNING FACE}\t\N{FULLWIDTH LATIN CAPITAL LETTER A}: {MARK}xyz # \N{GRINNING FACE}", "xyz"),
        (f"\x1b[31m: {MARK}xyz", "xyz"),
    ],
)
def test_the_caret_is_under_what_is_meant(marked: str, expected: str) -> None:
    text, line, column = unmarked(marked)
    out = printed("human", finding(Span("a", line, column, line, column + 3)), text=text)
    assert caret(out)[1] == expected


@pytest.mark.parametrize("column", [1, 60, 121, 2500, 4998])
def test_a_long_line_is_cut_around_the_place(column: int) -> None:
    text = "".join(f"{number:05}" for number in range(1000))
    out = printed("human", finding(Span("a", 1, column, 1, column + 3)), text=text)
    shown = re.findall(r"^1 \| (.*)$", out, re.MULTILINE)[0]
    marks = re.findall(r"^  \| (.*)$", out, re.MULTILINE)[0]
    assert len(shown) == 120
    assert shown[marks.index("^") : marks.rindex("^") + 1] == text[column - 1 : column + 2]


def test_a_span_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    out = printed("human", finding(Span("a", 1, 3, 2, 2)), text="abcdef\nghi")
    assert out.split("\n")[3:5] == ["1 | abcdef", "  |   ^^^^"]


@pytest.mark.parametrize("span", [Span("a"), Span("a", 1, 4, 1, 4)])
def test_an_empty_span_has_one_caret(span: Span) -> None:
    out = printed("human", finding(span), text="abc")
    assert out.split("\n")[4] == "  | " + " " * (span.column - 1) + "^"


@pytest.mark.parametrize(("span", "text"), [(Span("a", 7, 1, 7, 2), "one line"), (Span("gone"), "")])
def test_a_place_without_a_line_is_named_all_the_same(span: Span, text: str) -> None:
    assert printed("human", finding(span), text=text).split("\n")[:3] == [
        "error[a-rule]: it is wrong",
        f"  --> {span}",
        "",
    ]


def test_the_gutter_is_as_wide_as_the_number() -> None:
    out = printed("human", finding(Span("a", 100, 1, 100, 2)), text="\n" * 99 + "abc")
    assert out.split("\n")[2:5] == ["    |", "100 | abc", "    | ^"]


# Colours.


@pytest.mark.parametrize(
    ("options", "variables", "tty", "coloured"),
    [
        ((), {}, True, True),
        ((), {}, False, False),
        ((), {"NO_COLOR": "1"}, True, False),
        ((), {"NO_COLOR": ""}, True, True),
        ((), {"FORCE_COLOR": "1"}, False, True),
        ((), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ((), {"TERM": "dumb"}, True, False),
        (("--color", "never"), {"FORCE_COLOR": "1"}, True, False),
        (("--color", "always"), {"NO_COLOR": "1"}, False, True),
        (("--color", "always"), {"TERM": "dumb"}, False, True),
        (("--color", "auto"), {}, True, True),
    ],
)
def test_who_gets_colours(
    options: tuple[str, ...], variables: dict[str, str], tty: bool, coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    out = check(TWICE, "--format", "human", *options, tty=tty).out
    assert ("\x1b[" in out) == coloured


@pytest.mark.parametrize("chosen", [name for name in FORMATS if name != "human"])
def test_only_people_get_colours(chosen: str) -> None:
    assert "\x1b" not in check(TWICE, "--format", chosen, "--color", "always", tty=True).out


def test_colours_change_nothing_else() -> None:
    coloured = check(TWICE, "--format", "human", "--color", "always").out
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == check(TWICE, "--format", "human").out
    assert coloured.count("\x1b[0m") * 2 == coloured.count("\x1b[")


# What a terminal can be trusted with.

HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07\r\x08\x9b31m\x7f\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}\N{LINE SEPARATOR}\udcff"
)


def is_harmless(out: str) -> bool:
    """Nothing but lines of characters that can be seen."""
    return all(char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in out)


@pytest.mark.parametrize("chosen", ["human", "short"])
def test_nothing_that_is_shown_can_move_the_cursor(chosen: str) -> None:
    found = finding(
        Span(f"a{HOSTILE}", 1, 3, 1, 9),
        f"wrong{HOSTILE}\nline",
        hint=f"hint{HOSTILE}",
        related=(Related(Span(f"b{HOSTILE}"), f"second{HOSTILE}"),),
    )
    out = printed(chosen, found, text=f"ab{HOSTILE}cd\t\te")
    assert is_harmless(out)
    assert out.count("\n") == printed(chosen, replace(found, message="wrong"), text="abcd").count("\n")


@pytest.mark.parametrize("chosen", ["human", "short", "github"])
def test_a_hostile_spec_is_shown_harmlessly(chosen: str) -> None:
    hostile = HOSTILE.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    result = check(changed(TOY, '"system call"', f'"system call" # {hostile}'), "--format", chosen)
    assert result.code == BAD_INPUT
    assert is_harmless(result.out)


def test_a_file_may_be_called_anything() -> None:
    name = "a\x1b[31m\n\udcff b:c,d%.yaml"
    for chosen in FORMATS:
        result = check(TWICE, "--format", chosen, name=name)
        assert result.code == BAD_INPUT, chosen
        assert "\x1b" not in result.out


def test_the_width_of_text() -> None:
    assert [width(text) for text in ("", "ab", "\N{CJK UNIFIED IDEOGRAPH-65E5}", "e\N{COMBINING ACUTE ACCENT}")] == [
        0,
        2,
        2,
        1,
    ]
    assert visible("a\tb\x1bc\N{ZERO WIDTH SPACE}") == "a b?c?"


# Short.


def test_short_is_one_line_a_finding() -> None:
    line = line_of(TWICE, "arch: toy", 2)
    assert check(TWICE, "--format", "short").out == (
        f"a.yaml:{line}:1: error: the key `arch` is here a second time; keep one of the two [duplicate-key]\n"
        f"1 error, 0 warnings\n"
    )


def test_quiet_leaves_the_findings() -> None:
    assert check(TWICE, "-q").out.count("\n") == 1
    assert check(TOY, "-q").out == ""
    assert check(TOY).out != ""


@pytest.mark.parametrize(("number", "said"), [(0, "0 errors"), (1, "1 error"), (2, "2 errors")])
def test_counting(number: int, said: str) -> None:
    assert counted(number, "error") == said


# JSON, version 1.


def test_json_has_the_documented_shape() -> None:
    line = line_of(TWICE, "arch: toy", 2)
    result = check(TWICE, "--format", "json")
    assert result.document == {
        "version": 1,
        "findings": [
            {
                "rule": "duplicate-key",
                "severity": "error",
                "file": "a.yaml",
                "line": line,
                "column": 1,
                "end_line": line,
                "end_column": 5,
                "function": "",
                "condition": "",
                "message": "the key `arch` is here a second time",
                "hint": "keep one of the two",
                "related": [
                    {
                        "file": "a.yaml",
                        "line": line - 1,
                        "column": 1,
                        "end_line": line - 1,
                        "end_column": 5,
                        "message": "the first one",
                    }
                ],
                "flow": [],
            }
        ],
        "summary": {"findings": 1, "note": 0, "warning": 0, "error": 1},
        "rendered": [],
    }
    assert list(result.document)[:3] == ["version", "findings", "summary"]


def test_json_is_ascii_whatever_is_in_it() -> None:
    out = printed("json", finding(Span(f"a{HOSTILE}"), f"\N{GRINNING FACE}{HOSTILE}"))
    assert out.isascii()
    assert json.loads(out)["findings"][0]["message"] == f"\N{GRINNING FACE}{HOSTILE}"


def test_json_of_a_clean_run() -> None:
    document = check(TOY, "--format", "json").document
    assert (document["findings"], document["summary"]["findings"]) == ([], 0)


# SARIF.


def sarif(text: str, name: str = "a.yaml") -> dict[str, Any]:
    """The one run of the log of `gen check`."""
    log = json.loads(check(text, "--format", "sarif", name=name).out)
    Draft202012Validator(json.loads((DATA / "sarif.schema.json").read_text(encoding="utf-8"))).validate(log)
    run_of_log: dict[str, Any] = log["runs"][0]
    return run_of_log


def test_sarif_says_what_json_says() -> None:
    log = sarif(THREE)
    found = check(THREE, "--format", "json").findings
    assert len(log["results"]) == len(found) == 3
    described = [each["id"] for each in log["tool"]["driver"]["rules"]]
    assert described == sorted(set(described))
    for result, each in zip(log["results"], found, strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (result["ruleId"], region["startLine"], region["startColumn"]) == (
            each["rule"],
            each["line"],
            each["column"],
        )
        assert (region["endLine"], region["endColumn"]) == (each["end_line"], each["end_column"])
        assert described[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] == each["severity"]
        assert result["message"]["text"] == f"{each['message']}\n{each['hint']}"
        assert len(result["relatedLocations"]) == len(each["related"])


def test_sarif_of_a_clean_run() -> None:
    assert sarif(TOY)["results"] == []


def test_sarif_of_a_run_has_its_steps() -> None:
    result = run("verify", DATA / "cpu.yaml", "--format", "sarif")
    log = json.loads(result.out)
    Draft202012Validator(json.loads((DATA / "sarif.schema.json").read_text(encoding="utf-8"))).validate(log)
    assert log["runs"][0]["results"][0]["codeFlows"]


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a b#c?.yaml", "a%20b%23c%3F.yaml"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}.yaml", "%C3%A9.yaml"),
        ("\udcff.yaml", "%FF.yaml"),
    ],
)
def test_sarif_names_files_by_uri(name: str, uri: str) -> None:
    (result,) = sarif(TWICE, name)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def fingerprints(text: str) -> list[str]:
    """The fingerprint of each finding."""
    return [result["partialFingerprints"]["genLine/v1"] for result in sarif(text)["results"]]


def test_fingerprints_survive_a_moved_line() -> None:
    moved = TWICE.replace("spec: 1\n", "# one line\n# and another\nspec: 1\n")
    assert fingerprints(moved) == fingerprints(TWICE)


def test_fingerprints_tell_findings_apart() -> None:
    text = changed(TOY, "    kind: fork", "    kind: spoon")
    same_line_twice = text.replace("    kind: nmi\n", "    kind: spoon\n")
    assert len(set(fingerprints(same_line_twice))) == 2
    assert fingerprints(text) != fingerprints(changed(TOY, "    kind: fork", "    kind: knife"))
    assert fingerprints(text)[0] in fingerprints(same_line_twice)


# GitHub.


def test_github_annotations() -> None:
    line = line_of(TWICE, "arch: toy", 2)
    assert check(TWICE, "--format", "github").out == (
        f"::error file=a.yaml,line={line},endLine={line},title=duplicate-key,col=1,endColumn=5::"
        f"the key `arch` is here a second time%0Akeep one of the two\n"
    )


@pytest.mark.parametrize(
    ("severity", "word"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")]
)
def test_github_severities(severity: Severity, word: str) -> None:
    assert printed("github", replace(finding(Span("a")), severity=severity)).startswith(f"::{word} file=a,")


def test_github_escapes_what_would_end_a_command() -> None:
    out = printed("github", finding(Span("a:b,c%d\n::warning::x"), "100%\r\n::error::owned"))
    assert out == (
        "::error file=a%3Ab%2Cc%25d%0A%3A%3Awarning%3A%3Ax,line=1,endLine=1,title=a-rule,col=1,endColumn=1::"
        "100%25?%0A::error::owned\n"
    )


def test_github_has_no_columns_for_several_lines() -> None:
    assert "col=" not in printed("github", finding(Span("a", 1, 3, 2, 2))).lower()


# How it is written.


@pytest.mark.parametrize("chosen", FORMATS)
def test_one_write_a_finding(chosen: str) -> None:
    """Output of several runs in one terminal or log does not tear findings apart."""
    out = Stream()
    result = run_on(out, "check", write_spec(Path(), THREE).name, "--format", chosen)
    assert result.code == BAD_INPUT
    pieces = [piece.decode() for piece in out.writes if piece]
    assert all(piece.endswith("\n") for piece in pieces)
    document = chosen in {"json", "sarif"}
    assert len(pieces) == (1 if document else 3 + (chosen != "github"))


@pytest.mark.parametrize("chosen", FORMATS)
def test_every_format_is_utf8_whatever_the_locale_says(chosen: str) -> None:
    text = changed(TWICE, "work is pending", "work is pending \N{GRINNING FACE}")
    out = check(text, "--format", chosen).out
    assert "duplicate-key" in out


def test_findings_are_sorted_by_place() -> None:
    found = [finding(Span("b", 1)), finding(Span("a", 10)), finding(Span("a", 9, 2)), finding(Span("a", 9, 1))]
    sink = Sink()
    sink.extend(found)
    sink.extend(found)
    assert [str(each.span) for each in sink.findings] == ["a:9:1", "a:9:2", "a:10:1", "b:1:1"]


# Pages about rules.

RULES = rule_book.all_rules()


@pytest.mark.parametrize("known", RULES.values(), ids=list(RULES))
def test_every_rule_is_documented(known: Rule[...]) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", known.id)
    assert known.summary
    assert "\n" not in known.summary
    assert len(known.summary) <= 100
    assert not known.summary.endswith(".")
    *explanation, instead = known.text.split("\n\n")
    assert explanation and all(explanation), "what is wrong and why it matters"
    assert re.match(r"Instead: \S", instead), "what to write instead is the last paragraph"
    assert known.text.count("Instead:") == 1
    for paragraph in known.text.split("\n\n"):
        if paragraph.startswith("    "):  # an example
            continue
        assert paragraph.rstrip().endswith((".", "`", "`.")), paragraph


@pytest.mark.parametrize("name", ["duplicate-key", "pair-left-in", "unused-class"])
def test_explain(name: str) -> None:
    result = run("explain", name)
    known = RULES[name]
    assert (result.code, result.err) == (CLEAN, "")
    assert result.out == f"{name} ({known.severity.word}): {known.summary}\n\n{known.text}\n"


@pytest.mark.parametrize(
    ("asked", "answer"), [("duplicate-keys", "did you mean `duplicate-key`?"), ("zzz", "`gen rules`")]
)
def test_explain_what_is_not_there(asked: str, answer: str) -> None:
    result = run("explain", asked)
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert f"there is no rule `{asked}`" in result.err
    assert answer in result.err


def test_rules_lists_them_all() -> None:
    result = run("rules")
    listed = [line.split(maxsplit=2) for line in result.out.splitlines()]
    assert listed == [[name, RULES[name].severity.word, RULES[name].summary] for name in sorted(RULES)]
    assert result.code == CLEAN


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_misspelt_rule_is_a_usage_error(option: str) -> None:
    result = run("check", write_spec(Path(), TOY).name, option, "unused-clas")
    assert result.code == BAD_INPUT
    assert "did you mean `unused-class`?" in result.err


def test_two_rules_cannot_have_one_name() -> None:
    def duplicate_key() -> Said:
        return Said("")

    with pytest.raises(ValueError, match="duplicate-key"):
        rule()(duplicate_key)


def test_rules_of_a_finding_are_those_of_the_book() -> None:
    found: Sequence[str] = [each["rule"] for each in run_json("check", write_spec(Path(), THREE).name).findings]
    assert set(found) <= set(RULES)
