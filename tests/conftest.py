"""Fixtures for everyone; helpers are in support.py and trees.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from trees import kernel_tree


@pytest.fixture
def tree(request: pytest.FixtureRequest) -> Path:
    """The 6.12 kernel tree, which must stay as it is; without one the test is skipped."""
    return kernel_tree(f"tests/{request.path.name}")
