"""Kernel releases, and the names that changed between them."""

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


OLDEST = Release(5, 11)
NEWEST = Release(6, 12)
RELEASES = tuple(Release(5, minor) for minor in range(11, 20)) + tuple(Release(6, minor) for minor in range(13))
"""Every release that can be rendered for: offstack came with the oldest, the newest is the last one checked."""

_V5_11, _V5_19, _V6_0, _V6_12 = Release(5, 11), Release(5, 19), Release(6, 0), Release(6, 12)

RENAMES: dict[str, tuple[tuple[Release, str], ...]] = {
    # The big rename of v6.0: 24a9c54182b3, 493c1822825f, 6f0e6c1598b1.
    "CONTEXT_TRACKING_USER": ((_V5_11, "CONTEXT_TRACKING"), (_V6_0, "CONTEXT_TRACKING_USER")),
    "HAVE_CONTEXT_TRACKING_USER": ((_V5_11, "HAVE_CONTEXT_TRACKING"), (_V6_0, "HAVE_CONTEXT_TRACKING_USER")),
    "HAVE_CONTEXT_TRACKING_USER_OFFSTACK": (
        (_V5_11, "HAVE_CONTEXT_TRACKING_OFFSTACK"),
        (_V6_0, "HAVE_CONTEXT_TRACKING_USER_OFFSTACK"),
    ),
    "user_exit_callable": ((_V5_11, "context_tracking_user_exit"), (_V6_0, "user_exit_callable")),
    "user_enter_callable": ((_V5_11, "context_tracking_user_enter"), (_V6_0, "user_enter_callable")),
    "ct_nmi_enter": ((_V5_11, "rcu_nmi_enter"), (_V6_0, "ct_nmi_enter")),
    "ct_nmi_exit": ((_V5_11, "rcu_nmi_exit"), (_V6_0, "ct_nmi_exit")),
    "ct_irq_enter": ((_V5_11, "rcu_irq_enter"), (_V6_0, "ct_irq_enter")),
    "ct_irq_exit": ((_V5_11, "rcu_irq_exit"), (_V6_0, "ct_irq_exit")),
    "__ct_state": ((_V5_11, "ct_state"), (_V6_0, "__ct_state")),
    # d65d411c9259
    "CT_STATE_USER": ((_V5_11, "CONTEXT_USER"), (_V6_12, "CT_STATE_USER")),
    "CT_STATE_KERNEL": ((_V5_11, "CONTEXT_KERNEL"), (_V6_12, "CT_STATE_KERNEL")),
    # 8b023accc8df took the address away from the first half of the on-transition.
    "lockdep_hardirqs_on_prepare()": (
        (_V5_11, "lockdep_hardirqs_on_prepare(CALLER_ADDR0)"),
        (_V5_19, "lockdep_hardirqs_on_prepare()"),
    ),
}
"""What 6.12 calls a thing, to each spelling with the first release that has it, oldest first."""


def spelled(name: str, release: Release) -> str:
    """How `release` spells what 6.12 calls `name`; a name that never changed is its own spelling.

    What was there before the first release of RENAMES had the first spelling.
    Source: the look-ups and both trees behind RENAMES, and the commits named there.
    """
    older = RENAMES.get(name, ())
    return next((each for since, each in reversed(older) if since <= release), older[0][1] if older else name)
