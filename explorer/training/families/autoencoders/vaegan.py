"""VAE/GAN (Larsen et al., 2016): a VAE that compares pictures as its critic sees them, and a GAN that can be entered.

Encoder E, generator G and critic D learn together. With q(z|x) = N(mu(x), diag(sigma(x)^2)), pictures again
x' = G(mu + sigma eps), samples G(z), and the critic's layers D_l:

    critic      1/2 L(x, G(z)) + 1/2 L(x, x')  + R1         told both kinds from real pictures (eq. 8 of the paper)
    G and E     L(G(z), x) + L(x', x)                       both kinds should pass for real
                + f mean_l |D_l(x') - D_l(x)|^2 / |D_l(x)|^2    the learned similarity (eq. 6 and 7)
                + p |x' - x|                                mean absolute error of pixels
                + k KL(q(z|x) | N(0, I)) / d                encoded pictures lie where samples are drawn (eq. 5)
                + l |mu(G(z)) - z|^2 / d                    the encoder finds latents of samples again

L is this program's way for critics to compete (see `gans.dcgan`), relativistic pairing: a picture
again is paired with the very picture that it is of, and both are altered alike before the critic sees them, so that
its layers can be compared in the same pass. Of the last term G learns nothing. Unlike in the paper pixels count as
well, without which colours drift, and the encoder is told too what passes for real.

KL terms that leave copies sharp leave encoded pictures far from N(0, I), and samples of that would lie where nothing
was ever encoded: patched faces. So samples are drawn from N(m, C), with the mean and covariance that latents of
pictures have, q(z), while training goes on; what is exported is whitened, so that this is N(0, I) to whoever uses it.

Networks are those of `dcgan` and of the encoder of `inversion`, so that weights of such a model can be gone on with.
The step size falls to nothing over the second half.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import MESCHEDER, duel, r1_terms
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.losses import scores_of
from explorer.training.learning.paces import late_pace
from explorer.training.learning.variational import kl_to_prior
from explorer.training.learning.whitening import Moments, unwhitening, whitening
from explorer.training.networks.convolutional import ConvolutionalCritic, ConvolutionalEncoder, ConvolutionalGenerator

_FIRST_SPREAD = -4.0  # log-variance of the first latents: little, so that a trained encoder is not drowned in noise


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a VAE/GAN run."""

    loss: str = choice("relativistic", ("relativistic", "non-saturating"), "How critic and generator compete.")
    learning_rate: float = knob(3e-4, 1e-6, 1e-2, "Step size of Adam, for all networks; falls to 0 at the end.")
    beta1: float = knob(0.0, 0.0, 0.99, "Momentum of Adam.")
    r1_gamma: float = knob(1.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(8, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")
    augment: bool = switch(True, "Alter what the critic sees, which keeps small sets from being memorised.")
    truncated: float = knob(0.0, 0.0, 1.0, "Share of the samples' latents that are drawn nearer to the mean.")
    feature_weight: float = knob(2.0, 0.0, 1000.0, "How much it matters that the critic sees the same in a copy.")
    picture_weight: float = knob(6.0, 0.0, 1000.0, "How much it matters that a copy has the same pixels.")
    prior_weight: float = knob(0.5, 0.0, 100.0, "Weight of the KL term, by latent dimension.")
    latent_weight: float = knob(0.25, 0.0, 100.0, "How much it matters to find a sample's latent.")
    ema_half_life: int = knob(20_000, 1, 1_000_000, "How slowly the averaged networks follow.", " pictures")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class GaussianEncoder(nn.Module):
    """Picture (N, C, H, W), -1 to 1, to mean and log-variance of its latent, (N, d) each."""

    def __init__(self, latent_size: int, size: int, channels: int, width: float) -> None:
        super().__init__()
        self.mean = ConvolutionalEncoder(latent_size, size, channels, width)
        last = self.mean.stages[-1]
        assert isinstance(last, nn.Linear)
        self.log_variance = nn.Linear(last.in_features, latent_size)
        nn.init.zeros_(self.log_variance.weight)
        nn.init.constant_(self.log_variance.bias, _FIRST_SPREAD)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.mean.stages[:-1](pictures)
        return self.mean.stages[-1](seen), self.log_variance(seen).clamp(-12.0, 4.0)


class LearnedSimilarity(nn.Module):
    """Pictures (N, C, H, W) to the critic's score, (N,), and what its layers see, (N, C, H, W) each."""

    def __init__(self, critic: ConvolutionalCritic) -> None:
        super().__init__()
        self.critic = critic

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        layers = self.critic.layers(pictures)
        return self.critic.judge(layers[-1].flatten(1)).squeeze(1), *layers


class VAEGAN(Adversaries):
    """Trains encoder, generator and critic together."""

    config: Config
    betas = (0.0, 0.99)

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(config, task, seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            encoder = GaussianEncoder(self.latent_size, task.size, task.channels, config.width)
        self.encoder = placed(encoder, task.device)
        self.average_encoder = frozen_copy(self.encoder)
        assert isinstance(self.critic, ConvolutionalCritic)
        self.similarity = LearnedSimilarity(self.critic)
        self.fixed = [self.similarity]
        self.moments = Moments(self.latent_size).to(task.device)
        self.networks |= {"encoder": self.encoder, "average encoder": self.average_encoder, "moments": self.moments}
        self.optimizers["generator"] = self.optimizer([*self.generator.parameters(), *self.encoder.parameters()])

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self.set_rate(self.config.learning_rate * late_pace(self.done_steps, self.task.steps))
        real, count = batch.pictures, len(batch.pictures)
        with in_bf16(self.task.device, processors=self.halves):
            mean, log_variance = (told.float() for told in self.encoder(real))
        noise = torch.randn(mean.shape, generator=self.rng, device=self.rng.device)
        encoded = mean + (0.5 * log_variance).exp() * noise
        self.moments.see(encoded.detach())
        z = self.moments.mean + self.sample(count) @ self.moments.factor().T
        with in_bf16(self.task.device, processors=self.halves):
            # Both kinds in one pass, so that batch norm treats them alike.
            both = self.generator(torch.cat([z, encoded])).to(real.dtype)
        made, again = both.chunk(2)
        losses = self._teach_critic(real, made.detach(), again.detach())
        losses |= self._teach_pair(real, made, again, z, kl_to_prior(mean, log_variance).mean())
        for average, network in ((self.average, self.generator), (self.average_encoder, self.encoder)):
            self.follow(average, network, count, self.config.ema_half_life)
        losses["spread"] = (0.5 * log_variance).exp().mean()
        return {name: value.detach() for name, value in losses.items()}

    def _teach_critic(self, real: Tensor, made: Tensor, again: Tensor) -> dict[str, Tensor]:
        with in_bf16(self.task.device, processors=self.halves):
            seen, seen_again = self._altered_alike(real, again)
            scores = self.critic(torch.cat([seen, self.seen(made), seen_again])).float()
            on_real, on_made, on_again = scores.chunk(3)
            loss = (self.critic_loss(on_real, on_made) + self.critic_loss(on_real, on_again)) / 2
        penalties = self.penalties(real, made, self.critic)
        self.descend("critic", sum(penalties.values(), loss))
        told = {"D(x)": on_real.mean(), "D(G(z))": on_made.mean(), "D(x')": on_again.mean()}
        return {"critic": loss, **told, **penalties}

    def _teach_pair(self, real: Tensor, made: Tensor, again: Tensor, z: Tensor, kl: Tensor) -> dict[str, Tensor]:
        self.critic.requires_grad_(False)
        config, count = self.config, len(real)
        with in_bf16(self.task.device, processors=self.halves):
            seen, seen_again = self._altered_alike(real, again)
            with torch.no_grad():
                on_real, *wanted = self.similarity(seen)
            scores, *layers = self.similarity(torch.cat([self.seen(made), seen_again]))
            on_made, on_again = scores.float().chunk(2)
            found = self._found_again(made.detach())
        passing = [self.generator_loss(on, on_real.float) for on in (on_made, on_again)]
        parts = {
            "features": _unlike([layer[count:] for layer in layers], wanted),
            "picture": (again - real).abs().mean(),
            "KL": kl,
            "latent": (found - z).square().mean(),
        }
        weights = (config.feature_weight, config.picture_weight, config.prior_weight, config.latent_weight)
        loss = sum((w * part for w, part in zip(weights, parts.values(), strict=True)), passing[0] + passing[1])
        self.descend("generator", loss)
        self.critic.requires_grad_(True)
        return {"generator": passing[0], **parts}

    def _altered_alike(self, real: Tensor, again: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures and their copies, as the critic gets to see them: each copy altered just as its picture."""
        state = self.rng.get_state()
        seen = self.seen(real)
        self.rng.set_state(state)
        return seen, self.seen(again)

    def _found_again(self, made: Tensor) -> Tensor:
        """The encoder's latents of samples, (N, d); batch norm keeps to what it knows of real pictures."""
        self.encoder.eval()
        found: Tensor = self.encoder(made)[0].float()
        self.encoder.train()
        return found

    def finished(self) -> tuple[ConvolutionalEncoder, ConvolutionalGenerator]:
        """Averaged encoder and generator for whitened latents, which spread as the prior does."""
        encoder, generator = copy(self.average_encoder.mean), copy(cast(ConvolutionalGenerator, self.average))
        encoder._modules, generator._modules = dict(encoder._modules), dict(generator._modules)
        *stages, last = encoder.stages
        encoder.stages = nn.Sequential(*stages, whitening(cast(nn.Linear, last), self.moments))
        generator.dense = unwhitening(generator.dense, self.moments)
        return encoder.eval(), generator.eval()

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.made(self.finished()[1], z, labels)

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor:
        encoder, generator = self.finished()
        again: Tensor = generator(encoder(pictures))
        return again

    def exports(self) -> dict[str, NetworkExport]:
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        encoder, generator = self.finished()
        found = super().exports()
        return found | {
            "generator": NetworkExport(generator, found["generator"].inputs, "picture"),
            "encoder": NetworkExport(encoder, {"picture": pictures}, "z"),
        }

    def origins(self) -> dict[str, nn.Module]:
        return {"generator": self.average, "critic": self.critic, "encoder": self.average_encoder.mean}


def _objectives(config: Config) -> tuple[Objective, Objective]:
    told = (
        FormulaTerm(
            "features",
            r"+ f\,\mathbb{E}\lVert D_l(x')-D_l(x)\rVert^2",
            "The critic's layers should see the same in a copy as in its picture.",
            (("f", "feature_weight"),),
        ),
        FormulaTerm(
            "picture",
            r"+ p\,\mathbb{E}\lVert x'-x\rVert_1",
            "Pixels count as well, or colours would drift.",
            (("p", "picture_weight"),),
        ),
        FormulaTerm(
            "KL",
            r"+ k\,\mathrm{KL}(q(z\mid x)\,\Vert\,\mathcal{N}(0, I))",
            "Encoded pictures should lie where samples are drawn.",
            (("k", "prior_weight"),),
        ),
        FormulaTerm(
            "latent",
            r"+ l\,\mathbb{E}\lVert \mu(G(z))-z\rVert^2",
            "The encoder should find the latents of samples again.",
            (("l", "latent_weight"),),
        ),
    )
    return duel(config.loss, r1_terms(config), told)


def _unlike(found: list[Tensor], wanted: list[Tensor]) -> Tensor:
    """Squared distance of what layers see, as a share of its squared length; the mean over the layers."""
    pairs = [(a.float(), b.float()) for a, b in zip(found, wanted, strict=True)]
    return torch.stack([(a - b).square().mean() / b.square().mean() for a, b in pairs]).mean()


FAMILY = Family(
    "vaegan",
    "VAE/GAN",
    "A GAN with an encoder that learns beside it: sharp samples, and your pictures come back nearly as sharp.",
    Config,
    VAEGAN,
    scores=scores_of,
    explained=FamilyExplanation(
        objectives=_objectives,
        healthy=(
            "The scores of samples and of copies stay near each other; neither falls away for good.",
            "Features and picture fall quickly, then slowly; those of held-out pictures are nearly as good.",
            "KL stays above 0, or else the code says nothing; the spread of latents stays well below 1.",
        ),
        papers=(
            Paper(
                "Larsen, Sønderby, Larochelle & Winther",
                2016,
                "Autoencoding beyond pixels using a learned similarity metric",
                "https://arxiv.org/abs/1512.09300",
            ),
            MESCHEDER,
        ),
    ),
    group="VAEs",
    good_at="sharp copies, and samples",
)
