"""The encoder of a source's autoencoder, from pictures as the generator paints them to the mean of their latents."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from explorer.training.weight_import.source.fitting import Fit
from explorer.training.weight_import.source.following.limits import NotFollowedError
from explorer.training.weight_import.source.following.source_module import SourceModule
from explorer.training.weight_import.source.following.source_values import Function
from explorer.training.weight_import.source.painter import ToBytesRange, picture_in
from explorer.training.weight_import.source.script import Script
from explorer.training.weight_import.source.source_entrances import Found

_COUNT = 2


class SourceEncoder(nn.Module):
    """Gives the mean of latents (N, d) of pictures (N, channels, height, width).

    Parameters
    ----------
    network : Module
    script : Script
    flat : bool
        Whether pictures enter as numbers in a row.
    scale : ToBytesRange
        That of the generator, undone here.
    """

    def __init__(self, network: SourceModule, script: Script, flat: bool, scale: ToBytesRange) -> None:
        super().__init__()
        self.network = network
        self._script, self._flat, self._scale = script, flat, scale

    def forward(self, pictures: Tensor) -> Tensor:
        """The mean of the latents of pictures."""
        scale = self._scale
        if scale.spread:
            spread, mean = torch.tensor(scale.spread), torch.tensor(scale.mean)
            pictures = (pictures - mean.view(1, -1, 1, 1)) / spread.view(1, -1, 1, 1)
        self._script.machine.budget.renew()
        with self._script.machine.strictly(builds=True):
            result: Any = self.network.answer("encode", pictures.flatten(1) if self._flat else pictures)
        z = picture_in(result).flatten(1)
        return (z - scale.middle) / scale.width


def encoder_of(fit: Fit, found: Found, scale: ToBytesRange) -> SourceEncoder | None:
    """The encoder; None where the class has no method ``encode`` that fits its pictures."""
    network = fit.network
    if not isinstance(network, SourceModule) or not isinstance(network.kind.find("encode"), Function):
        return None
    pictures = torch.zeros((_COUNT, *found.frame))
    for flat in (False, True):
        encoder = SourceEncoder(network, fit.script, flat, scale).eval()
        try:
            with torch.no_grad():
                z = encoder(pictures)
        except (NotFollowedError, RuntimeError, TypeError, ValueError, LookupError):
            continue
        if tuple(z.shape) == (_COUNT, found.entrance.latent) and not found.entrance.label:
            return encoder
    return None
