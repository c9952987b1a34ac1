"""The README says what happens: each of its console blocks is run, in order, in an empty directory."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import CLEAN, ROOT, environment, run, run_json

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ ([^\n]*)\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("command", "expected"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_a_console_block_prints_what_it_says(command: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "gen").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gen "$@"\n')
    (tmp_path / "gen").chmod(0o755)
    (tmp_path / "arch_specs").symlink_to(ROOT / "arch_specs")
    env = environment()
    done = subprocess.run(
        command,
        shell=True,
        cwd=tmp_path,
        env={**env, "PATH": f"{tmp_path}:{env['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == expected
    assert done.stderr == ""


TREE_BLOCKS = re.findall(r"```console tree\n(.*?)```", README, re.DOTALL)


@pytest.mark.tree
@pytest.mark.parametrize("block", TREE_BLOCKS)
def test_a_console_block_on_a_tree_prints_what_it_says(block: str, tree: Path, tmp_path: Path) -> None:
    """Numbers are not compared: the newest 6.12 may have moved a line."""
    (tmp_path / "linux").symlink_to(tree)
    env = environment(GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@example.org", XDG_CACHE_HOME=str(tmp_path / "cache"))
    said = []
    for command in re.findall(r"^\$ gen (.*)$", block, re.MULTILINE):
        done = subprocess.run(
            [sys.executable, "-m", "gen", *command.split()],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        said.append(f"$ gen {command}\n{done.stdout}")
    assert re.sub(r"\d+", "N", "".join(said)) == re.sub(r"\d+", "N", block)


@pytest.mark.tree
def test_the_matrix_is_what_gen_says_of_linux(tree: Path) -> None:
    """All of it where the tree is the one that was looked at, else all but numbers: lines move in stable releases."""
    section = README.partition("\n## Architectures\n")[2].partition("\n\n## ")[0]
    shown = section.partition("`gen matrix --tree linux/ --format markdown` says:\n\n")[2] + "\n"
    said = run("matrix", "--tree", tree, "--format", "markdown")
    assert (said.code, said.err) == (CLEAN, "")
    same_tree = said.out.partition("\n")[0] == shown.partition("\n")[0]
    keep = (lambda text: text) if same_tree else (lambda text: re.sub(r"\d+", "N", text))
    assert keep(said.out) == keep(shown)
    assert said.out.count("\n| ") == 22


def test_there_are_console_blocks() -> None:
    assert len(BLOCKS) >= 3
    assert len(TREE_BLOCKS) == 1


def test_the_table_of_verdicts_is_what_the_verifier_says() -> None:
    rows = re.findall(r"^\| (\w+) \| [^|]* \| (claimed|not claimed) \| (holds|violated)", README, re.MULTILINE)
    specs = sorted(path.stem for path in (ROOT / "arch_specs").glob("*.yaml"))
    assert sorted(arch for arch, _, _ in rows) == specs
    said = {each["arch"]: each for each in run_json("verify", *specs).document["verdicts"]}
    for arch, claimed, verdict in rows:
        assert (said[arch]["offstack"], said[arch]["verdict"]) == (claimed == "claimed", verdict), arch


def test_every_option_of_the_readme_exists() -> None:
    shown = "".join(
        run(verb, "--help").out
        for verb in ("render", "verify", "read", "diff", "lint", "patch", "matrix", "new", "boot")
    )
    for option in set(re.findall(r"--[a-z]+", README)):
        assert option in shown, option


@pytest.mark.tree
def test_the_places_in_the_verdicts_are_in_the_tree(tree: Path) -> None:
    rows = re.findall(r"^\| (\w+) \| [^|]* \| (?:not )?claimed \| ([^|]*) \|$", README, re.MULTILINE)
    for arch, verdict in rows:
        places = re.findall(r"(\w+)(?:\(\))? \(([\w/.-]+):(\d+)\)", verdict)
        assert places, f"{arch} has no place"
        for name, file, line in places:
            text = (tree / "arch" / arch.replace("sparc64", "sparc") / file).read_text(encoding="utf-8").split("\n")
            assert re.search(rf"\b{name}\b", text[int(line) - 1]), f"{arch}: {name} is not at {file}:{line}"
