"""bench disentanglement: what families find of the factors that portraits differ in, as one table."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np
import pytest

from explorer.core.disentanglement.table import DisentanglementRow, DisentanglementScores, over_seeds
from explorer.training.disentangle import contenders
from explorer.training.disentangle.contenders import CONTENDERS, FACTORS
from explorer.training.families import family_called
from explorer.training.learning.knobs import knobs
from explorer.training.sources import open_pictures
from tests.cli.conftest import Verb, refused

_FEW = contenders.PICTURES.replace(":4000:", ":150:")


def test_the_portraits_differ_in_these_factors_alone() -> None:
    pictures = open_pictures(_FEW, size=32)
    assert pictures.attributes is not None
    spread = dict(zip(pictures.attributes.names, np.ptp(pictures.attributes.values, axis=0), strict=True))
    assert {name for name, deviation in spread.items() if deviation > 0} == set(FACTORS)


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda each: each.title)
def test_a_contender_sets_what_its_family_has(contender: contenders.Contender) -> None:
    assert set(contender.settings) <= set(knobs(family_called(contender.family).config))


@pytest.mark.usefixtures("exports_here", "tries_here")
def test_a_gan_is_measured_by_the_encoder_that_it_is_taught_beside_the_references(
    verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contenders, "PICTURES", _FEW)
    monkeypatch.setattr(contenders, "CONTENDERS", CONTENDERS[:1])
    told = verb("bench", "disentanglement", "--steps", 2, "--seeds", 1, "--json")
    assert told.code == 0, told.err
    gan, themselves, zeros = json.loads(told.out)
    assert gan["model"] == CONTENDERS[0].title
    assert themselves["mean"]["factor_vae"] > 0.8 > gan["mean"]["factor_vae"] > 0.0
    assert zeros["mean"]["mig"] == 0.0


def test_a_row_over_seeds_is_the_mean_and_how_far_they_spread() -> None:
    one, other = (DisentanglementRow("", _all(value), _all(0.5), (("hat", 3, 0.2),)) for value in (0.2, 0.6))
    row = over_seeds("GAN", [one, other])
    assert row.model == "GAN"
    assert row.mean.mig == pytest.approx(0.4)
    assert row.spread.sap == pytest.approx(0.2)


def _all(value: float) -> DisentanglementScores:
    return DisentanglementScores(*[value] * len(fields(DisentanglementScores)))


def test_it_stands_alone_and_wants_something_to_train(verb: Verb) -> None:
    refused(verb("bench", "disentanglement", "grid"), "Run it alone")
    refused(verb("bench", "disentanglement", "--seeds", 0), "Nothing would be trained")


def test_a_name_that_no_system_allows_is_refused_in_a_sentence(verb: Verb) -> None:
    refused(verb("inspect", "x" * 400), "longer than a name may be")
    refused(verb("train", "vae", "--data", "y" * 400, "--out", "run"), "longer than a name may be")
