"""Pictures of two kinds that do not go together, drawn or brought; and portraits of which something is settled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.problem import Problem
from explorer.training.pairing import Givens, opened_pairs, takes
from explorer.training.portraits import Portraits, draw
from explorer.training.portraits.fixing import factors_of, fixed_factors
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.sources import PictureSet, open_pictures
from explorer.training.sources.source_report import Tally

SIDE, COUNT = 32, 12
ALL, NOW = np.arange(COUNT), np.zeros(COUNT, np.int64)


@pytest.fixture(scope="module")
def bare() -> PictureSet:
    """Portraits without glasses."""
    return open_pictures(f"portraits:{COUNT}:7:eyeglasses=no", size=SIDE)


def test_what_is_settled_holds_for_all_and_leaves_the_rest(bare: PictureSet) -> None:
    assert bare.attributes is not None
    assert not bare.attributes.column("eyeglasses").any()
    plain = Portraits(COUNT, SIDE, 7)
    for index in range(COUNT):
        assert (bare.pictures[index] == draw(replace(plain.factors(index), eyeglasses=False), SIDE)).all()
    assert "eyeglasses=no" in bare.description


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("glasses=no", "no factor called glasses"),
        ("hat=perhaps", "hat cannot be perhaps"),
        ("smile=2", "smile cannot be"),
    ],
)
def test_what_cannot_be_settled_is_told(text: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        fixed_factors(text)
    with pytest.raises(Problem, match=said):
        open_pictures(f"portraits:4:0:{text}", size=SIDE)
    with pytest.raises(Problem, match=said):
        Run.create(Path("nowhere"), RunSpec("cyclegan", "portraits:4", 32, 1, settings={"given": f"any:{text}"}))


def test_a_portrait_may_be_given_as_it_would_be_otherwise(bare: PictureSet) -> None:
    worn = Givens(bare, "eyeglasses=yes", 0).of(ALL, NOW)
    assert (worn[3] == draw(factors_of(7, 3, "eyeglasses=yes"), SIDE)).all()
    assert (worn != bare.pictures).any(axis=(1, 2, 3)).all()
    assert (Givens(bare, "eyeglasses=no", 0).of(ALL, NOW) == bare.pictures).all()
    strangers = replace(bare, names=tuple(f"{index}.png" for index in range(COUNT)))
    with pytest.raises(Problem, match="own portraits"):
        Givens(strangers, "eyeglasses=yes", 0)


def test_segments_of_a_portrait_know_what_is_settled(bare: PictureSet) -> None:
    worn = open_pictures(f"portraits:{COUNT}:7:eyeglasses=yes", size=SIDE)
    maps = [Givens(found, "segments", 0).of(ALL, NOW) for found in (bare, worn)]
    assert (maps[0] != maps[1]).any()


def test_any_goes_with_no_picture_and_keeps_to_its_part(bare: PictureSet) -> None:
    paired = Givens(bare, "eyeglasses=yes", 0).of(ALL, NOW)
    apart = Givens(bare, "any:eyeglasses=yes", 0, hold_out=0.4)
    away = bare.held_out(0.4)
    assert 2 <= away.sum() <= COUNT - 2
    sources = []
    for turn in range(4):
        given = apart.of(ALL, NOW + turn)
        assert (given == apart.of(ALL, NOW + turn)).all()
        found = [int(np.flatnonzero((paired == each).all(axis=(1, 2, 3)))[0]) for each in given]
        assert (away[found] == away).all()
        sources.append(found)
    assert len({tuple(each) for each in sources}) == 4
    assert takes("any:night") == takes("night")


def folders(root: Path, first: int, second: int) -> Path:
    for name, count, colour in (
        ("trainA", first, (200, 0, 0)),
        ("trainB", second, (0, 200, 0)),
        ("testA", 3, (0, 0, 9)),
    ):
        (root / name).mkdir(parents=True)
        for index in range(count):
            Image.new("RGB", (20, 16 + index), colour).save(root / name / f"{name}-{index}.png")
    return root


def test_folders_that_do_not_go_together_need_no_names_nor_shapes(tmp_path: Path) -> None:
    data = str(folders(tmp_path / "set", 9, 5))
    found = opened_pairs(data, "any:A", size=16, cache=tmp_path / "cache")
    assert (len(found), len(found.partners if found.partners is not None else ())) == (5, 9)
    some = found.subset([1, 3])
    given = Givens(some, "any:A", 0, hold_out=0.3).of(np.array([0, 1]), np.zeros(2, np.int64))
    assert (given[..., 0] > 190).all()
    assert given[..., 1:].max() < 10
    with pytest.raises(Problem, match="no partner"):
        opened_pairs(data, "A", size=16, cache=tmp_path / "cache")


def test_night_is_dim_and_blue(bare: PictureSet) -> None:
    night = Givens(bare, "night", 0).of(ALL, NOW).astype(int)
    assert night.mean() < 0.5 * bare.pictures.mean()
    assert (night[..., 2] >= night[..., 0] - 60).all()
    grey = replace(bare, pictures=bare.pictures[..., :1], report=Tally().report())
    assert Givens(grey, "night", 0).of(ALL, NOW).shape == (COUNT, SIDE, SIDE, 1)
