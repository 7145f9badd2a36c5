from __future__ import annotations

import numpy as np
import pytest

from explorer.core.directions.direction import Direction, unit
from explorer.core.directions.files.store import save_directions
from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.core.rendering.latent_files import numbers_in
from explorer.core.rendering.scene import Scene

PLAIN = ModelCard(name="plain", kind="generator", latent_size=16)
STYLED = ModelCard(name="styled", kind="generator", latent_size=16, styles=6, style_size=16)
NORMAL = np.random.RandomState(0).standard_normal((3, 16))


def saved(path, array):
    np.save(path, array)
    return path


@pytest.mark.parametrize("shape", [(16,), (1, 16), (3, 16), (3, 1, 16), (3, 16, 1, 1)], ids=lambda shape: str(shape))
def test_latents_are_read_in_any_usual_shape(tmp_path, shape):
    rows = NORMAL[: shape[0]] if len(shape) > 1 else NORMAL[:1]
    found = numbers_in(saved(tmp_path / "some.npy", rows.reshape(shape)), PLAIN)
    np.testing.assert_array_equal(found.rows, rows.astype(np.float32))
    assert (found.likely, found.is_sure) == ("latents", False)


def test_rows_of_length_one_are_probably_directions(tmp_path):
    rows = NORMAL / np.linalg.norm(NORMAL, axis=1, keepdims=True)
    found = numbers_in(saved(tmp_path / "some.npy", rows), PLAIN)
    assert (found.likely, found.is_sure, found.are_unit) == ("directions", False, True)


def test_a_boundary_by_its_name_is_probably_a_direction(tmp_path):
    assert numbers_in(saved(tmp_path / "age_boundary.npy", 3 * NORMAL[:1]), PLAIN).likely == "directions"


@pytest.mark.parametrize(("key", "likely"), [("z", "latents"), ("components_", "directions")])
def test_what_an_array_is_called_says_it_for_sure(tmp_path, key, likely):
    np.savez(tmp_path / "a.npz", other=NORMAL, **{key: NORMAL})
    found = numbers_in(tmp_path / "a.npz", PLAIN)
    assert (found.likely, found.is_sure) == (likely, True)


def test_our_own_files_of_directions_are_known(tmp_path):
    save_directions(tmp_path / "d.npz", [Direction("one", unit(NORMAL[0]), "imported", "a test")])
    found = numbers_in(tmp_path / "d.npz", PLAIN)
    assert (found.likely, found.is_sure) == ("directions", True)


@pytest.mark.parametrize("shape", [(1, 512), (3, 3, 8), ()])
def test_other_sizes_are_told(tmp_path, shape):
    with pytest.raises(Problem, match="16 numbers"):
        numbers_in(saved(tmp_path / "other.npy", np.ones(shape)), PLAIN)


def test_numbers_that_are_none_are_refused(tmp_path):
    with pytest.raises(Problem, match="not finite numbers"):
        numbers_in(saved(tmp_path / "nan.npy", np.full((2, 16), np.nan)), PLAIN)


def test_objects_are_never_loaded(tmp_path):
    np.save(tmp_path / "evil.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(Problem, match="never loaded"):
        numbers_in(tmp_path / "evil.npy", PLAIN)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"text"])
def test_what_holds_no_numbers_is_refused(tmp_path, data):
    (tmp_path / "odd.npy").write_bytes(data)
    with pytest.raises(Problem):
        numbers_in(tmp_path / "odd.npy", PLAIN)


CODE = np.random.RandomState(1).standard_normal((6, 16)).astype(np.float32)


@pytest.mark.parametrize(
    "arrays",
    [
        {"w": CODE[None]},  # NVIDIA's projector
        {"w": CODE},
        {"w": CODE.reshape(1, -1)},
        {"w_plus": CODE, "loss": np.zeros(1)},
        {"z": NORMAL[:1], "w": CODE[None]},  # ours
    ],
)
def test_points_of_w_plus_come_back_as_what_they_are(tmp_path, arrays):
    np.savez(tmp_path / "projected_w.npz", **arrays)
    found = numbers_in(tmp_path / "projected_w.npz", STYLED)
    assert (found.likely, found.is_sure, found.in_w) == ("latents", True, True)
    (scene,) = found.scenes(Scene("hash", "styled", np.zeros(16, np.float32), None, 0.5))
    assert scene.w.tobytes() == CODE.tobytes()
    assert scene.truncation == 1.0
    assert scene.z.tobytes() == np.float32(arrays["z"][0] if "z" in arrays else np.zeros(16)).tobytes()


@pytest.mark.parametrize("array", [CODE, CODE[None], np.stack([CODE, 2 * CODE])], ids=["one", "e4e", "two"])
def test_bare_codes_of_e4e_are_of_w_plus(tmp_path, array):
    found = numbers_in(saved(tmp_path / "latents.npy", array), STYLED)
    assert (found.in_w, found.likely, found.is_sure) == (True, "latents", False)
    assert found.rows.tobytes() == np.float32(array).tobytes()


def test_a_point_that_the_projector_repeats_for_every_layer_is_one_of_w(tmp_path):
    np.savez(tmp_path / "projected_w.npz", w=np.tile(CODE[:1], (1, 6, 1)))
    found = numbers_in(tmp_path / "projected_w.npz", STYLED)
    assert found.rows.tobytes() == CODE[:1].tobytes()


def test_as_many_points_of_w_as_there_are_layers_are_told_from_a_code_by_the_latents_beside_them(tmp_path):
    z = np.random.RandomState(2).standard_normal((6, 16)).astype(np.float32)
    np.savez(tmp_path / "six.npz", z=z, w=CODE)
    scenes = numbers_in(tmp_path / "six.npz", STYLED).scenes(Scene("hash", "styled", z[0], None))
    assert [scene.w.tobytes() for scene in scenes] == [row.tobytes() for row in CODE]
    assert [scene.z.tobytes() for scene in scenes] == [row.tobytes() for row in z]


@pytest.mark.parametrize("arrays", [{"w": CODE[None]}, {"w": NORMAL}, {"": CODE[None]}])
def test_points_of_w_are_refused_by_a_model_without_w(tmp_path, arrays):
    np.savez(tmp_path / "p.npz", **arrays) if "" not in arrays else np.save(tmp_path / "p.npz.npy", arrays[""])
    (path,) = tmp_path.iterdir()
    with pytest.raises(Problem, match=r"points of W .*which this model does not have"):
        numbers_in(path, PLAIN)


def test_points_of_another_model_are_told(tmp_path):
    np.savez(tmp_path / "p.npz", w=np.ones((1, 18, 512)))
    with pytest.raises(Problem, match=r"1 × 18 × 512; styled takes 16 numbers for each of 6 layers"):
        numbers_in(tmp_path / "p.npz", STYLED)
