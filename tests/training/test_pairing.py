"""What a translator is given: drawn on the fly and seeded, exact for portraits, or brought in pairs."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.random import RandomState
from numpy.typing import NDArray
from PIL import Image

from explorer.core.drawing.legend import SEGMENTS
from explorer.core.problem import Problem
from explorer.training.learning.batches import Batches
from explorer.training.pairing import Givens, opened_pairs, takes
from explorer.training.pairing.painter import painted_lines
from explorer.training.portraits import Portraits
from explorer.training.portraits.shape_canvas import PaintedShape
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.sources import Assumptions, PictureSet, open_pictures
from explorer.training.sources.procedural import portrait_named
from explorer.training.sources.source_report import Tally

SIDE, COUNT = 64, 6
ALL = np.arange(COUNT)
WORDS = ["lines", "lines+dabs", "grey", "small:4", "hole", "noise", "night", "segments", "eyeglasses=yes"]
STILL = ("grey", "small:4", "night", "eyeglasses=yes")  # in which nothing is drawn by chance
Bytes = NDArray[np.uint8]


@pytest.fixture(scope="module")
def portraits() -> PictureSet:
    made = Portraits(COUNT, SIDE, 7)
    names = tuple(f"portrait-7-{index:07d}" for index in range(COUNT))
    pictures = np.stack([made.picture(index) for index in range(COUNT)])
    return PictureSet(pictures, names, None, (), None, Tally().report())


@pytest.fixture(scope="module")
def strangers(portraits: PictureSet) -> PictureSet:
    """The same pictures, of which nothing is known."""
    return replace(portraits, names=tuple(f"{index}.png" for index in range(COUNT)))


def given(found: PictureSet, word: str, seed: int = 0, turn: int = 0) -> Bytes:
    return Givens(found, word, seed).of(ALL, np.full(COUNT, turn))


@pytest.mark.parametrize("word", WORDS)
def test_what_is_given_is_a_function_of_seed_index_and_turn(portraits: PictureSet, word: str) -> None:
    first = given(portraits, word)
    assert first.shape == portraits.pictures.shape
    assert first.dtype == np.uint8
    assert (first == given(portraits, word)).all()
    assert (Givens(portraits, word, 0).of(ALL[3:4], np.zeros(1, int))[0] == first[3]).all()
    if word not in STILL:
        assert (first != given(portraits, word, seed=1)).any(axis=(1, 2, 3)).all()
        assert (first != given(portraits, word, turn=1)).any(axis=(1, 2, 3)).all()


def slopes(pictures: Bytes) -> NDArray[np.float64]:
    """How much neighbours differ, (N, H-1, W-1)."""
    values = pictures.astype(float).mean(3)
    return np.abs(np.diff(values, axis=1))[:, :, :-1] + np.abs(np.diff(values, axis=2))[:, :-1]


def inked(lines: Bytes) -> NDArray[np.bool_]:
    return lines[:, :-1, :-1].min(3) < 128


@pytest.mark.parametrize("known", [True, False])
def test_lines_lie_where_the_picture_changes_and_nowhere_else(
    portraits: PictureSet, strangers: PictureSet, known: bool
) -> None:
    lines = given(portraits if known else strangers, "lines")
    ink, change = inked(lines), slopes(portraits.pictures)
    assert 0.02 < ink.mean() < 0.35
    assert change[ink].mean() > 2.0 * change[~ink].mean()


def square(part: str, reach: float, opacity: int = 255) -> PaintedShape:
    colour = (9, 9, 9) if opacity == 255 else (9, 9, 9, opacity)
    return PaintedShape(part, np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * reach, colour)


def test_lines_behind_something_are_hidden_and_shades_of_light_are_no_things() -> None:
    back, front, shade = square("hair", 0.4), square("hat", 0.8), square("hat", 0.4, 60)
    drawn_alone = 0
    for seed in range(8):
        alone, hidden, shaded = (
            painted_lines(shapes, SIDE, RandomState(seed)) for shapes in ((back,), (back, front), (front, shade))
        )
        drawn_alone += (alone[16:48, 16:48] < 128).any()
        assert (hidden[16:48, 16:48] == 255).all()
        assert (shaded[16:48, 16:48] == 255).all()
    assert drawn_alone >= 5
    drawn = [painted_lines((back, front), SIDE, RandomState(seed))[:16].min() for seed in range(40)]
    assert 0 < sum(ink == 255 for ink in drawn) < 12  # now and then a part is forgotten


def test_segments_are_the_seven_parts_and_lie_on_their_colours(portraits: PictureSet) -> None:
    segments = given(portraits, "segments")
    colours = {tuple(colour) for colour in segments.reshape(-1, 3).tolist()}
    assert colours <= set(SEGMENTS.values())
    assert len(colours) >= 6
    brightness = {round(0.299 * r + 0.587 * g + 0.114 * b) for r, g, b in SEGMENTS.values()}
    assert len(brightness) == len(SEGMENTS)
    for shown, painted in zip(portraits.pictures, segments, strict=True):
        skin = (painted == SEGMENTS["skin"]).all(2)
        behind = (painted == SEGMENTS["background"]).all(2)
        assert np.abs(np.median(shown[skin], 0) - np.median(shown[behind], 0)).max() > 20


def test_lines_stray_by_a_hand_that_shakes_but_not_far(portraits: PictureSet) -> None:
    drawn = [inked(given(portraits, "lines", seed)) for seed in range(6)]
    same = np.mean([(a & b).sum() / (a | b).sum() for a, b in itertools.pairwise(drawn)])
    assert 0.15 < same < 0.85


def test_eyes_are_drawn_in_other_sizes_and_some_mouths_as_one_line() -> None:
    def spread(part: str, reach: float, seed: int) -> float:
        lines = painted_lines((square(part, reach),), SIDE, RandomState(seed))
        return float(np.ptp(np.flatnonzero((lines < 128).any(0)))) if (lines < 128).any() else np.nan

    widths = np.array([spread("eyes", 0.4, seed) for seed in range(60)])
    assert np.nanmin(widths) < 0.75 * np.nanmax(widths)
    lips = PaintedShape("mouth", np.array([(-0.5, 0), (0, -0.5), (0.5, 0), (0, 0.5)]), (9, 9, 9))
    mouths = [painted_lines((lips,), SIDE, RandomState(seed)) < 128 for seed in range(60)]
    upper, lower = (sum(ink[rows].any() for ink in mouths) for rows in (slice(0, 26), slice(38, None)))
    assert 0.4 * lower < upper < 0.85 * lower


def test_dabs_are_of_the_colours_of_the_picture(portraits: PictureSet) -> None:
    both, lines = given(portraits, "lines+dabs"), given(portraits, "lines")
    dabs = (both.max(3).astype(int) - both.min(3) > 40) & (lines.min(3) > 250)
    assert dabs.any(axis=(1, 2)).sum() >= 4
    near = np.abs(both.astype(int) - portraits.pictures)[dabs]
    assert np.median(near) < 25


def test_grey_small_hole_and_noise_spoil_what_they_say(portraits: PictureSet) -> None:
    pictures = portraits.pictures.astype(int)
    grey = given(portraits, "grey")
    assert (grey == grey[..., :1]).all()
    small = given(portraits, "small:4")
    assert slopes(small).mean() < 0.6 * slopes(portraits.pictures).mean()
    assert np.abs(small.astype(int).mean((1, 2)) - pictures.mean((1, 2))).max() < 2
    hole = given(portraits, "hole")
    gone = (hole != portraits.pictures).any(3)
    assert (hole[gone] == 128).all()
    assert ((gone.mean((1, 2)) > 0.04) & (gone.mean((1, 2)) <= 0.26)).all()
    noise = given(portraits, "noise").astype(int) - pictures
    assert 8 < noise.std() < 75
    assert abs(noise.mean()) < 8


def test_the_word_small_tells_how_much(portraits: PictureSet) -> None:
    two, eight = (slopes(given(portraits, f"small:{times}")).mean() for times in (2, 8))
    assert eight < 0.6 * two
    assert "8 times" in takes("small:8")


@pytest.mark.parametrize("word", ["edges", "small:1", "small:x", "small:40", "smaller"])
def test_an_unknown_word_is_refused_by_naming_the_known(portraits: PictureSet, word: str) -> None:
    with pytest.raises(Problem, match="cannot be given") as refused:
        Givens(portraits, word, 0)
    assert "lines+dabs" in refused.value.hint
    with pytest.raises(Problem, match="cannot be given"):  # before there is a run
        RunSpec("pix2pix", "portraits:4", 32, 1, settings={"given": word}).checked()


def test_segments_are_for_portraits_only(strangers: PictureSet) -> None:
    with pytest.raises(Problem, match="have known segments"):
        Givens(strangers, "segments", 0)


def test_portraits_know_themselves_by_their_names(tmp_path: Path) -> None:
    (name,) = open_pictures("portraits:1:7", size=32, cache=tmp_path).names
    assert portrait_named(name) == (7, 0, "")
    assert portrait_named(f"{name}.png") is None


def test_a_batch_brings_what_is_given_flipped_alike_and_drawn_anew_each_epoch(portraits: PictureSet) -> None:
    asked: list[tuple[list[int], list[int]]] = []

    def giving(chosen: NDArray[np.int64], turns: NDArray[np.int64]) -> Bytes:
        asked.append((chosen.tolist(), turns.tolist()))
        return portraits.pictures[chosen]

    how = {"size": 4, "seed": 0, "device": torch.device("cpu")}
    batches = Batches(portraits.pictures, None, giving=giving, mirror=True, **how)
    for step in (0, 1):
        batch = batches.batch(step)
        assert batch.given is not None
        assert torch.equal(batch.given, batch.pictures)
    assert asked[0][1] == [0, 0, 0, 0]
    assert asked[1][1] == [0, 0, 1, 1]
    assert Batches(portraits.pictures, None, mirror=True, **how).batch(0).given is None


def pairs_of(folder: Path, one: str, other: str, count: int = 4) -> Path:
    """Reddish pictures and their greenish partners, each pair of its own brightness."""
    for index in range(count):
        level = 40 + 50 * index
        for place, colour in ((one, (level, 0, 0)), (other, (0, level, 0))):
            path = folder / place.format(index)
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (24, 16), colour).save(path)
    return folder


LAYOUTS = [("A/{}.png", "B/{}.jpg"), ("A/train/{}.png", "B/train/{}.png"), ("trainA/{}.png", "trainB/{}.png")]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("word", ["A", "B"])
def test_folders_a_and_b_go_together_by_their_names(tmp_path: Path, layout: tuple[str, str], word: str) -> None:
    found = opened_pairs(str(pairs_of(tmp_path / "set", *layout)), word, size=16, cache=tmp_path / "cache")
    assert found.partners is not None
    red, green = (0, 1) if word == "A" else (1, 0)
    brought = Givens(found, word, 0).of(np.array([2, 0]), np.zeros(2, int)).astype(int)
    for picture, partner in zip(found.pictures[[2, 0]].astype(int), brought, strict=True):
        assert abs(picture[8, 8, green] - partner[8, 8, red]) < 6
        assert picture[8, 8, red] < 12
        assert partner[8, 8, green] < 12


@pytest.mark.parametrize("word", ["left", "right"])
def test_pictures_side_by_side_are_cut_apart(tmp_path: Path, word: str) -> None:
    (tmp_path / "train").mkdir()
    for index in range(3):
        both = np.zeros((20, 40, 3), np.uint8)
        both[:, :20, 0], both[:, 20:, 1] = 60 + 60 * index, 60 + 60 * index
        Image.fromarray(both).save(tmp_path / "train" / f"{index}.png")
    found = opened_pairs(str(tmp_path), word, size=20, cache=tmp_path / "cache")
    assert found.partners is not None
    red, green = (found.partners, found.pictures) if word == "left" else (found.pictures, found.partners)
    assert (red[..., 0] == green[..., 1]).all()
    assert red[..., 1].max() == green[..., 0].max() == 0
    assert found.assumed.half == ("right" if word == "left" else "left")
    assert found.subset([2]).partners is not None


def test_bad_pairs_are_told_in_a_sentence(tmp_path: Path) -> None:
    how = {"size": 16, "cache": tmp_path / "cache"}
    lonely = pairs_of(tmp_path / "lonely", "A/{}.png", "B/{}.png")
    (lonely / "B" / "2.png").unlink()
    with pytest.raises(Problem, match=r"One picture of the folder A has no partner in B, such as 2\."):
        opened_pairs(str(lonely), "A", **how)
    shapes = pairs_of(tmp_path / "shapes", "A/{}.png", "B/{}.png")
    Image.new("RGB", (16, 24)).save(shapes / "B" / "1.png")
    with pytest.raises(Problem, match=r"1\.png is 16 x 24, and its partner 1\.png is 24 x 16"):
        opened_pairs(str(shapes), "A", **how)
    with pytest.raises(Problem, match="no folders A and B"):
        opened_pairs(str(tmp_path), "B", **how)
    with pytest.raises(Problem, match="not two pictures side by side"):
        opened_pairs(str(squares(tmp_path)), "left", **how)


def squares(folder: Path) -> Path:
    (folder / "squares").mkdir()
    for index in range(2):
        Image.new("RGB", (16, 16), (9, 90 * index, 0)).save(folder / "squares" / f"{index}.png")
    return folder / "squares"


USES = [{"given": "A"}, {"given": "grey"}, {"given": "small:4", "distance": "squared", "critic_weight": 0.0}]


@pytest.mark.parametrize("use", USES, ids=lambda use: use["given"])
def test_a_run_learns_from_pairs_and_goes_on_the_same(tmp_path: Path, use: dict[str, object]) -> None:
    data = pairs_of(tmp_path / "set", "A/{}.png", "B/{}.png", 6)
    settings = {**use, "width": 0.2, "batch_size": 4}

    def begun(name: str) -> Run:
        return Run.create(tmp_path / name, RunSpec("pix2pix", str(data), 16, 4, settings=settings, hold_out=0.2))

    whole, broken = begun("whole"), begun("broken")
    found = whole.pictures(cache=tmp_path / "cache")
    unbroken = [progress.losses for progress in whole.train(found)]
    steps = broken.train(found)
    first = [next(steps).losses for _ in range(2)]
    steps.close()
    again = Run.open(broken.folder)
    assert first + [p.losses for p in again.train(again.pictures(cache=tmp_path / "cache"))] == unbroken
    assert any((whole.folder / "reconstructions").glob("*.png"))


def test_pictures_that_are_turned_or_halved_are_not_taken_for_the_painters_own(portraits: PictureSet) -> None:
    moved = replace(portraits, assumed=Assumptions(align="faces"))
    with pytest.raises(Problem, match="have known segments"):
        Givens(moved, "segments", 0)
