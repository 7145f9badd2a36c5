"""Networks as others build them open as they are, or ask a question whose answer makes them so."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from layout_zoo import SPECIMENS, Specimen

from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.recognition import rebuilt
from explorer.training.weight_import.weights import Weights


def opened(theirs: torch.nn.Module, answers: dict[str, str]) -> Rebuilt:
    state = {name: tensor.detach().clone() for name, tensor in theirs.state_dict().items()}
    return rebuilt(Weights(Path("theirs.pt"), "zip", state), answers)[0]


@torch.no_grad()
def difference(found: Rebuilt, theirs: torch.nn.Module, specimen: Specimen) -> float:
    """Largest difference of the pictures, of 255; 255 where their shapes differ."""
    inputs = specimen.inputs(16)
    z = inputs[0] * 2 - 1 if specimen.prior == "unit" else inputs[0]
    wanted, card = scaled(theirs(*inputs), specimen.value_range), found.card
    if (card.latent_size, len(card.classes)) != (specimen.latent, specimen.classes):
        return 255.0
    got = scaled(found.networks["generator"](z, *inputs[1:]), card.value_range)
    if got.shape[2:] != wanted.shape[2:]:
        return 255.0
    return float((got - wanted[:, : got.shape[1]]).abs().max()) * 255


def scaled(pictures: torch.Tensor, value_range: tuple[float, float]) -> torch.Tensor:
    low, high = value_range
    return ((pictures - low) / (high - low)).clamp(0, 1)


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_layout_opens_right_or_asks(name):
    specimen = SPECIMENS[name]
    theirs, answers = specimen.trained(), dict(specimen.answers)
    found = opened(theirs, {})
    asked = {choice.key: dict(choice.options) for choice in found.choices}
    assert all(answer in asked[key] for key, answer in answers.items())
    if answers:
        found = opened(theirs, answers)
    assert difference(found, theirs, specimen) <= 1.0
    assert found.card.distribution == ("normal" if specimen.prior == "normal" else "uniform")
