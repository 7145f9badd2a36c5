"""Directions of other tools, in every form they come in, and files that are none."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.core.directions.direction import unit
from explorer.core.directions.files import containers
from explorer.core.directions.files.importing import _rows, import_directions
from explorer.core.directions.files.zip_directory import directory_bytes
from explorer.core.problem import Problem

D = 8
ROWS = np.random.RandomState(0).standard_normal((3, D))
ONE = ROWS[0] * 4
PUBLISHED = Path(__file__).parents[3] / "shared" / "checkpoints" / "directions"  # optional


def npy(path: Path, array: Any) -> Path:
    np.save(path, array)
    return path


def npz(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


def text(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize("shape", [(D,), (1, D), (D, 1), (1, 1, D)])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", ">f4"])
def test_one_direction_of_any_shape_is_read(tmp_path: Path, shape: tuple[int, ...], dtype: str) -> None:
    path = npy(tmp_path / "smile boundary.npy", ONE.reshape(shape).astype(dtype))
    (found,) = import_directions(path, D)
    assert (found.name, found.method, found.source) == ("smile boundary", "imported", "smile boundary.npy")
    assert found.vector == pytest.approx(unit(ONE), abs=2e-3)
    assert np.linalg.norm(found.vector) == pytest.approx(1, abs=1e-6)
    assert found.details["length"] == pytest.approx(np.linalg.norm(ONE), rel=1e-3)


@pytest.mark.parametrize("array", [ROWS, ROWS[:, None], np.asfortranarray(ROWS), ROWS.T], ids=str)
def test_several_directions_are_numbered(tmp_path: Path, array: np.ndarray) -> None:
    found = import_directions(npy(tmp_path / "set.npy", array), D)
    assert [d.name for d in found] == ["set 1", "set 2", "set 3"]
    assert np.stack([d.vector for d in found]) == pytest.approx(np.stack([unit(r) for r in ROWS]), abs=1e-6)
    assert "layers of one direction" in found[0].notes[0]


def test_one_direction_repeated_for_every_layer_is_one(tmp_path: Path) -> None:
    (found,) = import_directions(npy(tmp_path / "age.npy", np.tile(ONE, (18, 1))), D)
    assert found.vector == pytest.approx(unit(ONE), abs=1e-6)
    assert "repeats it for 18 layers" in found.notes[0]
    with pytest.raises(Problem, match=r"a part for each of 18 layers \(2 × 18 × 8\)"):
        import_directions(npy(tmp_path / "age.npy", np.ones((2, 18, D))), D)


def test_names_come_from_the_keys(tmp_path: Path) -> None:
    path = npz(tmp_path / "set.npz", smile=ONE, age=ROWS[:2], bias=np.zeros(1), words=np.array(["a", "b"]))
    assert [d.name for d in import_directions(path, D)] == ["smile", "age 1", "age 2"]
    mixed = npz(tmp_path / "mixed.npz", smile=ONE, other=np.ones((4, 5)))
    (found,) = import_directions(mixed, D)
    assert found.notes == ("Left out, as they are not directions: other (4 × 5).",)


def test_a_pca_is_understood(tmp_path: Path) -> None:
    ours = {"lat_comp": ROWS[:, None], "lat_mean": np.ones((1, D)), "lat_stdev": np.array([3.0, 2.0, 1.0])}
    beside = {"act_comp": np.ones((3, 1, 40)), "var_ratio": np.array([0.5, 0.3, 0.2])}
    found = import_directions(npz(tmp_path / "stylegan-pca.npz", **ours, **beside), D)
    assert [d.name for d in found] == [f"stylegan-pca {rank}" for rank in (1, 2, 3)]
    assert (found[1].details["deviation"], found[1].details["share"]) == (2.0, 0.3)
    plain = {"components_": ROWS, "mean_": np.ones(D), "explained_variance_": np.array([9.0, 4.0, 1.0])}
    found = import_directions(npz(tmp_path / "p.npz", **plain), D)
    assert [d.details["variance"] for d in found] == [9.0, 4.0, 1.0]
    assert found[2].vector == pytest.approx(unit(ROWS[2]), abs=1e-6)


@pytest.mark.parametrize(
    "content",
    [
        {"smile": ONE.tolist()},
        {"directions": {"smile": ONE.tolist()}},
        {"directions": [{"name": "smile", "vector": ONE.tolist()}]},
        [{"name": "smile", "vector": [ONE.tolist()]}],
    ],
)
def test_json_with_names_is_read(tmp_path: Path, content: Any) -> None:
    (found,) = import_directions(text(tmp_path / "d.json", content), D)
    assert found.name == "smile"
    assert found.vector == pytest.approx(unit(ONE), abs=1e-6)


def test_json_without_names_is_read(tmp_path: Path) -> None:
    assert [d.name for d in import_directions(text(tmp_path / "d.json", ONE.tolist()), D)] == ["d"]
    assert len(import_directions(text(tmp_path / "d.json", ROWS.tolist()), D)) == 3


def test_tensors_come_from_whoever_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "d.pt"
    path.write_bytes(b"PK\x05\x06" + bytes(18))
    (found,) = import_directions(path, D, lambda path: {"smile": ONE})
    assert found.name == "smile"
    with pytest.raises(Problem, match="PyTorch file or a pickle"):
        import_directions(path, D)


def test_names_are_made_fit_and_unlike(tmp_path: Path) -> None:
    content = [{"name": name, "vector": ONE.tolist()} for name in ("a\nb", " a b ", "x" * 200, "x" * 300)]
    path = tmp_path / "d.json"
    path.write_text(json.dumps([*content, {"name": "  ", "vector": ONE.tolist()}]))
    names = [d.name for d in import_directions(path, D)]
    assert len(set(names)) == len(names)
    assert all(name.isprintable() and 1 <= len(name) <= 60 for name in names)


def test_a_direction_for_another_model_says_which_sizes_do_not_agree(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"is for a latent of 512: the size of StyleGAN .*; this model takes 64"):
        import_directions(npy(tmp_path / "d.npy", np.ones((1, 512))), 64)
    with pytest.raises(Problem, match=r"of 9,216: that of 18 StyleGAN layers at once .*takes 512"):
        import_directions(npy(tmp_path / "d.npy", np.ones(9216)), 512)
    with pytest.raises(Problem, match="of 33; this model takes 64"):
        import_directions(npy(tmp_path / "d.npy", np.ones(33)), 64)


def _members(path: Path, members: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def _bytes(array: Any) -> bytes:
    held = io.BytesIO()
    np.save(held, array)
    return held.getvalue()


def _header(words: str, size: int | None = None) -> bytes:
    said = words.encode().ljust(118) if size is None else words.encode()
    return b"\x93NUMPY\x01\x00" + (len(said) if size is None else size).to_bytes(2, "little") + said


def _put(data: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "not finite": (lambda p: npy(p, np.full(D, np.nan)), "not finite"),
    "infinite": (lambda p: npy(p, np.full(D, np.inf)), "not finite"),
    "no length": (lambda p: npy(p, np.zeros(D)), r"x in x\.npy is all zeros"),
    "one bad row": (lambda p: npy(p, np.stack([ONE, np.zeros(D)])), r"x 2 in x\.npy is all zeros"),
    "objects": (lambda p: _put(_bytes_of_objects())(p), "never loaded"),
    "words": (lambda p: npy(p, np.array(["a"] * D)), "not numbers"),
    "complex": (lambda p: npy(p, np.ones(D) * 1j), "not numbers"),
    "a number": (lambda p: npy(p, np.float64(3)), "is for a latent of 1; this model takes 8"),
    "nothing in it": (lambda p: npy(p, np.ones((0, D))), "this model takes 8"),
    "cut off": (lambda p: _put(_bytes(ONE)[:-5])(p), "cut off"),
    "cut in its header": (lambda p: _put(_bytes(ONE)[:20])(p), "damaged"),
    "claims terabytes": (
        lambda p: _put(_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"))(p),
        "cut off",
    ),
    "claims less than nothing": (
        lambda p: _put(_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-8,), }"))(p),
        "damaged",
    ),
    "a header that is code": (lambda p: _put(_header("__import__('os').abort()"))(p), "damaged"),
    "a huge header": (lambda p: _put(_header("(" * 60000, 60000))(p), "damaged"),
    "empty": (_put(b""), "empty"),
    "something else": (_put(b"\x89PNG....."), "not a known kind of file of directions"),
    "a pickle": (_put(b"\x80\x04N."), "PyTorch file or a pickle"),
    "a broken zip": (_put(b"PK\x03\x04 nothing"), "zip"),
    "objects in a zip": (lambda p: _members(p, {"a.npy": _bytes_of_objects()}), "never loaded"),
    "cut off in a zip": (lambda p: _members(p, {"a.npy": _bytes(ONE)[:-5]}), "cut off"),
    "no arrays": (lambda p: npz(p.with_suffix(".npz"), words=np.array(["a"])), "holds no directions"),
    "a bomb": (
        lambda p: _members(p, {f"{i}.npy": bytes(60 << 20) for i in range(5)}),
        "would unpack to 5 arrays of 300 MB",
    ),
    "too many arrays": (lambda p: _members(p, {f"{i}.npy": b"" for i in range(1001)}), "1,001 arrays"),
    "too many rows": (lambda p: npy(p, np.random.RandomState(0).rand(1001, D)), "1,001 directions"),
    "bad JSON": (_put(b'{"a": [1, 2'), "not JSON"),
    "deep JSON": (_put(b"[" * 100_000), "not JSON"),
    "ragged JSON": (_put(b"[[1, 2], [3]]"), "same length"),
    "words in JSON": (_put(b'["1", "2"]'), "same length"),
    "NaN in JSON": (_put(b"[NaN, 1, 1, 1, 1, 1, 1, 1]"), "not finite"),
    "a huge number in JSON": (_put(b"[1e999, 1, 1, 1, 1, 1, 1, 1]"), "not finite"),
    "a number without end in JSON": (_put(b"[" + b"9" * 9000 + b"]"), "not JSON"),
}


def _bytes_of_objects() -> bytes:
    held = io.BytesIO()
    np.lib.format.write_array(held, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return held.getvalue()


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_direction_is_said_in_a_sentence(tmp_path: Path, case: str) -> None:
    write, said = BAD[case]
    with pytest.raises(Problem, match=said):
        import_directions(write(tmp_path / "x.npy"), D)


def test_files_that_are_not_there_are_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no file"):
        import_directions(tmp_path / "none.npy", D)
    with pytest.raises(Problem, match="folder"):
        import_directions(tmp_path, D)


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published boundaries are not here")
def test_published_boundaries_are_read_and_told_from_other_sizes() -> None:
    for path in sorted(PUBLISHED.glob("*.npy")):
        (found,) = import_directions(path, 512)
        assert found.name == path.stem
        assert found.vector == pytest.approx(np.load(path)[0], abs=1e-6)
        with pytest.raises(Problem, match="StyleGAN and ProGAN; this model takes 64"):
            import_directions(path, 64)


@pytest.mark.parametrize(
    ("shape", "rows"),
    [
        ((4,), 1),
        ((5,), None),
        ((1, 4), 1),
        ((4, 1), 1),
        ((3, 4), 3),
        ((4, 3), 3),
        ((4, 4), 4),
        ((3, 1, 4), 3),
        ((1, 3, 4), 3),
        ((2, 3, 4), None),
        ((4, 3, 1), None),
        ((), None),
        ((0, 4), None),
    ],
)
def test_arrays_are_rows_of_directions_where_one_side_is_that_of_the_latent(
    shape: tuple[int, ...], rows: int | None
) -> None:
    array = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    found = _rows(array, 4)
    assert (None if found is None else found.shape) == (None if rows is None else (rows, 4))
    if shape == (4, 3):
        assert found is not None
        assert found[1].tolist() == array[:, 1].tolist()
    assert _rows(array.astype(str), 4) is None


@pytest.mark.parametrize(
    ("name", "numbers", "latent", "style", "space"),
    [
        ("age", 4, 4, 0, "z"),
        ("age", 4, 4, 4, "z"),
        ("age_w_boundary", 4, 4, 4, "w"),
        ("AGE-W", 4, 4, 4, "w"),
        ("view", 4, 4, 4, "z"),
        ("age", 5, 4, 5, "w"),
        ("age_w", 4, 4, 5, "z"),
    ],
)
def test_the_space_of_directions_is_told_by_their_size_then_by_their_name(
    tmp_path: Path, name: str, numbers: int, latent: int, style: int, space: str
) -> None:
    np.save(tmp_path / f"{name}.npy", np.eye(numbers)[0])
    (found,) = import_directions(tmp_path / f"{name}.npy", latent, style_size=style)
    assert found.space == space
    if numbers == latent == style:
        for asked in ("z", "w"):
            (found,) = import_directions(tmp_path / f"{name}.npy", latent, style_size=style, space=asked)
            assert found.space == asked


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((512,), "(512) is for a latent of 512: the size of StyleGAN and ProGAN; this model takes 4."),
        ((1, 1, 7), "(1 × 1 × 7) is for a latent of 7; this model takes 4."),
        ((1,), "(1) is for a latent of 1; this model takes 4."),
        (
            (2, 18, 4),
            "holds directions with a part for each of 18 layers (2 × 18 × 4); this model takes one latent of 4.",
        ),
    ],
)
def test_why_directions_do_not_fit_is_said(tmp_path: Path, shape: tuple[int, ...], said: str) -> None:
    np.save(tmp_path / "d.npy", np.ones(shape))
    with pytest.raises(Problem) as told:
        import_directions(tmp_path / "d.npy", 4)
    assert told.value.what == f"d.npy {said}"


@pytest.mark.parametrize(("count", "notes"), [(2, 1), (18, 1), (19, 0)])
def test_a_few_rows_may_be_layers_and_that_is_noted(tmp_path: Path, count: int, notes: int) -> None:
    rows = np.random.RandomState(0).standard_normal((count, 4))
    np.save(tmp_path / "d.npy", rows)
    found = import_directions(tmp_path / "d.npy", 4)
    assert [one.name for one in found] == [f"d {rank}" for rank in range(1, count + 1)]
    assert {len(one.notes) for one in found} == {notes}
    assert found[1].details["length"] == pytest.approx(np.linalg.norm(rows[1]))
    assert found[1].vector == pytest.approx(rows[1] / np.linalg.norm(rows[1]), abs=1e-6)


def test_what_is_beside_directions_is_left_out_and_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", a=np.eye(4)[0], b=np.ones((3, 3)), c=np.eye(4)[1])
    found = import_directions(tmp_path / "d.npz", 4)
    assert [one.name for one in found] == ["a", "c"]
    assert {one.notes for one in found} == {("Left out, as they are not directions: b (3 × 3).",)}


@pytest.mark.parametrize("name", ["stylegan_ffhq_age_w_boundary.npy", "code.npy"])
def test_what_is_of_w_is_refused_by_a_model_without_w(tmp_path: Path, name: str) -> None:
    array = ONE if "w" in name else np.random.RandomState(3).standard_normal((1, 18, D))
    with pytest.raises(Problem, match="directions of W, which this model does not have"):
        import_directions(npy(tmp_path / name, array), D)


@pytest.mark.parametrize("shape", [(6, D), (1, 6, D), (6 * D,)])
def test_a_direction_with_a_part_for_each_layer_is_one(tmp_path: Path, shape: tuple[int, ...]) -> None:
    rows = np.random.RandomState(3).standard_normal((6, D))
    (found,) = import_directions(npy(tmp_path / "age.npy", rows.reshape(shape)), D, None, D, styles=6)
    assert (found.name, found.space) == ("age", "w")
    assert found.vector == pytest.approx(unit(rows.reshape(-1)), abs=1e-6)
    assert "for each of 6 layers" in found.notes[0]


def test_a_direction_that_every_layer_shares_is_one_of_w(tmp_path: Path) -> None:
    (found,) = import_directions(npy(tmp_path / "w.npy", np.tile(ONE, (6, 1))), D, None, D, styles=6)
    assert (found.space, found.vector.shape) == ("w", (D,))


def test_a_direction_of_huge_numbers_points_where_they_do(tmp_path: Path) -> None:
    np.save(tmp_path / "huge.npy", np.array([3e200, -4e200, 0.0]))
    (found,) = import_directions(tmp_path / "huge.npy", 3)
    assert found.vector == pytest.approx([0.6, -0.8, 0.0])


def test_a_zip_of_absurdly_many_parts_is_refused_before_they_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(9):
            archive.writestr(f"{number}.npy", b"")
    data = file.getvalue()
    assert directory_bytes(data) == 9 * (46 + len("0.npy"))
    large = data[:-22] + b"PK\6\6" + bytes(36) + (2**40).to_bytes(8, "little") + bytes(28)
    assert directory_bytes(large + b"PK\5\6" + bytes(8) + b"\xff" * 4 + bytes(6)) == 2**40
    assert directory_bytes(b"PK") == 0
    monkeypatch.setattr(containers, "LARGEST_DIRECTORY", 400)
    (tmp_path / "many.npz").write_bytes(data)
    with pytest.raises(Problem, match="lists more parts than any file of numbers has"):
        import_directions(tmp_path / "many.npz", 2)
