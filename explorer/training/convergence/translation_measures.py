"""What a learner that turns pictures into others is asked once it has learned, by pairs that it was not taught with."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from explorer.core.drawing.legend import SEGMENTS
from explorer.training.convergence.measures import MeasureData
from explorer.training.families.translators.cyclegan import CycleGAN
from explorer.training.families.translators.pix2pix import Pix2Pix
from explorer.training.families.translators.spade import Spade
from explorer.training.learning.family import Learner
from explorer.training.networks.translators.spade import SegmentPlanes
from explorer.training.pairing import Givens, plain_given
from explorer.training.quality.measuring import tensors
from explorer.training.quality.segment_reader import SegmentReader, agreement, taught_reader
from explorer.training.quality.translations import TranslationFigures, translation_figures
from explorer.training.runs.samples import to_uint8
from explorer.training.sources import PictureSet

_MOST = 200  # held-out pictures
_READ, _READER_STEPS = 600, 100  # pictures that a reader of segments learns from
_SEED = 1


def regions_are_where_they_were_asked_for(learner: Learner, material: MeasureData) -> float:
    """How well a reader of segments finds those of held-out maps in what is painted of them, against real pictures.

    Mean intersection over union of painted ones over that of the real ones, which the reader reads as well as it can; 1
    is as well. Each is painted in the style of another picture.
    """
    assert isinstance(learner, Spade)
    real, given = _pairs(material.held_out, learner.config.given)
    made = learner.translations(given, learner.styles(real.roll(1, 0)))
    reader, wanted = _reader_for(material), _segments(given)
    painted, true = (agreement(reader.read(each), wanted, len(SEGMENTS)) for each in (made, real))
    return painted / true


def styles_tell_the_picture(learner: Learner, material: MeasureData) -> float:
    """How much nearer held-out pictures are painted in their own style than in another's: 0 no nearer, 1 the same."""
    assert isinstance(learner, Spade)
    real, given = _pairs(material.held_out, learner.config.given)
    styles = learner.styles(real)
    own, others = (learner.translations(given, each) for each in (styles, styles.roll(1, 0)))
    return float(1.0 - (own - real).abs().mean() / (others - real).abs().mean())


def styles_spread_as_the_prior(learner: Learner, material: MeasureData) -> float:
    """How near the mean square of styles of held-out pictures, as they are learned, is to 1, 0 to 1.

    The smaller over the larger. That is the KL term's work; the styles of an exported model are put right afterwards.
    """
    assert isinstance(learner, Spade)
    with torch.no_grad():
        mean, log_variance = learner.average["encoder"](tensors(material.held_out)[0])
    found = float((mean.square() + log_variance.exp()).mean())
    return min(found, 1.0 / found) if found > 0 else 0.0


def answers_are_the_right_ones(learner: Learner, material: MeasureData) -> float:
    """How much nearer answers are to the held-out pictures they belong to than to others: 0 no nearer, 1 the same."""
    found = _figures(learner, material)
    return 1.0 - found.error / found.wrong_error


def answers_are_sharp(learner: Learner, material: MeasureData) -> float:
    """How near answers come to the sharpness of the right pictures, 0 to 1: softer and noisier ones do not."""
    ratio = _figures(learner, material).sharpness
    return min(ratio, 1.0 / ratio) if ratio > 0 else 0.0


def edges_lie_where_they_should(learner: Learner, material: MeasureData) -> float:
    """F1 of the edges of answers, 0 to 1."""
    return _figures(learner, material).edges


def colours_are_found(learner: Learner, material: MeasureData) -> float:
    """By which share the colours of answers are nearer to the right ones than greys are."""
    found = _figures(learner, material)
    return 1.0 - found.colour_error / found.grey_error


def holes_are_filled(learner: Learner, material: MeasureData) -> float:
    """By which share what fills a hole is nearer to what was there than the mean picture is."""
    found = _figures(learner, material)
    assert found.hole_error is not None
    assert found.mean_error is not None
    return 1.0 - found.hole_error / found.mean_error


def noise_is_less_than_enlarged(learner: Learner, material: MeasureData) -> float:
    """By how many dB the signal-to-noise ratio of answers is higher than that of what was given, smoothly enlarged."""
    found = _figures(learner, material)
    return found.psnr - found.given_psnr


def detail_comes_back(learner: Learner, material: MeasureData) -> float:
    """Fine detail of answers, of that in the right pictures, or the other way round where there is more."""
    ratio = _figures(learner, material).detail
    return min(ratio, 1.0 / ratio) if ratio > 0 else 0.0


def answers_are_nearer_than_what_was_given(learner: Learner, material: MeasureData) -> float:
    """How much nearer answers are to the true ones, which nobody told, than what was given: 0 no nearer, 1 the same."""
    assert isinstance(learner, CycleGAN)
    real, given = _pairs(material.held_out, plain_given(learner.config.given))
    return _gain(learner.translations(given), given, real)


def the_way_back_is_found(learner: Learner, material: MeasureData) -> float:
    """The same of the way back: of real pictures to what they would have been painted from."""
    assert isinstance(learner, CycleGAN)
    real, given = _pairs(material.held_out, plain_given(learner.config.given))
    return _gain(learner.back(real), real, given)


def _figures(learner: Learner, material: MeasureData) -> TranslationFigures:
    assert isinstance(learner, Pix2Pix)
    found = material.held_out.subset(np.arange(min(_MOST, len(material.held_out))))
    order = np.arange(len(found))
    given = Givens(found, learner.config.given, 1).of(order, np.zeros_like(order))
    made = learner.translations(tensors(replace(found, pictures=given))[0])
    return translation_figures(given, to_uint8(made), np.asarray(found.pictures))


def changes_are_undone(learner: Learner, material: MeasureData) -> float:
    """Share of what changes in held-out pictures on the way there that is undone on the way back, the poorer way round.

    1 is all; below 0 where pictures are further off when they are back.
    """
    assert isinstance(learner, CycleGAN)
    real, given = _pairs(material.held_out, plain_given(learner.config.given))
    there, back = learner.translations(given), learner.back(real)
    shares = [
        1.0 - (again - first).abs().mean() / (between - first).abs().mean()
        for first, between, again in ((given, there, learner.back(there)), (real, back, learner.translations(back)))
    ]
    return float(torch.stack(shares).min())


@lru_cache(maxsize=1)
def _reader_for(material: MeasureData) -> SegmentReader:
    """A reader of segments that has learned from what was learned from."""
    pictures, given = _pairs(material.learned, "segments", _READ)
    return taught_reader(pictures, _segments(given), len(SEGMENTS), _READER_STEPS)


def _segments(given: Tensor) -> Tensor:
    """Which segment each pixel of painted maps (N, C, H, W) belongs to, (N, H, W)."""
    planes: Tensor = SegmentPlanes(SEGMENTS, given.shape[1])(given)
    return planes.argmax(1)


def _gain(answers: Tensor, given: Tensor, real: Tensor) -> float:
    answers = answers.clamp(-1.0, 1.0)
    return float(1.0 - (answers - real).abs().mean() / (given - real).abs().mean())


def _pairs(found: PictureSet, given: str, most: int = _MOST) -> tuple[Tensor, Tensor]:
    """The first pictures, and what goes with them."""
    some = found.subset(np.arange(min(most, len(found))))
    order = np.arange(len(some))
    drawn = Givens(some, given, _SEED).of(order, np.zeros_like(order))
    return tensors(some)[0], tensors(replace(some, pictures=drawn))[0]
