"""The positions of an entry path that are in its critical windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gen.model.entry import EntryModel, EntryPath
from gen.model.graph import End
from gen.model.windows import Window, in_windows
from gen.verify.unfold import Position


@dataclass(frozen=True)
class WindowPosition:
    """A position of a path that runs in kernel code while the state says USER, and RCU does not watch."""

    path: EntryPath
    position: Position
    window: Window


def window_positions(model: EntryModel, path: EntryPath, positions: tuple[Position, ...]) -> Iterator[WindowPosition]:
    """Every position in a window of `path`, entered from user mode and left undisturbed; none if it is not.

    Nothing runs at a dead end, so that it is none of them.
    """
    for number, window in in_windows(positions, 0, path.whence, model.offstack):
        if not isinstance(positions[number].item, End):
            yield WindowPosition(path, positions[number], window)
