"""What the tests of the review page share: series to show, proofs, and the page read back as elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser

from support import ROOT

from gen.diagnostics import Sink
from gen.patch.review import ReviewFacts, page
from gen.patch.series import FileChange, Patch, Reason, Series
from gen.spec.loader import SpecLoader
from gen.verify.judge import Judgement, judge

VOID = {"meta", "col"}

BEFORE = "".join(
    f"{line}\n"
    for line in (
        *(f"#include <linux/{number}.h>" for number in range(1, 21)),
        "",
        "asmlinkage void do_it(struct pt_regs *regs)",
        "{",
        "\tenum ctx_state prev_state;",
        "",
        "\tprev_state = exception_enter();",
        "\tif (known(regs))",
        "\t\tgoto out;",
        "\thandle(regs, 0);",
        "out:",
        "\texception_exit(prev_state);",
        "}",
    )
)
AFTER = (
    BEFORE.replace("\tenum ctx_state prev_state;\n\n\tprev_state = exception_enter();\n", "")
    .replace("goto out;", "return;")
    .replace("handle(regs, 0)", "handle(regs, 1)")
    .replace("out:\n\texception_exit(prev_state);\n", "")
)
CALL = "the call has nothing to do any more"

SMALL = Series(
    name="toy-offstack",
    summary="toy: do without exception_enter()",
    purpose=("Nothing needs it.", "So it goes."),
    patches=(
        Patch(
            "toy: remove exception_enter()",
            ("It does nothing here, and what does nothing in a handler need not be called there, or read by anybody.",),
            (
                FileChange(
                    "arch/toy/traps.c",
                    BEFORE.encode(),
                    AFTER.encode(),
                    (Reason(24, "nothing saves a state in it any more"), Reason(26, CALL), Reason(31, CALL)),
                ),
            ),
            ("Assisted-by: a tool",),
        ),
        Patch("toy: add a file", ("It is new.",), (FileChange("arch/toy/new.c", None, b"int one;\n"),)),
    ),
)
PLAIN = ReviewFacts("gen patch toy.yaml --tree linux -o series", "toy.yaml", "6.12.48")


@cache
def proof(arch: str) -> Judgement:
    """The judgement of a shipped spec as if it claimed offstack."""
    spec = SpecLoader(Sink(), {}).load(str(ROOT / "arch_specs" / f"{arch}.yaml"))
    assert spec is not None
    return judge(replace(spec.model, offstack=True))


# A page, read back.


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def all(self, tag: str = "", css: str = "") -> Iterator[Element]:
        """Every element below, by its tag and one of its classes."""
        for child in self.children:
            if isinstance(child, Element):
                if tag in ("", child.tag) and (not css or css in child.attributes.get("class", "").split()):
                    yield child
                yield from child.all(tag, css)

    def one(self, tag: str = "", css: str = "") -> Element:
        (found,) = self.all(tag, css)
        return found

    @property
    def text(self) -> str:
        """All text; a character that is spelled out is itself again, and what only marks something is left out."""
        if self.attributes.get("class") == "odd":
            return chr(int(self.attributes["title"].removeprefix("U+"), 16))
        if self.attributes.get("class") == "open":
            return ""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


class _Reader(HTMLParser):
    """Reads HTML in which every element is closed; anything else fails the test."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), attrs
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert any(element.tag == "svg" for element in self.open), tag
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert tag not in VOID
        assert self.open[-1].tag == tag, [element.tag for element in self.open]
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@dataclass(frozen=True)
class Page:
    """A review page as text and as elements."""

    html: str
    root: Element

    def by_id(self, name: str) -> Element:
        (found,) = (element for element in self.root.all() if element.attributes.get("id") == name)
        return found

    def files(self) -> list[Element]:
        return list(self.root.all("section", "file"))


def shown(series: Series = SMALL, facts: ReviewFacts = PLAIN) -> Page:
    """The page of a series, read back."""
    html = page(series, facts)
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, reader.open[-1].tag
    return Page(html, reader.open[0])


@dataclass(frozen=True)
class ShownRow:
    """A row of a side-by-side diff: numbers and lines, None where a column has none, and the words that are marked."""

    kind: str
    numbers: tuple[int | None, int | None]
    lines: tuple[str | None, str | None]
    marked: tuple[tuple[str, ...], tuple[str, ...]]
    folded: bool


def shown_rows(file: Element) -> list[ShownRow]:
    """Every row of a file, in order."""
    folded = {id(row) for fold in file.all("details", "fold") for row in fold.all("tr")}
    return [_shown_row(row, folded=id(row) in folded) for row in file.all("tr")]


def _shown_row(row: Element, *, folded: bool) -> ShownRow:
    cells = [each for each in row.children if isinstance(each, Element)]
    assert [each.tag for each in cells] == ["td"] * 4
    number, line, marked = _shown_side(cells[0], cells[1], "del")
    other, other_line, other_marked = _shown_side(cells[2], cells[3], "ins")
    return ShownRow(
        row.attributes.get("class", ""), (number, other), (line, other_line), (marked, other_marked), folded
    )


def _shown_side(number: Element, code: Element, mark: str) -> tuple[int | None, str | None, tuple[str, ...]]:
    if not number.text:
        assert code.children == []
        return None, None, ()
    ending = "" if any(code.all("i", "open")) else "\n"
    return int(number.text), code.text + ending, tuple(each.text for each in code.all(mark))


def columns(file: Element) -> tuple[str, str]:
    """The text of each column of a file."""
    rows = shown_rows(file)
    before, after = ("".join(row.lines[side] or "" for row in rows) for side in (0, 1))
    return before, after
