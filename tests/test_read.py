"""`gen read ARCH --tree DIR`: which line opens and closes what, and what runs in the windows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from order_cases import FILE as C
from order_cases import USUAL_C, read_toy
from support import BAD_INPUT, CANNOT_TELL, CLEAN, FINDINGS, NO_MATCH, ROOT, run, run_json
from trees import load_spec, newest_tree

from gen.kernel.tree import find_tree
from gen.lint.workspace import Workspace
from gen.report import entry_page


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a tree and its spec, in which the C is what the spec says."""
    read_toy(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def columns(line: str) -> tuple[str, str, str, str]:
    """The window, what happens, by which name, and where."""
    said, place = line[:65], line[65:].strip()
    return said[2:12].strip(), said[13:28].strip(), said[29:].strip(), place


def test_a_path_line_by_line(here: Path) -> None:
    result = run("read", "toy.yaml", "--tree", "linux")
    assert result.code == CLEAN
    first, second, _, *path = result.out.splitlines()
    assert first == "toy, Linux 6.12.3: 1 entry path, 1 read in C"
    assert second.endswith("entry: between the entry and user_exit; exit: between user_enter and the return")
    assert path[:2] == [
        f"do_entry in {C}: read in C",
        "  exception from user mode; the hardware closes irq",
    ]
    assert [columns(line) for line in path[2:]] == [
        ("entry", "to KERNEL", "user_exit_irqoff", f"{C}:4:2"),
        ("", "opens", "irq", f"{C}:6:2"),
        ("", "closes", "irq", f"{C}:8:2"),
        ("", "to USER", "user_enter_irqoff", f"{C}:10:2"),
        ("exit", "returns", "", f"{C}:12:1"),
    ]


def test_what_runs_in_a_window_is_there_with_its_doubt(here: Path) -> None:
    file = here / "linux" / C
    text = USUAL_C.replace("\tuser_exit_irqoff();\n", "\tlook_at(regs);\n\tuser_exit_irqoff();\n")
    file.write_text(text.replace("\tuser_enter_irqoff();\n", "\tuser_enter_irqoff();\n\tlocal_irq_enable();\n"))
    result = run("read", "toy.yaml", "--tree", "linux")
    assert result.code == CANNOT_TELL
    out = result.out.splitlines()
    at = next(number for number, line in enumerate(out) if "look_at" in line)
    assert columns(out[at]) == ("entry", "runs", "look_at()", f"{C}:4:2")
    assert out[at + 1].strip() == "what look_at() does is not known"
    assert ("exit", "opens", "irq", f"{C}:12:2") in map(columns, out[4:])


def test_the_same_as_data(here: Path) -> None:
    result = run_json("read", "toy.yaml", "--tree", "linux", "--path", "do_entry")
    assert (result.code, result.document["version"], result.document["release"]) == (CLEAN, 1, "6.12.3")
    (path,) = result.document["paths"]
    assert (path["name"], path["how"], path["masked"]) == ("entry", "read in C", ["irq"])
    assert path["events"][0] == {
        "what": "to KERNEL",
        "word": "user_exit_irqoff",
        "file": C,
        "line": 4,
        "column": 2,
        "function": "do_entry",
        "windows": ["entry"],
        "doubt": "",
    }


def test_a_path_that_is_not_read_says_why(here: Path) -> None:
    (here / "linux" / C).write_text(USUAL_C.replace("do_work(regs);", "do_entry(regs);"))
    result = run("read", "toy.yaml", "--tree", "linux")
    assert result.code == CANNOT_TELL
    assert "do_entry() calls itself" in result.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("toy.yaml", "--tree", "linux", "--path", "nothing"),
            NO_MATCH,
            "gen read: toy has no entry path or function `nothing`\n",
        ),
        (
            ("toy.yaml", "--tree", "linux", "--path", "entry", "--path", "nothing"),
            NO_MATCH,
            "gen read: toy has no entry path or function `nothing`\n",
        ),
        (("toy.yaml", "--tree", "nowhere"), BAD_INPUT, "gen read: nowhere is not a kernel tree"),
        (("tox", "--tree", "linux"), BAD_INPUT, "tox:1:1: error: there is no spec `tox`"),
    ],
)
def test_what_is_asked_wrongly(arguments: tuple[str, ...], code: int, said: str, here: Path) -> None:
    result = run("read", *arguments)
    assert result.code == code
    assert said in result.out + result.err
    assert "do_entry" not in result.out


def test_a_spec_that_is_what_the_tree_does(here: Path) -> None:
    result = run("read", "toy.yaml", "--tree", "linux", "--check")
    assert (result.code, result.err) == (CLEAN, "")
    assert result.out == "toy.yaml and toy, Linux 6.12.3: 1 entry path: 1 as the spec has them\n"


def test_a_spec_that_is_not_what_the_tree_does(here: Path) -> None:
    text = USUAL_C.replace("\tlocal_irq_enable();\n", "")
    (here / "linux" / C).write_text(text)
    result = run("read", "toy.yaml", "--tree", "linux", "--check")
    assert (result.code, result.out.splitlines()[1:]) == (FINDINGS, ["not as the spec has them: do_entry"])
    result = run("read", "toy.yaml", "--tree", "linux", "--diff")
    said = [(line[:60].strip(), line[60:].strip()) for line in result.out.splitlines()[-6:]]
    assert result.code == FINDINGS
    assert said == [
        ("the spec", "the tree"),
        *(2 * (step,) for step in ("lockdep_hardirqs_off", "user_exit_irqoff", "trace_hardirqs_off_finish")),
        ("unmask: [irq]", "| trace_hardirqs_on_prepare"),
        ("toy.yaml:32:9", f"{C}:8:2"),
    ]
    result = run_json("read", "toy.yaml", "--tree", "linux", "--diff")
    (path,) = result.document["paths"]
    assert (path["symbol"], path["standing"], path["difference"]["spec"]["line"]) == (
        "do_entry",
        "not as the spec has them",
        32,
    )


def test_a_spec_of_paths_that_are_not_there_or_not_read(here: Path) -> None:
    (here / "linux" / C).write_text(USUAL_C.replace("do_entry", "do_another"))
    result = run("read", "toy.yaml", "--tree", "linux", "--check")
    assert (result.code, "\nnot in the tree: do_entry\n" in result.out) == (FINDINGS, True)
    (here / "linux" / C).write_text(USUAL_C.replace("do_work(regs);", "do_entry(regs);"))
    result = run("read", "toy.yaml", "--tree", "linux", "--check")
    assert (result.code, "\ncannot tell: do_entry() calls itself: do_entry\n" in result.out) == (CANNOT_TELL, True)


def test_a_tree_without_a_spec_cannot_be_checked(here: Path) -> None:
    result = run("read", "toy", "--tree", "linux", "--check")
    assert (result.code, result.out) == (NO_MATCH, "")
    assert "gen read: toy has no spec to compare with; `gen new toy --tree linux` begins one\n" in result.err
    result = run("read", "toy.yaml", "--tree", "linux", "--check", "--path", "nothing")
    assert (result.code, result.err) == (NO_MATCH, "gen read: toy has no entry path or function `nothing`\n")


def test_names_move_no_cursor(here: Path) -> None:
    tree = find_tree(here / "linux")
    assert tree is not None
    found = Workspace(tree, (), {"toy": load_spec(here / "toy.yaml")}).recovered("toy")
    odd = (replace(each, path=replace(each.path, file="a\x1b[31m\n\u202eb.c")) for each in found.paths)
    told = entry_page.text(replace(found, paths=tuple(odd)), tree, ())
    assert "do_entry in a?[31m??b.c: read in C\n" in told


@pytest.mark.tree
@pytest.mark.parametrize("arch", ["arm", "arm64", "csky", "loongarch", "mips", "riscv", "x86"])
def test_every_path_of_the_newest_begins_with_what_it_enters_by(arch: str) -> None:
    """Where it interrupts user mode and moves the state, it is USER at first, and each place is one of the tree."""
    result = run_json("read", arch, "--tree", newest_tree())
    events = [event for path in result.document["paths"] for event in path["events"]]
    assert result.code == (CANNOT_TELL if any(event["doubt"] for event in events) else CLEAN)
    assert {"to KERNEL", "returns"} <= {event["what"] for event in events}
    # What assembly does that is not read is the spec's word, and has its place.
    tree, specs = newest_tree(), ROOT / "arch_specs"
    files = {event["file"] for event in events}
    assert all((tree / file).is_file() or (specs / Path(file).name).is_file() for file in files)
    assert all(event["windows"] for event in events if event["what"] == "runs")


@pytest.mark.tree
@pytest.mark.parametrize("arch", ["arm64", "csky", "loongarch", "mips", "riscv"])
def test_the_shipped_specs_are_what_the_tree_that_they_describe_does(arch: str, tree: Path) -> None:
    result = run_json("read", arch, "--tree", tree, "--check")
    others = {each["standing"] for each in result.document["paths"]} - {"as the spec has them"}
    # What no spec of 6.12 has: exceptions that end in a panic, and what is discovered by its name.
    assert others <= {"not in the spec", "cannot tell"}
    assert sum(each["standing"] == "as the spec has them" for each in result.document["paths"]) > 5
