"""The tables of Documentation/features."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gen.kernel.features import STATUSES, Features, read_features

FILE = "Documentation/features/time/toy/arch-support.txt"
HEAD = """\
#
# Feature name:          toy-tracking
#         Kconfig:       HAVE_TOY && !OTHER
#         description:   arch supports: toys
#
    -----------------------
    |         arch |status|
    -----------------------
"""


def table(rows: str) -> Features:
    return read_features(FILE, (HEAD + rows).encode())


def test_a_table_is_read_with_its_places() -> None:
    found = table(
        "    |       alpha: | TODO |\n    |         arm: |  ok  |\n    |  um: | N/A  |\n    | x: |  ..  |\n    ---\n"
    )
    assert (found.name, found.kconfig, found.description) == (
        "toy-tracking",
        "HAVE_TOY && !OTHER",
        "arch supports: toys",
    )
    assert {row.arch: row.status for row in found.rows.values()} == {
        "alpha": "TODO",
        "arm": "ok",
        "um": "N/A",
        "x": "..",
    }
    assert list(found.rows) == ["alpha", "arm", "um", "x"]
    place = found.rows["arm"].span
    assert (str(place), place.end_line, place.end_column) == (f"{FILE}:10:23", 10, 25)
    assert found.not_understood == ()


def test_a_bogus_status_is_kept_as_it_is() -> None:
    found = table("    | arm: | maybe so |\n    | x86: |  |\n")
    assert [row.status for row in found.rows.values()] == ["maybe so", ""]
    assert not {row.status for row in found.rows.values()} & STATUSES


def test_of_two_rows_the_first_counts_and_the_second_is_said() -> None:
    found = table("    | arm: | ok |\n    | arm: | TODO |\n")
    assert found.rows["arm"].status == "ok"
    assert [str(each.span) for each in found.not_understood] == [f"{FILE}:10:14"]


@pytest.mark.parametrize("line", ["    | arm | ok |", "arm: ok", "    | arm: | ok | ok |", "\x00"])
def test_a_line_that_is_no_row_is_said(line: str) -> None:
    found = table(f"{line}\n    | x86: | ok |\n")
    assert [each.span.line for each in found.not_understood] == [9]
    assert list(found.rows) == ["x86"]


def test_comments_may_say_anything() -> None:
    assert table("# | arm: | ok |\n# Kconfig: SECOND\n").kconfig == "HAVE_TOY && !OTHER"


@given(st.binary() | st.text("|#: -\nakoTD/").map(str.encode))
def test_any_bytes_are_read(content: bytes) -> None:
    lines = content.count(b"\n") + 1
    found = read_features(FILE, content)
    spans = [*(row.span for row in found.rows.values()), *(problem.span for problem in found.not_understood)]
    assert all(1 <= span.line <= lines for span in spans)
