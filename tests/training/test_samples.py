"""Numbers become pixels without a bias, and sheets come in a rhythm."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.problem import Problem
from explorer.training.runs import sample_sheets
from explorer.training.runs.diversity import thumbnails
from explorer.training.runs.sample_sheets import Layout, SampleSheets, is_in_rhythm, missed_least
from explorer.training.runs.samples import to_uint8


def test_pixels_are_rounded_to_the_nearest_and_clipped() -> None:
    levels = torch.tensor([0, 1, 127, 128, 254, 255])
    values = levels / 127.5 - 1
    for off, wanted in ((0.0, levels), (0.4, levels), (-0.4, levels), (0.6, levels + 1)):
        shown = to_uint8((values + off / 127.5).reshape(1, 1, 2, 3))
        assert shown.shape == (1, 2, 3, 1)
        assert shown.reshape(-1).tolist() == wanted.clamp(0, 255).tolist()
    assert to_uint8(torch.tensor([[[[-9.0]], [[9.0]], [[0.0]]]])).tolist() == [[[[0, 255, 128]]]]


def test_the_rhythm_is_one_two_and_five() -> None:
    assert [step for step in range(1, 1001) if is_in_rhythm(step)] == [
        1,
        2,
        5,
        10,
        20,
        50,
        100,
        200,
        500,
        1000,
    ]


def painted(count: int, size: int = 4, channels: int = 3) -> np.ndarray:
    return np.random.RandomState(count).randint(0, 256, (count, size, size, channels)).astype(np.uint8)


@pytest.mark.parametrize(("count", "columns", "channels"), [(6, 3, 3), (5, 3, 1), (1, 1, 3)])
def test_the_pictures_of_a_sheet_come_back(tmp_path: Path, count: int, columns: int, channels: int) -> None:
    sheets, pictures = SampleSheets(tmp_path / "samples"), painted(count, channels=channels)
    assert sheets.steps() == []
    assert sheets.layout() is None
    path = sheets.write(20, pictures, columns, seeds=tuple(range(count)), labels=(1,) * count)
    assert path == tmp_path / "samples" / "step-00000020.png"
    assert np.array_equal(sheets.pictures(20), pictures)
    layout = sheets.layout()
    assert layout == Layout(count, columns, 4, channels, 2, tuple(range(count)), (1,) * count)
    sheets.write(3, pictures, columns)
    assert sheets.steps() == [3, 20]
    sheets.drop_after(3)
    assert sheets.steps() == [3]
    with pytest.raises(Problem, match="There is no file"):
        sheets.pictures(20)


@pytest.mark.parametrize(
    "damage", [{"count": 0}, {"columns": -1}, {"size": "4"}, {"channels": 0}, {"gap": -1}, {"count": True}]
)
def test_a_damaged_index_of_sheets_is_not_believed(tmp_path: Path, damage: dict[str, object]) -> None:
    sheets = SampleSheets(tmp_path)
    sheets.write(1, painted(4), 2)
    index = tmp_path / "index.json"
    whole = json.loads(index.read_text())
    index.write_text(json.dumps(whole | damage))
    assert sheets.layout() is None
    index.write_text(json.dumps(whole | {"gap": 0, "count": 9}))
    with pytest.raises(Problem, match="smaller than its index says"):
        sheets.pictures(1)


def test_of_too_many_sheets_those_that_are_missed_least_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missed_least([1, 2, 3], 3) == []
    assert missed_least([1, 4, 9, 16, 17], 4) == [16]
    assert missed_least([0, 1, 4, 5, 9, 16], 5) == [5]
    assert missed_least([1, 2, 3], 1) == [2]
    monkeypatch.setattr(sample_sheets, "MOST", 3)
    sheets = SampleSheets(tmp_path)
    for step in (1, 100, 110, 400):
        sheets.write(step, painted(1), 1)
    assert sheets.steps() == [1, 100, 400] or sheets.steps() == [1, 110, 400]


def test_thumbnails_are_of_the_square_in_the_corner() -> None:
    pictures = np.zeros((2, 32, 50, 3), np.uint8)
    pictures[0, :2, :2] = 255
    pictures[1, :, 33:] = 255  # beyond it
    small = thumbnails(pictures)
    assert small.shape == (2, 256)
    assert small[0].tolist() == [1.0] + [0.0] * 255
    assert small[1].max() == 0.0
    assert thumbnails(np.zeros((1, 9, 9, 1), np.uint8)).shape == (1, 81)
    assert thumbnails(np.zeros((1, 40, 40, 1), np.uint8)).shape == (1, 400)
