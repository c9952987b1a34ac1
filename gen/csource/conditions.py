"""What a #if asks, as a formula over atoms, with three answers: yes, no, and not decided.

An atom is a name that is defined or not (`CONFIG_SMP`), or the text of whatever is not followed (`CONFIG_LEVELS > 2`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gen.csource.tokens import Tokens, directive_rest, directive_word, is_word, tokenize

Config = Mapping[str, str]
"""The values of a .config by symbol, `CONFIG_SMP`: `y`. A CONFIG_ symbol that it lacks is not set."""

MAX_NESTING = 50
"""How deep parentheses and `!` of a condition may nest; deeper text is one atom."""

MAX_TOKENS = 400
"""How long a condition may be; a longer one is one atom."""

_CONFIG_TESTS = frozenset({"defined", "IS_ENABLED", "IS_BUILTIN", "IS_REACHABLE"})
_IN_EVERY_C_FILE = {"__ASSEMBLY__": False, "__ASSEMBLER__": False, "__cplusplus": False, "__KERNEL__": True}
_COMPARISONS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True, slots=True)
class Atom:
    """A question that the text alone does not answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part is not."""

    part: Formula


@dataclass(frozen=True, slots=True)
class Every:
    """True where all parts are."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """True where one part is."""

    parts: tuple[Formula, ...]


Formula = bool | Atom | Not | Every | Some


def value(formula: Formula, decided: Mapping[str, bool]) -> bool | None:
    """The answer, or None if it hangs on an atom that is not decided."""
    match formula:
        case bool():
            return formula
        case Atom(text):
            return decided.get(text)
        case Not(part):
            inner = value(part, decided)
            return None if inner is None else not inner
        case Every(parts) | Some(parts):
            ends = isinstance(formula, Some)
            values = [value(part, decided) for part in parts]
            return ends if ends in values else None if None in values else not ends


def open_atom(formula: Formula, decided: Mapping[str, bool]) -> str | None:
    """The first atom that has to be decided before the formula has a value."""
    if value(formula, decided) is not None:
        return None
    match formula:
        case Atom(text):
            return text
        case Not(part):
            return open_atom(part, decided)
        case Every(parts) | Some(parts):
            return next(atom for part in parts if (atom := open_atom(part, decided)) is not None)
    return None


def spelled(formula: Formula, *, inner: bool = False) -> str:
    """The formula as one would write it; in parentheses, where it needs them, if it is `inner`."""
    match formula:
        case Atom(text):
            return f"({text})" if inner and not re.fullmatch(r"\w+(\(\w*\))?", text) else text
        case Not(part):
            return f"!{spelled(part, inner=True)}"
        case Every(parts) | Some(parts):
            sign = " && " if isinstance(formula, Every) else " || "
            text = sign.join(spelled(part, inner=True) for part in parts)
            return f"({text})" if inner else text
    return "1" if formula else "0"


def every(*parts: Formula) -> Formula:
    """All of some formulas, without what is always true."""
    kept = tuple(part for part in parts if part is not True)
    if False in kept:
        return False
    return kept[0] if len(kept) == 1 else Every(kept) if kept else True


def contradict(one: Formula, two: Formula) -> bool:
    """Whether two formulas are plainly not both true: one of them is false, or has a part whose opposite is one."""
    parts = {part for each in (one, two) for part in (each.parts if isinstance(each, Every) else (each,))}
    return False in parts or any(negated(part) in parts for part in parts)


def negated(formula: Formula) -> Formula:
    """The opposite of a formula."""
    match formula:
        case bool():
            return not formula
        case Not(part):
            return part
    return Not(formula)


def condition_of(directive: str, config: Config | None) -> Formula:
    """What a #if, #ifdef, #ifndef or #elif asks; with a `config`, what is asked about CONFIG_ symbols is answered."""
    word, rest = directive_word(directive), directive_rest(directive)
    if word.endswith("def"):
        name = rest.split(" ")[0]
        return negated(_defined(name, config)) if word.endswith("ndef") else _defined(name, config)
    tokens = tokenize(rest, in_macro=True)
    return Atom(tokens.text()) if len(tokens) > MAX_TOKENS else _either(tokens, config, 0)


def _defined(name: str, config: Config | None) -> Formula:
    if name in _IN_EVERY_C_FILE:
        return _IN_EVERY_C_FILE[name]
    if config is None or not name.startswith("CONFIG_"):
        return Atom(name)
    # The kernel builds what is `m` with CONFIG_FOO_MODULE defined, and CONFIG_FOO not.
    if name.endswith("_MODULE") and config.get(name.removesuffix("_MODULE")) == "m":
        return True
    return config.get(name, "n") not in {"n", "m"}


def _either(tokens: Tokens, config: Config | None, depth: int) -> Formula:
    arms = _split(tokens, "||")
    if len(arms) > 1:
        parts = tuple(_both(arm, config, depth) for arm in arms)
        return negated(every(*map(negated, parts))) if any(isinstance(part, bool) for part in parts) else Some(parts)
    return _both(tokens, config, depth)


def _both(tokens: Tokens, config: Config | None, depth: int) -> Formula:
    return every(*(_one(arm, config, depth) for arm in _split(tokens, "&&")))


def _split(tokens: Tokens, sign: str) -> list[Tokens]:
    partners, _ = tokens.partners()
    arms, start, index = [], 0, 0
    while index < len(tokens):
        if tokens.texts[index] == sign:
            arms.append(tokens.slice(start, index))
            start = index + 1
        index = partners.get(index, index) + 1
    return [*arms, tokens.slice(start, len(tokens))]


def _one(tokens: Tokens, config: Config | None, depth: int) -> Formula:
    partners, _ = tokens.partners()
    last = len(tokens) - 1
    match list(tokens.texts):
        case ["!", *_] if depth < MAX_NESTING and _is_unary(tokens, partners):
            return negated(_one(tokens.slice(1, last + 1), config, depth + 1))
        case ["(", *_] if depth < MAX_NESTING and partners.get(0) == last:
            return _either(tokens.slice(1, last), config, depth + 1)
        case [test, "(", name, ")"] if test in _CONFIG_TESTS:
            return _tested(test, name, config)
        case ["defined", name]:
            return _defined(name, config)
        case ["IS_MODULE", "(", name, ")"]:
            return _defined(f"{name}_MODULE", config)
        case [number] if (known := _number(number, config)) is not None:
            return known != 0
        case [left, sign, right] if sign in _COMPARISONS:
            a, b = _number(left, config), _number(right, config)
            if a is not None and b is not None:
                return bool(_COMPARISONS[sign](a, b))
    return Atom(tokens.text())


def _is_unary(tokens: Tokens, partners: Mapping[int, int]) -> bool:
    index = 0
    while index < len(tokens):
        if tokens.texts[index] not in {"!", "("} and not is_word(tokens.texts[index]):
            return False
        index = partners.get(index, index) + 1
    return True


def _tested(test: str, name: str, config: Config | None) -> Formula:
    if config is not None and test in {"IS_ENABLED", "IS_REACHABLE"}:
        return config.get(name, "n") in {"y", "m"}
    return _defined(name, config)


def _number(text: str, config: Config | None) -> int | None:
    if text in _IN_EVERY_C_FILE:
        return int(_IN_EVERY_C_FILE[text])
    if config is not None and text.startswith("CONFIG_"):
        text = {"y": "1"}.get(config.get(text, "0"), config.get(text, "0"))
    match = re.fullmatch(r"(0[xX][0-9a-fA-F]{1,16}|\d{1,19})[uUlL]{0,3}", text)
    return int(match[1], 16 if match[1][1:2] in {"x", "X"} else 10) if match else None
