"""PixelCNN: no value knows itself or a later one, and what is exported paints and measures as what was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tqdm import tqdm

from explorer.core.inference.generator import Generator
from explorer.core.likelihood.likelihood import Likelihood
from explorer.core.models.inspection import inspect
from explorer.core.problem import Problem
from explorer.core.sampling.sampler import Sampler
from explorer.core.sampling.settings import Sampling
from explorer.training.families.densities.pixelcnn import Config, PixelCNN
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.quality.markov import MarkovModel
from explorer.training.runs import export
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec

SIDE = 8


def learner(channels: int, classes: tuple[str, ...] = ("round", "square")) -> PixelCNN:
    """One of random weights whose maps of classes differ."""
    made = PixelCNN(Config(width=0.25, layers=4), TrainingTask(SIDE, channels, classes), 0)
    made.average.maps.data.normal_(generator=torch.Generator().manual_seed(1))
    return made


@pytest.mark.parametrize("channels", [1, 3])
def test_no_value_depends_on_itself_or_a_later_one_and_every_one_on_all_before(channels: int) -> None:
    network = learner(channels).average
    order = torch.arange(SIDE * SIDE * channels).reshape(SIDE, SIDE, channels).permute(2, 0, 1)
    pictures = torch.rand(2, channels, SIDE, SIDE) * 2 - 1
    pictures.requires_grad_()
    logits = network(pictures, torch.tensor([0, -1]))
    places = [(0, 0), (0, SIDE - 1), (3, 0), (4, 5), (SIDE - 1, SIDE - 1)]
    for channel, (row, column) in ((c, place) for c in range(channels) for place in places):
        squared = logits[0, :, channel, row, column].square().sum()
        (slope,) = torch.autograd.grad(squared, pictures, retain_graph=True)
        here = order[channel, row, column]
        assert (slope[0][order >= here] == 0).all()
        assert (slope[0][order < here] != 0).all()  # the reach of four layers is more than these pictures
        assert (slope[1] == 0).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_a_row_and_a_pixel_at_a_time_give_what_the_whole_network_gives(channels: int) -> None:
    made, labels = learner(channels), np.array([1, -1])
    pictures = torch.rand(2, channels, SIDE, SIDE) * 2 - 1
    with torch.no_grad():
        whole = made.average(pictures, torch.from_numpy(labels)).numpy()
        bands, late = made._bands(labels), made._bands(labels)
        for row, column in np.ndindex(SIDE, SIDE):
            for _ in range(2):  # a pixel may be asked for again
                assert bands(pictures.numpy(), row, column) == pytest.approx(whole[:, :, :, row, column], abs=1e-5)
        assert late(pictures.numpy(), 5, 3) == pytest.approx(whole[:, :, :, 5, 3], abs=1e-5)


def test_it_learns_pictures_of_unknown_class_and_counts_bits_of_levels() -> None:
    made = learner(1)
    rows = (torch.arange(SIDE)[:, None] % 2 * 2.0 - 1.0).expand(16, 1, SIDE, SIDE).contiguous()
    labels = torch.arange(16) % 3 - 1
    before = made.bits_per_dimension(rows, labels)
    assert before.shape == (16,)
    assert float(before.mean()) == pytest.approx(2.0, abs=0.3)  # of four levels nothing is known
    made.task = TrainingTask(SIDE, 1, made.task.classes, steps=10_000)
    for _ in range(120):
        losses = made.step(Batch(rows, labels))
        made.done_steps += 1
    assert float(losses["bits per dimension"]) < 0.5
    assert float(made.bits_per_dimension(rows).max()) < 1.0


def test_the_markov_model_counts_what_lies_left_and_above() -> None:
    stripes = np.tile(np.arange(8) % 2, (50, 1, 8, 1))
    model = MarkovModel(stripes, 2)
    assert model.bits(stripes).mean() < 0.02
    noise = np.random.RandomState(0).randint(0, 2, (50, 1, 8, 8))
    assert model.bits(noise).mean() > 3.0
    assert MarkovModel(noise, 2).bits(noise).mean() == pytest.approx(1.0, abs=0.02)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PixelCNN]:
    folder = tmp_path_factory.mktemp("pixelcnn")
    rng = np.random.RandomState(0)
    pictures, labels = rng.randint(0, 256, (12, SIDE, SIDE, 3)).astype(np.uint8), np.arange(12) % 2
    np.savez(folder / "pictures.npz", pictures=pictures, labels=labels, classes=np.array(["round", "square"]))
    settings = {"width": 0.25, "layers": 2, "batch_size": 4, "levels": 3}
    run = Run.create(folder / "run", RunSpec("pixelcnn", str(folder / "pictures.npz"), SIDE, 3, settings=settings))
    list(run.train(run.pictures(cache=folder / "cache")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tqdm, "monitor_interval", 0)
        patch.setattr(export, "ask", lambda _module, wanted, *_: export.main(dict(wanted)))
        export_run(run.folder, folder / "model")
    learned = run.trained_learner()
    assert isinstance(learned, PixelCNN)
    return folder / "model", learned


def opened(folder: Path) -> Sampler:
    found = Generator.open(folder / "step.onnx", "cpu", trusted=True)
    assert isinstance(found, Sampler)
    return found


def test_the_exported_model_paints_what_torch_paints_and_the_same_bytes_each_time(
    exported: tuple[Path, PixelCNN],
) -> None:
    folder, learned = exported
    first, second = opened(folder), opened(folder)
    z = np.random.RandomState(1).uniform(-1, 1, (3, learned.latent_size)).astype(np.float32)
    labels = [0, 1, 1]
    wanted = learned.pictures(torch.from_numpy(z), torch.tensor(labels)).numpy()
    for row in range(3):
        picture = first.picture(z[row], labels[row])
        assert (picture == first.as_bytes(wanted[row : row + 1])[0]).all()
        assert (picture == second.picture(z[row], labels[row])).all()
    assert (first.pictures(z, labels) == first.as_bytes(wanted)).all()
    assert set(np.unique(first.pictures(z, labels))) <= {0, 128, 255}
    cold = [list(first.states(z, labels, Sampling(temperature=0.01)))[-1].canvas for _ in range(2)]
    assert (cold[0] == cold[1]).all()
    assert not (cold[0] == wanted).all()
    first.close()
    second.close()


def test_without_the_two_networks_of_bands_it_paints_the_same_by_whole_runs(
    exported: tuple[Path, PixelCNN], tmp_path: Path
) -> None:
    folder, learned = exported
    (tmp_path / "step.onnx").write_bytes((folder / "step.onnx").read_bytes())
    z = np.random.RandomState(2).uniform(-1, 1, learned.latent_size).astype(np.float32)
    quick, slow = opened(folder), opened(tmp_path)
    assert (quick.picture(z, 1) == slow.picture(z, 1)).all()
    quick.close()
    slow.close()


def test_bands_that_do_not_belong_to_the_step_are_refused(exported: tuple[Path, PixelCNN], tmp_path: Path) -> None:
    folder, _ = exported
    for name in ("step.onnx", "row.onnx"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "pixel.onnx").write_bytes((folder / "row.onnx").read_bytes())
    with pytest.raises(Problem, match="of the kind row, not pixel"):
        opened(tmp_path)
    assert [inspect(folder / f"{kind}.onnx", trusted=True).kind for kind in ("row", "pixel")] == ["row", "pixel"]


def test_bits_after_export_are_those_before_and_pixels_add_up_to_them(exported: tuple[Path, PixelCNN]) -> None:
    folder, learned = exported
    pictures = np.random.RandomState(3).randint(0, 256, (5, SIDE, SIDE, 3)).astype(np.uint8)
    labels = np.array([0, 1, 0, 1, 1])
    model = Likelihood.open(folder, "cpu", trusted=True)
    values = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    wanted = learned.bits_per_dimension(values, torch.from_numpy(labels)).numpy()
    bits = model.bits(pictures, labels)
    assert bits == pytest.approx(wanted, rel=1e-4)
    pixels = model.surprise(pictures, labels)
    assert pixels.shape == (5, SIDE, SIDE)
    assert pixels.sum((1, 2)) == pytest.approx(bits * SIDE * SIDE * 3, rel=1e-4)
    assert (model.measured, model.card.levels, model.classes) == ("exact", 3, ("round", "square"))
    model.close()
