"""unfold, and what render says of sampling."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.directions.direction import Direction
from explorer.core.directions.files.store import save_directions
from explorer.core.rendering.picture_files import scene_in_png
from explorer.core.sampling.settings import Sampling
from tests.cli.conftest import Verb, refused
from tests.models import tiny_generator
from tests.steps import gaussian_step


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    return gaussian_step(tmp_path / "steps", classes=2)


def test_the_last_of_all_steps_is_what_render_saves(verb: Verb, steps: Path, tmp_path: Path) -> None:
    how = ("--seed", 3, "--class", "class 1", "--steps", 6, "--eta", 0.5, "--guidance", 2)
    assert verb("unfold", steps, *how, "--out", tmp_path / "all").code == 0
    assert verb("render", steps, *how, "--out", tmp_path / "one.png").code == 0
    assert len(list((tmp_path / "all").iterdir())) == 14
    assert (tmp_path / "all" / "00006.png").read_bytes() == (tmp_path / "one.png").read_bytes()
    scene = scene_in_png(tmp_path / "one.png")
    assert scene is not None
    assert (scene.sampling, scene.label) == (Sampling(6, 0.5, 2.0), 1)


def test_a_film_a_sheet_and_a_table_show_the_same_steps(verb: Verb, steps: Path, tmp_path: Path) -> None:
    for name in ("film.gif", "sheet.png", "table.csv"):
        assert verb("unfold", steps, "--steps", 4, "--out", tmp_path / name).code == 0
    with Image.open(tmp_path / "film.gif") as film:
        assert getattr(film, "n_frames", 1) > 1
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text().splitlines()))
    assert [row["step"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert float(rows[-1]["canvas_off"]) == 0.0 < float(rows[0]["canvas_off"])


def test_the_noise_of_a_picture_paints_it_again(verb: Verb, steps: Path, tmp_path: Path) -> None:
    pixels = np.tile(np.linspace(60, 190, 8), (8, 1)).astype(np.uint8)
    Image.fromarray(pixels).convert("RGB").save(tmp_path / "own.png")
    words = ("unfold", steps, "--from", tmp_path / "own.png", "--guidance", 0, "--json")
    rough, fine = (json.loads(verb(*words, "--steps", count).out)["error_of_255"] for count in (5, 100))
    assert fine < min(rough, 3.0)
    again = tmp_path / "noise.npz"
    assert verb(*words, "--steps", 100, "--latents", again).code == 0
    made = tmp_path / "again.png"
    how = ("--guidance", 0, "--steps", 100)
    assert verb("render", steps, "--from", again, *how, "--out", made).code == 0
    assert np.abs(np.asarray(Image.open(made).convert("L")).astype(int) - pixels).mean() < 4


def test_a_hole_is_painted_anew_and_the_rest_stays(verb: Verb, steps: Path, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), (90, 120, 150)).save(tmp_path / "own.png")
    words = ("unfold", steps, "--from", tmp_path / "own.png", "--hole", "2,3,4,2", "--seed", 4)
    assert verb(*words, "--out", tmp_path / "all").code == 0
    made = np.asarray(Image.open(tmp_path / "all" / "00008.png")).astype(int)
    changed = np.abs(made - (90, 120, 150)).max(axis=2) > 1
    assert changed[3:5, 2:6].all()
    assert changed.sum() == 8


def test_what_cannot_be_unfolded_is_refused_in_a_sentence(verb: Verb, steps: Path, tmp_path: Path) -> None:
    plain = tiny_generator(tmp_path / "plain.onnx")
    out = tmp_path / "x.png"
    refused(verb("unfold", plain, "--out", out), "paints in one go")
    refused(verb("render", plain, "--steps", 5, "--out", out), "paints in one go")
    refused(verb("unfold", steps, "--steps", 0, "--out", out), "number of steps is 0")
    refused(verb("unfold", steps, "--back", 0.5, "--out", out), "without a picture")
    refused(verb("unfold", steps, "--out", tmp_path / "x.npz"), "not saved as .npz")
    refused(verb("unfold", steps), "No file was named")
    Image.new("RGB", (8, 8)).save(tmp_path / "own.png")
    refused(verb("unfold", steps, "--from", tmp_path / "own.png", "--hole", "6,6,9,9", "--json"), "does not lie")


def test_what_is_painted_from_a_part_of_the_way_claims_no_scene(verb: Verb, steps: Path, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), (90, 120, 150)).save(tmp_path / "own.png")
    own = ("unfold", steps, "--from", tmp_path / "own.png")
    assert verb(*own, "--back", 0.5, "--out", tmp_path / "back").code == 0
    assert scene_in_png(tmp_path / "back" / "00004.png") is None
    assert verb(*own, "--out", tmp_path / "again").code == 0
    assert scene_in_png(tmp_path / "again" / "00008.png") is not None
    refused(verb(*own, "--back", 0.5, "--latents", tmp_path / "x.npz"), "no noise of its own")


def test_the_noise_of_a_picture_is_painted_without_chance(verb: Verb, steps: Path, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), (90, 120, 150)).save(tmp_path / "own.png")
    how = ("--steps", 100, "--eta", 0.8, "--class", "class 1")
    told = verb("unfold", steps, "--from", tmp_path / "own.png", *how, "--json", "--out", tmp_path / "all")
    assert json.loads(told.out)["error_of_255"] < 3
    again = verb("render", steps, "--scene", tmp_path / "all" / "00100.png", "--out", tmp_path / "one.png")
    assert again.code == 0
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "all" / "00100.png").read_bytes()


def test_truncation_and_directions_of_a_scene_are_unfolded_too(verb: Verb, steps: Path, tmp_path: Path) -> None:
    direction = Direction("up", np.ones(192, np.float32) / np.sqrt(192).astype(np.float32), "imported")
    save_directions(steps / "directions.npz", [direction])
    assert (
        verb("render", steps, "--seed", 2, "--psi", 0.5, "--direction", "up=3", "--out", tmp_path / "a.png").code == 0
    )
    assert verb("unfold", steps, "--scene", tmp_path / "a.png", "--out", tmp_path / "all").code == 0
    assert (tmp_path / "all" / "00008.png").read_bytes() == (tmp_path / "a.png").read_bytes()
