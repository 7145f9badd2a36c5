"""shoot and bench, in processes of their own: they choose the platform before Qt starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.models import tiny_generator


def explorer(tmp_path: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """`python -m explorer` with its caches in the test's folder."""
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
    command = [sys.executable, "-m", "explorer", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | folders, timeout=100, check=False)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.onnx"
    tiny_generator(path, latent=4, size=16)
    return path


@pytest.mark.parametrize(("theme", "bright"), [("dark", False), ("light", True)])
def test_shoot_draws_the_window_at_its_size_and_scale(tmp_path: Path, model: Path, theme: str, bright: bool) -> None:
    out = tmp_path / "window.png"
    words = ("--model", model, "--size", "1000x640", "--scale", "1.5", "--theme", theme, "--out", out)
    outcome = explorer(tmp_path, "shoot", "explore", *words)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    with Image.open(out) as picture:
        assert picture.size == (1500, 960)
        corner = picture.convert("L").getpixel((5, 5))
    assert isinstance(corner, int)
    assert (corner > 128) is bright


def test_shoot_refuses_in_a_sentence(tmp_path: Path, model: Path) -> None:
    out = ("--out", tmp_path / "x.png")
    for words, told in (
        (("shoot", *out), "No panel was named"),
        (("shoot", "explode", *out), "no panel called explode"),
        (("shoot", "traverse:sideways", *out), "The views are: grid, plane"),
        (("shoot", "explore:grid", *out), "has no views"),
        (("shoot", "explore", "--size", "big", *out), "big is not a size"),
        (("shoot", "explore", "--scale", "9", *out), "out of range"),
        (("shoot", "explore", "--model", tmp_path / "none.onnx", *out), "none.onnx"),
    ):
        outcome = explorer(tmp_path, *words)
        assert outcome.returncode == 2
        assert told in outcome.stderr
        assert outcome.stderr.count("\n") == 1
    assert not (tmp_path / "x.png").exists()


def test_bench_measures_what_it_is_asked_to(tmp_path: Path, model: Path) -> None:
    outcome = explorer(tmp_path, "bench", "batch", "--model", model, "--json")
    assert outcome.returncode == 0
    assert json.loads(outcome.stdout).keys() == {"batch_ratio"}


_FEW_PICTURES = """
import json, sys
from explorer.cli.benches import inference
inference._BLOCKS, inference._BLOCK = 1, inference._WARM_UP + 4
print(json.dumps(inference.interactive(sys.argv[1])))
"""


def test_one_picture_is_measured_alone_and_in_the_window(model: Path) -> None:
    words = [sys.executable, "-c", _FEW_PICTURES, str(model)]
    figures = json.loads(subprocess.run(words, check=True, capture_output=True, text=True, timeout=100).stdout)
    took = {"raw_ms", "raw_rested_ms", "painted_ms", "render_ms", "interactive_ms", "gui_ms"}
    assert figures.keys() == {"interactive_ratio", *took}
    assert all(figures[name] > 0 for name in took)
    assert figures["painted_ms"] > figures["interactive_ms"]


def test_bench_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    outcome = explorer(tmp_path, "bench", "speed")
    assert outcome.returncode == 2
    assert "no benchmark called speed" in outcome.stderr


def test_bench_refuses_what_its_rival_cannot_draw(tmp_path: Path) -> None:
    outcome = explorer(tmp_path, "bench", "batch", "--model", "portraits-style")
    assert outcome.returncode == 2
    assert "portraits-style/generator.onnx takes no latent" in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("view", ["grid", "plane", "interpolate", "compare", "map"])
def test_shoot_shows_each_view_of_a_panel(tmp_path: Path, model: Path, view: str) -> None:
    out = tmp_path / "window.png"
    words = ("--model", model, "--size", "1000x640", "--out", out)
    outcome = explorer(tmp_path, "shoot", f"traverse:{view}", *words)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    with Image.open(out) as picture:
        assert picture.size == (1000, 640)


def test_bench_measures_the_grid_in_the_window(tmp_path: Path, model: Path) -> None:
    outcome = explorer(tmp_path, "bench", "grid", "--model", model, "--json")
    assert outcome.returncode == 0
    figures = json.loads(outcome.stdout)
    assert figures.keys() == {"grid_ms", "grid_ratio", "grid_first_share", "grid_gap_ms"}
