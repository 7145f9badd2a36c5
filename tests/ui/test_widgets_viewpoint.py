"""Where a picture lies on a canvas: arithmetic that must hold for any size."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.ui.widgets.viewpoint import LARGEST_ZOOM, SMALLEST_ZOOM, Viewpoint

sizes = st.tuples(st.integers(1, 3000), st.integers(1, 3000))
places = st.floats(-500, 3000)


@given(sizes, sizes, st.booleans())
def test_a_fitted_picture_is_all_in_sight_and_in_the_middle(
    canvas: tuple[int, int], picture: tuple[int, int], smooth: bool
) -> None:
    view = Viewpoint(canvas, picture, smooth=smooth)
    left, top, width, height = view.box
    assert -1 <= left <= canvas[0] - width + 1
    assert -1 <= top <= canvas[1] - height + 1
    assert abs((left + width / 2) - canvas[0] / 2) <= 1
    assert abs((top + height / 2) - canvas[1] / 2) <= 1


@given(sizes, st.tuples(st.integers(64, 512), st.integers(64, 512)), st.floats(0.5, 60), places, places)
def test_zooming_leaves_what_is_under_the_pointer_in_its_place(
    canvas: tuple[int, int], picture: tuple[int, int], factor: float, x: float, y: float
) -> None:
    view = Viewpoint(canvas, picture)
    before = view.at(x, y)
    if not (0 <= before[0] <= picture[0] and 0 <= before[1] <= picture[1]):
        return
    zoomed = view.zoomed(factor, x, y)
    if all(0 < centre < side for centre, side in zip(zoomed.centre, picture, strict=True)):
        after = zoomed.at(x, y)
        assert after == pytest.approx(before, abs=2 / factor + 0.02 * max(picture) / min(picture))


@given(sizes, sizes, st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
def test_a_picture_cannot_be_panned_out_of_sight(
    canvas: tuple[int, int], picture: tuple[int, int], dx: float, dy: float
) -> None:
    view = Viewpoint(canvas, picture).panned(dx, dy)
    left, top, width, height = view.box
    assert left <= canvas[0] / 2 + 1
    assert left + width >= canvas[0] / 2 - 1
    assert top <= canvas[1] / 2 + 1
    assert top + height >= canvas[1] / 2 - 1


def test_pixels_are_equally_large_where_there_are_many_screen_pixels_to_each() -> None:
    view = Viewpoint((700, 700), (64, 64), smooth=False)
    assert view.zoom == 10.0
    assert replace(view, smooth=True).zoom == pytest.approx(700 / 64)
    assert replace(view, picture=(400, 400)).zoom == pytest.approx(1.75)


def test_zoom_has_two_ends() -> None:
    view = Viewpoint((700, 700), (64, 64))
    assert view.zoomed(1e9, 0, 0).zoom == LARGEST_ZOOM
    assert view.zoomed(0, 0, 0).zoom == SMALLEST_ZOOM
    assert view.zoomed(5, 0, 0).fitted().factor is None
