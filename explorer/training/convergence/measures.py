"""What a learner is asked once it has learned, each answered by one figure: the higher, the better."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.rendering.latents import classes_in_turn, sample
from explorer.training.families.autoencoders.denoising_autoencoder import DenoisingAutoencoder, psnr, spoilt
from explorer.training.families.autoencoders.sparse_autoencoder import SparseAutoencoder, active_share
from explorer.training.families.conditional.guided_vae import GuidedVAE
from explorer.training.families.conditional.infogan import InfoGAN
from explorer.training.families.densities.diffusion import Diffusion, noised
from explorer.training.families.densities.pixelcnn import PixelCNN
from explorer.training.families.readers.pupils import PupilLearner
from explorer.training.learning.attribute_columns import facts_of
from explorer.training.learning.family import Learner
from explorer.training.learning.variational import Variational
from explorer.training.networks.raster_exports import nearest_levels
from explorer.training.quality.distances import classes_near, precision, recall
from explorer.training.quality.markov import MarkovModel
from explorer.training.quality.measuring import drawn, tensors
from explorer.training.quality.picture_features import PictureFeatures, Points
from explorer.training.runs.samples import to_uint8
from explorer.training.sources import PictureSet

_COUNT = 1000
_AT_ONCE = 100


@dataclass(frozen=True, eq=False)
class MeasureData:
    """What the questions are asked with: pictures that were learned from, and others that were not."""

    learned: PictureSet
    held_out: PictureSet

    @cached_property
    def features(self) -> PictureFeatures:
        """By what pictures are compared."""
        channels, size = self.learned.pictures.shape[3], self.learned.pictures.shape[1]
        return PictureFeatures.random(channels, size, in_cells=True)

    @classmethod
    def of(cls, found: PictureSet, hold_out: float) -> MeasureData:
        """At most 5000 of the pictures that a run learns from, and 1000 of those it holds out."""
        away = found.held_out(hold_out)
        return cls(found.subset(np.flatnonzero(~away)[: 5 * _COUNT]), found.subset(np.flatnonzero(away)[:_COUNT]))


Question = Callable[[Learner, MeasureData], float]


def samples_pass_for_real(learner: Learner, material: MeasureData) -> float:
    """Precision of samples, 0 to 1: the share that lies where held-out pictures do. Noise and blots do not."""
    return precision(*_seen(learner, material))


def samples_are_varied(learner: Learner, material: MeasureData) -> float:
    """Recall of samples, 0 to 1: the share of held-out pictures that lie where samples do; 0 for a single one."""
    return recall(*_seen(learner, material))


def _seen(learner: Learner, material: MeasureData) -> tuple[Points, Points]:
    """Held-out pictures and as many samples, the classes in turn."""
    real = material.features.see(material.held_out.pictures)
    many = len(learner.classes)
    asked = classes_in_turn(len(real), many, learner.class_shares) if many else None
    return real, material.features.see(drawn(learner, len(real), asked))


def samples_show_their_class(learner: Learner, material: MeasureData) -> float:
    """Share of samples that real pictures of the class asked for are nearest to, 0 to 1."""
    assert material.learned.labels is not None
    known = np.flatnonzero(material.learned.labels >= 0)
    learned = material.learned.subset(known)
    eyes = material.features
    asked = np.arange(_COUNT) % len(learner.task.classes)
    assert learned.labels is not None
    found = classes_near(eyes.see(learned.pictures), learned.labels, eyes.see(drawn(learner, _COUNT, asked)))
    return float((found == asked).mean())


def codes_are_recovered(learner: Learner, material: MeasureData) -> float:
    """How well the codes of samples can be read off their pictures, 0 to 1, on average over the codes; 0 is chance.

    Of kinds, how far the share of right ones is beyond chance; of numbers, the squared correlation.
    """
    assert isinstance(learner, InfoGAN)
    z = learner.sample(_COUNT)
    with torch.no_grad():
        found = learner.reading(learner.pictures(z))
    figures = []
    for one in learner.space.dimensions:
        if one.choices:
            right = float((found[:, one.place].argmax(1) == z[:, one.place].argmax(1)).float().mean())
            figures.append((right - 1.0 / one.size) / (1.0 - 1.0 / one.size))
        else:
            figures.append(float(torch.corrcoef(torch.stack([found[:, one.start], z[:, one.start]]))[0, 1] ** 2))
    return float(np.mean(figures))


def samples_show_what_was_asked(learner: Learner, material: MeasureData) -> float:
    """Share of samples that real pictures of the class are nearest to that their latent asks for by a named choice.

    A tenth of ten classes where pictures and factors do not belong together.
    """
    assert material.learned.labels is not None
    (asked,) = (one for one in learner.dimensions if one.choices)
    z = np.stack([sample(seed, learner.latent_size, learner.prior) for seed in range(_COUNT)])
    made = learner.pictures(torch.from_numpy(z))
    assert made is not None
    classes = [material.learned.classes[label] for label in material.learned.labels]
    places = np.array([asked.choices.index(name) for name in classes])
    eyes = material.features
    found = classes_near(eyes.see(material.learned.pictures), places, eyes.see(to_uint8(made)))
    return float((found == [asked.chosen(each) for each in z]).mean())


def evidence_of_held_out_pictures(learner: Learner, material: MeasureData) -> float:
    """Share of the nats of held-out pictures that an autoencoder saves, against painting their mean each time.

    Its nats are the negative evidence lower bound, squared error / 2 noise^2 + KL; 1 would be none at all.
    """
    assert isinstance(learner, Variational)
    real, labels = tensors(material.held_out)
    spent = learner.nats(real, labels).mean()
    plain = _nats(real.mean(0, keepdim=True), real, learner.settings.noise)
    return float(1.0 - spent / plain)


def bits_saved_against_a_gaussian(learner: Learner, material: MeasureData) -> float:
    """How many bits per dimension held-out pictures cost less than by the normal distribution of those learned from."""
    real, labels = tensors(material.held_out)
    spent = learner.bits_per_dimension(real, labels)
    assert spent is not None
    return _gaussian_bits(tensors(material.learned)[0], real) - float(spent.mean())


def latents_spread_as_the_prior(learner: Learner, material: MeasureData) -> float:
    """How near the mean square of the latents of held-out pictures is to 1, 0 to 1: the smaller over the larger.

    It is 1 where likelihoods are learned by the right determinant: one that counts c times over brings it to c.
    """
    real, _ = tensors(material.held_out)
    with torch.no_grad():
        found = float(learner.exports()["encoder"].module(real).square().mean())
    return min(found, 1.0 / found) if found > 0 else 0.0


def _gaussian_bits(learned: Tensor, real: Tensor) -> float:
    """Bits per dimension of pictures of bytes (N, C, H, W), -1 to 1, by the mean and covariance of others."""
    seen, asked = (pictures.flatten(1).double() * 127.5 for pictures in (learned, real))
    apart = seen - seen.mean(0)
    ridge = torch.eye(seen.shape[1], dtype=torch.float64) / 12.0  # what spreading a byte over its step adds
    factor = torch.linalg.cholesky(apart.T @ apart / len(seen) + ridge)
    shares = torch.rand(asked.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 0.5
    normal = torch.distributions.MultivariateNormal(seen.mean(0), scale_tril=factor)
    spent: Tensor = -normal.log_prob(asked + shares)  # type: ignore[no-untyped-call]
    return float(spent.mean() / (seen.shape[1] * math.log(2.0)))


def bits_saved_on_held_out_pictures(learner: Learner, material: MeasureData) -> float:
    """How many bits per dimension fewer a likelihood spends on held-out pictures than noise around their mean does.

    That noise is normal and alike for all values, and costs 1/2 log2(2 pi e s^2) with its variance s^2.
    """
    real, labels = tensors(material.held_out)
    parts = [slice(start, start + _AT_ONCE) for start in range(0, len(real), _AT_ONCE)]
    each = [learner.bits_per_dimension(real[part], None if labels is None else labels[part]) for part in parts]
    spent = torch.cat([bits for bits in each if bits is not None]).mean()
    variance = (real - real.mean(0)).square().mean()
    plain = 0.5 * (2.0 * np.pi * np.e * variance).log2() + np.log2(127.5)
    return float(plain - spent)


def held_out_pictures_come_back(learner: Learner, material: MeasureData) -> float:
    """Share of the variance of held-out pictures that their reconstructions explain; 1 is perfect."""
    real, _ = tensors(material.held_out)
    again = learner.reconstructions(real)
    assert again is not None
    off, spread = (again - real).square().mean(), (real - real.mean(0)).square().mean()
    return float(1.0 - off / spread)


def copies_are_sharp(learner: Learner, material: MeasureData) -> float:
    """How near reconstructions of held-out pictures come to their sharpness, 0 to 1: softer and noisier ones do not.

    Sharpness is the mean square of the steps between neighbouring values: of two copies that are as far off, the
    blurred one has less of it.
    """
    real, _ = tensors(material.held_out)
    again = learner.reconstructions(real)
    assert again is not None
    ratio = float(_steepness(again) / _steepness(real))
    return min(ratio, 1.0 / ratio) if ratio > 0 else 0.0


def noise_is_taken_off(learner: Learner, material: MeasureData) -> float:
    """Share of v that a diffusion tells rightly of held-out pictures, over all strengths of noise; 1 is all."""
    assert isinstance(learner, Diffusion)
    real, labels = tensors(material.held_out)
    rng = torch.Generator().manual_seed(0)
    noise, times = torch.randn(real.shape, generator=rng), torch.linspace(0.02, 0.98, len(real))
    _, wanted = noised(real, noise, times)
    shares = 1.0 - learner.errors(real, times, noise, labels) / wanted.square().mean((1, 2, 3))
    return float(shares.mean())


def _steepness(pictures: Tensor) -> Tensor:
    return pictures.diff(dim=2).square().mean() + pictures.diff(dim=3).square().mean()


def fitted_samples_pass_for_real(learner: Learner, material: MeasureData) -> float:
    """Precision, 0 to 1, of samples of the Gaussian that is fitted to the codes of an autoencoder."""
    real = material.features.see(material.held_out.pictures)
    pair = learner.raw_and_fitted(torch.randn((len(real), learner.latent_size), generator=_seeded()))
    assert pair is not None
    return precision(real, material.features.see(to_uint8(pair[1])))


def noise_is_removed(learner: Learner, material: MeasureData) -> float:
    """By how many times the squared error of held-out pictures is less once their noise is taken off; 1 is no gain."""
    assert isinstance(learner, DenoisingAutoencoder)
    real, _ = tensors(material.held_out)
    noisy = spoilt(real, learner.settings.corruption, learner.settings.noise, _seeded())
    gain = psnr(learner.reconstructions(noisy), real) - psnr(noisy.clamp(-1.0, 1.0), real)
    return float(10.0 ** (gain / 10.0))


def codes_are_sparse(learner: Learner, material: MeasureData) -> float:
    """Share of the numbers in codes of held-out pictures that take no part, 0 to 1."""
    real, _ = tensors(material.held_out)
    assert isinstance(learner, SparseAutoencoder)
    with torch.no_grad():
        return 1.0 - float(active_share(learner.average["encoder"](real)))


def _seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def attributes_are_told(learner: Learner, material: MeasureData) -> float:
    """Mean over the yes/no attributes of the share of held-out pictures told rightly, yes and no counting alike."""
    real, _ = tensors(material.held_out)
    with torch.no_grad():
        said = learner.exports()["classifier"].module(real).numpy() > 0.5
    return _told_rightly(said, [attribute.name for attribute in learner.told()], material.held_out)


def latents_tell_attributes(learner: Learner, material: MeasureData) -> float:
    """The same, as a guided autoencoder's straight layer reads it off the latents of held-out pictures."""
    assert isinstance(learner, GuidedVAE)
    real, labels = tensors(material.held_out)
    with torch.no_grad():
        mean, _ = learner.encoded(learner.average, real, labels)
        said = learner.average["reader"](mean).numpy() > 0.0
    return _told_rightly(said, [learner.task.columns[index].name for index in learner.able], material.held_out)


def pupils_are_found(learner: Learner, material: MeasureData) -> float:
    """Share of held-out pictures, pasted over others, whose pupils are found within a quarter of their distance."""
    assert isinstance(learner, PupilLearner)
    real, _ = tensors(material.held_out)
    pasted = learner.pasting.of(real, torch.Generator().manual_seed(0))
    with torch.no_grad():
        found = learner.exports()["classifier"].module(pasted.pictures)[:, :4].view(-1, 2, 2)
    apart = (pasted.pupils[:, 1] - pasted.pupils[:, 0]).norm(dim=1)
    worst = (found - pasted.pupils).norm(dim=2).amax(1) / apart
    return float((worst[pasted.has_face] < 0.25).float().mean())


def held_out_values_are_foreseen(learner: Learner, material: MeasureData) -> float:
    """Share of the bits of held-out pictures that are saved against knowing only the values left and above, to 1.

    Against that model, counted in the pictures that were learned from, textures save nothing: only shapes do.
    """
    assert isinstance(learner, PixelCNN)
    levels = learner.config.levels
    (seen, _), (real, labels) = tensors(material.learned), tensors(material.held_out)
    plain = MarkovModel(nearest_levels(seen, levels).numpy(), levels).bits(nearest_levels(real, levels).numpy())
    return 1.0 - float(learner.bits_per_dimension(real, labels).mean()) / float(plain.mean())


def _told_rightly(said: NDArray[np.bool_], names: list[str], found: PictureSet) -> float:
    """How well (N, A) answers fit what is known of N pictures; attributes that are no yes/no are left out."""
    facts, right = facts_of(found), []
    for at, name in enumerate(names):
        truth = facts.column(name)
        if {0.0, 1.0} == set(truth[np.isfinite(truth)].tolist()):
            right.append((said[truth == 1, at].mean() + (~said[truth == 0, at]).mean()) / 2)
    return float(np.mean(right))


def _nats(again: Tensor, real: Tensor, noise: float) -> Tensor:
    return (again - real).square().sum((1, 2, 3)).mean() / (2.0 * noise**2)
