from __future__ import annotations

import numpy as np
import pytest

from explorer.core.directions.direction import Direction, unit
from explorer.core.directions.files.store import save_directions
from explorer.core.problem import Problem
from explorer.core.rendering.latent_files import numbers_in

NORMAL = np.random.RandomState(0).standard_normal((3, 16))


def saved(path, array):
    np.save(path, array)
    return path


@pytest.mark.parametrize("shape", [(16,), (1, 16), (3, 16), (3, 1, 16), (3, 16, 1, 1)], ids=lambda shape: str(shape))
def test_latents_are_read_in_any_usual_shape(tmp_path, shape):
    rows = NORMAL[: shape[0]] if len(shape) > 1 else NORMAL[:1]
    found = numbers_in(saved(tmp_path / "some.npy", rows.reshape(shape)), 16)
    np.testing.assert_array_equal(found.rows, rows.astype(np.float32))
    assert (found.likely, found.is_sure) == ("latents", False)


def test_rows_of_length_one_are_probably_directions(tmp_path):
    rows = NORMAL / np.linalg.norm(NORMAL, axis=1, keepdims=True)
    found = numbers_in(saved(tmp_path / "some.npy", rows), 16)
    assert (found.likely, found.is_sure, found.are_unit) == ("directions", False, True)


def test_a_boundary_by_its_name_is_probably_a_direction(tmp_path):
    assert numbers_in(saved(tmp_path / "age_boundary.npy", 3 * NORMAL[:1]), 16).likely == "directions"


@pytest.mark.parametrize(("key", "likely"), [("z", "latents"), ("components_", "directions")])
def test_what_an_array_is_called_says_it_for_sure(tmp_path, key, likely):
    np.savez(tmp_path / "a.npz", other=NORMAL, **{key: NORMAL})
    found = numbers_in(tmp_path / "a.npz", 16)
    assert (found.likely, found.is_sure) == (likely, True)


def test_our_own_files_of_directions_are_known(tmp_path):
    save_directions(tmp_path / "d.npz", [Direction("one", unit(NORMAL[0]), "imported", "a test")])
    found = numbers_in(tmp_path / "d.npz", 16)
    assert (found.likely, found.is_sure) == ("directions", True)


@pytest.mark.parametrize("shape", [(1, 512), (3, 3, 16), ()])
def test_other_sizes_are_told(tmp_path, shape):
    with pytest.raises(Problem, match="16 numbers"):
        numbers_in(saved(tmp_path / "other.npy", np.ones(shape)), 16)


def test_numbers_that_are_none_are_refused(tmp_path):
    with pytest.raises(Problem, match="no finite numbers"):
        numbers_in(saved(tmp_path / "nan.npy", np.full((2, 16), np.nan)), 16)


def test_objects_are_never_loaded(tmp_path):
    np.save(tmp_path / "evil.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(Problem, match="never loaded"):
        numbers_in(tmp_path / "evil.npy", 16)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"text"])
def test_what_holds_no_numbers_is_refused(tmp_path, data):
    (tmp_path / "odd.npy").write_bytes(data)
    with pytest.raises(Problem):
        numbers_in(tmp_path / "odd.npy", 16)
