"""What the parts of a world model are asked: whether they foretell what follows, and earn what can be earned."""

from __future__ import annotations

import numpy as np
import torch

from explorer.training.convergence.measures import MeasureData
from explorer.training.families.worlds.controller import Controller
from explorer.training.families.worlds.world_rnn import WorldRNN
from explorer.training.learning.family import Learner
from explorer.training.worlds.foretelling import Foretelling, foretold

_STARTS = 64


def nats_saved_against_a_gaussian_step(learner: Learner, material: MeasureData) -> float:
    """Nats a number of the next latent that one Gaussian for all steps costs more."""
    found = _foretold(learner, material)
    assert isinstance(learner, WorldRNN) and learner.world is not None
    return (found.gaussian - found.own) / learner.world.latent


def nats_lost_by_other_actions(learner: Learner, material: MeasureData) -> float:
    """Nats a frame that the actions of another sequence cost more than its own."""
    found = _foretold(learner, material)
    return found.others - found.own


def reward_in_the_dream(learner: Learner, material: MeasureData) -> float:
    """What the controller earns a frame in dreams that begin with held-out frames."""
    assert isinstance(learner, Controller)
    return learner.earned_by_mean(np.asarray(material.held_out.pictures[:_STARTS]))


def _foretold(learner: Learner, material: MeasureData) -> Foretelling:
    assert isinstance(learner, WorldRNN)
    with torch.no_grad():
        return foretold(learner, material.held_out, np.ones(len(material.held_out), np.bool_))
