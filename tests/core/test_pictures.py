"""A saved picture carries its scene, and the same scene always gives the same bytes."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.files import free_name
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import (
    SCENE_KEY,
    difference,
    enlarged,
    fitted,
    png_bytes,
    save_png,
    scene_in_png,
    sheet,
    text_in_png,
)
from explorer.core.rendering.saved_pictures import Enlargement, resampled, save_picture
from explorer.core.rendering.scene import Scene, scene_to_json

PICTURE = np.random.RandomState(0).randint(0, 256, (16, 12, 3)).astype(np.uint8)
SCENE = Scene("ab" * 32, "Gesichter ☺", sample(5, 512), 3, 0.7, 5, (("smile", -1.25),))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_png_holds_the_picture_itself(channels: int) -> None:
    picture = PICTURE[:, :, :channels]
    read = np.asarray(Image.open(io.BytesIO(png_bytes(picture, SCENE))))
    assert (read.reshape(picture.shape) == picture).all()


def test_the_same_picture_and_scene_give_the_same_bytes() -> None:
    assert png_bytes(PICTURE, SCENE) == png_bytes(np.asfortranarray(PICTURE), SCENE)
    assert png_bytes(PICTURE, SCENE) != png_bytes(PICTURE)


def test_a_scene_comes_back_to_the_bit(tmp_path: Path) -> None:
    save_png(tmp_path / "a.png", PICTURE, SCENE)
    scene = scene_in_png(tmp_path / "a.png")
    assert scene is not None
    assert scene.z.tobytes() == SCENE.z.tobytes()
    assert scene_to_json(scene) == scene_to_json(SCENE)


def test_a_picture_without_a_scene_has_none(tmp_path: Path) -> None:
    save_png(tmp_path / "a.png", PICTURE)
    assert scene_in_png(tmp_path / "a.png") is None


@pytest.mark.parametrize(
    ("kind", "before", "pack"),
    [
        (b"zTXt", b"\0\0", zlib.compress),
        (b"iTXt", b"\0\0\0\0\0", bytes),
        (b"iTXt", b"\0\1\0en\0Scene\0", zlib.compress),
    ],
)
def test_a_scene_that_another_program_wrote_anew_comes_back(
    tmp_path: Path, kind: bytes, before: bytes, pack: Callable[[bytes], bytes]
) -> None:
    text = SCENE_KEY.encode() + before + pack(scene_to_json(SCENE).encode())
    (tmp_path / "a.png").write_bytes(_png((kind, text), (b"IEND", b"")))
    scene = scene_in_png(tmp_path / "a.png")
    assert scene is not None
    assert scene_to_json(scene) == scene_to_json(SCENE)


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [len(c).to_bytes(4, "big") + k + c + zlib.crc32(k + c).to_bytes(4, "big") for k, c in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


_BAD_PNGS = {
    "is not a PNG picture": b"GIF89a",
    "is damaged or cut off": png_bytes(PICTURE)[:-40],
    "is damaged or cut off.": _png((b"IHDR", bytes(13)))[:-1] + b"x",
    "is damaged or cut off.$": b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xfftEXt" + b"boo",
    "text is not a scene": _png((b"tEXt", SCENE_KEY.encode() + b"\0{}")),
    "scene is damaged": _png((b"tEXt", SCENE_KEY.encode() + b'\0{"format": "latent-explorer/scene", "version": 1}')),
}


@pytest.mark.parametrize("words", _BAD_PNGS)
def test_a_bad_png_is_put_into_words(tmp_path: Path, words: str) -> None:
    (tmp_path / "a.png").write_bytes(_BAD_PNGS[words])
    with pytest.raises(Problem, match=words):
        scene_in_png(tmp_path / "a.png")


@pytest.mark.parametrize(
    "chunk",
    [
        (b"tEXt", b"Comment\0" + SCENE_KEY.encode()),
        (b"tEXt", SCENE_KEY.encode() + b"\0" + bytes(5 * 2**20)),  # larger than any scene
        (b"zTXt", SCENE_KEY.encode() + b"\0\0" + zlib.compress(bytes(10**7))),  # never decompressed whole
        (b"iTXt", SCENE_KEY.encode() + b"\0\1\0\0\0" + zlib.compress(b"{}")[:-5]),
        (b"iTXt", SCENE_KEY.encode() + b"\0\1\0"),
        (b"zTXt", SCENE_KEY.encode() + b"\0\0{}"),
    ],
)
def test_other_and_oversized_texts_are_passed_over(tmp_path: Path, chunk: tuple[bytes, bytes]) -> None:
    (tmp_path / "a.png").write_bytes(_png(chunk, (b"IEND", b"")))
    assert scene_in_png(tmp_path / "a.png") is None


def test_a_picture_that_cannot_be_saved_is_put_into_words(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"a\.png was not saved: there is no folder"):
        save_png(tmp_path / "gone" / "a.png", PICTURE)


def test_a_sheet_places_pictures_row_by_row_on_white() -> None:
    pictures = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 6, 3), np.uint8)
    whole = sheet(pictures, columns=3, gap=2)
    assert whole.shape == (4 * 2 + 2, 6 * 3 + 2 * 2, 3)
    assert (whole[:4, 8:14] == 1).all()
    assert (whole[6:, 8:14] == 4).all()
    assert (whole[4:6] == 255).all()
    assert (whole[6:, 16:] == 255).all()


@pytest.mark.parametrize(("count", "shape"), [(1, (4, 6)), (2, (4, 14)), (4, (10, 14)), (5, (10, 22))])
def test_a_sheet_is_as_square_as_it_can_be(count: int, shape: tuple[int, int]) -> None:
    assert sheet(np.zeros((count, 4, 6, 1), np.uint8)).shape == (*shape, 1)


def test_notes_travel_beside_the_scene(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_bytes(PICTURE, SCENE, {"plan": "{}", "other": "x"}))
    assert text_in_png(tmp_path / "a.png", "plan") == "{}"
    assert text_in_png(tmp_path / "a.png", "missing") is None
    found = scene_in_png(tmp_path / "a.png")
    assert found is not None
    assert found.z.tobytes() == SCENE.z.tobytes()


def test_enlarging_repeats_pixels_and_nothing_else() -> None:
    assert enlarged(PICTURE, 3).shape == (48, 36, 3)
    assert (enlarged(PICTURE, 3)[1::3, 1::3] == PICTURE).all()


def test_fitting_takes_the_middle_of_a_picture() -> None:
    wide = np.concatenate([np.zeros((16, 8, 3), np.uint8), np.full((16, 16, 3), 200, np.uint8), PICTURE[:, :8]], 1)
    assert (fitted(wide, 8, 8, 3)[:, 3:-3] == 200).all()  # the edges are mixed with what lies beyond
    assert fitted(PICTURE, 16, 12, 3) is PICTURE
    assert fitted(PICTURE, 5, 7, 1).shape == (5, 7, 1)
    assert fitted(PICTURE[:, :, :1], 16, 12, 3).tolist() == PICTURE[:, :, [0, 0, 0]].tolist()


def test_the_difference_is_black_where_pictures_are_equal() -> None:
    other = PICTURE.copy()
    other[0, 0] = np.abs(PICTURE[0, 0].astype(int) - 20)
    found = difference(PICTURE, other)
    assert found[1:].max() == 0
    assert (found[0, 0] == np.abs(PICTURE[0, 0].astype(int) - other[0, 0])).all()
    assert difference(np.stack([PICTURE] * 2), PICTURE[:, :, :1]).shape == (2, 16, 12, 3)
    assert difference(PICTURE, 255 - PICTURE, gain=100).dtype == np.uint8
    with pytest.raises(Problem, match="16 × 12 cannot be compared with one of 15 × 12"):
        difference(PICTURE, PICTURE[1:])


@pytest.mark.parametrize(("ending", "kind"), [(".png", "PNG"), (".jpg", "JPEG"), (".webp", "WEBP")])
def test_a_picture_is_saved_in_every_kind_and_enlarged(tmp_path: Path, ending: str, kind: str) -> None:
    path = tmp_path / f"it{ending}"
    save_picture(path, PICTURE, SCENE, Enlargement(4.0, smooth=False))
    with Image.open(path) as image:
        assert (image.format, image.size) == (kind, (48, 64))
        apart = np.abs(np.asarray(image.convert("RGB"), np.int16) - enlarged(PICTURE, 4))
    assert apart.mean() < (1 if ending == ".png" else 20)
    if ending == ".png":
        back = scene_in_png(path)
        assert back is not None
        assert scene_to_json(back) == scene_to_json(SCENE)


def test_a_width_of_ones_own_gives_the_height_and_what_is_too_large_is_refused(tmp_path: Path) -> None:
    assert resampled(PICTURE, Enlargement(width_px=30)).shape == (40, 30, 3)
    assert resampled(PICTURE[:, :, :1], Enlargement(2.5)).shape == (40, 30, 1)
    for wrong in (Enlargement(0.5), Enlargement(17), Enlargement(width_px=16_000), Enlargement(width_px=0)):
        with pytest.raises(Problem):
            resampled(PICTURE, wrong)
    with pytest.raises(Problem):
        save_picture(tmp_path / "it.bmp", PICTURE)


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    for expected in ("it.png", "it-2.png", "it-3.png"):
        free = free_name(tmp_path / "it.png")
        assert free.name == expected
        free.touch()
