"""The program as a whole: how it starts, and how it ends."""

from __future__ import annotations

import gc
import logging
import sys
import threading
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QTimer, QtMsgType, qWarning

from explorer import __main__, app
from explorer.core.rendering.scene import scene_to_json
from explorer.session import garbage
from explorer.session.garbage import GarbageTimer
from tests.ui.conftest import open_and_wait


@pytest.fixture
def program(qapp, tmp_path, tiny_models, monkeypatch):
    """Runs the program until ``then(window)`` has closed its window; gives its exit code."""
    monkeypatch.setattr(app.paths, "models_folder", lambda: tiny_models)
    monkeypatch.setattr(app.paths, "user_folder", lambda kind: tmp_path / kind)
    built = []
    build = app.build
    monkeypatch.setattr(app, "build", lambda **options: built.append(build(**options)) or built[-1])

    def run(argv, then, main=app.main):
        def begin():
            then(built[-1])

        QTimer.singleShot(0, begin)
        code = main(argv)
        built[-1].deleteLater()
        return code

    return run


def test_the_first_start_opens_the_first_bundled_model(program):
    seen = []

    def then(window):
        window.studio.pictures.settled.connect(lambda: (seen.append(window.windowTitle()), window.close()))

    assert program([], then) == 0
    assert seen[0].startswith("faces")


def test_numbers_on_the_command_line_are_for_the_last_model(program, tmp_path, tiny_models):
    np.savez(tmp_path / "walk.npz", z=np.full((2, 4), 0.5, np.float32))
    seen = []

    def then(window):
        intake, document = window.studio.intake, window.studio.document
        intake.finished.connect(lambda: (seen.append((window.windowTitle(), document.scene.z[0])), window.close()))

    assert program([str(tmp_path / "walk.npz")], then) == 0
    assert seen[0][0].startswith("faces")
    assert seen[0][1] == 0.5


def test_the_program_begins_where_it_ended_unless_it_is_told_not_to(program):
    kept, found = [], []

    def leave(window):
        def at_first():
            window.studio.pictures.settled.disconnect(at_first)
            window.studio.edits.sample(5)
            window.studio.edits.sample(6)
            window.commands["undo"].trigger()
            window.show_panel(1)
            window.panel.show_view(2)
            kept.extend(window.studio.document.scenes())
            window.close()

        window.studio.pictures.settled.connect(at_first)

    def come_back(window):
        def look():
            document = window.studio.document
            place = (window.panel.title, window.panel.view_title)
            found.append((document.scenes(), document.history.index(), document.history.undoText(), place))
            window.commands["returns"].trigger()
            window.close()

        window.studio.pictures.settled.connect(look)

    for then in (leave, come_back, come_back):
        assert program([], then) == 0
    (scenes, index, undo, place), (others, *_, other_place) = found
    assert [scene_to_json(scene) for scene in scenes] == [scene_to_json(scene) for scene in kept]
    assert (index, undo, place) == (1, "New sample", ("Traverse", "Interpolate"))
    assert len(others) == 1
    assert other_place == ("Explore", "")


def test_a_path_on_the_command_line_is_opened_and_the_theme_remembered(program, tiny_models, tmp_path):
    seen = []

    def then(window):
        window.studio.pictures.settled.connect(lambda: (seen.append(window.studio.settings.theme), window.close()))
        assert window.studio.models.is_busy

    assert program([str(tiny_models / "fashion"), "--theme", "light"], then) == 0
    assert seen == ["light"]
    assert "theme=light" in (tmp_path / "config" / "settings.ini").read_text()


@pytest.mark.parametrize(("words", "title"), [([], "faces"), (["fashion"], "fashion")])
def test_the_command_opens_the_window_on_what_follows_its_own_name(program, monkeypatch, words, title):
    monkeypatch.setattr(sys, "argv", ["latent-explorer", *words])
    seen, said = [], []

    def then(window):
        window.studio.notices.report(said.append)
        window.studio.pictures.settled.connect(lambda: (seen.append(window.windowTitle()), window.close()))

    assert program([], then, lambda _argv: __main__.main()) == 0
    assert seen[0].startswith(title)
    assert not said


def test_hooks_and_garbage_collection_are_put_back(program):
    before = sys.excepthook, threading.excepthook
    gc.enable()

    def then(window):
        assert not gc.isenabled()
        assert sys.excepthook is not before[0]
        window.close()

    program([], then)
    assert gc.isenabled()
    assert (sys.excepthook, threading.excepthook) == before


def test_a_window_can_close_while_a_model_opens(window, tiny_models):
    window.open(tiny_models / "large")
    window.close()
    assert window.studio.models.current is None


def test_a_window_can_close_while_it_walks(opened, qtbot):
    opened.panel.walk.trigger()
    qtbot.waitUntil(lambda: opened.studio.document.history.count() == 1)
    opened.close()


def test_a_newer_wish_overtakes_one_that_fails(window, qtbot, tmp_path, tiny_models):
    said = []
    window.studio.notices.report(said.append)
    window.open(tmp_path / "missing.onnx")
    open_and_wait(window, tiny_models / "faces", qtbot)
    assert not said


def test_the_garbage_timer_collects_and_gives_back(qapp, qtbot):
    gc.enable()
    timer = GarbageTimer(interval_ms=0)
    try:
        assert not gc.isenabled()
        before = gc.get_count()[0]
        waste = []
        for _ in range(2000):
            loop = []
            loop.append(loop)
            waste.append(loop)
        assert gc.get_count()[0] > before + 700
        del waste
        qtbot.waitUntil(lambda: gc.get_count()[0] < 700)
    finally:
        timer.stop()
    assert gc.isenabled()


@pytest.mark.parametrize("is_idle", [True, False])
def test_garbage_that_has_grown_old_is_collected_in_a_rest_or_at_the_latest_some_time_later(
    qapp, qtbot, monkeypatch, is_idle
):
    class Loop:
        def __init__(self):
            self.itself = self

    monkeypatch.setattr(garbage, "_MOST_TICKS", 1_000_000 if is_idle else 20)
    timer = GarbageTimer(is_idle=lambda: is_idle, interval_ms=0)
    try:
        loop = Loop()
        gc.collect(0)
        gc.collect(1)
        left = weakref.ref(loop)
        del loop
        gc.collect(1)
        assert left() is not None
        qtbot.waitUntil(lambda: left() is None)
    finally:
        timer.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about displays of Linux")
@pytest.mark.parametrize(
    ("display", "found", "said"),
    [("", None, "There is no display here"), (":7", None, "libxcb-cursor0"), (":7", "libx.so", "Qt's own words")],
)
def test_without_a_window_only_what_is_missing_is_named(monkeypatch, capsys, display, found, said):
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("ctypes.util.find_library", lambda _name: found)
    app._log_qt(QtMsgType.QtFatalMsg, None, "Qt's own words")
    told = capsys.readouterr().err
    assert said in told
    assert ("libxcb-cursor0" in told) == (said == "libxcb-cursor0")


@pytest.mark.qt_no_exception_capture
def test_warnings_of_qt_reach_the_log(qapp, caplog):
    from PySide6.QtCore import qInstallMessageHandler

    before = qInstallMessageHandler(app._log_qt)
    try:
        with caplog.at_level(logging.WARNING, "explorer"):
            qWarning("something odd")
    finally:
        qInstallMessageHandler(before)
    assert "something odd" in caplog.text
