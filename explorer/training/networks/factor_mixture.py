"""A mixture of Gaussians whose covariances are a few factors and noise: densities, posteriors and pictures of it.

Component k says x = mu_k + W_k z + noise, with z ~ N(0, I) of q factors and independent noise of variances psi_k, so
that p(x) = sum_k pi_k N(x; mu_k, W_k W_k' + diag(psi_k))

With one variance for all values these are probabilistic principal components (Tipping & Bishop, 1999), with one for
each value a factor analysis (Ghahramani & Hinton, 1996). D values are never paired: with A = W / psi and
M = I + W' A (q x q), the covariance has the inverse diag(1 / psi) - A inv(M) A' and the determinant |M| prod psi
(Woodbury's identities), and z given x has the mean inv(M) A' (x - mu) and the covariance inv(M).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

LOG_STEP = math.log(127.5)
"""Nats by which the density of values in -1 to 1 becomes one of steps of 1/255."""


class FactorMixture(nn.Module):
    """The parameters of a mixture, which no gradient changes, and what they say of rows of values.

    Parameters
    ----------
    components, factors, values : int
        K, q and D.
    by_value : bool
        Whether each value has a noise of its own; else all of a component have the same.
    """

    def __init__(self, components: int, factors: int, values: int, *, by_value: bool) -> None:
        super().__init__()
        self.shares = nn.Parameter(torch.full((components,), 1.0 / components))
        self.means = nn.Parameter(torch.zeros(components, values))
        self.factors = nn.Parameter(torch.zeros(components, values, factors))
        self.noise = nn.Parameter(torch.ones(components, values if by_value else 1))

    def forward(self, rows: Tensor) -> Tensor:
        """log pi_k N(x; ...) and the mean of z given x and k, side by side: (N, D) to (N, K, 1 + q) float64."""
        joint, latents = self.prepared().joint(rows)
        return torch.cat([joint[:, :, None], latents], 2)

    def prepared(self) -> MixtureDensity:
        """What does not depend on the rows, worked out once."""
        return MixtureDensity(self)

    @torch.no_grad()
    def finished(self) -> FactorMixture:
        """The same density, its components by how common they are, their factors at right angles, the longest first.

        A factor's sign is such that more of it makes the picture brighter.
        """
        order = self.shares.argsort(descending=True, stable=True)
        components, values, count = self.factors.shape
        found = FactorMixture(components, count, values, by_value=self.noise.shape[1] > 1)
        factors = self.factors[order].double()
        _, turn = torch.linalg.eigh(factors.transpose(1, 2) @ factors)
        factors = factors @ turn.flip(2)
        factors *= torch.where(factors.sum(1, keepdim=True) < 0, -1.0, 1.0)
        for own, value in (
            (found.shares, self.shares[order]),
            (found.means, self.means[order]),
            (found.factors, factors),
            (found.noise, self.noise[order]),
        ):
            own.copy_(value)
        return found.to(self.means.device)


class MixtureDensity(nn.Module):
    """A mixture ready to be asked. Sums run in double precision: they cancel where the noise is small."""

    means: Tensor
    factors: Tensor
    noise: Tensor
    inner: Tensor
    constants: Tensor

    def __init__(self, mixture: FactorMixture) -> None:
        super().__init__()
        with torch.no_grad():
            factors = mixture.factors.double()
            noise = mixture.noise.double().expand_as(mixture.means)
            identity = torch.eye(factors.shape[2], dtype=torch.float64, device=factors.device)
            root = torch.linalg.cholesky(identity + factors.transpose(1, 2) @ (factors / noise[:, :, None]))
            spread = noise.log().sum(1) + 2.0 * root.diagonal(dim1=1, dim2=2).log().sum(1)
            usual = noise.shape[1] * math.log(2.0 * math.pi)
            self.register_buffer("means", mixture.means.detach())
            self.register_buffer("factors", mixture.factors.detach())
            self.register_buffer("noise", mixture.noise.detach())
            self.register_buffer("inner", torch.cholesky_inverse(root))
            self.register_buffer("constants", mixture.shares.double().log() - 0.5 * (spread + usual))

    def joint(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """log pi_k N(x; ...), (N, K), and the means of z given x and k, (N, K, q), of rows (N, D)."""
        x, (means, scaled, precision) = rows.double(), self._double()
        count, values, factors = scaled.shape
        across = scaled.permute(1, 0, 2).reshape(values, count * factors)
        seen = (x @ across).view(-1, count, factors) - (means[:, None] @ scaled).squeeze(1)
        latents = torch.einsum("nki,kij->nkj", seen, self.inner.double())
        squares = (x * x) @ precision.T - 2.0 * x @ (means * precision).T + (means * means * precision).sum(1)
        return self.constants.double() - 0.5 * (squares - (seen * latents).sum(2)), latents

    def costs(self, rows: Tensor) -> Tensor:
        """-log p(x_d | all other values) of rows, (N, D) nats.

        A Gaussian has p(x_d | others) = N(x_d - g_d / P_dd, 1 / P_dd) with P the inverse of its covariance and
        g = P (x - mu), and p(others) / p(x) = sum_k p(k | x) / p_k(x_d | others).
        """
        means, scaled, precision = self._double()
        joint, latents = self.joint(rows)
        slope = (rows.double()[:, None] - means) * precision - torch.einsum("nkq,kdq->nkd", latents, scaled)
        own = precision - torch.einsum("kdi,kij,kdj->kd", scaled, self.inner.double(), scaled)
        each = 0.5 * (math.log(2.0 * math.pi) - own.log() + slope * slope / own)
        return torch.logsumexp(torch.log_softmax(joint, 1)[:, :, None] + each, 1)

    def _double(self) -> tuple[Tensor, Tensor, Tensor]:
        """mu (K, D), A = W / psi (K, D, q) and 1 / psi (K, D)."""
        precision = 1.0 / self.noise.double().expand_as(self.means)
        return self.means.double(), self.factors.double() * precision[:, :, None], precision


class _Asked(nn.Module):
    """A density that is shown pictures."""

    def __init__(self, mixture: FactorMixture) -> None:
        super().__init__()
        self.density = mixture.prepared()


class PictureBits(_Asked):
    """Pictures (N, C, H, W), -1 to 1, to bits per dimension of steps of 1/255, (N,): the density times the step."""

    def forward(self, pictures: Tensor) -> Tensor:
        rows = pictures.flatten(1)
        joint, _ = self.density.joint(rows)
        bits: Tensor = (LOG_STEP - torch.logsumexp(joint, 1) / rows.shape[1]) / math.log(2.0)
        return bits.float()


class PixelSurprise(_Asked):
    """Pictures to the bits of each pixel when all others are known, (N, 1, H, W), its channels added."""

    def forward(self, pictures: Tensor) -> Tensor:
        bits = (self.density.costs(pictures.flatten(1)) + LOG_STEP) / math.log(2.0)
        return bits.view_as(pictures).sum(1, keepdim=True).float()


class Responsibilities(_Asked):
    """Pictures to how probable each component is, (N, K)."""

    def forward(self, pictures: Tensor) -> Tensor:
        joint, _ = self.density.joint(pictures.flatten(1))
        return torch.softmax(joint, 1).float()


class LatentMean(_Asked):
    """Pictures to the mean of z under a single component, (N, q)."""

    def forward(self, pictures: Tensor) -> Tensor:
        _, latents = self.density.joint(pictures.flatten(1))
        return latents[:, 0].float()


class ComponentPainter(nn.Module):
    """z (N, q), and the number of a component (N,) where there are several, to pictures without their noise.

    Parameters
    ----------
    mixture : FactorMixture
    channels, size : int
        Of the pictures.
    """

    means: Tensor
    factors: Tensor

    def __init__(self, mixture: FactorMixture, channels: int, size: int) -> None:
        super().__init__()
        self._shape = (channels, size, size)
        self.register_buffer("means", mixture.means.detach())
        self.register_buffer("factors", mixture.factors.detach())

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        if label is None:
            values = self.means[0] + z @ self.factors[0].T
        else:
            values = self.means[label] + (self.factors[label] @ z[:, :, None]).squeeze(2)
        return values.view(-1, *self._shape)
