"""render puts dimensions of a latent, and axes of one with too many, where the command line says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.rendering.latent_axes import LatentAxes, fitted_axes, load_axes, save_axes
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import scene_in_png
from tests.cli.conftest import Verb, refused
from tests.models import tiny_classifier, tiny_generator
from tests.named import DIMENSIONS, tiny_named_generator

SIZE = 3072


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wide") / "wide"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", latent=SIZE, size=8)
    codes = np.random.RandomState(0).standard_normal((40, SIZE)) * 2.0
    save_axes(folder / "axes.npz", fitted_axes(codes.astype(np.float32)))
    return folder


def latent(verb: Verb, model: Path, out: Path, *words: object) -> np.ndarray:
    assert verb("render", model, "--seed", 5, *words, "--out", out).code == 0
    scene = scene_in_png(out)
    assert scene is not None
    return scene.z


def test_axes_and_dimensions_are_put_where_they_are_asked_for(verb: Verb, wide: Path, tmp_path: Path) -> None:
    axes: LatentAxes = load_axes(wide / "axes.npz", SIZE)
    plain = latent(verb, wide, tmp_path / "plain.png")
    assert np.array_equal(plain, sample(5, SIZE))
    moved = latent(verb, wide, tmp_path / "moved.png", "--set", "axis3=2.5", "--set", "axis 1=-1")
    values = axes.values(plain)
    values[[2, 0]] = 2.5, -1.0
    assert axes.values(moved) == pytest.approx(values, abs=1e-4)
    one = latent(verb, wide, tmp_path / "one.png", "--set", "z17=0.5")
    assert one[17] == 0.5
    assert np.count_nonzero(one != plain) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("axis0=1", "does not have an axis 0"),
        ("axis25=1", "does not have an axis 25"),
        ("z3072=1", "does not have a latent dimension called z3072"),
        ("smile=1", "does not have a latent dimension called smile"),
        ("axis3=far", "is not understood"),
        ("axis3=nan", "is not understood"),
        ("axis3", "is not understood"),
    ],
)
def test_what_is_not_there_is_refused(verb: Verb, wide: Path, tmp_path: Path, words: str, said: str) -> None:
    refused(verb("render", wide, "--set", words, "--out", tmp_path / "x.png"), said)


def test_a_model_without_axes_says_so_and_one_with_damaged_ones_says_what_is_wrong(
    verb: Verb, wide: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "hurt"
    folder.mkdir()
    (folder / "generator.onnx").write_bytes((wide / "generator.onnx").read_bytes())
    refused(verb("render", folder, "--set", "axis1=1", "--out", tmp_path / "x.png"), "does not have axes")
    (folder / "axes.npz").write_bytes((wide / "axes.npz").read_bytes()[:-3000])
    refused(verb("render", folder, "--set", "axis1=1", "--out", tmp_path / "x.png"), "axes.npz is damaged")
    assert verb("render", folder, "--out", tmp_path / "x.png").code == 0


def test_a_grid_has_rows_along_the_first_axes_unless_dimensions_are_named(
    verb: Verb, wide: Path, tmp_path: Path
) -> None:
    told = {}
    for name, words in (("axes", ()), ("dims", ("--dims", "3,5"))):
        out = tmp_path / f"{name}.png"
        assert verb("grid", wide, "--rows", 2, "--columns", 3, *words, "--out", out).code == 0
        with Image.open(out) as sheet:
            told[name] = " ".join(map(str, sheet.info.values()))
    assert "axis 1" in told["axes"]
    assert "axis 2" in told["axes"]
    assert "z3" in told["dims"]
    refused(verb("grid", wide, "--rows", 0, "--out", tmp_path / "x.png"), "--rows is 0")


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_named_generator(tmp_path_factory.mktemp("named") / "named.onnx")


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("age=33",), {0: 33.0}),
        (("hat=no",), {1: 0.0}),
        (("hat=beret",), {1: 1.0, 2: 0.0, 3: 1.0}),
        (("hat_style=cap", "z5=2"), {2: 1.0, 3: 0.0, 5: 2.0}),
        (("hat_style=beret=0.5",), {3: 0.5}),
    ],
)
def test_named_dimensions_are_put_to_their_own_words(
    verb: Verb, named: Path, tmp_path: Path, words: tuple[str, ...], numbers: dict[int, float]
) -> None:
    asked = [part for word in words for part in ("--set", word)]

    found = latent(verb, named, tmp_path / "set.png", *asked)

    assert {place: float(found[place]) for place in numbers} == pytest.approx(numbers)


def test_a_saved_picture_keeps_its_named_settings_and_takes_others(verb: Verb, named: Path, tmp_path: Path) -> None:
    first = latent(verb, named, tmp_path / "beret.png", "--set", "hat=beret", "--set", "age=33")
    words = ("--scene", tmp_path / "beret.png", "--set", "age=60")
    assert verb("render", named, *words, "--out", tmp_path / "older.png").code == 0

    scene = scene_in_png(tmp_path / "older.png")
    assert scene is not None
    assert scene.z.tolist() == [60.0, *first[1:]]
    assert [one.said(scene.z) for one in DIMENSIONS] == ["60.00", "yes", "beret"]


@pytest.mark.parametrize(
    ("words", "said"),
    [("hat=crown", "hat cannot be crown"), ("age=old", "age cannot be old"), ("scarf=1", "called scarf")],
)
def test_what_named_dimensions_cannot_be_is_refused(
    verb: Verb, named: Path, tmp_path: Path, words: str, said: str
) -> None:
    refused(verb("render", named, "--set", words, "--out", tmp_path / "x.png"), said)


def test_a_grid_and_a_map_know_named_dimensions(verb: Verb, named: Path, tmp_path: Path) -> None:
    assert verb("grid", named, "--dims", "hat_style,age", "--columns", 3, "--out", tmp_path / "grid.png").code == 0
    by_hat = ("--count", 30, "--attribute", "hat_style", "--out", tmp_path / "map.png")
    assert verb("map", named, *by_hat).code == 0
    assert "hat_style: cap, beret" in verb("inspect", named).out


def test_a_classifier_says_which_factors_samples_show(verb: Verb, named: Path, tmp_path: Path) -> None:
    judge = tiny_classifier(tmp_path / "classifier.onnx", ["age", "hat", "hat_style=cap"])

    told = verb("quality", named, "--factors", "--classifier", judge, "--count", 40)

    assert told.code == 0
    rows = told.out.splitlines()
    assert [row.split()[0] for row in rows[:3]] == ["age", "hat", "hat_style"]
    assert "not confirmed" in rows[0]
    assert "not told" in rows[2]
    assert rows[3].startswith("0 of 3 factors are confirmed")


def test_a_model_without_factors_is_told_so(verb: Verb, wide: Path, tmp_path: Path) -> None:
    judge = tiny_classifier(tmp_path / "classifier.onnx", ["age"])
    refused(verb("quality", wide, "--factors", "--classifier", judge), "has no named factors")


def test_truncation_costs_variety(verb: Verb, tmp_path: Path) -> None:
    asked = ("--data", "portraits:80:7", "--count", 60, "--psi", "0.2,1", "--json")
    near, far = json.loads(verb("quality", "portraits", "--csv", tmp_path / "trade.csv", *asked).out)
    with (tmp_path / "trade.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(float(row["psi"]), float(row["recall"])) for row in rows] == [(0.2, near["recall"]), (1.0, far["recall"])]
    assert (near["psi"], far["psi"]) == (0.2, 1.0)
    assert near["recall"] < far["recall"]
    assert near["fine_detail"] < far["fine_detail"]
    refused(verb("quality", "portraits", *asked[:-2], "much"), "--psi much is not understood")
    refused(verb("quality", "portraits", "--factors", "--csv", tmp_path / "f.csv"), "not saved as a table")
