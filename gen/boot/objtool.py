"""What objtool complains of in a kernel that is linked: calls that leave noinstr code, and the like.

It speaks once, when vmlinux.o is made. What it said is kept, for the runs that find a vmlinux.o that is up to date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

_SAID = re.compile(r"vmlinux\.o: (?:warning|error): objtool: (.+)")


def said_by_objtool(build: Path, kept: Path, make: Callable[[], str]) -> tuple[str, ...]:
    """Its complaints of the kernel that `make` makes in `build`, a line each; `kept` is the file that keeps them.

    Where that is missing, the last run may have been stopped behind vmlinux.o, which is then made again.
    """
    linked = build / "vmlinux.o"
    known = kept.read_text(encoding="utf-8") if kept.is_file() else None
    if known is None:
        linked.unlink(missing_ok=True)
    kept.unlink(missing_ok=True)
    before = _made(linked)
    output = make()
    if known is None or _made(linked) != before:
        known = "".join(f"{said}\n" for said in _SAID.findall(output))
    kept.write_text(known, encoding="utf-8")
    return tuple(known.splitlines())


def _made(file: Path) -> int | None:
    """When a file was made."""
    return file.stat().st_mtime_ns if file.is_file() else None
