"""The command `gen`, as a process: how signals end it.

Until there is something to tidy up a signal just ends it. From then on one is an exception that lets everybody tidy
up: no child, no folder and no text of Python is left.
"""

import signal
import sys
from types import FrameType

# One that is ignored, as in a job of a shell without job control, stays so.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def command() -> int:
    """Runs `main`; the exit status is 128 and the number of the signal that ended it, if one did."""
    from gen.cli import main
    from gen.kernel.signals import ENDING

    came: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    code, caught = 0, [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    try:
        for number in caught:
            signal.signal(number, stop)
        code = main()
        for number in caught:
            signal.signal(number, signal.SIG_DFL)
    except KeyboardInterrupt:  # just before or behind what tidies up
        pass
    return 128 + came[0] if came else code


if __name__ == "__main__":
    sys.exit(command())
