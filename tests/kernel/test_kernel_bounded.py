"""A program that says too much, or never ends, and one that does not listen."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from gen.kernel.bounded import Ended, TooMuchError, run_bounded


def python(program: str, text: bytes = b"", *, seconds: float = 20, most: int = 1 << 20) -> Ended:
    command = (sys.executable, "-c", program)
    return run_bounded(command, Path(), os.environ, text, seconds=seconds, most=most)


def test_what_it_prints_and_how_it_ends() -> None:
    program = "import sys; sys.stdout.write(sys.stdin.read()[::-1]); sys.stderr.write('no'); sys.exit(3)"
    assert python(program, b"abc") == Ended(3, b"cba", b"no")


def test_a_long_text_and_a_long_answer_do_not_wait_for_each_other() -> None:
    text = b"x" * (1 << 22)
    program = "import sys; [sys.stdout.write(line) for line in iter(lambda: sys.stdin.read(4096), '')]"
    assert python(program, text, most=1 << 23).out == text


def test_one_that_does_not_listen() -> None:
    assert python("print('done')", b"x" * (1 << 20)) == Ended(0, b"done\n", b"")


@pytest.mark.parametrize("where", ["stdout", "stderr"])
def test_one_that_says_too_much_is_ended(where: str) -> None:
    with pytest.raises(TooMuchError):
        python(f"import sys\nwhile True: sys.{where}.write('x' * 4096)")


@pytest.mark.parametrize("program", ["import time; time.sleep(60)", "import os; os.close(1); os.close(2)"])
def test_one_that_never_ends_is_ended(program: str) -> None:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        python(f"import time; {program}; time.sleep(60)", seconds=0.5)
    assert time.monotonic() - started < 20


def test_one_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        run_bounded(("there-is-no-such-program",), Path(), {}, b"", seconds=1, most=1)
