"""The command `gen`, as a process: how signals end it.

Until there is something to tidy up a signal just ends it. From then on one is an exception that lets everybody tidy
up: no child, no folder and no text of Python is left.
"""

from __future__ import annotations

import signal

# One that is ignored, as in a job of a shell without job control, stays so.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

_SOON = 0.01
"""Seconds after which an exception is raised again that Python has swallowed, in a callback of its own."""


class Ended(KeyboardInterrupt):
    """A signal that ends the process. Of its own type: Python ends itself by SIGINT once it met a KeyboardInterrupt."""


def command() -> int:
    """Runs `main`; the exit status is 128 and the number of the signal that ended it, if one did."""
    from gen.cli import main
    from gen.kernel.signals import ENDING

    came: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        raise Ended

    def swallowed(what: sys.UnraisableHookArgs) -> None:
        if issubclass(what.exc_type, Ended):
            signal.setitimer(signal.ITIMER_REAL, _SOON)
        else:
            sys.__unraisablehook__(what)

    code, caught = 0, [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    try:
        sys.unraisablehook = swallowed
        for number in (*caught, signal.SIGALRM):
            signal.signal(number, stop)
        code = main()
        for number in (*caught, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
    except Ended:  # just before or behind what tidies up
        pass
    return 128 + came[0] if came else code


if __name__ == "__main__":
    sys.exit(command())
