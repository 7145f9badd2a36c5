from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from explorer.session.notices import Notice
from explorer.session.train.last_run import LastRun, remember_run
from explorer.session.train.speed_trials import SpeedTrial
from explorer.training.learning.devices import OutOfMemory
from explorer.training.runs.length_presets import presets
from explorer.training.runs.run import Run
from explorer.training.runs.run_folder import kept_steps, read_spec, sheets
from explorer.training.runs.spec import RunSpec
from explorer.ui.theme import grown
from explorer.ui.train import new_run_page
from explorer.ui.train.choosing.picture_choice import PictureChoice
from explorer.ui.train.health_list import HealthList
from explorer.ui.train.new_run_form import FORM_PX
from explorer.ui.train.run_words import problem_words
from explorer.ui.train.runs_view import RunsView
from explorer.ui.window.interrupted import tell_of_interrupted
from explorer.ui.window.main_window import MainWindow
from tests.pictures import labelled_folder
from tests.ui.conftest import open_and_wait

TINY = {"width": 0.1, "batch_size": 4, "latent_size": 4}
PATIENCE_MS = 60_000
PANEL = "Train"


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
def view(window: MainWindow) -> RunsView:
    return shown(window)


def shown(window: MainWindow) -> RunsView:
    titles = [panel.title for panel in window.panels]
    window.show_panel(titles.index(PANEL))
    view = window.panel.view
    assert isinstance(view, RunsView)
    return view


def begun(view: RunsView, pictures: Path, **changes) -> Path:
    told = {"family": "dcgan", "data": str(pictures), "size": 32, "steps": 100_000, "settings": TINY}
    folder = view.trainings.begin(RunSpec(**(told | {"name": "mine"} | changes)))
    view.watch(folder)
    return folder


def set_by_hand(page, spec) -> None:
    """Family, size, steps and settings, as somebody sets them who wants no preset."""
    page.form.show_value(spec)
    page.form.family_chosen.emit()
    page.form.steps_chosen.emit()


def wait_for_step(view: RunsView, folder: Path, step: int, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: view.trainings.of(folder).facts.done_steps >= step, timeout=PATIENCE_MS)


def wait_for_state(view: RunsView, folder: Path, state: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: view.trainings.of(folder).state == state, timeout=PATIENCE_MS)


def test_one_can_train_before_a_model_is_open(window, view, qtbot):
    assert window.studio.models.current is None
    assert view.isVisible()
    assert view.isEnabled()
    qtbot.waitUntil(lambda: view.pages.currentIndex() == 0, timeout=PATIENCE_MS)  # it has looked for runs
    window.show_panel(0)
    assert not window.panel.isVisible()


def test_the_form_of_a_new_run_stays_as_wide_with_another_theme_and_grows_with_the_letters_alone(window, view, qtbot):
    view.begin_new()
    form = view.new_page.form
    qtbot.waitUntil(lambda: form.family is not None, timeout=PATIENCE_MS)
    needed = form.widget().minimumSizeHint().width()
    window.commands["theme"].trigger()
    qtbot.wait(20)
    assert form.widget().minimumSizeHint().width() == needed
    assert form.width() == FORM_PX
    try:
        window.commands["large"].trigger()
        qtbot.wait(20)
        assert form.widget().minimumSizeHint().width() <= form.viewport().width()
        assert form.width() == form.parentWidget().width() == grown(FORM_PX, form)
    finally:
        window.commands["normal"].trigger()


def test_what_is_assumed_of_pictures_is_shown_and_can_be_changed(view, tmp_path, qtbot):
    values = np.random.RandomState(0).randint(0, 4096, (12, 32, 32)).astype(np.uint16)
    np.savez(tmp_path / "deep.npz", images=values)
    view.begin_new()
    page, preview = view.new_page, view.new_page.preview
    qtbot.waitUntil(lambda: page.form.family is not None, timeout=PATIENCE_MS)
    set_by_hand(page, {"family": "dcgan", "size": 32, "steps": 4, "settings": TINY})
    page.take(str(tmp_path / "deep.npz"))
    qtbot.waitUntil(page.form.foot.start.isEnabled, timeout=PATIENCE_MS)
    assert preview.assumptions.text() == "Assumed: range=0..4095 (uint16; 12 bits); colour=no; classes=no."
    assert preview.form.lines["range"].placeholderText() == "0..4095 (uint16; 12 bits)"
    assert not preview.warnings.isVisible()

    preview.form_fold.button.click()
    preview.form.lines["range"].setText("0..1000000")
    preview.form.lines["range"].editingFinished.emit()
    qtbot.waitUntil(lambda: "range=0..1000000" in preview.assumptions.text(), timeout=PATIENCE_MS)
    assert "span only" in preview.warnings.text()
    preview.form.lines["range"].setText("dark")
    preview.form.lines["range"].editingFinished.emit()
    qtbot.waitUntil(lambda: preview.form.lines["range"].text() == "0..1000000", timeout=PATIENCE_MS)

    qtbot.waitUntil(page.form.foot.start.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(page.form.foot.start, Qt.MouseButton.LeftButton)
    wait_for_state(view, view.folder, "done", qtbot)
    assert read_spec(view.folder)["assume"]["range"] == "0..1000000"


def test_the_form_trains_what_it_says(view, pictures, qtbot):
    view.begin_new()
    page, form = view.new_page, view.new_page.form
    assert not form.foot.start.isEnabled()
    qtbot.waitUntil(lambda: form.family is not None, timeout=PATIENCE_MS)
    set_by_hand(page, {"family": "dcgan", "size": 32, "steps": 4, "seed": 5, "settings": TINY})
    page.take(str(pictures))
    qtbot.waitUntil(form.foot.start.isEnabled, timeout=PATIENCE_MS)
    assert page.preview.summary.text().startswith("12 pictures")
    assert form.name_box.text() == "pictures DCGAN"

    qtbot.mouseClick(form.foot.start, Qt.MouseButton.LeftButton)

    folder = view.folder
    assert folder is not None
    wait_for_state(view, folder, "done", qtbot)
    facts = view.trainings.of(folder).facts
    assert (facts.name, facts.steps, facts.size) == ("pictures DCGAN", 4, 32)


def test_a_run_takes_minutes_unless_another_length_is_chosen(view, pictures, qtbot, monkeypatch):
    """The trial is told rather than made; steps that were set by hand are kept for other pictures."""
    view.begin_new()
    page, form = view.new_page, view.new_page.form
    qtbot.waitUntil(lambda: form.family is not None, timeout=PATIENCE_MS)
    asked = []
    monkeypatch.setattr(page.trials, "measure", lambda request: asked.append(request) or True)
    monkeypatch.setattr(type(page.trials), "is_busy", property(lambda _trials: len(asked) > len(told)))
    told = []

    def tell(rate: float) -> None:
        told.append(rate)
        found = presets(rate, size=form.size_px, batch_size=form.config.batch_size, width=None, count=12)
        page._on_measured(SpeedTrial(asked[-1], rate, found))

    page.take(str(pictures))
    qtbot.waitUntil(lambda: len(asked) > 0, timeout=PATIENCE_MS)
    assert form.family.key == "r3gan"  # the sound choice for so few
    assert form.family_box.itemText(0) == "GANs"
    assert not form.foot.start.isEnabled()
    assert "Measuring" in form.foot.start.toolTip()
    told.extend(asked[:-1])
    tell(1000.0)
    assert form.foot.start.isEnabled()
    assert form.length.buttons[0].isChecked()
    assert form.steps_box.value < 10_000

    form.steps_box.show_value(77)
    form.steps_chosen.emit()
    page.take(str(pictures))
    qtbot.waitUntil(lambda: page._data is not None, timeout=PATIENCE_MS)
    told.extend(asked[len(told) : -1])
    tell(500.0)
    assert round(form.steps_box.value) == 77

    form.choose_family("dcgan")
    assert "R3GAN" in form.suggestion.text()
    form.suggestion.click()
    assert form.family.key == "r3gan"
    assert form.suggestion.isHidden()


def test_pictures_can_be_left_out_and_near_doubles_stand_first(view, pictures, qtbot):
    pixels = np.asarray(Image.open(sorted(pictures.glob("*.png"))[0]).convert("RGB")).astype(int)
    Image.fromarray(np.clip(pixels + 2, 0, 255).astype(np.uint8)).save(pictures / "zz-again.png")
    view.begin_new()
    page = view.new_page
    qtbot.waitUntil(lambda: page.form.family is not None, timeout=PATIENCE_MS)
    set_by_hand(page, {"family": "dcgan", "size": 32, "steps": 2, "settings": TINY})
    page.take(str(pictures))
    qtbot.waitUntil(page.form.foot.start.isEnabled, timeout=PATIENCE_MS)
    assert page.preview.doubles.text() == "1 nearly the same as another."
    page.preview.choose.click()
    dialog = page.preview.findChild(PictureChoice)
    assert dialog.list.item(1).text() == "zz-again.png"  # beside the one that it is like
    dialog.leave.click()
    dialog.items[1].setCheckState(Qt.CheckState.Unchecked)
    assert "11 of 13" in dialog.words.text()
    dialog._take()
    qtbot.waitUntil(lambda: page.preview.summary.text().startswith("11 pictures"), timeout=PATIENCE_MS)
    assert page.preview.doubles.text() == "2 left out by hand."
    qtbot.waitUntil(page.form.foot.start.isEnabled, timeout=PATIENCE_MS)
    page.form.foot.start.click()
    wait_for_state(view, view.folder, "done", qtbot)
    assert "zz-again.png" in read_spec(view.folder)["left_out"]
    assert len(Run.open(view.folder).pictures()) == 11


def test_small_pictures_are_chosen_from_large_icons_and_by_the_ends_of_their_names(qtbot):
    names = [f"a-long-folder/another-long-folder/{number:02d}.png" for number in range(4)]
    dialog = PictureChoice(np.zeros((4, 32, 32, 3), np.uint8), names, (), {})
    qtbot.addWidget(dialog)
    item = dialog.list.item(2)
    assert item.icon().actualSize(dialog.list.iconSize()).width() >= 64
    assert (item.text(), item.toolTip()) == ("02.png", names[2])
    dialog.items[2].setCheckState(Qt.CheckState.Unchecked)
    assert dialog.left_out() == (names[2],)


def test_another_size_paints_no_more_portraits_than_are_shown(view, qtbot, monkeypatch):
    monkeypatch.setattr("explorer.session.train.training_pictures._DRAWN", 6)
    view.begin_new()
    page = view.new_page
    qtbot.waitUntil(lambda: page.form.family is not None, timeout=PATIENCE_MS)
    page._measures = False
    page.form.show_value({"size": 32})
    page.take("portraits:4000")
    qtbot.waitUntil(lambda: page._data is not None, timeout=PATIENCE_MS)
    assert page._data.count == 4000
    assert len(page._data.found) == 6
    assert page._data.kept(0.25) == 3000
    assert page.preview.choose.isHidden()


def test_the_form_is_opened_at_its_top(window, view, qtbot):
    window.resize(960, 600)
    view.begin_new()
    qtbot.waitUntil(lambda: view.new_page.form.verticalScrollBar().maximum() > 0, timeout=PATIENCE_MS)
    view.new_page.form.verticalScrollBar().setValue(200)
    view.begin_new()
    assert view.new_page.form.verticalScrollBar().value() == 0


def test_somebody_who_quits_while_it_trains_is_asked_and_it_can_go_on_without_the_window(
    window, view, pictures, qtbot, monkeypatch
):
    started = []
    monkeypatch.setattr(
        "explorer.session.train.runs.start_process", lambda facts, *_: started.append(facts) or _Ended()
    )
    folder = begun(view, pictures)
    wait_for_step(view, folder, 2, qtbot)

    window.leave()
    box = window.findChild(QMessageBox)
    assert "is being trained" in box.text()
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert view.trainings.current == folder

    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is None, timeout=PATIENCE_MS)
    window.leave()
    box = window.findChild(QMessageBox)
    with qtbot.waitSignal(window.closed, timeout=PATIENCE_MS):
        next(each for each in box.buttons() if each.text() == "Go on without the window").click()
    assert [facts.folder for facts in started] == [folder]
    assert started[0].kept_step >= 2
    assert view.trainings.interrupted is None


class _Ended:
    """A process that went its own way."""

    returncode = 0

    def poll(self) -> int:
        return 0


def test_a_family_that_needs_classes_says_so_before_the_start(view, pictures, qtbot):
    (pictures / "labels.csv").unlink()
    view.begin_new()
    form = view.new_page.form
    qtbot.waitUntil(lambda: form.family is not None, timeout=PATIENCE_MS)
    set_by_hand(view.new_page, {"family": "cvae", "size": 32})
    view.new_page.take(str(pictures))
    qtbot.waitUntil(lambda: form.foot.remarks.isVisibleTo(form.foot), timeout=PATIENCE_MS)
    assert "no classes" in form.foot.remarks.text()
    assert not form.foot.start.isEnabled()


def test_an_empty_folder_is_refused_where_it_was_chosen(view, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    view.take(tmp_path / "empty")
    qtbot.waitUntil(lambda: view.new_page.preview.pages.currentIndex() == 0, timeout=PATIENCE_MS)
    assert "Choose pictures" not in view.new_page.preview.empty.title.text()
    assert not view.new_page.form.foot.start.isEnabled()


def test_a_run_is_watched_paused_and_stopped(view, pictures, qtbot):
    folder = begun(view, pictures)
    page = view.watch_page
    wait_for_step(view, folder, 3, qtbot)
    qtbot.waitUntil(lambda: "critic" in page.plots.store.of(str(folder)), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.samples.picture.picture is not None, timeout=PATIENCE_MS)
    header = page.header
    assert header.go.text() == "Pause"
    qtbot.mouseClick(header.go, Qt.MouseButton.LeftButton)
    assert view.trainings.of(folder).state == "paused"
    assert header.go.text() == "Resume"
    qtbot.mouseClick(header.stop, Qt.MouseButton.LeftButton)
    wait_for_state(view, folder, "stopped", qtbot)
    assert header.export.isVisible()


def test_the_samples_go_back_through_training(view, pictures, qtbot):
    folder = begun(view, pictures, steps=12)
    wait_for_state(view, folder, "done", qtbot)
    samples = view.watch_page.samples
    samples.refresh()
    qtbot.waitUntil(lambda: samples.slider.shown_range[1] == len(sheets(folder)) - 1 > 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not samples.is_busy, timeout=PATIENCE_MS)
    newest = samples.step
    with qtbot.waitSignal(samples.step_shown, timeout=PATIENCE_MS) as told:
        qtbot.keyClick(samples.slider, Qt.Key.Key_PageDown)  # ten sheets back, or to the first
    assert told.args == [samples.step]
    assert samples.step < newest
    with qtbot.waitSignal(samples.step_shown, timeout=PATIENCE_MS):
        samples.newest.click()
    assert samples.step == newest


def test_several_runs_lie_over_each_other_in_the_plots(view, pictures, qtbot):
    first = begun(view, pictures, steps=5, name="first")
    wait_for_state(view, first, "done", qtbot)
    second = begun(view, pictures, steps=5, name="second")
    wait_for_state(view, second, "done", qtbot)
    page = view.watch_page
    page.overlay({first: "first"})
    qtbot.waitUntil(lambda: {line.run for line in page.plots.lines()} == {str(first), str(second)}, timeout=PATIENCE_MS)


def test_a_run_is_duplicated_with_its_settings(view, pictures, qtbot):
    folder = begun(view, pictures, steps=2, seed=9)
    wait_for_state(view, folder, "done", qtbot)
    view.commands.do("duplicate", folder)
    form = view.new_page.form
    qtbot.waitUntil(form.foot.start.isEnabled, timeout=PATIENCE_MS)
    told = form.value()
    assert (told["seed"], told["steps"], told["size"], told["settings"]) == (9, 2, 32, TINY)
    assert told["name"] == "pictures DCGAN"


def test_a_duplicate_keeps_the_label_file_of_its_run(view, pictures, tmp_path, qtbot):
    labels = (pictures / "labels.csv").rename(tmp_path / "elsewhere.csv")
    folder = begun(view, pictures, family="cvae", steps=1, attributes=str(labels))
    wait_for_state(view, folder, "done", qtbot)
    view.commands.do("duplicate", folder)
    start = view.new_page.form.foot.start
    qtbot.waitUntil(start.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert view.folder != folder
    assert read_spec(view.folder)["attributes"] == str(labels)
    wait_for_state(view, view.folder, "done", qtbot)


def test_a_deleted_run_can_be_put_back(window, view, pictures, qtbot):
    folder = begun(view, pictures, steps=2)
    wait_for_state(view, folder, "done", qtbot)
    with qtbot.assertNotEmitted(view.watch_page.header.wanted):
        qtbot.keyClick(window, Qt.Key.Key_Space)  # pauses and resumes what trains: not what is done
    qtbot.keyClick(view.list, Qt.Key.Key_Delete)
    assert not folder.exists()
    assert view.pages.currentIndex() == 0
    qtbot.mouseClick(view.side.undo, Qt.MouseButton.LeftButton)
    assert view.trainings.of(folder).state == "done"
    assert view.folder == folder


def test_each_undo_puts_back_the_run_that_it_tells_of(window, view, pictures, qtbot, monkeypatch):
    told: list[Notice] = []
    folders = [begun(view, pictures, steps=1, name=name) for name in ("first", "second")]
    for folder in folders:
        wait_for_state(view, folder, "done", qtbot)
    monkeypatch.setattr(window.studio.notices, "show", told.append)
    for folder in folders:
        view.commands.do("delete", folder)
    undo = told[0].do
    undo()
    assert [folder.exists() for folder in folders] == [True, False]
    undo()  # a second time does nothing
    assert [folder.exists() for folder in folders] == [True, False]
    assert view.commands.deleted == "second"
    undo_last = window.commands["undo"]
    assert undo_last.text() == "Undo: Delete second"
    undo_last.trigger()
    assert folders[1].exists()
    window.commands["redo"].trigger()
    assert not folders[1].exists()


def test_health_is_told_anew_when_the_run_is_old_enough(qtbot):
    health = HealthList()
    qtbot.addWidget(health)
    health.show()
    health.show_findings((), is_young=True)
    assert "too early" in health.words.text()
    health.show_findings((), is_young=False)
    assert "nothing unusual" in health.words.text()
    health.show_findings((), is_young=False, is_over=True)
    assert "at the end" in health.words.text()
    health.show_findings((), is_young=True, is_over=True)
    assert "too few steps" in health.words.text()


def test_a_window_that_was_closed_during_a_run_offers_to_resume_it(build_window, pictures, qtbot):
    first = build_window()
    view = shown(first)
    folder = begun(view, pictures)
    wait_for_step(view, folder, 2, qtbot)
    first.close()

    second = build_window()
    view = shown(second)
    page = view.watch_page
    qtbot.waitUntil(lambda: page.notice.isVisible(), timeout=PATIENCE_MS)
    assert view.folder == folder
    assert not page.note_button.isVisible()  # one button resumes: that of the head
    qtbot.mouseClick(page.header.go, Qt.MouseButton.LeftButton)
    wait_for_state(view, folder, "training", qtbot)
    assert not page.notice.isVisible()


def test_a_run_that_was_broken_off_is_offered_at_the_start_without_looking_for_it(build_window, pictures, qtbot):
    first = build_window()
    folder = begun(shown(first), pictures)
    wait_for_step(shown(first), folder, 2, qtbot)
    first.close()

    second = build_window()
    tell_of_interrupted(second)
    qtbot.waitUntil(lambda: second.toasts.count == 1)
    assert "mine was interrupted" in second.toasts.shown[0].title
    qtbot.mouseClick(second.toasts.shown[0].action_button, Qt.MouseButton.LeftButton)
    view = shown(second)
    wait_for_state(view, folder, "training", qtbot)
    assert view.folder == folder


def test_a_deleted_run_comes_back_by_ctrl_z_in_the_list_and_by_the_button_of_the_notice(window, view, pictures, qtbot):
    folder = begun(view, pictures, steps=2)
    wait_for_state(view, folder, "done", qtbot)
    view.list.setFocus()
    qtbot.keyClick(view.list, Qt.Key.Key_Delete)
    assert not folder.exists()
    view.trainings.look()
    qtbot.waitUntil(lambda: not view.trainings.is_looking, timeout=PATIENCE_MS)
    assert view.trainings.all == ()
    qtbot.keyClick(view.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert view.trainings.has(folder)
    assert view.side.undo.isHidden()

    view.commands.do("delete", folder)
    qtbot.waitUntil(lambda: hasattr(window.toasts.shown[-1], "action_button"))
    window.toasts.shown[-1].action_button.click()
    assert folder.is_dir()


def test_plots_can_be_saved_and_drawn_against_the_time(view, pictures, tmp_path, qtbot):
    folder = begun(view, pictures, steps=3)
    wait_for_state(view, folder, "done", qtbot)
    plots = view.watch_page.plots
    qtbot.waitUntil(lambda: len(plots.store.of(str(folder)).get("critic", ())) == 3, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: plots.rows.height() > 0, timeout=PATIENCE_MS)
    offers = {offer.suffix: offer for offer in plots.offers()}
    for suffix in (".png", ".csv"):
        offers[suffix].write(tmp_path / f"saved{suffix}", lambda _share: None, lambda: False)
    assert QImage(str(tmp_path / "saved.png")).width() == 2 * plots.rows.width()
    assert (tmp_path / "saved.csv").read_text().count("critic") >= 3
    menu = plots.controls.export.menu()
    menu.fill()
    assert [action.text()[-5:] for action in menu.actions()] == ["(PNG)", "(SVG)", "(PDF)", "(CSV)"]


def test_the_training_of_a_run_is_saved_as_a_film(view, pictures, tmp_path, qtbot):
    folder = begun(view, pictures, steps=5)
    wait_for_state(view, folder, "done", qtbot)
    samples = view.watch_page.samples
    qtbot.waitUntil(lambda: len(samples._steps) >= 3, timeout=PATIENCE_MS)
    offers = {offer.suffix: offer for offer in samples.offers()}
    for suffix in (".png", ".gif"):
        offers[suffix].write(tmp_path / f"film{suffix}", lambda _share: None, lambda: False)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == len(samples._steps) + 15
    assert (tmp_path / "film.png").read_bytes().startswith(b"\x89PNG")


def test_a_preset_does_not_add_to_another_and_the_next_run_begins_with_what_was_chosen(build_window, pictures, qtbot):
    window = build_window()
    view = shown(window)
    view.begin_new()
    page, form = view.new_page, view.new_page.form
    qtbot.waitUntil(lambda: form.family is not None, timeout=PATIENCE_MS)
    set_by_hand(page, {"family": "vae", "size": 32, "settings": {**TINY, "width": 0.2}})
    page.take(str(pictures))
    qtbot.waitUntil(lambda: form.length.measured is not None, timeout=PATIENCE_MS)
    measured = form.length.measured
    slow = replace(measured, presets=presets(5.0, size=32, batch_size=4, width=0.2, count=12))
    form.length.show_measured(slow)
    for number in (0, 1, 0):
        form.length.buttons[number].click()
        assert form.config.width == 0.1
        assert form.length.measured is slow
    assert form.length.buttons[0].isChecked()
    assert "about" in form.length.buttons[0].accessibleName()
    form.steps_box.show_value(2)
    qtbot.waitUntil(form.foot.start.isEnabled, timeout=PATIENCE_MS)
    form.foot.start.click()
    wait_for_state(view, view.folder, "done", qtbot)
    window.close()

    again = shown(build_window())
    again.begin_new()
    form = again.new_page.form
    qtbot.waitUntil(lambda: form.family is not None and again.new_page._data is not None, timeout=PATIENCE_MS)
    assert form.family.key == "vae"
    assert form.size_px == 32
    assert round(form.steps_box.value) == 2


def test_a_long_name_widens_nothing(window, view, pictures, qtbot):
    window.resize(1280, 720)
    folder = begun(view, pictures, name="A very long name that goes on and on " * 5)
    wait_for_step(view, folder, 2, qtbot)
    for _ in range(2):
        assert window.minimumSizeHint().width() <= 1280
        assert window.minimumSizeHint().height() <= 720
        view.trainings.stop(folder)
        qtbot.waitUntil(lambda: not view.trainings.of(folder).is_active, timeout=PATIENCE_MS)
    assert window.width() == 1280


def test_a_run_that_failed_can_be_begun_again_with_what_mends_it(view, pictures, qtbot):
    folder = begun(view, pictures, steps=2)
    wait_for_state(view, folder, "done", qtbot)
    words, button = problem_words(OutOfMemory("GPU memory", 4, 2))
    assert "GPU memory ran out" in words
    assert button == "Start over with batch size 2 …"
    view.trainings._failures.add(folder, OutOfMemory("GPU memory", 4, 2))
    view.commands.do("mend", folder)
    form = view.new_page.form
    qtbot.waitUntil(lambda: form.family is not None and form.config.batch_size == 2, timeout=PATIENCE_MS)


@pytest.mark.timeout(400)
def test_a_finished_run_is_exported_and_opened(window, view, pictures, qtbot):
    folder = begun(view, pictures, steps=2)
    wait_for_state(view, folder, "done", qtbot)
    with qtbot.waitSignal(view.exports.done, timeout=3 * PATIENCE_MS) as told:
        view.watch_page.header.export.click()
    assert "steps of 1/255" in told.args[0].sentence
    assert (folder / "model" / "generator.onnx").is_file()
    open_and_wait(window, folder / "model", qtbot)
    assert window.studio.models.current.name == "mine"
    assert window.studio.models.current.generator.card.steps == 2


def explored(window: MainWindow, view: RunsView, folder: Path, qtbot: QtBot) -> int:
    """The step at which the run is explored; it stands still meanwhile, to leave the processor to the export."""
    live = window.studio.live
    before = live.step
    view.trainings.resume(folder)
    if live.run is None:
        view.watch_page.header.live.click()
    qtbot.waitUntil(lambda: (kept_steps(folder) or [0])[-1] > before, timeout=PATIENCE_MS)
    view.trainings.pause(folder)
    qtbot.waitUntil(lambda: live.step > before, timeout=2 * PATIENCE_MS)
    qtbot.waitUntil(lambda: window.studio.models.current is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: not window.studio.models.is_busy and not window.studio.pictures.is_busy, timeout=PATIENCE_MS
    )
    return live.step


@pytest.mark.timeout(400)
def test_the_model_in_training_is_explored_and_the_scene_stays(window, view, pictures, qtbot, tiny_models):
    folder = begun(view, pictures)
    wait_for_step(view, folder, 1, qtbot)
    studio = window.studio
    first = explored(window, view, folder, qtbot)
    assert window.panel is window.panels[0]
    assert studio.models.current.name.endswith(f"step {first:,}")
    studio.edits.set_value(0, 1.5)
    scene, steps = studio.document.scene, studio.document.history.count()

    second = explored(window, view, folder, qtbot)

    assert studio.document.scene is scene
    assert studio.document.history.count() == steps
    assert studio.models.current.name.endswith(f"step {second:,}")

    open_and_wait(window, tiny_models / "faces", qtbot)
    assert studio.live.run is None
    assert not view.watch_page.header.live.isChecked()


def test_a_folder_that_is_dropped_is_learned_from(view, pictures, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(pictures))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    view.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
    qtbot.waitUntil(lambda: view.new_page.preview.pages.currentIndex() == 2, timeout=PATIENCE_MS)


def test_every_control_has_a_name_and_a_tip(view):
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider

    header, samples, form = view.watch_page.header, view.watch_page.samples, view.new_page.form
    for part in (header, samples, form, form.foot):
        for kind in (QAbstractButton, QComboBox, QLineEdit, QSlider):
            for control in part.findChildren(kind):
                if control.objectName().startswith("qt_"):
                    continue
                assert control.accessibleName() or getattr(control, "text", str)()


@pytest.mark.parametrize(("source", "proposed"), [("grey:4", "grey:4"), ("portraits:9", "portraits:9"), ("gone", "")])
def test_the_last_source_is_proposed_again(view, monkeypatch, source, proposed):
    """A word of another package as well as one of ours; a folder only where it still is."""
    monkeypatch.setattr(new_run_page, "names", lambda _kind: {"grey"})
    monkeypatch.setattr(view.new_page, "_open", lambda: None)
    remember_run(view.studio.settings, LastRun("dcgan", 32, 10, 0.0, source))
    view.new_page._take_last()
    assert view.new_page._source == proposed
