"""One shape for blocks that do the same, so that they can be compared and written without a useless `else`."""

from __future__ import annotations

from dataclasses import replace

from gen.model.entry import Block, Branch, EntryModel, Item, Loop, Step


def normal(block: Block) -> Block:
    """The same block with nothing in an `else` whose `then` ends in a `return`: it comes after the branch instead."""
    lines: list[Item] = []
    for item in block:
        match item:
            case Branch():
                then, otherwise = normal(item.then), normal(item.otherwise)
                if otherwise and _returns(then):
                    lines += [Branch(item.condition, then, (), item.span), *otherwise]
                else:
                    lines.append(Branch(item.condition, then, otherwise, item.span))
            case Loop():
                lines.append(Loop(item.condition, normal(item.body), item.span))
            case _:
                lines.append(item)
    return tuple(lines)


def _returns(block: Block) -> bool:
    return bool(block) and isinstance(block[-1], Step) and block[-1].word == "return"


def normal_model(model: EntryModel) -> EntryModel:
    """The model with each of its bodies in that shape."""
    return replace(
        model,
        sequences={name: replace(each, body=normal(each.body)) for name, each in model.sequences.items()},
        paths={name: replace(each, body=normal(each.body)) for name, each in model.paths.items()},
    )
