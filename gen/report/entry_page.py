"""The page of `gen read`: what was read of each entry path, for people and as data."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from gen.diagnostics.printers.text import visible
from gen.kernel.tree import KernelTree
from gen.model.entry import EntryPath, Whence
from gen.model.windows import Window
from gen.recover.events import Event, events
from gen.recover.how import How
from gen.recover.recover import ReadPath, Recovered

_FROM = {
    Whence.USER: "from user mode",
    Whence.KERNEL: "from the kernel",
    Whence.ANY: "from user mode or the kernel",
    Whence.FORK: "of a new task",
}
_WINDOWS = {Window.ENTRY: "entry", Window.EXIT: "exit"}


def text(read: Recovered, tree: KernelTree, only: Collection[str]) -> str:
    """The page as text; of some paths `only`, by name or symbol, if any are named."""
    paths = (line for each in chosen(read, only) for line in _path(read, each))
    others = (f"{each.span} {each.symbol}: what enters there is not known" for each in read.unplaced)
    return "\n".join((*map(visible, (*_head(read, tree), *others, *paths)), ""))


def data(read: Recovered, tree: KernelTree, only: Collection[str]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "version": 1,
        "arch": read.known.folder,
        "release": tree.version,
        "unplaced": [{"symbol": each.symbol, "file": each.span.file, "line": each.span.line} for each in read.unplaced],
        "paths": [_path_data(read, each) for each in chosen(read, only)],
    }


def chosen(read: Recovered, only: Collection[str]) -> list[ReadPath]:
    """The paths of some names or symbols, all if there are none."""
    return [each for each in read.paths if not only or {each.path.name, each.path.symbol} & set(only)]


def is_whole(read: Recovered, paths: Collection[ReadPath]) -> bool:
    """Whether some paths were read, what runs in their windows is known, and no entry was left out."""
    return not read.unplaced and not any(
        each.how is How.UNREAD or any(event.doubt for event in _events(read, each)) for each in paths
    )


def _head(read: Recovered, tree: KernelTree) -> tuple[str, str]:
    hows = [each.how for each in read.paths]
    counts = ", ".join(f"{hows.count(how)} {how.value}" for how in How if how in hows)
    number = f"{len(hows)} entry path{'s' * (len(hows) != 1)}"
    of = f"{read.known.folder}, Linux {tree.version}: {number}, {counts}"
    windows = "; ".join(f"{name}: {window.value}" for window, name in _WINDOWS.items())
    return of, f"the windows, in which it can be USER: {windows}"


def _path(read: Recovered, each: ReadPath) -> Iterator[str]:
    path = each.path
    yield ""
    yield f"{path.symbol} in {path.file}: {each.how.value}{_why(each)}"
    yield f"  {path.kind} {_FROM[path.whence]}; {_masked(path)}"
    for event in _events(read, each):
        said = f"  {_place_in(event):<10} {event.what:<15} {event.word}".rstrip()
        yield f"{said:<65} {event.span}"
        if event.doubt:
            yield f"  {'':<10} {event.doubt}"


def _why(each: ReadPath) -> str:
    return f": {each.reason}" if each.reason and each.how is How.UNREAD else ""


def _masked(path: EntryPath) -> str:
    return f"the hardware closes {', '.join(path.masked)}" if path.masked else "the hardware closes nothing"


def _events(read: Recovered, each: ReadPath) -> Iterator[Event]:
    return events(each.path, read.model.offstack) if each.how is not How.UNREAD else iter(())


def _place_in(event: Event) -> str:
    return " ".join(name for window, name in _WINDOWS.items() if window in event.windows)


def _path_data(read: Recovered, each: ReadPath) -> dict[str, Any]:
    path = each.path
    return {
        "name": path.name,
        "symbol": path.symbol,
        "file": path.file,
        "how": each.how.value,
        "reason": each.reason,
        "kind": path.kind,
        "whence": path.whence.value,
        "class": path.interrupt_class,
        "masked": list(path.masked),
        "events": [_event_data(event) for event in _events(read, each)],
    }


def _event_data(event: Event) -> dict[str, Any]:
    return {
        "what": event.what,
        "word": event.word,
        "file": event.span.file,
        "line": event.span.line,
        "column": event.span.column,
        "function": event.function,
        "windows": [name for window, name in _WINDOWS.items() if window in event.windows],
        "doubt": event.doubt,
    }
