"""What cannot be measured is no figure."""

from __future__ import annotations

import pytest

from explorer.cli.benches import startup
from explorer.core.problem import Problem


def test_a_start_that_fails_is_told_and_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_LIBRARIES", "import a_library_that_is_not_there")
    with pytest.raises(Problem, match=r"could not be measured.*No module named 'a_library_that_is_not_there'"):
        startup.startup("faces")
