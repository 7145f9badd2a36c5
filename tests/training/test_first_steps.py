"""What each family is made of and how its first steps go stays as it was written down once.

A network of another width, a loss of another sign or a schedule that is off by one learns, too, and hardly worse: only
the numbers tell. Whoever adds or changes a family on purpose notes them anew, by
``python -m tests.training.test_first_steps``.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import torch

from explorer.training.explain.training_sheets import EXAMPLE_RECORDING
from explorer.training.explain.watched_networks import example_sequences
from explorer.training.families import families, family_called
from explorer.training.learning.attribute_columns import AttributeColumn
from explorer.training.learning.family import Batch, Learner, TrainingTask
from explorer.training.learning.knobs import configured, knobs
from tests.models import tiny_generator
from tests.worlds import FACTS, tiny_world

FAMILIES = sorted(families())
NOTED = Path(__file__).with_name("first_steps.json")
KEPT: dict[str, Any] = json.loads(NOTED.read_text())
COLUMNS = (
    AttributeColumn("hat", "yes/no", 40, 0.0, 1.0, 0.25, 0.43),
    AttributeColumn("age", "number", 40, 18.0, 54.0, 30.0, 8.0),
)


def begun(key: str, folder: Path, size: int, **wanted: object) -> Learner:
    family, settings = family_called(key), dict(wanted)
    if key == "inversion":
        folder.mkdir(exist_ok=True)
        tiny_generator(folder / "generator.onnx", latent=6, size=size)
        settings["generator"] = str(folder)
    known = knobs(family.config)
    settings |= {name: str(tiny_world(folder / "world", size=size)) for name in ("vae", "world") if name in known}
    config = configured(family.config, {name: value for name, value in settings.items() if name in known})
    classes = ("cat", "dog") if family.needs_classes else ()
    torch.manual_seed(0)
    pupils = ((0.3, 0.45), (0.7, 0.45)) if family.needs_pupils else None
    columns = COLUMNS if family.learns_attributes else ()
    columns = EXAMPLE_RECORDING if family.sequence(config) else columns
    task = TrainingTask(size, 3, classes, 8, columns=columns, pupils=pupils)
    return family.learner(config, task, 5)


def batch(key: str, size: int, number: int) -> Batch:
    draw = np.random.RandomState(number)
    rows = np.linspace(-1, 1, size)
    tilts = draw.uniform(-1, 1, (6, 3, 2))
    pictures = np.tanh(2 * (tilts[..., :1, None] * rows[:, None] + tilts[..., 1:, None] * rows))
    attributes = np.array([[1, 20], [0, 30], [0, np.nan], [np.nan, 40], [1, 50], [0, 25]], np.float32)
    family = family_called(key)
    return Batch(
        torch.tensor(pictures, dtype=torch.float32),
        torch.tensor([0, 1, -1, 0, 1, 1]) if family.needs_classes else None,
        torch.tensor(attributes) if family.learns_attributes else None,
        torch.tensor(pictures[:, ::-1].copy(), dtype=torch.float32) if family.given(family.config()) else None,
        example_sequences(FACTS, 6) if family.sequence(family.config()) else None,
    )


def parameters(key: str, folder: Path) -> dict[str, list[int]]:
    """How many numbers each network has, for pictures of 32 and of 64 pixels."""
    small, large = (begun(key, folder / str(size), 28 if key == "lecture_gan" else size) for size in (32, 64))
    return {
        name: [
            sum(value.numel() for value in learner.networks[name].state_dict().values()) for learner in (small, large)
        ]
        for name in small.networks
    }


def losses(key: str, folder: Path) -> dict[str, list[float]]:
    """What four steps of a narrow model tell, and the mean colours of what it paints then."""
    size = 28 if key == "lecture_gan" else 32
    small = {"components": 3, "factors": 2, "seeding": 2}  # of mixtures
    small |= {"hidden": 8, "population": 4, "frames": 5}  # of the parts of a world model
    learner = begun(key, folder, size, width=0.25, batch_size=6, latent_size=8, **small)
    told: dict[str, list[float]] = {}
    for number in range(4):
        for name, value in learner.step(batch(key, size, number)).items():
            told.setdefault(name, []).extend(rounded(value[None]))
        learner.done_steps += 1
    shown = batch(key, size, 9)
    z = torch.linspace(-2, 2, 3 * learner.latent_size).reshape(-1, 3).T
    labels = torch.tensor([0, 1, 1]) if shown.labels is not None else None
    translated = None if shown.given is None else learner.translations(shown.given)
    results = {
        "translated": translated,
        "painted": learner.pictures(z, labels),
        "repainted": learner.reconstructions(shown.pictures),
    }
    told |= {name: rounded(result.mean((0, 2, 3))) for name, result in results.items() if result is not None}
    return told


def rounded(values: torch.Tensor) -> list[float]:
    return [float(f"{value:.5g}") for value in values.tolist()]


#: How many steps are alike on all processors. Who is the better of two near equals turns on how one rounds, and from
#: there on nothing is as it was; and the high rate of the lecture's GAN makes much of a little.
ALIKE = {"controller": 1, "lecture_gan": 2}


@pytest.mark.parametrize("key", FAMILIES)
def test_networks_have_as_many_numbers_as_ever(key: str, tmp_path: Path) -> None:
    assert parameters(key, tmp_path) == KEPT[key]["parameters"]


@pytest.mark.parametrize("key", FAMILIES)
def test_the_first_steps_go_as_ever(key: str, tmp_path: Path) -> None:
    told, kept = losses(key, tmp_path / "model"), KEPT[key]["losses"]
    assert told.keys() == kept.keys()
    for name in kept:
        assert len(told[name]) == len(kept[name])
        told_alike = ALIKE.get(key, len(kept[name]))
        if key in ALIKE and "painted" in name:  # after all four steps
            continue
        for step, (now, then) in enumerate(zip(told[name][:told_alike], kept[name][:told_alike], strict=True)):
            # processors round differently, and every step makes more of it; what is painted comes after the last
            slack = 100 if "painted" in name or name == "translated" else 1 + step
            assert now == pytest.approx(then, rel=1e-2 * (1 + step), abs=2e-4 * slack), (name, step)


if __name__ == "__main__":
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        place = Path(folder)
        noted = {
            key: {"parameters": parameters(key, place), "losses": losses(key, place / "model")} for key in FAMILIES
        }
    NOTED.write_text(json.dumps(noted, indent=1) + "\n")
