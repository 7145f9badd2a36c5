"""Many pictures are drawn in few sizes of batch, each exactly once."""

from __future__ import annotations

import pytest

from explorer.core.inference.batching import chunks, largest_chunk


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 64, 100])
@pytest.mark.parametrize("batch", ["dynamic", 1, 5])
def test_every_picture_is_drawn_once(count: int, batch: int | str) -> None:
    drawn = [index for part in chunks(count, batch, 8) for index in range(count)[part]]
    assert drawn == list(range(count))


def test_open_batches_come_in_powers_of_two_without_waste() -> None:
    assert [part.stop - part.start for part in chunks(23, "dynamic", 8)] == [8, 8, 4, 2, 1]


def test_large_pictures_come_in_small_batches() -> None:
    sizes = [largest_chunk(side, side, "CPU") for side in (32, 64, 128, 4096)]
    assert sizes == [8, 4, 1, 1]
    assert largest_chunk(64, 64, "CUDA") == 64
