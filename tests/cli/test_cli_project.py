"""project: one's own pictures are found in a latent space, edited and told about."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.directions.direction import Direction, unit
from explorer.core.directions.files.store import save_directions
from explorer.core.inference.generator import Generator
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import save_png, scene_in_png
from tests.cli.conftest import Verb, refused
from tests.models import tiny_encoder, tiny_generator, tiny_style_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model with an encoder and a direction beside it."""
    folder = tmp_path / "seeing"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", size=16)
    tiny_encoder(folder / "encoder.onnx", size=16)
    save_directions(folder / "directions.npz", [Direction("brighter", unit([1, 2, 0, 0]), "imported")])
    return folder


@pytest.fixture
def picture(model: Path, tmp_path: Path) -> Path:
    return drawn(model / "generator.onnx", tmp_path / "face.png")


def drawn(file: Path, path: Path, seed: int = 3) -> Path:
    generator = Generator.open(file, "cpu")
    save_png(path, generator.picture(sample(seed, generator.card.latent_size)))
    generator.close()
    return path


def test_the_encoders_answer_is_saved_as_pictures_that_carry_their_scene(
    verb: Verb, model: Path, picture: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = verb("project", model, picture, "--out", out, "--direction", "brighter=1.5", "--json")
    assert done.code == 0
    told = json.loads(done.out)
    assert told["pictures"][0]["method"] == "encoder"
    assert told["pictures"][0]["files"] == [f"face-{part}.png" for part in ("aligned", "reconstruction", "edit")]
    assert sorted(path.name for path in out.iterdir()) == sorted(["sheet.png", *told["pictures"][0]["files"]])
    assert (out / "face-aligned.png").read_bytes() == picture.read_bytes()
    again = tmp_path / "again.png"
    for part, directions in (("reconstruction", ()), ("edit", (("brighter", 1.5),))):
        scene = scene_in_png(out / f"face-{part}.png")
        assert scene is not None
        assert scene.directions == directions
        assert verb("render", model, "--scene", out / f"face-{part}.png", "--out", again).code == 0
        assert again.read_bytes() == (out / f"face-{part}.png").read_bytes()
    with Image.open(out / "sheet.png") as sheet:
        assert sheet.size == (3 * 16 + 4, 16)


@pytest.mark.parametrize("method", ["optimise", "both"])
def test_optimisation_finds_a_picture_of_the_models_own(
    verb: Verb, model: Path, picture: Path, tmp_path: Path, method: str
) -> None:
    done = verb("project", model, picture, "--out", tmp_path / "out", "--method", method, "--steps", 60, "--json")
    told = json.loads(done.out)["pictures"][0]
    assert (told["method"], told["steps"]) == (method, 60)
    assert told["error"] < 0.02


@pytest.mark.parametrize(("space", "size"), [("w", 5), ("w+", 15)])
def test_a_point_of_w_is_found_and_drawn_again(verb: Verb, tmp_path: Path, space: str, size: int) -> None:
    styled = tiny_style_model(tmp_path / "styled", size=16)
    picture, out = drawn(styled / "generator.onnx", tmp_path / "face.png"), tmp_path / "out"
    done = verb("project", styled, picture, "--out", out, "--space", space, "--steps", 60, "--json")
    told = json.loads(done.out)["pictures"][0]
    assert (told["method"], told["space"]) == ("optimise", space)
    assert told["error"] < 0.025
    scene = scene_in_png(out / "face-reconstruction.png")
    assert scene is not None
    assert scene.w is not None
    assert scene.w.shape == (size,)
    assert verb("render", styled, "--scene", out / "face-reconstruction.png", "--out", tmp_path / "again.png").code == 0
    assert (tmp_path / "again.png").read_bytes() == (out / "face-reconstruction.png").read_bytes()


def test_a_model_tuned_to_a_picture_is_a_model_of_its_own(verb: Verb, tmp_path: Path) -> None:
    styled = tiny_style_model(tmp_path / "styled", size=16)
    save_directions(styled / "directions.npz", [Direction("brighter", unit([1, 2, 0, 0]), "imported")])
    before = (styled / "generator.onnx").read_bytes()
    picture = drawn(tiny_generator(tmp_path / "other.onnx", size=16), tmp_path / "face.png")
    out, words = tmp_path / "out", ("--space", "w+", "--steps", 10, "--tune", 60, "--direction", "brighter=1")
    done = verb("project", styled, picture, "--out", out, *words, "--json")
    told = json.loads(done.out)["pictures"][0]
    assert told["tuned_error"] < 0.5 * told["error"]
    assert told["files"] == [f"face-{part}.png" for part in ("aligned", "reconstruction", "tuned", "edit")]
    assert (styled / "generator.onnx").read_bytes() == before
    for part in ("tuned", "edit"):
        again = tmp_path / "again.png"
        assert verb("render", told["tuned"], "--scene", out / f"face-{part}.png", "--out", again).code == 0
        assert again.read_bytes() == (out / f"face-{part}.png").read_bytes()
    said = json.loads(verb("inspect", told["tuned"], "--json").out)
    assert "face.png (pivotal tuning of styled)" in json.dumps(said)
    refused(verb("project", styled, picture, "--out", out, *words), "face-model is there already")


def test_a_model_without_an_encoder_is_searched(verb: Verb, tmp_path: Path) -> None:
    bare = tiny_generator(tmp_path / "bare.onnx")
    picture = drawn(bare, tmp_path / "face.png")
    done = verb("project", bare, picture, "--out", tmp_path / "out", "--steps", 30)
    assert done.code == 0
    assert "optimise, 30 steps" in done.out
    refused(verb("project", bare, picture, "--out", tmp_path / "out", "--method", "encoder"), "no encoder")


def test_broken_pictures_are_left_out_and_told(verb: Verb, model: Path, picture: Path, tmp_path: Path) -> None:
    broken, out = tmp_path / "broken.png", tmp_path / "out"
    broken.write_bytes(picture.read_bytes()[:200])
    done = verb("project", model, picture, broken, tmp_path / "nowhere.png", "--out", out)
    assert done.code == 1
    assert "broken.png was left out: " in done.err
    assert "nowhere.png was left out: " in done.err
    assert (out / "face-reconstruction.png").exists()
    refused(verb("project", model, broken, "--out", tmp_path / "none"), "cut short")


def test_folders_are_looked_into_and_names_that_collide_are_numbered(
    verb: Verb, model: Path, picture: Path, tmp_path: Path
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "face.PNG").write_bytes(picture.read_bytes())
    (tmp_path / "b" / "notes.txt").write_text("nothing")
    out = tmp_path / "out"
    assert verb("project", model, tmp_path / "a", tmp_path / "b", picture, "--out", out).code == 0
    names = {path.name for path in out.glob("*-aligned.png")}
    assert names == {"face-aligned.png", "face-2-aligned.png", "face-3-aligned.png"}
    (tmp_path / "empty").mkdir()
    refused(verb("project", model, tmp_path / "empty", "--out", out), "no pictures in the folder")


def test_pupils_bring_a_turned_face_upright(verb: Verb, tmp_path: Path) -> None:
    import onnx

    folder = tmp_path / "faces"
    folder.mkdir()
    proto = onnx.load(tiny_generator(folder / "generator.onnx", size=16))
    tiny_encoder(folder / "encoder.onnx", size=16)
    told = next(entry for entry in proto.metadata_props if entry.key == CARD_KEY)
    card = json.loads(told.value) | {"frame": "pupils at (4, 8) and (12, 8) of 16 x 16"}
    told.value = ModelCard.from_json(json.dumps(card)).to_json()
    onnx.save(proto, folder / "generator.onnx")
    picture = drawn(folder / "generator.onnx", tmp_path / "face.png")
    with Image.open(picture) as upright:
        turned = upright.transpose(Image.Transpose.ROTATE_270)  # what was left is above now
        turned.save(tmp_path / "turned.png")
    out = tmp_path / "out"
    # Pupils at the same height, one above the other: the upper one, x being equal, is the left one.
    assert verb("project", folder, tmp_path / "turned.png", "--out", out, "--pupils", "8,4,8,12").code == 0
    assert np.array_equal(np.asarray(Image.open(out / "turned-aligned.png")), np.asarray(Image.open(picture)))
    refused(
        verb("project", folder, tmp_path / "turned.png", "--out", out, "--pupils", "8,4,8,99"),
        "outside the picture",
    )
    refused(
        verb("project", folder, tmp_path / "turned.png", "--out", out, "--pupils", "8,4,8,4"),
        "Both pupils are at the same point",
        "--pupils",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--direction", "smiling=1"), "no direction called smiling"),
        (("--direction", "smiling=1"), "It has: brighter."),
        (("--direction", "brighter"), "not understood"),
        (("--direction", "brighter=nan"), "not understood"),
        (("--direction", "brighter=1e9"), "goes too far"),
        (("--direction", "brighter=-inf"), "goes too far"),
        (("--direction", "brighter=1", "--direction", "brighter=2"), "named twice"),
        (("--pupils", "1,2,3"), "not two points"),
        (("--pupils", "1,2,3,4"), "where pupils lie"),
        (("--steps", 0), "--steps is 0"),
        (("--steps", 5, "--method", "encoder"), "takes no --steps"),
        (("--seed", -1), "out of range"),
        (("--tune", 0), "--tune is 0"),
        (("--space", "w+"), "has no W space"),
        (("--space", "w", "--method", "encoder"), "not points of W"),
        (("--noise", "none"), "no noise"),
        (("--class", 1), "no classes"),
    ],
)
def test_what_cannot_be_is_refused(
    verb: Verb, model: Path, picture: Path, tmp_path: Path, words: tuple[object, ...], said: str
) -> None:
    refused(verb("project", model, picture, *words, "--out", tmp_path / "out"), said)


def test_render_grid_and_walk_move_along_directions(verb: Verb, model: Path, tmp_path: Path) -> None:
    more = ("--direction", "brighter=-2")
    assert verb("render", model, "--seed", 1, *more, "--out", tmp_path / "render.png").code == 0
    assert verb("grid", model, "--rows", 1, "--columns", 2, *more, "--out", tmp_path / "grid.png").code == 0
    assert verb("walk", model, "--frames", 2, *more, "--out", tmp_path / "walk").code == 0
    for name in ("render.png", "grid.png", "walk/00001.png"):
        scene = scene_in_png(tmp_path / name)
        assert scene is not None
        assert scene.directions == (("brighter", -2.0),)
    plain = tmp_path / "plain.png"
    assert verb("render", model, "--seed", 1, "--out", plain).code == 0
    assert not np.array_equal(np.asarray(Image.open(plain)), np.asarray(Image.open(tmp_path / "render.png")))


def test_a_damaged_file_of_directions_matters_only_where_they_are_asked_for(
    verb: Verb, model: Path, tmp_path: Path
) -> None:
    (model / "directions.npz").write_bytes(b"PK\x03\x04 nothing")
    assert verb("render", model, "--out", tmp_path / "it.png").code == 0
    refused(
        verb("render", model, "--direction", "brighter=1", "--out", tmp_path / "no.png"),
        "directions.npz is damaged",
    )
