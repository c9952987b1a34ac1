"""A spec of several releases: sequences that are bounded by `since` and `until`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import CLEAN, FINDINGS, TOY, changed, line_of, run, run_json, snapshot, write_spec

from gen.diagnostics import Sink
from gen.model.release import Release
from gen.spec.loader import SpecLoader

EARLY = """\
  early:
    title: "a scheduling point before user_exit, as there once was"
    symbol: early
    file: arch/toy/kernel/entry.c
    until: "6.1"
    steps:
      - schedule

"""
SYSCALL_BEGINS = "      - call: from_user\n      - unmask: [irq]\n"
BOUNDED = changed(
    changed(TOY, "sequences:\n", f"sequences:\n{EARLY}"),
    SYSCALL_BEGINS,
    f"      - if: kernel_regs\n        then:\n          - call: early\n      - call: early\n{SYSCALL_BEGINS}",
)
"""The toy with a sequence that ends with 6.1: what it does breaks the promise of offstack."""


def test_a_call_of_a_sequence_that_a_release_does_not_have_is_no_step(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, BOUNDED)
    assert run("check", spec).code == CLEAN
    for release, code, calls in (("6.1", FINDINGS, 2), ("6.2", CLEAN, 0), ("6.12", CLEAN, 0)):
        place = tmp_path / release
        assert run("render", spec, "--kernel", release, "--force", "-o", place).code == code, release
        stubs = (place / "toy/kernel/entry-stubs.c").read_text(encoding="utf-8")
        assert (stubs.count("\ttoy_ct_early();\n"), "toy_ct_kernel_regs" in stubs) == (calls, False)
        assert ("if (!user_mode(regs))" in stubs) == (calls > 0), "a branch with nothing left in it goes"


def test_what_a_release_does_not_do_is_not_held_against_it(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, BOUNDED)
    assert run("verify", spec).code == CLEAN
    found = run_json("verify", spec, "--kernel", "6.1")
    assert found.code == FINDINGS
    assert ("schedule-in-kernel-state", line_of(BOUNDED, "- schedule")) in {
        (rule, line) for rule, line, _ in found.places
    }


def test_a_condition_of_the_selects_that_later_releases_do_not_have(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, changed(TOY, "condition: MMU}", 'condition: MMU, until: "6.2"}'))
    for release, condition in (("6.1", " if MMU"), ("6.2", " if MMU"), ("6.3", ""), ("6.12", "")):
        place = tmp_path / release
        assert run("render", spec, "--kernel", release, "-o", place).code == CLEAN
        fragment = (place / "toy/Kconfig.context_tracking").read_text(encoding="utf-8")
        assert f"\tselect HAVE_CONTEXT_TRACKING_USER{condition}\n" in fragment


def test_the_page_of_a_release_has_no_evidence_of_another(tmp_path: Path) -> None:
    old, new = (f"  - claim: {claim}\n    file: arch/toy/entry.S\n    text: {claim} text\n" for claim in ("old", "new"))
    evidence = f'{old}    until: "6.1"\n{new}    since: "6.2"\n'
    spec = write_spec(tmp_path, changed(TOY, "\nclasses:\n", f"{evidence}\nclasses:\n"))
    for release, shown in (("6.1", "old"), ("6.2", "new"), ("6.12", "new")):
        place = tmp_path / release
        assert run("render", spec, "--kernel", release, "-o", place).code == CLEAN
        page = (place / "toy/README.md").read_text(encoding="utf-8")
        assert [claim for claim in ("old", "new") if f"- {claim}: `{claim} text`" in page] == [shown]


NEWER = "gen: Linux 8.4 is newer than the facts of gen; it is taken to be like 7.3\n"


def test_a_release_that_nobody_knows_yet_is_like_the_newest(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, TOY)
    known, newer = (run("render", spec, "--kernel", each, "-o", tmp_path / each) for each in ("7.3", "8.4"))
    assert (known.code, known.err) == (CLEAN, "")
    assert (newer.code, newer.err) == (CLEAN, NEWER)
    files = {name: text for name, text in snapshot(tmp_path / "7.3").items() if text is not None}
    assert files
    for name, text in files.items():
        assert (tmp_path / "8.4" / name).read_bytes() == text.replace(b"7.3", b"8.4"), name


def test_it_is_said_once_that_a_release_is_newer(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, changed(TOY, 'kernel: "6.12"', 'kernel: "8.4"'))
    assert run("verify", spec, "--kernel", "8.4").err == NEWER
    assert run("verify", spec).err == NEWER
    assert run("verify", spec, "-q").err == ""


@pytest.mark.parametrize("verb", ["lint", "matrix"])
def test_a_tree_that_is_newer_is_read_like_the_newest(verb: str, tmp_path: Path) -> None:
    results = []
    for release in ("7.3", "8.4"):
        major, minor = release.split(".")
        tree = tmp_path / release / "linux"
        (tree / "arch").mkdir(parents=True)
        (tree / "Makefile").write_text(f"VERSION = {major}\nPATCHLEVEL = {minor}\nSUBLEVEL = 0\nEXTRAVERSION =\n")
        (tree / "Kconfig").write_text("")
        results.append(run(verb, "--tree", tree))
    known, newer = results
    assert (known.err, newer.err) == ("", NEWER)
    assert newer.code == known.code
    assert newer.out.replace("8.4", "7.3") == known.out


@pytest.mark.parametrize(("release", "steps"), [("6.1", 2), ("6.2", 1), ("6.12", 1)])
def test_what_a_call_of_c_means_in_a_release(release: str, steps: int, tmp_path: Path) -> None:
    """A sequence that a release does not have is no part of what its C does."""
    meaning = "calls:\n  handle_early:\n    - call: early\n    - mask: [irq]\n\n"
    path = write_spec(tmp_path, changed(BOUNDED, "sequences:\n", f"{meaning}sequences:\n"))
    spec = SpecLoader(Sink()).load(str(path))
    assert spec is not None
    (body,) = (each.body for each in spec.calls_in(Release.parse(release)))
    assert len(body) == steps
