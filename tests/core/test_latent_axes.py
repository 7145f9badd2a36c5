"""Axes of large latents: found from codes, kept beside the model, and what is damaged is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.rendering.latent_axes import LatentAxes, fitted_axes, load_axes, save_axes
from explorer.core.rendering.latents import is_on_shell

SIZE = 700


def codes(count: int = 60) -> np.ndarray:
    draw = np.random.RandomState(0)
    turned, _ = np.linalg.qr(draw.standard_normal((SIZE, 3)))
    rows = draw.standard_normal((count, 3)) * [5.0, 3.0, 2.0] @ turned.T
    return (rows + 0.01 * draw.standard_normal((count, SIZE)) + 0.5).astype(np.float32)


def test_axes_are_the_principal_ones_of_the_codes() -> None:
    given = codes()
    axes = fitted_axes(given, 3)
    _, deviations, rows = np.linalg.svd(given - given.mean(0), full_matrices=False)
    assert axes.scales == pytest.approx(deviations[:3] / np.sqrt(len(given)), rel=1e-3)
    assert np.abs((axes.axes * rows[:3]).sum(1)) == pytest.approx(1.0, abs=1e-3)
    assert np.std([axes.values(z) for z in given], axis=0) == pytest.approx(1.0, rel=1e-3)


def test_a_move_along_an_axis_changes_that_coordinate_and_no_other() -> None:
    axes, z = fitted_axes(codes(), 3), np.random.RandomState(1).standard_normal(SIZE).astype(np.float32)
    before = axes.values(z)
    moved = axes.moved(z, {1: 2.5})
    assert axes.values(moved) == pytest.approx([before[0], 2.5, before[2]], abs=1e-4)
    rest = (moved - z) - axes.axes.T @ (axes.axes @ (moved - z))
    assert np.abs(rest).max() < 1e-4
    asked = np.array([[0.0, 0.0, 0.0], [1.0, -2.0, 3.0]], np.float32)
    assert [axes.values(point) for point in axes.points(z, asked)] == pytest.approx(asked, abs=1e-4)


def test_axes_come_back_from_their_file_and_equal_ones_are_equal_bytes(tmp_path: Path) -> None:
    axes = fitted_axes(codes(), 3)
    for name in ("one.npz", "two.npz"):
        save_axes(tmp_path / name, axes)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    again = load_axes(tmp_path / "one.npz", SIZE)
    for part in ("mean", "axes", "scales"):
        assert np.array_equal(getattr(again, part), getattr(axes, part))


def damaged(how: str) -> dict[str, np.ndarray]:
    axes = fitted_axes(codes(), 3)
    parts = {"mean": axes.mean.copy(), "axes": axes.axes.copy(), "scales": axes.scales.copy()}
    if how == "shape":
        parts["mean"] = parts["mean"][:-1]
    elif how == "NaN":
        parts["axes"][1, 4] = np.nan
    elif how == "perpendicular":
        parts["axes"][1] = parts["axes"][0]
    elif how == "length":
        parts["axes"] *= 2
    elif how == "scale":
        parts["scales"][0] = 0.0
    elif how == "missing":
        del parts["scales"]
    elif how == "words":
        parts["mean"] = np.array(["z"] * SIZE)
    elif how == "objects":
        parts["mean"] = np.array([{}] * SIZE, object)
    elif how == "too many":
        parts["axes"] = np.linalg.qr(np.random.RandomState(0).standard_normal((SIZE, 90)))[0].T
        parts["scales"] = np.ones(90)
    return parts


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("shape", "its arrays are of"),
        ("NaN", "not finite"),
        ("perpendicular", "not perpendicular"),
        ("length", "not perpendicular and of length 1"),
        ("scale", "not above 0"),
        ("missing", "holds 0 of scales.npy"),
        ("words", "other things than numbers"),
        ("objects", "other things than numbers"),
        ("too many", "holds 90 axes"),
    ],
)
def test_damaged_axes_are_told_in_a_sentence(tmp_path: Path, how: str, said: str) -> None:
    np.savez(tmp_path / "axes.npz", **damaged(how))  # type: ignore[arg-type]
    with pytest.raises(Problem, match=said) as caught:
        load_axes(tmp_path / "axes.npz", SIZE)
    assert "opens without its axes" in caught.value.hint


def test_axes_of_another_model_and_what_is_no_zip_are_refused(tmp_path: Path) -> None:
    save_axes(tmp_path / "axes.npz", fitted_axes(codes(), 3))
    with pytest.raises(Problem, match="latents of this model of 512"):
        load_axes(tmp_path / "axes.npz", 512)
    (tmp_path / "other.npz").write_bytes(b"no zip at all")
    with pytest.raises(Problem, match=r"other\.npz is damaged"):
        load_axes(tmp_path / "other.npz", SIZE)


@pytest.mark.parametrize("bad", [np.ones((5, 9)), np.full((5, 9), np.nan), np.ones((1, 9))])
def test_codes_without_axes_are_told(bad: np.ndarray) -> None:
    with pytest.raises(Problem, match="no axes"):
        fitted_axes(bad)


def test_only_many_normal_numbers_lie_on_a_shell() -> None:
    assert is_on_shell(3072)
    assert is_on_shell(512)
    assert not is_on_shell(511)
    assert not is_on_shell(3072, "uniform")


def test_fewer_axes_than_asked_for_are_given_where_codes_vary_along_no_more() -> None:
    assert len(fitted_axes(np.eye(4, 900, dtype=np.float32), 24)) == 3
    assert isinstance(fitted_axes(codes(), 24), LatentAxes)
    assert len(fitted_axes(codes(), 24)) == 24
