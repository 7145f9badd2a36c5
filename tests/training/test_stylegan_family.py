"""StyleGAN as a family: what its steps are made of, and that its exported pair is a model with a space W."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.inference.generator import Generator
from explorer.core.models.inspection import inspect, require
from explorer.core.models.wrong_kind import WrongKind
from explorer.core.rendering.conditions import Noise
from explorer.core.rendering.renderer import renderer_of
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.styles import StyleMix
from explorer.core.rendering.w_space import StyleRenderer
from explorer.training.families.gans.stylegan import Config, StyleGAN
from explorer.training.families.readers.inversion import Config as InversionConfig
from explorer.training.families.readers.inversion import Inversion
from explorer.training.learning.devices import in_bf16
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.networks.style_generator import usual_size
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from tests.models import tiny_style_model
from tests.training.conftest import draw_discs
from tests.without_a_child import exports

SMALL = {"width": 0.1, "batch_size": 4, "latent_size": 6, "w_size": 8, "layers": 2}


def begun(**wanted: object) -> StyleGAN:
    return StyleGAN(Config(**{**SMALL, **wanted}), TrainingTask(16, 3, steps=8), 5)  # type: ignore[arg-type]


def batch(count: int = 4) -> Batch:
    return Batch(torch.linspace(-1, 1, count * 3 * 16 * 16).sin().reshape(count, 3, 16, 16))


def weights(learner: StyleGAN) -> torch.Tensor:
    return torch.cat([weight.detach().flatten() for weight in learner.generator.parameters()])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two steps, exported without a child, its noise made to count."""
    folder = tmp_path_factory.mktemp("stylegan")
    pictures = draw_discs(folder / "pictures")
    run = Run.create(folder / "run", RunSpec("stylegan", str(pictures), size=16, steps=2, settings=SMALL))
    list(run.train(run.pictures(cache=folder / "cache")))
    with exports():
        return export_run(run.folder, folder / "model")[0].parent


def test_a_mix_takes_coarse_layers_of_one_latent_and_fine_layers_of_another() -> None:
    learner = begun(mixing=1.0, truncated=0.0)
    z = learner.sample(200)
    first = learner.generator.mapping(z)[:, None].detach()
    same = torch.isclose(learner.styles(z), first, atol=1e-6).all(2)
    assert same.shape[1] == learner.generator.synthesis.styles == 6
    assert same[:, 0].all()
    assert not same[:, -1].any()
    assert (same.int().diff(dim=1) <= 0).all()  # one change a picture, and none back
    assert set(same.sum(1).tolist()) == {1, 2, 3, 4, 5}


def test_none_is_mixed_where_none_is_to_be() -> None:
    learner = begun(mixing=0.0, truncated=0.0)
    z = learner.sample(20)
    wanted = learner.generator.mapping(z)[:, None].expand(-1, 6, -1)
    assert torch.allclose(learner.styles(z), wanted, atol=1e-6)


def test_it_is_w_that_is_truncated_and_z_that_is_not() -> None:
    learner = begun(mixing=0.0, truncated=1.0)
    z = learner.sample(500)
    assert z.norm(dim=1).mean() == pytest.approx(6**0.5, rel=0.1)
    w, mean = learner.generator.mapping(z), learner.generator.mapping.w_mean
    psi = (learner.styles(z)[:, 0] - mean).norm(dim=1) / (w - mean).norm(dim=1)
    assert psi.detach().mean() == pytest.approx(0.5, abs=0.05)


def test_the_mean_of_w_is_followed_while_it_learns() -> None:
    learner = begun()
    for _ in range(1500):
        learner.generator.points(learner.sample(32))
    with torch.no_grad():
        true = learner.generator.mapping(learner.sample(20_000)).mean(0)
    assert torch.allclose(learner.generator.mapping.w_mean, true, atol=0.06)
    held = learner.average.mapping.w_mean.clone()
    learner.average.points(learner.sample(32))
    assert torch.equal(learner.average.mapping.w_mean, held)  # not while it only shows


def test_path_lengths_are_those_of_the_whole_jacobian() -> None:
    learner = begun()
    styles = torch.randn(3, 6, 8, requires_grad=True)
    state = learner.rng.get_state()
    lengths = learner.path_lengths(styles)
    learner.rng.set_state(state)
    noise = learner.generator.noise(3, learner.rng)
    y = torch.randn((3, 3, 16, 16), generator=learner.rng) / 16
    for row in range(3):
        jacobian = torch.autograd.functional.jacobian(
            lambda w, row=row: learner.generator.painted(w[None], [each[row : row + 1] for each in noise])[0],
            styles[row].detach(),
        )
        slope = torch.einsum("chw,chwlk->lk", y[row], jacobian)
        assert lengths[row].item() == pytest.approx(slope.square().sum(1).mean().sqrt().item(), rel=1e-3)


def test_the_path_length_penalty_evens_out_lengths() -> None:
    def spread(steps: int) -> float:
        learner = begun(path_weight=2.0, path_every=1, mixing=0.0, truncated=0.0, learning_rate=0.02)
        learner.generator.path_mean.fill_(learner.path_lengths(learner.styles(learner.sample(64))).detach().mean())
        for _ in range(steps):
            (loss,) = learner.generator_penalties(batch(8).pictures).values()
            learner.descend("generator", loss)
        lengths = learner.path_lengths(learner.styles(learner.sample(64))).detach()
        return float(lengths.std() / lengths.mean())

    assert spread(80) < 0.8 * spread(0)


def test_the_penalty_comes_every_so_many_steps_and_only_where_it_counts() -> None:
    learner = begun(path_weight=1.0, path_every=3)
    told = []
    for _ in range(4):
        told.append("path length" in learner.step(batch()))
        learner.done_steps += 1
    assert told == [True, False, False, True]
    assert learner.generator.path_mean > 0
    assert "path length" not in begun().step(batch())


def test_both_networks_learn_from_pictures_that_are_painted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    learner = begun(augment=False)
    seen, painted = [], []
    plain = learner.generator.painted
    monkeypatch.setattr(learner.generator, "painted", lambda *given: painted.append(plain(*given)) or painted[-1])
    learner.critic.register_forward_pre_hook(lambda _module, given: seen.append(given[0].detach().clone()))
    before = weights(learner)
    learner.done_steps = 1  # without R1
    learner.step(batch())
    assert len(painted) == 1
    assert torch.equal(seen[0][4:], painted[0].detach())
    assert torch.equal(seen[1], painted[0].detach())
    assert not torch.equal(weights(learner), before)


def test_weights_move_in_proportion_to_their_first_size_and_those_of_the_mapping_slowly() -> None:
    learner = begun(learning_rate=0.01, mapping_rate=0.1)
    rates = {
        id(weight): group["lr"] for group in learner.optimizers["generator"].param_groups for weight in group["params"]
    }
    mapping = {id(weight) for weight in learner.generator.mapping.parameters()}
    for weight in learner.generator.parameters():
        slow = 0.1 if id(weight) in mapping else 1.0
        assert rates[id(weight)] == pytest.approx(0.01 * slow * usual_size(weight))
        if weight.dim() in (2, 4) and weight.numel() > 500:
            assert weight.std().item() == pytest.approx(usual_size(weight), rel=0.15)
    assert learner.optimizers["critic"].param_groups[0]["lr"] == learner.config.critic_rate


def test_noise_counts_as_much_as_its_strength_says() -> None:
    learner = begun()
    styles = torch.randn(2, 6, 8)
    drawn = [learner.generator.noise(2, learner.rng) for _ in range(2)]
    with torch.no_grad():
        assert torch.equal(learner.generator.painted(styles, drawn[0]), learner.generator.painted(styles, drawn[1]))
        learner.generator.strengths.copy_(torch.linspace(0.2, 0.4, 5))
        one, other = (learner.generator.painted(styles, noise) for noise in drawn)
        assert (one - other).abs().mean() > 0.05
        finished = learner.generator.finished()
        assert torch.allclose(finished(styles), learner.generator.painted(styles), atol=1e-5)
    assert [layer.noise.std().item() for layer in finished.convolutions()][-1] == pytest.approx(0.4, rel=0.2)


def test_halves_are_worked_in_only_where_they_are_asked_for() -> None:
    has = torch.cpu.get_capabilities().get("avx512_bf16") or torch.cpu.get_capabilities().get("amx_bf16")
    numbers, device = torch.ones(2, 2), torch.device("cpu")
    with in_bf16(device):
        assert (numbers @ numbers).dtype == torch.float32
    with in_bf16(device, processors=True):
        assert (numbers @ numbers).dtype == (torch.bfloat16 if has else torch.float32)
    full, halves = begun(), begun(bfloat16=True)
    losses = [learner.step(batch()) for learner in (full, halves)]
    assert losses[1]["critic"].item() == pytest.approx(losses[0]["critic"].item(), rel=0.05)


def test_the_exported_pair_is_a_model_with_a_space_w(model: Path) -> None:
    assert sorted(file.name for file in model.iterdir()) == [
        "critic.onnx",
        "generator.onnx",
        "mapping.onnx",
        "preview.png",
    ]
    generator = Generator.open(model / "generator.onnx", "cpu", trusted=True)
    try:
        card = generator.card
        assert (card.latent_size, card.styles, card.style_size) == (6, 6, 8)
        assert generator.mapping is not None
        assert generator.mapping.told_mean is not None
        assert len(generator.style_layers) == 8  # five convolutions and three ToRGB
        renderer = renderer_of(generator)
        assert isinstance(renderer, StyleRenderer)
        draw = np.random.RandomState(0)
        one, other = (Scene(z=draw.standard_normal(6).astype(np.float32)) for _ in range(2))
        mean = generator.mapping.told_mean
        at_zero = [renderer.render(replace(scene, truncation=0.0)).picture for scene in (one, other)]
        assert np.array_equal(*at_zero)
        assert np.array_equal(at_zero[0], generator.picture(np.tile(mean, (6, 1))))
        mixed = renderer.drawn(replace(one, mix=StyleMix(other.z, first=0, last=1)))
        coarse, fine = (generator.mapping.points(each.z[None], np.zeros(1, np.int64)) for each in (other, one))
        assert np.allclose(mixed, np.concatenate([coarse.repeat(2, 0), fine.repeat(4, 0)]), atol=1e-5)
    finally:
        generator.close()


def test_a_mapping_says_what_it_is(model: Path) -> None:
    found = inspect(model / "mapping.onnx")
    assert (found.kind, found.card.latent_size, found.card.parity is not None) == ("mapping", 6, True)
    with pytest.raises(WrongKind, match="is a mapping"):
        require(found, model / "mapping.onnx", "generator")


def test_the_generator_that_is_watched_while_it_trains_brings_its_mapping(
    model: Path, tmp_path: Path, exports_here: None
) -> None:
    written = export_run(model.parent / "run", tmp_path / "live", only="generator")
    assert [file.name for file in written] == ["generator.onnx", "mapping.onnx"]


def test_noise_of_ones_own_model_can_be_turned_off(model: Path) -> None:
    generator = Generator.open(model / "generator.onnx", "cpu", trusted=True)
    assert generator.adjustable.feeds(replace(Scene(), noise=Noise(strength=0.0)).conditions)
    generator.close()


def test_a_style_based_generator_can_be_inverted(tmp_path: Path) -> None:
    folder = tiny_style_model(tmp_path / "styled", latent=6, size=16)
    config = InversionConfig(generator=str(folder), width=0.1, batch_size=8, learning_rate=5e-3)
    learner = Inversion(config, TrainingTask(16, 3, steps=60), 0)
    generator = Generator.open(folder / "generator.onnx", "cpu", trusted=True)
    z = learner.sample(3)
    wanted = generator.pictures(z.numpy()).transpose(0, 3, 1, 2) / 127.5 - 1.0
    generator.close()
    assert learner.latent_size == 6
    assert learner.pictures(z).numpy() == pytest.approx(wanted, abs=1 / 127)
    real = learner.pictures(learner.sample(8))
    told = []
    for _ in range(60):
        told.append(learner.step(Batch(real))["picture"].item())
        learner.done_steps += 1
    assert np.mean(told[-5:]) < 0.7 * np.mean(told[:5])
    assert learner.exports()["encoder"].module(real).shape == (8, 6)
