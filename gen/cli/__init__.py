"""The command line: `main` runs one verb, each verb has its module, and a verb imports only its own rooms."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from gen.cli.options import complaint, parser
from gen.cli.run import BAD_INPUT, BROKEN_PIPE, CLEAN, INTERNAL, INTERRUPTED, OUTPUT_LOST, Run, complain
from gen.diagnostics.sink import Sink

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb and gives the exit status: see the constants of `gen.cli.run`.

    The process ends here, in whatever way: what was to be printed is printed, or the status is OUTPUT_LOST.
    """
    try:
        code = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        complain("gen: interrupted")
        code = INTERRUPTED
    except BrokenPipeError:
        code = BROKEN_PIPE
    except OSError as error:
        complain(f"gen: {error.filename or 'standard output'}: {(error.strerror or str(error)).lower()}")
        code = BAD_INPUT if error.filename else OUTPUT_LOST
    return code if _output_is_out() else OUTPUT_LOST if code == CLEAN else code


def _run(argv: Sequence[str] | None) -> int:
    if sys.stdout is None:
        complain("gen: standard output is closed")
        return BAD_INPUT
    command_line = parser()
    try:
        options = command_line.parse_args(argv)
        if problem := complaint(options):
            command_line.error(problem)
    except SystemExit as end:  # --help, --version, or a wrong option
        return int(end.code or CLEAN)
    run = Run(options, Sink(options.select, options.ignore))
    try:
        if getattr(options, "kernel", None):
            run.meets(options.kernel)
        code = options.verb.function()(run)
        if options.verb.reports and not getattr(options, "lesson", False):
            run.report()
        return int(code)
    except OSError:
        raise
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # Python 3.11 wraps it where a class is being made
            raise KeyboardInterrupt from error
        return _internal_error(error, options.verbose)


def _output_is_out() -> bool:
    """Whether nothing waits to be printed; what cannot be is dropped, or the interpreter would try again at its end."""
    lost = False
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            lost = True
            with contextlib.suppress(OSError, ValueError):  # it may be no file
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return not lost


def _internal_error(error: Exception, verbose: bool) -> int:
    if verbose:
        import traceback

        traceback.print_exception(error)
    complain(f"gen: this is a bug in gen ({type(error).__name__}: {error}); please report it with `-v`")
    return INTERNAL
