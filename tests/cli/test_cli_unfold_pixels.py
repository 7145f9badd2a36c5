"""unfold of a model that paints pixel by pixel."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Verb, refused
from tests.steps import gaussian_step, raster_step


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    return raster_step(tmp_path / "steps")


def test_it_is_told_a_row_at_a_time_and_the_last_is_what_render_saves(verb: Verb, steps: Path, tmp_path: Path) -> None:
    assert verb("unfold", steps, "--seed", 3, "--out", tmp_path / "all").code == 0
    assert verb("render", steps, "--seed", 3, "--out", tmp_path / "one.png").code == 0
    names = sorted(path.name for path in (tmp_path / "all").iterdir() if "expected" not in path.name)
    assert names == [f"{number:05d}.png" for number in range(0, 65, 8)]
    assert (tmp_path / "all" / "00064.png").read_bytes() == (tmp_path / "one.png").read_bytes()
    assert verb("unfold", steps, "--seed", 3, "--out", tmp_path / "sheet.png").code == 0
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.height < 2 * 8  # what is expected is what is painted, and not shown again


def test_the_upper_part_of_a_picture_stays_and_its_latent_paints_it_again(
    verb: Verb, steps: Path, tmp_path: Path
) -> None:
    values = np.random.RandomState(1).randint(0, 2, (8, 8)).astype(np.uint8) * 255
    Image.fromarray(values).save(tmp_path / "own.png")
    asked = ("unfold", steps, "--from", tmp_path / "own.png", "--json", "--latents", tmp_path / "own.npz")
    told = json.loads(verb(*asked, "--keep", 0.5, "--out", tmp_path / "half.csv").out)
    assert (told["rows_kept"], told["kept_off_of_255"]) == (4, 0.0)
    assert told["changed_of_255"] > 5
    assert verb("render", steps, "--from", tmp_path / "own.npz", "--out", tmp_path / "half.png").code == 0
    with Image.open(tmp_path / "half.png") as picture:
        assert (np.asarray(picture.convert("L"))[:4] == values[:4]).all()
    assert json.loads(verb(*asked, "--keep", 1).out)["changed_of_255"] == 0.0
    assert json.loads(verb(*asked, "--keep", 0, "--seed", 3).out)["rows_kept"] == 0


def test_what_says_nothing_in_one_order_is_refused(verb: Verb, steps: Path, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(tmp_path / "own.png")
    own = ("--from", tmp_path / "own.png", "--json")
    refused(verb("unfold", steps, *own, "--back", 0.5), "pixel by pixel; --back")
    refused(verb("unfold", steps, *own, "--corrections", 2), "--corrections")
    refused(verb("render", steps, "--steps", 5, "--out", tmp_path / "x.png"), "one step for each")
    refused(verb("unfold", steps, "--eta", 0.5, "--json"), "one step for each")
    refused(verb("unfold", steps, *own, "--keep", 2), "--keep is 2")
    refused(verb("unfold", steps, "--json", "--keep", 0.5), "without a picture")
    diffusion = gaussian_step(tmp_path / "diffusion")
    refused(verb("unfold", diffusion, *own, "--keep", 0), "by removing noise; --keep")
