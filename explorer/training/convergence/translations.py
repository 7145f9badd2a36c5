"""The questions that translators are asked: each a figure of answers to what is given of held-out pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.training.convergence.measures import MeasureData
from explorer.training.families.pix2pix import Pix2Pix
from explorer.training.learning.family import Learner
from explorer.training.pairing import Givens
from explorer.training.quality.measuring import tensors
from explorer.training.quality.translations import TranslationFigures, translation_figures
from explorer.training.runs.samples import to_uint8

_MOST = 200


def answers_are_the_right_ones(learner: Learner, material: MeasureData) -> float:
    """How much nearer answers are to the held-out pictures they belong to than to others: 0 no nearer, 1 the same."""
    found = _figures(learner, material)
    return 1.0 - found.error / found.wrong_error


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


def _figures(learner: Learner, material: MeasureData) -> TranslationFigures:
    assert isinstance(learner, Pix2Pix)
    found = material.held_out.subset(np.arange(min(_MOST, len(material.held_out))))
    order = np.arange(len(found))
    given = Givens(found, learner.config.given, 1).of(order, np.zeros_like(order))
    made = learner.translations(tensors(replace(found, pictures=given))[0])
    return translation_figures(given, to_uint8(made), np.asarray(found.pictures))
