"""What `gen lint --format sarif` prints, in a viewer's own library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import run

CORPUS = Path(__file__).with_name("corpus")
GUILTY = ("early-return.c", "dropped.c", "constant.c", "ifdef-dropped.c")


@pytest.fixture
def log(tmp_path: Path) -> Any:
    """The log of some guilty files as sarif-tools has read it."""
    loader = pytest.importorskip("sarif.loader", reason="pip install sarif-tools")
    place = tmp_path / "lint.sarif"
    place.write_text(run("lint", *(CORPUS / name for name in GUILTY), "--format", "sarif").out, encoding="utf-8")
    return loader.load_sarif_file(str(place))


def test_a_viewer_reads_every_finding(log: Any) -> None:
    assert log.get_distinct_tool_names() == ["gen"]
    records = {(Path(each["Location"]).name, each["Line"], each["Severity"]) for each in log.get_records()}
    assert records == {
        ("early-return.c", 10, "error"),
        ("dropped.c", 4, "warning"),
        ("constant.c", 8, "error"),
        ("ifdef-dropped.c", 7, "warning"),
    }


def test_a_viewer_sees_rules_and_conditions(log: Any) -> None:
    said = {Path(each["Location"]).name: f"{each['Code']} {each['Description']}" for each in log.get_records()}
    assert said["early-return.c"].startswith("exception-exit-missing ")
    assert "with !CONFIG_FUNCTION_TRACER" in said["ifdef-dropped.c"]
