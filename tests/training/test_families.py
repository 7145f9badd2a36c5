"""Every family: trained two steps, kept, resumed to the last bit, exported, opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.inference.generator import Generator
from explorer.core.inference.perception import Classifier
from explorer.core.inference.synthesis import examine_pair
from explorer.core.likelihood.likelihood import Likelihood
from explorer.core.models.inspection import inspect
from explorer.core.problem import Problem
from explorer.training.families import families, family_called
from explorer.training.learning.adversarial import Adversaries
from explorer.training.learning.family import TrainingTask
from explorer.training.learning.knobs import configured, knobs
from explorer.training.learning.stages import sides
from explorer.training.learning.variational import kl_to_prior
from explorer.training.runs.checkpoint import load_checkpoint, save_checkpoint
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from tests.models import tiny_generator
from tests.worlds import tiny_world

FAMILIES = sorted(families())
SMALL = {"width": 0.25, "batch_size": 4, "components": 3, "factors": 2, "seeding": 1}
SMALL |= {"hidden": 8, "length": 6, "population": 4, "frames": 3}  # of the parts of a world model
SHALLOW = {
    "pixelcnn": {"layers": 2},
    "flow": {"steps": 1},
    "spade": {"given": "lines"},
    "cyclegan": {"given": "any:grey", "blocks": 1, "identity_weight": 1.0},
}
SIDES = {"lecture_gan": 28, "pixelcnn": 8, "flow": 16, "diffusion": 16}


def small_run(folder: Path, key: str, pictures: Path, steps: int = 4, seed: int = 3, **more: object) -> Run:
    wanted, known = SMALL | SHALLOW.get(key, {}) | more, knobs(family_called(key).config)
    settings = {name: value for name, value in wanted.items() if name in known}
    if key == "inversion":
        generator = folder.parent / "generator" / "generator.onnx"
        generator.parent.mkdir(exist_ok=True)
        tiny_generator(generator, latent=6, size=32, channels=3)
        settings["generator"] = str(generator.parent)
    if "vae" in known or "world" in known:
        settings["vae" if "vae" in known else "world"] = str(tiny_world(folder.parent / "world"))
        return Run.create(folder, RunSpec(key, "drive:60:1", size=32, steps=steps, seed=seed, settings=settings))
    if family_called(key).learns_attributes:
        rows = [f"{n:02d}.png,{('yes', 'no', '')[n % 3]},{n / 2}" for n in range(12)]
        (pictures / "labels.csv").write_text("\n".join(["file,round,size", *rows]))
    if family_called(key).needs_classes:
        rows = [f"{n:02d}.png,{('round', 'square', '')[n % 3]}" for n in range(12)]
        (pictures / "labels.csv").write_text("\n".join(["file,label", *rows]))
    size = SIDES.get(key, 32)
    frame = "pupils at 30 % and 70 % of the width and 45 % of the height" if family_called(key).needs_pupils else ""
    spec = RunSpec(key, str(pictures), size=size, steps=steps, seed=seed, settings=settings, frame=frame)
    return Run.create(folder, spec)


def state(run: Run) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    newest = run.newest_checkpoint()
    assert newest is not None
    return load_file(newest / "state.safetensors")


@pytest.mark.parametrize("key", FAMILIES)
def test_a_resumed_run_equals_the_unbroken_one_to_the_last_bit(key: str, tmp_path: Path, picture_folder: Path) -> None:
    whole = small_run(tmp_path / "whole", key, picture_folder)
    found = whole.pictures(cache=tmp_path / "cache")
    unbroken = [p.losses for p in whole.train(found)]

    broken = small_run(tmp_path / "broken", key, picture_folder)
    steps = broken.train(found)
    first = [next(steps).losses for _ in range(2)]
    steps.close()
    rest = [p.losses for p in Run.open(broken.folder).train(found)]

    assert first + rest == unbroken
    ours, theirs = state(broken), state(whole)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    log = (broken.folder / "losses.csv").read_text()
    assert log == (whole.folder / "losses.csv").read_text()
    assert log.count("\n") > 4
    drawn = [sorted(p.name for p in (r.folder / "samples").glob("step-*.png")) for r in (broken, whole)]
    assert drawn[0] == drawn[1]
    for name in drawn[0]:
        pages = [(r.folder / "samples" / name).read_bytes() for r in (broken, whole)]
        assert pages[0] == pages[1]


@pytest.mark.parametrize("key", FAMILIES)
def test_what_a_family_exports_opens_and_paints_what_torch_paints(
    key: str, tmp_path: Path, picture_folder: Path, request: pytest.FixtureRequest
) -> None:
    if key != "dcgan":  # one in children, as ever
        request.getfixturevalue("exports_here")
        request.getfixturevalue("tries_here")
    run = small_run(tmp_path / "run", key, picture_folder, steps=2)
    list(run.train(run.pictures(cache=tmp_path / "cache")))
    out = tmp_path / "model"
    written = {path.stem for path in export_run(run.folder, out) if path.suffix == ".onnx"}
    learner = run.trained_learner()
    assert any((run.folder / "samples").glob("*.png")) == (learner.latent_size > 0)
    assert written == learner.exports().keys() | {path.stem for path in learner.companions if path.suffix == ".onnx"}
    for name in learner.exports():
        styled = name == "generator" and "mapping" in written
        path, mapping = out / f"{name}.onnx", out / "mapping.onnx"
        found = examine_pair(path, mapping).inspection if styled else inspect(path)
        kind = {"step": "sampler", "backwards": "translator", "matcher": "encoder"}.get(name, name)
        assert (found.kind, found.card.family, found.batch) == (kind, key, "dynamic")
        assert found.card.parity is not None
        assert found.card.parity < 0.5
    if "classifier" in written:
        shown = run.pictures(cache=tmp_path / "cache").pictures[:5]
        classifier = Classifier.open(out / "classifier.onnx", "cpu", trusted=True)
        given = classifier.read(shown)
        classifier.close()
        module = learner.exports()["classifier"].module
        wanted = module(torch.tensor(shown).permute(0, 3, 1, 2).float() / 127.5 - 1).detach()
        assert given == pytest.approx(wanted.numpy(), abs=1e-4)
        assert [a.name for a in classifier.attributes] == [a.name for a in learner.told()]
    if "likelihood" in learner.exports():
        found = run.pictures(cache=tmp_path / "cache")
        likelihood = Likelihood.open(out, "cpu", trusted=True)
        labels = np.zeros(5, np.int64) if likelihood.classes else None
        given = likelihood.bits(found.pictures[:5], labels)
        likelihood.close()
        shown = torch.tensor(found.pictures[:5]).permute(0, 3, 1, 2).float() / 127.5 - 1
        told = None if labels is None else torch.from_numpy(labels)
        assert given == pytest.approx(learner.bits_per_dimension(shown, told).numpy(), rel=1e-3)
        assert likelihood.card.measures
    if "generator" in learner.exports():
        z = np.random.RandomState(0).standard_normal((3, learner.latent_size)).astype(np.float32)
        labels = [0, 1, 1] if learner.classes else None
        told = None if labels is None else torch.tensor(labels)
        wanted = ((learner.pictures(torch.from_numpy(z), told) + 1) * 127.5).clamp(0, 255)
        generator = Generator.open(out / "generator.onnx", "cpu", trusted=True)
        given = generator.pictures(z, labels).transpose(0, 3, 1, 2)
        generator.close()
        assert np.abs(given - wanted.numpy()).max() <= 1.0


@pytest.mark.parametrize("key", FAMILIES)
def test_every_setting_describes_itself(key: str) -> None:
    family = family_called(key)
    assert {"batch_size", "mirror"} <= knobs(family.config).keys()
    for name, knob in knobs(family.config).items():
        default = getattr(family.config(), name)
        assert knob.help.endswith(".")
        if not isinstance(default, str | bool):
            assert knob.low <= default <= knob.high
    assert configured(family.config, {}) == family.config()


def test_an_unknown_family_is_refused_by_naming_the_known() -> None:
    with pytest.raises(Problem, match="no family called gna"):
        family_called("gna")


def test_kl_agrees_with_a_monte_carlo_estimate() -> None:
    mean, log_variance = torch.tensor(0.7), torch.tensor(-0.9)
    q = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    torch.manual_seed(0)
    drawn = q.sample((200_000,))
    estimate = (q.log_prob(drawn) - torch.distributions.Normal(0.0, 1.0).log_prob(drawn)).mean()
    assert kl_to_prior(mean, log_variance).item() == pytest.approx(estimate.item(), abs=0.01)
    assert kl_to_prior(torch.tensor(0.0), torch.tensor(0.0)).item() == 0.0


def test_a_vae_learns_to_reconstruct(tmp_path: Path, picture_folder: Path) -> None:
    settings = {"width": 0.25, "batch_size": 12, "latent_size": 8, "noise": 0.3}
    run = Run.create(tmp_path / "run", RunSpec("vae", str(picture_folder), size=32, steps=120, settings=settings))
    errors = [p.losses["pixel error"] for p in run.train(run.pictures(cache=tmp_path / "cache"))]
    assert np.mean(errors[-5:]) < 0.5 * errors[0]


def test_a_relativistic_critic_learns_to_tell_real_from_made(picture_folder: Path) -> None:
    from explorer.training.families.gans.dcgan import DCGAN, Config
    from explorer.training.learning.batches import Batches
    from explorer.training.sources import open_pictures

    pictures = open_pictures(str(picture_folder), size=32, cache=picture_folder.parent / "cache").pictures
    config = Config(batch_size=12, width=0.25, augment=False, learning_rate=2e-3)
    learner = DCGAN(config, TrainingTask(32, 3, steps=30), 0)
    batches = Batches(pictures, None, size=12, mirror=False, seed=0, device=torch.device("cpu"))
    made = learner.generator(learner.sample(12)).detach()
    for step in range(30):  # the generator is left as it is, so the critic must win
        learner.teach_critic(batches.batch(step).pictures)
    assert learner.critic(batches.batch(0).pictures).mean() > learner.critic(made).mean() + 1.0


@pytest.mark.parametrize(("size", "wanted"), [(64, [4, 8, 16, 32, 64]), (28, [7, 14, 28]), (96, [6, 12, 24, 48, 96])])
def test_stages_double_up_to_the_size(size: int, wanted: list[int]) -> None:
    assert sides(size) == wanted


@pytest.mark.parametrize("size", [8, 30, 33, 61])
def test_a_size_that_cannot_be_reached_by_doubling_is_refused(size: int) -> None:
    with pytest.raises(Problem, match="cannot make pictures"):
        sides(size)


def test_a_checkpoint_of_other_settings_is_refused(tmp_path: Path) -> None:
    family = family_called("dcgan")
    task = TrainingTask(32, 3)
    small = family.learner(family.config(width=0.25), task, 0)
    kept = save_checkpoint(small, tmp_path)
    with pytest.raises(Problem, match="cannot be read"):
        load_checkpoint(family.learner(family.config(width=0.5), task, 0), kept)


def test_a_run_may_begin_with_the_weights_of_another(tmp_path: Path, picture_folder: Path) -> None:
    first = small_run(tmp_path / "first", "vae", picture_folder, steps=3)
    found = first.pictures(cache=tmp_path / "cache")
    list(first.train(found))
    settings = dict(first.spec.settings)
    spec = RunSpec("vae", str(picture_folder), 32, 2, settings=settings, start=str(first.folder))
    second = Run.create(tmp_path / "second", spec)
    steps = second.train(found)
    assert next(steps).step == 1
    steps.close()
    fresh = Run.create(tmp_path / "fresh", replace(spec, start=""))
    next(started := fresh.train(found))
    started.close()
    weights = [state(run)["network/average/decoder.dense.weight"] for run in (first, second, fresh)]
    assert (weights[1] - weights[0]).norm() < 0.2 * (weights[2] - weights[0]).norm()


@pytest.mark.parametrize("key", ["gan", "dcgan", "vae"])
def test_pictures_that_have_classes_teach_families_that_are_told_none(
    key: str, tmp_path: Path, picture_folder: Path
) -> None:
    rows = [f"{n:02d}.png,{('round', 'square')[n % 2]}" for n in range(12)]
    (picture_folder / "labels.csv").write_text("\n".join(["file,label", *rows]))
    run = small_run(tmp_path / "run", key, picture_folder, steps=1)
    found = run.pictures(cache=tmp_path / "cache")
    assert len(found.classes) == 2
    list(run.train(found))
    assert any((run.folder / "samples").glob("*.png"))


def test_a_conditional_gan_paints_and_judges_by_class(tmp_path: Path, picture_folder: Path, exports_here: None) -> None:
    run = small_run(tmp_path / "run", "cgan", picture_folder, steps=2)
    list(run.train(run.pictures(cache=tmp_path / "cache")))
    out = tmp_path / "model"
    export_run(run.folder, out)
    assert inspect(out / "generator.onnx").card.classes == ("round", "square")
    learner = run.trained_learner()
    assert isinstance(learner, Adversaries)
    z = torch.zeros(3, learner.latent_size)
    first, second, unknown = learner.pictures(z, torch.tensor([0, 1, -1]))
    assert not torch.allclose(first, second)
    assert torch.allclose(unknown, learner.pictures(z[:1])[0], atol=1e-5)
    each = learner.scores(first.expand(3, -1, -1, -1), torch.tensor([0, 1, -1])).detach()
    alone = learner.exports()["critic"].module(first[None]).detach()
    assert each[0] != each[1]
    assert alone.item() == pytest.approx(each[:2].exp().mean().log().item(), abs=1e-5)


def test_the_balance_of_began_is_in_every_checkpoint(tmp_path: Path, picture_folder: Path, exports_here: None) -> None:
    run = small_run(tmp_path / "run", "began", picture_folder, steps=3)
    told = [p.losses for p in run.train(run.pictures(cache=tmp_path / "cache"))]
    assert all(0 <= losses["k"] <= 1 for losses in told)
    assert told[-1]["k"] > 0
    assert all(losses["M"] >= -losses["D(x)"] for losses in told)
    assert state(run)["network/critic/k"].item() == pytest.approx(told[-1]["k"], rel=1e-5)
    (generator,) = export_run(run.folder, tmp_path / "out", only="generator")
    assert inspect(generator).card.distribution == "uniform"


def test_the_lectures_networks_have_the_published_counts() -> None:
    from explorer.training.families.gans.lecture_gan import Config, LectureGAN

    learner = LectureGAN(Config(), TrainingTask(28, 1), 0)
    trained = [sum(p.numel() for p in network.parameters()) for network in (learner.critic, learner.generator)]
    running = sum(b.numel() for b in learner.generator.buffers() if b.is_floating_point())
    assert (*trained, running) == (720_833, 844_161 - 6_784, 6_784)


def test_the_lectures_networks_refuse_other_sizes() -> None:
    with pytest.raises(Problem, match="28 x 28, not of 32 x 32"):
        family_called("lecture_gan").learner(family_called("lecture_gan").config(), TrainingTask(32, 1), 0)


def test_a_share_of_training_latents_is_truncated() -> None:
    from explorer.training.families.gans.dcgan import DCGAN, Config

    def norms(share: float) -> torch.Tensor:
        learner = DCGAN(Config(width=0.1, latent_size=256, truncated=share), TrainingTask(32, 1), 0)
        return learner.sample(2000).norm(dim=1)

    assert (norms(0.0) > 13).all()  # a sample's norm is 16, give or take 0.7
    short = (norms(0.5) < 13).float().mean()
    assert short == pytest.approx(0.5 * 13 / 16, abs=0.05)
    assert norms(1.0).min() < 0.5


def test_a_run_cannot_begin_with_another_familys_weights(tmp_path: Path, picture_folder: Path) -> None:
    first = small_run(tmp_path / "first", "vae", picture_folder, steps=1)
    found = first.pictures(cache=tmp_path / "cache")
    list(first.train(found))
    spec = RunSpec("dcgan", str(picture_folder), 32, 2, settings={"width": 0.25}, start=str(first.folder))
    with pytest.raises(Problem, match=r"Nothing in .* fits"):
        next(Run.create(tmp_path / "second", spec).train(found))


@pytest.mark.parametrize("key", ["dcgan", "vae"])
def test_the_mean_latent_has_a_picture_and_not_one_colour(key: str, tmp_path: Path, picture_folder: Path) -> None:
    run = small_run(tmp_path / "run", key, picture_folder, steps=6)
    list(run.train(run.pictures(cache=tmp_path / "cache")))
    learner = run.trained_learner()
    features = learner.networks["average"]
    dense = features.dense if key == "dcgan" else features["decoder"].dense
    start = dense(torch.zeros(1, learner.latent_size)).view(-1, 4 * 4)
    assert start.std(dim=1).mean() > 1e-3
