"""An LSTM that says what comes next as a mixture of Gaussians, and one step of the dream that it dreams.

MDN-RNN (Ha & Schmidhuber, 2018, section 2.2; Graves, 2013): for each number of the next latent, on its own, K weights,
means and deviations; here the means count from where the number is now. The gates have one bias, as in TensorFlow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

_NARROWEST, _WIDEST = -4.0, 2.0  # of the logarithms of deviations


@dataclass(frozen=True)
class RnnShape:
    """Sizes of an MDN-RNN.

    Attributes
    ----------
    latent, actions, hidden, mixtures : int
    told_begin : bool
        Whether it is told that an episode has just begun.
    rewards, ends : bool
        Whether it foretells them.
    """

    latent: int
    actions: int
    hidden: int
    mixtures: int
    told_begin: bool = False
    rewards: bool = True
    ends: bool = True


@dataclass(frozen=True)
class Foretold:
    """What comes next, for rows of any shape (...).

    Attributes
    ----------
    logits, offsets, log_deviations : (..., d, K)
        Of the components; offsets are from where each number is now.
    rewards, ends : (...)
        The reward, and the logit of the end; 0, and a sure no, where it foretells none.
    """

    logits: Tensor
    offsets: Tensor
    log_deviations: Tensor
    rewards: Tensor
    ends: Tensor

    def nats(self, moved: Tensor) -> Tensor:
        """Minus the log-likelihood of where the numbers moved to, (..., d) from where they were: (...)."""
        far = (moved[..., None] - self.offsets) * (-self.log_deviations).exp()
        each = -0.5 * far.square() - self.log_deviations - 0.5 * math.log(2.0 * math.pi)
        found: Tensor = -torch.logsumexp(functional.log_softmax(self.logits, -1) + each, -1).sum(-1)
        return found


class MixtureRNN(nn.Module):
    """Latents, actions and perhaps beginnings to what comes next."""

    def __init__(self, shape: RnnShape) -> None:
        super().__init__()
        self.shape = shape
        inputs = shape.latent + shape.actions + shape.told_begin
        self.from_input = nn.Linear(inputs, 4 * shape.hidden)
        self.from_hidden = nn.Linear(shape.hidden, 4 * shape.hidden, bias=False)
        self.head = nn.Linear(shape.hidden, 3 * shape.mixtures * shape.latent + shape.rewards + shape.ends)
        with torch.no_grad():
            self.from_input.bias[shape.hidden : 2 * shape.hidden] += 1.0  # begin by remembering

    def forward(self, codes: Tensor, actions: Tensor, begins: Tensor) -> Tensor:
        """What the head says after each frame of sequences (B, T, d), (B, T, A), (B, T); `foretold` reads it."""
        driven = self.from_input(self.inputs(codes, actions, begins))
        hidden = cell = driven.new_zeros(len(driven), self.shape.hidden)
        seen = []
        for moment in driven.unbind(1):
            hidden, cell = self.remember(moment + self.from_hidden(hidden), cell)
            seen.append(hidden)
        said: Tensor = self.head(torch.stack(seen, 1))
        return said

    def inputs(self, codes: Tensor, actions: Tensor, begins: Tensor) -> Tensor:
        """What goes into the gates besides what is remembered."""
        parts = [codes, actions, *([begins[..., None]] if self.shape.told_begin else [])]
        return torch.cat(parts, -1)

    def remember(self, gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden and cell after the four gates (B, 4 h): in, keep, new, out."""
        enter, keep, new, leave = gates.chunk(4, -1)
        cell = torch.sigmoid(keep) * cell + torch.sigmoid(enter) * torch.tanh(new)
        return torch.sigmoid(leave) * torch.tanh(cell), cell

    def foretold(self, found: Tensor) -> Foretold:
        """What the head has said (..., so many), read."""
        shape = self.shape
        count = shape.mixtures * shape.latent
        sizes = (*found.shape[:-1], shape.latent, shape.mixtures)
        logits, offsets, deviations = (found[..., n * count : (n + 1) * count].reshape(sizes) for n in range(3))
        rest = found[..., 3 * count :]
        rewards = rest[..., 0] if shape.rewards else torch.zeros_like(found[..., 0])
        ends = rest[..., -1] if shape.ends else torch.full_like(found[..., 0], -20.0)
        return Foretold(logits, offsets, deviations.clamp(_NARROWEST, _WIDEST), rewards, ends)


class DreamStep(nn.Module):
    """One step of a dream: state, action, noise and temperature to the next state, the reward and the end's logit.

    The components' weights are sharpened by the temperature t (logits / t), and deviations are those times its root.
    """

    sums: Tensor
    places: Tensor

    def __init__(self, rnn: MixtureRNN) -> None:
        super().__init__()
        self.rnn = rnn
        self.register_buffer("sums", torch.ones(rnn.shape.mixtures, rnn.shape.mixtures).triu(), persistent=False)
        self.register_buffer("places", torch.arange(rnn.shape.mixtures).float(), persistent=False)

    def forward(self, state: Tensor, action: Tensor, noise: Tensor, temperature: Tensor) -> Tensor:
        shape = self.rnn.shape
        codes, hidden, cell = state.split_with_sizes([shape.latent, shape.hidden, shape.hidden + shape.told_begin], -1)
        begins = cell[:, -1]
        gates = self.rnn.from_input(self.rnn.inputs(codes, action, begins)) + self.rnn.from_hidden(hidden)
        hidden, cell = self.rnn.remember(gates, cell[:, : shape.hidden])
        next_ = self.rnn.foretold(self.rnn.head(hidden))
        drawn, normal = noise.split_with_sizes([shape.latent, shape.latent], -1)
        shares = torch.softmax(next_.logits / temperature[..., None], -1) @ self.sums
        component = (shares[..., :-1] < drawn[..., None]).float().sum(-1, keepdim=True)
        taken = torch.eq(self.places, component).float()
        offset, log_deviation = (taken * next_.offsets).sum(-1), (taken * next_.log_deviations).sum(-1)
        codes = codes + offset + log_deviation.exp() * normal * temperature.sqrt()
        parts = [codes, hidden, cell, *([torch.zeros_like(codes[:, :1])] if shape.told_begin else [])]
        return torch.cat([*parts, next_.rewards[:, None], next_.ends[:, None]], -1)
