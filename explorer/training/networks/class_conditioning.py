"""Networks that are told a class, and the form in which others use a generator that is: latent and class number."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.problem import Problem
from explorer.training.networks.convolutional import ConvolutionalCritic


def refuse_unlabelled(classes: tuple[str, ...], instead: str) -> None:
    """Nothing, if there are classes to tell a model.

    Raises
    ------
    Problem
        There are fewer than two; ``instead`` names the family that does without.
    """
    if len(classes) < 2:
        raise Problem(
            "These pictures have no classes to tell the model.",
            f"Sort them into folders, name a label file (--attributes), or choose the family {instead}.",
        )


def one_hot(labels: Tensor | None, count: int, classes: int, device: torch.device) -> Tensor:
    """Classes (N,) as zeros and a one, (N, classes); zeros only where the class is unknown, -1, or none are given."""
    if labels is None:
        return torch.zeros(count, classes, device=device)
    return (labels[:, None] == torch.arange(classes, device=device)).float()


class ClassConditioned(nn.Module):
    """Puts the class beside the latent as a vector of zeros and a one, which the network inside expects.

    Parameters
    ----------
    network : nn.Module
        Takes (N, latent and classes).
    classes : int
    """

    table: Tensor

    def __init__(self, network: nn.Module, classes: int) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("table", torch.eye(classes))

    def forward(self, z: Tensor, label: Tensor) -> Tensor:
        pictures: Tensor = self.network(torch.cat([z, functional.embedding(label, self.table)], 1))
        return pictures


class ProjectionCritic(nn.Module):
    """Picture (N, C, H, W) and class to score (N,) (Miyato & Koyama, 2018, eq. 3): a . phi(x) + b + v_y . phi(x).

    Parameters
    ----------
    eyes : ConvolutionalCritic
        Gives the features phi, and the part of the score that holds for every class.
    features : int
        Length of phi.
    classes : int
    """

    def __init__(self, eyes: ConvolutionalCritic, features: int, classes: int) -> None:
        super().__init__()
        self.eyes = eyes
        self.project = nn.Linear(features, classes, bias=False)

    def forward(self, pictures: Tensor, class_rows: Tensor) -> Tensor:
        seen = self.eyes.features(pictures)
        score: Tensor = self.eyes.judge(seen).squeeze(1) + (self.project(seen) * class_rows).sum(1)
        return score


class AnyClass(nn.Module):
    """A projection critic without a class, as others use it: log E_y exp D(x, y), every class being as likely."""

    def __init__(self, critic: ProjectionCritic) -> None:
        super().__init__()
        self.critic = critic

    def forward(self, pictures: Tensor) -> Tensor:
        seen = self.critic.eyes.features(pictures)
        each = self.critic.eyes.judge(seen) + self.critic.project(seen)
        highest = each.amax(1, keepdim=True)
        score: Tensor = highest.squeeze(1) + (each - highest).exp().mean(1).log()
        return score
