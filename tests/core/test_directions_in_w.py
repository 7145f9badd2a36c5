"""Directions of W: kept, imported, found in weights and among samples, judged and applied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from explorer.core.directions.direction import Direction, are_one_way, in_layers, unit, vectors
from explorer.core.directions.files.importing import import_directions
from explorer.core.directions.files.store import load_directions, save_directions
from explorer.core.directions.judging import side_effects
from explorer.core.directions.locking import locked
from explorer.core.directions.unsupervised.in_w import _components, pca_in_w, sefa_in_w
from explorer.core.inference.generator import Generator
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.core.rendering.styles import StyleMix, StylePoint
from explorer.core.rendering.w_space import StyleRenderer
from tests.models import port, tiny_style_model, write_model

OF_Z = Direction("older", unit([1, 2, 0, 0]), "imported")
OF_W = Direction("smile", unit([0, 0, 1, 0, 1]), "imported", space="w")


@pytest.fixture
def generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator:
    monkeypatch.setattr("explorer.core.rendering.w_statistics.user_folder", lambda kind: tmp_path / kind)
    return Generator.open(tiny_style_model(tmp_path / "s") / "generator.onnx", "cpu", trusted=True)


def test_directions_of_both_spaces_are_kept_in_one_file(tmp_path: Path) -> None:
    save_directions(tmp_path / "d.npz", [OF_Z, OF_W])
    older, smile = load_directions(tmp_path / "d.npz", 4, 5)
    assert (older.space, smile.space) == ("z", "w")
    assert are_one_way(older, OF_Z)
    assert are_one_way(smile, OF_W)


@pytest.mark.parametrize("kept", [[OF_Z], [OF_W]])
def test_directions_of_one_space_are_kept_as_they_always_were(tmp_path: Path, kept: list[Direction]) -> None:
    save_directions(tmp_path / "d.npz", kept)
    with np.load(tmp_path / "d.npz") as held:
        assert held["vectors"].shape == (1, kept[0].vector.size)
        assert b'"version": 1' in held["about"].tobytes()
        assert (b"space" in held["about"].tobytes()) == (kept[0] is OF_W)
    assert load_directions(tmp_path / "d.npz", 4, 5)[0].space == kept[0].space


def test_where_both_spaces_have_one_size_the_file_says_which(tmp_path: Path) -> None:
    of_z, of_w = (Direction(s, unit([1, 2, 0, 0]), "imported", space=s) for s in ("z", "w"))
    save_directions(tmp_path / "d.npz", [of_z, of_w])
    assert [found.space for found in load_directions(tmp_path / "d.npz", 4, 4)] == ["z", "w"]


def test_old_files_are_of_w_where_only_that_has_their_size(tmp_path: Path) -> None:
    save_directions(tmp_path / "d.npz", [Direction("smile", OF_W.vector.copy(), "imported")])
    assert load_directions(tmp_path / "d.npz", 4, 5)[0].space == "w"
    assert load_directions(tmp_path / "d.npz", 5, 5)[0].space == "z"
    with pytest.raises(Problem, match="directions of 5 numbers; this model's latents have 4"):
        load_directions(tmp_path / "d.npz", 4)


def test_directions_of_w_are_refused_by_models_without_it(tmp_path: Path) -> None:
    save_directions(tmp_path / "d.npz", [OF_W])
    with pytest.raises(Problem, match="points of W have none"):
        load_directions(tmp_path / "d.npz", 5)


@pytest.mark.parametrize(
    ("name", "sizes", "space"),
    [("age", (4, 5), "w"), ("age", (5, 5), "z"), ("age_w_boundary", (5, 5), "w"), ("wider", (5, 5), "z")],
)
def test_imported_directions_are_of_the_space_they_fit(
    tmp_path: Path, name: str, sizes: tuple[int, int], space: str
) -> None:
    np.save(tmp_path / f"{name}.npy", np.float32([[1, 0, 0, 2, 0]]))
    (found,) = import_directions(tmp_path / f"{name}.npy", sizes[0], None, sizes[1])
    assert found.space == space
    (told,) = import_directions(tmp_path / f"{name}.npy", 5, None, 5, "w")
    assert told.space == "w"


def test_a_direction_of_w_is_applied_in_w(generator: Generator) -> None:
    renderer, z = StyleRenderer(generator, vectors([OF_Z, OF_W])), sample(1, 4)
    moved, start = renderer.drawn(Scene(z=z, directions=(("smile", 2.0),))), renderer.drawn(Scene(z=z))
    assert np.allclose(moved - start, 2.0 * generator.spread().width * OF_W.vector, atol=1e-5)


def test_weights_tell_directions_of_w(generator: Generator, tmp_path: Path) -> None:
    found = sefa_in_w(read_model(tmp_path / "s" / "generator.onnx"), 5)
    weights = onnx.load(tmp_path / "s" / "generator.onnx").graph.initializer
    waves = numpy_helper.to_array(next(t for t in weights if t.name == "waves")).reshape(3, 5, -1).sum(0)
    values, columns = np.linalg.eigh(waves @ waves.T)
    assert all(one.space == "w" and one.vector.shape == (5,) for one in found)
    assert abs(float(found[0].vector @ columns[:, -1])) == pytest.approx(1.0, abs=1e-4)
    assert found[0].details["eigenvalue"] == pytest.approx(values[-1], rel=1e-3)


def test_weights_of_layers_that_each_take_their_own_w_are_stacked(tmp_path: Path) -> None:
    draw, weights, nodes = np.random.RandomState(1), {}, []
    for layer in range(3):
        weights[f"A{layer}"] = draw.standard_normal((5, 48)).astype(np.float32)
        weights[f"at{layer}"] = np.array(layer, np.int64)
        nodes.append(helper.make_node("Gather", ["w", f"at{layer}"], [f"w{layer}"], axis=1))
        nodes.append(helper.make_node("MatMul", [f"w{layer}", f"A{layer}"], [f"s{layer}"]))
        nodes.append(helper.make_node("Relu", [f"s{layer}"], [f"lit{layer}"]))
    weights["shape"] = np.array([-1, 3, 4, 4], np.int64)
    nodes.append(helper.make_node("Sum", ["lit0", "lit1", "lit2"], ["flat"]))
    nodes.append(helper.make_node("Reshape", ["flat", "shape"], ["picture"]))
    path = tmp_path / "generator.onnx"
    write_model(path, nodes, [port("w", ["N", 3, 5])], [port("picture", ["N", 3, 4, 4])], weights)
    (first, *_) = sefa_in_w(read_model(path), 1)
    gram = sum(weights[f"A{layer}"] @ weights[f"A{layer}"].T for layer in range(3))
    assert abs(float(first.vector @ np.linalg.eigh(gram)[1][:, -1])) == pytest.approx(1.0, abs=1e-4)
    assert first.details["layers"] == 3


def test_principal_components_of_w_are_found(generator: Generator) -> None:
    told: list[tuple[int, int]] = []
    found = pca_in_w(generator, 3, 2000, progress=lambda done, total: told.append((done, total)))
    assert found is not None
    z = sample(0, 2000 * 4).reshape(2000, 4)
    w = generator.points_of(z, [None] * 2000)
    values, columns = np.linalg.eigh(np.cov(w, rowvar=False))
    assert abs(float(found[0].vector @ columns[:, -1])) == pytest.approx(1.0, abs=1e-4)
    assert found[0].details["share"] == pytest.approx(values[-1] / values.sum(), rel=1e-3)
    assert told[-1] == (2000, 2000)
    assert pca_in_w(generator, 3, 2000, cancelled=lambda: True) is None
    with pytest.raises(Problem, match="too few for a w of 5"):
        pca_in_w(generator, 3, 9)


def test_what_a_direction_of_w_changes_is_measured_in_w(generator: Generator) -> None:
    z = np.stack([sample(seed, 4) for seed in range(3)])

    def brightness(pictures: np.ndarray) -> np.ndarray:
        return pictures.reshape(len(pictures), -1).mean(axis=1, keepdims=True)

    alphas = (-1.0, 1.0)
    judged = side_effects([OF_Z, OF_W], z, generator, brightness, ["bright"], yes_no=False, alphas=alphas)
    assert judged is not None
    renderer, places = (
        StyleRenderer(generator, vectors([OF_W])),
        [judged.alphas.index(alpha) for alpha in alphas],
    )
    for place, alpha in zip(places, alphas, strict=True):
        scenes = [Scene(z=row.copy(), directions=(("smile", alpha),)) for row in z]
        seen = np.mean([renderer.render(scene).picture.mean() for scene in scenes])
        assert judged.means[1, 0, place] == pytest.approx(seen, abs=0.5)


def test_directions_of_unlike_spaces_are_not_locked_against_each_other() -> None:
    other = Direction("other", unit([1, 0, 0, 0, 1]), "imported")
    with pytest.raises(Problem, match="moves in W"):
        locked(OF_W, [other])


@pytest.mark.parametrize("sign", [1, -1])
def test_components_of_w_point_to_where_their_largest_number_is_positive(sign: int) -> None:
    w = sign * np.random.RandomState(0).randn(200, 5) * [3, 2, 1, 1, 1]
    for found in _components(w, 3, "here", 0):
        assert found.vector[np.abs(found.vector).argmax()] > 0


@pytest.mark.parametrize("wrong", [[1.0, np.nan, 0.0, 0.0, 0.0], [np.inf] * 5, [1.0] * 4, [1.0] * 6])
def test_a_mean_of_w_that_cannot_be_is_not_taken_from_the_file(tmp_path: Path, wrong: list[float]) -> None:
    for name, told in (("good", [1.0, 2.0, 3.0, 4.0, 5.0]), ("bad", wrong)):
        folder = tiny_style_model(tmp_path / name, told_mean=np.array(told, np.float32))
        opened = Generator.open(folder / "generator.onnx", "cpu", trusted=True)
        assert opened.mapping is not None
        mean = opened.mapping.told_mean
        opened.close()
        assert (mean is None) if name == "bad" else (mean.tolist() == told)


def test_a_direction_of_some_layers_is_kept_and_moves_those(generator: Generator, tmp_path: Path) -> None:
    part = in_layers(OF_W, (1, 2), 3, 5)
    save_directions(tmp_path / "d.npz", [OF_Z, OF_W, replace(part, name="part")])
    found = load_directions(tmp_path / "d.npz", 4, 5)
    assert found[2].details["layers moved"] == [1, 2]
    renderer = StyleRenderer(generator, vectors(found))
    z = sample(1, 4)
    plain, whole, some = (
        renderer.drawn(Scene(z=z, directions=told)) for told in ((), (("smile", 1.5),), (("part", 1.5),))
    )
    assert (some[0] == plain[0]).all()
    assert np.allclose(some[1:], whole[1:], atol=1e-6), "as far in each layer as the whole direction"
    named = renderer.drawn(Scene(z=z, directions=(("smile@1-2", 1.5),)))
    assert np.allclose(named, some, atol=1e-6)
    assert (renderer.drawn(Scene(z=z, directions=(("part@2", 1.5),)))[1] == plain[1]).all()
    again = in_layers(found[2], (0, 2), 3, 5)
    assert again.vector == pytest.approx(OF_W.vector, abs=1e-6)
    assert "layers moved" not in again.details
    with pytest.raises(Problem, match="layers that s does not have"):
        renderer.drawn(Scene(z=z, directions=(("smile@1-3", 1.5),)))
    with pytest.raises(Problem, match="moves z, which all layers share"):
        in_layers(OF_Z, (1, 2), 3, 5)


def test_a_point_of_w_plus_is_drawn_mixed_kept_and_walked_through(generator: Generator) -> None:
    rows = np.random.RandomState(1).standard_normal((3, 5)).astype(np.float32)
    renderer, z = StyleRenderer(generator), sample(1, 4)
    scene = Scene("h", "s", z, None, styled=StylePoint(rows.reshape(-1).copy(), z))
    assert renderer.drawn(scene).tobytes() == rows.tobytes()
    back = scene_from_json(scene_to_json(scene))
    assert back.w is not None
    assert back.w.tobytes() == rows.tobytes()
    mean = generator.spread().mean
    half = renderer.drawn(replace(scene, truncation=0.5))
    assert np.allclose(half, mean + 0.5 * (rows - mean), atol=1e-6)
    mixed = Scene(z=z, mix=StyleMix(z, 2, 2, w=scene.w))
    assert (renderer.drawn(mixed)[2] == rows[2]).all()
    first, last = renderer.points([Scene(z=z), scene])
    assert (first.size, last.size) == (15, 15)
    assert (first.reshape(3, 5) == renderer.mapped(Scene(z=z))).all()
    with pytest.raises(Problem, match="w of 14 numbers; s takes 5, or as many for each of its 3 layers"):
        renderer.render(Scene(z=z, styled=StylePoint(np.ones(14, np.float32), z)))


def test_sefa_says_whether_torgb_counts(tmp_path: Path) -> None:
    shapes = {"blocks.0.refine.style.weight": (4, 5), "blocks.0.paint.style.weight": (3, 5)}
    rng = np.random.RandomState(0)
    weights = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    nodes = [
        helper.make_node("Gather", ["w", "0"], ["w0"], axis=1),
        helper.make_node("Gather", ["w", "1"], ["w1"], axis=1),
        *(helper.make_node("Gemm", [f"w{n}", name], [f"s{n}"], transB=1) for n, name in enumerate(weights)),
        helper.make_node("Concat", ["s0", "s1"], ["both"], axis=1),
        helper.make_node("Sigmoid", ["both"], ["picture"]),
    ]
    places = {"0": np.array(0), "1": np.array(1)}
    path = write_model(
        tmp_path / "g.onnx", nodes, [port("w", ["N", 2, 5])], [port("picture", ["N", 7])], {**weights, **places}
    )
    file = read_model(path)
    for colours, words in ((True, "ToRGB among them"), (False, "without ToRGB")):
        found = sefa_in_w(file, 1, colours=colours)[0]
        taken = np.concatenate(list(weights.values())[: 2 if colours else 1]).astype(np.float64)
        top = np.linalg.eigh(taken.T @ taken)[1][:, -1]
        assert abs(float(found.vector @ top)) == pytest.approx(1, abs=1e-5)
        assert words in found.source
