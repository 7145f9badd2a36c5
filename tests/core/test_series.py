"""Series: drawn from a pyramid as if every value had been looked at, smoothed as the formula says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.plots.metric_series import MetricSeries, MetricSeriesStore
from explorer.core.plots.minmax_pyramid import MinMaxPyramid
from explorer.core.plots.smoothing import Smoother

numbers = st.floats(-1e6, 1e6) | st.just(float("nan"))
lists = st.lists(numbers, min_size=1, max_size=400)
crops = st.lists(st.integers(0, 400), max_size=4)


def grown(values: list[float], places: list[int]) -> MinMaxPyramid:
    """A pyramid that got ``values`` in several helpings."""
    pyramid, last = MinMaxPyramid(), 0
    for place in [*sorted(p for p in places if p <= len(values)), len(values)]:
        pyramid.add(np.array(values[last:place], np.float64))
        last = place
    return pyramid


def brute(values: np.ndarray) -> tuple[float, float]:
    found = values[np.isfinite(values)]
    return (found.min(), found.max()) if len(found) else (np.nan, np.nan)


@given(lists, crops, st.integers(0, 400), st.integers(0, 400))
def test_the_extremes_of_any_window_are_those_of_its_values(
    values: list[float], places: list[int], start: int, length: int
) -> None:
    pyramid = grown(values, places)
    np.testing.assert_equal(pyramid.extremes(start, start + length), brute(np.array(values)[start : start + length]))


@given(lists, crops, st.integers(0, 400), st.integers(1, 400), st.integers(3, 60))
def test_an_envelope_has_the_extremes_of_each_bucket_and_covers_the_window(
    values: list[float], places: list[int], start: int, length: int, most: int
) -> None:
    pyramid, stop = grown(values, places), min(start + length, len(values))
    found = pyramid.envelope(start, start + length, most)
    assert len(found.starts) <= most + 1
    if start >= stop:
        assert len(found.starts) == 0
        return
    assert found.starts[0] <= start
    assert stop <= found.stop <= len(values)
    ends = [*found.starts[1:], found.stop]
    for first, last, low, high in zip(found.starts, ends, found.lows, found.highs, strict=True):
        np.testing.assert_equal((low, high), brute(np.array(values)[first:last]))


@given(lists, st.integers(0, 400), lists)
def test_a_pyramid_that_was_cut_is_as_if_it_had_never_been_longer(
    values: list[float], count: int, others: list[float]
) -> None:
    pyramid = grown(values, [])
    pyramid.cut(count)
    pyramid.add(np.array(others))
    left = np.array(values[:count] + others)
    np.testing.assert_equal(pyramid.values, left)
    np.testing.assert_equal(pyramid.extremes(0, len(left)), brute(left))
    np.testing.assert_equal(pyramid.extremes(1, len(left) - 1), brute(left[1:-1]))


@given(lists, st.floats(0.01, 0.999), st.lists(st.integers(0, 400), max_size=3))
def test_smoothing_is_the_debiased_exponential_average(values: list[float], weight: float, places: list[int]) -> None:
    smoother, told, last = Smoother(weight), [], 0
    for place in [*sorted(p for p in places if p <= len(values)), len(values)]:
        told.extend(smoother.smoothed(np.array(values[last:place])))
        last = place
    seen: list[float] = []
    for value, smooth in zip(values, told, strict=True):
        if np.isnan(value):
            assert np.isnan(smooth)
            continue
        seen.append(value)
        powers = weight ** np.arange(len(seen))[::-1]
        assert smooth == pytest.approx(np.dot(powers, seen) / powers.sum(), rel=1e-6, abs=1e-3)


def test_a_resumed_run_takes_the_place_of_what_it_does_again() -> None:
    straight, resumed = MetricSeries(), MetricSeries()
    first, again = np.linspace(5.0, 1.0, 300), np.linspace(9.0, 2.0, 200)
    resumed.add(np.arange(300), first)
    resumed.smooth_outline(0, 300, 50, 0.9)
    resumed.add(np.arange(150, 350), again)
    straight.add(np.arange(350), np.concatenate([first[:150], again]))
    np.testing.assert_array_equal(resumed.steps, straight.steps)
    np.testing.assert_array_equal(resumed.values, straight.values)
    ours, theirs = (each.smooth_outline(0, 350, 1000, 0.9).values for each in (resumed, straight))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_rows_that_go_back_within_themselves_are_replaced_too() -> None:
    series = MetricSeries()
    series.add([1, 2, 3, 2, 3, 4], [1.0, 2.0, 3.0, 20.0, 30.0, 40.0])
    assert series.steps.tolist() == [1, 2, 3, 4]
    assert series.values.tolist() == [1.0, 20.0, 30.0, 40.0]


def test_a_single_spike_among_very_many_values_is_in_every_outline() -> None:
    values = np.zeros(200_000)
    values[123_456] = 7.0
    series = MetricSeries()
    series.add(np.arange(200_000), values)
    for low, high in ((0, 200_000), (100_000, 130_000), (123_000, 124_000)):
        outline = series.raw_outline(low, high, 500)
        assert len(outline.steps) <= 500
        assert outline.values.max() == 7.0


def test_a_gap_breaks_the_line_and_what_is_infinite_is_a_gap() -> None:
    series = MetricSeries()
    series.add(range(5), [1.0, float("nan"), 2.0, float("inf"), 3.0])
    outline = series.raw_outline(0, 4, 100)
    assert np.isnan(outline.values).tolist() == [False, True, False, True, False]
    assert series.extremes(0, 4) == (1.0, 3.0)


def test_a_logarithmic_axis_leaves_out_what_is_not_above_zero() -> None:
    series = MetricSeries()
    series.add(range(4), [0.5, 2.0, 3.0, 4.0])
    assert series.unloggable == 0
    series.add(range(4, 8), [0.0, -1.0, 0.1, 5.0])
    assert series.unloggable == 2
    assert series.extremes(0, 8, log=True) == (0.1, 5.0)
    assert series.extremes(0, 8) == (-1.0, 5.0)
    series.cut(4)
    assert series.unloggable == 0


def test_the_nearest_row_is_found() -> None:
    series = MetricSeries()
    assert series.near(3.0) == -1
    series.add([10, 20, 40], [1.0, 2.0, 3.0])
    assert [series.near(step) for step in (0, 14, 16, 29, 31, 99)] == [0, 0, 1, 1, 2, 2]


def test_a_store_tells_of_new_names_and_forgets_runs() -> None:
    store = MetricSeriesStore()
    assert store.add("a", {"critic": ([1], [1.0])})
    assert not store.add("a", {"critic": ([2], [1.0])})
    store.cut("a", 2)
    assert len(store.of("a")["critic"]) == 1
    store.drop("a")
    assert dict(store.of("a")) == {}


def test_numbers_that_leave_no_room_for_a_scale_are_gaps() -> None:
    series = MetricSeries()
    series.add([1, 2, 3, 4], [1.0, 1e308, -1e308, 2.0])
    assert series.extremes(0, 9) == (1.0, 2.0)
    assert np.isfinite(series.smooth_outline(0, 9, 100, 0.9).values[[0, 3]]).all()
