"""Networks as others build them open as they are, or ask a question whose answer makes them so."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from conditional_zoo import CONDITIONAL
from layout_zoo import SPECIMENS, Specimen
from torch import nn

from explorer.core.models.inspection import inspect
from explorer.core.problem import Problem
from explorer.training.weight_import.onnx_export import export
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
    if specimen.codes:  # which our prior, a normal one, stands for
        codes = torch.distributions.Normal(0, 1).icdf((z[:, -specimen.codes :] + 1) / 2)
        z = torch.cat([z[:, : -specimen.codes], codes], 1)
        assert found.card.dimension_name(specimen.latent - 1) == "code 2"
    wanted, card = scaled(theirs(*inputs), specimen.value_range), found.card
    if (card.latent_size, len(card.classes)) != (specimen.latent, specimen.classes):
        return 255.0
    got = scaled(found.networks["generator"](z, *inputs[1:]), card.value_range)
    if got.shape != wanted.shape:  # alpha too
        return 255.0
    return float((got - wanted).abs().max()) * 255


def scaled(pictures: torch.Tensor, value_range: tuple[float, float]) -> torch.Tensor:
    low, high = value_range
    return ((pictures - low) / (high - low)).clamp(0, 1)


ZOO = SPECIMENS | CONDITIONAL


@pytest.mark.parametrize("name", ZOO)
def test_a_layout_opens_right_or_asks(name):
    specimen = ZOO[name]
    theirs, answers = specimen.trained(), dict(specimen.answers)
    found = opened(theirs, {})
    asked = {choice.key: dict(choice.options) for choice in found.choices}
    assert all(answer in asked[key] for key, answer in answers.items())
    if answers:
        found = opened(theirs, answers)
    assert difference(found, theirs, specimen) <= 1.0
    assert found.card.distribution == ("normal" if specimen.prior == "normal" else "uniform")


def named(**parts: nn.Module) -> nn.Module:
    module = nn.Module()
    for name, part in parts.items():
        module.add_module(name, part)
    return module


def critic(channels: int) -> nn.Module:
    layers = [nn.Conv2d(channels, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 16, 4, 2, 1), nn.BatchNorm2d(16)]
    return named(main=nn.Sequential(*layers, nn.LeakyReLU(0.2), nn.Conv2d(16, 1, 7, 1, 0), nn.Sigmoid()))


def quantised() -> nn.Module:
    encoder = nn.Sequential(nn.Conv2d(3, 16, 4, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 4, 2, 1))
    decoder = nn.Sequential(nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 3, 4, 2, 1))
    return named(encoder=encoder, vq_layer=named(embedding=nn.Embedding(64, 32)), decoder=decoder)


def lenet() -> nn.Module:
    convolutions = {"conv1": nn.Conv2d(1, 6, 5), "conv2": nn.Conv2d(6, 16, 5)}
    return named(**convolutions, fc1=nn.Linear(256, 120), fc2=nn.Linear(120, 84), fc3=nn.Linear(84, 10))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: critic(1), "holds a discriminator"),
        (lambda: critic(3), "holds a discriminator"),
        (lenet, "seems to hold a classifier"),
        (quantised, "paints with the codes of a table"),
    ],
)
@pytest.mark.parametrize("is_sorted", [False, True])
def test_what_paints_nothing_by_itself_is_called_what_it_is(build, words, is_sorted):
    state = build().state_dict()
    state = dict(sorted(state.items())) if is_sorted else dict(state)
    with pytest.raises(Problem, match=words):
        rebuilt(Weights(Path("theirs.pt"), "zip", state), {})


def test_an_autoencoder_keeps_its_encoder_and_says_that_it_has_no_prior():
    found = opened(CONDITIONAL["autoencoder"].trained(), {})
    assert (found.layout, set(found.networks)) == ("Autoencoder", {"generator", "encoder"})
    assert any("plain autoencoder" in problem for problem in found.problems)


def test_rows_are_never_normalised_number_by_number():
    (norm,) = (each for each in opened(CONDITIONAL["layer norm of rows"].trained(), {}).choices if each.key == "norm")
    assert norm.taken == "layer"
    assert "instance" not in dict(norm.options)


def test_a_table_of_classes_that_may_not_be_used_is_asked_about():
    found = opened(CONDITIONAL["an embedding that is not used"].trained(), {})
    (join,) = (each for each in found.choices if each.key == "join")
    assert (join.taken, join.guessed, found.card.classes) == ("none", False, ())


@pytest.mark.parametrize(
    "name", ["two dense entrances, latents in 0..1", "class as a channel", "embedding added", "layer norm of pictures"]
)
def test_what_is_made_of_them_as_onnx_paints_the_same(name, tmp_path):
    found = opened(CONDITIONAL[name].trained(), {})
    export("generator", found.networks["generator"], found.card, tmp_path / "generator.onnx")
    card = inspect(tmp_path / "generator.onnx", trusted=True).card
    assert (card.latent_size, len(card.classes)) == (found.card.latent_size, len(found.card.classes))
    assert card.parity is not None
    assert card.parity < 0.01
