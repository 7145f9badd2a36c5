"""Files that the program keeps for itself: read whatever became of them, and changed by several at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from explorer.core import drafts
from explorer.core.json_store import JsonStore
from explorer.core.problem import Problem

DAMAGE = [b"", b"{", b"\xff\xfe", b"[1e999]", b"[" * 10_000, b'{"other": 1}', b"3"]


def count(data: Any) -> int:
    return int(data["count"])


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_passed_over_where_losing_it_costs_nothing(tmp_path: Path, damage: bytes) -> None:
    store = JsonStore(tmp_path / "kept.json")
    assert store.read(count, 7) == 7
    store.file.write_bytes(damage)
    assert store.read(count, 7) == 7
    assert store.file.read_bytes() == damage


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_set_aside_and_told_where_it_must_not_be_lost(tmp_path: Path, damage: bytes) -> None:
    store = JsonStore(tmp_path / "kept.json")
    assert store.read_or_set_aside(count, 0, "The count", "count") == 0
    store.file.write_bytes(damage)
    with pytest.raises(Problem, match="The count could not be read") as told:
        store.read_or_set_aside(count, 0, "The count", "count")
    (aside,) = tmp_path.glob("kept.damaged-*.json")
    assert aside.read_bytes() == damage
    assert str(aside) in told.value.hint
    assert store.read_or_set_aside(count, 0, "The count", "count") == 0


def test_a_larger_file_than_it_can_be_is_damaged(tmp_path: Path) -> None:
    store = JsonStore(tmp_path / "kept.json", 100)
    store.write({"count": 3, "more": "x" * 50})
    assert store.read(count, 0) == 3
    store.write({"count": 3, "more": "x" * 100})
    assert store.read(count, 0) == 0


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    store = JsonStore(tmp_path / "folder" / "kept.json")
    store.write({"count": 3})
    with pytest.raises(TypeError):
        store.write({"count": object()})
    assert store.read(count, 0) == 3
    (tmp_path / "file").touch()
    with pytest.raises(Problem):
        JsonStore(tmp_path / "file" / "kept.json").write({})


def test_a_name_that_is_a_path_leads_nowhere_else(tmp_path: Path) -> None:
    assert JsonStore.of_model(tmp_path, "../settings", 100).file.parent == tmp_path
    assert JsonStore.of_model(tmp_path, "a" * 64, 100).file == tmp_path / f"{'a' * 64}.json"


COUNTING = """
import sys, threading
from pathlib import Path
from explorer.core import drafts
from explorer.core.json_store import JsonStore

store = JsonStore(Path(sys.argv[1]))

def count_up():
    for _ in range(20):
        with store.alone():
            store.write({"count": store.read(lambda data: data["count"], 0) + 1})

threads = [threading.Thread(target=count_up) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


@pytest.mark.skipif(sys.platform == "win32", reason="programs do not keep each other out there")
def test_programs_and_threads_that_change_one_file_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    programs = [subprocess.Popen([sys.executable, "-c", COUNTING, str(file)]) for _ in range(2)]
    assert [program.wait(60) for program in programs] == [0, 0]
    assert json.loads(file.read_text()) == {"count": 80}
    assert [path.name for path in tmp_path.iterdir()] == ["kept.json"]


def test_whoever_is_alone_may_ask_again(tmp_path: Path) -> None:
    store = JsonStore(tmp_path / "kept.json")
    with store.alone(), JsonStore(tmp_path / "other.json").alone():
        store.write({"count": 1})
    with store.alone():  # both have let go
        assert store.read(count, 0) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="programs do not keep each other out there")
def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "PATIENCE_S", 0.05)
    store = JsonStore(tmp_path / "kept.json")
    with drafts.held(tmp_path), pytest.raises(Problem, match="changed by another program"), store.alone():
        pass
    with store.alone():
        pass
