"""HTML pages that need nothing else: how values get into them, and the proof of a model as they show it.

Whatever a tree, a spec or a command line brings is escaped where the template puts it: `shown` is the environment's
last word on every value that is not markup already. A page has no script, and its Content-Security-Policy allows
nothing but its own style sheet.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from gen import __version__
from gen.diagnostics import Span
from gen.render.plan import steps_in_words
from gen.report.judgement import pictures, table, told
from gen.resources import templates_directory
from gen.verify.judge import WEAKER_CONDITION, Judgement, Violation
from gen.verify.story import lines, property_class, violation_finding


def standalone(name: str, /, **values: object) -> str:
    """The page of the templates `name`.html.j2 and `name`.css.j2, to be written as UTF-8 with its line feeds as is."""
    environment = Environment(
        loader=FileSystemLoader(templates_directory()),
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    style = Markup(environment.get_template(f"{name}.css.j2").render())  # noqa: S704  # our own, without a variable
    page = environment.get_template(f"{name}.html.j2")
    return page.render(style=style, style_hash=_hash(style), made_by=f"offstack {__version__}", **values)


def _hash(text: str) -> str:
    """How a Content-Security-Policy names a text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def shown(value: object) -> Markup:
    """A value as the text of an element, with every character that cannot be seen, or moves others, spelled out."""
    if isinstance(value, Markup):
        return value
    text = str(value)
    if text.replace("\t", "").replace("\n", "").isprintable():  # nearly every line of C: char by char takes a second
        return escape(text)
    return Markup().join(escape(char) if char.isprintable() or char in "\t\n" else _spelled(char) for char in text)


def _spelled(char: str) -> Markup:
    name = f"U+{ord(char):04X}"
    return Markup('<i class="odd" title="{}">{}</i>').format(name, f"^{chr(ord(char) ^ 64)}" if char < " " else name)


# The proof.


@dataclass(frozen=True)
class Timeline:
    """A property that does not hold: what happens, what would mend it, the shortest run as picture and as text."""

    violation: Violation
    message: str
    hint: str
    costs: str
    picture: Markup
    text: str


@dataclass(frozen=True)
class Proof:
    """A judgement in sentences and pictures; `steps` are those of each path in words.

    `mood` is how good that is. Of a tree that is not known to be as the spec has it nothing is told but that.
    """

    judgement: Judgement
    mood: str
    sentence: str
    weaker: str
    timelines: tuple[Timeline, ...]
    steps: Mapping[str, str]


def proof_of(judgement: Judgement, spec: str, *, unsure: bool = False) -> Proof:
    """The proof of the model in the spec file `spec`; with `unsure` it is not known to be one of the tree."""
    steps = {name: steps_in_words(path.body) for name, path in judgement.model.paths.items()}
    if unsure:
        claim = f"{judgement.model.arch}: cannot tell, because the tree is not known to be as the spec has it"
        return Proof(judgement, "warned", claim, "", (), steps)
    drawn = dict(pictures(judgement))
    arch = judgement.model.arch
    return Proof(
        judgement,
        "holds" if judgement.holds else "violated",
        next(told(judgement, timelines=False)),
        WEAKER_CONDITION,
        tuple(
            _timeline(judgement, each, drawn.get(f"{arch}-{each.broken.rule}.svg", ""), spec)
            for each in judgement.violations
        ),
        steps,
    )


_STYLE_ATTRIBUTE = re.compile(r' style="[^"]*"')
"""What the page's own style sheet says of pictures, since its policy allows no other."""


def _timeline(judgement: Judgement, violation: Violation, picture: str, spec: str) -> Timeline:
    found = violation_finding(judgement, violation, Span(spec))
    return Timeline(
        violation,
        found.message,
        found.hint,
        property_class(violation.broken),
        Markup(_STYLE_ATTRIBUTE.sub("", picture)),  # noqa: S704  # its texts are escaped
        "\n".join(table(lines(violation))) if violation.rows else "",
    )
