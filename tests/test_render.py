"""`gen render`: the committed files, the same bytes everywhere, every release, --check and --diff, exit statuses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support import (
    BAD_INPUT,
    CLEAN,
    FINDINGS,
    NO_MATCH,
    PAIR,
    RENDERED,
    ROOT,
    SHIPPED,
    TEMPLATES,
    TOY,
    changed,
    command,
    environment,
    run,
    run_json,
    snapshot,
    spawn,
    write_spec,
)

from gen.diagnostics import Sink
from gen.model.release import Release, newest, oldest, spelled
from gen.render.pipeline import render_spec
from gen.render.plan import Plan, make_plan
from gen.spec.archspec import ArchSpec
from gen.spec.loader import SpecLoader
from gen.spec.schema import schema

STUBS = "out/toy/kernel/entry-stubs.c"
HEADER = "out/toy/include/asm/context_tracking.h"


@pytest.fixture(autouse=True)
def _in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def toy() -> Path:
    """The toy spec in the working directory, rendered to `out`."""
    spec = write_spec(Path(), TOY, "toy.yaml")
    assert run("render", spec).code == CLEAN
    return spec


@cache
def loaded(text: str, name: str = "spec.yaml") -> ArchSpec:
    """A spec without faults."""
    sink = Sink()
    spec = SpecLoader(sink).parse(name, text.encode())
    assert spec is not None, sink.findings
    return spec


def contents(spec: ArchSpec, release: Release | None = None) -> dict[str, str]:
    """The rendered files of a spec that is taken for proved."""
    sink = Sink()
    made = render_spec(spec, release, TEMPLATES, sink, proved=True)
    assert made is not None, sink.findings
    return {file.path: file.text for file in made.files}


# The committed files.


@pytest.mark.parametrize("spec", SHIPPED, ids=lambda path: path.stem)
def test_the_committed_files_are_what_is_rendered(spec: Path) -> None:
    result = run("render", spec, "--check", "-o", ROOT / "out", "--diff")
    assert result.code == CLEAN, result.out


def test_nothing_else_is_committed_with_them() -> None:
    expected = {f"{spec.stem}/{name}" for spec in SHIPPED for name in RENDERED}
    committed = {name for name, content in snapshot(ROOT / "out").items() if content is not None}
    assert {name for name in committed if name.split("/")[-1] in {Path(each).name for each in RENDERED}} == expected


def test_one_command_renders_several() -> None:
    result = run_json("render", "arm*")
    names = [spec.stem for spec in SHIPPED if spec.stem.startswith("arm")]
    assert result.code == CLEAN
    assert [each["arch"] for each in result.document["rendered"]] == names
    for name in names:
        assert snapshot(Path("out", name)) == snapshot(ROOT / "out" / name)


def test_a_pattern_may_mean_all_of_them() -> None:
    assert SpecLoader(Sink()).matching("*") == [spec.stem for spec in SHIPPED]


@pytest.mark.parametrize("name", ["arm64.yaml", "arm64"])
def test_a_shipped_spec_is_rendered_anywhere(name: str) -> None:
    result = run_json("render", name)
    assert (result.code, result.places) == (CLEAN, [])
    assert snapshot(Path("out/arm64")) == snapshot(ROOT / "out/arm64")


# The same bytes.

_SURROUNDINGS: dict[str, dict[str, str]] = {
    "hash seed 1": {"PYTHONHASHSEED": "1"},
    "hash seed 4242": {"PYTHONHASHSEED": "4242"},
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Turkish locale": {"LC_ALL": "tr_TR.UTF-8"},
    "Kiribati": {"TZ": "Pacific/Kiritimati"},
    "optimised": {"PYTHONOPTIMIZE": "1"},
    "no home": {"HOME": "/nonexistent", "COLUMNS": "7"},
}


@pytest.mark.parametrize("name", _SURROUNDINGS)
def test_the_bytes_do_not_depend_on_the_surroundings(name: str, tmp_path: Path) -> None:
    variables = _SURROUNDINGS[name]
    if "tr_TR" in variables.get("LC_ALL", "") and not _has_locale("tr_TR"):
        pytest.skip("there is no Turkish locale here")
    write_spec(tmp_path, PAIR, "pair.yaml")
    result = spawn("render", "pair.yaml", "-o", "here", env=variables)
    assert (result.code, result.err) == (CLEAN, "")
    assert run("render", "pair.yaml").code == CLEAN
    assert snapshot(tmp_path / "here") == snapshot(tmp_path / "out")


def _has_locale(name: str) -> bool:
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
    return any(line.startswith(name) for line in listed.splitlines())


def test_the_bytes_do_not_depend_on_the_working_directory(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, TOY, "toy.yaml")
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    assert spawn("render", "../toy.yaml", "-o", "a", cwd=elsewhere).code == CLEAN
    assert spawn("render", spec, "-o", elsewhere / "b", cwd=Path("/")).code == CLEAN
    assert run("render", "toy.yaml", "--templates", os.path.relpath(TEMPLATES)).code == CLEAN
    assert snapshot(elsewhere / "a") == snapshot(elsewhere / "b") == snapshot(tmp_path / "out")


def test_the_bytes_do_not_depend_on_the_umask(toy: Path) -> None:
    before = os.umask(0o077)
    try:
        assert run("render", toy, "-o", "private").code == CLEAN
    finally:
        os.umask(before)
    assert snapshot(Path("private")) == snapshot(Path("out"))


def test_the_order_of_specs_changes_nothing(toy: Path) -> None:
    write_spec(Path(), PAIR, "pair.yaml")
    assert run("render", toy, "pair.yaml", "-o", "a").code == CLEAN
    assert run("render", "pair.yaml", toy, "-o", "b").code == CLEAN
    assert snapshot(Path("a")) == snapshot(Path("b"))


def test_nothing_volatile_is_in_the_files(toy: Path, tmp_path: Path) -> None:
    for name in RENDERED:
        text = Path("out/toy", name).read_text(encoding="utf-8")
        assert str(tmp_path) not in text
        assert str(ROOT) not in text
        assert not re.search(r"\b20\d\d\b|\d\d:\d\d", text)
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert not re.search(r"[ \t]$", text, re.MULTILINE)
        assert "toy.yaml" in text
        assert "gen render toy.yaml" in text


def test_c_files_begin_with_their_licence(toy: Path) -> None:
    assert Path(HEADER).read_text().startswith("/* SPDX-License-Identifier: GPL-2.0-only OR MIT */\n")
    assert Path(STUBS).read_text().startswith("// SPDX-License-Identifier: GPL-2.0-only OR MIT\n")
    assert (
        Path("out/toy/Kconfig.context_tracking")
        .read_text()
        .startswith("# SPDX-License-Identifier: GPL-2.0-only OR MIT\n")
    )


# Every release.

RELEASES = (
    *(Release(5, minor) for minor in range(11, 20)),
    *(Release(6, minor) for minor in range(20)),
    *(Release(7, minor) for minor in range(newest().minor + 1)),
    Release(8, 4),
)
"""Every release that the facts know of, and one that nobody knows yet."""


def same_names(plan: Plan) -> Plan:
    """The plan as it is without the number of its release."""
    return replace(plan, release=newest(), command="")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_release_passes_its_checks(path: Path) -> None:
    """Releases that differ in nothing but their number are checked once."""
    spec = loaded(path.read_text(encoding="utf-8"), path.name)
    checked: list[Plan] = []
    for release in RELEASES:
        plan = make_plan(spec, release, proved=True)
        if same_names(plan) not in checked:
            checked.append(same_names(plan))
            files = contents(spec, release)
            assert all(f"Linux {release}" in files[name] for name in RENDERED)
    assert 3 <= len(checked) <= 12


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_every_release_is_rendered_by_the_command(release: Release) -> None:
    write_spec(Path(), PAIR, "pair.yaml")
    result = run_json("render", "pair.yaml", "--kernel", release)
    assert (result.code, result.places) == (CLEAN, [])
    assert result.document["rendered"][0]["kernel"] == str(release)
    text = Path("out/pair/include/asm/context_tracking.h").read_text(encoding="utf-8")
    option = "" if release == Release(6, 12) else f" --kernel {release}"
    assert f"gen render pair.yaml{option}\n" in text
    assert f"#ifdef CONFIG_{spelled('CONTEXT_TRACKING_USER', release)}\n" in text


_NAMES = [
    ("5.11", "#ifdef CONFIG_CONTEXT_TRACKING\n", "CONTEXT_TRACKING_USER"),
    ("5.19", "#ifdef CONFIG_CONTEXT_TRACKING\n", "CONTEXT_TRACKING_USER"),
    ("6.0", "#ifdef CONFIG_CONTEXT_TRACKING_USER\n", "CONFIG_CONTEXT_TRACKING\n"),
    ("5.19", "\trcu_irq_enter();\n", "ct_irq_enter()"),
    ("6.0", "\tct_irq_enter();\n", "rcu_irq_enter"),
    ("5.19", "\tselect HAVE_CONTEXT_TRACKING\n", "HAVE_CONTEXT_TRACKING_USER"),
    ("6.0", "\tselect HAVE_CONTEXT_TRACKING_USER\n", "select HAVE_CONTEXT_TRACKING\n"),
    ("6.11", "prev_state == CONTEXT_USER", "CT_STATE_USER"),
    ("6.12", "prev_state == CT_STATE_USER", "CONTEXT_USER"),
    ("5.19", "prev_state = ct_state();", "__ct_state"),
    ("6.0", "prev_state = __ct_state();", " ct_state()"),
]


@pytest.mark.parametrize(("release", "there", "not_there"), _NAMES)
def test_names_are_those_of_the_release(release: str, there: str, not_there: str) -> None:
    """Commits 24a9c54182b3, 493c1822825f and 6f0e6c1598b1 (6.0), d65d411c9259 (6.12)."""
    files = contents(loaded(PAIR, "pair.yaml"), Release.parse(release))
    text = "".join(files[name] for name in RENDERED if name != "README.md")  # it quotes the tree that was read
    assert there in text
    assert not_there not in text


@pytest.mark.parametrize(("release", "call"), [("5.18", "(CALLER_ADDR0)"), ("5.19", "()")])
def test_arguments_are_those_of_the_release(release: str, call: str) -> None:
    """Commit 8b023accc8df took the address away in 5.19."""
    text = changed(TOY, "- trace_hardirqs_on_prepare", "- lockdep_hardirqs_on_prepare")
    stubs = contents(loaded(text), Release.parse(release))["kernel/entry-stubs.c"]
    assert f"\tlockdep_hardirqs_on_prepare{call};\n" in stubs


@pytest.mark.parametrize(
    ("bounds", "releases"),
    [
        ('since: "6.1"', {"6.1", "6.12"}),
        ('until: "6.1"', {"5.11", "6.1"}),
        ('since: "5.12"\n    until: "6.11"', {"6.1"}),
    ],
)
def test_a_path_is_there_in_its_releases(bounds: str, releases: set[str]) -> None:
    spec = loaded(changed(TOY, 'since: "5.11"', bounds))
    for release in ("5.11", "6.1", "6.12"):
        files = contents(spec, Release.parse(release))
        named = ["toy_ct_nmi(" in files["kernel/entry-stubs.c"], "| nmi |" in files["README.md"]]
        assert named == [release in releases] * 2


@pytest.mark.parametrize("release", ["5.10", "4.19", "6", "6.12.1", "next", ""])
def test_other_releases_are_refused(release: str) -> None:
    result = run("render", write_spec(Path(), TOY), "--kernel", release)
    assert result.code == BAD_INPUT
    assert not Path("out").exists()


def test_releases_may_be_written_with_their_v() -> None:
    assert run("check", write_spec(Path(), TOY), "--kernel", f"v{oldest()}").code == CLEAN


# --check and --diff.


def test_check_is_silent_about_fresh_files(toy: Path) -> None:
    before = snapshot(Path())
    assert run_json("render", toy, "--check").places == []
    result = run("render", toy, "--diff")
    assert (result.code, result.out) == (CLEAN, "")
    assert snapshot(Path()) == before


DAMAGES: dict[str, tuple[bytes, bytes, int]] = {
    "a changed line": (b"schedule();", b"panic();", 0),
    "a line more": (b"#include <asm/ptrace.h>\n", b"#include <asm/ptrace.h>\n\n", 1),
    "other line ends": (b"\n", b"\r\n", 0),
    "not UTF-8": (b"work before", b"\xff\xfe before", 0),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_check_names_each_stale_file(damage: str, toy: Path) -> None:
    old, new, later = DAMAGES[damage]
    stubs = Path(STUBS)
    fresh = stubs.read_bytes()
    stubs.write_bytes(fresh.replace(old, new))
    line = 1 if old == b"\n" else fresh[: fresh.index(old)].count(b"\n") + 1 + later
    result = run_json("render", toy, "--check")
    assert result.code == FINDINGS
    assert [(each["rule"], each["file"], each["line"]) for each in result.findings] == [("stale-output", STUBS, line)]
    assert result.findings[0]["hint"] == "run `gen render toy.yaml`"
    assert stubs.read_bytes() == fresh.replace(old, new)


@pytest.mark.parametrize("left", [0, 1, 500])
def test_a_truncated_file_is_stale(left: int, toy: Path) -> None:
    """ynl-gen-c left one behind when it crashed."""
    fresh = Path(HEADER).read_bytes()
    Path(HEADER).write_bytes(fresh[:left])
    result = run_json("render", toy, "--check")
    assert (result.code, [each["file"] for each in result.findings]) == (FINDINGS, [HEADER])
    assert 1 <= result.findings[0]["line"] <= fresh[:left].count(b"\n") + 1
    assert run("render", toy).code == CLEAN
    assert Path(HEADER).read_bytes() == fresh


def test_a_missing_file_is_stale(toy: Path) -> None:
    Path(HEADER).unlink()
    result = run_json("render", toy, "--check")
    assert (result.code, result.places) == (FINDINGS, [("stale-output", 1, 1)])
    assert result.findings[0]["message"] == "this file is missing"
    assert not Path(HEADER).exists()


def test_every_stale_file_is_named(toy: Path) -> None:
    shutil.rmtree("out")
    result = run_json("render", toy, "--check")
    assert [each["file"] for each in result.findings] == [f"out/toy/{name}" for name in RENDERED]
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "gen render sub/toy.yaml"),
        (("-o", "other place"), "gen render sub/toy.yaml -o 'other place'"),
        (("--kernel", "6.1"), "gen render sub/toy.yaml --kernel 6.1"),
    ],
)
def test_the_hint_is_the_command_that_mends_it(options: tuple[str, ...], said: str) -> None:
    Path("sub").mkdir()
    write_spec(Path("sub"), TOY, "toy.yaml")
    found = run_json("render", "sub/toy.yaml", "--check", *options).findings
    assert {each["hint"] for each in found} == {f"run `{said}`"}
    shell = f"{' '.join(command())} {said.removeprefix('gen ')}"
    assert subprocess.run(["sh", "-c", shell], env=environment(), capture_output=True, check=False).returncode == CLEAN
    assert run("render", "sub/toy.yaml", "--check", *options).code == CLEAN


def patched(diff: str) -> None:
    """Applies a diff in the working directory, as a user would."""
    if shutil.which("patch") is None:
        pytest.skip("patch is not installed")
    done = subprocess.run(["patch", "-p1"], input=diff.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"schedule();", b"panic();"),
        (b"}\n", b""),
        (b"#include <asm/ptrace.h>\n", b"#include <asm/ptrace.h>\n" * 3),
        (b"toy_ct_to_user(regs);\n}\n", b"toy_ct_to_user(regs);\n}"),
    ],
)
def test_a_diff_can_be_applied(old: bytes, new: bytes, toy: Path) -> None:
    fresh = snapshot(Path("out"))
    stubs = Path(STUBS)
    stubs.write_bytes(stubs.read_bytes().replace(old, new))
    stale = stubs.read_bytes()
    result = run("render", toy, "--diff")
    assert result.code == FINDINGS
    assert result.out.startswith(f"--- a/{STUBS}\n+++ b/{STUBS}\n@@ ")
    assert stubs.read_bytes() == stale
    patched(result.out)
    assert snapshot(Path("out")) == fresh


def test_a_diff_makes_missing_files(toy: Path) -> None:
    fresh = snapshot(Path("out"))
    shutil.rmtree("out")
    result = run("render", toy, "--diff")
    assert result.code == FINDINGS
    assert result.out.count("--- /dev/null\n") == len(RENDERED)
    patched(result.out)
    assert snapshot(Path("out")) == fresh


def test_check_and_diff_together(toy: Path) -> None:
    Path(HEADER).unlink()
    result = run("render", toy, "--check", "--diff")
    assert result.code == FINDINGS
    assert result.out.startswith("--- /dev/null\n")
    assert result.out.count("[stale-output]") == 1


def test_a_diff_for_programs(toy: Path) -> None:
    diff_of_nothing = run_json("render", toy, "--diff")
    assert (diff_of_nothing.code, diff_of_nothing.document["diff"]) == (CLEAN, "")
    Path(HEADER).unlink()
    for_people = run("render", toy, "--diff").out
    result = run_json("render", toy, "--diff")
    assert (result.code, result.rules) == (FINDINGS, {"stale-output"})
    assert result.document["diff"] == for_people


# What is said.


def test_what_became_of_each_file() -> None:
    write_spec(Path(), TOY, "toy.yaml")
    names = [f"out/toy/{name}" for name in RENDERED]
    assert run_json("render", "toy.yaml").document["files"] == [{"file": name, "outcome": "wrote"} for name in names]
    Path(HEADER).unlink()
    outcomes = {each["file"]: each["outcome"] for each in run_json("render", "toy.yaml").document["files"]}
    assert outcomes == {name: "wrote" if name == HEADER else "unchanged" for name in names}
    said = run("render", "toy.yaml").out
    assert all(f"  unchanged {name}\n" in said for name in names)


def test_what_was_checked() -> None:
    (summary,) = run_json("check", write_spec(Path(), TOY, "toy.yaml")).document["rendered"]
    expected = {"arch": "toy", "kernel": "6.12", "offstack": True, "paths": 5, "sequences": 3, "views": 3, "steps": 44}
    assert {key: summary[key] for key in expected} == expected
    assert run("check", "toy.yaml").out.startswith("toy: 5 entry paths for Linux 6.12, offstack declared\n")


@pytest.mark.parametrize("directory", ["here", "deep/er/still", "here/", "./here/there", "with space"])
def test_the_output_directory(directory: str) -> None:
    assert run("render", write_spec(Path(), TOY), "-o", directory).code == CLEAN
    assert Path(directory, "toy", RENDERED[0]).is_file()
    assert not Path("out").exists()


@pytest.mark.parametrize(
    "name", ["with space.yaml", "a\nconfig EVIL.yaml", "\udcff.yaml", "\x01x:1\x03.yaml", "-*- c -*-.yaml", "é.yaml"]
)
def test_a_spec_may_be_called_anything(name: str) -> None:
    """Its name stands in every rendered file, and cannot do more there than a name."""
    write_spec(Path(), TOY, name)
    assert run("render", f"./{name}").code == CLEAN
    plain = contents(loaded(TOY, "toy.yaml"))
    for path, text in plain.items():
        assert Path("out/toy", path).read_text(encoding="utf-8").count("\n") == text.count("\n")


# A claim that is not proved.

BROKEN = changed(
    TOY, "      - ct_nmi_enter\n      - code: {calls: handle_nmi}\n", "      - work: {calls: handle_nmi}\n"
).replace("      - ct_nmi_exit\n", "")
"""RCU is used by an NMI that does not tell it to watch."""


def test_what_is_not_proved_is_not_rendered() -> None:
    spec = write_spec(Path(), BROKEN)
    result = run_json("render", spec)
    assert result.code == FINDINGS
    assert result.document["summary"]["error"] > 0
    assert not Path("out").exists()
    assert run("check", spec).code == FINDINGS


def test_what_is_forced_says_so_in_every_file() -> None:
    result = run("render", write_spec(Path(), BROKEN), "--force")
    assert result.code == FINDINGS
    for name in RENDERED:
        assert "NOT PROVED" in Path("out/toy", name).read_text(encoding="utf-8")
    proved = contents(loaded(BROKEN))
    assert "NOT PROVED" not in "".join(proved.values())


# Any text that the schema allows is harmless.

_TEXT = st.from_regex(schema()["$defs"]["text"]["pattern"], fullmatch=True)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(_TEXT, _TEXT)
@example("a ' + = > & % @ ! /", "(#A / #B")
@example("A" * 96, "a/")
def test_texts_cannot_change_the_c(title: str, meaning: str) -> None:
    text = changed(TOY, '"toy: an architecture for tests"', quoted(title))
    text = changed(text, '"fault, from user mode and from the kernel"', quoted(meaning))
    text = changed(text, '"work is pending"', quoted(meaning))
    text = changed(text, '"interrupt", maskable', f"{quoted(title)}, maskable")
    files, plain = contents(loaded(text, "toy.yaml")), contents(loaded(TOY, "toy.yaml"))
    for name, content in files.items():
        assert content.count("\n") == plain[name].count("\n")
        if name != "README.md":
            assert without_comments(content) == without_comments(plain[name])


def quoted(text: str) -> str:
    """The text as a YAML scalar."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def without_comments(text: str) -> list[str]:
    """The lines that a compiler or Kconfig sees."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [line for line in bare.split("\n") if not line.startswith(("# ", "#\t", "//"))]


# Exit statuses.

_EXITS: list[tuple[tuple[str, ...], int]] = [
    (("check", "toy.yaml"), CLEAN),
    (("check", "broken.yaml"), FINDINGS),
    (("check", "bad.yaml"), BAD_INPUT),
    (("check", "nowhere.yaml"), BAD_INPUT),
    (("check", "nowhere*.yaml"), NO_MATCH),
    (("check", "warned.yaml"), CLEAN),
    (("render", "toy.yaml"), CLEAN),
    (("render", "toy.yaml", "--check"), FINDINGS),
    (("render", "toy.yaml", "--diff"), FINDINGS),
    (("render", "bad.yaml"), BAD_INPUT),
    (("render", "toy.yaml", "-o", "toy.yaml"), BAD_INPUT),
    (("verify", "toy.yaml"), CLEAN),
    (("verify", "broken.yaml"), FINDINGS),
    (("verify", "bad.yaml"), BAD_INPUT),
    (("rules",), CLEAN),
    (("schema",), CLEAN),
    (("explain", "tab"), CLEAN),
    (("explain", "nothing"), BAD_INPUT),
    (("--version",), CLEAN),
    (("--help",), CLEAN),
    (("nothing",), BAD_INPUT),
]


def exits() -> Iterator[tuple[tuple[str, ...], int]]:
    """The table, once as it is and once for each format that has a shape of its own."""
    for arguments, code in _EXITS:
        yield arguments, code
        if arguments[0] in {"check", "render", "verify"}:
            yield (*arguments, "--format", "json"), code
            yield (*arguments, "--format", "github"), code


@pytest.mark.parametrize(("arguments", "code"), list(exits()), ids=[" ".join(arguments) for arguments, _ in exits()])
def test_exit_statuses(arguments: tuple[str, ...], code: int) -> None:
    """0 clean, 1 findings or stale files, 2 usage or bad input, 3 nothing matched: the same in every format."""
    write_spec(Path(), TOY, "toy.yaml")
    write_spec(Path(), BROKEN, "broken.yaml")
    write_spec(Path(), changed(TOY, "arch: toy\n", "arch: Toy\n"), "bad.yaml")
    write_spec(Path(), changed(TOY, "conditions:\n", "conditions:\n  spare: nobody asks\n"), "warned.yaml")
    result = run(*arguments)
    assert result.code == code, result.out + result.err
    assert "Traceback" not in result.err


def test_the_help_names_the_exit_statuses() -> None:
    said = " ".join(run("--help").out.split())
    exits = (
        "0 clean, 1 findings or stale files, 2 usage or bad input, 3 nothing matched, 4 cannot tell, 70 a bug in gen, "
        "74 output that could not be written"
    )
    assert f"Exit: {exits}." in said


def test_the_table_has_a_row_for_each_path() -> None:
    spec = loaded(TOY)
    rows = contents(spec)["README.md"].split("\n")
    for name, path in spec.model.paths.items():
        (row,) = [row for row in rows if row.startswith(f"| {name} |")]
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1:4] == [path.title, path.whence.value, path.kind]
        assert cells[6] == f"{path.symbol} in {path.file}"
        assert cells[7].endswith("return")
