"""Every printer with any text in every place that a tree or a spec can fill: each escapes it as its format asks."""

from __future__ import annotations

import json
import unicodedata
from urllib.parse import unquote

from hypothesis import example, given
from hypothesis import strategies as st

from gen.diagnostics import Diagnostic, Related, Severity, Span
from gen.diagnostics.printers import Report, printer

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30) | st.text(
    "\n\r\x00\x1b\x7f%:,;\"'<>&`\\\u202e\u2066\ufeff\udcff[]() -", max_size=30
)
"""Anything that Python can hold, also names that are no UTF-8; and what formats and terminals take for a sign."""


def report(name: str, said: str) -> Report:
    """A finding in a file of this name, with this text in all its other places."""
    span = Span(name, 3, 1, 3, 2)
    found = Diagnostic(
        "a-rule",
        Severity.ERROR,
        span,
        said or "it is wrong",
        hint=said,
        related=(Related(Span(name, 1, 1, 1, 2), said),),
        function=said,
        condition=said,
    )
    return Report([found], lambda _: (said.replace("\n", " "),) * 3, closing="1 error")


def printed(chosen: str, name: str, said: str) -> str:
    text = "".join(f"{chunk}\n" for chunk in printer(chosen)(report(name, said)))
    text.encode("utf-8")
    return text


HOSTILE = "a\nb\x1b[31m%0A::error::\u202e\udcff\"'<&"


def is_harmless(text: str) -> bool:
    """Whether a terminal does nothing but show it: no control, no bidirectional or invisible sign."""
    return all(each == "\n" or unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for each in text)


@given(TEXT, TEXT)
@example(HOSTILE, HOSTILE)
def test_a_terminal_is_not_written_to(name: str, said: str) -> None:
    plain = printed("short", "x", "x").count("\n")
    assert is_harmless(printed("human", name, said))
    text = printed("short", name, said)
    assert (is_harmless(text), text.count("\n")) == (True, plain)


@given(TEXT, TEXT)
@example(HOSTILE, HOSTILE)
def test_json_gives_back_what_it_was_given(name: str, said: str) -> None:
    (found,) = json.loads(printed("json", name, said))["findings"]
    assert (found["file"], found["hint"], found["message"]) == (name, said, said or "it is wrong")


@given(TEXT, TEXT)
@example(HOSTILE, HOSTILE)
def test_sarif_has_an_address_without_a_foreign_sign(name: str, said: str) -> None:
    (run,) = json.loads(printed("sarif", name, said))["runs"]
    (found,) = run["results"]
    uri = found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(' "<>\\^`{|}\n')
    assert unquote(uri, errors="surrogateescape").endswith(name)


@given(TEXT, TEXT)
@example(HOSTILE, HOSTILE)
def test_github_gets_one_command_a_finding(name: str, said: str) -> None:
    text = printed("github", name, said)
    commands = [line for line in text.splitlines() if line.startswith("::")]
    assert len(commands) == 1
    assert commands[0].startswith("::error file=")
    properties, _, _ = commands[0][len("::error ") :].partition("::")
    assert [each.partition("=")[0] for each in properties.split(",")] == [
        "file", "line", "endLine", "title", "col", "endColumn",
    ]  # fmt: skip
