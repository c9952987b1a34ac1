"""Whether anything gets past a block."""

from __future__ import annotations

from gen.model.entry import Block, Branch, Call, EntryModel, Item, Step

ENDS = frozenset({"return", "panic"})
"""The words behind which nothing of a path runs."""


def falls_through(model: EntryModel, block: Block) -> bool:
    """Whether the end of a block can be reached; a loop can always be left, an unknown sequence comes back."""
    return _falls_through(block, dead_ends(model))


def dead_ends(model: EntryModel) -> frozenset[str]:
    """The sequences that nothing gets past. A `return` in one is a fault of its own, and its callers are not blamed.

    Each is looked at once, after those that it calls: a sequence that calls another one twice, which calls a third one
    twice, and so on, would else take for ever.
    """
    found: frozenset[str] = frozenset()
    for name in model.callees_first:
        if not _falls_through(model.sequences[name].body, found, ENDS - {"return"}):
            found |= {name}
    return found


def _falls_through(block: Block, dead: frozenset[str], ends: frozenset[str] = ENDS) -> bool:
    return all(_item_falls_through(item, dead, ends) for item in block)


def _item_falls_through(item: Item, dead: frozenset[str], ends: frozenset[str]) -> bool:
    match item:
        case Step():
            return item.word not in ends
        case Branch():
            return any(_falls_through(way, dead, ends) for way in (item.then, item.otherwise))
        case Call():
            return item.sequence not in dead
        case _:
            return True
