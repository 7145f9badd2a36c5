"""How mixtures of Gaussians learn: no gradient and no optimiser, but expectation and maximisation, a batch at a time.

A few steps of k-means (Sculley, 2010, from centres that are drawn far apart as in k-means++; Arthur & Vassilvitskii,
2007) find where the components begin. Then each step asks how far each component is responsible for each picture, and
what its factors were (E), mixes the sums of that into those of earlier batches, and takes the parameters that these
make likeliest (M; Ghahramani & Hinton, 1996). With a share of (t + 1)^-0.6 for the t-th batch this converges as EM on
all data does (online EM; Cappé & Moulines, 2009, eq. 4).

Where the noise is small, the length of factors would be found very slowly, so z may have any mean and covariance in the
M step, and is then counted anew so that these are 0 and I (PX-EM; Liu, Rubin & Wu, 1998).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.core.models.attribute import Attribute
from explorer.core.rendering.dimensions import named
from explorer.training.learning.family import Batch, Learner, Measure, NetworkExport, TrainingTask
from explorer.training.learning.knobs import knob, switch
from explorer.training.networks.factor_mixture import (
    LOG_STEP,
    ComponentPainter,
    FactorMixture,
    LatentMean,
    PictureBits,
    PixelSurprise,
    Responsibilities,
)

_FORGETTING = 0.6
_FIRST_FACTORS = 0.3  # standard deviations of the noise: small enough to be turned, large enough to be felt
_EMPTY = 0.05  # share of an even share below which a component is put where it is of use
_LEAST = 1e-8
_FIRM = 1e-6  # of variances of 1: what keeps a matrix from being singular


@dataclass(frozen=True)
class MixtureSettings:
    """The knobs of every mixture."""

    batch_size: int = knob(500, 2, 10_000, "Pictures in one step; many more than there are components.")
    mirror: bool = switch(False, "Flip half of the pictures left to right; doubles a set without writing in it.")
    components: int = knob(30, 1, 1000, "Gaussians in the mixture; each becomes a class of the model.")
    factors: int = knob(8, 1, 256, "Ways in which each of them varies: the dimensions of the latent.")
    seeding: int = knob(20, 1, 10_000, "Steps of k-means before EM, which find where components begin.")
    least_noise: float = knob(1.0, 0.1, 64.0, "Least standard deviation of the noise, in steps of 1/255.")


class MixtureSums(nn.Module):
    """What EM remembers of all batches, per picture: r, r x^2, r (z 1)' x and r (z 1)' (z 1), for each component."""

    counts: Tensor
    squares: Tensor
    products: Tensor
    latents: Tensor

    def __init__(self, components: int, factors: int, values: int) -> None:
        super().__init__()
        wide = factors + 1
        for name, shape in (
            ("counts", (components,)),
            ("squares", (components, values)),
            ("products", (components, wide, values)),
            ("latents", (components, wide, wide)),
        ):
            self.register_buffer(name, torch.zeros(shape, dtype=torch.float64))

    def mix(self, share: float, counts: Tensor, squares: Tensor, products: Tensor, latents: Tensor) -> None:
        """Let the sums of a new batch count by ``share``, 0 to 1."""
        for own, new in zip(self.buffers(), (counts, squares, products, latents), strict=True):
            own.lerp_(new, share)

    def standardise(self) -> None:
        """Count latents anew so that those of each component have the mean 0 and the covariance I."""
        count = self.counts.clamp_min(_LEAST)[:, None]
        size = self.latents.shape[1] - 1
        identity = torch.eye(size).to(count)
        mean = self.latents[:, :-1, -1] / count
        covariance = self.latents[:, :-1, :-1] / count[:, :, None] - mean[:, :, None] * mean[:, None]
        is_known = (self.counts * len(self.counts) > _EMPTY)[:, None]  # of a few pictures hardly anything is known
        covariance = torch.where(is_known[:, :, None], covariance + _FIRM * identity, identity)
        mean = torch.where(is_known, mean, 0.0)
        back = torch.linalg.solve_triangular(torch.linalg.cholesky(covariance), identity, upper=False)
        turn = torch.zeros_like(self.latents)
        turn[:, :-1, :-1], turn[:, :-1, -1], turn[:, -1, -1] = back, -(back @ mean[:, :, None]).squeeze(2), 1.0
        self.products.copy_(turn @ self.products)
        self.latents.copy_(turn @ self.latents @ turn.transpose(1, 2))

    def move(self, component: int, other: int, step: Tensor) -> None:
        """Let an empty component have half of the pictures of an ``other`` one, each moved by ``step`` (D,)."""
        for own in self.buffers():
            own[other] *= 0.5
            own[component] = own[other]
        before, count = self.products[component, -1].clone(), self.counts[component]
        self.squares[component] += 2.0 * step * before + count * step * step
        self.products[component] += self.latents[component, :, -1:] * step


class Mixture(Learner):
    """Fits a mixture by online EM.

    Parameters
    ----------
    settings : MixtureSettings
    by_value : bool
        Whether each value of a picture has a noise of its own.
    """

    def __init__(self, settings: MixtureSettings, task: TrainingTask, seed: int, *, by_value: bool) -> None:
        super().__init__(task, seed)
        self.settings, self.latent_size = settings, settings.factors
        form = settings.components, settings.factors, task.channels * task.size**2
        self.mixture = FactorMixture(*form, by_value=by_value).to(task.device)
        self.sums = MixtureSums(*form).to(task.device)
        self.networks = {"mixture": self.mixture, "sums": self.sums}
        self.classes = tuple(f"component {number + 1}" for number in range(form[0])) if form[0] > 1 else ()
        self.dimensions = named([f"factor {number + 1}" for number in range(form[1])])
        self._least = (settings.least_noise / 127.5) ** 2

    @property
    def class_shares(self) -> tuple[float, ...]:
        """How common each component is, the most common first."""
        return tuple(self.mixture.finished().shares.tolist()) if self.classes else ()

    @torch.no_grad()
    def step(self, batch: Batch) -> dict[str, Tensor]:
        rows, seeding = batch.pictures.flatten(1).double(), self.settings.seeding
        if self.done_steps == 0:
            self._begin(rows)
        joint, latents = (found := self.mixture(rows))[:, :, 0], found[:, :, 1:]
        if self.done_steps < seeding:
            self._cluster(rows)
        else:
            self._improve(rows, torch.softmax(joint, 1), latents, self.done_steps - seeding)
        shares = self.mixture.shares
        return {
            "bits per dimension": (LOG_STEP - torch.logsumexp(joint, 1).mean() / rows.shape[1]) / math.log(2.0),
            "components in use": torch.special.entr(shares).sum().exp(),
            "noise": self.mixture.noise.mean().sqrt() * 127.5,
        }

    def _begin(self, rows: Tensor) -> None:
        """Centres far apart among the first pictures: each drawn by its squared distance from those before."""
        count = self.settings.components
        noise = rows.var(0).mean().clamp_min(self._least)
        first = torch.randint(len(rows), (1,), generator=self.rng, device=self.rng.device)
        chosen = [rows[first[0]]]
        away = (rows - chosen[0]).square().sum(1)
        for _ in range(count - 1):
            nearby = 0.01 * noise.sqrt() * self._normal(rows.shape[1])  # so that copies of one picture part
            chosen.append(rows[self._drawn(away)] + nearby)
            away = torch.minimum(away, (rows - chosen[-1]).square().sum(1))
        self.mixture.means.copy_(torch.stack(chosen))
        self.mixture.noise.fill_(noise)

    def _drawn(self, weights: Tensor) -> int:
        return int(torch.multinomial(weights.clamp_min(_LEAST), 1, generator=self.rng))

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.rng, device=self.rng.device, dtype=torch.float64)

    def _cluster(self, rows: Tensor) -> None:
        """A step of k-means: a mixture without factors, each picture being its nearest centre's alone."""
        means = self.mixture.means.double()
        away = rows.square().sum(1, keepdim=True) - 2.0 * rows @ means.T + means.square().sum(1)
        near = nn.functional.one_hot(away.argmin(1), len(means)).double()
        nothing = rows.new_zeros(len(rows), len(means), self.latent_size)
        share = (self.done_steps + 1.0) ** -_FORGETTING
        self.sums.mix(share, *_sums(rows, near, nothing, torch.eye(self.latent_size).to(rows)))
        self._maximise()
        for empty in self._empty():
            lone = self._drawn(away.amin(1))
            self.mixture.means[empty] = rows[lone].float()
            away[lone] = 0.0
        if self.done_steps == self.settings.seeding - 1:
            first = _FIRST_FACTORS * self.mixture.noise.double().mean(1).sqrt()
            drawn = self._normal(*self.mixture.factors.shape) * first[:, None, None]
            self.mixture.factors.copy_(drawn)

    def _improve(self, rows: Tensor, chances: Tensor, latents: Tensor, done: int) -> None:
        """A step of EM; the first forgets what k-means remembered."""
        spread = self.mixture.prepared().inner.double()
        self.sums.mix((done + 1.0) ** -_FORGETTING, *_sums(rows, chances, latents, spread))
        self._maximise()
        if 2 * self.done_steps < self.task.steps:
            for empty in self._empty()[:1]:
                most = int(self.sums.counts.argmax())
                self.sums.move(empty, most, self.mixture.factors[most, :, 0].double())
                self._maximise()

    def _empty(self) -> list[int]:
        """Components that hardly a picture belongs to."""
        few = self.sums.counts * self.settings.components < _EMPTY
        return [int(number) for number in few.nonzero().flatten()] if len(self.classes) > 1 else []

    def _maximise(self) -> None:
        """The parameters that the remembered sums make likeliest, if z may have any mean and covariance."""
        self.sums.standardise()
        sums, count = self.sums, self.sums.counts.clamp_min(_LEAST)
        latents, products = sums.latents / count[:, None, None], sums.products / count[:, None, None]
        firm = latents + _FIRM * torch.eye(latents.shape[1]).to(latents)
        weights = torch.linalg.solve(firm, products)  # (W mu)', (K, q + 1, D)
        noise = sums.squares / count[:, None] - (weights * products).sum(1)
        if self.mixture.noise.shape[1] == 1:
            noise = noise.mean(1, keepdim=True)
        self.mixture.shares.copy_(count / count.sum())
        self.mixture.means.copy_(weights[:, -1])
        self.mixture.factors.copy_(weights[:, :-1].transpose(1, 2))
        self.mixture.noise.copy_(noise.clamp_min(self._least))

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        several = bool(self.classes)
        if several and labels is None:
            labels = torch.zeros(len(z), dtype=torch.int64, device=z.device)
        made: Tensor = self._painter()(z, labels.clamp_min(0) if several and labels is not None else None)
        return made

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor:
        """By the component that is most responsible."""
        mixture = self.mixture.finished()
        joint, latents = mixture.prepared().joint(pictures.flatten(1))
        best = joint.argmax(1)
        z = latents[torch.arange(len(best), device=best.device), best].float()
        again: Tensor = ComponentPainter(mixture, self.task.channels, self.task.size)(z, best)
        return again

    @torch.no_grad()
    def bits_per_dimension(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        bits: Tensor = PictureBits(self.mixture)(pictures)
        return bits

    def told(self) -> tuple[Attribute, ...]:
        return tuple(Attribute(name) for name in self.classes)

    def origins(self) -> dict[str, nn.Module]:
        return {}  # what is exported has its components in another order

    def _painter(self) -> ComponentPainter:
        return ComponentPainter(self.mixture.finished(), self.task.channels, self.task.size)

    def exports(self) -> dict[str, NetworkExport]:
        mixture = self.mixture.finished()
        shown = {"picture": torch.zeros(2, self.task.channels, self.task.size, self.task.size)}
        inputs = {"z": torch.randn(2, self.latent_size)}
        if self.classes:
            inputs["label"] = torch.tensor([0, len(self.classes) - 1])
        found = {
            "generator": NetworkExport(self._painter().eval(), inputs, "picture"),
            "likelihood": NetworkExport(PictureBits(mixture).eval(), shown, "bits", measure=Measure()),
            "surprise": NetworkExport(PixelSurprise(mixture).eval(), shown, "surprise", measure=Measure()),
        }
        if self.classes:
            found["classifier"] = NetworkExport(Responsibilities(mixture).eval(), shown, "components")
        else:
            found["encoder"] = NetworkExport(LatentMean(mixture).eval(), shown, "z")
        return found


def _sums(rows: Tensor, chances: Tensor, latents: Tensor, spread: Tensor) -> Sequence[Tensor]:
    """The sums of one batch, per picture: ``chances`` (N, K), ``latents`` (N, K, q), their ``spread`` (K, q, q)."""
    many = len(rows)
    wide = torch.cat([latents, torch.ones_like(chances)[:, :, None]], 2)
    weighed = chances[:, :, None] * wide
    counts = chances.mean(0)
    products = (weighed.flatten(1).T @ rows).view(*wide.shape[1:], -1) / many
    pairs = torch.einsum("nki,nkj->kij", weighed, wide) / many
    pairs[:, :-1, :-1] += counts[:, None, None] * spread
    return counts, chances.T @ rows.square() / many, products, pairs
