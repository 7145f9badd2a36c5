"""The figures by which families are judged, and the exam itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from explorer.training.convergence.convergence_test import ConvergenceResult, Result
from explorer.training.convergence.measures import (
    MeasureData,
    copies_are_sharp,
    evidence_of_held_out_pictures,
    samples_are_varied,
    samples_pass_for_real,
    samples_show_their_class,
)
from explorer.training.convergence.shapes import shapes, shapes_file
from explorer.training.convergence.tasks import LESSONS
from explorer.training.families import families, family_called
from explorer.training.learning.family import Batch, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import configured
from explorer.training.quality.distances import classes_near, precision, recall
from explorer.training.sources import PictureSet, open_pictures


def cloud(centre: float, count: int = 200, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).normal(centre, 1.0, (count, 2)).astype(np.float32)


def test_every_family_has_a_lesson() -> None:
    assert LESSONS.keys() == families().keys()


def test_samples_of_the_same_distribution_are_precise_and_complete() -> None:
    real, made = cloud(0.0), cloud(0.0, seed=1)
    assert precision(real, made) > 0.85
    assert recall(real, made) > 0.85


def test_samples_from_elsewhere_are_neither() -> None:
    assert precision(cloud(0.0), cloud(50.0)) == 0.0
    assert recall(cloud(0.0), cloud(50.0)) == 0.0


def test_one_mode_of_two_is_precise_and_half_complete() -> None:
    real = np.concatenate([cloud(0.0), cloud(30.0, seed=1)])
    made = cloud(0.0, 400, seed=2)
    assert precision(real, made) > 0.85
    assert recall(real, made) == pytest.approx(0.5, abs=0.1)


def test_a_collapsed_generator_has_no_recall() -> None:
    assert recall(cloud(0.0), np.zeros((200, 2), np.float32)) == 0.0


def test_a_point_has_the_class_of_its_neighbours() -> None:
    known = np.concatenate([cloud(0.0), cloud(30.0, seed=1)])
    labels = np.repeat([0, 1], 200)
    found = classes_near(known, labels, np.concatenate([cloud(30.0, 5, seed=2), cloud(0.0, 5, seed=3)]))
    assert found.tolist() == [1] * 5 + [0] * 5


class Painter(Learner):
    """Paints from a stock, whatever the latent: the pictures of each class in turn."""

    latent_size = 4

    def __init__(self, stock: PictureSet, told: bool = True) -> None:
        super().__init__(TrainingTask(stock.pictures.shape[1], 1, stock.classes), seed=0)
        self.stock, self.is_told, self._used = stock, told, Counter[int]()

    def step(self, batch: Batch) -> dict[str, torch.Tensor]:
        return {}

    def exports(self) -> dict[str, NetworkExport]:
        return {}

    def pictures(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        assert labels is not None
        assert self.stock.labels is not None
        asked = labels if self.is_told else torch.zeros_like(labels)
        found = []
        for label in asked.tolist():
            own = np.flatnonzero(self.stock.labels == label)
            found.append(self.stock.pictures[own[self._used[label] % len(own)]])
            self._used[label] += 1
        return torch.tensor(np.stack(found)).permute(0, 3, 1, 2).float() / 127.5 - 1.0


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> PictureSet:
    folder = tmp_path_factory.mktemp("shapes")
    return open_pictures(str(shapes_file(folder, 1600)), size=28, cache=folder)


@pytest.fixture(scope="module")
def material(pictures: PictureSet) -> MeasureData:
    return MeasureData(pictures.subset(np.arange(800)), pictures.subset(np.arange(800, 1200)))


@pytest.fixture(scope="module")
def unseen(pictures: PictureSet) -> PictureSet:
    return pictures.subset(np.arange(1200, 1600))


def of_classes(found: PictureSet, wanted: int) -> PictureSet:
    """Only the first classes, in the places of all."""
    assert found.labels is not None
    own = found.subset(np.flatnonzero(found.labels < wanted))
    turned = [np.flatnonzero(own.labels == label % wanted) for label in range(len(found.classes))]
    return replace(
        own.subset(np.concatenate(turned)),
        labels=np.repeat(np.arange(len(turned)), [len(each) for each in turned]),
    )


def test_shapes_are_the_same_for_a_seed_and_differ_within_a_kind() -> None:
    pictures, labels, classes = shapes(40, seed=3)
    assert np.array_equal(pictures, shapes(40, seed=3)[0])
    assert not np.array_equal(pictures, shapes(40, seed=4)[0])
    assert pictures.shape == (40, 28, 28)
    assert labels.tolist() == [*range(10)] * 4
    assert len(set(classes)) == 10
    assert len({picture.tobytes() for picture in pictures}) == 40
    assert pictures[:, [0, -1]].max() == pictures[:, :, [0, -1]].max() == 0  # none is cut off


def test_real_pictures_pass_every_floor_of_samples(material: MeasureData, unseen: PictureSet) -> None:
    asked = (samples_pass_for_real, samples_are_varied, samples_show_their_class)
    reached = {question: question(Painter(unseen), material) for question in asked}
    for lesson in LESSONS.values():
        assert all(reached[each.question] > 1.2 * each.floor for each in lesson.asked if each.question in reached)


@pytest.mark.parametrize("wanted", [1, 2])
def test_samples_of_few_classes_are_not_varied(wanted: int, material: MeasureData, unseen: PictureSet) -> None:
    few = of_classes(unseen, wanted)
    assert samples_are_varied(Painter(few), material) < 0.1 * wanted + 0.05
    assert samples_show_their_class(Painter(few), material) < 0.1 * wanted + 0.05


def test_noise_does_not_pass_for_real_and_one_picture_again_and_again_is_not_varied(
    material: MeasureData, unseen: PictureSet
) -> None:
    noise = np.random.RandomState(0).randint(0, 256, unseen.pictures.shape).astype(np.uint8)
    grain = unseen.pictures + np.random.RandomState(0).randint(-40, 41, unseen.pictures.shape)
    grainy = replace(unseen, pictures=np.clip(grain, 0, 255).astype(np.uint8))
    assert samples_pass_for_real(Painter(grainy), material) < 0.3  # the floor, which principal components let pass
    same = np.repeat(unseen.pictures[:1], len(unseen), axis=0)
    assert samples_pass_for_real(Painter(replace(unseen, pictures=noise)), material) == 0.0
    assert samples_are_varied(Painter(replace(unseen, pictures=same)), material) == 0.0


def test_samples_that_ignore_the_class_asked_for_show_it_by_chance_alone(
    material: MeasureData, unseen: PictureSet
) -> None:
    assert samples_show_their_class(Painter(unseen, told=False), material) == pytest.approx(0.1, abs=0.05)


class Copier(Painter):
    """Gives pictures back, altered."""

    def __init__(self, stock: PictureSet, altered: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__(stock)
        self.altered = altered

    def reconstructions(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.altered(pictures)


def test_copies_that_are_blurred_noisy_or_flat_are_not_sharp(material: MeasureData) -> None:
    def sharpness(altered: Callable[[torch.Tensor], torch.Tensor]) -> float:
        return copies_are_sharp(Copier(material.held_out, altered), material)

    rng = torch.Generator().manual_seed(0)
    assert sharpness(lambda pictures: pictures.flip(3)) == pytest.approx(1.0)
    assert sharpness(lambda pictures: functional.avg_pool2d(pictures, 5, 1, 2)) < 0.6
    assert sharpness(lambda pictures: pictures + 0.2 * torch.randn(pictures.shape, generator=rng)) < 0.6
    assert sharpness(torch.zeros_like) == 0.0


def test_reading_off_an_untrained_autoencoder_saves_no_nats(material: MeasureData) -> None:
    family = family_called("vae")
    config = configured(family.config, {"width": 0.25, "noise": 0.3})
    vae = family.learner(config, TrainingTask(28, 1), 1)
    assert evidence_of_held_out_pictures(vae, material) < 0.0


def result(figure: float, untrained: float) -> Result:
    return Result("x", figure, untrained, 0.5)


@pytest.mark.parametrize(
    ("figure", "untrained", "passed"),
    [(0.6, 0.1, True), (0.4, 0.1, False), (0.6, 0.7, False), (float("nan"), 0.1, False)],
)
def test_a_family_passes_above_its_floor_and_above_its_beginning(figure: float, untrained: float, passed: bool) -> None:
    assert ConvergenceResult("vae", 32, 1, 1.0, 1.0, (result(figure, untrained),)).passed is passed


def test_a_family_passes_by_all_its_figures() -> None:
    good, bad = result(0.6, 0.1), result(0.4, 0.1)
    assert ConvergenceResult("vae", 32, 1, 1.0, 1.0, (good, good)).passed
    assert not ConvergenceResult("vae", 32, 1, 1.0, 1.0, (good, bad)).passed


def test_the_floor_itself_passes_and_one_figure_that_is_better_will_do() -> None:
    at_floor, idle = result(0.5, 0.1), result(0.6, 0.7)
    assert at_floor.passed
    assert ConvergenceResult("vae", 32, 1, 1.0, 1.0, (at_floor,)).passed
    assert ConvergenceResult("vae", 32, 1, 1.0, 1.0, (at_floor, idle)).passed
    assert not ConvergenceResult("vae", 32, 1, 1.0, 1.0, (idle, idle)).passed
    assert not ConvergenceResult("vae", 32, 1, 1.0, 1.0, (result(0.6, 0.6),)).passed


SHAPES = [
    [36.8, 10.7, 43.4, 13.4],
    [19.6, 43.9, -41.3, -92.9],
    [43.1, -113.3, -10.7, 28.3],
    [24.9, 12.9, -66.4, -33.5],
    [21.8, -26.3, 23.2, -18.1],
    [24.1, 38.1, -26.6, -41.3],
    [19.9, 53.5, 19.3, 153.6],
    [13.1, -29.8, 11.8, -6.2],
    [12.7, -6.5, -2.2, -20.7],
    [17.4, 3.4, 48.3, 146.9],
]


def test_the_shapes_of_a_seed_never_change() -> None:
    """Of each how bright it is, and where across and down its brightness lies."""
    row = np.arange(28) - 13.5
    for picture, kept in zip(shapes(10, seed=3)[0].astype(float), SHAPES, strict=True):
        places = (1.0, row, row[:, None], np.outer(row, row))
        assert [float((picture * place).mean()) for place in places] == pytest.approx(kept, rel=0.01, abs=0.3)
