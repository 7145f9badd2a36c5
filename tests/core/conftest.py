"""What the core's tests share: a memory of passed models that is nobody's."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_memory_of_the_user(remembered_trials: None) -> None:
    """All share one, so that the models that many of them open are tried once."""
