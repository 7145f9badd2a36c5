"""Folders of images, with everything odd that such folders hold."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.problem import Problem
from explorer.training.sources import PictureSet, open_pictures

RED, GREEN = (255, 0, 0), (0, 255, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    return path


def opened(folder: Path, size: int = 8, **more: object) -> PictureSet:
    return open_pictures(folder, size=size, cache=folder.parent / "cache", **more)


def paint(path: Path, colour: object = RED, mode: str = "RGB", size: tuple[int, int] = (8, 8), **save: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **save)


def halves(mode: str = "RGB") -> Image.Image:
    """40x20: the left half red, the right half green."""
    image = Image.new(mode, (40, 20), RED)
    image.paste(GREEN, (20, 0, 40, 20))
    return image


def test_pictures_come_sorted_by_path_however_deep_they_lie(folder: Path) -> None:
    for name in ("b/2.png", "b/deep/er/1.png", "a.png", "b/10.png"):
        paint(folder / name)
    pictures = opened(folder)
    assert pictures.names == ("a.png", "b/10.png", "b/2.png", "b/deep/er/1.png")
    assert pictures.pictures.shape == (4, 8, 8, 3)
    assert pictures.pictures.dtype == np.uint8
    assert not pictures.pictures.flags.writeable
    assert pictures.report.sentence() == "4 pictures used."


def test_the_centre_square_is_taken_and_resized(folder: Path) -> None:
    image = Image.new("RGB", (30, 10), "black")
    image.paste(RED, (10, 0, 20, 10))
    image.save(folder / "wide.png")
    paint(folder / "small.png", GREEN, size=(3, 3))
    small, wide = opened(folder).pictures
    assert np.abs(wide.astype(int) - RED).max() < 20  # the filter may look a little beyond the cut
    assert (small == GREEN).all()


def test_a_picture_of_the_right_size_keeps_every_pixel(folder: Path) -> None:
    pixels = np.random.RandomState(0).randint(0, 256, (8, 8, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(folder / "exact.png")
    assert (opened(folder).pictures[0] == pixels).all()


def test_fine_patterns_do_not_alias(folder: Path) -> None:
    stripes = np.zeros((512, 512), np.uint8)
    stripes[:, ::2] = 255
    Image.fromarray(stripes).save(folder / "stripes.png")
    assert np.abs(opened(folder).pictures[0].astype(int) - 127).max() < 12


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
def test_exif_rotation_is_applied(folder: Path, orientation: int, ending: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new("RGB", (32, 32), RED)
    image.paste(GREEN, (0, 0, 32, 16))
    image.paste("blue", (0, 0, 8, 8))
    image.save(folder / f"turned.{ending}", exif=exif)
    with Image.open(folder / f"turned.{ending}") as stored:
        from PIL import ImageOps

        upright = np.asarray(ImageOps.exif_transpose(stored).convert("RGB"))
    assert np.abs(opened(folder, size=32).pictures[0].astype(int) - upright).max() <= 1


def test_transparent_parts_turn_white_whatever_the_mode(folder: Path) -> None:
    paint(folder / "rgba.png", (0, 0, 0, 0), "RGBA", (16, 16))
    paint(folder / "la.png", (0, 0), "LA", (16, 16))
    palette = Image.new("P", (16, 16), 1)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.save(folder / "palette.png", transparency=1)
    pictures = opened(folder).pictures
    assert (pictures == 255).all()


def test_half_transparent_edges_carry_no_hidden_colour(folder: Path) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 31, 64))
    image.save(folder / "edge.png")
    assert opened(folder).pictures[0][..., 0].min() >= 250  # black hides under the transparent half


@pytest.mark.parametrize(
    ("mode", "colour", "name", "expected"),
    [
        ("1", 1, "bits.png", (255, 255, 255)),
        ("L", 100, "grey.png", (100, 100, 100)),
        ("I;16", 100 * 256 + 7, "deep.png", (100, 100, 100)),
        ("I;16", 100 * 256 + 7, "deep.tif", (100, 100, 100)),
        ("F", 0.4, "float.tif", (102, 102, 102)),
        ("P", 0, "palette.png", (10, 20, 30)),
        ("CMYK", (0, 255, 255, 0), "print.tif", RED),
        ("CMYK", (0, 255, 255, 0), "print.jpg", RED),
    ],
)
def test_every_mode_becomes_eight_bits(
    folder: Path, mode: str, colour: object, name: str, expected: tuple[int, int, int]
) -> None:
    image = Image.new(mode, (12, 12), colour)
    if mode == "P":
        image.putpalette([10, 20, 30])
    image.save(folder / name)
    found = opened(folder, channels=3)
    assert np.abs(found.pictures[0].astype(int) - expected).max() <= 2
    assert found.report.modes == {mode: 1}


def test_grey_pictures_have_one_channel_and_a_single_colour_makes_it_three(folder: Path) -> None:
    paint(folder / "a.png", 7, "L")
    paint(folder / "b.png", (9, 9, 9))
    assert opened(folder).pictures.shape == (2, 8, 8, 1)
    assert opened(folder).pictures[:, 0, 0, 0].tolist() == [7, 9]
    paint(folder / "c.png", RED)
    assert opened(folder).pictures.shape == (3, 8, 8, 3)
    assert opened(folder, channels=1).pictures.shape == (3, 8, 8, 1)


def test_an_animation_gives_its_first_frame(folder: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    assert (opened(folder).pictures[0] == RED).all()


def test_a_large_jpeg_is_read_at_a_fraction_of_its_size(folder: Path) -> None:
    paint(folder / "large.jpg", (200, 100, 50), size=(8000, 5000), quality=30)
    found = opened(folder, size=32)
    assert np.abs(found.pictures[0].astype(int) - (200, 100, 50)).max() <= 3
    assert found.report.sizes == {"8000x5000": 1}


def test_what_cannot_be_used_is_counted_and_named_and_stops_nothing(folder: Path) -> None:
    paint(folder / "good.jpg", size=(64, 64))
    whole = (folder / "good.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "text.png").write_text("I am no picture")
    (folder / "empty.png").write_bytes(b"")
    (folder / "notes.docx").write_bytes(b"PK")
    (folder / "._good.jpg").write_bytes(whole)
    for hidden in (".hidden.png", ".git/1.png", "__MACOSX/1.png"):
        paint(folder / hidden)
    (folder / "README.md").write_text("about")
    found = opened(folder)
    assert found.names == ("good.jpg",)
    assert found.report.skipped == {
        "hidden": 4,
        "broken or cut short": 1,
        "not a picture": 1,
        "empty": 1,
        "of another kind": 1,
    }
    assert ("cut.jpg", "broken or cut short") in found.report.examples
    assert found.report.found == 9
    assert found.report.sentence().startswith("1 of 9 pictures used; skipped: 4 hidden, ")


def test_a_picture_that_would_fill_the_memory_is_skipped_unread(folder: Path) -> None:
    paint(folder / "good.png")
    bomb = io.BytesIO()
    Image.new("1", (15_000, 15_000)).save(bomb, "PNG")
    (folder / "bomb.png").write_bytes(bomb.getvalue())
    assert opened(folder).report.skipped == {"too large": 1}


def test_postscript_is_never_run(folder: Path) -> None:
    paint(folder / "good.png")
    (folder / "script.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n")
    assert opened(folder).report.skipped == {"not a picture": 1}


def test_a_picture_without_an_ending_is_recognised(folder: Path) -> None:
    paint(folder / "noending", format="PNG")
    assert opened(folder).names == ("noending",)


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links and named pipes")
def test_links_are_followed_but_not_in_circles_and_a_pipe_does_not_hang(folder: Path, tmp_path: Path) -> None:
    paint(folder / "a/1.png")
    paint(tmp_path / "elsewhere/2.png")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "a/round").symlink_to(folder)
    (folder / "lost.png").symlink_to(tmp_path / "gone.png")
    os.mkfifo(folder / "pipe.png")
    found = opened(folder)
    assert found.names == ("a/1.png", "link/2.png")
    assert found.report.skipped == {"not a regular file": 2}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "There are no pictures in the folder photos."),
        ({"a.txt": b"x"}, "Left out: 1 of another kind."),
        ({"a.png": b"x", "b.png": b""}, "None of the 2 pictures in the folder photos can be used"),
    ],
)
def test_a_folder_without_pictures_is_a_problem_that_says_so(folder: Path, files: dict[str, bytes], says: str) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with pytest.raises(Problem) as caught:
        opened(folder)
    assert says in caught.value.what
    assert caught.value.hint


def test_a_missing_source_and_silly_sizes_are_problems(folder: Path) -> None:
    paint(folder / "a.png")
    for source, size, channels in ((folder / "no", 8, None), (folder, 0, None), (folder, 8, 2)):
        with pytest.raises(Problem):
            open_pictures(source, size=size, channels=channels, cache=folder.parent / "cache")
    with pytest.raises(Problem, match="no part called test"):
        opened(Path(f"{folder}#test"))


def test_the_first_level_with_several_folders_names_the_classes(folder: Path) -> None:
    for name in ("all/train/cat/1.png", "all/train/dog/deep/1.png", "all/train/loose.png"):
        paint(folder / name)
    found = opened(folder)
    assert found.classes == ("cat", "dog")
    assert found.labels is not None
    assert found.labels.tolist() == [0, 1, -1]


def test_a_single_folder_is_no_class(folder: Path) -> None:
    paint(folder / "only/1.png")
    paint(folder / "2.png")
    found = opened(folder)
    assert found.labels is None
    assert found.classes == ()


def test_where_the_data_comes_from_is_read_beside_it(folder: Path) -> None:
    paint(folder / "a.png")
    (folder / "LICENSE.txt").write_text("\nMIT License\n\nCopyright (c) 2020 Somebody\n\nText")
    found = opened(folder)
    assert (found.licence, found.attribution) == ("MIT License", "Copyright (c) 2020 Somebody")
    assert found.description == "1 picture from the folder photos"
    (folder / "data.json").write_text('{"description": "Cats", "licence": "CC BY 4.0", "attribution": "A. Cat"}')
    found = opened(folder)
    assert (found.description, found.licence, found.attribution) == ("Cats", "CC BY 4.0", "A. Cat")
    (folder / "data.json").write_text("[broken")
    assert opened(folder).licence == "MIT License"


@pytest.mark.parametrize(("asked", "channels"), [(None, 1), (1, 1), (3, 3)])
def test_grey_pictures_have_as_many_channels_as_are_asked_for(tmp_path: Path, asked: int | None, channels: int) -> None:
    folder = tmp_path / "grey"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (8, 8), (50 * number,) * 3).save(folder / f"{number}.png")
    found = open_pictures(folder, size=8, channels=asked, cache=tmp_path / "cache")
    assert found.pictures.shape == (3, 8, 8, channels)
    assert found.pictures[:, 0, 0, 0].tolist() == [0, 50, 100]
