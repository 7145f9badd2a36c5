"""A run goes on from a trained model, chosen in the form of a new run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt

from explorer.paths import models_folder
from explorer.session.train.last_run import last_run
from explorer.training.runs.run_folder import read_spec
from explorer.training.runs.spec import RunSpec
from explorer.ui.train.runs_view import RunsView
from explorer.ui.window.main_window import MainWindow
from tests.pictures import labelled_folder

TINY = {"width": 0.1, "batch_size": 4, "latent_size": 4}
PATIENCE_MS = 60_000


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return labelled_folder(tmp_path / "pictures", count=12, size=32)


@pytest.fixture
def view(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> RunsView:
    window.show_panel([panel.title for panel in window.panels].index("Train"))
    view = window.panel.view
    assert isinstance(view, RunsView)
    monkeypatch.setattr(view.new_page, "_measures", False)  # how long it takes is no matter here
    return view


def asked(view: RunsView, pictures: Path, size: int, qtbot) -> None:
    """The form of a new run with its pictures opened and its starts found."""
    view.begin_new()
    page = view.new_page
    qtbot.waitUntil(lambda: page.form.family is not None, timeout=PATIENCE_MS)
    page.form.show_value({"size": size})
    page.take(str(pictures))
    qtbot.waitUntil(lambda: page._data is not None and not page.is_busy, timeout=PATIENCE_MS)


def choose(view: RunsView, name: str) -> None:
    box = view.new_page.form.starts.box
    box.setCurrentText(name)
    box.activated.emit(box.currentIndex())


def remarks(view: RunsView) -> str:
    return view.new_page.form.foot.remarks.text()


def test_a_run_goes_on_from_another_and_the_next_one_knows_nothing_of_it(view, pictures, qtbot):
    spec = RunSpec("dcgan", str(pictures), 32, 2, settings=TINY, name="first")
    first = view.trainings.begin(spec)
    qtbot.waitUntil(lambda: view.trainings.of(first).state == "done", timeout=PATIENCE_MS)
    asked(view, pictures, 32, qtbot)
    page, form, starts = view.new_page, view.new_page.form, view.new_page.form.starts
    assert starts.isVisible()
    assert [starts.box.itemText(index) for index in range(starts.box.count())] == ["Nothing: start fresh", "first"]
    assert form.family.key == "r3gan"  # what suits so few, where nothing is gone on from

    choose(view, "first")
    assert (form.family.key, form.config.width, form.config.latent_size) == ("dcgan", 0.1, 4)
    qtbot.waitUntil(form.foot.start.isEnabled, timeout=PATIENCE_MS)
    assert "The generator and critic of first go on learning; nothing is frozen." in remarks(view)
    choose(view, "Nothing: start fresh")
    assert form.family.key == "r3gan"
    choose(view, "first")

    form.steps_box.show_value(1)
    form.steps_chosen.emit()
    qtbot.waitUntil(form.foot.start.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(form.foot.start, Qt.MouseButton.LeftButton)
    second = view.folder
    qtbot.waitUntil(lambda: view.trainings.of(second).state == "done", timeout=PATIENCE_MS)
    assert read_spec(second)["start"] == str(first)
    assert read_spec(second)["settings"] == TINY
    assert last_run(view.studio.settings).family == "r3gan"
    view.begin_new()
    assert starts.start == ""
    assert form.family.key == "r3gan"
    page.close_work()


def test_a_model_of_another_size_is_offered_and_brings_its_size_and_what_does_not_fit_is_said(
    window, view, pictures, qtbot
):
    window.studio.settings.remember_recent(models_folder() / "faces")
    asked(view, pictures, 32, qtbot)
    page, form = view.new_page, view.new_page.form
    assert form.starts.isVisible()
    choose(view, "faces, 64 × 64")
    assert (form.family.key, form.size_px) == ("vaegan", 64)
    qtbot.waitUntil(form.foot.start.isEnabled, timeout=PATIENCE_MS)
    assert page._data.request.size == 64
    assert form.starts.box.currentText() == "faces"
    assert "of faces go on learning; nothing is frozen." in remarks(view)
    choose(view, "Nothing: start fresh")
    assert (form.family.key, form.size_px) == ("r3gan", 32)
    qtbot.waitUntil(lambda: page._data is not None and not page.is_busy, timeout=PATIENCE_MS)
    choose(view, "faces, 64 × 64")
    qtbot.waitUntil(form.foot.start.isEnabled, timeout=PATIENCE_MS)

    form.show_value({"family": "vaegan", "settings": {"width": 0.5}})
    form.changed.emit()
    assert not form.foot.start.isEnabled()
    qtbot.waitUntil(lambda: "No network of faces fits" in remarks(view), timeout=PATIENCE_MS)
    assert not form.foot.start.isEnabled()
    assert "start fresh" not in remarks(view)


def test_what_was_moved_away_is_told_in_a_sentence(view, pictures, qtbot, tmp_path):
    asked(view, pictures, 32, qtbot)
    form = view.new_page.form
    view.new_page.begin({"family": "dcgan", "size": 32, "data": str(pictures), "start": str(tmp_path / "gone")})
    qtbot.waitUntil(lambda: "gone" in remarks(view) and not view.new_page.is_busy, timeout=PATIENCE_MS)
    assert form.starts.box.currentText() == "gone"
    assert "has no checkpoint to start from" in remarks(view)
    assert not form.foot.start.isEnabled()
