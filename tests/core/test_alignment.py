"""Photographs are read whatever they are, and brought onto the frame without warping, aliasing or black edges."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.models.card import ModelCard
from explorer.core.photos.alignment import Alignment, aligned
from explorer.core.photos.photo_files import LONGEST_SIDE, PIXEL_LIMIT, read_photo
from explorer.core.photos.pupils import Pupils, pupils_in
from explorer.core.problem import Problem

FRAME: Pupils = ((0.34375, 0.45), (0.65625, 0.45))


def smooth(height: int, width: int, seed: int = 0) -> np.ndarray:
    small = np.random.RandomState(seed).randint(0, 256, (5, 5, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))


@pytest.mark.parametrize(
    ("words", "pupils"),
    [
        (
            "square, pupils at 34.4 % and 65.6 % of the width and 45 % of the height",
            ((0.344, 0.45), (0.656, 0.45)),
        ),
        ("Pupils at (44, 57.6) and (84, 57.6) of 128 x 128", FRAME),
        ("pupils at (84,57.6) and (44,57.6) of 128 × 128, cropped", FRAME),
        ("", None),
        ("eyes level", None),
        ("pupils at (1, 2) and (1, 2) of 128 x 128", None),
        ("pupils at (1, 2) and (300, 2) of 128 x 128", None),
        ("pupils at (1, 2) and (3, 2) of 0 x 0", None),
    ],
)
def test_pupils_are_read_from_words(words: str, pupils: Pupils | None) -> None:
    found = pupils_in(words)
    assert found is None if pupils is None else np.allclose(found or 0, pupils)


def test_a_card_that_has_only_words_has_its_pupils_too() -> None:
    card = ModelCard.from_json(ModelCard(frame="pupils at (44, 57.6) and (84, 57.6) of 128 x 128").to_json())
    assert card.pupils == FRAME
    other = ModelCard(pupils=((0.25, 0.5), (0.75, 0.5)))
    assert ModelCard.from_json(other.to_json()) == other
    for wrong in (
        "5",
        "[]",
        "[[0, 0], [0, 0]]",
        "[[0, 0], [2, 0]]",
        '[["a", 0], [1, 0]]',
        "[[NaN, 0], [1, 0]]",
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, it is refused
            ModelCard.from_json(f'{{"pupils": {wrong}}}')


def test_clicked_pupils_come_to_lie_on_those_of_the_frame() -> None:
    clicked = ((310.0, 220.0), (200.0, 180.0))  # the right one first
    alignment = Alignment.from_handles(sorted(clicked), FRAME)
    assert alignment.to_frame([clicked[1], clicked[0]]) == pytest.approx(np.array(FRAME))
    assert alignment.to_photo(FRAME) == pytest.approx(np.array([clicked[1], clicked[0]]))
    assert alignment.angle == pytest.approx(math.atan2(40, 110))


def test_three_handles_find_the_similarity_they_were_made_with_even_through_noise() -> None:
    draw = np.random.RandomState(1)
    truth = Alignment(140.0, 90.0, 60.0, 0.4)
    targets = draw.uniform(0, 1, (3, 2))
    found = Alignment.from_handles(truth.to_photo(targets), targets)
    assert (found.x, found.y, found.side, found.angle) == pytest.approx((140, 90, 60, 0.4))
    noisy = truth.to_photo(targets) + draw.normal(0, 1, (3, 2))
    fitted = Alignment.from_handles(noisy, targets)

    def error(alignment: Alignment) -> float:
        return float(((alignment.to_photo(targets) - noisy) ** 2).sum())

    others = [
        Alignment(fitted.x + a, fitted.y + b, fitted.side + c, fitted.angle + d / 60)
        for a, b, c, d in draw.normal(0, 0.3, (50, 4))
    ]
    assert all(error(other) > error(fitted) for other in others)


def test_mirrored_handles_are_not_reflected() -> None:
    targets = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    found = Alignment.from_handles(targets * (-100, 100), targets)
    assert found.side > 0
    assert np.linalg.det(found.to_photo([(1, 0), (0, 1)]) - found.to_photo([(0, 0)])) > 0


def test_handles_that_tell_nothing_are_a_problem() -> None:
    for points in ([(5, 5), (5, 5)], [(1, 1)], [(math.nan, 0), (1, 1)]):
        with pytest.raises(Problem):
            Alignment.from_handles(points, FRAME[: len(points)])
    with pytest.raises(Problem):
        Alignment.from_handles([(0, 0), (9, 9)], [(0.5, 0.5), (0.5, 0.5)])
    for wrong in ((0, 0, 0.2), (math.inf, 0, 5), (1e9, 0, 5), (0, 0, -3)):
        with pytest.raises(Problem):
            Alignment(*wrong)


def test_zooming_and_turning_keep_their_point_in_place() -> None:
    alignment, about = Alignment(100.0, 80.0, 50.0, 0.2), (110.0, 70.0)
    before = alignment.to_frame([about])
    assert alignment.zoomed(1.7, about).to_frame([about]) - 0.5 == pytest.approx((before - 0.5) * 1.0)
    assert alignment.zoomed(1.7, about).side == pytest.approx(50 / 1.7)
    turned = alignment.turned(0.5, about)
    assert np.linalg.norm(turned.to_frame([about]) - 0.5) == pytest.approx(np.linalg.norm(before - 0.5))
    assert turned.turned(-0.5, about).corners() == pytest.approx(alignment.corners())
    assert alignment.zoomed(2.0).zoomed(0.5).corners() == pytest.approx(alignment.corners())
    assert alignment.moved(3, -4).corners() == pytest.approx(alignment.corners() + np.array([3, -4]))


def test_the_guess_lies_within_the_picture_and_high_in_upright_portraits() -> None:
    for width, height in ((300, 400), (400, 300), (64, 64), (1, 1000)):
        for pupils in (None, FRAME):
            corners = Alignment.guessed(width, height, pupils).corners()
            assert (corners >= -0.5).all()
            assert (corners <= np.array([width, height]) + 0.5).all()
    assert Alignment.guessed(300, 400, FRAME).y < 200 == Alignment.guessed(300, 400, None).y


@pytest.mark.parametrize("channels", [1, 3])
def test_a_frame_that_fits_the_pixels_gives_them_to_the_bit(channels: int) -> None:
    picture = np.random.RandomState(0).randint(0, 256, (40, 50, channels), dtype=np.uint8)
    cut = aligned(picture, Alignment(25, 18, 32), 32)
    assert (cut == picture[2:34, 9:41]).all()
    whole = picture[:, :40]
    assert (aligned(whole, Alignment.centred(40, 40), 40) == whole).all()


def test_quarter_turns_are_exact() -> None:
    picture = np.random.RandomState(0).randint(0, 256, (32, 32, 3), dtype=np.uint8)
    turned = aligned(picture, Alignment(16, 16, 32, math.pi / 2), 32)
    assert (turned == np.rot90(picture)).all()


@pytest.mark.parametrize("side", [65.0, 100.0, 130.0, 257.3, 512.0, 1000.0])
def test_shrinking_does_not_alias(side: float) -> None:
    fine = np.indices((1024, 1024)).sum(0)[:, :, None] % 2 * 255  # a chequerboard: grey from afar
    small = aligned(fine.astype(np.uint8), Alignment(512, 512, side, 0.3), 32)
    assert np.abs(small[2:-2, 2:-2].astype(int) - 127).max() < 12


def test_shrinking_agrees_with_pillow() -> None:
    picture = smooth(600, 600)
    expected = np.asarray(Image.fromarray(picture).resize((64, 64), Image.Resampling.LANCZOS))
    assert np.abs(aligned(picture, Alignment.centred(600, 600), 64).astype(int) - expected).max() <= 2


def test_edges_are_mirrored_and_never_black() -> None:
    picture = np.full((30, 30, 3), 200, np.uint8)
    for alignment in (Alignment(0, 0, 60, 0.7), Alignment(-500, 900, 40), Alignment(15, 15, 4000)):
        assert (aligned(picture, alignment, 24) == 200).all()
    ramp = np.tile(np.arange(30, dtype=np.uint8)[None, :, None] * 8, (30, 1, 1))
    cut = aligned(ramp, Alignment(0, 15, 20), 20)[10, :, 0]
    assert (cut == cut[::-1]).all()


def test_a_turned_picture_shows_what_the_alignment_says() -> None:
    picture = np.zeros((200, 200, 1), np.uint8)
    picture[48:53, 128:133] = 255
    alignment = Alignment(90.0, 80.0, 150.0, -0.6)
    small = aligned(picture, alignment, 50)[:, :, 0].astype(float)
    rows, columns = np.indices(small.shape)
    seen = np.array([((columns + 0.5) * small).sum(), ((rows + 0.5) * small).sum()]) / small.sum() / 50
    assert seen == pytest.approx(alignment.to_frame((130.5, 50.5)), abs=0.004)


def photographed(path: Path, image: Image.Image, **how: object) -> Path:
    image.save(path, **how)  # type: ignore[arg-type]
    return path


def test_every_kind_of_picture_is_read(tmp_path: Path) -> None:
    colour = Image.fromarray(smooth(20, 30))
    half = Image.fromarray(np.full((20, 30), 0x8000, np.uint16))
    clear = Image.new("RGBA", (30, 20), (0, 0, 0, 0))
    kinds = {
        "grey.png": colour.convert("L"),
        "palette.png": colour.quantize(64),
        "two.png": colour.convert("1"),
        "cmyk.jpg": colour.convert("CMYK"),
        "rgb.webp": colour,
        "deep.png": half,
        "clear.png": clear,
    }
    for name, image in kinds.items():
        photo = read_photo(photographed(tmp_path / name, image))
        assert photo.pixels.shape == (20, 30, 3)
        assert (photo.width, photo.height, photo.reduction) == (30, 20, 1.0)
    assert (read_photo(tmp_path / "deep.png").pixels == 128).all()
    assert (read_photo(tmp_path / "clear.png").pixels == 255).all()
    film = photographed(tmp_path / "film.gif", Image.new("L", (8, 8), 0), save_all=True)
    Image.new("L", (8, 8), 0).save(film, save_all=True, append_images=[Image.new("L", (8, 8), 255)])
    assert (read_photo(film).pixels == 0).all()


def test_photographs_stand_upright(tmp_path: Path) -> None:
    left_half = np.zeros((20, 40, 3), np.uint8)
    left_half[:, :20] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    for ending in ("jpg", "png", "tif"):
        photo = read_photo(photographed(tmp_path / f"it.{ending}", Image.fromarray(left_half), exif=exif))
        assert photo.pixels.shape == (40, 20, 3)
        assert (photo.width, photo.height) == (20, 40)
        assert photo.pixels[:18].min() > 240
        assert photo.pixels[22:].max() < 15


def test_large_photographs_are_reduced_and_know_by_how_much(tmp_path: Path) -> None:
    large = Image.fromarray(smooth(1500, 6000))
    for name in ("large.jpg", "large.png"):
        photo = read_photo(photographed(tmp_path / name, large))
        assert photo.pixels.shape == (LONGEST_SIDE // 4, LONGEST_SIDE, 3)
        assert photo.reduction == pytest.approx(6000 / LONGEST_SIDE)
        assert (photo.width, photo.height) == (6000, 1500)


def test_what_is_no_photograph_is_a_problem(tmp_path: Path) -> None:
    whole = photographed(tmp_path / "whole.png", Image.fromarray(smooth(90, 90))).read_bytes()
    files = {"cut.png": whole[: len(whole) // 2], "text.jpg": b"hello", "empty.png": b""}
    bomb = Image.new("1", (PIXEL_LIMIT // 1000 + 1, 1000))
    photographed(tmp_path / "bomb.png", bomb)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    said = {
        "cut.png": "cut short",
        "text.jpg": "not a picture",
        "empty.png": "empty",
        "bomb.png": "89 million",
    }
    for name, words in said.items():
        with pytest.raises(Problem, match=words):
            read_photo(tmp_path / name)
    with pytest.raises(Problem, match="folder"):
        read_photo(tmp_path)
    with pytest.raises(Problem, match="no file"):
        read_photo(tmp_path / "nowhere.png")
