"""Tables of vectors in C: arrays that name labels of assembly and C handlers in one, as xtensa's dispatch_init_table.

An array of C handlers alone is another matter: assembly does not go by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gen.csource.lookup import known_macros
from gen.csource.tokens import Tokens, tokenize
from gen.recover.sources import Sources

_ARRAY = re.compile(r"^[A-Za-z_][^\n;{}()#]*\[[^\]\n]*\]\s*(?:\w+\s*)?=\s*\{", re.MULTILINE)

_ARGUMENT = re.compile(r",\s*([A-Za-z_]\w*)\s*\)\s*;")


def c_tables(sources: Sources) -> Iterator[tuple[str, str]]:
    """The names in such tables, each with the file of the table; a macro in one is looked into."""
    for file in sources.c_files:
        outline = sources.reader.outline(file)
        if outline is None or not sources.assembly:
            continue
        macros = known_macros([outline])
        for array in _ARRAY.finditer(outline.source.text):
            names = dict.fromkeys(_outside_parentheses(_braces(outline.source.text, array.end() - 1)))
            for name in list(names):
                names.update(dict.fromkeys(text for known in macros.get(name, ()) for text in known.body.texts))
            labels = [name for name in names if name in sources.labels and name not in sources.functions]
            handlers = [name for name in names if name in sources.functions]
            if labels and handlers:
                # What the rest of such a table gets is an argument elsewhere in the file, as do_unhandled() is.
                passed = [name for name in _ARGUMENT.findall(outline.source.text) if name in sources.functions]
                yield from ((file, name) for name in (*labels, *handlers, *passed))


def _braces(text: str, begin: int) -> Tokens:
    """What stands in braces that open at an offset: up to the next brace that begins a line, if that closes them."""
    near = text.find("\n}", begin)
    for end in (near + len("\n}"), len(text)) if near >= 0 else (len(text),):
        tokens = tokenize(text, begin, end)
        closed = tokens.partners()[0].get(0)
        if closed is not None:
            return tokens.slice(0, closed)
    return tokens.slice(0, 0)


def _outside_parentheses(tokens: Tokens) -> Iterator[str]:
    """The tokens that are no arguments: x86's Xen pastes names of other functions out of those."""
    partners, _ = tokens.partners()
    index = 0
    while index < len(tokens):
        if tokens.texts[index] == "(":
            index = partners.get(index, index)
        else:
            yield tokens.texts[index]
        index += 1
