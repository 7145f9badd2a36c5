"""Picture sets: holding out, choosing, portraits, and the real data where it is at hand."""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources import Attributes, PictureSet, SourceReport, open_pictures
from tests.pictures import labelled_folder

SHARED = Path(os.environ.get("LATENT_EXPLORER_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
needs_shared_data = pytest.mark.skipif(
    not (SHARED / "faces-128").is_dir(),
    reason="needs the shared data folder: set LATENT_EXPLORER_SHARED_DATA",
)


def numbered(names: list[str], groups: list[str] | None = None) -> PictureSet:
    count = len(names)
    return PictureSet(
        pictures=np.arange(count, dtype=np.uint8).reshape(-1, 1, 1, 1),
        names=tuple(names),
        labels=np.arange(count),
        classes=tuple(names),
        attributes=Attributes(("number",), np.arange(count, dtype=np.float32)[:, None]),
        report=SourceReport(count, count),
        groups=None if groups is None else tuple(groups),
    )


def test_about_the_wanted_fraction_is_held_out_and_seeds_differ() -> None:
    found = numbered([f"{i}.png" for i in range(2000)])
    assert 150 < found.held_out(0.1).sum() < 250
    assert (found.held_out(0.1) != found.held_out(0.1, seed=1)).any()
    assert not found.held_out(0).any()
    assert found.held_out(1).all()


def test_what_is_held_out_does_not_depend_on_order_or_on_the_others() -> None:
    names = [f"{i}.png" for i in range(100)]
    whole = dict(zip(names, numbered(names).held_out(0.3), strict=True))
    fewer = names[::-3]
    assert [whole[name] for name in fewer] == numbered(fewer).held_out(0.3).tolist()


def test_a_group_is_held_out_as_a_whole() -> None:
    groups = [f"person {i % 10}" for i in range(100)]
    held = numbered([f"{i}.png" for i in range(100)], groups).held_out(0.5)
    assert held.reshape(10, 10).all(0).tolist() == held.reshape(10, 10).any(0).tolist()
    assert 0 < held.sum() < 100


def test_a_subset_keeps_everything_together() -> None:
    found = numbered(["a", "b", "c", "d"], ["x", "x", "y", "y"])
    by_mask, by_index = found.subset([True, False, False, True]), found.subset([3, 0])
    assert by_mask.names == ("a", "d")
    assert by_index.names == ("d", "a")
    assert by_index.pictures.ravel().tolist() == [3, 0]
    assert by_index.groups == ("y", "x")
    assert by_index.labels is not None
    assert by_index.labels.tolist() == [3, 0]
    assert by_index.attributes is not None
    assert by_index.attributes.values.ravel().tolist() == [3, 0]
    assert len(found.subset([])) == 0


class TinyPortraits:
    """Stands in for the painted faces: the picture is its index."""

    drawn = 0

    def __init__(self, count: int, size: int, seed: int, *, fixed: str = "") -> None:
        self.count, self.size, self.seed = count, size, seed

    def __len__(self) -> int:
        return self.count

    def picture(self, index: int) -> NDArray[np.uint8]:
        type(self).drawn += 1
        return np.full((self.size, self.size, 3), (index % 256, self.seed, 0), np.uint8)

    def attributes(self) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        return ("smile",), np.linspace(-1, 1, self.count, dtype=np.float32)[:, None]


def test_portraits_are_drawn_once_with_all_their_factors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("explorer.training.portraits")
    module.Portraits = TinyPortraits  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "explorer.training.portraits", module)
    monkeypatch.setattr(TinyPortraits, "drawn", 0)
    found = open_pictures("portraits:100:7", size=8, cache=tmp_path)
    assert found.pictures[:, 0, 0].tolist() == [[i, 7, 0] for i in range(100)]
    assert found.names[3] == "portrait-7-0000003"
    assert found.attributes is not None
    assert found.attributes.column("smile")[-1] == 1
    assert found.description == "100 procedural portraits, seed 7"
    assert found.licence
    first = TinyPortraits.drawn
    again = open_pictures("portraits:100:7", size=8, cache=tmp_path)
    assert (again.pictures == found.pictures).all()
    assert TinyPortraits.drawn - first < 20
    for word in ("portraits:many", "portraits:1:2:3"):
        with pytest.raises(Problem, match="is not understood"):
            open_pictures(word, size=8, cache=tmp_path)


def test_real_portraits_open(tmp_path: Path) -> None:
    pytest.importorskip("explorer.training.portraits", reason="the painted portraits are not in this checkout")
    found = open_pictures("portraits:20:1", size=32, cache=tmp_path)
    assert found.pictures.shape == (20, 32, 32, 3)
    assert found.attributes is not None
    assert "smile" in found.attributes.names


@needs_shared_data
def test_real_faces_come_with_their_people(tmp_path: Path) -> None:
    found = open_pictures(SHARED / "faces-128", size=32, cache=tmp_path)
    assert found.pictures.shape == (931, 32, 32, 3)
    assert found.report.skipped == {}
    assert found.classes == ("congress", "london")
    assert found.attributes is not None
    assert np.nansum(found.attributes.column("smiling")) == 81
    assert np.isnan(found.attributes.column("smiling")).sum() == 769
    assert found.groups is not None
    assert len(set(found.groups)) == 850
    pairs = [i for i, name in enumerate(found.names) if name.startswith("london")]
    held = found.held_out(0.2)[pairs]
    assert (held[:81] == held[81:]).all()


@needs_shared_data
def test_real_fashion_comes_with_its_classes(tmp_path: Path) -> None:
    found = open_pictures(f"{SHARED / 'fashion-mnist'}#test", size=32, cache=tmp_path)
    assert found.pictures.shape == (10_000, 32, 32, 1)
    assert found.labels is not None
    assert np.bincount(found.labels).tolist() == [1000] * 10
    assert found.classes[9] == "Ankle boot"
    assert "Zalando" in found.attribution


def test_at_most_so_many_are_taken_evenly_spread_with_their_own_facts(tmp_path: Path) -> None:
    shades = np.arange(10, dtype=np.uint8)[:, None, None] * np.ones((1, 8, 8), np.uint8)
    np.savez(tmp_path / "set.npz", pictures=shades, labels=np.arange(10))
    few = open_pictures(tmp_path / "set.npz", size=8, most=4, cache=tmp_path / "cache")
    assert few.pictures[:, 0, 0, 0].tolist() == [0, 2, 5, 7]
    assert few.names == ("000000", "000002", "000005", "000007")
    assert few.labels is not None
    assert few.labels.tolist() == [0, 2, 5, 7]
    painted = open_pictures("portraits:6", size=32, most=3, cache=tmp_path / "cache")
    whole = open_pictures("portraits:6", size=32, most=6, cache=tmp_path / "cache")
    assert painted.attributes is not None
    assert whole.attributes is not None
    assert (painted.attributes.values == whole.attributes.values[::2]).all()
    assert (painted.pictures == whole.pictures[::2]).all()


def test_rows_for_pictures_that_are_here_but_were_not_taken_or_not_readable_are_not_reported_missing(
    tmp_path: Path,
) -> None:
    folder = labelled_folder(tmp_path / "set", count=12)
    (folder / "00.png").write_bytes(b"broken")
    few = open_pictures(folder, size=8, most=4, cache=tmp_path / "cache")
    assert not [note for note in few.report.notes if "not here" in note]
    (folder / "01.png").unlink()
    fewer = open_pictures(folder, size=8, most=4, cache=tmp_path / "cache")
    assert [note for note in fewer.report.notes if "has 1 row for a picture that is not here" in note]
