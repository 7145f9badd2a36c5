"""What the core's tests share: a memory of passed models that is nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.models import guard


@pytest.fixture(autouse=True)
def _own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "cache_file", lambda: tmp_path / "cache" / "passed.json")
