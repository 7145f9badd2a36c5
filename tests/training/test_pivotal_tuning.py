"""A generator is tuned to one picture: that is drawn then, others hardly change, and nothing but weights does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from explorer.core.inference.generator import Generator
from explorer.core.models.model import model_files
from explorer.core.problem import Problem
from explorer.core.rendering.latent_points import LatentPoint
from explorer.core.rendering.latents import sample
from explorer.training.projection.differentiable_generator import Painter
from explorer.training.projection.pivotal_tuning import Tuning, TuningEffort
from explorer.training.projection.tuned_model import write_tuned
from explorer.training.weight_import.pickles.nvidia import rebuild_pickle
from explorer.training.weight_import.stylegan.style_export import export_style
from tests.models import tiny_generator
from tests.stylegan import Style, nvidia_state, write_nvidia_pickle


def target_of(card: object) -> np.ndarray:
    """A disc on a slope of colours, as no random generator draws it."""
    down, across = np.mgrid[0 : card.height, 0 : card.width] / card.height  # type: ignore[attr-defined]
    disc = (down - 0.5) ** 2 + (across - 0.5) ** 2 < 0.1
    return np.stack([across * 255, down * 255, disc * 255.0], axis=2).astype(np.uint8)


def test_a_stylegan_draws_the_picture_it_was_tuned_to_and_others_as_before(tmp_path: Path) -> None:
    style = Style(size=16)
    rebuilt = rebuild_pickle(write_nvidia_pickle(tmp_path / "cats.pkl", style, nvidia_state(style)))
    files = model_files(export_style(rebuilt, tmp_path / "cats")[0].parent)
    original = Generator.open(files.generator, "cpu", trusted=True)
    card, target = original.card, target_of(original.card)
    pivot = LatentPoint("w", original.points_of(sample(0, style.z_size)[None], [None])[0])
    row = np.tile(pivot.numbers, (card.styles, 1))
    z = np.stack([sample(seed, style.z_size) for seed in range(100, 108)])
    before, changed, errors = original.pictures(z).astype(int), [], []
    for locality in (1.0, 0.0):
        tuning = Tuning(Painter.open(files, trusted=True), target, pivot, TuningEffort(steps=60, locality=locality))
        told = list(tuning.run())
        assert [one.step for one in told] == list(range(61))
        path, said = write_tuned(
            files, card, tuning.weights, tmp_path / f"tuned {locality}", "it.jpg", told[-1].picture
        )
        tuned = Generator.open(path, "cpu", trusted=True)
        assert np.abs(tuned.picture(row).astype(int) - told[-1].picture).max() <= 1
        changed.append(np.abs(tuned.pictures(z) - before).mean() / 255)
        errors.append(told[-1].error / told[0].error)
        assert (tuned.card, tuned.mapping.hash) == (said, original.mapping.hash)
        tuned.close()
    assert max(errors) < 0.4
    assert changed[0] < 0.8 * changed[1]
    assert said.config["tuned_from_hash"] == original.hash
    assert "tuned to one picture, it.jpg" in said.data
    kept = [tensors_of(file) for file in (files.generator, path)]
    others = {name for name in kept[0] if kept[0][name].tobytes() != kept[1][name].tobytes()}
    assert others == set(tuning.weights)
    assert {name.rpartition(".")[2] for name in kept[0].keys() - others} >= {"noise", "energy"}
    original.close()


def tensors_of(path: Path) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """And a model without a mapping, whose weights have no names that tell, is tuned too."""
    files = model_files(tiny_generator(tmp_path / "tiny.onnx", size=16))
    painter = Painter.open(files)
    tuning = Tuning(painter, target_of(painter.card), LatentPoint("z", sample(1, 4)), TuningEffort(steps=20))
    told = list(tuning.run())
    assert told[-1].error < told[0].error
    write_tuned(files, painter.card, tuning.weights, tmp_path / "tuned", "it.jpg", told[-1].picture)
    with pytest.raises(Problem, match="not empty"):
        write_tuned(files, painter.card, tuning.weights, tmp_path / "tuned", "it.jpg", told[-1].picture)
    with pytest.raises(Problem, match="16 × 16 × 3, not 8 × 8 × 3"):
        Tuning(painter, np.zeros((8, 8, 3), np.uint8), LatentPoint("z", sample(1, 4)))
