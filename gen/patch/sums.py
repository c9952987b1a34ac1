"""What was written into an output folder, as `sha256sum -c` reads it: what somebody has edited since is not lost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from gen.render.writer import read_current

SUMS = "SHA256SUMS"
_LINE = re.compile(rb"([0-9a-f]{64})  ([^/\n]+)")


def sums(files: Mapping[str, bytes]) -> bytes:
    """The SHA-256 and the name of each file."""
    return "".join(f"{_sum(content)}  {name}\n" for name, content in sorted(files.items())).encode()


def edited(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """The files of a folder that are neither as they were written nor as they would be now. Raises OSError."""
    lines = (read_current(root / SUMS) or b"").splitlines()
    known = {match[2].decode(errors="replace"): match[1].decode() for line in lines if (match := _LINE.fullmatch(line))}
    written = ((name, new) for name, new in sorted(files.items()) if name != SUMS)
    return [name for name, new in written if _is_edited(root / name, new, known.get(name))]


def _is_edited(file: Path, new: bytes, known: str | None) -> bool:
    current = read_current(file)
    return current is not None and current != new and _sum(current) != known


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
