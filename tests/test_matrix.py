"""`gen matrix`: what each architecture selects, claims and proves, and the one thing that stands first in the way."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from support import BAD_INPUT, CANNOT_TELL, CLEAN, Result, changed, line_of, run, spawn
from support import PAIR_ASM as PAIR
from support import TOY_ASM as TOY

from gen.cli.run import NO_TREE

MAKEFILE = "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\n"
FEATURES = "Documentation/features/time/context-tracking/arch-support.txt"
TABLE = "    |         toy: |  ok  |\n    |        pair: |  ok  |\n    |         old: | TODO |\n"
SELECTS = "\tselect HAVE_CONTEXT_TRACKING_USER"
PAIR_C = """\
void do_fault(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter(); /* not exception_enter() */

	exception_exit(prev);
}

void to_user(struct pt_regs *regs)
{
	schedule_user();
	user_enter();
}
void do_syscall(void), do_irq(void), do_fiq(void);
"""
SYMBOLS = """\
void from_user(void), user_work(void), to_user(void);
void do_syscall(void), do_fault(void), do_irq(void), do_nmi(void), ret_from_fork(void);
"""
"""What the small spec refers to: assembly, which C only declares."""

TREE = {
    "Makefile": MAKEFILE,
    "Kconfig": "",
    "arch/Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\n',
    "arch/toy/Kconfig": f"config TOY\n\tdef_bool y\n\tselect GENERIC_ENTRY\n{SELECTS} if MMU\n",
    "arch/pair/Kconfig": f"config PAIR\n\tdef_bool y\n{SELECTS}\n",
    "arch/pair/kernel/entry.c": PAIR_C,
    "arch/toy/kernel/entry.c": SYMBOLS,
    "arch/old/Kconfig": "# comment\nconfig OLD\n\tdef_bool y\n\tselect HAVE_FUTEX\n",
    FEATURES: TABLE,
}

NOT_HERE = "cannot tell: `syscall` is not in this tree: arch/toy/kernel/entry.c has no do_syscall, and 4 more"
"""What is said of toy where its entry.c is empty."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without any specs but its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.setattr("gen.spec.loader.specs_directory", lambda: tmp_path / "no-specs")
    return tmp_path


def put(top: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        place = top / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def matrix(here: Path, specs: Mapping[str, str], *options: object, tree: Mapping[str, str] | None = None) -> Result:
    """The matrix of the small tree, with files added or replaced."""
    put(here / "linux", TREE | dict(tree or {}))
    put(here / "arch_specs", {f"{name}.yaml": text for name, text in specs.items()})
    return run("matrix", "--tree", "linux", *options)


BOTH = {"toy": TOY, "pair": PAIR}


def architectures(result: Result) -> dict[str, dict[str, Any]]:
    unknown = any(each["offstack"]["verdict"] == "unknown" for each in result.document["architectures"])
    assert (result.code, result.err) == (CANNOT_TELL if unknown else CLEAN, "")
    return {each["arch"]: each for each in result.document["architectures"]}


def in_the_way(result: Result, arch: str) -> tuple[str, str, int]:
    found = architectures(result)[arch]["offstack"]["in_the_way"]
    return found["sentence"], found["file"], found["line"]


def test_the_table(here: Path) -> None:
    result = matrix(here, BOTH)
    assert (result.code, result.err) == (CLEAN, "")
    assert [re.split(r"  +", line)[:9] for line in result.out.splitlines()[:5]] == [
        ["Linux 6.12.3"],
        ["architecture", "entry", "tracking", "features", "declared", "claimed", "verdict", "pair", "schedule_user"],
        ["old", "own", "no", "TODO", "no", "no spec", "-", "-", "-"],
        ["pair", "own", "yes", "ok", "no", "no", "violated", "1 + 1", "1"],
        ["toy", "generic", "MMU", "ok", "no", "yes", "proved", "-", "-"],
    ]


def test_an_architecture_that_does_not_track(here: Path) -> None:
    result = matrix(here, {}, "--format", "json")
    assert in_the_way(result, "old") == ("it does not track user context", "arch/old/Kconfig", 2)


def test_an_architecture_without_spec(here: Path) -> None:
    result = matrix(here, {}, "--format", "json")
    assert in_the_way(result, "pair") == ("no spec describes its entry paths", "arch/pair/Kconfig", 3)
    assert architectures(result)["pair"]["offstack"]["verdict"] is None


def test_schedule_user_comes_first_and_the_rest_is_named(here: Path) -> None:
    result = matrix(here, BOTH, "--format", "json")
    line = line_of(PAIR_C, "schedule_user")
    assert in_the_way(result, "pair") == (
        "it calls schedule_user(), which is not built with offstack", "arch/pair/kernel/entry.c", line,
    )  # fmt: skip
    found = architectures(result)["pair"]["offstack"]["in_the_way"]
    assert found["rule"] == "R2"
    assert {"R1", "rcu-watching"} <= set(found["others"])
    assert "R5" not in found["others"]


def test_a_scheduling_point_in_the_user_state_is_shown_in_the_tree(here: Path) -> None:
    spec = changed(PAIR, "- schedule_user\n", "- schedule\n")
    spec = changed(spec, "      - user_enter\n", "      - user_enter\n      - schedule\n")
    code = PAIR_C.replace("\tschedule_user();\n\tuser_enter();\n", "\tuser_enter();\n\tschedule();\n")
    result = matrix(here, {"pair": spec}, "--format", "json", tree={"arch/pair/kernel/entry.c": code})
    sentence, file, line = in_the_way(result, "pair")
    assert sentence.startswith("schedule() may schedule in the USER state")
    assert (file, line) == ("arch/pair/kernel/entry.c", line_of(code, "schedule();"))


def test_a_proof_counts_only_for_the_code_that_it_is_of(here: Path) -> None:
    """The tree has nothing in entry.c for toy: what its spec names is not there."""
    tree = {"arch/toy/kernel/entry.c": ""}
    found = architectures(matrix(here, BOTH, "--format", "json", tree=tree))["toy"]["offstack"]
    assert found["verdict"] == "unknown"
    assert found["read"] == {"paths": 5, "c": 0, "assembly": 0, "declared": 0, "assumed": 5, "differing": 0}
    assert found["in_the_way"]["sentence"] == NOT_HERE
    assert found["in_the_way"]["rule"] is None
    assert (found["in_the_way"]["file"], found["in_the_way"]["line"]) == ("toy.yaml", line_of(TOY, "syscall:"))
    result = matrix(here, BOTH, tree=tree)
    assert result.code == CANNOT_TELL
    row = next(line for line in result.out.splitlines() if line.startswith("toy"))
    assert re.split(r"  +", row)[6] == NOT_HERE


def test_contradictions_are_below_the_table(here: Path) -> None:
    put(here / "linux", TREE | {FEATURES: TABLE.replace("pair: |  ok  ", "pair: | TODO ")})
    out = run("matrix", "--tree", "linux").out
    assert out.endswith(
        f"{FEATURES}:2: pair is `TODO` here, and selects HAVE_CONTEXT_TRACKING_USER [features-table-mismatch]\n"
    )


def test_declared_offstack_has_its_condition(here: Path) -> None:
    kconfig = f"config PAIR\n\tdef_bool y\n{SELECTS}\n{SELECTS}_OFFSTACK if SMP\n"
    put(here / "linux", TREE | {"arch/pair/Kconfig": kconfig})
    found = architectures(run("matrix", "--tree", "linux", "--format", "json"))["pair"]
    assert found["offstack"]["declared"] == {"condition": "SMP", "file": "arch/pair/Kconfig", "line": 4, "column": 9}


def test_markdown_has_the_same_cells(here: Path) -> None:
    plain = matrix(here, BOTH).out.splitlines()[1:5]
    marked = matrix(here, BOTH, "--format", "markdown").out.splitlines()
    assert marked[:2] == ["Linux 6.12.3:", ""]
    assert re.fullmatch(r"(\|---)+\|", marked[3])
    for row, line in zip([marked[2], *marked[4:7]], plain, strict=True):
        assert row.strip("| ").split(" | ") == re.split(r"  +", line)


# Output.


@pytest.mark.parametrize(("name", "begin"), [("m.html", "<!DOCTYPE"), ("m.md", "Linux"), ("m.json", "{"), ("m", "Lin")])
def test_the_suffix_says_the_format(here: Path, name: str, begin: str) -> None:
    result = matrix(here, BOTH, "-o", name)
    assert (result.code, result.out, result.err) == (CLEAN, f"wrote {name}\n", "")
    assert (here / name).read_text(encoding="utf-8").startswith(begin)
    assert run("matrix", "--tree", "linux", "-o", name).out == f"unchanged {name}\n"


def test_a_dash_is_standard_output(here: Path) -> None:
    result = matrix(here, BOTH, "-o", "-")
    assert (result.code, result.out.split("\n")[0]) == (CLEAN, "Linux 6.12.3")
    assert not (here / "-").exists()


def test_the_option_counts_before_the_suffix(here: Path) -> None:
    matrix(here, BOTH, "-o", "m.html", "--format", "json", "-q")
    assert json.loads((here / "m.html").read_text(encoding="utf-8"))["version"] == 1


@pytest.mark.parametrize("form", ["text", "markdown", "json", "html"])
def test_the_bytes_are_the_same_wherever_it_runs(here: Path, form: str) -> None:
    put(here / "linux", TREE)
    put(here / "arch_specs", {f"{name}.yaml": text for name, text in BOTH.items()})
    (here / "elsewhere").mkdir()
    (here / "elsewhere" / "arch_specs").symlink_to(here / "arch_specs")
    first = spawn("matrix", "--tree", "linux", "--format", form, cwd=here, env={"PYTHONHASHSEED": "1"})
    other = spawn(
        "matrix", "--tree", here / "linux", "--format", form, cwd=here / "elsewhere", env={"PYTHONHASHSEED": "2"}
    )
    assert first == other
    assert first.out.endswith("\n") or form == "html"


@pytest.mark.parametrize("form", ["text", "markdown", "json", "html"])
def test_a_name_that_is_no_utf_8_is_spelled(here: Path, form: str) -> None:
    put(here / "linux", TREE | {"arch/z\udcff/Kconfig": "config Z\n"})
    printed = run("matrix", "--tree", "linux", "--format", form)
    assert run("matrix", "--tree", "linux", "--format", form, "-o", "m").code == CLEAN
    assert (here / "m").read_text(encoding="utf-8") == printed.out
    assert ("U+DCFF" if form == "html" else "udcff") in printed.out


# What cannot be done.


def test_a_folder_that_is_no_tree(here: Path) -> None:
    result = run("matrix", "--tree", "arch")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err == f"gen matrix: arch {NO_TREE}\n"


def test_a_broken_spec_is_said_and_nothing_is_written(here: Path) -> None:
    result = matrix(here, {"toy": TOY.replace("offstack: true", "offstak: true")}, "-o", "m.md")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert re.search(r"^arch_specs/toy\.yaml:\d+:1: error: .*`offstak`.* \[unknown-key\]$", result.err, re.MULTILINE)
    assert not (here / "m.md").exists()


def test_a_place_that_cannot_be_written(here: Path) -> None:
    (here / "m.md").mkdir()
    result = matrix(here, {}, "-o", "m.md")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err.startswith("gen matrix: ")


def test_other_formats_are_refused(here: Path) -> None:
    result = matrix(here, {}, "--format", "sarif")
    assert result.code == BAD_INPUT
    assert "invalid choice: 'sarif'" in result.err


# The page.


class Page(HTMLParser):
    """Tags with their attributes, in order; every tag that is opened is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "col"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


def test_each_cell_opens_its_places_its_proof_or_its_timeline(here: Path) -> None:
    html = matrix(here, BOTH, "--format", "html").out
    page = Page(html)
    assert len(list(page.named("details"))) == html.count("</details>") >= 12
    assert len(list(page.named("svg"))) == html.count('<article class="timeline">') > 0
    assert "<code>arch/pair/kernel/entry.c:3</code> exception_enter" in html
    assert "pair, offstack claimed: violated" in html
    assert "toy, offstack claimed: holds for every nesting depth" in html
    assert f"<code>toy.yaml:{line_of(TOY, 'offstack: true')}</code> offstack: true" in html


def test_that_nothing_is_in_the_way_opens_the_proof_too(here: Path) -> None:
    html = matrix(here, {"toy": TOY}, "--format", "html").out
    assert "<summary>nothing: `gen patch toy` declares it</summary>" in html
    assert html.count("toy, offstack claimed: holds for every nesting depth") == 2


def test_the_page_loads_and_runs_nothing(here: Path) -> None:
    html = matrix(here, BOTH, "--format", "html").out
    page = Page(html)
    names = {name for name, _ in page.tags}
    assert names.isdisjoint({"script", "link", "img", "iframe", "form", "a"})
    assert not any(name in {"src", "href", "style"} or name.startswith("on") for _, each in page.tags for name in each)
    style = html.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in html


def test_what_a_tree_says_cannot_break_out_of_the_page_or_the_table(here: Path) -> None:
    hostile = "    |        pair: | <script>alert(1)</script>\x1b[31m |\n"
    put(here / "linux", TREE | {FEATURES: hostile})
    html, text = (run("matrix", "--tree", "linux", "--format", form).out for form in ("html", "text"))
    assert "<script" not in html and "&lt;script&gt;" in html
    assert "\x1b" not in html + text
