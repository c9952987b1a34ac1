"""The command line: `main` runs one verb, each verb has its module, and a verb imports only its own rooms."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from gen.cli.options import complaint, parser
from gen.cli.run import BAD_INPUT, BROKEN_PIPE, INTERNAL, INTERRUPTED, Run, complain
from gen.diagnostics.sink import Sink

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb and gives the exit status: see the constants of `gen.cli.run`."""
    if sys.stdout is None:
        complain("gen: standard output is closed")
        return BAD_INPUT
    command_line = parser()
    options = command_line.parse_args(argv)
    if problem := complaint(options):
        command_line.error(problem)
    run = Run(options, Sink(options.select, options.ignore))
    try:
        if getattr(options, "kernel", None):
            run.meets(options.kernel)
        code = options.verb.function()(run)
        if options.verb.reports and not getattr(options, "lesson", False):
            run.report()
        return int(code)
    except KeyboardInterrupt:
        complain("gen: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return BROKEN_PIPE
    except OSError as error:
        _drop_output()
        complain(f"gen: {error.filename or 'standard output'}: {(error.strerror or str(error)).lower()}")
        return BAD_INPUT
    except Exception as error:
        return _internal_error(error, options.verbose)


def _drop_output() -> None:
    """Lets what could not be written go, or the interpreter would try again on its way out and exit otherwise."""
    with contextlib.suppress(OSError, ValueError):  # standard output may be no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _internal_error(error: Exception, verbose: bool) -> int:
    if verbose:
        import traceback

        traceback.print_exception(error)
    complain(f"gen: this is a bug in gen ({type(error).__name__}: {error}); please report it with `-v`")
    return INTERNAL
