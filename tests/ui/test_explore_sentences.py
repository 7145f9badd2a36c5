"""The box for sentences in Explore: it paints as one writes, completes words, and names those it never learned."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.core.inference.perception import Encoder
from explorer.core.rendering.latents import slerp
from explorer.session.document import Document
from explorer.ui.explore.latent_side import LatentSide
from explorer.ui.explore.sentence_box import SentenceBox
from explorer.ui.explore.sentence_edit import SentenceEdit
from explorer.ui.traverse.interpolate_view import InterpolateView
from explorer.ui.traverse.plane_view import PlaneView
from explorer.ui.window.main_window import MainWindow
from tests.models import tiny_encoder
from tests.sentences import NOISE, SAID, WORDS, tiny_sentence_model
from tests.ui.conftest import open_and_wait


@pytest.fixture
def box(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> SentenceBox:
    open_and_wait(window, tiny_sentence_model(tmp_path / "talk"), qtbot)
    found = window.findChildren(SentenceBox)[0]
    found.edit.setFocus()
    return found


def write(box: SentenceBox, words: str) -> None:
    QTest.keyClicks(box.edit, words)
    box.edit.offered.hide()


def document(window: MainWindow) -> Document:
    return window.studio.document


def test_a_model_without_words_has_no_box(opened: MainWindow) -> None:
    assert not any(found.isVisible() for found in opened.findChildren(SentenceBox))


def test_what_is_written_is_painted_and_leaves_the_noise(window: MainWindow, box: SentenceBox) -> None:
    before = document(window).scene.z.copy()

    write(box, "red hat")

    scene = document(window).scene
    assert scene.sentence == "red hat"
    assert (scene.z[:NOISE] == before[:NOISE]).all()
    assert scene.z[NOISE:].any()


def test_a_sentence_is_one_step_and_return_begins_the_next(window: MainWindow, box: SentenceBox) -> None:
    steps = len(document(window).steps()[0])

    write(box, "red hat")
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    write(box, " smiling")

    assert len(document(window).steps()[0]) == steps + 2
    document(window).history.undo()
    assert (document(window).scene.sentence, box.edit.toPlainText()) == ("red hat", "red hat")
    document(window).history.undo()
    assert (document(window).scene.sentence, box.edit.toPlainText()) == ("", "")


def test_a_new_sample_says_the_same(window: MainWindow, box: SentenceBox) -> None:
    write(box, "red hat")
    said = document(window).scene.z[NOISE:].copy()

    window.studio.edits.sample(77)

    assert document(window).scene.sentence == box.edit.toPlainText() == "red hat"
    assert (document(window).scene.z[NOISE:] == said).all()


def test_the_critic_says_how_well_the_picture_fits_what_is_said(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tiny_sentence_model(tmp_path / "critical")
    tiny_encoder(folder / "matcher.onnx", latent=SAID)
    open_and_wait(window, folder, qtbot)
    box = window.findChildren(SentenceBox)[0]
    assert not box.fit.isVisible()

    with qtbot.waitSignal(box.judge.judged, timeout=20_000) as told:
        window.studio.edits.say("red hat")

    fit, drawn = told.args
    with closing(Encoder.open(folder / "matcher.onnx", "cpu", trusted=True)) as matcher:
        (shown,) = matcher.latents(drawn.picture[None])
    assert fit == pytest.approx(float(shown @ drawn.scene.z[NOISE:]), abs=1e-5)
    assert box.fit.isVisible()
    assert f"{abs(fit):.1f})" in box.fit.text()
    assert ("does not fit" in box.fit.text()) == (fit <= 0.0)
    box.clear.click()
    assert not box.fit.isVisible()


def test_a_model_without_that_part_of_its_critic_says_nothing_of_it(
    window: MainWindow, box: SentenceBox, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=20_000):
        write(box, "red hat")

    assert not box.judge.is_busy
    assert not box.fit.isVisible()


def test_unknown_words_are_named_once_they_are_written(window: MainWindow, box: SentenceBox) -> None:
    write(box, "red zebra")

    assert box.remark.isVisible()
    assert box.remark.text() == "It never learned: zebra."
    assert document(window).scene.sentence == "red zebra"
    write(box, "\b" * 5 + "ha")
    assert not box.remark.isVisible(), "the word has only begun"
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert box.remark.text() == "It never learned: ha."


def test_unknown_words_are_struck_out(box: SentenceBox) -> None:
    write(box, "red zebra hat")

    layout = box.edit.document().firstBlock().layout()
    struck = [(found.start, found.length) for found in layout.formats() if found.format.fontStrikeOut()]
    assert struck == [(4, 5)]


@pytest.mark.parametrize(
    ("words", "said"),
    [("привет", "This model knows none of the words in “привет”."), ("red " * 9, "The sentence has 9 words.")],
)
def test_a_sentence_that_cannot_be_said_is_told_and_leaves_the_picture(
    window: MainWindow, box: SentenceBox, words: str, said: str
) -> None:
    box.edit.setPlainText("blue")
    before = document(window).scene

    box.edit.setPlainText(words)

    assert box.remark.text().startswith(said)
    assert document(window).scene is before


def test_words_are_completed_by_tab(window: MainWindow, box: SentenceBox) -> None:
    QTest.keyClicks(box.edit, "red gl")
    assert box.edit.offered.isVisible()

    QTest.keyClick(box.edit.offered, Qt.Key.Key_Tab)  # which has the keyboard while it is open

    assert box.edit.toPlainText() == "red glasses "
    assert document(window).scene.sentence == "red glasses"
    assert not box.edit.offered.isVisible()


def test_escape_only_takes_the_offer_away(box: SentenceBox) -> None:
    QTest.keyClicks(box.edit, "red b")
    assert box.edit.offered.isVisible()

    QTest.keyClick(box.edit.offered, Qt.Key.Key_Escape)

    assert not box.edit.offered.isVisible()
    assert box.edit.toPlainText() == "red b"


def test_saying_nothing_goes_back_to_chance(window: MainWindow, box: SentenceBox) -> None:
    write(box, "red hat")

    box.clear.click()

    assert document(window).scene.sentence == box.edit.toPlainText() == ""
    assert not document(window).scene.z[NOISE:].any()


def test_numbers_that_are_said_have_no_row(window: MainWindow, box: SentenceBox) -> None:
    sides = [side for side in window.findChildren(LatentSide) if side.isAncestorOf(box)]
    assert [sorted(side.list.rows.shown) for side in sides] == [list(range(NOISE))]
    assert document(window).scene.z.size == NOISE + SAID


def test_the_box_has_a_name_and_lists_its_words(box: SentenceBox) -> None:
    assert isinstance(box.edit, SentenceEdit)
    assert box.edit.accessibleName() == "Sentence"
    assert all(word in box.edit.toolTip() for word in WORDS.words)
    QApplication.processEvents()
    assert box.isVisible()


def test_a_plane_begins_with_numbers_that_are_not_said(window: MainWindow, box: SentenceBox, qtbot: QtBot) -> None:
    write(box, "red hat")
    window.show_panel([panel.title for panel in window.panels].index("Traverse"))
    window.panel.show_view(window.panel.views.index("Plane"))
    plane = window.findChildren(PlaneView)[0]

    qtbot.waitUntil(lambda: plane._has_axes and plane.plan is not None, timeout=10_000)

    assert {axis.index for axis in plane._axes if axis.kind == "dimension"} == set(range(NOISE))
    assert plane.plan.base.sentence == "red hat"


def test_a_path_leads_from_one_sentence_to_another(window: MainWindow, box: SentenceBox, qtbot: QtBot) -> None:
    window.show_panel([panel.title for panel in window.panels].index("Traverse"))
    window.panel.show_view(window.panel.views.index("Interpolate"))
    view = window.findChildren(InterpolateView)[0]
    qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)
    ends = []
    for seed, sentence in ((5, "red hat"), (6, "blue glasses")):
        window.studio.edits.sample(seed)
        window.studio.edits.say(sentence)
        view.controls.current.click()
        ends.append(document(window).scene)
    qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)

    times = [view.course.time_of_key(at) for at in (len(view.points) - 2, len(view.points) - 1)]
    first, between, last = (view._scene_at(time) for time in (times[0], sum(times) / 2, times[1]))
    assert [scene.sentence for scene in (first, between, last)] == ["red hat", "", "blue glasses"]
    assert [scene.z.tobytes() for scene in (first, last)] == [end.z.tobytes() for end in ends]
    said, noise = slice(NOISE, None), slice(NOISE)
    assert between.z[said] == pytest.approx((ends[0].z[said] + ends[1].z[said]) / 2, abs=1e-5)
    assert between.z[noise] == pytest.approx(slerp(ends[0].z[noise], ends[1].z[noise], 0.5), abs=1e-5)
