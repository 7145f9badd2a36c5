"""The icons: all drawn, crisp, and in the colour of the palette."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from explorer.ui.icon_drawings import DRAWINGS
from explorer.ui.icons import icon, icon_pixmap
from explorer.ui.theme import Theme, apply_theme, colours

PROMISED = frozenset({
    "open", "sample", "dice", "undo", "redo", "save", "copy", "paste", "bookmark", "play", "pause",
    "pin", "pinned", "lock", "unlocked", "reset", "search", "sort", "neighbours", "grid", "fit",
    "zoom_in", "zoom_out", "smooth", "sun", "moon", "settings", "explore", "traverse", "arithmetic",
    "quiz", "train", "warning", "info", "error", "close", "chip", "device", "folder", "trash",
    "export", "help",
})  # fmt: skip


def pixels(pixmap: QPixmap) -> NDArray[np.uint8]:
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    return np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)


def colour_of(pixmap: QPixmap) -> tuple[int, ...]:
    """The colour of the most opaque pixel."""
    rgba = pixels(pixmap).reshape(-1, 4)
    return tuple(int(v) for v in rgba[rgba[:, 3].argmax()])


@pytest.mark.parametrize("name", sorted(DRAWINGS.keys() | PROMISED))
def test_every_icon_is_drawn_within_its_square(qapp: QApplication, name: str) -> None:
    opacity = pixels(icon(name).pixmap(QSize(24, 24), 2.0))[..., 3]
    assert opacity.shape == (48, 48)
    assert 0.01 < (opacity > 128).mean() < 0.6
    border = np.concatenate([opacity[0], opacity[-1], opacity[:, 0], opacity[:, -1]])
    assert border.max() == 0


def test_an_icon_has_the_pixels_of_its_screen(qapp: QApplication) -> None:
    pixmap = icon("open").pixmap(QSize(16, 16), 2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (32, 2.0)
    assert icon_pixmap("open", 20, QColor("red"), 1.5).width() == 30


def test_an_icon_follows_the_theme_without_being_made_anew(qapp: QApplication) -> None:
    pen = icon("stop")
    for theme in ("dark", "light"):
        apply_theme(qapp, theme)
        drawn = colour_of(pen.pixmap(QSize(64, 64), 1.0))
        assert drawn[:3] == pytest.approx(colours(theme).text.getRgb()[:3], abs=2)


def test_an_icon_shows_that_its_button_is_checked_or_disabled(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")
    size, on = QSize(64, 64), QIcon.State.On
    checked = colour_of(icon("stop").pixmap(size, 1.0, QIcon.Mode.Normal, on))
    disabled = colour_of(icon("stop").pixmap(size, 1.0, QIcon.Mode.Disabled))
    assert checked[:3] == pytest.approx(colours("dark").accent.getRgb()[:3], abs=2)
    assert max(disabled[:3]) < min(colours("dark").text.getRgb()[:3])


def test_copies_of_an_icon_live_on_their_own(qapp: QApplication) -> None:
    for _ in range(200):
        copy = QIcon(icon("save"))
        copy.setIsMask(True)  # detaches the copy, which clones the engine
        gc.collect(0)
        assert not copy.pixmap(QSize(16, 16), 1.0).isNull()


def test_a_misspelt_icon_is_found_at_once(qapp: QApplication) -> None:
    with pytest.raises(KeyError, match="save_as"):
        icon("save_as")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_an_icon_of_the_likeliest_button_is_seen_while_that_is_disabled(qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, theme)
    likeliest, other = (
        icon("play", role) for role in (QPalette.ColorRole.HighlightedText, QPalette.ColorRole.ButtonText)
    )
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
        alike = colour_of(likeliest.pixmap(QSize(64, 64), mode)) == colour_of(other.pixmap(QSize(64, 64), mode))
        assert alike == (mode == QIcon.Mode.Disabled)


def test_in_a_chosen_row_an_icon_has_the_colour_of_words_upon_its_ground(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    chosen = [
        colour_of(icon("info", role).pixmap(QSize(64, 64), QIcon.Mode.Selected))
        for role in (QPalette.ColorRole.ButtonText, QPalette.ColorRole.Text)
    ]
    for drawn, wanted in zip(chosen, (colours("light").on_accent, colours("light").text), strict=True):
        assert drawn[:3] == pytest.approx(wanted.getRgb()[:3], abs=2)
