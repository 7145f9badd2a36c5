"""What every test stands on: no screen, no settings of the user's, nothing left behind."""

from __future__ import annotations

import compileall
import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported, and for children: the tests share the cores

import pytest

# What one process compiled the others find: a run starts hundreds, most of them confined, which could keep nothing.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
compileall.compile_dir(Path(__file__).parents[1] / "explorer", quiet=2)


@pytest.fixture(scope="session", autouse=True)
def _what_was_imported_stays() -> None:
    """Whole collections, such as the exporter's, need not look through it."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_disks() -> Iterator[None]:
    """What a test writes need not survive a power cut; that files are flushed in order is tested by who asks for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        yield home


@pytest.fixture(autouse=True)
def _garbage_is_collected_in_this_thread() -> Iterator[None]:
    """As the program does: a collector that runs in a worker may destroy what belongs to Qt."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [t.name for t in threading.enumerate() if t not in before and not t.name.startswith(("Dummy", "watchdog"))]
    assert not left, f"threads left behind: {left}"


@pytest.fixture(autouse=True)
def _no_window_or_timer_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "qapp" not in request.fixturenames:
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    windows = QApplication.topLevelWidgets()
    left = [widget for widget in windows if widget.isVisible()]
    assert not left, f"windows left behind: {left}"
    timers = [timer for widget in windows for timer in widget.findChildren(QTimer) if timer.isActive()]
    assert not timers, f"timers left behind: {timers}"


@pytest.fixture(scope="session")
def _trials(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trials") / "passed.json"


@pytest.fixture
def remembered_trials(_trials: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models that another test had tried in a child are not tried again: the same few are opened by hundreds of tests.

    The memory goes by what the files hold. Whether one is tried at all is tested with a memory of one's own.
    """
    from explorer.core.models import guard

    monkeypatch.setattr(guard, "cache_file", lambda: _trials)


@pytest.fixture
def converts_here() -> Iterator[None]:
    """Weights are converted in this process."""
    from tests.without_a_child import conversions

    with conversions():
        yield


@pytest.fixture
def exports_here() -> Iterator[None]:
    """Runs are exported in this process."""
    from tests.without_a_child import exports

    with exports():
        yield


@pytest.fixture
def tries_here() -> Iterator[None]:
    """Models are tried in this process."""
    from tests.without_a_child import trials

    with trials():
        yield
