"""What the model of an entry path is made of."""

from __future__ import annotations

from enum import Enum


class How(Enum):
    """What a path's model is made of; the value is how it is printed."""

    C = "read in C"
    ASSEMBLY = "read in assembly"
    DECLARED = "as the spec declares it"
    UNREAD = "not read"
    NOT_BUILT = "not built"
