"""render, grid and walk with noise and with what is shown moved and turned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from PIL import Image
from tqdm import tqdm

from explorer.core.rendering.conditions import Noise, Placement
from explorer.core.rendering.picture_files import scene_in_png
from explorer.training.networks.growing import GrowingGenerator, stage_graph
from explorer.training.weight_import.layouts import stylegan2, stylegan3
from explorer.training.weight_import.stylegan.style_export import export_style
from tests.cli.conftest import Verb, refused
from tests.stylegan import Filtered, Style, filtered_state, nvidia_state


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rebuilt = stylegan2.rebuild(nvidia_state(Style(size=16, channel_max=8)), {})
    assert rebuilt is not None
    folder = tmp_path_factory.mktemp("noisy")
    export_style(rebuilt, folder)
    return folder


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rebuilt = stylegan3.rebuild(filtered_state(Filtered()), {})
    assert rebuilt is not None
    folder = tmp_path_factory.mktemp("moving")
    export_style(rebuilt, folder)
    return folder


def drawn(verb: Verb, model: Path, out: Path, *words: object) -> np.ndarray:
    assert verb("render", model, *words, "--out", out).code == 0
    return np.asarray(Image.open(out)).astype(int)


def test_noise_travels_with_the_picture_and_is_drawn_again(verb: Verb, noisy: Path, tmp_path: Path) -> None:
    usual = drawn(verb, noisy, tmp_path / "usual.png", "--noise", "fixed")
    asked = {
        "none": (("--noise", "none"), Noise(None, 0.0)),
        "free": (("--noise", 7, "--noise-strength", 0.5), Noise(7, 0.5)),
        "strong": (("--noise-strength", 2), Noise(None, 2.0)),
    }
    for name, (words, noise) in asked.items():
        picture = drawn(verb, noisy, tmp_path / f"{name}.png", *words)
        assert (picture != usual).any()
        scene = scene_in_png(tmp_path / f"{name}.png")
        assert scene is not None
        assert scene.noise == noise
        drawn(verb, noisy, tmp_path / "again.png", "--scene", tmp_path / f"{name}.png")
        assert (tmp_path / "again.png").read_bytes() == (tmp_path / f"{name}.png").read_bytes()
    assert (drawn(verb, noisy, tmp_path / "u.png") == usual).all()
    back = drawn(verb, noisy, tmp_path / "back.png", "--scene", tmp_path / "free.png", "--noise", "fixed")
    assert (back == usual).all()


def test_what_is_shown_is_moved_and_turned(verb: Verb, moving: Path, tmp_path: Path) -> None:
    usual = drawn(verb, moving, tmp_path / "usual.png")
    moved = drawn(verb, moving, tmp_path / "moved.png", "--translate=-0.1,0.2", "--rotate", -30)
    assert (moved != usual).any()
    scene = scene_in_png(tmp_path / "moved.png")
    assert scene is not None
    assert scene.placement == Placement(-0.1, 0.2, -30.0)
    back = drawn(verb, moving, tmp_path / "b.png", "--scene", tmp_path / "moved.png", "--translate=0,0", "--rotate", 0)
    assert (back == usual).all()


def test_grids_and_walks_have_them_too(verb: Verb, noisy: Path, moving: Path, tmp_path: Path) -> None:
    for name, words in (("usual", ()), ("none", ("--noise", "none"))):
        assert verb("grid", noisy, "--rows", 1, "--columns", 3, *words, "--out", tmp_path / f"{name}.png").code == 0
    assert (tmp_path / "usual.png").read_bytes() != (tmp_path / "none.png").read_bytes()
    for name, words in (("usual", ()), ("turned", ("--rotate", 90))):
        assert verb("walk", moving, "--frames", 2, *words, "--out", tmp_path / name).code == 0
    films = [sorted((tmp_path / name).glob("*.png"))[0].read_bytes() for name in ("usual", "turned")]
    assert films[0] != films[1]


def test_what_cannot_be_is_refused(verb: Verb, noisy: Path, moving: Path, tmp_path: Path) -> None:
    for model, words, said in (
        (noisy, ("--noise", "loud"), ("--noise loud", "fixed, none, or a seed")),
        (noisy, ("--noise-strength", 3), ("--noise-strength is 3",)),
        (noisy, ("--noise", "none", "--noise-strength", 1), ("Without noise there is no strength",)),
        (noisy, ("--rotate", 30), ("cannot be moved",)),
        (moving, ("--noise", "none"), ("no noise of its own",)),
        (moving, ("--translate=1",), ("--translate 1",)),
        (moving, ("--translate=nan,0",), ("--translate nan,0",)),
        (moving, ("--rotate", "nan"), ("--rotate is nan",)),
    ):
        refused(verb("render", model, *words, "--out", tmp_path / "x.png"), *said)


@pytest.fixture
def grown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A generator of four stages, the last of 32 pixels."""
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # the exporter's progress bar starts a thread
    torch.manual_seed(0)
    generator = GrowingGenerator(6, 32, 3, 0.1).eval()
    generator.grown.fill_(3.0)
    onnx.save(stage_graph(generator), tmp_path / "grown.onnx")
    return tmp_path / "grown.onnx"


def test_stages_are_held_back_and_brought_again(verb: Verb, grown: Path, noisy: Path, tmp_path: Path) -> None:
    drawn(verb, grown, tmp_path / "usual.png")
    coarse = drawn(verb, grown, tmp_path / "coarse.png", "--hold-back", 2)
    assert (coarse[::4, ::4] == coarse[3::4, 3::4]).all()
    assert len(np.unique(coarse.reshape(-1, 3), axis=0)) > 8
    scene = scene_in_png(tmp_path / "coarse.png")
    assert scene is not None
    assert scene.held_back == 2.0
    drawn(verb, grown, tmp_path / "again.png", "--scene", tmp_path / "coarse.png")
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "coarse.png").read_bytes()
    drawn(verb, grown, tmp_path / "back.png", "--scene", tmp_path / "coarse.png", "--hold-back", 0)
    assert (tmp_path / "back.png").read_bytes() == (tmp_path / "usual.png").read_bytes()
    refused(verb("render", grown, "--hold-back", 4, "--out", tmp_path / "x.png"), "it grew by 3")
    refused(verb("render", grown, "--hold-back", "nan", "--out", tmp_path / "x.png"), "--hold-back is nan")
    refused(verb("render", noisy, "--hold-back", 1, "--out", tmp_path / "x.png"), "did not grow")
