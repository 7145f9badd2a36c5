"""Everything that leaves the program: whole or not there, and with its scene inside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from explorer.core.exports.animation import save_animation, save_film, save_frames
from explorer.core.exports.contact_sheet import PLAN_KEY, ContactSheet, save_sheet
from explorer.core.exports.export_job import StoppedError
from explorer.core.exports.latent_tables import save_latents
from explorer.core.exports.legend_strip import legend
from explorer.core.exports.map_picture import export_map, map_bytes, scattered, thumbnail
from explorer.core.exports.mp4 import _encode, even
from explorer.core.exports.recorded import even_frames
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import png_bytes, scene_in_png, text_in_png
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene, scene_from_json
from explorer.core.traverse.axes import dimensions
from explorer.core.traverse.grid import GridPlan, grid_plan
from explorer.core.traverse.latent_paths import LatentPath, frames, scenes_along
from explorer.core.traverse.map_facts import Colouring, gradient_at
from explorer.core.traverse.plan import scenes_of
from tests.models import tiny_generator
from tests.mp4 import read_mp4

Export = Callable[..., None]


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renderer]:
    generator = Generator.open(tiny_generator(tmp_path_factory.mktemp("model") / "tiny.onnx"), "cpu")
    yield Renderer(generator)
    generator.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def scene(seed: int = 7) -> Scene:
    return Scene("hash", "tiny", sample(seed, 4), None, 0.8, seed, ())


def walk(count: int, keys: int = 3) -> list[Scene]:
    path = LatentPath([sample(seed, 4) for seed in range(keys)], easing="smooth")
    return scenes_along(scene(0), frames(path, count))


def plan() -> GridPlan:
    return grid_plan(scene(), dimensions([0, 2]), 3)


def save(kind: str, renderer: Renderer, path: Path, **how: Any) -> None:
    """Any export, of twelve frames or six tiles."""
    if kind == ".png":
        save_sheet(path, renderer, plan(), **how)
    elif kind == "":
        save_frames(path, renderer, walk(12), **how)
    elif kind in (".npz", ".csv"):
        save_latents(path, walk(12), **how)
    else:
        save_animation(path, renderer, walk(12), **how)


every_kind = pytest.mark.parametrize("kind", [".png", ".gif", ".mp4", "", ".npz", ".csv"])


@every_kind
def test_progress_is_told_from_nothing_to_all(kind: str, renderer: Renderer, out: Path) -> None:
    told: list[tuple[int, int]] = []
    save(kind, renderer, out / f"it{kind}", progress=lambda done, total: told.append((done, total)))
    total = 6 if kind == ".png" else 12
    assert told == [(done, total) for done in range(total + 1)]
    assert [path.name for path in out.iterdir()] == [f"it{kind}"]


@every_kind
def test_a_cancel_leaves_nothing_behind(kind: str, renderer: Renderer, out: Path) -> None:
    answers = iter([False] * 4 + [True])
    with pytest.raises(StoppedError):
        save(kind, renderer, out / f"it{kind}", cancelled=lambda: next(answers))
    assert list(out.iterdir()) == []


@every_kind
def test_a_failure_leaves_what_was_there(kind: str, renderer: Renderer, out: Path) -> None:
    path = out / f"it{kind}"
    if kind:
        path.write_text("old")

    def fail(done: int, total: int) -> None:
        if done == 3:
            raise Problem("It broke.")

    with pytest.raises(Problem, match="It broke"):
        save(kind, renderer, path, progress=fail)
    assert [(left.name, left.read_text()) for left in out.iterdir()] == ([(path.name, "old")] if kind else [])


@every_kind
def test_a_place_that_cannot_be_written_is_told(kind: str, renderer: Renderer, out: Path) -> None:
    (out / "file").write_text("")
    with pytest.raises(Problem, match=r"not saved|no folder|not a folder"):
        save(kind, renderer, out / "file" / f"it{kind}")
    with pytest.raises(Problem, match="no folder"):
        save(kind, renderer, out / "missing" / f"it{kind}")


def test_nothing_is_not_exported(renderer: Renderer, out: Path) -> None:
    for path, export in [("a.gif", save_animation), ("a.mp4", save_animation), ("a", save_frames)]:
        with pytest.raises(Problem, match="Nothing to export"):
            export(out / path, renderer, [])
    with pytest.raises(Problem, match="Nothing to export"):
        save_latents(out / "a.npz", [])
    assert list(out.iterdir()) == []


def test_the_sheet_carries_its_scene_and_its_plan(renderer: Renderer, out: Path) -> None:
    save_sheet(out / "a.png", renderer, plan())
    save_sheet(out / "b.png", renderer, plan())
    found = scene_in_png(out / "a.png")
    told = json.loads(text_in_png(out / "a.png", PLAN_KEY) or "")
    assert found is not None
    assert found.z.tobytes() == plan().base.z.tobytes()
    assert (told["kind"], told["rows"], told["values"]) == ("grid", ["z0", "z2"], [-3.0, 0.0, 3.0])
    assert (out / "a.png").read_bytes() == (out / "b.png").read_bytes()


def test_the_sheet_shows_every_tile_in_its_place_with_its_names(renderer: Renderer, out: Path) -> None:
    save_sheet(out / "a.png", renderer, plan())
    pixels = np.asarray(Image.open(out / "a.png"))
    tiles = [renderer.render(each).picture.repeat(8, 0).repeat(8, 1) for each in scenes_of(plan())]
    top = pixels.shape[0] - 6 - 64 - 2 - 64
    left = pixels.shape[1] - 6 - 3 * 64 - 2 * 2
    for index, tile in enumerate(tiles):
        row, column = divmod(index, 3)
        y, x = top + 66 * row, left + 66 * column
        assert (pixels[y : y + 64, x : x + 64] == tile).all()
    assert pixels[:top, left:].min() < 128
    assert pixels[top:, :left].min() < 128


def test_a_sheet_takes_grey_pictures_and_long_names() -> None:
    sheet = ContactSheet(["a direction with a name that never ends"], ["0"], 100, 80)
    sheet.put(0, 0, np.full((100, 80, 1), 77, np.uint8))
    assert (sheet.pixels == 77).all(axis=2).sum() == 8000
    assert sheet.pixels.shape[1] < 400


def test_a_sheet_that_no_program_opens_is_refused() -> None:
    with pytest.raises(Problem, match="pixels, more than"):
        ContactSheet(["z"] * 64, ["0"] * 64, 512, 512)


@pytest.mark.parametrize(("fps", "duration_ms"), [(30, 400), (12.5, 960), (50, 240)])
def test_a_gif_has_its_frames_size_and_duration(fps: float, duration_ms: int, renderer: Renderer, out: Path) -> None:
    save_animation(out / "a.gif", renderer, walk(12), fps)
    with Image.open(out / "a.gif") as film:
        assert (film.n_frames, film.size, film.info["loop"]) == (12, (256, 256), 0)
        comment = film.info["comment"].decode()
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(film)]
    assert sum(durations) == duration_ms
    assert scene_from_json(comment).z.tobytes() == walk(12)[0].z.tobytes()


def test_the_frames_of_a_gif_are_the_pictures(renderer: Renderer, out: Path) -> None:
    save_animation(out / "a.gif", renderer, walk(4))
    with Image.open(out / "a.gif") as film:
        shown = [np.asarray(frame.convert("RGB"))[16::32, 16::32] for frame in ImageSequence.Iterator(film)]
    for frame, each in zip(shown, walk(4), strict=True):
        assert np.abs(frame.astype(int) - renderer.render(each).picture).max() <= 4


def test_frames_that_are_alike_are_all_there(renderer: Renderer, out: Path) -> None:
    for name in ("a.gif", "a.mp4"):
        save_animation(out / name, renderer, [scene()] * 9, 10)
    with Image.open(out / "a.gif") as film:
        assert film.n_frames == 9
    assert read_mp4(out / "a.mp4").frames == 9


@pytest.mark.parametrize("fps", [30, 12.5, 60, 29.97])
def test_an_mp4_has_its_frames_size_and_duration(fps: float, renderer: Renderer, out: Path) -> None:
    save_animation(out / "a.mp4", renderer, walk(12), fps)
    film = read_mp4(out / "a.mp4")
    assert (film.frames, film.width, film.height, film.codec) == (12, 256, 256, "avc1")
    assert film.duration_s == pytest.approx(12 / fps, rel=1e-3)
    assert scene_from_json(film.comment).z.tobytes() == walk(12)[0].z.tobytes()


def test_the_frames_of_an_mp4_look_like_the_pictures(renderer: Renderer, out: Path) -> None:
    import av

    save_animation(out / "a.mp4", renderer, walk(5))
    with av.open(out / "a.mp4") as film:
        shown = [frame.to_ndarray(format="rgb24")[16::32, 16::32] for frame in film.decode(video=0)]
    for frame, each in zip(shown, walk(5), strict=True):
        assert np.abs(frame.astype(int) - renderer.render(each).picture).mean() < 4


COLOURS = [(128, 128, 128), (90, 90, 90), (255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 120, 40)]


def test_an_mp4_keeps_colours_and_says_how_it_has_them(out: Path) -> None:
    import av

    pictures = [np.full((64, 64, 3), colour, np.uint8) for colour in COLOURS]
    _encode(out / "a.mp4", pictures, 10, "")
    with av.open(out / "a.mp4") as film:
        shown = list(film.decode(video=0))
    for frame, colour in zip(shown, COLOURS, strict=True):
        assert (frame.colorspace, frame.color_range, frame.color_primaries) == (1, 1, 1)
        assert np.abs(frame.to_ndarray(format="rgb24").astype(int) - colour).max() <= 3


def test_the_frames_of_an_mp4_are_rounded_not_cut(out: Path) -> None:
    import av

    picture = np.random.RandomState(0).randint(0, 256, (16, 16, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    _encode(out / "a.mp4", [picture], 10, "")
    with av.open(out / "a.mp4") as film:
        luma = next(film.decode(video=0)).to_ndarray()[:128].astype(float)
    expected = 16 + 219 / 255 * (picture @ np.array([0.2126, 0.7152, 0.0722]))
    assert abs((luma - expected).mean()) < 0.1


def test_an_mp4_begins_with_its_index(renderer: Renderer, out: Path) -> None:
    save_animation(out / "a.mp4", renderer, walk(5))
    data = (out / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_odd_sides_are_padded_in_films(tmp_path: Path, out: Path) -> None:
    odd = np.random.RandomState(0).randint(0, 256, (5, 7, 3), dtype=np.uint8)
    assert even(odd).shape == (6, 8, 3)
    assert (even(odd)[:5, :7] == odd).all()
    generator = Generator.open(tiny_generator(tmp_path / "odd.onnx", size=257, channels=1), "cpu")
    for name in ("a.gif", "a.mp4"):
        save_animation(out / name, Renderer(generator), walk(2))
    generator.close()
    film = read_mp4(out / "a.mp4")
    assert (film.width, film.height) == (258, 258)
    with Image.open(out / "a.gif") as gif:
        assert gif.size == (257, 257)


@pytest.mark.parametrize(
    ("name", "fps", "words"),
    [
        ("a.avi", 30, "not as .avi"),
        ("a.gif", 60, "GIF cannot"),
        ("a.mp4", 0, "MP4 cannot"),
        ("a.mp4", float("nan"), "nan"),
    ],
)
def test_films_that_cannot_be_are_refused(name: str, fps: float, words: str, renderer: Renderer, out: Path) -> None:
    with pytest.raises(Problem, match=words):
        save_animation(out / name, renderer, walk(3), fps)
    assert list(out.iterdir()) == []


def test_every_frame_is_the_picture_of_its_scene_to_the_byte(renderer: Renderer, out: Path) -> None:
    save_frames(out / "walk", renderer, walk(3))
    assert sorted(path.name for path in (out / "walk").iterdir()) == ["00000.png", "00001.png", "00002.png"]
    for number, each in enumerate(walk(3)):
        expected = png_bytes(renderer.render(each).picture, each)
        assert (out / "walk" / f"{number:05d}.png").read_bytes() == expected


def test_frames_take_an_empty_folder_but_no_other(renderer: Renderer, out: Path) -> None:
    (out / "empty").mkdir()
    save_frames(out / "empty", renderer, walk(2))
    assert len(list((out / "empty").iterdir())) == 2
    with pytest.raises(Problem, match="not empty"):
        save_frames(out / "empty", renderer, walk(2))
    assert len(list((out / "empty").iterdir())) == 2
    assert len(list(out.iterdir())) == 1


def test_latents_come_back_to_the_bit(out: Path) -> None:
    scenes = walk(5)
    expected = np.stack([each.z for each in scenes])
    save_latents(out / "a.npz", scenes)
    save_latents(out / "a.csv", scenes)
    with np.load(out / "a.npz") as found:
        assert found["z"].tobytes() == expected.tobytes()
        assert [scene_from_json(str(text)).z.tolist() for text in found["scenes"]] == expected.tolist()
    comment, names, *rows = (out / "a.csv").read_text().splitlines()
    assert scene_from_json(comment.partition(": ")[2]).truncation == 0.8
    assert names == "z0,z1,z2,z3"
    assert np.array([row.split(",") for row in rows], np.float32).tobytes() == expected.tobytes()


def test_latents_that_are_no_table_are_refused(out: Path) -> None:
    with pytest.raises(Problem, match="differ in size"):
        save_latents(out / "a.csv", [scene(), replace(scene(), z=sample(0, 5))])
    with pytest.raises(Problem, match=r"not as \.txt"):
        save_latents(out / "a.txt", [scene()])


def test_a_map_shows_thumbnails_at_their_points(out: Path) -> None:
    pictures = np.stack([np.full((8, 8, 3), shade, np.uint8) for shade in (10, 20, 30)])
    points = np.array([[0, 0], [4, 4], [1, 2]], np.float32)
    (out / "a.png").write_bytes(map_bytes(pictures, points, [scene(0), scene(1), scene(2)], {"method": "pca"}))
    pixels = np.asarray(Image.open(out / "a.png"))
    assert (pixels[-8:, :8] == 10).all()
    assert (pixels[:8, -8:] == 20).all()
    found = scene_in_png(out / "a.png")
    assert found is not None
    assert found.seed == 2
    assert json.loads(text_in_png(out / "a.png", PLAN_KEY) or "")["points"] == points.tolist()


def test_a_map_is_drawn_laid_out_and_saved(renderer: Renderer, out: Path) -> None:
    told: list[tuple[int, int]] = []
    scenes = [scene(seed) for seed in range(6)]
    export_map(out / "a.png", renderer, scenes, "tsne", progress=lambda done, total: told.append((done, total)))
    export_map(out / "b.png", renderer, scenes, "tsne")
    assert (out / "a.png").read_bytes() == (out / "b.png").read_bytes()
    assert (told[6], told[-1][0]) == ((6, 6), told[-1][1])
    facts = json.loads(text_in_png(out / "a.png", PLAN_KEY) or "")
    assert [sample["seed"] for sample in facts["samples"]] == list(range(6))
    for steps in (3, 10):
        answers = iter([False] * steps + [True])
        with pytest.raises(StoppedError):
            export_map(out / "c.png", renderer, scenes, "tsne", cancelled=lambda left=answers: next(left))
    with pytest.raises(Problem, match="shows nothing"):
        export_map(out / "c.png", renderer, scenes[:2])
    assert sorted(path.name for path in out.iterdir()) == ["a.png", "b.png"]


def test_maps_of_one_place_and_of_nothing_do_no_harm(out: Path) -> None:
    picture = np.zeros((8, 8, 1), np.uint8)
    assert (scattered(np.stack([picture] * 3), np.zeros((3, 2), np.float32)) == 0).sum() == 8 * 8 * 3
    assert thumbnail(np.zeros((512, 256, 3), np.uint8)).shape == (64, 32, 3)


@pytest.mark.parametrize(
    ("height", "width", "enlarged"), [(20, 30, 4), (64, 64, 1), (63, 100, 2), (128, 65, 1), (8, 8, 8)]
)
def test_tiles_of_a_sheet_lie_close_and_end_at_its_margin(height: int, width: int, enlarged: int) -> None:
    sheet = ContactSheet(["a", "b"], ["1", "2", "3"], height, width)
    for row in range(2):
        for column in range(3):
            sheet.put(row, column, np.full((height, width, 3), (250, 10 + row, 10 + column), np.uint8))
    down, across = np.nonzero((sheet.pixels[..., 0] == 250) & (sheet.pixels[..., 1] < 20))
    tall, wide = height * enlarged, width * enlarged
    assert len(down) == 6 * tall * wide
    assert (down.max() - down.min() + 1, across.max() - across.min() + 1) == (2 * tall + 2, 3 * wide + 4)
    assert (down.max() + 7, across.max() + 7) == sheet.pixels.shape[:2]
    assert sheet.pixels[-7, -7].tolist() == [250, 11, 12]
    assert sheet.pixels[down.min(), across.min() + wide + 2].tolist() == [250, 10, 11]


@pytest.mark.parametrize(
    ("count", "height", "width", "side"),
    [(3, 8, 8, 800), (1000, 64, 64, 3506), (1000, 64, 32, 2479), (1, 900, 700, 1375)],
)
def test_a_map_has_room_for_its_pictures(count: int, height: int, width: int, side: int) -> None:
    pictures = np.broadcast_to(np.uint8(7), (count, height, width, 1))
    points = np.zeros((count, 2), np.float32)
    points[-1] = 1.0
    assert scattered(pictures, points).shape == (side, side, 3)


def test_both_axes_of_a_map_have_one_scale_and_frames_have_their_colours() -> None:
    pictures = np.stack([np.full((8, 8, 3), shade, np.uint8) for shade in (10, 20, 30)])
    points = np.array([[0, 0], [4, 0], [2, 1]], np.float32)
    whole = scattered(pictures, points, np.array([[200, 0, 0], [0, 200, 0], [0, 0, 200]], np.uint8))
    places = [[float(each.mean()) for each in np.nonzero((whole == shade).all(axis=2))] for shade in (10, 20, 30)]
    assert [round(down) for down, _ in places] == [498, 498, 302]
    assert [round(across) for _, across in places] == [6, 792, 400]
    for place, frame in enumerate(((200, 0, 0), (0, 200, 0), (0, 0, 200))):
        assert (whole == frame).all(axis=2).sum() == 14 * 14 - 8 * 8, place


@pytest.mark.parametrize(
    ("sides", "small"),
    [((64, 64), (64, 64)), ((65, 65), (64, 64)), ((10, 20), (10, 20)), ((640, 64), (64, 6)), ((2000, 3), (64, 1))],
)
def test_thumbnails_are_never_larger_than_their_picture(sides: tuple[int, int], small: tuple[int, int]) -> None:
    assert thumbnail(np.zeros((*sides, 3), np.uint8)).shape == (*small, 3)


def test_a_legend_has_a_swatch_for_each_word_in_as_many_rows_as_it_needs() -> None:
    inks = [(200, 10, 10), (10, 200, 10), (10, 10, 200), (200, 200, 10)]
    words = ["short", "a", "words of some length", "w" * 60]
    colouring = Colouring("kind", np.zeros((1, 3), np.uint8), tuple(zip(words, inks, strict=True)))
    heights = []
    for width in (2000, 420, 200):
        drawn = legend(colouring, width)
        heights.append(len(drawn))
        places = [np.argwhere((drawn == ink).all(axis=2)) for ink in inks]
        assert [len(place) for place in places] == [18 * 18] * 4
        corners = [tuple(place.min(axis=0)) for place in places]
        assert corners == sorted(corners)
        assert {(top - 15) % 32 for top, _ in corners} == {0}
        assert (drawn[:, :7] == 255).all()
    assert heights[0] == 32 + 8
    assert heights[0] < heights[1] < heights[2]
    assert heights[2] == 4 * 32 + 8


def test_a_legend_of_numbers_is_a_bar_between_its_ends() -> None:
    drawn = legend(Colouring("age", np.zeros((1, 3), np.uint8), (), (-1.5, 20.0)), 800)
    assert drawn.shape == (40, 800, 3)
    row = drawn[20]
    low, high = gradient_at(np.array([0.0, 1.0]))
    first, last = (int(np.flatnonzero((row == ink).all(axis=1))[place]) for ink, place in ((low, 0), (high, -1)))
    assert last - first == 159
    assert drawn[:, :first].min() < 128  # the name and the lower end
    assert drawn[:, last + 1 :].min() < 128


@pytest.mark.parametrize("length", [0, 1, 254, 255, 256, 1300])
def test_a_gif_carries_a_comment_of_any_length(length: int, out: Path) -> None:
    words = "".join(chr(97 + place % 26) for place in range(length))
    save_film(out / "a.gif", [np.zeros((8, 8, 3), np.uint8)], 1, comment=words)
    with Image.open(out / "a.gif") as film:
        assert film.info.get("comment", b"").decode() == words


@pytest.mark.parametrize("kind", ["gif", "mp4"])
def test_a_film_of_an_extreme_shape_is_enlarged_as_far_as_players_go(kind: str, out: Path) -> None:
    save_film(out / f"a.{kind}", [np.zeros((2, 600, 3), np.uint8)] * 2, 2, comment="x")
    assert _film_size(out / f"a.{kind}") == (3600, 12)


def _film_size(path: Path) -> tuple[int, int]:
    if path.suffix == ".gif":
        with Image.open(path) as film:
            return film.size
    found = read_mp4(path)
    return found.width, found.height


def test_a_recording_is_played_at_an_even_rate_and_rests_are_cut() -> None:
    assert even_frames([0.0, 0.1, 0.3], 0.5, 10) == [0, 1, 1, 2, 2]
    assert even_frames([0.0, 60.0], 60.2, 5) == [0] * 5 + [1]
    assert even_frames([0.0], 0.0, 30) == [0]
    assert even_frames([0.0, 0.001, 0.002, 0.1], 0.2, 10) == [0, 3]
