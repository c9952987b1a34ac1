"""The picture of a counterexample: it says what the lines say, fits, is safe to open, and a browser shows it."""

from __future__ import annotations

import functools
import itertools
import json
import os
import re
import struct
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from trees import needs_program

from gen.diagnostics import Sink, Span
from gen.report.svg import picture
from gen.spec.loader import SpecLoader
from gen.verify.judge import judge
from gen.verify.notation import read_file
from gen.verify.raw import answer
from gen.verify.story import CpuText, Line, lines, raw_lines

ROOT = Path(__file__).resolve().parent.parent
SVG = "{http://www.w3.org/2000/svg}"
ADVANCE = 0.602
"""The widest advance of a monospaced font in the picture's list."""

HOSTILE = "</title></svg><script>alert('\"1\"')</script> & ]]> \x00\x1b[31m\ud800\u202e\ufffe \u4e2d\u6587 " + "w" * 90


# Runs to draw.


@functools.cache
def of_spec(arch: str, *, offstack: bool) -> dict[str, tuple[Line, ...]]:
    """The run of every rule that a shipped spec breaks."""
    spec = SpecLoader(Sink(), {}).load(str(ROOT / "arch_specs" / f"{arch}.yaml"))
    assert spec is not None
    judgement = judge(replace(spec.model, offstack=offstack))
    return {each.broken.rule: tuple(lines(each)) for each in judgement.violations}


def of_mips(rule: str) -> tuple[Line, ...]:
    return of_spec("mips", offstack=False)[rule]


@functools.cache
def of_oracle(wanted: str) -> tuple[Line, ...]:
    data = json.loads((ROOT / "tests" / "verify" / "oracle.json").read_bytes())
    found = answer(next(each for each in read_file(data) if each.name == wanted))
    return tuple(raw_lines(found.rows, found.first_broken[0]))


@functools.cache
def hostile() -> tuple[Line, ...]:
    """Three CPUs, nine frames on one of them, texts that are too long and do not want to be text."""
    idle, other = CpuText("idle", "-", "KERNEL", "on"), CpuText("user > exc", "user", "KERNEL", "on")
    stacks = itertools.accumulate((f"kind_with_a_long_name_{n}<&\u4e2d" for n in range(9)), "{} > {}".format)
    deep = [CpuText(f"user > {stack}", "kernel", "USER", "off") for stack in stacks]
    span = Span("/tmp/" + "<dir>&/" * 12 + HOSTILE + ".yaml", 123456)
    made = [Line(0, 0, "the task runs in user mode", (CpuText("user", "-", "USER", "off"), idle, idle), None, "", "")]
    made += [Line(n, 0, HOSTILE, (cpu, idle, idle), span, HOSTILE, "") for n, cpu in enumerate(deep, 1)]
    made.append(Line(10, 2, "task 7 comes in on cpu2", (deep[-1], idle, other), None, "x", ""))
    made.append(Line(11, 2, "switched out", (deep[-1], idle, idle), span, "", ""))
    made.append(Line(12, 1, "task 7 comes in on cpu1", (deep[-1], other, idle), None, "", ""))
    rules = "<- state-restored, schedule-in-kernel-state, rcu-watching, user-on-return, switch-in-kernel"
    made.append(Line(13, 1, HOSTILE, (deep[-1], other, idle), span, "do_it", rules))
    return tuple(made)


RUNS: dict[str, Callable[[], tuple[Line, ...]]] = {
    "arm": lambda: of_spec("arm", offstack=True)["schedule-in-kernel-state"],
    **{
        f"mips {rule}": functools.partial(of_mips, rule)
        for rule in ("state-restored", "rcu-watching", "schedule-in-kernel-state", "user-on-return", "watching-parity")
    },
    "migration": lambda: of_oracle("D-percpu-130"),
    "two tasks": lambda: of_oracle("D-percpu-145"),
    "hostile": hostile,
}
every_run = pytest.mark.parametrize("name", RUNS)


def run_of(name: str) -> tuple[Line, ...]:
    return RUNS[name]()


# Reading a picture.


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float
    text: str = ""
    look: str = ""

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


class Picture:
    """A parsed picture: its texts with the room that they need in a real font, its boxes, its rows."""

    def __init__(self, run: tuple[Line, ...], title: str = "a title", notes: tuple[str, ...] = ()) -> None:
        self.source = picture(run, title, notes)
        self.root = ElementTree.fromstring(self.source)
        self.width, self.height = float(self.root.attrib["width"]), float(self.root.attrib["height"])
        self.texts = [_text_box(each) for each in self.root.iter(f"{SVG}text")]
        self.boxes = [_rect_box(each) for each in self.root.iter(f"{SVG}rect") if each.attrib["fill"] != "none"]
        self.rows = {int(each.attrib["data-step"]): each for each in self.root.iter(f"{SVG}g")}

    def texts_of(self, step: int) -> list[str]:
        return [each.text or "" for each in self.rows[step].iter(f"{SVG}text")]

    def outlines_of(self, step: int) -> list[str]:
        """`solid` or `dashed` for each frame around a row."""
        return [
            "dashed" if "stroke-dasharray" in each.attrib else "solid"
            for each in self.rows[step].iter(f"{SVG}rect")
            if each.attrib["fill"] == "none" and "stroke" in each.attrib
        ]

    def tooltip(self, step: int) -> str:
        return self.rows[step].findtext(f"{SVG}title") or ""

    def row(self, step: int) -> Box:
        return _rect_box(next(self.rows[step].iter(f"{SVG}rect")))

    def heads(self, text: str) -> list[Box]:
        return [each for each in self.texts if each.text == text and each.bottom < self.row(0).top + 2]

    def look_at(self, x: float, y: float) -> str:
        """The fill of the topmost box at a point, and whether it is dashed."""
        return next(box.look for box in reversed(self.boxes) if box.holds(x, y))

    def legend(self, text: str) -> str:
        """The same of the sign before a text of the legend."""
        said = next(each for each in self.texts if each.text == text and each.top > self.row(max(self.rows)).bottom)
        return self.look_at(said.left - 20, (said.top + said.bottom) / 2)


def _text_box(element: ElementTree.Element) -> Box:
    text = element.text or ""
    size = float(element.get("font-size", "12"))
    width = float(element.get("textLength", columns(text) * size * ADVANCE))
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    if "transform" in element.attrib:
        assert element.attrib["transform"].startswith("rotate(90 ")
        return Box(x - 0.25 * size, y, x + 0.8 * size, y + width, text)
    left = x - width / 2 if element.get("text-anchor") == "middle" else x
    return Box(left, y - 0.8 * size, left + width, y + 0.2 * size, text)


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _rect_box(element: ElementTree.Element) -> Box:
    x, y, width, height = (float(element.attrib[key]) for key in ("x", "y", "width", "height"))
    dashes = " dashed" if "stroke-dasharray" in element.attrib else ""
    return Box(x, y, x + width, y + height, look=element.attrib["fill"] + dashes)


# What it says.


@every_run
def test_every_row_is_there_with_its_step_and_the_whole_text_in_its_tooltip(name: str) -> None:
    drawn = Picture(run_of(name))
    assert list(drawn.rows) == [line.number for line in run_of(name)]
    for line in run_of(name):
        number, what = drawn.texts_of(line.number)[:2]
        assert number.split()[0] == str(line.number)
        assert line.what.startswith(what.removesuffix("..."))
        assert drawn.tooltip(line.number).startswith(f"{line.number}: {escapes_shown(line.what)}")


def escapes_shown(text: str) -> str:
    """The text with every character that no font shows written as an escape."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


@every_run
def test_rows_stand_under_each_other(name: str) -> None:
    drawn = Picture(run_of(name))
    for above, below in itertools.pairwise(drawn.rows):
        assert drawn.row(above).bottom == pytest.approx(drawn.row(below).top, abs=0.11)


@every_run
def test_bands_look_as_the_legend_says(name: str) -> None:
    drawn = Picture(run_of(name))
    signs = {
        "user": drawn.legend("user mode"),
        "kernel": drawn.legend("kernel mode"),
        "on": drawn.legend("RCU watches"),
        "off": drawn.legend("RCU does not watch"),
        "-": "#ffffff",
    }
    assert len({signs["user"], signs["kernel"], signs["on"], signs["off"]}) == 4
    for line in run_of(name):
        row = drawn.row(line.number)
        for number, cpu in enumerate(line.cpus):
            for head, value in (("pt_regs", cpu.pt_regs), ("state", cpu.state), ("RCU", cpu.rcu)):
                at = drawn.heads(head)[number]
                assert drawn.look_at((at.left + at.right) / 2 + 16, row.bottom - 3) == signs[value.lower()], line


@every_run
def test_a_band_says_its_value_in_letters_where_it_begins(name: str) -> None:
    drawn = Picture(run_of(name))
    for number in range(len(run_of(name)[0].cpus)):
        for head, key in (("pt_regs", "pt_regs"), ("state", "state"), ("RCU", "rcu")):
            at, before = drawn.heads(head)[number], ""
            for line in run_of(name):
                value, row = getattr(line.cpus[number], key), drawn.row(line.number)
                inside = [each.text for each in drawn.texts if row.meets(each) and each.meets(_below(at))]
                assert value in inside or value == before
                before = value


def _below(head: Box) -> Box:
    return replace(head, bottom=1e6)


def test_an_inner_frame_stands_inside_the_outer_one_from_entry_to_return() -> None:
    drawn = Picture(of_oracle("D-percpu-145"))
    outer, again, inner = (_block(drawn, each) for each in drawn.texts if each.text == "exception")
    assert outer == again
    assert outer.left < inner.left and inner.right < outer.right
    assert outer.top < inner.top and inner.bottom < outer.bottom
    assert drawn.row(5).holds(inner.left, inner.top) and drawn.row(9).holds(inner.left, inner.bottom)
    assert drawn.row(1).holds(outer.left, outer.top) and drawn.row(11).holds(outer.left, outer.bottom)


def _block(drawn: Picture, name: Box) -> Box:
    """The topmost box around the name of a frame."""
    return next(
        box for box in reversed(drawn.boxes) if box.holds(name.left, name.top) and box.holds(name.right, name.bottom)
    )


@every_run
def test_every_frame_is_named(name: str) -> None:
    drawn = Picture(run_of(name))
    left, right = drawn.heads("frames")[0].left, drawn.heads("pt_regs")[0].left
    named = [re.sub(r"^t\d+ ", "", each.text) for each in drawn.texts if left <= each.left < right]
    for kind in {kind for line in run_of(name) for kind in line.cpus[0].frames.split(" > ")}:
        assert any(each[:20] == kind[:20] for each in named), kind


@every_run
def test_places_have_symbol_and_line(name: str) -> None:
    drawn = Picture(run_of(name))
    for line in run_of(name):
        if line.span:
            texts = drawn.texts_of(line.number)
            assert any(f".yaml:{line.span.line}" in text and line.symbol[:9] in text for text in texts)
            assert f"{line.span.line}:{line.span.column}" in drawn.tooltip(line.number)


def test_what_pt_regs_and_the_state_say_stands_side_by_side() -> None:
    drawn = Picture(run_of("migration"))
    heads = [drawn.heads(text) for text in ("cpu0", "frames", "pt_regs", "state", "RCU", "cpu1")]
    lefts = [head[0].left for head in heads]
    assert lefts == sorted(lefts)


def test_a_frame_that_is_never_the_innermost_is_named_along_its_edge() -> None:
    drawn = Picture(hostile())
    upright = [each.text for each in drawn.root.iter(f"{SVG}text") if "transform" in each.attrib]
    assert upright == ["t7 user"]


# Marks.


def test_the_first_disagreement_and_the_breaking_step_are_marked_in_arm() -> None:
    drawn = Picture(run_of("arm"))
    marked = {step: drawn.outlines_of(step) for step in drawn.rows if drawn.outlines_of(step)}
    assert marked == {4: ["dashed"], 13: ["solid"]}
    assert "pt_regs and the state disagree: kernel, USER" in drawn.texts_of(4)
    assert "BREAKS schedule-in-kernel-state" in drawn.texts_of(13)


@pytest.mark.parametrize("name", ["migration", "two tasks"])
def test_two_rules_broken_at_once_are_both_named(name: str) -> None:
    drawn = Picture(run_of(name))
    assert "BREAKS state-restored, user-on-return" in drawn.texts_of(max(drawn.rows))
    assert "first disagreement: user mode, KERNEL" in drawn.texts_of(max(drawn.rows))


def test_where_nothing_disagrees_no_step_and_no_legend_says_so() -> None:
    drawn = Picture(run_of("mips rcu-watching"))
    assert [drawn.outlines_of(step) for step in drawn.rows] == [[], [], ["solid"]]
    assert not [each for each in drawn.texts if "disagree" in each.text]


@every_run
def test_the_picture_finds_the_disagreement_where_the_text_does(name: str) -> None:
    said = [line.number for line in run_of(name) if "disagree" in line.mark]
    drawn = Picture(run_of(name))
    if name != "hostile":  # whose lines are not by gen.verify.story
        assert [step for step in drawn.rows if "dashed" in drawn.outlines_of(step)] == said


def test_a_task_that_migrates_is_followed() -> None:
    migrating, staying = Picture(run_of("migration")), Picture(run_of("two tasks"))
    assert [each.text for each in migrating.texts if each.text == "t0 user"] == ["t0 user"] * 2
    for drawn, ways in ((migrating, 1), (staying, 0)):
        dots = [each for each in drawn.root.iter(f"{SVG}circle") if each.get("r") == "3.5"]
        assert len(dots) == 2 * ways  # one of them in the legend
    start = next(each for each in migrating.root.iter(f"{SVG}circle") if each.get("r") == "3.5")
    assert migrating.heads("cpu0")[0].left < float(start.attrib["cx"]) < migrating.heads("pt_regs")[0].left
    assert float(start.attrib["cy"]) == migrating.row(4).top


def test_the_title_and_the_notes_are_there() -> None:
    drawn = Picture(run_of("arm"), "arm: it breaks", ("RCU-unsafe", "the kernel prints: nothing"))
    assert [each.text for each in drawn.texts[:3]] == ["arm: it breaks", "RCU-unsafe", "the kernel prints: nothing"]
    assert drawn.root.findtext(f"{SVG}title") == "arm: it breaks"
    assert drawn.root.findtext(f"{SVG}desc") == (
        "13 steps on 1 CPU; step 4: pt_regs and the state disagree: kernel, USER; "
        "step 13: BREAKS schedule-in-kernel-state"
    )


def test_a_run_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        picture((), "nothing")


# Room.


@every_run
def test_no_text_leaves_the_picture_or_runs_into_another(name: str) -> None:
    drawn = Picture(run_of(name), HOSTILE * 3, (HOSTILE * 5, "a note"))
    for each in drawn.texts:
        assert each.left >= 0 and each.right <= drawn.width and each.bottom <= drawn.height, each
    for one, other in itertools.combinations(drawn.texts, 2):
        assert not one.meets(other), (one, other)


@every_run
def test_step_texts_end_before_the_first_lane_and_frames_before_the_bands(name: str) -> None:
    drawn = Picture(run_of(name))
    lane, bands = drawn.heads("frames"), drawn.heads("pt_regs")
    first, last = drawn.row(0).top, drawn.row(max(drawn.rows)).bottom
    for each in (each for each in drawn.texts if first <= each.top and each.bottom <= last):
        if each.left < lane[0].left:
            assert each.right < lane[0].left - 10, each
        for number in range(len(lane)):
            if lane[number].left <= each.left < bands[number].left - 12:
                assert each.right <= _block(drawn, each).right < bands[number].left, each


def test_a_text_that_a_font_may_lack_is_held_to_its_columns() -> None:
    held = [each for each in Picture(hostile(), HOSTILE).root.iter(f"{SVG}text") if not (each.text or "").isascii()]
    assert held
    for each in held:
        room = columns(each.text or "") * float(each.get("font-size", "12")) * 0.61
        assert float(each.attrib["textLength"]) == pytest.approx(room, abs=0.06)


def test_the_size_is_given_and_fits_a_mail() -> None:
    drawn = Picture(run_of("arm"))
    assert drawn.root.attrib["viewBox"] == f"0 0 {drawn.width:.0f} {drawn.height:.0f}"
    assert drawn.width <= 900
    assert Picture(run_of("migration")).width <= 1200


# Safe to open.


def test_hostile_texts_stay_texts() -> None:
    drawn = Picture(run_of("hostile"), HOSTILE, (HOSTILE,))
    assert {each.tag.removeprefix(SVG) for each in drawn.root.iter()} <= {
        "svg", "title", "desc", "g", "rect", "text", "path", "circle"
    }  # fmt: skip
    assert "</title></svg><script>alert('\"1\"')</script> & ]]> \\u0000\\u001b[31m\\ud800\\u202e\\ufffe" in (
        drawn.root.findtext(f"{SVG}title") or ""
    )
    assert "]]&gt;" in drawn.source


def test_a_text_of_several_lines_is_one_line() -> None:
    first, *rest = run_of("mips rcu-watching")
    drawn = Picture((replace(first, what="one\ntwo\tthree"), *rest), "a\r\n title")
    assert drawn.texts[0].text == "a title"
    assert "one two three" in drawn.texts_of(0)


@every_run
def test_nothing_is_fetched_run_or_shared(name: str) -> None:
    drawn = Picture(run_of(name), HOSTILE)
    assert drawn.source.isascii() and drawn.source.startswith("<svg ") and drawn.source.endswith("</svg>\n")
    for element in drawn.root.iter():
        for key, value in element.attrib.items():
            assert key.removeprefix(SVG) not in {"id", "class", "href", "src"} and not key.startswith("on")
            assert "url(" not in value and "://" not in value and "@import" not in value


def test_it_brings_its_own_background_and_font() -> None:
    drawn = Picture(run_of("arm"))
    assert drawn.boxes[0] == Box(0, 0, drawn.width, drawn.height, look="#ffffff")
    assert drawn.root.attrib["fill"] != "currentColor"
    assert drawn.root.attrib["font-family"].endswith("monospace")
    assert drawn.root.attrib["letter-spacing"] == "normal"  # not what the page around it has


def test_the_same_bytes_whatever_the_process(tmp_path: Path) -> None:
    code = "import test_svg, sys; sys.stdout.write(test_svg.Picture(test_svg.hostile(), test_svg.HOSTILE).source)"
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PYTHONHASHSEED": seed, "LC_ALL": locale},
            capture_output=True,
            check=True,
        ).stdout
        for seed, locale in (("1", "C"), ("2", "C.UTF-8"))
    }
    assert made == {Picture(hostile(), HOSTILE).source.encode("ascii")}


# In a browser.


def _screenshot(file: Path, width: float, height: float) -> bytes:
    needs_program("chromium", "chromium")
    shot = file.with_suffix(".png")
    options = (
        "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --hide-scrollbars"
    )
    asked = [
        f"--user-data-dir={file.parent / 'profile'}",
        f"--screenshot={shot}",
        f"--window-size={width:.0f},{height:.0f}",
    ]
    subprocess.run(["chromium", *options.split(), *asked, file.as_uri()], check=True, capture_output=True, timeout=120)
    return shot.read_bytes()


def _scan_lines(png: bytes) -> Iterator[bytes]:
    """The scan lines of a PNG as they are stored: filtered, so that equal lines of a plain area are all alike."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    data, at = b"", 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    size = width * {2: 3, 6: 4}[kind] + 1
    plain = zlib.decompress(data)
    assert len(plain) == size * height
    return (plain[start : start + size] for start in range(0, len(plain), size))


def test_a_browser_shows_it(tmp_path: Path) -> None:
    drawn = Picture(run_of("arm"))
    file = tmp_path / "arm.svg"
    file.write_text(drawn.source, encoding="ascii")
    shown = list(_scan_lines(_screenshot(file, drawn.width, drawn.height)))
    assert len(shown) == drawn.height
    assert len(set(shown)) > drawn.height / 4  # a blank page or an error has few
