"""From the word that a user typed to an ArchSpec: finding the file, reading it, checking all of it."""

from __future__ import annotations

import errno
import fnmatch
import glob
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from gen.diagnostics import Sink, Span
from gen.resources import specs_directory
from gen.spec import rules
from gen.spec.archspec import ArchSpec, build_spec
from gen.spec.crosscheck import cross_check
from gen.spec.document import MAX_BYTES, Mapping, read_document
from gen.spec.schema import check_schema

MOST_ERRORS = 2000
"""Of one spec; of those that it has beyond, only the number is said."""


@dataclass
class SpecLoader:
    """Loads specs and remembers their text, for the excerpts of findings; `tells_all` of them, however many."""

    sink: Sink
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tells_all: bool = False

    def load(self, name: str) -> ArchSpec | None:
        """The spec that `name` stands for; None if it has an error, which the sink then says."""
        found = self._find(name)
        if found is None:
            return None
        file, path = found
        data = self._read(file, path)
        return None if data is None else self.parse(file, data)

    def parse(self, file: str, data: bytes) -> ArchSpec | None:
        """The spec in these bytes; `file` is what findings call it. None if it has an error."""
        self.texts[file] = lines = tuple(data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n"))
        sink = Sink(self.sink.select, self.sink.ignore, most=None if self.tells_all else MOST_ERRORS)
        spec = _checked_spec(file, lines, data, sink)
        self.sink.extend(sink.findings)
        if sink.left_out:
            self.sink.add(rules.too_many_errors.at(Span(file), MOST_ERRORS, sink.left_out))
        return None if sink.failed or sink.left_out else spec

    def mentions(self, name: str, texts: Iterable[str]) -> bool:
        """Whether the file that `name` stands for has one of the texts in it, or cannot be read, which `load` says."""
        found = self._find(name)
        data = None if found is None else self._read(*found)
        return data is None or any(os.fsencode(text) in data for text in texts)

    def matching(self, pattern: str) -> list[str]:
        """The specs that a shell pattern stands for, as `load` takes them: files first, else known names."""
        if files := sorted(glob.glob(pattern)):
            return files
        stem = pattern.removesuffix(".yaml")
        return [name for name in known_specs() if fnmatch.fnmatchcase(name, stem)]

    def _find(self, name: str) -> tuple[str, Path] | None:
        path = Path(name)
        if path.exists() or path.is_symlink():
            return name, path
        if path.name == name:
            for directory in _directories():
                candidate = directory / (name if name.endswith(".yaml") else f"{name}.yaml")
                if os.path.lexists(candidate):  # what cannot be read is said by `_read`
                    return _shown(candidate), candidate
        places = "./, ./arch_specs and the specs of gen" if path.name == name else str(path.parent)
        self.sink.add(rules.unknown_spec.at(Span(name), path.name, known_specs(), places))
        return None

    def _read(self, file: str, path: Path) -> bytes | None:
        try:
            if not path.is_file():
                raise OSError(errno.EINVAL, "it is not a regular file")
            with path.open("rb") as stream:
                return stream.read(MAX_BYTES + 1)
        except OSError as error:
            reason = "it is a directory" if path.is_dir() else (error.strerror or str(error)).lower()
            if path.is_symlink() and not path.exists():
                reason = "it is a symbolic link that leads nowhere"
            self.sink.add(rules.unreadable_file.at(Span(file), reason))
            return None


def _checked_spec(file: str, lines: tuple[str, ...], data: bytes, sink: Sink) -> ArchSpec | None:
    root = read_document(file, data, sink)
    if root is None or not check_schema(root, sink):
        return None
    spec = build_spec(file, lines, cast(Mapping, root), sink)
    cross_check(spec, sink)
    return spec


def _directories() -> tuple[Path, ...]:
    return Path("arch_specs"), specs_directory()


def known_specs() -> list[str]:
    """The names that can be given without a path."""
    return sorted(
        {entry.stem for directory in _directories() if directory.is_dir() for entry in directory.glob("*.yaml")}
    )


def _shown(path: Path) -> str:
    """A path as it is shown: relative where it lies below the working directory."""
    try:
        return os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)
    except (OSError, RuntimeError):  # a link in a circle is the latter before Python 3.13
        return str(path)
