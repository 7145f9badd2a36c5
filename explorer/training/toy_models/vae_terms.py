"""The terms of the ELBO of a VAE with normal codes and a normal decoder, in nats a point, and the evidence above it."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor


def drawn_code(mean: Tensor, spread: Tensor, rng: Generator) -> Tensor:
    """z = mean + spread * epsilon: chance from outside lets gradients pass (Kingma & Welling, 2014, section 2.4)."""
    return mean + spread * torch.randn(mean.shape, generator=rng)


def kl_from_prior(mean: Tensor, spread: Tensor) -> Tensor:
    """KL(q(z|x) || N(0, 1)) of (..., d), as (...,) (Kingma & Welling, 2014, appendix B)."""
    return (mean.square() + spread.square() - 1).sum(-1) / 2 - spread.log().sum(-1)


def log_likelihood(points: Tensor, decoded: Tensor, noise: float) -> Tensor:
    """log p(x|z) of points (..., 2) drawn around ``decoded`` with standard deviation ``noise``, as (...,)."""
    return -(points - decoded).square().sum(-1) / (2 * noise**2) - math.log(2 * math.pi * noise**2)


def terms(
    real: Tensor, posterior: tuple[Tensor, Tensor], decoder: Callable[[Tensor], Tensor], noise: float, epsilon: Tensor
) -> dict[str, float]:
    """The ELBO in its two terms, and the evidence, as means over ``real``, (N, 2), in nats.

    The evidence is estimated by importance sampling, log 1/K sum p(x|z) p(z) / q(z|x) (Burda et al., 2016, eq. 8): in
    expectation between the ELBO and log p(x), and the nearer to the latter the larger K is.

    Parameters
    ----------
    posterior : (N, d), (N, d)
        Mean and standard deviation of q(z|x).
    epsilon : (K, N, d)
        Standard normal numbers, the same every time.
    """
    mean, spread = posterior
    z = mean + spread * epsilon
    given = log_likelihood(real, decoder(z.flatten(0, 1)).reshape(*z.shape[:2], 2), noise)
    ratio = (epsilon.square() - z.square()).sum(-1) / 2 + spread.log().sum(-1)  # log p(z) - log q(z|x)
    evidence = torch.logsumexp(given + ratio, 0) - math.log(len(epsilon))
    kl, reconstruction = float(kl_from_prior(mean, spread).mean()), float(given.mean())
    return {
        "reconstruction": reconstruction, "KL": kl, "ELBO": reconstruction - kl, "evidence": float(evidence.mean()),
    }  # fmt: skip
