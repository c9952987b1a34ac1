"""The text of kernel assembly (.S): statements as the assembler of an architecture takes them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gen.facts.loader import architecture as known
from gen.facts.loader import architectures, assembly

_DIRECTIVE = r"[^\S\n]*#[^\S\n]*(?:if|ifdef|ifndef|elif|else|endif|define|undef|include|error|warning|pragma)\b"
_DIRECTIVE_WORD = re.compile(r"\s*#\s*(\w+)")
_DEFINE = re.compile(r"\s*#\s*define\s+(\w+)(?:\([^()\n]*\))?")
LABEL = re.compile(r"\s*((?:\\@|[\w.$\\]|\\\(\))+)\s*:(?!:)")
_DECLARING = (
    r"\.(?:globl|global|type|size|weak|hidden|extern|set|equ|local|comm|symver|protected)"
    r"|#(?:undef|ifdef|ifndef|if|elif|include)"
)
"""Directives of gas and cpp that say something about a symbol."""

OPERATION = re.compile(r"\s*([#.]?[^\W\d]?[\w.$\\]*)")
WORD = re.compile(r"(?<!\w)[A-Za-z_.$\\][\w.$\\]*")  # not the `xc00` of 0xc00
MACRO = re.compile(r"\s*\.macro\s+([\w.$\\]+)\s*,?\s*(.*)")
_PARAMETER = re.compile(r"\\(\w+|@)(?:\\\(\))?")


LONGEST = 2_000
"""Characters of an instruction, a #define or the parameters of a macro that is expanded."""


@dataclass(frozen=True, eq=False)
class Dialect:
    """How the assembly of one architecture is written: comments, separators, macros that begin and end functions."""

    blanks: re.Pattern[str]
    separators: re.Pattern[str]
    entry: re.Pattern[str]
    label_last: re.Pattern[str]
    inner: re.Pattern[str]
    end: re.Pattern[str]
    declaring: re.Pattern[str]
    alternatives: re.Pattern[str]
    choices: Mapping[str, str]


@cache
def dialect_of(architecture: str) -> Dialect:
    """The dialect of an architecture by the facts; one without a file may use the macros of any."""
    facts, common = known(architecture), assembly()
    names = [architecture] if architecture in architectures() else architectures()
    entry = (*common.entry_macros, *(each for name in names for each in known(name).entry_macros))
    return Dialect(
        _blanks(facts.comment, facts.quoting, facts.alternatives),
        re.compile(rf"[\n{re.escape(facts.separators)}]"),
        _any_of(each.macro for each in entry),
        _any_of(each.macro for each in entry if each.label_last),
        _any_of(common.inner_macros),
        _any_of(common.end_macros),
        _any_of((_DECLARING, *common.declaring)),
        _any_of([facts.alternatives] if facts.alternatives else []),
        facts.choices,
    )


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)")


def blanked(text: str, architecture: str = "") -> str:
    """The text with comments and strings blanked; every other character stays where it was."""
    return dialect_of(architecture).blanks.sub(_blank, text)


INSIDE = "\0"
"""What parts statements inside of a string that is code: there a separator ends none outside."""


def _blanks(signs: str, quoting: str, alternatives: str) -> re.Pattern[str]:
    # A line that ends in a backslash is joined with the next one before anything is a comment.
    rest = r"(?:\\\n|[^\n])*"
    line = rf"|(?<![\w$\\#])[{re.escape(signs)}]{rest}" if signs else ""
    comment = rf"/\*[\s\S]*?(?:\*/|\Z)|//{rest}|'[\"#;@!|]"
    # A directive of cpp begins with `#` too, and keeps its line but for its own comments. Of .ifeqs the strings count.
    code = rf"|[^\S\n]*(?:{quoting})\b[^\n/]*" if quoting else ""
    directive = rf"(?m:^)(?:{_DIRECTIVE}|[^\S\n]*\.if(?:eq|ne)s\b[^\n]*{code})"
    begin = rf"|(?m:^)[^\S\n]*[#{re.escape(signs or '@;!|')}]{rest}"
    label = r"(?m:^)(?:[^\S\n]*[\w.$\\@]+:)?[^\S\n]*"
    chosen = (
        rf'|(?P<code>{label}(?:{alternatives})\b(?:"[^"\n]*"|\\[\n\w@()]|[^\n"/#\\;])*)'
        if alternatives
        else r"|(?P<code>(?!))"
    )
    return re.compile(rf'(?P<keep>{directive}){chosen}|{comment}|"(?:[^"\\\n]|\\.)*"?{line}{begin}')


def _blank(match: re.Match[str]) -> str:
    if code := match["code"]:
        return re.sub(r'"[^"\n]*"', lambda string: string[0].replace(";", INSIDE), code.replace("\\\n", "  "))
    return match[0] if match["keep"] else re.sub(r"[^\n]", " ", match[0])


@dataclass(frozen=True, slots=True)
class Statement:
    """One instruction, directive, macro use or label, without its label: `text` begins at `offset`."""

    text: str
    offset: int
    operation: str
    label: str
    define: str


def statements_of(text: str, dialect: Dialect) -> Iterator[Statement]:
    """The statements of a text; comments are blanked first."""
    clean = dialect.blanks.sub(_blank, text)
    clean = clean.replace("\\\n", "  ")  # cpp joins lines before anything else
    offset, define = 0, ""
    for piece in dialect.separators.split(clean):
        if match := "#" in piece and _DEFINE.match(piece):
            define = match[1]
        label = LABEL.match(piece) if ":" in piece and not match else None
        start = label.end() if label else 0
        rest = piece[start:]
        operation = OPERATION.match(rest)
        yield Statement(rest, offset + start, operation_of(rest, operation), label[1] if label else "", define)
        offset += len(piece) + 1
        if define and not piece.rstrip().endswith("\\") and clean[offset - 1 : offset] == "\n":
            define = ""


def operation_of(text: str, match: re.Match[str] | None) -> str:
    """The instruction, directive or macro that a statement begins with, as OPERATION matches it."""
    directive = _DIRECTIVE_WORD.match(text) if "#" in text else None
    return f"#{directive[1]}" if directive else match[1] if match else ""


def parameters_of(text: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a .macro, by what stands behind its name, with their defaults."""
    text = re.sub(r"\s*=\s*", "=", text.strip()[:LONGEST])
    return tuple(_parameter(each) for each in re.split(r"[\s,]+", text) if each)


def _parameter(text: str) -> tuple[str, str]:
    name, _, default = text.partition("=")
    return name.partition(":")[0], default


def with_arguments(text: str, values: Mapping[str, str]) -> str:
    """Some text of a macro's body with what its parameters stand for."""
    return _PARAMETER.sub(lambda match: values.get(match[1], match[0]), text)


def arguments_of(text: str, parameters: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What the parameters of a macro stand for, by what stands behind its name where it is used."""
    values = dict(parameters)
    for number, argument in enumerate(_split(text)):
        named = re.match(r"([\w.$]+)\s*=(?!=)\s*(.*)", argument, re.DOTALL)
        if named and named[1] in values:
            values[named[1]] = named[2]
        elif number < len(parameters) and argument:
            values[parameters[number][0]] = argument
    return values


def _split(text: str) -> list[str]:
    """Arguments are parted by commas, and by blanks beside which no operator stands."""
    return parted(re.sub(r"\s*([=+*/<>|&,])\s*", r"\1", text.strip()), ", \t\n", "([", ")]")


def parted(text: str, signs: str, opening: str, closing: str) -> list[str]:
    """A text in the pieces between some signs, but for those that stand in brackets."""
    found, depth = [""], 0
    for sign in text:
        depth += (sign in opening) - (sign in closing)
        if depth <= 0 and sign in signs:
            found.append("")
        else:
            found[-1] += sign
    return found


def alternatives_of(text: str) -> list[tuple[str, str]]:
    """The code that stands without any feature, with an empty one, and each that stands with a feature.

    Nothing if the text gives another number of them. The code is in a string, or what makes one is around it.
    """
    hidden = re.sub(r'"[^"]*"', lambda match: match[0].replace(",", _COMMA), text)
    first, *others = (each.strip().replace(_COMMA, ",") for each in parted(hidden, ",", "(", ")"))
    codes, features = [first, *others[::2]], ["", *(re.sub(r"\W+", "_", each) for each in others[1::2])]
    if not len(codes) == len(features) > 1 or not all(map(_CODE.fullmatch, codes)) or not all(features[1:]):
        return []
    # A number of a feature is not what an #if line would make of it.
    named = (f"feature_{each}" if each[:1].isdigit() else each for each in features)
    return list(zip(map(_code, codes), named, strict=True))


_COMMA = "\1"


_CODE = re.compile(r'"([^"]*)"|__stringify\((.*)\)|[A-Za-z_]\w*')


def _code(text: str) -> str:
    match = _CODE.fullmatch(text)
    in_string = match and (match[1] if match[1] is not None else match[2])
    return text if in_string is None else str(in_string).replace(INSIDE, ";")


def normal(text: str) -> str:
    """An instruction with one blank behind its name, and none elsewhere."""
    operation, _, operands = " ".join(text.split()).partition(" ")
    return f"{operation} {operands.replace(' ', '')}".strip()


def parts(text: str) -> tuple[str, list[str]]:
    """The name and the operands of an instruction in its normal form."""
    operation, _, rest = text.partition(" ")
    return operation, [each for each in parted(rest, ",", "([{", ")]}") if each]
