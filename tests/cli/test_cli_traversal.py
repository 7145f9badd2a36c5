"""grid, walk and map."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.exports.contact_sheet import PLAN_KEY, save_sheet
from explorer.core.inference.generator import Generator
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import enlarged, scene_in_png, text_in_png
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.axes import dimensions
from explorer.core.traverse.grid import grid_plan
from explorer.core.traverse.layout import sample_points
from tests.cli.conftest import Verb, refused
from tests.models import tiny_encoder, tiny_generator
from tests.mp4 import read_mp4
from tests.pictures import labelled_folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny_generator(tmp_path / "tiny.onnx", latent=5, size=8)


def told(path: Path) -> dict[str, object]:
    found = json.loads(text_in_png(path, PLAN_KEY) or "")
    assert isinstance(found, dict)
    return found


def test_grid_saves_the_bytes_that_the_window_saves(verb: Verb, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "grid.png"
    done = verb("grid", model, "--seed", 7, "--rows", 3, "--columns", 4, "--span", 2, "--psi", 0.7, "--out", out)
    assert (done.code, done.out) == (0, "")
    generator = Generator.open(model, "cpu")
    base = Scene(generator.hash, generator.card.name, sample(7, 5), None, 0.7, 7)
    save_sheet(tmp_path / "window.png", Renderer(generator), grid_plan(base, dimensions([0, 1, 2]), 4, 2.0))
    generator.close()
    assert out.read_bytes() == (tmp_path / "window.png").read_bytes()


def test_grid_takes_dimensions_modes_scenes_and_the_strongest(verb: Verb, model: Path, tmp_path: Path) -> None:
    out, again = tmp_path / "grid.png", tmp_path / "again.png"
    assert verb("grid", model, "--dims", "3,1", "--mode", "quantiles", "--seed", 4, "--out", out).code == 0
    assert (told(out)["rows"], told(out)["mode"]) == (["z3", "z1"], "quantiles")
    assert verb("grid", model, "--scene", out, "--strongest", "--rows", 2, "--out", again).code == 0
    found = scene_in_png(again)
    assert found is not None
    assert found.seed == 4
    assert len(told(again)["rows"]) == 2  # type: ignore[arg-type]


def test_grid_draws_all_dimensions_of_a_small_model(verb: Verb, model: Path, tmp_path: Path) -> None:
    assert verb("grid", model, "--columns", 2, "--out", tmp_path / "grid.png").code == 0
    assert told(tmp_path / "grid.png")["rows"] == ["z0", "z1", "z2", "z3", "z4"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--dims", "3,3"), "z3 was chosen twice"),
        (("--dims", "5"), "no latent dimension 5"),
        (("--dims", "a,b"), "not a list"),
        (("--rows", 0), "--rows is 0"),
        (("--columns", 0), "no tiles"),
        (("--columns", 9999), "tiles"),
        (("--span", "nan"), "span"),
        (("--psi", "inf"), "--psi"),
        (("--seed", -1), "out of range"),
        (("--class", "2"), "no classes"),
        (("--mode", "odd"), "--mode"),
        (("--dims", "1", "--strongest"), "not allowed"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(
    verb: Verb, model: Path, tmp_path: Path, words: tuple[object, ...], said: str
) -> None:
    refused(verb("grid", model, *words, "--out", tmp_path / "out.png"), said)
    assert not (tmp_path / "out.png").exists()


def test_a_saved_scene_is_drawn_as_the_command_line_asks(verb: Verb, tmp_path: Path) -> None:
    model, saved, out = tiny_generator(tmp_path / "classy.onnx", classes=3), tmp_path / "it.png", tmp_path
    assert verb("render", model, "--seed", 4, "--class", 1, "--out", saved).code == 0
    for name in ("grid", "render"):
        way = (name, model, "--scene", saved, "--out", out / "new.png")
        assert verb(*way, "--psi", 0.25, "--class", "class 2").code == 0
        found = scene_in_png(out / "new.png")
        assert found is not None
        assert (found.seed, found.truncation, found.label) == (4, 0.25, 2)
        assert verb(*way).code == 0
        found = scene_in_png(out / "new.png")
        assert found is not None
        assert (found.truncation, found.label) == (1.0, 1)
        refused(verb(*way, "--seed", 0), "--seed asks for another")
        refused(verb(*way, "--psi", "nan"), "--psi")
        refused(verb(*way, "--class", 7), "no class 7")


def test_a_random_walk_has_as_many_turns_as_asked_for(verb: Verb, model: Path, tmp_path: Path) -> None:
    drawn = {}
    for turns in ((), ("--turns", 2), ("--turns", 5)):
        out = tmp_path / "walk.npz"
        assert verb("walk", model, "--random", 4, *turns, "--frames", 8, "--out", out).code == 0
        with np.load(out) as found:
            drawn[turns] = found["z"]
    assert (drawn[()] == drawn["--turns", 2]).all()
    assert np.abs(drawn[()] - drawn["--turns", 5]).max() > 0.1


def test_walk_makes_films(verb: Verb, model: Path, tmp_path: Path) -> None:
    gif, mp4 = tmp_path / "walk.gif", tmp_path / "walk.mp4"
    assert verb("walk", model, "--seeds", "1,2,3", "--frames", 10, "--fps", 20, "--loop", "--out", gif).code == 0
    assert verb("walk", model, "--random", 4, "--frames", 10, "--fps", 20, "--out", mp4).code == 0
    with Image.open(gif) as film:
        assert film.n_frames == 10
    film = read_mp4(mp4)
    assert (film.frames, film.duration_s) == (10, pytest.approx(0.5))


def test_render_enlarges_and_knows_other_kinds(verb: Verb, model: Path, tmp_path: Path) -> None:
    one, four, wide = tmp_path / "one.png", tmp_path / "four.png", tmp_path / "wide.webp"
    for words in ((one,), (four, "--scale", 4, "--pixels"), (wide, "--size", 100)):
        assert verb("render", model, "--seed", 3, "--out", *words).code == 0
    assert verb("render", model, "--count", 2, "--format", "jpg", "--out", tmp_path / "many").code == 0
    with Image.open(one) as small, Image.open(four) as large, Image.open(wide) as webp:
        assert np.array_equal(np.asarray(large), enlarged(np.asarray(small), 4))
        assert (webp.format, webp.size[0]) == ("WEBP", 100)
    assert scene_in_png(four) is not None
    assert sorted(file.name for file in (tmp_path / "many").iterdir()) == ["00000.jpg", "00001.jpg"]
    refused(verb("render", model, "--scale", 99, "--out", one), "out of range")
    refused(verb("render", model, "--out", tmp_path / "one.gif"), "not saved as .gif")
    refused(verb("render", model, "--format", "jpg", "--out", one), "not a jpg file")


def test_walk_makes_frames_and_tables(verb: Verb, model: Path, tmp_path: Path) -> None:
    folder, table = tmp_path / "walk", tmp_path / "walk.npz"
    way = ("walk", model, "--seeds", "1,2", "--frames", 3, "--kind", "lerp", "--easing", "smooth")
    assert verb(*way, "--psi", 0.5, "--out", folder).code == 0
    assert verb(*way, "--out", table).code == 0
    middle = scene_in_png(folder / "00001.png")
    assert middle is not None
    assert middle.z == pytest.approx((sample(1, 5) + sample(2, 5)) / 2, abs=1e-6)
    assert middle.truncation == 0.5
    with np.load(table) as found:
        assert found["z"][1].tobytes() == middle.z.tobytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--seeds", "one"), "not a list"),
        (("--seeds", ""), "not a list"),
        (("--seeds", "1,-2"), "out of range"),
        (("--frames", 0), "0 frames"),
        (("--fps", 0), "0 pictures a second"),
        (("--kind", "odd"), "--kind"),
        (("--seeds", "1", "--random", 2), "not allowed"),
        (("--seeds", "0,1", "--random", 2), "not allowed"),
        (("--random", 2, "--kind", "slerp"), "no --kind"),
        (("--random", 2, "--easing", "linear"), "no --easing"),
        (("--random", 2, "--turns", 0), "0 turns"),
        (("--random", 2, "--turns", 101), "101 turns"),
        (("--turns", 2), "--turns"),
    ],
)
def test_a_walk_that_cannot_be_is_refused(
    verb: Verb, model: Path, tmp_path: Path, words: tuple[object, ...], said: str
) -> None:
    refused(verb("walk", model, *words, "--out", tmp_path / "out.gif"), said)
    assert not (tmp_path / "out.gif").exists()


def test_verbs_refuse_names_and_places_they_cannot_write(verb: Verb, model: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name, arguments in {"grid": (), "walk": ("--frames", 3), "map": ("--count", 5)}.items():
        refused(verb(name, model, *arguments, "--out", tmp_path / "out.tiff"), ".tiff")
        refused(
            verb(name, model, *arguments, "--out", tmp_path / "file" / "out.png"),
            "out.png" if name != "walk" else ".png",
        )
    refused(verb("walk", model, "--frames", 2, "--out", tmp_path / "file"), "not a folder")


@pytest.mark.parametrize("name", [".mp4", ".GIF", ".npz", ".png"])
def test_an_ending_alone_is_no_name(verb: Verb, model: Path, tmp_path: Path, name: str) -> None:
    verbs = {"render": (), "grid": ()} if name == ".png" else {"walk": ("--frames", 2)}
    for word, arguments in verbs.items():
        refused(verb(word, model, *arguments, "--out", tmp_path / name), "no name before its ending")
    assert not (tmp_path / name).exists()


def test_a_walk_does_not_take_the_place_of_a_disk(verb: Verb, model: Path) -> None:
    refused(verb("walk", model, "--frames", 2, "--out", Path.cwd().anchor), "whole disk")


@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize("by", ["pictures", "latents"])
def test_map_lays_samples_out(verb: Verb, model: Path, tmp_path: Path, method: str, by: str) -> None:
    out = tmp_path / "map.png"
    done = verb("map", model, "--method", method, "--by", by, "--count", 12, "--seed", 3, "--out", out)
    assert (done.code, done.out) == (0, "")
    facts = told(out)
    assert (facts["kind"], facts["method"], facts["by"], facts["seed"]) == ("map", method, by, 3)
    assert len(facts["points"]) == 12  # type: ignore[arg-type]
    generator = Generator.open(model, "cpu")
    seeds = [scene.seed for scene in sample_points(generator, 12, 3)]
    generator.close()
    found = scene_in_png(out)
    assert found is not None
    assert found.seed in seeds


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--count", 2), "shows nothing"),
        (("--count", 100_000), "100,000 points"),
        (("--seed", -3), "out of range"),
        (("--psi", "nan"), "--psi"),
        (("--method", "isomap"), "--method"),
        (("--clusters", "many"), "many is not a number of clusters"),
        (("--clusters", "spectral:900"), "cannot be sorted into 900"),
    ],
)
def test_a_map_that_cannot_be_is_refused(
    verb: Verb, model: Path, tmp_path: Path, words: tuple[object, ...], said: str
) -> None:
    refused(verb("map", model, *words, "--out", tmp_path / "out.png"), said)


@pytest.fixture
def seeing(tmp_path: Path) -> Path:
    """A model with an encoder beside it."""
    folder = tmp_path / "seeing"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_encoder(folder / "encoder.onnx")
    return folder


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_map_encodes_pictures_and_colours_them(verb: Verb, seeing: Path, tmp_path: Path, method: str) -> None:
    folder, out, plain = labelled_folder(tmp_path / "pictures"), tmp_path / "map.png", tmp_path / "plain.png"
    way = ("map", seeing, "--data", folder, "--method", method, "--count", 6)
    assert verb(*way, "--attribute", "smile", "--out", out).code == 0
    assert verb(*way, "--out", plain).code == 0
    facts = told(out)
    assert (facts["by"], facts["attribute"], len(facts["points"])) == ("latents", "smile", 6)  # type: ignore[arg-type]
    assert facts["points"] == told(plain)["points"]
    assert "attribute" not in told(plain)
    clustered = verb(*way, "--clusters", "spectral:2", "--out", out)
    assert "purity" in clustered.err
    assert told(out)["attribute"] == "cluster (spectral)"
    with Image.open(out) as coloured, Image.open(plain) as bare:
        assert coloured.height > coloured.width == bare.width == bare.height


def test_map_tells_what_it_assumes_of_pictures_and_may_be_told_otherwise(
    verb: Verb, seeing: Path, tmp_path: Path
) -> None:
    folder, out = labelled_folder(tmp_path / "pictures"), tmp_path / "map.png"
    way = ("map", seeing, "--data", folder, "--count", 6, "--out", out)
    assert "range=0..255 (8 bits)" in verb(*way).err
    assert "range=0..99" in verb(*way, "--assume", "range=0..99").err
    refused(verb(*way, "--assume", "colours=no"), "nothing called colours to assume")
    refused(verb("map", seeing, "--out", out, "--assume", "range=0..99"), "is about pictures, and none were named")


def test_map_colours_samples_by_class(verb: Verb, tmp_path: Path) -> None:
    model, out = tiny_generator(tmp_path / "tiny.onnx", classes=3), tmp_path / "map.png"
    assert verb("map", model, "--count", 6, "--attribute", "class", "--out", out).code == 0
    assert told(out)["attribute"] == "class"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--data", "pictures", "--attribute", "beard"), "no attribute called beard"),
        (("--attribute", "class"), "no attribute called class"),
        (("--data", "nowhere"), "There is no nowhere"),
        (("--data", "portraits:many"), "not understood"),
        (("--data", "pictures", "--count", 1), "shows nothing"),
    ],
)
def test_a_map_of_pictures_that_cannot_be_is_refused(
    verb: Verb,
    seeing: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    said: str,
) -> None:
    labelled_folder(tmp_path / "pictures")
    monkeypatch.chdir(tmp_path)
    refused(verb("map", seeing, *words, "--out", "out.png"), said)
    assert not (tmp_path / "out.png").exists()


def test_a_map_of_pictures_needs_an_encoder(verb: Verb, model: Path, tmp_path: Path) -> None:
    folder = labelled_folder(tmp_path / "pictures")
    refused(verb("map", model, "--data", folder, "--out", tmp_path / "out.png"), "has no encoder")


def test_a_walk_is_judged_and_one_that_stands_still_has_no_length(verb: Verb, model: Path, tmp_path: Path) -> None:
    words = ("walk", model, "--frames", 9, "--judge", "--out")
    moving = verb(*words, tmp_path / "moving", "--seeds", "1,2")
    still = verb(*words, tmp_path / "still", "--seeds", "3,3")
    assert "Perceptual path length" in moving.out
    assert "Perceptual path length 0 " in still.out
    assert "length 0 " not in moving.out
    refused(verb("walk", model, "--frames", 1, "--judge", "--out", tmp_path / "one"), "not a path to judge")
