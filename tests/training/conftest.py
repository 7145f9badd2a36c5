"""Small runs on made pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.without_a_child import read_operators_once


@pytest.fixture(scope="session", autouse=True)
def _operators_read_once() -> None:
    read_operators_once()


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small networks are faster on one thread, and other tests get the second core."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def picture_folder(tmp_path: Path) -> Path:
    """Twelve colourful 32x32 pictures: discs of different sizes and colours."""
    return draw_discs(tmp_path / "pictures")


def draw_discs(folder: Path) -> Path:
    """The same twelve pictures in a folder that is made for them."""
    folder.mkdir(parents=True)
    stream = np.random.RandomState(5)
    rows, columns = np.mgrid[:32, :32]
    for number in range(12):
        centre, radius = stream.uniform(10, 22, 2), stream.uniform(5, 12)
        inside = (rows - centre[0]) ** 2 + (columns - centre[1]) ** 2 < radius**2
        colours = stream.randint(0, 256, (2, 3))
        picture = np.where(inside[..., None], colours[0], colours[1]).astype(np.uint8)
        Image.fromarray(picture).save(folder / f"{number:02d}.png")
    return folder
