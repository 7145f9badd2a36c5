"""A run goes on from the weights of an exported model as from those of a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from explorer.core.problem import Problem
from explorer.paths import models_folder
from explorer.training.families import family_called
from explorer.training.families.autoencoders.vaegan import VAEGAN
from explorer.training.families.conditional.factor_gan import FactorGAN
from explorer.training.families.gans.dcgan import DCGAN
from explorer.training.learning.batches import Batches
from explorer.training.learning.factors import FactorReading
from explorer.training.learning.family import Learner, TrainingTask
from explorer.training.learning.knobs import configured
from explorer.training.projection.onnx_network import OnnxNetwork
from explorer.training.runs import exported_start
from explorer.training.runs.export import export_run
from explorer.training.runs.exported_start import start_from_model
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.runs.start_fit import start_fit
from tests.training.conftest import draw_discs
from tests.without_a_child import exports

SETTINGS = {"width": 0.1, "batch_size": 4, "latent_size": 6}


def learner(key: str, size: int, **settings: object) -> Learner:
    family = family_called(key)
    return family.learner(configured(family.config, settings), TrainingTask(size, 3), 8)


def batches(size: int) -> Batches:
    pictures = np.random.RandomState(0).randint(0, 256, (40, size, size, 3)).astype(np.uint8)
    return Batches(pictures, None, size=16, mirror=False, seed=0, device=torch.device("cpu"))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DCGAN's folder, after two steps."""
    folder = tmp_path_factory.mktemp("dcgan")
    pictures = draw_discs(folder / "pictures")
    run = Run.create(folder / "first", RunSpec("dcgan", str(pictures), 32, 2, settings=SETTINGS))
    list(run.train(run.pictures(cache=folder / "cache")))
    with exports():
        export_run(run.folder, folder / "model")
    return folder / "model"


def test_the_bundled_faces_can_be_trained_on_as_a_vae_gan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported_start, "_COUNT", 32)
    found = learner("vaegan", 64)
    assert isinstance(found, VAEGAN)
    faces = models_folder() / "faces"
    left = start_from_model(found, faces, batches(64))
    networks = [OnnxNetwork.load(faces / f"{name}.onnx") for name in ("encoder", "generator", "critic")]
    pictures = batches(64).batch(5).pictures
    with torch.no_grad():
        z = networks[0](pictures)
        assert torch.allclose(found.average_encoder(pictures)[0], z, atol=1e-3)
        assert torch.allclose(found.pictures(z), networks[1](z), atol=1e-3)
        assert torch.allclose(found.critic(pictures), networks[2](pictures), atol=1e-3)
    assert left == ()
    for average, live in (("average", "generator"), ("average encoder", "encoder")):
        pair = (found.networks[average].state_dict(), found.networks[live].state_dict())
        assert all(torch.equal(pair[0][name], pair[1][name]) for name in pair[0])


def test_the_bundled_vae_can_be_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported_start, "_COUNT", 32)
    found = learner("vae", 64, latent_size=64, width=0.75)
    model = models_folder() / "faces-vae"
    assert start_from_model(found, model, batches(64)) == ()
    pictures = batches(64).batch(5).pictures
    with torch.no_grad():
        wanted = OnnxNetwork.load(model / "generator.onnx")(OnnxNetwork.load(model / "encoder.onnx")(pictures))
    again = found.reconstructions(pictures)
    assert again is not None
    assert torch.allclose(again, wanted, atol=1e-2)


def test_what_a_model_lacks_begins_from_nothing_and_is_named(
    exported: Path, tmp_path: Path, picture_folder: Path
) -> None:
    spec = RunSpec("vaegan", str(picture_folder), 32, 1, settings=SETTINGS, start=str(exported))
    run = Run.create(tmp_path / "second", spec)
    list(run.train(run.pictures(cache=tmp_path / "cache")))
    assert run.notes[-1] == "model has no encoder that fits: this run's starts from nothing."


def test_what_would_go_on_is_told_before_anything_begins(exported: Path) -> None:
    alike, wider = learner("vaegan", 32, **SETTINGS), learner("dcgan", 32, **SETTINGS | {"width": 0.2})
    before = {name: value.clone() for name, value in alike.networks["generator"].state_dict().items()}
    found = start_fit(alike, str(exported))
    assert (set(found.kept), found.anew) == ({"generator", "critic"}, ("encoder",))
    assert all(torch.equal(before[name], value) for name, value in alike.networks["generator"].state_dict().items())
    assert start_fit(wider, str(exported)).kept == ()
    run = str(exported.parent / "first")
    assert start_fit(learner("dcgan", 32, **SETTINGS), run).anew == ()
    assert start_fit(wider, run).kept == ()


def test_batch_norm_that_was_folded_away_learns_on_from_where_it_was(exported: Path) -> None:
    found, fresh = learner("dcgan", 32, **SETTINGS), learner("dcgan", 32, **SETTINGS)
    assert isinstance(found, DCGAN)
    assert isinstance(fresh, DCGAN)
    start_from_model(found, exported, batches(32))
    z = found.sample(600)
    with torch.no_grad():
        wanted = OnnxNetwork.load(exported / "generator.onnx")(z)
        off = [
            (network.train()(z) - wanted).abs().mean() / wanted.std() for network in (found.generator, fresh.generator)
        ]
    assert off[0] < 0.1  # by the statistics of these samples, not by those that it was given
    assert off[1] > 0.3


def test_a_run_starts_from_a_models_folder(exported: Path, tmp_path: Path, picture_folder: Path) -> None:
    spec = RunSpec("dcgan", str(picture_folder), 32, 1, seed=4, settings=SETTINGS, start=str(exported))
    run = Run.create(tmp_path / "second", spec)
    list(run.train(run.pictures(cache=tmp_path / "cache")))
    z = torch.randn(5, 6)
    with torch.no_grad():
        wanted = OnnxNetwork.load(exported / "generator.onnx")(z)
        painted = run.trained_learner().pictures(z)
    assert painted is not None
    assert (painted - wanted).abs().mean() < 0.3 * wanted.std()


def test_a_model_of_another_width_is_no_start(exported: Path) -> None:
    with pytest.raises(Problem, match=r"No network of model fits") as refused:
        start_from_model(learner("dcgan", 32, **SETTINGS | {"width": 0.2}), exported, batches(32))
    assert "width" in refused.value.hint


def test_a_folder_that_is_neither_run_nor_model_is_no_start(tmp_path: Path, picture_folder: Path) -> None:
    spec = RunSpec("dcgan", str(picture_folder), 32, 1, settings=SETTINGS, start=str(tmp_path / "nothing"))
    run = Run.create(tmp_path / "run", spec)
    with pytest.raises(Problem, match=r"nothing"):
        next(run.train(run.pictures(cache=tmp_path / "cache")))


def test_a_translator_of_half_weights_can_be_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported_start, "_COUNT", 32)
    found = learner("pix2pix", 64, width=1.0, given="lines+dabs")
    model = models_folder() / "lines-to-portrait"
    fit = start_fit(found, str(model))
    assert (fit.kept, fit.anew) == (("translator",), ())
    assert start_from_model(found, model, batches(64)) == ()
    pictures = batches(64).batch(5).pictures
    with torch.no_grad():
        wanted = OnnxNetwork.load(model / "translator.onnx")(pictures)
    answers = found.translations(pictures)
    assert answers is not None
    assert torch.allclose(answers, wanted, atol=1e-3)
    assert torch.equal(found.translator.up[0][1].weight, found.average.up[0][1].weight)


def test_another_start_leaves_group_norms_alone() -> None:
    found = learner("pix2pix", 64, width=0.5, given="lines+dabs")
    with pytest.raises(Problem, match="No network of lines-to-portrait fits"):
        start_from_model(found, models_folder() / "lines-to-portrait", batches(64))


def test_a_model_of_named_factors_learns_on_from_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported_start, "_COUNT", 32)
    settings: dict[str, object] = {"told": "hat,smile,beard", "noise": 0, "width": 0.15, "batch_size": 8}
    spec = RunSpec("factor_gan", "portraits:40", 32, 2, settings=settings)
    run = Run.create(tmp_path / "first", spec)
    found = run.pictures(cache=tmp_path / "cache")
    list(run.train(found))
    with exports():
        export_run(run.folder, tmp_path / "model")
    fresh, given = Run.create(tmp_path / "second", spec.with_data(found)).begun(found, torch.device("cpu"))
    assert isinstance(fresh, FactorGAN)

    assert start_fit(fresh, str(tmp_path / "model")).anew == ()
    assert start_from_model(fresh, tmp_path / "model", given) == ()

    z, pictures = fresh.sample(8), torch.rand(8, 3, 32, 32)
    read = FactorReading(fresh.average_reader, fresh.space, 0).eval()
    with torch.no_grad():
        for made, role, given_name, shown in (
            (fresh.pictures(z), "generator", "z", z), (read(pictures), "encoder", "picture", pictures),
        ):  # fmt: skip
            session = onnxruntime.InferenceSession(tmp_path / f"model/{role}.onnx", providers=["CPUExecutionProvider"])
            assert np.abs(session.run(None, {given_name: shown.numpy()})[0] - made.numpy()).max() < 2e-3
    pair = (fresh.average.state_dict(), fresh.generator.state_dict())
    assert all(torch.equal(pair[0][name], pair[1][name]) for name in pair[0])
