"""A kernel release, and whether a fact holds in it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Release:
    """A mainline release such as 6.12; ordered by time."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> Release:
        """The release written as `6.12` or `v6.12`; ValueError if it is neither."""
        match = re.fullmatch(r"v?([0-9]{1,2})\.([0-9]{1,3})", text)
        if match is None:
            raise ValueError(f"`{text}` is not a release such as 6.12")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def is_between(release: Release, since: Release | None, until: Release | None) -> bool:
    """Whether a release is one of those from `since` to `until`, both included; None is no bound."""
    return (since is None or since <= release) and (until is None or release <= until)
