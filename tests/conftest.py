"""Fixtures for everyone; helpers are in support.py and trees.py."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from trees import kernel_tree

# Of `make test-slow`, for the tests marked `random`.
settings.register_profile("thorough", max_examples=1000, deadline=None)

# Specs and graphs are many objects and hardly a cycle: to look for cycles less often saves a tenth of the time.
gc.set_threshold(100_000, 50, 50)


def pytest_configure() -> None:
    """A shell has jobs in the background ignore ^C, and so would every gen that a test begins and interrupts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def stays_here() -> Iterator[None]:
    """Many tests name files from the project's root: one that goes elsewhere and stays there is named, not the next."""
    before = Path.cwd()
    yield
    assert Path.cwd() == before


@pytest.fixture
def tree(request: pytest.FixtureRequest) -> Path:
    """The 6.12 kernel tree, which must stay as it is; without one the test is skipped."""
    return kernel_tree(f"tests/{request.path.name}")
