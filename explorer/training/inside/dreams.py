"""Pictures that grow by what a part of a network likes to see: DeepDream, and single channels seen from noise.

From a picture x the mean of a channel, or the variance of a whole layer, is climbed by gradients with respect to x
(Erhan et al., 2009, Visualizing Higher-Layer Features of a Deep Network; Mordvintsev et al., 2015, Inceptionism). What
makes that look like something, rather than like the noise that fools a network (Olah et al., 2017, Feature
Visualization, "The Enemy of Feature Visualization"):

- octaves: it is done at small sizes first, whose result is enlarged, so that there are large forms and small ones;
- the gradient is parted into bands from fine to coarse, each of which counts as much (Mordvintsev's notebook of 2015);
- its colours are parted as they are in photographs, so that they do not shrill (Olah et al., 2017, "Preconditioning");
- the picture is shaken at each step, so that nothing fits the network's own grid;
- the step is as long wherever it leads: the gradient is divided by its mean size.

A dream is a function of its settings, its seed and what it begins with, to the bit on one machine: torch works it out
in one thread, and every random number is drawn by NumPy.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from explorer.core.inference.features import FeatureLayer
from explorer.core.inside.dream import DreamSettings, DreamState
from explorer.core.inside.layers import checked_channel, dreaming_layer
from explorer.core.problem import Problem
from explorer.training.inside.picture_network import PictureNetwork, Pixels, as_bytes, as_tensor
from explorer.training.learning.threads import one_thread

_BANDS = 4  # from fine to coarse
_NOISE = 0.04  # deviation of what a dream from nothing begins with, as a share of the shown range
_DENSE_SHAKE = 8  # what a dense layer sees is bound to its place, and may be shaken by this part of a side
_SMALLEST = 8  # pixels of a side that an octave may have
# How much of the step of one colour the others take part in, red, green and blue: in photographs they go together,
_COLOURS = ((0.56, 0.26, 0.18), (0.24, 0.56, 0.20), (0.18, 0.22, 0.60))


def dream_states(network: PictureNetwork, dream: DreamSettings, start: Pixels | None = None) -> Iterator[DreamState]:
    """A dream step by step, what it begins with first; its frames are all of the size at the end.

    Parameters
    ----------
    network : PictureNetwork
    dream : DreamSettings
    start : (height, width, channels) uint8, optional
        What it begins with, of any size; grey with a little noise where there is none.

    Raises
    ------
    Problem
        There is no such layer or channel.
    """
    layer = dreaming_layer(dream.layer, network.layers, network.name)
    channel = checked_channel(dream.channel, layer)
    sides, octaves = _sides(network, layer, dream, start)
    base = _begun(network, start, sides, np.random.RandomState(dream.seed))
    shaking = np.random.RandomState(dream.seed + 1)
    canvas, step = base, 0
    yield DreamState(0, dream.all_steps, as_bytes(base)[0], _pleased(network, layer, channel, base))
    for height, width in octaves:
        canvas = _resized(base, height, width) + _resized(canvas - base, height, width)
        canvas = canvas.clamp(0, 1)
        for _ in range(dream.steps):
            step += 1
            with one_thread():
                canvas, pleased = _climbed(network, layer, channel, canvas, dream, shaking)
                shown = _resized(canvas, *sides).clamp(0, 1)
            yield DreamState(step, dream.all_steps, as_bytes(shown)[0], pleased)
        canvas = _resized(canvas, *sides)


def _sides(
    network: PictureNetwork, layer: FeatureLayer, dream: DreamSettings, start: Pixels | None
) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """Height and width at the end, and those of each octave."""
    rows, columns = (network.side or dream.size,) * 2 if start is None else start.shape[:2]
    share = dream.size / max(rows, columns)
    sides = max(round(rows * share), _SMALLEST), max(round(columns * share), _SMALLEST)
    if not network.takes_size(layer, *sides):
        if not network.side:
            raise Problem(
                f"Layer {layer.number} of {network.name} takes no pictures of {dream.size} px.", "Try another."
            )
        sides = network.own_sides
    octaves = [
        tuple(max(round(side / dream.scale**back), _SMALLEST) for side in sides)
        for back in reversed(range(dream.octaves))
    ]
    return sides, [(height, width) for height, width in octaves]


def _begun(network: PictureNetwork, start: Pixels | None, sides: tuple[int, int], rng: np.random.RandomState) -> Tensor:
    if start is None:
        noise = rng.standard_normal((1, network.channels, *sides)).astype(np.float32)
        return (0.5 + _NOISE * torch.from_numpy(noise)).clamp(0, 1)
    return _resized(as_tensor([network.coloured(start)]), *sides).clamp(0, 1)


def _climbed(
    network: PictureNetwork,
    layer: FeatureLayer,
    channel: int | None,
    canvas: Tensor,
    dream: DreamSettings,
    shaking: np.random.RandomState,
) -> tuple[Tensor, float]:
    """One step, and how pleased the network was before it."""
    most = dream.jitter if layer.height * layer.width > 1 else min(dream.jitter, max(canvas.shape[2:]) // _DENSE_SHAKE)
    down, across = (int(by) for by in shaking.randint(-most, most + 1, 2))
    given = torch.roll(canvas, (down, across), (2, 3)).detach().requires_grad_()
    pleased = _liking(network, layer, channel, given)
    (gradient,) = torch.autograd.grad(pleased, given)
    moved = given.detach() + dream.rate * _tamed(gradient)
    return torch.roll(moved, (-down, -across), (2, 3)).clamp(0, 1), float(pleased.detach())


def _liking(network: PictureNetwork, layer: FeatureLayer, channel: int | None, shown: Tensor) -> Tensor:
    """What is climbed: the mean of a channel, or the mean square of all about their means over the picture.

    What a channel gives for plain grey as well would else drown what it sees, and some dreams stay grey.
    """
    own = network.own_sides
    if not network.takes_size(layer, *shown.shape[2:]):
        shown = _resized(shown, *own)
    seen = network.value(shown, layer.tensor)
    if channel is not None:
        return seen[:, channel].mean()
    return (seen - seen.mean((2, 3), keepdim=True) if seen.ndim == 4 else seen).square().mean()


def _pleased(network: PictureNetwork, layer: FeatureLayer, channel: int | None, shown: Tensor) -> float:
    with torch.no_grad(), one_thread():
        return float(_liking(network, layer, channel, shown))


def _tamed(gradient: Tensor) -> Tensor:
    """A gradient whose bands count alike, whose colours are those of photographs, and whose mean size is 1."""
    bands, rest = [], gradient
    for _ in range(_BANDS - 1):
        coarse = _blurred(rest)
        bands.append(rest - coarse)
        rest = coarse
    even = sum((_unit(band) for band in (*bands, rest)), torch.zeros_like(gradient))
    if even.shape[1] == 3:
        colours = torch.tensor(_COLOURS)
        even = torch.einsum("ij,njhw->nihw", colours, even)
    return _unit(even)


def _unit(values: Tensor) -> Tensor:
    return values / (values.abs().mean() + 1e-12)


def _blurred(values: Tensor) -> Tensor:
    """Halved and enlarged again, so that what is finer is gone; as it is where that is too small."""
    height, width = values.shape[2:]
    if min(height, width) < 4:
        return values
    return _resized(_resized(values, height // 2, width // 2), height, width)


def _resized(pictures: Tensor, height: int, width: int) -> Tensor:
    if pictures.shape[2:] == (height, width):
        return pictures
    shrinks = height < pictures.shape[2]
    return functional.interpolate(pictures, (height, width), mode="bilinear", align_corners=False, antialias=shrinks)
