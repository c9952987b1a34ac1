"""gen patch on Linux 6.12 and 6.1: what it makes for each architecture, in numbers that were read by hand."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from series_making import OFFSTACK, RULE, Made, git
from support import BAD_INPUT, CLEAN, Result, run, run_json
from trees import needs_program, older_tree

pytestmark = pytest.mark.tree

RFC = ("--offstack", "true", "--rfc")
MIPS = {
    "arch/mips/Kconfig": (1, 0),
    "arch/mips/kernel/r4k-bugs64.c": (0, 5),
    "arch/mips/kernel/traps.c": (12, 73),
    "arch/mips/kernel/unaligned.c": (0, 4),
    "arch/mips/mm/fault.c": (2, 14),
}
SPARC = {
    "arch/sparc/Kconfig": (1, 0),
    "arch/sparc/kernel/kgdb_64.c": (1, 5),
    "arch/sparc/kernel/kprobes.c": (1, 6),
    "arch/sparc/kernel/rtrap_64.S": (1, 7),
    "arch/sparc/kernel/signal_64.c": (0, 8),
    "arch/sparc/kernel/sys_sparc_64.c": (0, 4),
    "arch/sparc/kernel/traps_64.c": (17, 68),
    "arch/sparc/kernel/unaligned_64.c": (2, 9),
    "arch/sparc/mm/fault_64.c": (5, 9),
}
"""Lines added and removed in each file, in both releases."""


@pytest.fixture(params=["6.12", "6.1"])
def any_tree(request: pytest.FixtureRequest) -> Path:
    """Each of the two trees."""
    return request.getfixturevalue("tree") if request.param == "6.12" else older_tree()


@pytest.fixture(autouse=True, scope="module")
def somebody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Somebody in an empty folder, to whom every series is written once."""
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("series")
        patch.chdir(place)
        patch.setenv("XDG_CACHE_HOME", str(place / ".cache"))
        patch.setenv("GIT_AUTHOR_NAME", "A U Thor")
        patch.setenv("GIT_AUTHOR_EMAIL", "author@example.com")
        yield place
    written.cache_clear()


@cache
def written(tree: Path, *arguments: str) -> Made:
    """A series of a tree, which is made once."""
    folder = Path.cwd() / re.sub(r"\W+", "-", f"{tree.name} {arguments}")
    result = run("patch", *arguments, "--tree", tree, "-o", folder)
    assert (result.code, result.err) == (CLEAN, ""), result.out + result.err
    return Made(folder, result)


def numbers(made: Made) -> dict[str, tuple[int, int]]:
    """Lines added and removed in each file."""
    counts = git(made.folder, "apply", "--numstat", "series.mbox")
    found: dict[str, tuple[int, int]] = {}
    for line in counts.splitlines():
        added, removed, name = line.split("\t")
        before = found.get(name, (0, 0))
        found[name] = (before[0] + int(added), before[1] + int(removed))
    return found


def summaries(made: Made) -> list[str]:
    return [each.partition("] ")[2] for each in made.subjects[made.has_letter :]]


def reports(made: Made, tree: Path) -> str:
    """What the tree's checkpatch.pl says of the patches, which nobody has signed."""
    patches = [str(made.folder / name) for name in made.names[made.has_letter :]]
    command = ["perl", str(tree / "scripts/checkpatch.pl"), "--strict", "--terse", "--no-summary", "--no-signoff"]
    done = subprocess.run([*command, f"--root={tree}", *patches], cwd=made.folder, capture_output=True, check=False)
    return (done.stdout + done.stderr).decode()


# One line.


@pytest.mark.parametrize(
    ("spec", "prefix", "before"),
    [
        ("arm64", "arm64", "HAVE_DEBUG_KMEMLEAK"),
        ("loongarch", "LoongArch", "HAVE_(?:C_RECORDMCOUNT|DEBUG_STACKOVERFLOW)"),
        ("riscv", "riscv", "HAVE_DEBUG_KMEMLEAK"),
    ],
)
def test_one_line(spec: str, prefix: str, before: str, any_tree: Path) -> None:
    made = written(any_tree, spec)
    assert made.subjects == [f"[PATCH] {prefix}: select {OFFSTACK}"]
    assert numbers(made) == {f"arch/{spec}/Kconfig": (1, 0)}
    around = rf"^ \tselect HAVE_CONTEXT_TRACKING_USER\n\+\tselect {OFFSTACK}\n \tselect {before}$"
    assert re.search(around, made.patches[0], re.MULTILINE)
    assert reports(made, any_tree) == ""
    message = " ".join(made.messages[0].split())
    assert "were proved to keep that promise for every nesting" in message
    assert re.search(
        rf"{READ_BACK[any_tree == older_tree(), spec]} entry paths were read from the C and assembly of Linux 6\.",
        message,
    )


READ_BACK = {
    (False, "arm64"): "53 of the 53",
    (False, "loongarch"): "20 of the 20",
    (False, "riscv"): "18 of the 19",
    (True, "arm64"): "45 of the 45",
    (True, "loongarch"): "19 of the 19",
    (True, "riscv"): "2 of the 7",
}
"""How many entry paths the letter says to have seen, by whether it is 6.1."""


def test_a_spec_of_another_order_does_not_count_where_the_c_is_read(tree: Path, tmp_path: Path) -> None:
    """What arm64 has in 6.12, held against 6.1 by a spec that knows no releases: the proof is of 6.1 all the same."""
    spec = tmp_path / "arm64.yaml"
    text = (Path(__file__).parents[2] / "arch_specs/arm64.yaml").read_text()
    spec.write_text(re.sub(r"^also: .*\n|^ +(?:since|until): .*\n", "", text, flags=re.MULTILINE))
    result = run_json("patch", spec, "--tree", older_tree(), "-o", tmp_path / "series")
    assert (result.code, result.rules) == (CLEAN, set()), result.findings
    assert (tmp_path / "series").exists()


def test_x86_says_it_already(any_tree: Path) -> None:
    result = run("patch", "x86", "--tree", any_tree)
    assert (result.code, result.out.strip()) == (CLEAN, "x86: nothing to do: the tree is as the spec wants it")


@pytest.mark.parametrize("spec", ["arm", "csky", "mips", "sparc64"])
def test_what_is_not_claimed_is_not_made(spec: str, any_tree: Path) -> None:
    result = run("patch", spec, "--tree", any_tree)
    assert (result.code, result.out.splitlines()[0]) == (
        CLEAN,
        f"{spec}: nothing to do: the spec says `offstack: false`",
    )


def test_recipients_are_those_of_the_tree(tree: Path) -> None:
    (mail,) = written(tree, "arm64").mails
    assert {each.addr_spec for each in mail["To"].addresses} == {"catalin.marinas@arm.com", "will@kernel.org"}
    assert {each.addr_spec for each in mail["Cc"].addresses} >= {
        "frederic@kernel.org",
        "linux-arm-kernel@lists.infradead.org",
        "linux-kernel@vger.kernel.org",
        "paulmck@kernel.org",
    }


def test_trailers_pass_the_trees_checkpatch(tree: Path) -> None:
    trailers = {
        "--fixes": '179a9cf79212 ("context_tracking: x")',
        "--suggested-by": "Ada Author <ada@example.org>",
        "--assisted-by": "offstack:0.1",
        "--link": "https://lore.kernel.org/r/20240101.1@example.org/",
    }
    made = written(
        tree, "riscv", "--signoff", "--run-tree-scripts", *(part for option in trailers.items() for part in option)
    )
    assert len(made.messages[0].rpartition("\n\n")[2].splitlines()) == 5


# The whole removal.


@pytest.mark.parametrize(
    ("spec", "reason"),
    [("mips", "() uses RCU while it does not watch, "), ("sparc64", "sparc64 does not keep the promise: ")],
)
def test_a_claim_that_does_not_hold_needs_rfc(spec: str, reason: str, tree: Path, tmp_path: Path) -> None:
    result = run_json("patch", spec, "--offstack", "true", "--tree", tree, "-o", tmp_path / "series")
    assert (result.code, result.rules) == (BAD_INPUT, {"claim-not-proved", "proof-of-other-code"})
    assert reason in result.findings[0]["message"]
    assert not (tmp_path / "series").exists()


def test_mips_as_a_question(any_tree: Path) -> None:
    made = written(any_tree, "mips", *RFC)
    assert made.subjects[0] == f"[RFC PATCH 0/5] MIPS: declare {OFFSTACK}"
    assert summaries(made) == [
        f"MIPS: select {OFFSTACK}",
        "MIPS: r4k-bugs64: remove exception_enter() and exception_exit()",
        "MIPS: traps: remove exception_enter() and exception_exit()",
        "MIPS: unaligned: remove exception_enter() and exception_exit()",
        "MIPS: fault: remove exception_enter() and exception_exit()",
    ]
    assert numbers(made) == MIPS
    assert "calls removed: 16 of exception_enter() and 15 of exception_exit()" in " ".join(made.cover.split())
    assert "do_page_fault() only wrapped __do_page_fault(), which takes its name." in " ".join(made.messages[4].split())
    assert "there is nothing left to do; gen lint finds nothing new in it" in " ".join(made.cover.split())


def test_sparc64_as_a_question(any_tree: Path) -> None:
    made = written(any_tree, "sparc64", *RFC)
    assert made.subjects[0] == f"[RFC PATCH 0/8] sparc64: declare {OFFSTACK}"
    assert summaries(made)[0] == f"sparc64: select {OFFSTACK}"
    assert "arch/sparc/Kconfig" in made.patches[0] and "arch/sparc/kernel/rtrap_64.S" in made.patches[0]
    assert numbers(made) == SPARC
    assert "calls removed: 31 of exception_enter() and 18 of exception_exit()" in " ".join(made.cover.split())


@pytest.mark.parametrize(("spec", "folder"), [("mips", "mips"), ("sparc64", "sparc")])
def test_nothing_of_the_pair_is_left(spec: str, folder: str, any_tree: Path, tmp_path: Path) -> None:
    """Applied with git am to every file that the architecture has; then a second run has nothing to do."""
    made = written(any_tree, spec, *RFC)
    assert reports(made, any_tree) == ""
    patched = small_tree(any_tree, folder, tmp_path / "linux")
    git(patched, "init", "-q")
    git(patched, "add", "-f", *made.touched)
    git(patched, "commit", "-q", "-m", "base")
    git(patched, "am", "-q", str(made.folder / "series.mbox"))
    assert mentions(patched, folder) == [name for name in mentions(any_tree, folder) if name not in made.touched]
    assert mentions(patched, folder) in ([], ["arch/mips/kernel/ptrace.c"])  # in a comment
    again = run("patch", spec, *RFC, "--tree", patched)
    assert (again.code, again.out.strip()) == (CLEAN, f"{spec}: nothing to do: the tree is as the spec wants it")


@pytest.mark.parametrize(("spec", "files"), [("mips", MIPS), ("sparc64", SPARC)])
def test_the_semantic_patch_does_the_same(spec: str, files: Mapping[str, object], tree: Path, tmp_path: Path) -> None:
    needs_program("spatch", "coccinelle")
    made = written(tree, spec, *RFC)
    copies = [shutil.copy2(tree / name, tmp_path) for name in files if name.endswith(".c")]
    command = ["spatch", "--sp-file", made.folder / "removal.cocci", "--keep-comments", "--in-place", *copies]
    subprocess.run(command, check=True, capture_output=True)
    left = [
        name
        for name in copies
        if re.search(r"\b(?:exception_enter|exception_exit|ctx_state)\b", Path(name).read_text())
    ]
    assert left == []


def mentions(tree: Path, folder: str) -> list[str]:
    """The files of an architecture that have a word of the pair, in whatever place."""
    words = "exception_enter|exception_exit|schedule_user"
    command = ["grep", "-rlwE", words, f"arch/{folder}"]
    return sorted(subprocess.run(command, cwd=tree, capture_output=True, check=False).stdout.decode().split())


def small_tree(tree: Path, folder: str, place: Path) -> Path:
    """A copy of one architecture, with what makes it a tree."""
    shutil.copytree(tree / "arch" / folder, place / "arch" / folder, symlinks=True)
    for name in ("Makefile", "Kconfig", "arch/Kconfig", "include/linux/context_tracking.h"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(tree / name, place / name)
    return place


# Fixes.

FIXES: Mapping[str, tuple[list[str], dict[str, tuple[int, int]]]] = {
    "mips": (["MIPS: call exception_exit() on every way out of do_ade()"], {"arch/mips/kernel/unaligned.c": (4, 0)}),
    "sparc64": (
        [
            "sparc64: exit context tracking in spitfire_data_access_exception()",
            "sparc64: call exception_exit() on every way out of sun4v_resum_error()",
            "sparc64: exit context tracking in mem_address_unaligned()",
            "sparc64: call exception_exit() on every way out of do_sparc64_fault()",
        ],
        {"arch/sparc/kernel/traps_64.c": (3, 3), "arch/sparc/mm/fault_64.c": (1, 0)},
    ),
}


@pytest.mark.parametrize("spec", FIXES)
def test_leaks_are_mended(spec: str, any_tree: Path, tmp_path: Path) -> None:
    made = written(any_tree, spec, "--fix", RULE)
    assert (summaries(made), numbers(made)) == FIXES[spec]
    assert reports(made, any_tree) == ""
    folder = made.touched[0].split("/")[1]
    mended = small_tree(any_tree, folder, tmp_path / "linux")
    git(mended, "init", "-q")
    git(mended, "add", "-f", *made.touched)
    git(mended, "commit", "-q", "-m", "base")
    git(mended, "am", "-q", str(made.folder / "series.mbox"))
    assert linted(mended, folder) == {}
    assert linted(any_tree, folder) == {RULE: sum(4 if spec == "mips" else 1 for _ in summaries(made))}


def linted(tree: Path, folder: str) -> dict[str, int]:
    """How often the rule that is mended speaks."""
    result: Result = run_json("lint", "--tree", tree, "--arch", folder)
    found = [each["rule"] for each in result.findings if each["rule"] == RULE]
    return {RULE: len(found)} if found else {}


@pytest.mark.parametrize("spec", ["arm64", "riscv", "x86"])
def test_where_nothing_leaks_there_is_nothing_to_mend(spec: str, tree: Path) -> None:
    result = run("patch", spec, "--fix", RULE, "--tree", tree)
    assert (result.code, result.out.strip()) == (CLEAN, f"{spec}: nothing to do: gen lint finds no {RULE}")


# What no series can be made for.


def test_powerpc_hides_schedule_user_in_a_header(tree: Path, tmp_path: Path) -> None:
    result = run_json("patch", "powerpc", *RFC, "--tree", tree, "-o", tmp_path / "series")
    assert (result.code, result.places) == (BAD_INPUT, [("patch-refused", 6, 26)])
    assert result.findings[0]["file"] == f"{tree}/arch/powerpc/include/asm/context_tracking.h"
