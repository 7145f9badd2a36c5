"""Pictures from sentences (Reed et al., 2016, "Generative Adversarial Text to Image Synthesis").

The generator G paints from noise n and from the condition c(t) that a network of words makes of a sentence t. The
critic is *matching-aware* (GAN-CLS, section 4.2 of the paper): it sees a picture with its sentence, a made one with the
sentence it was made from, and a real picture with others' sentences, t', which are false of it:

    critic      E log(1 + exp(D(G(n, t), t) - D(x, t))) - m E log(exp M(x, t) / (exp M(x, t) + sum exp M(x, t')))  + R1
    generator   E log(1 + exp(D(x, t) - D(G(n, t), t)))

as relativistic pairs, where the paper has logarithms, and with all false sentences of a batch at once, where it has
one: as contrastive learning does, and the other way round as well, a sentence among pictures (Zhang et al., 2021,
"Cross-Modal Contrastive Learning for Text-to-Image Generation", section 4.1). D(x, t) = D(x) + M(x, t), of which the
second is a projection of what is seen onto c(t) (Miyato & Koyama, 2018), so that all of them cost one look at a
picture. Some conditions are halfway between those of two sentences (GAN-INT, section 4.3, beta = 0.5), so that
something can be painted between two sentences too. Three things are not of the paper:

    picture     p |G(e, t) - x| + k KL(q(e | y, t) || N(0, I))
                noise e made of those attributes y that t leaves open paints the picture itself (as a conditional VAE,
                Sohn et al., 2015): so what t says is taken from t, and all else from the noise
    said        r loss of R(G(n, t)) against what t says
                captions are written from attributes, so that a reader R, taught by real pictures, can tell whether a
                picture does as it was told (Odena et al., 2017): most of why sentences are obeyed
    words       cross-entropy of the facts read from c(t)
                teaches c, and nothing else does, in the place of the joint embedding of section 4.1 of the paper

Captions are written anew for every step, of some of what is known of a picture. A sentence that says nothing has the
condition 0, and leaves all to the noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.rendering.dimensions import Dimension
from explorer.core.text.vocabulary import NOTHING, Vocabulary, batch_of
from explorer.training.captions.writing import CaptionWriter
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.sentence_objectives import PAPERS, sentence_objectives
from explorer.training.learning.attribute_loss import AttributeLoss
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.factors import FactorSpace
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.losses import relativistic, squared_slope
from explorer.training.learning.matching_loss import false_of, matching_loss
from explorer.training.learning.paces import game_pace
from explorer.training.learning.said_loss import SaidLoss
from explorer.training.networks.factor_painter import FactorPainter, FactorReader
from explorer.training.networks.sentence_networks import SentenceCritic, SentenceEncoder, SentenceMatcher, fit

_BETAS = (0.5, 0.99)
_MORE_CAPTIONS = 1  # of each picture, for the words alone
_WORDS_FIRST, _WORDS_FIRST_TURNS = 300, 3  # steps in which words are taught more often than paint
_WORDS_PACE = 3.0  # of the words, as a multiple of the others'
_OPEN = 128  # channels between what a sentence leaves open and the noise
_GRAIN = 0.1  # noise on what the reader sees, so that it cannot be told things in patterns nobody sees
_SURE = -3.0  # logarithm of the variance of noise at first: else it tells so little that it is given up
_RARE = -4.0  # log-odds of a fact that few captions mention


@dataclass(frozen=True)
class Config:
    """Settings of a run."""

    told: str = choice(
        "",
        (),
        "Attributes to describe, separated by commas: names, such as hair for hair=black; -NAME leaves one out.",
    )
    noise: int = knob(32, 1, 512, "How many numbers of noise, for what the sentence leaves open.")
    condition: int = knob(64, 2, 512, "How many numbers a sentence is turned into.")
    batch_size: int = knob(32, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(False, "Flip half of the pictures. Not where words say left and right.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of the networks, as a multiple of the usual.")
    matching_weight: float = knob(1.0, 0.0, 100.0, "How much it matters that a picture belongs to its sentence.")
    mixed: float = knob(0.25, 0.0, 0.9, "Share of made pictures whose sentence lies halfway between two.")
    said_weight: float = knob(1.5, 0.0, 1000.0, "How much it matters that what was said can be read off the picture.")
    picture_weight: float = knob(30.0, 0.0, 1000.0, "How much the distance from the picture itself counts.")
    noise_weight: float = knob(1.5e-3, 0.0, 1.0, "How much it matters that noise with a meaning is like any noise.")
    critic_weight: float = knob(0.4, 0.0, 100.0, "How much it matters to pass for real.")
    r1_gamma: float = knob(4.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(8, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")
    learning_rate: float = knob(1e-3, 1e-6, 1e-1, "Step size of Adam, for all networks; falls over the second half.")
    ema_half_life: int = knob(5_000, 1, 1_000_000, "How slowly the averaged networks follow.", " pictures")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


@dataclass(frozen=True)
class _Told:
    """Captions of a batch: tokens (B, L), facts (B, K) and bounds (B, A)."""

    tokens: Tensor
    facts: Tensor
    low: Tensor
    high: Tensor


class TextToPortrait(Learner):
    """Trains a generator of sentences against a matching-aware critic, beside a reader of pictures."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config, self.writer = config, CaptionWriter(task.columns)
        self.vocabulary: Vocabulary = self.writer.vocabulary
        self.able = list(FactorSpace.of(task.columns, config.told).columns)
        self.latent_size = config.noise + config.condition
        self.dimensions = (Dimension("text", config.noise, config.condition, "silent", role="text"),)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            made = self._networks()
        learning = {name: placed(network, task.device) for name, network in made.items()}
        self.generator, self.words, self.listener, self.rest, self.critic, self.reader = learning.values()
        self.average, self.average_words = frozen_copy(self.generator), frozen_copy(self.words)
        self.networks = learning | {"average": self.average, "average words": self.average_words}
        taught = {
            "generator": (self.generator, self.rest),
            "words": (self.words, self.listener),
            "critic": (self.critic,),
            "reader": (self.reader,),
        }
        self.optimizers = {
            name: torch.optim.Adam(nn.ModuleList(networks).parameters(), config.learning_rate, _BETAS, fused=True)
            for name, networks in taught.items()
        }
        columns = [task.columns[place] for place in self.able]
        self.middle = torch.tensor([column.mean for column in columns], device=task.device)
        self.spread = torch.tensor([column.deviation for column in columns], device=task.device)
        kinds = [column.name.partition("=")[0] if "=" in column.name else "" for column in columns]
        alike = [[float(bool(one) and one == other) for other in kinds] for one in kinds]
        self.alike = torch.tensor(alike, device=task.device)  # which are choices of one kind
        self.attribute_loss, self.said_loss = AttributeLoss(columns, task.device), SaidLoss(columns, task.device)

    def _networks(self) -> dict[str, nn.Module]:
        config, task = self.config, self.task
        still = torch.zeros(self.latent_size)
        listener = nn.Linear(config.condition, len(self.writer.facts))
        nn.init.constant_(listener.bias, _RARE)
        last = nn.Linear(_OPEN, 2 * config.noise)
        nn.init.constant_(last.bias[config.noise :], _SURE)
        return {
            "generator": FactorPainter(still, still + 1.0, task.size, task.channels, config.width),
            "words": SentenceEncoder(len(self.vocabulary.words), config.condition),
            "listener": listener,
            "rest": nn.Sequential(nn.Linear(len(self.able), _OPEN), nn.LeakyReLU(0.2), last),
            "critic": SentenceCritic(task.size, task.channels, config.condition, config.width),
            "reader": FactorReader(task.size, task.channels, len(self.able), config.width),
        }

    def step(self, batch: Batch) -> dict[str, Tensor]:
        if batch.attributes is None:
            raise ValueError("captions are written from attributes")
        self._set_pace()
        real, told = batch.pictures, self._told(batch.attributes)
        for _ in range(_WORDS_FIRST_TURNS if self.done_steps < _WORDS_FIRST else 1):
            losses = self._teach_words(batch.attributes, told)
        with torch.no_grad():  # a sentence is what it says, however well it is painted
            condition = self.words(told.tokens)
        noise, divergence = self._read_noise(batch.attributes[:, self.able], told)
        drawn = torch.randn(noise.shape, generator=self.rng, device=noise.device)
        asked = self._partly_mixed(condition)
        with self._fast():
            z = torch.cat([torch.cat([noise, condition], 1), torch.cat([drawn, asked], 1)])
            again, made = self.generator(z).float().chunk(2)
        losses |= self._teach_reader(real, batch.attributes[:, self.able])
        is_false = false_of(batch.attributes[:, self.able], told.low, told.high)
        losses |= self._teach_critic(real, made.detach(), condition, asked, is_false)
        parts = {"picture": (again - real).abs().mean(), "KL": divergence}
        losses |= self._teach_generator(real, made, condition, asked, told, parts)
        for average, network in ((self.average, self.generator), (self.average_words, self.words)):
            self.follow(average, network, len(real), self.config.ema_half_life)
        return {name: value.detach() for name, value in losses.items()}

    def _set_pace(self) -> None:
        rate = self.config.learning_rate * game_pace(self.done_steps, self.task.steps)
        self.set_rate(rate)
        for group in self.optimizers["words"].param_groups:
            group["lr"] = rate * _WORDS_PACE

    def _fast(self) -> AbstractContextManager[object]:
        return in_bf16(self.task.device, processors=self.config.bfloat16)

    def _told(self, attributes: Tensor) -> _Told:
        """A new caption of each picture."""
        seed = int(torch.randint(2**31 - 1, (1,), generator=self.rng, device=self.rng.device))
        known = attributes.float().cpu().numpy()
        written = self.writer.write(known, seed)
        low, high = (torch.from_numpy(bound).to(attributes)[:, self.able] for bound in (written.low, written.high))
        return _Told(self._tokens(written.sentences), torch.from_numpy(written.facts).to(attributes), low, high)

    def _teach_words(self, attributes: Tensor, told: _Told) -> dict[str, Tensor]:
        """Learn to tell facts from captions, of which several are written of each picture."""
        each = [told, *(self._told(attributes) for _ in range(_MORE_CAPTIONS))]
        tokens = torch.cat([one.tokens for one in each])
        longest = max(1, int((tokens != NOTHING).sum(1).max()))  # what follows the last word changes nothing
        heard = self.listener(self.words(tokens[:, :longest]))
        facts = torch.cat([one.facts for one in each])
        loss = functional.binary_cross_entropy_with_logits(heard, facts, reduction="none").sum(1).mean()
        self.descend("words", loss)
        return {"words": loss}

    def _tokens(self, sentences: Sequence[str]) -> Tensor:
        return torch.from_numpy(batch_of(self.vocabulary, sentences)).to(self.task.device)

    def _read_noise(self, truth: Tensor, told: _Told) -> tuple[Tensor, Tensor]:
        """Noise (B, n) that stands for what sentences leave open, and its divergence from N(0, I), a scalar."""
        mean, log_variance = self.rest(self._left_open(truth, told)).chunk(2, 1)
        log_variance = log_variance.clamp(-10.0, 10.0)
        chance = torch.randn(mean.shape, generator=self.rng, device=mean.device)
        divergence = (mean.square() + log_variance.exp() - 1.0 - log_variance).sum(1).mean() / 2
        return mean + (log_variance / 2).exp() * chance, divergence

    def _left_open(self, truth: Tensor, told: _Told) -> Tensor:
        """What sentences do not say of pictures, standardised (B, A): of a number, where it lies in a word's range."""
        was_said = told.low.isfinite()
        chosen = ((was_said & (told.low == 1.0)).float() @ self.alike) > 0  # who says one choice says all others
        middle, half = (told.low + told.high) / 2, (told.high - told.low) / 2
        inside = ((truth - middle) / half * math.sqrt(3.0)).nan_to_num(0.0, 0.0, 0.0)
        whole = ((truth - self.middle) / self.spread).nan_to_num(0.0)
        return torch.where(was_said, inside, torch.where(chosen, 0.0, whole))

    def _partly_mixed(self, condition: Tensor) -> Tensor:
        """Conditions of which the first lie halfway to the next one (GAN-INT)."""
        halfway = (condition + condition.roll(-1, 0)) / 2
        is_mixed = torch.arange(len(condition), device=condition.device) < self._mixed(len(condition))
        return torch.where(is_mixed[:, None], halfway, condition)

    def _mixed(self, count: int) -> int:
        """How many of ``count`` have a sentence that lies between two."""
        return int(self.config.mixed * count)

    def _teach_reader(self, real: Tensor, truth: Tensor) -> dict[str, Tensor]:
        if self.config.said_weight == 0:
            return {}
        with self._fast():
            found = self.reader(self._grainy(real))
        loss = sum(self.attribute_loss(found.float(), truth), torch.zeros((), device=real.device))
        self.descend("reader", loss)
        return {"reader": loss}

    def _grainy(self, pictures: Tensor) -> Tensor:
        return pictures + _GRAIN * torch.randn(pictures.shape, generator=self.rng, device=pictures.device)

    def _teach_critic(
        self, real: Tensor, made: Tensor, condition: Tensor, asked: Tensor, is_false: Tensor
    ) -> dict[str, Tensor]:
        if self.config.critic_weight == 0:
            return {}
        with self._fast():
            seen = self.critic(torch.cat([real, made]))
        scores, fits = self._beside(seen, torch.cat([condition, asked]))
        on_real, on_made = scores.chunk(2)
        parts = {"matching": matching_loss(fits[: len(real), : len(real)], is_false)}
        if self.config.r1_gamma and self.done_steps % self.config.r1_every == 0:
            slope = squared_slope(lambda pictures: self._beside(self.critic(pictures), condition)[0].mean((1, 2)), real)
            parts["R1"] = slope * (self.config.r1_gamma / 2 * self.config.r1_every)
        loss = relativistic(on_real, on_made)
        total = loss + self.config.matching_weight * parts["matching"] + parts.get("R1", torch.zeros_like(loss))
        self.descend("critic", total)
        return {"critic": loss, "D(x)": on_real.mean(), "D(G(z))": on_made.mean(), **parts}

    @staticmethod
    def _beside(seen: tuple[Tensor, Tensor], condition: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of pictures as the critic saw them beside their own sentences, (N, h, w), and how each fits each."""
        patches, shown = (each.float() for each in seen)
        fits = fit(shown, condition)
        return patches + fits.diagonal()[:, None, None], fits

    def _teach_generator(
        self,
        real: Tensor,
        made: Tensor,
        condition: Tensor,
        asked: Tensor,
        told: _Told,
        parts: dict[str, Tensor],
    ) -> dict[str, Tensor]:
        config = self.config
        loss = config.picture_weight * parts["picture"] + config.noise_weight * parts["KL"]
        if config.critic_weight:
            self.critic.requires_grad_(False)
            with self._fast():
                seen = self.critic(torch.cat([real, made]))
            on_real, on_made = self._beside(seen, torch.cat([condition, asked]))[0].chunk(2)
            parts["generator"] = relativistic(on_made, on_real)
            loss = loss + config.critic_weight * parts["generator"]
        if config.said_weight:
            self.reader.requires_grad_(False).eval()
            one = slice(self._mixed(len(real)), None)  # those of one sentence only
            with self._fast():
                found = self.reader(self._grainy(made[one]))
            parts["said"] = self.said_loss(found.float(), told.low[one], told.high[one])
            loss = loss + config.said_weight * parts["said"]
        self.descend("generator", loss)
        self.critic.requires_grad_(True)
        self.reader.requires_grad_(True).train()
        return parts

    def sample(self, count: int) -> Tensor:
        """Noise, and sentences that say nothing."""
        noise = torch.randn((count, self.config.noise), generator=self.rng, device=self.rng.device)
        return torch.cat([noise, torch.zeros_like(noise[:, :1]).expand(-1, self.config.condition)], 1)

    @torch.no_grad()
    def conditions(self, sentences: Sequence[str]) -> Tensor:
        """What sentences are made into, (N, C)."""
        found: Tensor = self.average_words(self._tokens(sentences))
        return found

    @torch.no_grad()
    def saying(self, sentences: Sequence[str]) -> Tensor:
        """Latents (N, d) that say these sentences, and leave the rest to chance."""
        z = self.sample(len(sentences))
        z[:, self.config.noise :] = self.conditions(sentences)
        return z

    @torch.no_grad()
    def prefers(self, pictures: Tensor, true: Sequence[str], false: Sequence[str]) -> Tensor:
        """Whether the critic takes the first sentences to belong to pictures, and not the others: (N,) bool."""
        _, shown = self.critic(pictures)
        fits = [(shown * self.words(self._tokens(said))).sum(1) for said in (true, false)]
        return torch.gt(*fits)

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        made: Tensor = self.average(z)
        return made

    def exports(self) -> dict[str, NetworkExport]:
        z = self.sample(2).cpu()
        tokens = torch.full((2, self.vocabulary.longest), len(self.vocabulary.words))
        pictures = torch.zeros(2, self.task.channels, self.task.size, self.task.size)
        return {
            "generator": NetworkExport(self.average.eval(), {"z": z}, "picture", is_halved=True),
            "text": NetworkExport(self.average_words.eval(), {"tokens": tokens}, "condition"),
            "matcher": NetworkExport(
                SentenceMatcher(self.critic).eval(), {"picture": pictures}, "shown", is_halved=True
            ),
        }

    def origins(self) -> dict[str, nn.Module]:
        """All but the critic, of which only a part is exported."""
        return {name: module for name, module in super().origins().items() if name != "matcher"}


FAMILY = Family(
    "text_to_portrait",
    "Pictures from sentences",
    "A generator that is told in words what to paint; captions are written from what is known about the pictures.",
    Config,
    TextToPortrait,
    learns_attributes=True,
    scores=lambda _config: "relative",
    explained=FamilyExplanation(
        objectives=sentence_objectives,
        healthy=(
            "The loss of the words falls first: sentences are understood before they are painted.",
            "The matching loss falls below the logarithm of how many sentences it compares, 3.3 in batches of 32.",
            "The reader's loss falls first, and what was said follows it.",
        ),
        papers=PAPERS,
    ),
    group="GANs",
    good_at="pictures from what you say",
)
