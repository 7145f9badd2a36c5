"""ProGAN: how its networks grow, and that an exported one keeps all its stages."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import Conditions
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.core.traverse.carried import TakenAlong
from explorer.training.families.gans.progan import Config, ProGAN
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.networks.growing import deviation
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from tests.training.conftest import draw_discs
from tests.without_a_child import exports

SMALL = {"width": 0.1, "batch_size": 4, "latent_size": 6}


def begun(steps: int = 20, **wanted: object) -> ProGAN:
    return ProGAN(Config(**{**SMALL, **wanted}), TrainingTask(32, 3, steps=steps), 5)  # type: ignore[arg-type]


def batch(count: int = 4) -> Batch:
    return Batch(torch.linspace(-1, 1, count * 3 * 32 * 32).sin().reshape(count, 3, 32, 32))


def at(network: torch.nn.Module, level: float) -> torch.nn.Module:
    network.grown.fill_(level)  # type: ignore[operator, union-attr]
    return network


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two steps, exported without a child."""
    folder = tmp_path_factory.mktemp("progan")
    pictures = draw_discs(folder / "pictures")
    run = Run.create(folder / "run", RunSpec("progan", str(pictures), 32, 2, settings={**SMALL, "growing": 0.0}))
    list(run.train(run.pictures(cache=folder / "cache")))
    with exports():
        export_run(run.folder, folder / "model")
    return folder / "model"


@pytest.mark.parametrize("stage", range(3))
def test_a_stage_that_begins_to_be_faded_in_changes_nothing_to_the_bit(stage: int) -> None:
    learner, z, pictures = begun(), torch.randn(3, 6), batch().pictures
    generator, critic = learner.generator, learner.critic
    ends = ((generator, z, generator.blocks[1:], generator.paint), (critic, pictures, critic.blocks, critic.see))
    for network, given, blocks, end in ends:
        before = at(network, float(stage))(given)
        assert torch.allclose(at(network, stage + 1e-6)(given), before, atol=1e-4)
        assert not torch.allclose(at(network, stage + 0.5)(given), before, atol=1e-4)
        with torch.no_grad():  # what is to come next, whatever it is, has no part in it yet
            for weight in (*blocks[stage].parameters(), *end[stage + 1].parameters()):  # type: ignore[operator]
                weight.add_(1.0)
        assert torch.equal(at(network, float(stage))(given), before)


def test_any_stage_is_the_same_as_the_stage_by_itself() -> None:
    generator, z = begun().generator, torch.randn(2, 6)
    for level in (0.0, 0.25, 1.0, 2.75, 3.0):
        wanted = at(generator, level)(z)
        assert torch.allclose(generator.at_any_stage(z, torch.tensor([level])), wanted, atol=1e-6)


def test_growth_follows_the_steps_and_ends() -> None:
    learner = begun(steps=100, growing=0.6, fading=0.5)
    levels = []
    for step in range(101):
        learner.done_steps = step
        levels.append(learner.grown())
    assert levels[0] == 0.0
    assert levels[10] == 0.0  # the first half of each stage's time settles the one before
    assert levels[15] == pytest.approx(0.5)
    assert levels[20] == pytest.approx(1.0)
    assert levels[60:] == [3.0] * 41
    assert all(later >= before for before, later in pairwise(levels))


def test_real_pictures_are_shown_as_coarse_as_made_ones() -> None:
    learner, pictures = begun(), batch().pictures
    coarse = learner.coarse(pictures, 1.0)
    assert torch.equal(coarse[:, :, ::4, ::4], coarse[:, :, 3::4, 3::4])
    assert torch.allclose(coarse.mean((2, 3)), pictures.mean((2, 3)), atol=1e-5)
    half = learner.coarse(pictures, 1.5)
    assert torch.allclose(half, coarse.lerp(learner.coarse(pictures, 2.0), 0.5))
    assert torch.equal(learner.coarse(pictures, 3.0), pictures)


def test_the_critic_is_told_how_much_pictures_differ() -> None:
    alike, unlike = torch.ones(4, 2, 4, 4), torch.randn(4, 2, 4, 4)
    assert deviation(alike).max() < 1e-3 < deviation(unlike).min()
    learner = begun()
    learner.step(batch())
    assert learner.critic.usual.item() > 0.0
    with torch.no_grad():
        for scores in (learner.scores(batch().pictures, None), learner.scores(batch(6).pictures, None)):
            assert torch.isfinite(scores).all()


def test_an_exported_one_shows_every_stage(model: Path) -> None:
    with_stages = Generator.open(model / "generator.onnx", "cpu")
    assert with_stages.adjustable.stages_before == 3
    renderer = Renderer(with_stages)
    scene = Scene(with_stages.hash, "m", sample(3, 6))
    whole = renderer.render(scene).picture
    pictures = {}
    for held_back in (1.0, 2.0, 0.5):
        held = scene_from_json(scene_to_json(Scene(with_stages.hash, "m", sample(3, 6), held_back=held_back)))
        assert held.held_back == held_back
        pictures[held_back] = renderer.render(held).picture
    assert np.array_equal(pictures[2.0][::4, ::4], pictures[2.0][3::4, 3::4])
    assert np.array_equal(renderer.render(scene).picture, whole)
    is_clipped = (whole % 255 == 0) | (pictures[1.0] % 255 == 0)
    middle = (whole.astype(int) + pictures[1.0]) / 2
    assert np.abs(pictures[0.5] - middle)[~is_clipped].max() <= 1.0
    with pytest.raises(Problem, match="grew by 3"):
        with_stages.check(Conditions(held_back=4.0))
    with_stages.close()


def test_on_the_way_between_two_scenes_it_grows() -> None:
    early, late = TakenAlong(conditions=Conditions(held_back=2.0)), TakenAlong()
    assert early.toward(late, 0.25).conditions.held_back == 1.5
    assert late.toward(early, 1.0).conditions.held_back == 2.0
