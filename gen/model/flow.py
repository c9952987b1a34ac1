"""Whether anything gets past a block."""

from __future__ import annotations

from gen.model.entry import Block, Branch, Call, EntryModel, Item, Step

ENDS = frozenset({"return", "panic"})
"""The words behind which nothing of a path runs."""


def falls_through(model: EntryModel, block: Block, calling: frozenset[str] = frozenset()) -> bool:
    """Whether the end of a block can be reached; a loop can always be left, an unknown sequence comes back.

    `calling` are the sequences that are being looked at already, so that one which calls itself has an answer, too.
    """
    return all(_item_falls_through(model, item, calling) for item in block)


def _item_falls_through(model: EntryModel, item: Item, calling: frozenset[str]) -> bool:
    match item:
        case Step():
            return item.word not in ENDS
        case Branch():
            return any(falls_through(model, way, calling) for way in (item.then, item.otherwise))
        case Call(sequence=name) if name in model.sequences and name not in calling:
            return falls_through(model, model.sequences[name].body, calling | {name})
        case _:
            return True
