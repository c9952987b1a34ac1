"""Names of another release: calls, constants, selects and CONFIG_ symbols."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gen.csource.asm import Use
from gen.csource.tokens import COMMENT, QUOTED, tokenize
from gen.diagnostics import Diagnostic, Said, Severity, Span, rule
from gen.kernel.names import OFFSTACK, spellings
from gen.kernel.naming import Naming
from gen.lint.facts import ArchFacts
from gen.lint.source import SourceFile
from gen.lint.stale import stale_names
from gen.lint.workspace import Workspace

_CONFIG = re.compile(r"\bCONFIG_\w+\b")
_NO_CODE = re.compile(f"{COMMENT}|{QUOTED}")


@rule(Severity.WARNING)
def stale_name(name: str, right: str, naming: Naming) -> Said:
    """a name that this tree does not have

    Context tracking was renamed in v6.0 (24a9c54182b3, 493c1822825f, 6f0e6c1598b1) and v6.12 (d65d411c9259). A call
    of an old name does not link; an old CONFIG_ symbol or select is worse, because nobody complains: it is just off.
    Which name is right is asked of the tree's own headers and Kconfig, for a vendor's tree may have the names of
    another release; outside of a tree the release says so.

    Instead: what the tree calls it.
    """
    if not right:
        return Said(f"`{name}` is selected, and {naming.lacks(OFFSTACK)}", "drop the select, which does nothing")
    if naming.shown:
        return Said(f"this tree has no `{name}`", f"its headers and Kconfig call it `{right}`")
    return Said(f"Linux {naming.release} has no `{name}`", f"it is called `{right}` there")


def on_file(file: SourceFile, _facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding a use in code: calls, constants, symbols with CONFIG_; not what the file defines itself."""
    names = stale_names(file.naming)
    symbols = {f"CONFIG_{name}": f"CONFIG_{right}" for name, right in names.items() if name.isupper()}
    if not file.mentions({*names, *symbols}):
        return
    if file.is_assembly:
        for use in file.assembly({*names, *symbols}):
            # A .macro may have any name; entry code of Arm calls one ct_user_exit.
            if use.name in symbols or (use.use is Use.OPERAND and not use.via):
                right = symbols.get(use.name) or names[use.name]
                yield stale_name.at(file.span(use.place, len(use.name)), use.name, right, file.naming)
        return
    outlines = (file.outline, *file.kernel_file.headers)
    own = {each.name for outline in outlines for each in outline.functions}
    own |= {each.name for outline in outlines for each in outline.macros}
    for each in file.occurrences({name for name in names if name not in own}):
        if each.name.isupper() or each.called:
            yield stale_name.at(file.span(each.place, len(each.name)), each.name, names[each.name], file.naming)
    yield from _symbols(file, symbols)


def _symbols(file: SourceFile, symbols: dict[str, str]) -> Iterator[Diagnostic]:
    """The symbols that #if lines and IS_ENABLED() ask for."""
    if not file.mentions(symbols):
        return
    tokens = tokenize(file.text)
    for text, offset in zip(tokens.texts, tokens.offsets, strict=True):
        if text[0] not in "#C":
            continue
        for match in _CONFIG.finditer(_NO_CODE.sub(lambda found: " " * len(found[0]), text)):
            if right := symbols.get(match[0]):
                span = file.span(file.source.place(offset + match.start()), len(match[0]))
                yield stale_name.at(span, match[0], right, file.naming)


def on_architecture(facts: ArchFacts, _work: Workspace) -> Iterator[Diagnostic]:
    """One finding a `select` of a symbol that nothing defines."""
    names = stale_names(facts.naming)
    for select in facts.kconfig.selects(names):
        if _is_own(select.span, facts) and select.symbol not in facts.kconfig.by_name:
            yield stale_name.at(select.span, select.symbol, names[select.symbol], facts.naming)
    if not facts.naming.has(OFFSTACK):
        for select in facts.kconfig.selects(spellings(OFFSTACK)):
            if _is_own(select.span, facts) and select.symbol not in names:
                yield stale_name.at(select.span, select.symbol, "", facts.naming)


def _is_own(span: Span, facts: ArchFacts) -> bool:
    return span.file.startswith(f"arch/{facts.name}/")
