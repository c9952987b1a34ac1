"""What an earlier run found is given again while it is still true, and not a moment longer."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from linting import DECLARES, FEATURES, FIXED, HEADER, KCONFIG, LEAK, SOURCES, TRACKS, TRAPS, TREE, Toy, table, toy_tree
from support import PAIR, run, spawn
from trees import kernel_tree, older_tree

from gen.kernel.remembered import digest
from gen.lint import recall
from gen.lint import run as lint_run
from gen.lint.linted import Linted
from gen.lint.scope import Scope
from gen.lint.workspace import Workspace

GOOD = (
    '#include "local.h"\n#include "later.h"\n#include <asm/thread_info.h>\nvoid do_good(struct pt_regs *regs)\n{\n'
    "\tenum ctx_state prev = exception_enter();\n\tif (fixup(regs))\n\t\tdie(regs);\n\texception_exit(prev);\n}\n"
)
SPEC = PAIR.replace("arch/pair/", "arch/toy/")
NO_PAIR = "void do_bad(struct pt_regs *regs)\n{\n\tforce_sig(SIGILL);\n}\n"
FILES = {
    TRAPS: LEAK,
    "arch/toy/kernel/good.c": GOOD,
    "arch/toy/kernel/local.h": "void die(struct pt_regs *regs);\n",
    "arch/toy/kernel/entry.S": "\tBUILD do_good\n\tBUILD do_bad\n",
    HEADER: "#define _TIF_WORK 1\n",
    KCONFIG: f'{TRACKS}source "drivers/Kconfig"\nsource "drivers/later/Kconfig"\n',
    "drivers/Kconfig": "config OTHER\n\tbool\n",
    FEATURES: table("|         toy: |  ok  |"),
    "arch/other/Kconfig": "config OTHER_ARCH\n\tdef_bool y\n",
    "kernel/common.c": "void f(void)\n{\n\tuser_exit();\n}\n",
}


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    made = toy_tree(tmp_path, monkeypatch)
    made.add(FILES)
    made.spec(SPEC)
    return made


@pytest.fixture
def linted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The architectures that are really linted, in one process; "" is what is in none."""
    parts: list[str] = []
    lint_part = lint_run._lint_part

    def noted(work: Workspace, arch: str, scope: Scope) -> Linted:
        parts.append(arch)
        return lint_part(work, arch, scope)

    monkeypatch.setattr(lint_run, "_lint_part", noted)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    return parts


def lint(*options: str) -> str:
    return run("lint", "--tree", TREE, "--format", "json", *options).out


def test_nothing_is_linted_again_where_nothing_has_changed(toy: Toy, linted: list[str]) -> None:
    first = lint()
    assert sorted(linted) == ["", "other", "toy"]
    assert json.loads(first)["findings"]
    linted.clear()
    assert lint() == first
    assert linted == []
    assert lint("--no-cache") == first
    assert sorted(linted) == ["", "other", "toy"]


def edited(name: str, text: str) -> Callable[[Toy], object]:
    return lambda toy: toy.add({name: text})


CHANGES: dict[str, Callable[[Toy], object]] = {
    "a leak mended": edited(TRAPS, FIXED),
    "a file that mentions a name now": edited("arch/toy/kernel/new.c", LEAK.replace("do_trap", "do_new")),
    "a file that is gone": lambda toy: (toy.root / TRAPS).unlink(),
    "a header beside": edited("arch/toy/kernel/local.h", "void die(struct pt_regs *regs) __noreturn;\n"),
    "a header that was not there": edited("arch/toy/kernel/later.h", "#define LATER 1\n"),
    "a header that is gone": lambda toy: (toy.root / "arch/toy/kernel/local.h").unlink(),
    "any header that declares __noreturn": edited("arch/toy/include/asm/bug.h", "void __noreturn die(void *regs);\n"),
    "a handler that assembly names": edited("arch/toy/kernel/bad.c", NO_PAIR),
    "assembly": edited("arch/toy/kernel/entry.S", "\tBUILD do_bad\n"),
    "Kconfig": edited(KCONFIG, DECLARES),
    "a Kconfig elsewhere": edited("drivers/Kconfig", "config TOY\n\tselect HAVE_TIF_NOHZ\n"),
    "a Kconfig that was not there": edited("drivers/later/Kconfig", "config TOY\n\tselect HAVE_TIF_NOHZ\n"),
    "arch/Kconfig": edited("arch/Kconfig", f"{SOURCES}config TOY\n\tselect HAVE_TIF_NOHZ\n"),
    "the features table": edited(FEATURES, table("|         toy: | TODO |")),
    "the spec": lambda toy: toy.spec(
        PAIR.replace("arch/pair/", "arch/toy/").replace("offstack: false", "offstack: true")
    ),
    "a file that the spec names": edited("arch/toy/kernel/entry.c", "int found;\n"),
    "the release": lambda toy: (toy.root / "Makefile").write_text("VERSION = 5\nPATCHLEVEL = 19\n"),
    "an architecture more": edited("arch/third/Kconfig", ""),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(toy: Toy, linted: list[str], change: Callable[[Toy], object]) -> None:
    lint()
    change(toy)
    linted.clear()
    again = lint()
    assert "toy" in linted
    assert again == lint("--no-cache")
    linted.clear()
    assert lint() == again
    assert linted == []


def test_a_change_concerns_its_own_architecture(toy: Toy, linted: list[str]) -> None:
    lint()
    linted.clear()
    toy.add({TRAPS: FIXED})
    lint()
    assert linted == ["toy"]


def test_another_scope_and_a_configuration_are_other_questions(toy: Toy, linted: list[str]) -> None:
    lint()
    linted.clear()
    assert lint("--arch", "toy") == lint("--arch", "toy", "--no-cache")
    (toy.here / ".config").write_text("CONFIG_TOY=y\n")
    for _ in range(2):
        lint("--config", ".config")
    assert linted.count("toy") == 4


def test_other_code_of_gen_is_another_answer(toy: Toy, linted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lint()
    linted.clear()
    monkeypatch.setattr(recall, "code", lambda: "a later one")
    lint()
    assert sorted(linted) == ["", "other", "toy"]


def test_the_code_is_known_by_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    rule = tmp_path / "rules" / "one.py"
    rule.write_text("x = 1\n")
    monkeypatch.setattr("gen.__file__", str(tmp_path / "__init__.py"))
    seen = set()
    for text, time in (("x = 1\n", 1), ("x = 1\n", 2), ("x = 10\n", 2)):
        rule.write_text(text)
        os.utime(rule, (time, time))
        recall.code.cache_clear()
        seen.add(recall.code())
    recall.code.cache_clear()
    assert len(seen) == 3


def whole(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    """A file that is whole, and does not say what it should."""

    def make(content: bytes) -> bytes:
        said = json.loads(content.partition(b"\n")[2])
        payload = json.dumps(change(said) or said).encode()
        return digest(payload).encode() + b"\n" + payload

    return make


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "half": lambda content: content[: len(content) // 2],
    "one byte": lambda content: content.replace(b"do_", b"no_"),
    "other questions": whole(lambda said: said.update(asked=[["guess", "x", "y"]])),
    "questions that are none": whole(lambda said: said.update(asked=[[], [None], [[1]], 5])),
    "no answers": whole(lambda said: {"key": said["key"]}),
    "other findings": whole(lambda said: said.update(found={"findings": [{"rule": "x"}], "outcomes": []})),
    "no findings": whole(lambda said: said.update(found=None)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_memory_is_none(toy: Toy, linted: list[str], damage: Callable[[bytes], bytes]) -> None:
    first = lint()
    for file in (toy.here / ".cache" / "offstack" / "lint").iterdir():
        file.write_bytes(damage(file.read_bytes()))
    linted.clear()
    assert lint() == first
    assert "toy" in linted


@pytest.mark.tree
@pytest.mark.parametrize("release", ["6.12", "6.1"])
def test_real_trees_are_remembered_as_they_are(release: str, tmp_path: Path) -> None:
    tree = kernel_tree(f"tests/lint/{Path(__file__).name}") if release == "6.12" else older_tree()
    said = {
        spawn("lint", "--tree", tree, "--format", "json", *options, env={"XDG_CACHE_HOME": str(tmp_path)}).out
        for options in ((), (), ("--no-cache",))
    }
    assert len(said) == 1
    assert len(list((tmp_path / "offstack" / "lint").iterdir())) > 20
