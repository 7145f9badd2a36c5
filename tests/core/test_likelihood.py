"""Likelihoods say what pictures cost in bits; what they say of each class tells the class by Bayes' rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.likelihood.bayes import bits_of_any_class, class_chances
from explorer.core.likelihood.likelihood import Likelihood
from explorer.core.models.card import ModelCard
from explorer.core.models.file_kinds import kind_of
from explorer.core.models.inspection import inspect
from explorer.core.models.model import likelihood_in, model_files
from explorer.core.problem import Problem
from tests.models import tiny_critic, tiny_generator, tiny_likelihood

PICTURES = np.random.RandomState(0).randint(0, 256, (11, 8, 8, 1)).astype(np.uint8)
SQUARES = (PICTURES / 127.5 - 1.0) ** 2


@pytest.mark.parametrize("batch", ["N", 4])
def test_bits_are_those_of_the_graph_whatever_its_batch(tmp_path: Path, batch: int | str) -> None:
    tiny_likelihood(tmp_path / "likelihood.onnx", batch=batch)
    likelihood = Likelihood.open(tmp_path, "cpu", trusted=True)
    assert likelihood.bits(PICTURES) == pytest.approx(SQUARES.mean((1, 2, 3)), abs=1e-5)
    assert likelihood.bits(PICTURES[:0]).shape == (0,)
    assert (likelihood.measured, likelihood.has_surprise, likelihood.classes) == ("exact", False, ())


def test_the_bits_of_pixels_come_from_the_file_beside(tmp_path: Path) -> None:
    tiny_likelihood(tmp_path / "likelihood.onnx", channels=3)
    tiny_likelihood(tmp_path / "surprise.onnx", channels=3, kind="surprise")
    colours = np.repeat(PICTURES, 3, axis=3)
    likelihood = Likelihood.open(tmp_path, "cpu", trusted=True)
    found = likelihood.surprise(colours)
    assert found.shape == (11, 8, 8)
    assert found == pytest.approx(3 * SQUARES[..., 0], abs=1e-4)
    (tmp_path / "surprise.onnx").unlink()
    with pytest.raises(Problem, match="does not say which pixels surprise it"):
        Likelihood.open(tmp_path, "cpu", trusted=True).surprise(colours)


def test_a_class_that_is_told_counts_and_one_that_is_not_may_be_any(tmp_path: Path) -> None:
    tiny_likelihood(tmp_path / "likelihood.onnx", classes=3)
    tiny_likelihood(tmp_path / "surprise.onnx", classes=3, kind="surprise")
    likelihood = Likelihood.open(tmp_path, "cpu", trusted=True)
    plain = SQUARES.mean((1, 2, 3))
    labels = np.array([0, 1, 2, -1] + [0] * 7)
    found = likelihood.bits(PICTURES, labels)
    assert found[:3] == pytest.approx(plain[:3] + np.arange(3), abs=1e-5)
    by_class = likelihood.bits_by_class(PICTURES)
    assert by_class == pytest.approx(plain[:, None] + [0, 1, 2], abs=1e-5)
    assert found[3] == pytest.approx(plain[3] + np.log2(3) / 64, abs=1e-5)  # the other classes are 2^-64 as likely
    assert likelihood.surprise(PICTURES) == pytest.approx(SQUARES[..., 0], abs=1e-4)  # the cheapest class
    assert likelihood.surprise(PICTURES, np.full(11, 2))[0] == pytest.approx(SQUARES[0, ..., 0] + 2, abs=1e-4)
    with pytest.raises(Problem, match="knows 3 classes"):
        likelihood.bits(PICTURES, np.full(11, 3))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_bits_that_are_no_numbers_are_a_problem(tmp_path: Path, value: float) -> None:
    likelihood = Likelihood.open(tiny_likelihood(tmp_path / "strange.onnx", value=value), "cpu", trusted=True)
    with pytest.raises(Problem, match="strange gives picture 1 of 11 a number of bits that is not finite"):
        likelihood.bits(PICTURES)


def test_pictures_of_another_size_are_refused_and_can_be_fitted(tmp_path: Path) -> None:
    likelihood = Likelihood.open(tiny_likelihood(tmp_path / "likelihood.onnx"), "cpu", trusted=True)
    photo = np.zeros((4096, 3000, 3), np.uint8)
    with pytest.raises(Problem, match="looks at pictures of 8 × 8 × 1, not 4096 × 3000 × 3"):
        likelihood.bits(photo[None])
    fitted, said = likelihood.fitted(photo)
    assert fitted.shape == (8, 8, 1)
    assert "reduced to 8 × 8" in said
    assert likelihood.bits(fitted[None]) == pytest.approx([1.0], abs=1e-5)


def test_a_stranger_without_a_card_is_no_likelihood(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"critic \(a picture in, one number out\), not a likelihood"):
        Likelihood.open(tiny_likelihood(tmp_path / "x.onnx", card=False), "cpu")
    with pytest.raises(Problem, match="not a likelihood"):
        Likelihood.open(tiny_critic(tmp_path / "c.onnx"), "cpu", trusted=True)
    tiny_generator(tmp_path / "generator.onnx")
    with pytest.raises(Problem, match=r"has no likelihood\.onnx"):
        Likelihood.open(tmp_path, "cpu", trusted=True)


def test_a_foreign_likelihood_is_tried_first_and_told_by_its_card(tmp_path: Path) -> None:
    found = inspect(tiny_likelihood(tmp_path / "likelihood.onnx", classes=2))
    assert (found.kind, found.card.classes, found.problems) == ("likelihood", ("class 0", "class 1"), ())
    assert inspect(tiny_likelihood(tmp_path / "surprise.onnx", kind="surprise")).kind == "surprise"
    wrong = tiny_likelihood(tmp_path / "wrong.onnx", kind="surprise", classes=2)
    wrong.write_bytes(wrong.read_bytes().replace(b'"kind": "surprise"', b'"kind": "encoder" '))
    assert inspect(wrong).kind in ("unknown", "translator")


def test_a_likelihood_alone_is_a_model_and_lies_beside_a_generator(tmp_path: Path) -> None:
    tiny_likelihood(tmp_path / "likelihood.onnx")
    assert kind_of(tmp_path) == "model"
    generator = tiny_generator(tmp_path / "generator.onnx")
    assert model_files(tmp_path).likelihood == likelihood_in(generator) == tmp_path / "likelihood.onnx"
    with pytest.raises(Problem, match=r"not a generator"):
        Generator.open(tmp_path / "likelihood.onnx", "cpu", trusted=True)


@pytest.mark.parametrize(("samples", "words"), [(0, "bound"), (1, "bound, 1 sample"), (64, "bound, 64 samples")])
def test_it_is_said_of_how_many_samples_a_bound_is(tmp_path: Path, samples: int, words: str) -> None:
    likelihood = Likelihood.open(tiny_likelihood(tmp_path / "likelihood.onnx"), "cpu", trusted=True)
    likelihood.card = replace(likelihood.card, measures="bound", measure_samples=samples)
    assert likelihood.measured == words
    likelihood.close()


def test_cards_that_measure_keep_what_they_measure() -> None:
    card = ModelCard(kind="likelihood", measures="bound", measure_samples=64, levels=4)
    assert ModelCard.from_json(card.to_json()) == card
    for wrong in ('{"measures": "guess"}', '{"levels": 1}', '{"measure_samples": -1}'):
        with pytest.raises(ValueError, match="cannot"):
            ModelCard.from_json(wrong)


def test_bayes_rule_weighs_bits_by_how_common_classes_are() -> None:
    bits = np.array([[1.0, 1.0], [1.0, 1.1]])
    chances = class_chances(bits, 10)
    assert chances[0] == pytest.approx([0.5, 0.5])
    assert chances[1] == pytest.approx([2 / 3, 1 / 3])  # one bit in all: twice as likely
    assert class_chances(bits, 10, np.array([0.25, 0.75]))[0] == pytest.approx([0.25, 0.75])
    assert class_chances(bits * 1e4, 784).sum(axis=1) == pytest.approx(1.0)
    likely = (2.0 ** (-10 * bits)).mean(axis=1)
    assert bits_of_any_class(bits, 10) == pytest.approx(-np.log2(likely) / 10)
