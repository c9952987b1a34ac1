"""Inputs made to be too much: each ends with a status of gen's own, within the memory that docs/limits.md states."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Timer

import pytest
from support import BAD_INPUT, CANNOT_TELL, CLEAN, FINDINGS, LEAK, ROOT, TOY, command, environment, run, run_json

from gen.kernel.tree import LARGEST_READ

MOST_MEMORY = 500 << 20
"""Bytes, of which no run may need more."""

GIVEN_UP = 300
"""Seconds after which a run counts as one without an end."""

TRAPS, ENTRY, KCONFIG = "arch/toy/kernel/traps.c", "arch/toy/kernel/entry.c", "arch/toy/Kconfig"
TRACKS = "config TOY\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_USER\n"
FILES = {
    "Makefile": "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\n",
    "Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\n',
    "arch/Kconfig": "config HAVE_CONTEXT_TRACKING_USER\n\tbool\nconfig HAVE_CONTEXT_TRACKING_USER_OFFSTACK\n\tbool\n",
    KCONFIG: TRACKS,
    ENTRY: "void do_syscall(void), do_fault(void), do_irq(void), do_nmi(void), ret_from_fork(void);\n",
    "include/linux/context_tracking.h": "static inline int exception_enter(void) { return 0; }\n",
}


@dataclass(frozen=True)
class Ended:
    """How a run ended: its status, what it printed, and the most memory that it held."""

    code: int
    out: str
    peak: int


def run_within(here: Path, *arguments: str) -> Ended:
    """Runs gen in a folder, with an address space that ends what goes far beyond the bound."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (4 * MOST_MEMORY, 4 * MOST_MEMORY))

    around = {**environment(), "XDG_CACHE_HOME": str(here / "cache")}
    around |= {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b"}
    with (here / "out").open("wb") as out:
        process = subprocess.Popen(
            command(*arguments), cwd=here, env=around, stdout=out, stderr=subprocess.STDOUT, preexec_fn=limit
        )
        ending = Timer(GIVEN_UP, process.kill)
        ending.start()
        _, status, usage = os.wait4(process.pid, 0)
        ending.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(process.returncode, (here / "out").read_text(errors="replace"), usage.ru_maxrss << 10)


def made(here: Path, files: Mapping[str, str | Callable[[Path], None]]) -> None:
    """A tree called linux with these files, and a spec."""
    for name, content in {**FILES, **files}.items():
        place = here / "linux" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content) if isinstance(content, str) else content(place)
    (here / "toy.yaml").write_text(re.sub(r"code: \w+\n", "code: c\n", TOY))


# Trees.


def sparse(place: Path) -> None:
    """A leak, and then nothing up to the size of the largest source file."""
    place.write_text(LEAK)
    os.truncate(place, 32 << 20)


def around(*lines: str) -> str:
    """A function that uses the pair around some lines."""
    return LEAK.replace("\tif (fixup(regs))\n\t\treturn;\n", "".join(lines))


def helpers(number: int) -> str:
    """A path through a chain of helpers, each of which calls the one before it twice."""
    chain = (f"static void h{n}(void)\n{{\n\th{n - 1}();\n\th{n - 1}();\n}}\n" for n in range(1, number))
    path = f"noinstr void do_syscall(void)\n{{\n\tuser_exit_irqoff();\n\th{number - 1}();\n\tuser_enter_irqoff();\n}}\n"
    return "".join(("void h0(void) {}\n", *chain, path))


TREES: dict[str, tuple[Mapping[str, str | Callable[[Path], None]], str]] = {
    "a sparse file": ({TRAPS: sparse}, "larger than 4 MiB"),
    "a function of a million lines": ({TRAPS: around("\tf();\n" * 1_000_000)}, "larger than 4 MiB"),
    "a function of half a million lines": ({TRAPS: around("\tf();\n" * 500_000)}, "not-analysed"),
    "#if lines one after the other": (
        {TRAPS: around(*(f"#if A{n}\n\tf();\n#endif\n" for n in range(100_000)))},
        "more than 64 variants",
    ),
    "#if lines inside each other": (
        {TRAPS: around("#if A\n" * 100_000, "#endif\n" * 100_000)},
        "more than 50000 steps",
    ),
    "#if lines around a function": (
        {TRAPS: "#if A\n" * 100_000 + LEAK + "#endif\n" * 100_000},
        "inside more than 200 #if lines",
    ),
    "#if lines beside a function": (
        {TRAPS: "".join(f"#if A{n}\nint a{n};\n#endif\n" for n in range(30_000)) + LEAK},
        "exception-exit-missing",
    ),
    "a suppression of many rules": (
        {TRAPS: LEAK.replace("return;", f"return; /* gen: ignore[{','.join(f'r{n}' for n in range(100_000))}] */")},
        "exception-exit-missing",
    ),
    "many selects": (
        {KCONFIG: TRACKS + "".join(f"\tselect HAVE_{n} if A{n}\n" for n in range(100_000))},
        "kconfig-not-read",
    ),
    "Kconfig files that source the next one twice": (
        {
            KCONFIG: TRACKS + 'source "k0"\n',
            **{f"k{n}": f'source "k{n + 1}"\nsource "k{n + 1}"\n' for n in range(40)},
            "k40": "config B\n",
        },
        "kconfig-not-read",
    ),
    "Kconfig blocks inside each other": (
        {KCONFIG: TRACKS + "if A\n" * 40_000 + "config B\n\tselect HAVE_CONTEXT_TRACKING_USER\n" + "endif\n" * 40_000},
        "kconfig-not-read",
    ),
    "many architectures": (
        {f"arch/a{n}/Kconfig": TRACKS.replace("TOY", f"A{n}") for n in range(3_000)},
        "3001 architectures are to be looked at",
    ),
    "a chain of helpers": ({ENTRY: helpers(3_000)}, ""),
    "one function again and again": ({TRAPS: LEAK * 3_000}, "exception-exit-missing"),
    "many files that use the pair": (
        {f"arch/toy/kernel/f{n}.c": LEAK for n in range(1_500)},
        "exception-exit-missing",
    ),
    "much code in many files": (
        {f"arch/toy/kernel/f{n}.c": LEAK + "int a[] = {" + "1, " * 300_000 + "};\n" for n in range(12)},
        "no more than 6 MiB of code",
    ),
    "many uses in one function": (
        {TRAPS: around("\tif (a) exception_exit(prev), prev = exception_enter();\n" * 20_000)},
        "not-analysed",
    ),
    "lines made for regular expressions": (
        {
            TRAPS: LEAK
            + f"#define m({'b,' * 100_000}c) d\n#include {'<' * 100_000}\n/* exception_enter {'* ' * 200_000}*/\n"
            + f'struct {"__attribute__((" * 20_000}\nchar *s = "{chr(92) * 100_000}";\n'
        },
        "",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", TREES)
def test_a_tree_that_is_too_much(kind: str, tmp_path: Path) -> None:
    files, said = TREES[kind]
    made(tmp_path, files)
    lint = run_within(tmp_path, "lint", "--tree", "linux")
    assert said in lint.out, lint.out[:2000]
    ended = [lint]
    for asked in (
        ("verify", "toy.yaml", "--tree", "linux", "--no-cache"),
        ("matrix", "--tree", "linux", "--arch", "toy"),
        ("patch", "toy.yaml", "--fix", "exception-exit-missing", "--tree", "linux", "--dry-run"),
        ("patch", "toy.yaml", "--offstack", "true", "--rfc", "--tree", "linux", "--dry-run"),
        ("new", "toy", "--tree", "linux", "-o", "-"),
    ):
        ended.append(run_within(tmp_path, *asked))
    assert {each.code for each in ended} <= {CLEAN, FINDINGS, BAD_INPUT, CANNOT_TELL}, [
        each.out[-300:] for each in ended
    ]
    assert max(each.peak for each in ended) <= MOST_MEMORY


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({TRAPS: sparse}, f"{TRAPS}:1:1: cannot be read: larger than 4 MiB"),
        ({TRAPS: around("#if A\n" * 300, "#endif\n" * 300)}, ""),
    ],
)
def test_nothing_is_to_do_only_where_all_was_looked_at(
    files: Mapping[str, str | Callable[[Path], None]], told: str, tmp_path: Path
) -> None:
    made(tmp_path, files)
    ended = run_within(tmp_path, "patch", "toy.yaml", "--fix", "exception-exit-missing", "--tree", "linux", "--dry-run")
    assert told in ended.out
    assert (ended.code, "cannot tell about all of arch/toy" in ended.out) == ((4, True) if told else (0, False))


# Specs and models.


def spec_with(*steps: str) -> str:
    """The toy with other steps in the place of one."""
    line = "      - work: {calls: handle_syscall, faults: true, schedules: true}\n"
    assert line in TOY
    return TOY.replace(line, "".join(steps))


SPECS: dict[str, tuple[str, str]] = {
    "many positions": (spec_with(*(f"      - code: {{calls: c{n}}}\n" for n in range(12_000))), ""),
    "many wrong types": (spec_with("      - 7\n" * 100_000), "98000 more things are wrong"),
    "many unknown keys": (TOY + "".join(f"a{n}: b\n" for n in range(90_000)), "88000 more things are wrong"),
    "many tags": (TOY + "".join(f"a{n}: !t b\n" for n in range(70_000)), "error"),
    "many anchors": (TOY + "".join(f"a{n}: &x b\n" for n in range(70_000)), "error"),
    "too many bytes": (TOY + "# \n" * 400_000, "oversized-file"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SPECS)
def test_a_spec_that_is_too_much(kind: str, tmp_path: Path) -> None:
    text, said = SPECS[kind]
    (tmp_path / "big.yaml").write_text(text)
    ended = run_within(tmp_path, "check", "big.yaml")
    assert ended.code in {CLEAN, BAD_INPUT}
    assert said in ended.out
    assert len(ended.out) < 1 << 20
    assert ended.peak <= MOST_MEMORY


def model(**changed: object) -> dict[str, object]:
    """A configuration of the oracle with something else in it."""
    first: dict[str, object] = json.loads((ROOT / "tests/verify/oracle.json").read_bytes())["configs"][0]
    return {**first, **changed}


@pytest.mark.parametrize("count", [{"tasks": 10**30}, {"cpus": 1_000}, {"depth": 10**9}])
def test_a_model_of_too_large_a_system(count: dict[str, int], tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(model(**count)))
    ended = run_within(tmp_path, "verify", "--model", "model.json")
    (name,) = count
    assert (ended.code, f"`{name}` must be a whole number from 1 to " in ended.out) == (BAD_INPUT, True)


@pytest.mark.slow
@pytest.mark.parametrize("size", [{"tasks": 8, "cpus": 8}, {"tasks": 16, "cpus": 16, "depth": 32}])
def test_a_model_of_a_large_system(size: dict[str, int], tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(model(**size)))
    ended = run_within(tmp_path, "verify", "--model", "model.json")
    assert (ended.code, "violated in 2 steps" in ended.out) == (FINDINGS, True)
    assert ended.peak <= MOST_MEMORY


def test_what_was_not_searched_to_its_end_is_not_said_to_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It breaks from depth 1 on, and two steps are more than the search may take."""
    (tmp_path / "model.json").write_text(json.dumps(model()))
    assert run("verify", "--model", tmp_path / "model.json").code == FINDINGS
    monkeypatch.setattr("gen.verify.raw.MOST_CELLS", 2)
    result = run_json("verify", "--model", tmp_path / "model.json")
    (verdict,) = result.document["verdicts"]
    assert (result.code, verdict["verdict"], verdict["any_depth"]) == (CANNOT_TELL, "unknown", "violated")
    assert ": cannot tell: nothing is violated in the first " in run("verify", "--model", tmp_path / "model.json").out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"tasks": ' + b"9" * 5_000 + b"}", "this is not JSON: a number has too many digits"),
        (b"[" * 100_000, "this nests too deep"),
        (b'{"id": "\xff"}', "this is not JSON: it is not UTF-8"),
        (b" " * (5 << 20), "this is larger than 4 MiB"),
    ],
)
def test_a_model_that_cannot_be_read(content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_bytes(content)
    result = run("verify", "--model", tmp_path / "model.json")
    assert (result.code, f"{why}; docs/verify.md has an example [model-syntax]" in result.out) == (BAD_INPUT, True)


@pytest.mark.slow
def test_a_draft_says_what_was_not_read(tmp_path: Path) -> None:
    code = "void do_f(struct pt_regs *regs)\n{\n}\nint a[] = {" + "1, " * 300_000 + "};\n"
    made(tmp_path, {f"arch/toy/kernel/f{n:02}.c": code for n in range(40)})
    done = run_within(tmp_path, "new", "toy", "--tree", "linux", "-o", "-")
    assert done.code == CLEAN
    assert "missing: arch/toy/kernel/f07.c (of one architecture no more than 6 MiB of code are taken apart)" in done.out
    assert "missing: arch/toy/kernel/f37.c" not in done.out
    assert done.peak <= MOST_MEMORY


def test_a_draft_of_many_entries_of_one_name(tmp_path: Path) -> None:
    def draft(count: int) -> Ended:
        made(tmp_path, {f"arch/toy/kernel/f{n}.c": "void do_f(struct pt_regs *regs)\n{\n}\n" for n in range(count)})
        return run_within(tmp_path, "new", "toy", "--tree", "linux", "-o", "-")

    assert draft(900).out.count("\n    kind: ") == 900
    refused = draft(1_100)
    assert (refused.code, "1100 entries, and a spec has no more than 1000 paths" in refused.out) == (BAD_INPUT, True)


@pytest.mark.parametrize("option", ["--changes", "--config", "--baseline"])
def test_a_file_of_the_user_that_is_too_large(option: str, tmp_path: Path) -> None:
    made(tmp_path, {ENTRY: helpers(1)})
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(LARGEST_READ + 1)
    asked = {"--changes": ("patch", "toy.yaml", "--offstack", "true", "--rfc")}.get(option, ("lint",))
    done = run_within(tmp_path, *asked, "--tree", "linux", option, "large")
    assert (done.code, "larger than 4 MiB" in done.out) == (BAD_INPUT, True)


def test_a_kconfig_that_is_not_read_is_no_kconfig_without_a_select(tmp_path: Path) -> None:
    made(tmp_path, {KCONFIG: TRACKS + "# \n" * 400_000})
    lint = run_within(tmp_path, "lint", "--tree", "linux")
    assert [line for line in lint.out.splitlines() if "does not select" in line] == []
    matrix = run_within(tmp_path, "matrix", "--tree", "linux")
    assert "cannot tell: arch/toy/Kconfig is not read" in matrix.out
    assert (matrix.code, "does not track" in matrix.out) == (FINDINGS, False)
    patch = run_within(tmp_path, "patch", "toy.yaml", "--tree", "linux", "--dry-run")
    assert (patch.code, "linux/arch/toy/Kconfig is not read: " in patch.out) == (BAD_INPUT, True)


# The page.


def rows() -> Iterator[tuple[str, str]]:
    """The number that begins a row of docs/limits.md, and the constant that it is of."""
    for line in (ROOT / "docs/limits.md").read_text().splitlines():
        found = re.fullmatch(r"\| (\d+)( MiB)? [^|]*\| `([\w.]+)` \|.*", line)
        if found:
            yield str(int(found[1]) << 20 if found[2] else int(found[1])), found[3]


def test_the_page_has_the_bounds_of_the_code() -> None:
    found = {constant: number for number, constant in rows()}
    assert len(found) > 25
    for constant, number in found.items():
        module, _, name = constant.rpartition(".")
        assert str(getattr(import_module(module), name)) == number, constant
