"""Where a finding of the verifier stands."""

from __future__ import annotations

import pytest
from support import ROOT
from trees import load_spec

from gen.diagnostics import Span
from gen.verify.compile import Origin
from gen.verify.story import CpuText, Line, _last_of_c
from gen.verify.unfold import Masks

C, OTHER_C, ASSEMBLY = "arch/arm64/kernel/entry-common.c", "kernel/entry/common.c", "arch/arm64/kernel/entry.S"


def told(*lines: tuple[str, str]) -> list[Line]:
    """A run of one path by the file and the state of each line; its place is its number."""
    return [
        Line(number, 0, "", (CpuText("", "", state, ""),), Span(file, number), "el0_svc", "")
        for number, (file, state) in enumerate(lines)
    ]


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        ((("", "USER"), (C, "KERNEL"), (ASSEMBLY, "KERNEL"), (ASSEMBLY, "KERNEL")), 1),
        ((("", "USER"), (C, "KERNEL"), (OTHER_C, "KERNEL"), (ASSEMBLY, "KERNEL")), 1),
        ((("", "USER"), (OTHER_C, "KERNEL"), (ASSEMBLY, "KERNEL"), (ASSEMBLY, "KERNEL")), 1),
        ((("", "USER"), (C, "USER"), (ASSEMBLY, "KERNEL"), (ASSEMBLY, "KERNEL")), None),
        ((("", "USER"), (C, "USER"), (ASSEMBLY, "KERNEL"), (OTHER_C, "KERNEL"), (ASSEMBLY, "KERNEL")), None),
        ((("", "USER"), (ASSEMBLY, "USER"), (C, "KERNEL")), None),
    ],
)
def test_a_return_by_assembly_is_told_of_at_the_last_of_c(lines: tuple[tuple[str, str], ...], at: int | None) -> None:
    """But not if assembly moved the state after that, or if C returns itself."""
    path = next(each for each in load_spec(ROOT / "arch_specs" / "arm64.yaml").model.paths.values() if each.file == C)
    found = _last_of_c(told(*lines), Origin(path, "", path.span, (), Masks()))
    assert (found.line if found else None) == at
