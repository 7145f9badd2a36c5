"""Sparse autoencoder (Lee, Ekanadham & Ng, 2008): many features, of which each picture uses few.

One dense layer each way, after Olshausen & Field (1996): x' = b + sum_j z_j w_j, a sum of small pictures w_j, each as
strong as its number in the code says. That few take part is what the second term asks for,

    |x - x'|^2  +  w sum_j KL(r | mean of z_j)       z = sigmoid(...): each is on average active by the share r
    |x - x'|^2  +  w sum_j |z_j|                     z = max(0, ...), |w_j| = 1: what is small becomes nothing

with KL(r | q) = r log(r/q) + (1 - r) log((1 - r)/(1 - q)). The features w_j have length 1 under the second, or codes
would shrink and features grow, and nothing be gained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.autoencoding import DescendingAutoencoder, DescentSettings
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import choice, knob
from explorer.training.networks.linear import LinearDecoder, LinearEncoder, begin_at

KL, L1 = "KL", "L1"
_ACTIVE = 0.1  # of a code, above which it takes part


@dataclass(frozen=True)
class Config(DescentSettings):
    """Settings of a sparse autoencoder run."""

    latent_size: int = knob(128, 1, 1024, "Features, each with its number in the code.")
    sparsity: str = choice(
        KL, (KL, L1), "What keeps codes sparse: how often each may be active (KL), or their sum (L1)."
    )
    target: float = knob(0.05, 0.001, 0.5, "Share of the time that each feature should be active; for KL.")
    kl_weight: float = knob(10.0, 0.0, 1000.0, "How much that share counts, against the squared error; for KL.")
    l1_weight: float = knob(1.0, 0.0, 1000.0, "How much the sum of a code counts, against the squared error; for L1.")


class SparseAutoencoder(DescendingAutoencoder):
    """Trains features and what finds them in a picture."""

    settings: Config

    def build(self) -> tuple[nn.Module, nn.Module]:
        shape = (self.latent_size, self.task.size, self.task.channels)
        bend = nn.Sigmoid() if self.settings.sparsity == KL else nn.ReLU()
        encoder, decoder = LinearEncoder(*shape), LinearDecoder(*shape)
        if self.settings.sparsity == KL:
            nn.init.zeros_(decoder.dense.bias)
        return nn.Sequential(encoder, bend), decoder

    def begin(self, pictures: Tensor) -> None:
        if self.settings.sparsity == L1:
            return  # with little error left to win, every feature would fall silent before it is of use
        encoder = cast(LinearEncoder, cast(nn.Sequential, self.pair["encoder"])[0])
        begin_at(encoder, cast(LinearDecoder, self.pair["decoder"]), pictures.mean(0))

    def guidance(self, codes: Tensor) -> dict[str, Tensor]:
        if self.settings.sparsity == L1:
            loss = self.settings.l1_weight * codes.abs().sum(1).mean()
        else:
            loss = self.settings.kl_weight * away_from(self.settings.target, codes.mean(0)).sum()
        return {"sparsity": loss}

    @torch.no_grad()
    def constrain(self) -> None:
        if self.settings.sparsity == L1:
            weight = cast(LinearDecoder, self.pair["decoder"]).dense.weight
            weight.copy_(functional.normalize(weight, dim=0))

    def figures(self, pictures: Tensor, seen: Tensor, again: Tensor, codes: Tensor) -> dict[str, Tensor]:
        return {"active codes": active_share(codes)}


def away_from(share: float, active: Tensor) -> Tensor:
    """KL(r | q) in nats between switches that are on with probability r and q, for each q of a tensor."""
    q = active.clamp(1e-6, 1.0 - 1e-6)
    return share * (share / q).log() + (1.0 - share) * ((1.0 - share) / (1.0 - q)).log()


def active_share(codes: Tensor) -> Tensor:
    """Share of the numbers in codes (N, d) that take part, 0 to 1: those above 0.1."""
    return (codes > _ACTIVE).float().mean()


def _objectives(config: Config) -> tuple[Objective]:
    tex, words, settings = {
        KL: (
            r"+ w\sum_j\mathrm{KL}(r\,\Vert\,\mathbb{E}\,z_j)",
            "Keeps each feature silent for most pictures.",
            (("w", "kl_weight"), ("r", "target")),
        ),
        L1: (
            r"+ w\sum_j\mathbb{E}\vert z_j\vert",
            "Makes each picture get by with few features.",
            (("w", "l1_weight"),),
        ),
    }[config.sparsity]
    return (
        Objective(
            "encoder and decoder",
            (
                FormulaTerm(
                    "squared error",
                    r"\mathbb{E}\lVert x-G(z)\rVert^2",
                    "Brings each picture back as a sum of features, each as strong as its number says.",
                ),
                FormulaTerm("sparsity", tex, words, settings),
            ),
            "minimise",
        ),
    )


FAMILY = Family(
    "sparse_autoencoder",
    "Sparse autoencoder",
    "Many small features, of which each picture uses a few: a slider adds one stroke or shade.",
    Config,
    SparseAutoencoder,
    explained=FamilyExplanation(
        objectives=_objectives,
        healthy=(
            "The share of active codes falls from about one half to a few per cent, while the squared error falls.",
            "If no code is active any more, sparsity counts too much: lower its weight.",
            "Features become strokes and spots rather than ghosts of whole pictures, as those of PCA are.",
        ),
        papers=(
            Paper(
                "Lee, Ekanadham & Ng",
                2008,
                "Sparse Deep Belief Net Model for Visual Area V2",
                "https://papers.nips.cc/paper/2007/hash/4daa3db355ef2b0e64b472968cb70f0d-Abstract.html",
            ),
            Paper(
                "Olshausen & Field",
                1996,
                "Emergence of Simple-Cell Receptive Field Properties by Learning a Sparse Code for Natural Images",
                "https://doi.org/10.1038/381607a0",
            ),
        ),
        size=28,
        channels=1,
    ),
    group="Autoencoders",
    good_at="features that are used sparingly",
)
