"""The bundled translator of lines, given faces that no line of its training equals."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

from explorer.core.drawing.rasterising import drawn_picture
from explorer.core.inference.translator import Translator
from explorer.paths import models_folder
from tests.hand_drawings import DRAWINGS, EYE_HEIGHT, EYES, MOUTH

SIDE = 64
Patch = np.ndarray


@pytest.fixture(scope="module")
def answers() -> np.ndarray:
    path = models_folder() / "lines-to-portrait" / "translator.onnx"
    with closing(Translator.open(path, "cpu", trusted=True)) as translator:
        found = [translator.translate(drawn_picture(each.drawing, SIDE, SIDE)) for each in DRAWINGS]
    return np.stack([each.after for each in found if each is not None])


def around(picture: np.ndarray, x: float, y: float, reach: int) -> Patch:
    """The pixels about a place, (n, n, 3)."""
    column, row = round(x * SIDE), round(y * SIDE)
    return picture[row - reach : row + reach + 1, column - reach : column + reach + 1].astype(float)


def test_what_is_dabbed_has_the_colour_of_its_dab(answers: np.ndarray) -> None:
    off = [
        float(np.abs(np.median(around(answer, x, y, 2), (0, 1)) - colour).mean())
        for drawing, answer in zip(DRAWINGS, answers, strict=True)
        for x, y, colour in drawing.dabs
    ]
    assert np.median(off) < 20
    assert np.mean(np.array(off) < 45) > 0.8


def test_hats_curls_and_buns_are_where_they_were_drawn(answers: np.ndarray) -> None:
    for drawing, answer in zip(DRAWINGS, answers, strict=True):
        if drawing.name not in ("hat", "beret", "curls", "bun"):
            continue
        back, skin, worn = (np.array(drawing.dabs[at][2]) for at in (0, 3, -1))
        for x, y in drawing.above:
            seen = np.median(around(answer, x, y, 2), (0, 1))
            assert np.abs(seen - worn).sum() < min(np.abs(seen - other).sum() for other in (back, skin))


def test_there_are_two_eyes_and_a_mouth(answers: np.ndarray) -> None:
    for answer in answers:
        grey = answer.mean(2, keepdims=True)
        cheeks = max(np.ptp(around(grey, x, 0.62, 1)) for x in EYES)
        for x in EYES:
            eye = around(grey, x, EYE_HEIGHT, 4)
            assert np.ptp(eye) > max(90.0, 1.5 * cheeks)
        mouth = around(grey, *MOUTH, 4)
        assert np.ptp(mouth) > 25.0


def test_an_empty_sheet_and_a_black_one_have_an_answer() -> None:
    path = models_folder() / "lines-to-portrait" / "translator.onnx"
    with closing(Translator.open(path, "cpu", trusted=True)) as translator:
        for level in (0, 255):
            found = translator.translate(np.full((SIDE, SIDE, 3), level, np.uint8))
            assert found is not None
            assert found.after.shape == (SIDE, SIDE, 3)
