"""Help for a misspelt word: the nearest known one, or the list of all."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`, or an empty string if none does."""
    from difflib import get_close_matches  # 4 ms, and only a misspelt word needs it

    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def listed(words: Iterable[str]) -> str:
    """The words in backquotes, sorted, with commas; `none` if there are none."""
    return ", ".join(f"`{word}`" for word in sorted(words)) or "none"
