"""Colouring in Lab: the lightness stays, and only colours are answered."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.core.drawing.lacking import without_colour
from explorer.training.networks.lab import lab_of, pictures_of
from explorer.training.networks.translators.colouring import ColouringNetwork
from explorer.training.networks.translators.translation import norm_of

SIDE = 16


def bytes_of(seed: int) -> np.ndarray:
    return np.random.RandomState(seed).randint(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)


def values_of(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 127.5 - 1.0


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [  # of the CIE's formulas with the white point of D65
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((119, 119, 119), (50.03, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
    ],
)
def test_known_colours_have_their_lab_values(rgb: tuple[int, ...], lab: tuple[float, ...]) -> None:
    found = lab_of(values_of(np.array(rgb, np.uint8).reshape(1, 1, 3)))
    assert found.flatten().tolist() == pytest.approx(lab, abs=0.02)


def test_every_picture_comes_back_from_lab_to_a_tenth_of_a_level() -> None:
    picture = values_of(bytes_of(0))
    assert (pictures_of(lab_of(picture)) - picture).abs().max() * 127.5 < 0.1


def test_colours_that_no_screen_has_become_paler_and_not_lighter() -> None:
    lab = lab_of(values_of(bytes_of(1)))
    lab[:, 1:] = 90.0 * torch.randn(lab[:, 1:].shape, generator=torch.Generator().manual_seed(0))
    picture = pictures_of(lab)
    assert picture.abs().max() <= 1.0
    again = lab_of(picture)
    assert (again[:, 0] - lab[:, 0]).abs().max() < 1e-3
    assert (again[:, 1:].norm(dim=1) < lab[:, 1:].norm(dim=1) + 1e-2).all()


def test_a_colouring_network_keeps_the_lightness_of_what_it_is_given_and_sees_nothing_else_of_it() -> None:
    torch.manual_seed(0)
    network = ColouringNetwork(SIDE, 0.2, norm_of("picture"))
    for weight in network.parameters():  # answers of strong colours
        torch.nn.init.normal_(weight, std=0.3)
    picture = bytes_of(2)
    given, grey = values_of(picture), values_of(without_colour(picture))
    with torch.no_grad():
        answer, of_grey = network(given), network(grey)
    assert (lab_of(answer)[:, 0] - lab_of(given)[:, 0]).abs().max() < 1e-3
    assert lab_of(answer)[:, 1:].abs().mean() > 10.0
    assert (answer - of_grey).abs().mean() < 0.1  # grey bytes are off by half a level


def test_gradients_are_finite_at_black_white_and_the_edge_of_what_a_screen_has() -> None:
    torch.manual_seed(0)
    network = ColouringNetwork(SIDE, 0.2, norm_of("picture"))
    for level in (-1.0, 1.0):
        network(torch.full((2, 3, SIDE, SIDE), level)).sum().backward()
    assert all(torch.isfinite(weight.grad).all() for weight in network.parameters() if weight.grad is not None)


def test_the_grey_of_a_picture_is_as_light_as_it() -> None:
    picture = bytes_of(3)
    light = [lab_of(values_of(each))[:, 0] for each in (picture, without_colour(picture))]
    assert (light[0] - light[1]).abs().max() < 0.35  # half a level of the darkest greys
