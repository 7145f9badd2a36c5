"""A style-based generator that learns: mapping and synthesis of StyleGAN2 (Karras et al., 2020), begun from nothing.

The networks are those that other people's weights are put into, so what is trained here is opened, drawn and examined
as those are. What training needs besides lies here: first weights, noise that is drawn anew each time, the mean of w.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

from explorer.training.learning.stages import sides, width_at
from explorer.training.networks.style import MappingNetwork
from explorer.training.networks.stylegan2_synthesis import Synthesis, SynthesisShape

_WIDTHS = {4: 256, 8: 192, 16: 128, 32: 64, 64: 32, 128: 24, 256: 16}  # of the synthesis where pictures have this side
_MEAN_FOLLOWS = 0.005  # how far the mean of w goes towards that of each batch (0.995 stays, as in the paper's program)


class StyleGenerator(nn.Module):
    """z (N, z_size) to w by `points`, w for each layer (N, styles, w_size) to pictures (N, C, H, W) by `painted`.

    Parameters
    ----------
    z_size, w_size, layers : int
        Sizes of both latents, and the number of the mapping's layers.
    size, channels : int
        Side and colour channels of the pictures.
    width : float
        Channels of the synthesis as a multiple of the usual.

    Attributes
    ----------
    mapping : MappingNetwork
        Its ``w_mean`` is a moving average, which `points` moves while training.
    synthesis : Synthesis
        Its noise is fixed and of deviation 1; `strengths` say how much of it counts.
    strengths : (convolutions,)
    path_mean : ()
        Moving average of the path lengths (section 3.2).
    """

    path_mean: Tensor

    def __init__(self, z_size: int, w_size: int, layers: int, size: int, channels: int, width: float = 1.0) -> None:
        super().__init__()
        steps = sides(size)
        widths = tuple(width_at(side, _WIDTHS, width) for side in steps)
        self.mapping = MappingNetwork(z_size, [w_size] * layers)
        self.synthesis = Synthesis(SynthesisShape(w_size, (steps[0], steps[0]), widths, channels))
        self.strengths = nn.Parameter(torch.zeros(len(self.synthesis.convolutions())))
        self.register_buffer("path_mean", torch.zeros(()))
        self._begin()

    @torch.no_grad()
    def _begin(self) -> None:
        """Weights that keep the size of what passes through; styles of 1, no noise."""
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0.0, usual_size(parameter))
            else:
                nn.init.zeros_(parameter)
        for module in self.synthesis.modules():
            if isinstance(style := getattr(module, "style", None), nn.Linear):
                nn.init.ones_(style.bias)
        for convolution in self.synthesis.convolutions():
            nn.init.normal_(convolution.noise)

    def points(self, z: Tensor) -> Tensor:
        """The points of W of latents, (N, w_size)."""
        w: Tensor = self.mapping(z)
        if self.training and self.mapping.w_mean is not None:
            self.mapping.w_mean.lerp_(w.detach().float().mean(0), _MEAN_FOLLOWS)
        return w

    def truncated(self, w: Tensor, psi: Tensor | float) -> Tensor:
        """w̄ + psi (w - w̄), for points of W in the last axis."""
        assert self.mapping.w_mean is not None
        return self.mapping.w_mean + psi * (w - self.mapping.w_mean)

    def painted(self, styles: Tensor, noise: Sequence[Tensor] = ()) -> Tensor:
        """Pictures of a w for each layer, with the fixed noise where none is given.

        Parameters
        ----------
        styles : (N, styles, w_size)
        noise : sequence of (N, 1, H, W)
            Of deviation 1, for each convolution.
        """
        held = [convolution.noise[None, None] for convolution in self.synthesis.convolutions()]
        strong = [strength * each for strength, each in zip(self.strengths, noise or held, strict=True)]
        picture: Tensor = self.synthesis(styles, *(each.expand(len(styles), -1, -1, -1) for each in strong))
        return picture

    def forward(self, z: Tensor) -> Tensor:
        return self.painted(self.points(z)[:, None].expand(-1, self.synthesis.styles, -1))

    def noise(self, count: int, rng: torch.Generator) -> list[Tensor]:
        """Fresh noise for so many pictures, (count, 1, H, W) for each convolution."""
        shapes = [convolution.noise.shape for convolution in self.synthesis.convolutions()]
        drawn = torch.randn((count, sum(math.prod(shape) for shape in shapes)), generator=rng, device=rng.device)
        parts = torch.split(drawn, [math.prod(shape) for shape in shapes], dim=1)
        return [part.reshape(count, 1, *shape) for part, shape in zip(parts, shapes, strict=True)]

    def finished(self) -> Synthesis:
        """The synthesis alone, its fixed noise as strong as it has become."""
        synthesis = deepcopy(self.synthesis)
        for convolution, strength in zip(synthesis.convolutions(), self.strengths.detach(), strict=True):
            convolution.noise.mul_(strength)
        return synthesis


def usual_size(weights: Tensor) -> float:
    """The deviation of first weights, 1 / sqrt(inputs) (He et al., 2015, the gain being the activation's); else 1."""
    return 1.0 if weights.dim() in (1, 3) else 1.0 / math.sqrt(weights[0].numel())
