"""render, grid, walk and inspect with a style-based model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.core.exports.layer_pictures import LAYER_KEY
from explorer.core.inference.generator import Generator
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import png_bytes, scene_in_png, text_in_png
from explorer.core.rendering.w_space import StyleRenderer
from tests.cli.conftest import Verb, refused
from tests.models import tiny_generator, tiny_style_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny_style_model(tmp_path / "styled")


@pytest.fixture
def renderer(verb: Verb, model: Path) -> StyleRenderer:
    return StyleRenderer(Generator.open(model / "generator.onnx", "cpu", trusted=True))


def test_inspect_tells_of_both_spaces(verb: Verb, model: Path) -> None:
    told = json.loads(verb("inspect", model, "--json").out)
    assert told["latent"] == {"size": 4, "distribution": "normal", "styles": 3, "style_size": 5}


def test_what_render_draws_travels_in_the_picture_and_is_drawn_again(
    verb: Verb, model: Path, tmp_path: Path, renderer: StyleRenderer
) -> None:
    words = ("--psi", 0.7, "--truncate-layers", 2, "--mix", "3:1-2", "--w", "2=1.5")
    assert verb("render", model, "--seed", 8, *words, "--out", tmp_path / "one.png").code == 0
    scene = scene_in_png(tmp_path / "one.png")
    assert scene is not None
    assert scene.w is not None
    assert scene.mix is not None
    assert scene.z.tobytes() == sample(8, 4).tobytes()
    assert (scene.mix.seed, scene.mix.first, scene.mix.last, scene.cutoff) == (3, 1, 2, 2)
    assert renderer.generator.spread().standard(scene.w)[2] == pytest.approx(1.5, abs=1e-5)
    verb("render", model, "--scene", tmp_path / "one.png", "--out", tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert png_bytes(renderer.render(scene).picture, scene) == (tmp_path / "one.png").read_bytes()


def test_points_of_w_are_saved_with_the_latents(verb: Verb, model: Path, tmp_path: Path) -> None:
    verb("render", model, "--count", 3, "--out", tmp_path / "r.png", "--latents", tmp_path / "l.npz")
    with np.load(tmp_path / "l.npz") as held:
        assert held["z"].shape == (3, 4)
        assert held["w"].shape == (3, 5)


def test_a_walk_through_w_is_straight(verb: Verb, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "walk.npz"
    assert verb("walk", model, "--seeds", "1,2", "--frames", 5, "--space", "w", "--out", out).code == 0
    with np.load(out) as held:
        w = held["w"]
    assert np.allclose(w[2], (w[0] + w[4]) / 2, atol=1e-5)
    assert np.abs(w[0] - w[4]).max() > 0.1


def test_a_walk_through_z_keeps_its_truncation(verb: Verb, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "frames"
    assert verb("walk", model, "--seeds", "1,2", "--frames", 3, "--psi", 0.5, "--out", out).code == 0
    scenes = [scene_in_png(out / f"{n:05d}.png") for n in range(3)]
    assert all(scene is not None and scene.truncation == 0.5 and scene.w is None for scene in scenes)


def test_a_grid_in_w_is_drawn(verb: Verb, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "grid.png"
    assert verb("grid", model, "--space", "w", "--dims", "0,4", "--columns", 3, "--out", out).code == 0
    scene = scene_in_png(out)
    assert scene is not None
    assert scene.w is not None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("render", "--mix", "3"), "not understood"),
        (("render", "--mix", "3:2-1"), "names no layers"),
        (("render", "--mix", "3:0-3"), "names no layers"),
        (("render", "--w", "x=1"), "not understood"),
        (("render", "--w", "5=1"), "no dimension 5 of W"),
        (("render", "--w", "1=inf"), "goes too far"),
        (("render", "--truncate-layers", "4"), "has 3 layers"),
        (("grid", "--space", "w", "--dims", "5"), "no latent dimension 5"),
        (("grid", "--space", "w", "--strongest"), "strongest dimensions are those of z"),
        (("walk", "--space", "w", "--random", "1"), "straight"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    verb: Verb, model: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    name, *rest = words
    out = tmp_path / ("x.npz" if name == "walk" else "x.png")
    refused(verb(name, model, *rest, "--out", out), said)


@pytest.mark.parametrize("words", [("render", "--mix", "3:0"), ("grid", "--space", "w"), ("walk", "--space", "w")])
def test_models_without_w_say_so(verb: Verb, tmp_path: Path, words: tuple[str, ...]) -> None:
    tiny_generator(tmp_path / "plain.onnx")
    name, *rest = words
    out = tmp_path / ("x.npz" if name == "walk" else "x.png")
    refused(verb(name, tmp_path / "plain.onnx", *rest, "--out", out), "has no W space")


def test_a_projected_point_is_drawn_saved_and_drawn_again(verb: Verb, model: Path, tmp_path: Path) -> None:
    rows = np.random.RandomState(1).standard_normal((3, 5)).astype(np.float32)
    np.savez(tmp_path / "projected_w.npz", w=rows[None])
    torch.save(torch.tensor(rows[None]), tmp_path / "latents.pt")
    pictures = []
    for name in ("projected_w.npz", "latents.pt"):
        out = tmp_path / f"{name}.png"
        words = ("--from", tmp_path / name, "--out", out, "--latents", tmp_path / "l.npz")
        assert verb("render", model, *words).code == 0
        scene = scene_in_png(out)
        assert scene is not None
        assert scene.w is not None
        assert scene.w.tobytes() == rows.tobytes()
        pictures.append(out.read_bytes())
    assert pictures[0] == pictures[1]
    verb("render", model, "--scene", tmp_path / "latents.pt.png", "--out", tmp_path / "two.png")
    verb("render", model, "--from", tmp_path / "l.npz", "--out", tmp_path / "three.png")
    assert (tmp_path / "two.png").read_bytes() == (tmp_path / "three.png").read_bytes() == pictures[0]


def test_w_is_moved_in_some_layers(verb: Verb, model: Path, tmp_path: Path, renderer: StyleRenderer) -> None:
    assert verb("render", model, "--seed", 8, "--w", "2=1.5@1-2", "--out", tmp_path / "one.png").code == 0
    scene = scene_in_png(tmp_path / "one.png")
    assert scene is not None
    assert scene.w is not None
    rows = renderer.generator.spread().standard(scene.w.reshape(3, 5))
    assert rows[1:, 2] == pytest.approx([1.5, 1.5], abs=1e-5)
    assert rows[0, 2] != pytest.approx(1.5, abs=1e-2)


def test_a_direction_is_kept_to_some_layers(verb: Verb, model: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "age_w_boundary.npy", np.float32([[0, 1, 0, 2, 0]]))
    verb("direction", "import", model, tmp_path / "age_w_boundary.npy", "--name", "age")
    drawn = []
    for number, words in enumerate(("age@1-2=2", "age=2", "age@0-2=2")):
        verb("render", model, "--direction", words, "--out", tmp_path / f"{number}.png")
        drawn.append(scene_in_png(tmp_path / f"{number}.png"))
    assert drawn[0] is not None
    assert drawn[0].directions == (("age@1-2", 2.0),)
    pixels = [np.asarray(Image.open(tmp_path / f"{number}.png")) for number in range(3)]
    assert (pixels[1] == pixels[2]).all()
    assert (pixels[0] != pixels[1]).any()
    told = verb("direction", "layers", model, "age", "1-2", "--replace").out
    assert "layers 1 to 2" in told
    assert "layers 1 to 2" in verb("direction", "list", model).out
    verb("render", model, "--direction", "age=2", "--out", tmp_path / "3.png")
    assert (np.asarray(Image.open(tmp_path / "3.png")) == pixels[0]).all()
    refused(verb("direction", "layers", model, "age", "2-5", "--replace"), "names no layers")


def test_layers_are_drawn_in_place_of_the_picture(verb: Verb, tmp_path: Path) -> None:
    told = ["render", "faces", "--seed", "3", "--layer"]
    assert verb(*told, "3", "--layer-channels", "0-2,5", "--out", tmp_path / "sheet.png").code == 0
    assert np.asarray(Image.open(tmp_path / "sheet.png")).shape == (66, 66)
    assert text_in_png(tmp_path / "sheet.png", LAYER_KEY) == "3 (relu_3), channels 0, 1, 2, 5"
    assert verb(*told, "relu_3", "--layer-channels", "mean", "--out", tmp_path / "mean.png").code == 0
    assert np.asarray(Image.open(tmp_path / "mean.png")).shape == (32, 32)
    assert verb(*told, "0", "--layer-channels", "4-5", "--out", tmp_path / "each").code == 0
    assert sorted(path.name for path in (tmp_path / "each").iterdir()) == ["00004.png", "00005.png"]
    refused(verb(*told, "9", "--out", tmp_path / "no.png"), "no layer 9. It has 0: 256 of 4 px")
    refused(verb(*told, "0", "--layer-channels", "256", "--out", tmp_path / "no.png"), "there is no channel 256")
    refused(verb("render", "faces", "--layer-channels", "1", "--out", tmp_path / "no.png"), "without --layer")
