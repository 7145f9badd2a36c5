"""A VAE/GAN compares pictures as its critic sees them, and brings its encoder along."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from explorer.training.families.autoencoders.vaegan import VAEGAN, Config, _unlike
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec


def begun(**settings: object) -> VAEGAN:
    config = Config(**{"width": 0.25, "latent_size": 8, "batch_size": 6, **settings})  # type: ignore[arg-type]
    return VAEGAN(config, TrainingTask(32, 3, steps=40), 0)


def pictures(seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.RandomState(seed).uniform(-1, 1, (6, 3, 32, 32)).astype(np.float32))


def test_a_copy_is_altered_just_as_its_picture() -> None:
    learner, real = begun(), pictures()
    seen, again = learner._altered_alike(real, real)
    assert torch.equal(seen, again)
    assert not torch.equal(seen, real)
    assert not torch.equal(seen, learner.seen(real))  # another time, otherwise


def test_the_learned_similarity_is_nought_for_a_perfect_copy_and_grows_with_what_is_off() -> None:
    learner, real = begun(), pictures()
    with torch.no_grad():
        _, *layers = learner.similarity(real)
        off = [_unlike(learner.similarity(real + by * pictures(1))[1:], layers) for by in (0.0, 0.1, 0.5)]
        scores = learner.similarity(real)[0]
    assert off[0] == 0
    assert 0 < off[1] < off[2]
    assert torch.allclose(scores, learner.critic(real))


def test_only_the_critic_learns_from_the_critics_loss_and_it_is_left_alone_by_the_others() -> None:
    learner = begun(learning_rate=1e-3)
    trained = {id(p) for group in learner.optimizers["critic"].param_groups for p in group["params"]}
    assert trained == {id(p) for p in learner.critic.parameters()}
    learner.step(Batch(pictures()))
    assert all(p.requires_grad for p in learner.critic.parameters())


def test_the_latents_of_samples_are_found_without_touching_what_batch_norm_knows_of_pictures() -> None:
    learner = begun()
    before = {name: value.clone() for name, value in learner.encoder.named_buffers()}
    found = learner._found_again(pictures())
    assert all(torch.equal(value, before[name]) for name, value in learner.encoder.named_buffers())
    assert learner.encoder.training
    assert found.requires_grad


def test_copies_come_to_look_like_their_pictures(tmp_path: Path, picture_folder: Path) -> None:
    settings = {"width": 0.25, "batch_size": 6, "latent_size": 8, "augment": False, "learning_rate": 2e-3}
    run = Run.create(tmp_path / "run", RunSpec("vaegan", str(picture_folder), 32, 60, settings=settings))
    told = [p.losses for p in run.train(run.pictures(cache=tmp_path / "cache"))]
    assert np.mean([losses["picture"] for losses in told[-5:]]) < 0.6 * told[0]["picture"]
    assert np.mean([losses["latent"] for losses in told[-5:]]) < told[0]["latent"]
