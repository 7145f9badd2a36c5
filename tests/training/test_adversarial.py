"""Generator and critic learn in turn, and neither through the other's update."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from explorer.training.families import family_called
from explorer.training.learning.adversarial import Adversaries
from explorer.training.learning.family import Batch, TrainingTask


def learner_of(key: str, **settings: object) -> Adversaries:
    family = family_called(key)
    config = family.config(width=0.1, latent_size=4, batch_size=2, **settings)
    learner = family.learner(config, TrainingTask(16, 1), 0)
    assert isinstance(learner, Adversaries)
    return learner


def batch() -> Batch:
    return Batch(torch.rand(2, 1, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1)


def weights(network: nn.Module) -> Tensor:
    return torch.cat([weight.detach().flatten().clone() for weight in network.parameters()])


@pytest.mark.parametrize("key", ["wgan", "wgan_gp"])
def test_a_wasserstein_critic_takes_several_steps_for_one_of_the_generator(key: str) -> None:
    learner = learner_of(key, critic_steps=3)
    learns: list[tuple[bool, bool, bool]] = []
    for learner.done_steps in range(6):
        before = weights(learner.generator), weights(learner.critic)
        told = learner.step(batch())
        after = weights(learner.generator), weights(learner.critic)
        learns.append(("generator" in told, *(not torch.equal(*pair) for pair in zip(before, after, strict=True))))
    assert learns == [(step % 3 == 0, step % 3 == 0, True) for step in range(6)]
    assert family_called(key).config().critic_steps == 5


@pytest.mark.parametrize("key", ["gan", "wgan"])
def test_the_generators_update_leaves_the_critic_and_its_slopes_alone(key: str) -> None:
    learner = learner_of(key)
    learner.teach_critic(batch().pictures)
    slopes = [weight.grad.clone() for weight in learner.critic.parameters() if weight.grad is not None]
    before = weights(learner.critic)
    learner.teach_generator(batch().pictures)
    after = [weight.grad for weight in learner.critic.parameters()]
    assert slopes
    assert all(torch.equal(one, other) for one, other in zip(slopes, after, strict=True))
    assert torch.equal(weights(learner.critic), before)
    assert all(weight.requires_grad for weight in learner.critic.parameters())


def test_a_clipped_critic_stays_within_its_bounds() -> None:
    learner = learner_of("wgan", clip=0.01)
    learner.teach_critic(batch().pictures)
    assert weights(learner.critic).abs().max() <= 0.01 + 1e-9


def test_the_share_of_latents_that_is_shortened_is_the_one_asked_for() -> None:
    whole, none, some = (learner_of("gan", truncated=share) for share in (1.0, 0.0, 0.25))
    plain = none.sample(2000)
    lengths = [learner.sample(2000).norm(dim=1) / plain.norm(dim=1) for learner in (whole, some)]
    assert (lengths[0] < 1).all()
    assert lengths[0].mean().item() == pytest.approx(0.5, abs=0.03)
    assert (lengths[1] < 0.9999).float().mean().item() == pytest.approx(0.25, abs=0.04)
