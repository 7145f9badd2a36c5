"""The neighbours, the norm gauge and the seed box."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.core.rendering.latents import LARGEST_SEED, typical_norm
from explorer.ui.explore.neighbours import CENTRE, NeighbourSheet
from explorer.ui.explore.norm_gauge import NormGauge, norm_words
from explorer.ui.explore.seed_box import SeedBox


@pytest.fixture
def sheet(qtbot: QtBot) -> NeighbourSheet:
    sheet = NeighbourSheet()
    qtbot.addWidget(sheet)
    sheet.resize(300, 340)
    sheet.show_tiles([np.full((32, 32, 3), 20 * k, np.uint8) for k in range(8)] + [None])
    sheet.show()
    return sheet


def click(sheet: NeighbourSheet, index: int) -> None:
    place = sheet.tiles.place_of(index).center().toPoint()
    QTest.mouseMove(sheet.tiles, place)
    QTest.mouseClick(sheet.tiles, Qt.MouseButton.LeftButton, pos=place)


def test_a_click_picks_a_neighbour_but_never_the_middle_or_an_unfinished_one(sheet: NeighbourSheet) -> None:
    picked: list[int] = []
    sheet.tiles.picked.connect(picked.append)
    for index in (0, CENTRE, 7, 8):
        click(sheet, index)
    assert picked == [0, 7]


def test_digits_and_arrows_pick_too(sheet: NeighbourSheet) -> None:
    picked: list[int] = []
    sheet.tiles.picked.connect(picked.append)
    for key in (Qt.Key.Key_2, Qt.Key.Key_5, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(sheet.tiles, key)
    assert picked == [1, 5]


def test_tiles_do_not_overlap_and_lie_inside(sheet: NeighbourSheet) -> None:
    places = [sheet.tiles.place_of(index) for index in range(9)]
    for index, place in enumerate(places):
        assert sheet.tiles.rect().toRectF().contains(place)
        assert not any(place.intersects(other) for other in places[index + 1 :])


def test_the_spread_is_told_when_the_hand_moves_it(qtbot: QtBot, sheet: NeighbourSheet) -> None:
    sheet.slider.show_value(0.75)
    with qtbot.waitSignal(sheet.spread_changed) as heard:
        QTest.keyClick(sheet.slider, Qt.Key.Key_Right)
    assert heard.args == [pytest.approx(0.8)]


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (-5, "almost the average"),
        (-3, "closer in than most"),
        (0, "typical"),
        (3, "further out than most"),
        (6, "unusually far out"),
    ],
)
def test_a_norm_is_put_into_words(off: float, words: str) -> None:
    mean, deviation = typical_norm(64)
    assert norm_words(mean + off * deviation, mean, deviation) == words


def test_of_thousands_of_numbers_nothing_is_the_average_that_is_only_a_little_closer_in() -> None:
    mean, deviation = typical_norm(3072)
    assert norm_words(0.8 * mean, mean, deviation) == "closer in than any"
    assert norm_words(0.2 * mean, mean, deviation) == "almost the average"


def test_the_gauge_paints_before_and_after_it_knows_anything(qtbot: QtBot) -> None:
    gauge = NormGauge()
    qtbot.addWidget(gauge)
    blank = gauge.grab().toImage()
    assert gauge.words == ""
    gauge.show_norm(1e6, 8.0, 0.7)
    assert gauge.words == "unusually far out"
    assert gauge.grab().toImage() != blank


@pytest.fixture
def seed_box(qtbot: QtBot) -> SeedBox:
    box = SeedBox()
    qtbot.addWidget(box)
    box.show()
    box.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    return box


@pytest.mark.parametrize(("text", "seed"), [("0", 0), ("4294967295", LARGEST_SEED), ("1,234 567", 1234567)])
def test_every_seed_can_be_typed(qtbot: QtBot, seed_box: SeedBox, text: str, seed: int) -> None:
    QTest.keyClicks(seed_box, text)
    with qtbot.waitSignal(seed_box.edited) as heard:
        QTest.keyClick(seed_box, Qt.Key.Key_Return)
    assert heard.args == [seed]
    assert seed_box.seed == seed


@pytest.mark.parametrize("text", ["4294967296", "-1", "1.5", "dog", "9" * 40, " ", "٣"])
def test_what_is_no_seed_goes_back(qtbot: QtBot, seed_box: SeedBox, text: str) -> None:
    seed_box.show_seed(7)
    seed_box.selectAll()
    with qtbot.assertNotEmitted(seed_box.edited):
        seed_box.insert(text)
        QTest.keyClick(seed_box, Qt.Key.Key_Return)
    assert seed_box.text() == "7"


def test_a_pasted_seed_is_taken(qtbot: QtBot, seed_box: SeedBox) -> None:
    QApplication.clipboard().setText(" 3000000000\n")
    seed_box.paste()
    with qtbot.waitSignal(seed_box.edited) as heard:
        QTest.keyClick(seed_box, Qt.Key.Key_Return)
    assert heard.args == [3000000000]


def test_up_and_down_go_round_all_seeds(qtbot: QtBot, seed_box: SeedBox) -> None:
    seed_box.show_seed(0)
    QTest.keyClick(seed_box, Qt.Key.Key_Down)
    assert seed_box.seed == LARGEST_SEED
    QTest.keyClick(seed_box, Qt.Key.Key_Up)
    assert seed_box.seed == 0


def test_a_latent_edited_by_hand_has_no_seed(qtbot: QtBot, seed_box: SeedBox) -> None:
    seed_box.show_seed(None)
    assert seed_box.text() == ""
    with qtbot.assertNotEmitted(seed_box.edited):
        QTest.keyClick(seed_box, Qt.Key.Key_Return)


def test_the_dice_asks_for_a_new_sample(qtbot: QtBot, seed_box: SeedBox) -> None:
    with qtbot.waitSignal(seed_box.new_sample):
        seed_box.actions()[0].trigger()
