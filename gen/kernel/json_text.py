"""JSON that somebody else has written: its data, or what is wrong with it and where."""

from __future__ import annotations

import json
from typing import Any


class JsonError(Exception):
    """What is wrong, in one phrase, and where: line and column from 1."""

    def __init__(self, problem: str, line: int = 1, column: int = 1) -> None:
        super().__init__(problem)
        self.line = line
        self.column = column


def read_json(content: str | bytes) -> Any:
    """The data of a text; JsonError, whatever the text is."""
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise JsonError(f"this is not JSON: {error.msg.lower()}", error.lineno, error.colno) from error
    except UnicodeDecodeError as error:
        raise JsonError("this is not JSON: it is not UTF-8") from error
    except ValueError as error:  # of which Python says more than a user wants to know
        raise JsonError("this is not JSON: a number has too many digits") from error
    except RecursionError as error:
        raise JsonError("this nests too deep") from error
