"""A document that a verb makes: to standard output, or into a file as a whole."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from gen.cli.run import Run, complain, write_out

_BY_SUFFIX = {".html": "html", ".json": "json", ".md": "markdown"}
"""To a file's suffix the format that it asks for."""


def form_of(run: Run, known: Collection[str]) -> str:
    """The format that was asked for, by name or by the suffix of the file; `text` if neither says."""
    asked = run.options.format or _BY_SUFFIX.get(Path(run.options.output or "-").suffix, "text")
    return asked if asked in known else "text"


def put_out(run: Run, document: str) -> bool:
    """Writes it where -o says, or prints it; whether that could be done, or else the user was told why not."""
    from gen.render.writer import RefusedError, write_files

    output = run.options.output
    if output in {None, "", "-"}:
        write_out(document)
        return True
    path = Path(output)
    try:
        outcome = write_files(path.parent, {path.name: document.encode("utf-8", "backslashreplace")})[path.name]
    except RefusedError as error:
        complain(f"gen {run.options.verb.name}: {error}")
        return False
    if not run.options.quiet:
        write_out(f"{outcome.value} {path}\n")
    return True
