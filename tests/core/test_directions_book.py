"""Directions are kept beside the model, to the byte, and a damaged file is told as such."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.core.directions.direction import Direction, HeldOut, unit
from explorer.core.directions.files.npz import arrays_in
from explorer.core.directions.files.store import LARGEST_FILE, directions_file, load_directions, save_directions
from explorer.core.models.model import model_files
from explorer.core.problem import Problem
from explorer.core.words import plain

SIZE = 6


def directions() -> tuple[Direction, ...]:
    draw = np.random.RandomState(0)
    return (
        Direction(
            "smile – 微笑",
            unit(draw.randn(SIZE)),
            "logistic",
            "the portraits, smile",
            "smile",
            (120, 80),
            HeldOut(0.9, 0.8, 0.95, 50),
            ("A remark.", "And “another”."),
            {"C": 0.1, "seed": 3, "balanced": ["age", "hat"], "pairs_ordered": {"accuracy": 1 / 3}},
        ),
        Direction("widest", unit(draw.randn(SIZE)), "pca", details={"eigenvalue": 0.1 + 0.2}),
    )


def test_what_is_saved_is_loaded_to_the_bit(tmp_path: Path) -> None:
    save_directions(tmp_path / "directions.npz", directions())
    loaded = load_directions(tmp_path / "directions.npz", SIZE)
    for given_one, found in zip(directions(), loaded, strict=True):
        assert found.vector.tobytes() == given_one.vector.tobytes()
        assert found.vector.dtype == np.float32
        for part in ("name", "method", "source", "attribute", "examples", "held_out", "notes", "details"):
            assert getattr(found, part) == getattr(given_one, part), part


def test_a_name_is_nothing_but_words(tmp_path: Path) -> None:
    first, *_ = directions()
    save_directions(tmp_path / "d.npz", [replace(first, name="a\x1b[31mb\u202ec\nd")])
    assert load_directions(tmp_path / "d.npz", SIZE)[0].name == "ab c d"


def test_saved_loaded_and_saved_again_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    save_directions(first, directions())
    save_directions(second, load_directions(first, SIZE))
    assert first.read_bytes() == second.read_bytes()


text = st.text(max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(min_size=1, max_size=60).filter(lambda name: name == plain(name).strip() and "\n" not in name),
    notes=st.lists(text),
    details=st.dictionaries(text, numbers | text | st.booleans() | st.none() | st.lists(numbers)),
    counts=st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
)
def test_any_story_survives(
    tmp_path: Path, name: str, notes: list[str], details: dict[str, Any], counts: tuple[int, int]
) -> None:
    one = Direction(name, unit(np.ones(3)), "mean", "", "", counts, None, tuple(notes), details)
    save_directions(tmp_path / "x.npz", [one])
    (found,) = load_directions(tmp_path / "x.npz", 3)
    assert (found.name, found.notes, found.details, found.examples) == (name, tuple(notes), details, counts)
    save_directions(tmp_path / "y.npz", [found])
    assert (tmp_path / "x.npz").read_bytes() == (tmp_path / "y.npz").read_bytes()


def test_pairs_of_an_earlier_file_are_judged_by_their_order(tmp_path: Path) -> None:
    chance = "On examples it had not seen, it does no better than chance."
    ordered = {"accuracy": 0.96, "low": 0.8, "high": 0.99, "examples": 25}
    old = Direction(
        "smiling",
        unit(np.ones(SIZE)),
        "pairs",
        held_out=HeldOut(0.62, 0.48, 0.74, 50),
        notes=("Few.", chance),
        details={"pairs": 100, "pairs_ordered": ordered},
    )
    file = tmp_path / "a.npz"
    save_directions(file, [old])
    (found,) = load_directions(file, SIZE)
    assert found.held_out == HeldOut(0.96, 0.8, 0.99, 25, "pairs")
    assert found.alone == old.held_out
    assert (found.notes, set(found.details)) == (("Few.",), {"pairs", "alone"})
    save_directions(file, [found])
    assert load_directions(file, SIZE)[0].held_out == found.held_out
    save_directions(file, [replace(old, details={"pairs_ordered": {"accuracy": 3}})])
    assert load_directions(file, SIZE)[0].held_out == old.held_out


def test_other_programs_read_the_vectors(tmp_path: Path) -> None:
    save_directions(tmp_path / "directions.npz", directions())
    with np.load(tmp_path / "directions.npz", allow_pickle=False) as held:
        assert held["vectors"].shape == (2, SIZE)
        assert json.loads(held["about"].tobytes())["directions"][1]["name"] == "widest"


def test_a_file_without_directions_belongs_to_any_model(tmp_path: Path) -> None:
    save_directions(tmp_path / "none.npz", ())
    assert load_directions(tmp_path / "none.npz", 512) == ()


def test_two_directions_of_one_name_are_not_saved(tmp_path: Path) -> None:
    first, _ = directions()
    with pytest.raises(Problem, match="Two directions are called"):
        save_directions(tmp_path / "x.npz", [first, first])
    assert not (tmp_path / "x.npz").exists()


def test_directions_of_unlike_models_are_not_saved_together(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="differ in size"):
        save_directions(tmp_path / "x.npz", [directions()[0], Direction("b", unit(np.ones(3)), "pca")])


def test_a_failed_save_leaves_the_old_file(tmp_path: Path) -> None:
    save_directions(tmp_path / "x.npz", directions())
    before = (tmp_path / "x.npz").read_bytes()
    odd = Direction("odd", unit(np.ones(SIZE)), "pca", details={"eigenvalue": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        save_directions(tmp_path / "x.npz", [odd])
    assert (tmp_path / "x.npz").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x.npz"]


def test_directions_lie_in_the_models_folder(tmp_path: Path) -> None:
    (tmp_path / "generator.onnx").touch()
    files = model_files(tmp_path)
    assert files.directions is None
    assert directions_file(files) == tmp_path / "directions.npz"
    save_directions(directions_file(files), directions())
    assert model_files(tmp_path).directions == directions_file(files)


def test_directions_of_a_bare_file_lie_beside_it_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "faces.v2.onnx").touch()
    files = model_files(tmp_path / "faces.v2.onnx")
    assert files.directions is None
    assert directions_file(files) == tmp_path / "faces.v2.directions.npz"
    save_directions(directions_file(files), directions())
    found = model_files(tmp_path / "faces.v2.onnx")
    assert found.directions == directions_file(files) == directions_file(found)


def test_directions_of_another_model_are_refused(tmp_path: Path) -> None:
    save_directions(tmp_path / "x.npz", directions())
    with pytest.raises(Problem, match="directions of 6 numbers; this model's latents have 8"):
        load_directions(tmp_path / "x.npz", 8)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no file"):
        load_directions(tmp_path / "gone.npz", SIZE)
    with pytest.raises(Problem, match="is a folder"):
        load_directions(tmp_path, SIZE)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "x.npz").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(Problem, match="larger than 64 MB"):
        load_directions(tmp_path / "x.npz", SIZE)


def test_every_truncation_is_told_as_damage(tmp_path: Path) -> None:
    whole = _saved(tmp_path)
    for length in range(0, len(whole), 7):
        (tmp_path / "x.npz").write_bytes(whole[:length])
        with pytest.raises(Problem):
            load_directions(tmp_path / "x.npz", SIZE)


def test_no_flipped_byte_escapes_as_anything_but_a_problem(tmp_path: Path) -> None:
    whole = _saved(tmp_path)
    refused = 0
    for place in range(len(whole)):
        (tmp_path / "x.npz").write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            load_directions(tmp_path / "x.npz", SIZE)
        except Problem:
            refused += 1
    assert refused > 0.8 * len(whole)  # the rest are time stamps and the like, which nobody reads


def _saved(folder: Path) -> bytes:
    save_directions(folder / "x.npz", directions()[1:])
    return (folder / "x.npz").read_bytes()


def _zip(path: Path, members: dict[str, bytes], kind: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def _npy(array: np.ndarray, *, pickled: bool = False) -> bytes:
    held = io.BytesIO()
    np.lib.format.write_array(held, array, allow_pickle=pickled)
    return held.getvalue()


def _members(vectors: np.ndarray, about: object) -> dict[str, bytes]:
    told = about if isinstance(about, str) else json.dumps(about)
    return {"vectors.npy": _npy(vectors), "about.npy": _npy(np.frombuffer(told.encode(), np.uint8))}


def _told(**changes: object) -> dict[str, Any]:
    facts = {
        "name": "a",
        "method": "mean",
        "source": "",
        "attribute": "",
        "examples": [1, 2],
        "held_out": None,
        "notes": [],
        "details": {},
    }
    return {"format": "latent-explorer/directions", "version": 1, "directions": [{**facts, **changes}]}


ONE = unit(np.ones(SIZE))[None]


def test_the_hand_made_file_is_good_to_begin_with(tmp_path: Path) -> None:
    (found,) = load_directions(_zip(tmp_path / "x.npz", _members(ONE, _told())), SIZE)
    assert found.examples == (1, 2)


@pytest.mark.parametrize(
    ("vectors", "about"),
    [
        (ONE * np.nan, _told()),
        (ONE * 2, _told()),
        (ONE * 0, _told()),
        (ONE.astype(np.float64), _told()),
        (ONE[0], _told()),
        (np.vstack([ONE, ONE]), _told()),
        (np.vstack([ONE, ONE]), {**_told(), "directions": _told()["directions"] * 2}),
        (ONE, _told(name="")),
        (ONE, _told(name=3)),
        (ONE, _told(name="x" * 61)),
        (ONE, _told(examples=[1])),
        (ONE, _told(examples=[1, -2])),
        (ONE, _told(examples=[1, 2.5])),
        (ONE, _told(held_out={"accuracy": 2, "low": 0, "high": 1, "examples": 3})),
        (ONE, _told(held_out={"accuracy": 0.5})),
        (ONE, _told(held_out=[0.5])),
        (ONE, _told(notes="text")),
        (ONE, _told(notes=[1])),
        (ONE, _told(details=[1])),
        (ONE, {"format": "latent-explorer/directions"}),
        (ONE, {"format": "latent-explorer/directions", "version": "1", "directions": []}),
        (ONE, {"format": "latent-explorer/directions", "version": 1, "directions": {}}),
        (ONE, '{"format": "latent-explorer/directions", "version": NaN}'),
        (ONE, json.dumps(_told()).replace("{}", '{"x": 1e999}')),
        (ONE, "[" * 100_000),
        (ONE, "\x00"),
        (ONE, '{"format": "latent-explorer/directions", "version": ' + "9" * 5000 + "}"),
    ],
)
def test_what_cannot_be_is_told_as_damage(tmp_path: Path, vectors: np.ndarray, about: object) -> None:
    path = _zip(tmp_path / "x.npz", _members(vectors, about))
    with pytest.raises(Problem, match="damaged"):
        load_directions(path, SIZE)


def test_a_newer_version_says_so(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x.npz", _members(ONE, {**_told(), "version": 4}))
    with pytest.raises(Problem, match="is of version 4; this program reads versions up to 3"):
        load_directions(path, SIZE)


@pytest.mark.parametrize("about", [{"format": "other"}, [], "3"])
def test_a_file_of_something_else_says_so(tmp_path: Path, about: object) -> None:
    with pytest.raises(Problem, match="holds no directions"):
        load_directions(_zip(tmp_path / "x.npz", _members(ONE, about)), SIZE)


def _huge_claim() -> bytes:
    return _npy(ONE).replace(b"(1, 6), ", b"(10000000000, 6), ").replace(b" " * 10 + b"\n", b"\n")


def _objects() -> bytes:
    return _npy(np.array([{"a": 1}], object), pickled=True)


def _old_kind() -> bytes:
    return b"\x93NUMPY\x09\x00" + _npy(ONE)[8:]


@pytest.mark.parametrize("vectors", [_huge_claim, _objects, _old_kind, bytes])
def test_arrays_that_lie_are_damage_and_never_unpickled(tmp_path: Path, vectors: Callable[[], bytes]) -> None:
    path = _zip(tmp_path / "x.npz", {**_members(ONE, _told()), "vectors.npy": vectors()})
    with pytest.raises(Problem, match="damaged"):
        load_directions(path, SIZE)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    members = {**_members(ONE, _told()), "vectors.npy": bytes(LARGEST_FILE)}
    with pytest.raises(Problem, match="unpack to more than is read"):
        load_directions(_zip(tmp_path / "x.npz", members, zipfile.ZIP_DEFLATED), SIZE)


def test_a_bomb_that_claims_to_be_small_takes_no_memory(tmp_path: Path) -> None:
    members = {**_members(ONE, _told()), "vectors.npy": bytes(LARGEST_FILE)}
    path = _zip(tmp_path / "x.npz", members, zipfile.ZIP_DEFLATED)
    size, claim = struct.pack("<I", LARGEST_FILE), struct.pack("<I", 152)
    path.write_bytes(path.read_bytes().replace(size, claim))
    with pytest.raises(Problem, match="damaged"):
        load_directions(path, SIZE)
    data = path.read_bytes()
    tracemalloc.start()
    with pytest.raises(zipfile.BadZipFile):
        arrays_in(data, ["vectors.npy"], LARGEST_FILE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_cannot_be_unpacked_within_bounds_is_refused(tmp_path: Path, kind: int) -> None:
    with pytest.raises(Problem, match="packed in an unknown way"):
        load_directions(_zip(tmp_path / "x.npz", _members(ONE, _told()), kind), SIZE)


def test_a_file_that_was_packed_again_is_read(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x.npz", _members(ONE, _told()), zipfile.ZIP_DEFLATED)
    assert load_directions(path, SIZE)[0].vector.tobytes() == ONE.tobytes()


@pytest.mark.parametrize("missing", ["vectors.npy", "about.npy"])
def test_a_missing_part_is_damage(tmp_path: Path, missing: str) -> None:
    members = _members(ONE, _told())
    del members[missing]
    with pytest.raises(Problem, match=f"0 of {missing}"):
        load_directions(_zip(tmp_path / "x.npz", members), SIZE)
