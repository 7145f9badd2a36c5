"""Maps: PCA with a way back, and t-SNE that keeps neighbours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.traverse.layout import PcaMap, features, sample_points
from explorer.core.traverse.map_requests import check_layout
from explorer.core.traverse.neighbour_maps import tsne, umap
from tests.models import tiny_generator


def cloud(count: int = 200) -> np.ndarray:
    draw = np.random.RandomState(0)
    flat = draw.standard_normal((count, 2)) * [5.0, 2.0]
    turn = np.linalg.qr(draw.standard_normal((6, 6)))[0][:2]
    return (flat @ turn + 0.1 * draw.standard_normal((count, 6)) + 3.0).astype(np.float32)


def test_the_pca_map_lies_along_the_largest_variances() -> None:
    latents = cloud()
    found = PcaMap.fit(latents)
    eigenvalues, vectors = np.linalg.eigh(np.cov(latents.T))
    assert np.abs(found.components @ vectors[:, ::-1][:, :2]) == pytest.approx(np.eye(2), abs=1e-3)
    assert found.explained == pytest.approx(tuple(eigenvalues[::-1][:2] / eigenvalues.sum()), rel=1e-4)
    assert found.points.var(axis=0, ddof=1) == pytest.approx(eigenvalues[::-1][:2], rel=1e-4)
    assert found.points.tobytes() == PcaMap.fit(latents.copy()).points.tobytes()


def test_there_is_a_way_back_from_every_point() -> None:
    latents = cloud()
    found = PcaMap.fit(latents)
    assert found.latent_at(0.0, 0.0) == pytest.approx(latents.mean(axis=0), abs=1e-5)
    assert found.point_of(found.latent_at(1.5, -2.0)) == pytest.approx((1.5, -2.0), abs=1e-4)
    assert found.point_of(latents[7]) == pytest.approx(tuple(found.points[7]), abs=1e-4)
    near = found.latent_at(1.5, -2.0, around=latents[7])
    assert found.point_of(near) == pytest.approx((1.5, -2.0), abs=1e-4)
    assert found.latent_at(*found.points[7], around=latents[7]) == pytest.approx(latents[7], abs=1e-4)


def test_a_map_of_pictures_follows_the_dimension_that_pictures_show() -> None:
    latents = sample(0, 300 * 8).reshape(300, 8)
    seen = latents[:, [5]] * [3.0, -3.0, 1.0] + latents[:, [2]] * [0.2, 0.3, 0.5]
    found = PcaMap.fit(latents, seen.astype(np.float32))
    assert np.abs(found.components[0]).argmax() == 5
    assert np.abs(found.components[1]).argmax() == 2
    assert found.components @ found.components.T == pytest.approx(np.eye(2), abs=1e-5)
    assert found.explained[0] > 0.9


def test_the_shares_that_the_axes_tell_are_those_of_the_points_on_the_map() -> None:
    latents, seen = sample(0, 400 * 8).reshape(400, 8), sample(1, 400 * 5).reshape(400, 5)
    seen[:, 0] += 0.5 * latents[:, 3]  # most of what differs, no latent tells
    found = PcaMap.fit(latents, seen)
    centred = seen - seen.mean(axis=0)
    for axes, share in ((1, found.explained[0]), (2, sum(found.explained))):
        points = found.points[:, :axes]
        rest = centred - points @ np.linalg.lstsq(points, centred, rcond=None)[0]
        assert share == pytest.approx(1.0 - np.square(rest).sum() / np.square(centred).sum(), abs=1e-5)
    assert sum(found.explained) < 0.2


def test_flat_clouds_make_maps_too() -> None:
    line = np.outer(np.arange(5), [1.0, 2.0]).astype(np.float32)
    for latents in (line, line[:, :1], np.zeros((4, 3), np.float32)):
        found = PcaMap.fit(latents)
        assert np.isfinite(found.points).all()
        assert np.isfinite(found.latent_at(1.0, 1.0)).all()
        assert found.points[:, 1] == pytest.approx(np.zeros(len(latents)), abs=1e-5)
        assert 0.0 <= found.explained[0] <= 1.0 + 1e-9
        assert found.explained[1] == pytest.approx(0.0, abs=1e-5)


def test_samples_have_seeds_that_count_up_and_classes_that_take_turns(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "tiny.onnx", classes=2), "cpu")
    scenes = sample_points(generator, 5, 40, 0.8)
    assert [scene.seed for scene in scenes] == [40, 41, 42, 43, 44]
    assert [scene.label for scene in scenes] == [0, 1, 0, 1, 0]
    assert scenes[3].z.tobytes() == sample(43, 4).tobytes()
    for count, seed, words in [
        (2, 0, "shows nothing"),
        (20_000, 0, "20,000 points"),
        (5, -1, "out of range"),
    ]:
        with pytest.raises(Problem, match=words):
            sample_points(generator, count, seed)
    generator.close()


def test_features_tell_pictures_apart_at_a_glance() -> None:
    pictures = np.random.RandomState(0).randint(0, 256, (3, 40, 32, 3), dtype=np.uint8)
    assert features(pictures).shape == (3, 16 * 16 * 3)
    assert 0.0 <= features(pictures).min() < features(pictures).max() <= 1.0
    assert features(pictures[:, :8, :8, :1]).shape == (3, 64)


def test_tsne_keeps_clusters_together() -> None:
    draw = np.random.RandomState(0)
    group = np.arange(90) % 3
    rows = (8.0 * draw.standard_normal((3, 10))[group] + draw.standard_normal((90, 10))).astype(np.float32)
    points = tsne(rows, seed=1, perplexity=10)
    assert points is not None
    apart = np.square(points[:, None] - points[None]).sum(axis=-1) + 1e9 * np.eye(90)
    assert points.dtype == np.float32
    assert (group[apart.argmin(axis=1)] == group).all()
    assert points.tobytes() == tsne(rows, seed=1, perplexity=10).tobytes()  # type: ignore[union-attr]


def test_tsne_tells_its_progress_stops_when_told_and_survives_rows_that_are_equal() -> None:
    told: list[tuple[int, int]] = []
    rows = np.ones((5, 3), np.float32)
    points = tsne(rows, progress=lambda done, total: told.append((done, total)))
    assert points is not None
    assert np.isfinite(points).all()
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert tsne(rows, cancelled=lambda: True) is None


def test_umap_keeps_clusters_together_and_is_the_same_again() -> None:
    pytest.importorskip("umap")
    draw = np.random.RandomState(0)
    group = np.arange(90) % 3
    rows = (8.0 * draw.standard_normal((3, 10))[group] + draw.standard_normal((90, 10))).astype(np.float32)
    points = umap(rows, seed=1)
    apart = np.square(points[:, None] - points[None]).sum(axis=-1) + 1e9 * np.eye(90)
    assert (group[apart.argmin(axis=1)] == group).all()
    assert points.tobytes() == umap(rows, seed=1).tobytes()
    assert np.isfinite(umap(np.ones((5, 3), np.float32))).all()


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Problem, match="UMAP is not installed"):
        check_layout(100, "umap")


@pytest.mark.parametrize("sign", [1, -1])
def test_the_axes_of_a_map_point_to_where_their_largest_number_is_positive(sign: int) -> None:
    for found in (PcaMap.fit(sign * cloud()), PcaMap.fit(cloud(), sign * cloud())):
        assert all(axis[np.abs(axis).argmax()] > 0 for axis in found.components)


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_what_cannot_be_laid_out_is_refused_before_anything_is_drawn(method: str) -> None:
    for count in (0, 2, 10**7):
        with pytest.raises(Problem):
            check_layout(count, method)
    check_layout(100, method)
