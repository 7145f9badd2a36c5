"""StyleGANs of the published sizes with random weights, under the names that NVIDIA's programs give them.

Widths, rates and filters follow Karras et al. (2020, configuration F) and Karras et al. (2021, configurations T and
R, section 3.2 and appendix C); weights are drawn as at the beginning of a training, a little of everything else.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.training.networks.style import Styled

KINDS = ("2", "3t", "3r")
W_SIZE = 512
WIDEST = 1.0
"""What the published numbers of channels are multiplied by."""
_RATE = 0.01
_LAYERS, _CRITICAL, _MARGIN, _TAPS = 14, 2, 10, 6
_FIRST_CUTOFF, _FIRST_STOP, _LAST_STOP = 2.0, 2**2.1, 2**0.3

State = dict[str, Tensor]


class _Draw:
    """Random numbers of one seed."""

    def __init__(self, seed: int) -> None:
        self._source = torch.Generator().manual_seed(seed)

    def __call__(self, *shape: int, scale: float = 1.0) -> Tensor:
        return torch.randn(shape, generator=self._source) * scale


def random_stylegan(kind: str, size: int, seed: int = 0) -> State:
    """The state dict of a generator of ``size`` pixels, a power of two from 32 on; of one of `KINDS`."""
    draw = _Draw(seed)
    state: State = {}
    if kind == "2":
        _mapping(state, draw, 8)
        _blocks(state, draw, size)
    else:
        _mapping(state, draw, 2)
        _filtered(state, draw, size, radial=kind == "3r")
    return state


def saved_stylegan(kind: str, size: int, path: Path) -> Styled:
    """Save a `random_stylegan` as ``.safetensors``, and give its synthesis in torch."""
    from safetensors.torch import save_file

    from explorer.training.weight_import.layouts import stylegan2, stylegan3

    state = random_stylegan(kind, size)
    save_file(state, path)
    rebuilt = (stylegan2 if kind == "2" else stylegan3).rebuild(state, {})
    assert rebuilt is not None
    synthesis = rebuilt.networks["generator"]
    assert isinstance(synthesis, Styled)
    return synthesis


def painted(synthesis: Styled, w: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The picture (height, width, channels) that torch makes of a w for each layer, (styles, w_size)."""
    with torch.no_grad():
        made = synthesis(torch.from_numpy(w)[None])[0]
    return np.asarray(np.clip(np.rint((made.permute(1, 2, 0).numpy() + 1) * 127.5), 0, 255), np.uint8)


def _mapping(state: State, draw: _Draw, depth: int) -> None:
    for number in range(depth):
        state[f"mapping.fc{number}.weight"] = draw(W_SIZE, W_SIZE) / _RATE
        state[f"mapping.fc{number}.bias"] = draw(W_SIZE, scale=0.1)
    state["mapping.w_avg"] = draw(W_SIZE, scale=0.1)


def _affine(state: State, draw: _Draw, there: str, channels: int) -> None:
    state[f"{there}.affine.weight"] = draw(channels, W_SIZE)
    state[f"{there}.affine.bias"] = torch.ones(channels)


def _blocks(state: State, draw: _Draw, size: int) -> None:
    """The synthesis of StyleGAN2."""
    before = 0
    for level in range(2, int(math.log2(size)) + 1):
        side, after = 1 << level, int(min(32768 >> level, 512) * WIDEST)
        there = f"synthesis.b{side}"
        if not before:
            state[f"{there}.const"] = draw(after, side, side)
        for name, into in (("conv0", before), ("conv1", after)):
            if into:
                _affine(state, draw, f"{there}.{name}", into)
                state[f"{there}.{name}.weight"] = draw(after, into, 3, 3)
                state[f"{there}.{name}.noise_const"] = draw(side, side)
                state[f"{there}.{name}.noise_strength"] = torch.tensor(0.1)
                state[f"{there}.{name}.bias"] = draw(after, scale=0.1)
        _affine(state, draw, f"{there}.torgb", after)
        state[f"{there}.torgb.weight"] = draw(3, after, 1, 1, scale=0.2)
        state[f"{there}.torgb.bias"] = draw(3, scale=0.1)
        before = after


class _Plan(NamedTuple):
    """Of all layers of a StyleGAN3, one after the other (Karras et al., 2021, section 3.2)."""

    cutoffs: list[float]
    widths: list[float]  # half of the transition band
    rates: list[int]
    sides: list[int]
    channels: list[int]


def _plan(size: int, *, radial: bool) -> _Plan:
    exponents = np.minimum(np.arange(_LAYERS + 1) / (_LAYERS - _CRITICAL), 1)
    last = size / 2
    cutoffs = _FIRST_CUTOFF * (last / _FIRST_CUTOFF) ** exponents
    stops = _FIRST_STOP * (last * _LAST_STOP / _FIRST_STOP) ** exponents
    rates = np.exp2(np.ceil(np.log2(np.minimum(stops * 2, size))))
    widths = np.maximum(stops, rates / 2) - cutoffs
    sides = rates + 2 * _MARGIN
    sides[-2:] = size
    base, most = (65536, 1024) if radial else (32768, 512)
    channels = np.rint(np.minimum(base / 2 / cutoffs, most) * WIDEST).astype(int).tolist()
    channels[-1] = 3
    return _Plan(cutoffs.tolist(), widths.tolist(), rates.astype(int).tolist(), sides.astype(int).tolist(), channels)


def _filtered(state: State, draw: _Draw, size: int, *, radial: bool) -> None:
    """The synthesis of StyleGAN3."""
    plan, there = _plan(size, radial=radial), "synthesis.input"
    waves = plan.channels[0]
    frequencies = draw(waves, 2)
    radii = frequencies.square().sum(dim=1, keepdim=True).sqrt()
    state[f"{there}.freqs"] = frequencies / (radii * radii.square().exp().pow(0.25)) * plan.cutoffs[0]
    state[f"{there}.phases"] = torch.rand(waves, generator=torch.Generator().manual_seed(1)) - 0.5
    state[f"{there}.weight"] = draw(waves, waves)
    state[f"{there}.affine.weight"] = draw(4, W_SIZE, scale=0.1)
    state[f"{there}.affine.bias"] = torch.tensor([1.0, 0.0, 0.0, 0.0])
    for number in range(_LAYERS + 1):
        _filtered_layer(state, draw, plan, number, radial=radial)


def _filtered_layer(state: State, draw: _Draw, plan: _Plan, number: int, *, radial: bool) -> None:
    before, paints = max(number - 1, 0), number == _LAYERS
    into, after = plan.channels[before], plan.channels[number]
    there = f"synthesis.L{number}_{plan.sides[number]}_{after}"
    kernel = 1 if paints or radial else 3
    _affine(state, draw, there, into)
    state[f"{there}.weight"] = draw(after, into, kernel, kernel)
    state[f"{there}.bias"] = draw(after, scale=0.1)
    state[f"{there}.magnitude_ema"] = torch.ones(())
    if paints:
        return
    fine = 2 * max(plan.rates[before], plan.rates[number])
    for way, at in (("up", before), ("down", number)):
        taps = _TAPS * (fine // plan.rates[at])
        two = radial and way == "down" and number < _LAYERS - _CRITICAL
        state[f"{there}.{way}_filter"] = _low_pass(taps, plan.cutoffs[at], plan.widths[at] * 2, fine, radial=two)


def _low_pass(taps: int, cutoff: float, width: float, rate: int, *, radial: bool) -> Tensor:
    """A Kaiser low-pass filter with the sum 1; of two dimensions where it is radial (appendix C.1)."""
    beta = _beta(taps, width / (rate / 2))
    places = (np.arange(taps) - (taps - 1) / 2) / rate
    window = np.kaiser(taps, beta)
    if not radial:
        row = np.sinc(2 * cutoff * places) * window
        return torch.from_numpy((row / row.sum()).astype(np.float32))
    radii = np.hypot(*np.meshgrid(places, places))
    square = _jinc(2 * cutoff * radii) * np.outer(window, window)
    return torch.from_numpy((square / square.sum()).astype(np.float32))


def _beta(taps: int, width: float) -> float:
    """The shape of Kaiser's window for a transition band, as a share of the band of the grid (Kaiser, 1974)."""
    decibels = 2.285 * (taps - 1) * math.pi * width + 7.95
    if decibels > 50:
        return 0.1102 * (decibels - 8.7)
    return 0.5842 * (decibels - 21) ** 0.4 + 0.07886 * (decibels - 21) if decibels > 21 else 0.0


def _jinc(x: NDArray[Any]) -> NDArray[Any]:
    """J1(pi x) / x: the transform of a disc. The Bessel function by its integral."""
    angles = (np.arange(256) + 0.5) * (math.pi / 256)
    bessel = np.cos(angles - math.pi * x[..., None] * np.sin(angles)).mean(axis=-1)
    return np.where(x > 0, bessel / np.maximum(x, 1e-12), math.pi / 2)
