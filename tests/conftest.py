"""What every test stands on: no screen, no settings of the user's, nothing left behind."""

from __future__ import annotations

import gc
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported, and for children: the tests share the cores

import pytest


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
def converts_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights are converted in this process, which has torch already, where a child would import it first.

    What is asked and told is what JSON can carry, as between processes. That and how the child is confined, stopped
    and survived is tested with children: here a file has no limits.
    """
    from explorer.core.processes.child import EndedError
    from explorer.training.weight_import import conversion_child, converting

    def ask(
        module: str,
        wanted: Mapping[str, Any],
        limits: object,
        cancelled: Callable[[], bool] = lambda: False,
        staged: Callable[[str], object] = lambda _stage: None,
    ) -> Any:
        if cancelled():
            raise EndedError("cancelled")
        monkeypatch.setattr(conversion_child, "say_stage", staged)
        return json.loads(json.dumps(import_module(module).main(json.loads(json.dumps(dict(wanted))))))

    monkeypatch.setattr(conversion_child, "_frugal", lambda size: nullcontext())
    monkeypatch.setattr(converting, "ask", ask)


@pytest.fixture
def exports_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are exported in this process, which spares each test the imports of a child; some do have one, as ever."""
    from tqdm import tqdm

    from explorer.training.runs import export

    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # the exporter's would leave a thread
    monkeypatch.setattr(export, "ask", lambda _module, wanted, *_: export.main(json.loads(json.dumps(wanted))))
