"""SPADE and CycleGAN: what their networks are told counts, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from explorer.core.drawing.legend import SEGMENTS
from explorer.core.models.inspection import inspect
from explorer.training.convergence import translation_measures
from explorer.training.convergence.convergence_test import MeasureData
from explorer.training.convergence.translation_measures import (
    answers_are_nearer_than_what_was_given,
    regions_are_where_they_were_asked_for,
    the_way_back_is_found,
)
from explorer.training.families.translators import cyclegan, spade
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.learning.losses import hinge_critic
from explorer.training.networks.translators.residual_translation import MadeBefore
from explorer.training.networks.translators.spade import SegmentPlanes
from explorer.training.pairing import Givens
from explorer.training.quality.segment_reader import agreement
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.sources import PictureSet, open_pictures

SIDE, COUNT = 32, 16
ALL = np.arange(COUNT)


@pytest.fixture(scope="module")
def portraits() -> PictureSet:
    return open_pictures(f"portraits:{COUNT}", size=SIDE)


@pytest.fixture(scope="module")
def batch(portraits: PictureSet) -> Batch:
    maps = Givens(portraits, "segments", 0).of(ALL, np.zeros_like(ALL))
    pictures, given = (torch.tensor(each).permute(0, 3, 1, 2) / 127.5 - 1.0 for each in (portraits.pictures, maps))
    return Batch(pictures, given=given)


@pytest.fixture(scope="module")
def painter(batch: Batch) -> spade.Spade:
    learner = spade.Spade(spade.Config(width=0.25, latent_size=4), TrainingTask(SIDE, 3, steps=8), 0)
    for learner.done_steps in range(4):
        learner.step(batch)
    assert batch.given is not None
    settling = learner.average["generator"].train()
    for _ in range(40):  # until its batch norms know what they see
        settling(batch.given, torch.randn(COUNT, 4, generator=learner.rng))
    settling.eval()
    return learner


def test_a_pixel_belongs_to_the_segment_of_the_nearest_colour() -> None:
    table = torch.tensor(list(SEGMENTS.values())).float()
    shaken = table + torch.linspace(-12, 12, 21).view(7, 3)
    planes = SegmentPlanes(SEGMENTS, 3)(shaken.T.view(1, 3, 1, 7) / 127.5 - 1.0)
    assert (planes[0, :, 0] == torch.eye(7)).all()
    grey = table @ torch.tensor([0.299, 0.587, 0.114])
    assert (SegmentPlanes(SEGMENTS, 1)(grey.view(1, 1, 1, 7) / 127.5 - 1.0)[0, :, 0] == torch.eye(7)).all()


def test_each_place_is_painted_by_its_own_part_of_the_map(painter: spade.Spade, batch: Batch) -> None:
    assert batch.given is not None
    given, z = batch.given[:2], torch.zeros(2, 4)
    other = given.clone()
    other[:, :, :, :12] = given.flip(0)[:, :, :, :12]
    before, after = painter.translations(given, z), painter.translations(other, z)
    near, far = ((before - after)[..., part].abs().mean() for part in (slice(0, 12), slice(24, 32)))
    assert near > 1e-5
    assert near > 3 * far


def test_one_map_has_many_pictures_and_each_picture_has_a_style(painter: spade.Spade, batch: Batch) -> None:
    assert batch.given is not None
    one = batch.given[:1].expand(4, -1, -1, -1)
    made = painter.translations(one, torch.randn(4, 4, generator=torch.Generator().manual_seed(1)))
    assert made.std(0).mean() > 1e-4
    assert painter.styles(batch.pictures).shape == (COUNT, 4)


def test_bringing_styles_to_the_prior_changes_no_picture(painter: spade.Spade, batch: Batch) -> None:
    assert batch.given is not None
    with torch.no_grad():
        mean, _ = painter.average["encoder"](batch.pictures)
        plain = painter.average["generator"](batch.given, mean)
    assert not torch.allclose(mean, painter.styles(batch.pictures), atol=0.1)
    torch.testing.assert_close(
        painter.translations(batch.given, painter.styles(batch.pictures)), plain, atol=1e-4, rtol=0
    )


def test_the_hinge_asks_for_no_more_than_one() -> None:
    sure, unsure = torch.tensor([1.5, 3.0]), torch.tensor([0.25, -1.0])
    assert hinge_critic(sure, -sure) == 0.0
    assert hinge_critic(unsure, -unsure).item() == pytest.approx(2 * (0.75 + 2.0) / 2)


def test_a_translator_without_pairs_begins_by_leaving_pictures_alone(batch: Batch) -> None:
    learner = cyclegan.CycleGAN(cyclegan.Config(width=0.5, blocks=2), TrainingTask(SIDE, 3), 0)
    assert (learner.translations(batch.pictures) - batch.pictures).abs().mean() < 0.05
    assert (learner.back(batch.pictures) - batch.pictures).abs().mean() < 0.05


def test_critics_see_pictures_that_were_made_before() -> None:
    pool, rng = MadeBefore(4, 1), torch.Generator().manual_seed(0)
    seen = [pool.exchanged(torch.full((8, 1, 4, 4), float(turn)), rng)[:, 0, 0, 0] for turn in range(40)]
    assert (seen[0] == 0).all()
    late = torch.stack([numbers != turn for turn, numbers in enumerate(seen) if turn >= 20]).float().mean()
    assert 0.35 < late < 0.65
    assert len(pool.exchanged(torch.zeros(60, 1, 4, 4), rng)) == 60


def test_agreement_is_the_mean_over_segments() -> None:
    wanted = torch.tensor([[[0, 0, 0, 1]]])
    assert agreement(wanted, wanted, 3) == 1.0
    assert agreement(torch.tensor([[[0, 0, 0, 0]]]), wanted, 3) == pytest.approx((0.75 + 0.0) / 2)


class _Told(nn.Module):
    """Stands for a generator: paints what it was told to, whatever it is given."""

    def __init__(self, pictures: torch.Tensor) -> None:
        super().__init__()
        self.pictures = pictures

    def forward(self, *_: torch.Tensor) -> torch.Tensor:
        return self.pictures


def test_the_true_pictures_show_their_regions_and_those_of_others_do_not(
    painter: spade.Spade, portraits: PictureSet, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    material = MeasureData(portraits, portraits)
    monkeypatch.setattr(translation_measures, "_READER_STEPS", 40)
    monkeypatch.setattr(painter, "translations", lambda given, z=None: batch.pictures)
    assert regions_are_where_they_were_asked_for(painter, material) == pytest.approx(1.0)
    monkeypatch.setattr(painter, "translations", lambda given, z=None: batch.pictures.roll(1, 0))
    assert regions_are_where_they_were_asked_for(painter, material) < 0.8


def test_answers_are_judged_by_pairs_that_were_not_told(portraits: PictureSet, batch: Batch) -> None:
    learner = cyclegan.CycleGAN(cyclegan.Config(given="any:night", width=0.5, blocks=1), TrainingTask(SIDE, 3), 0)
    material = MeasureData(portraits, portraits)
    learner.average = nn.ModuleDict({"translator": nn.Identity(), "backwards": _Told(batch.pictures)})
    assert answers_are_nearer_than_what_was_given(learner, material) == 0.0
    assert the_way_back_is_found(learner, material) == 0.0
    learner.average = nn.ModuleDict({"translator": _Told(batch.pictures)})
    assert answers_are_nearer_than_what_was_given(learner, material) == pytest.approx(1.0)


def test_a_painter_of_maps_says_what_their_colours_stand_for(
    tmp_path: Path, portraits: PictureSet, exports_here: None
) -> None:
    settings = {"width": 0.1, "batch_size": 4, "latent_size": 3}
    run = Run.create(tmp_path / "run", RunSpec("spade", f"portraits:{COUNT}", SIDE, 1, settings=settings))
    list(run.train(portraits))
    export_run(run.folder, tmp_path / "model")
    card = inspect(tmp_path / "model" / "translator.onnx").card
    assert dict(card.legend) == SEGMENTS
    assert card.latent_size == 3
    assert "a style z" in card.takes
