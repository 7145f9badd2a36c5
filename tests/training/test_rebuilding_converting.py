"""Weights become ONNX models that paint what torch paints, once for each file and each reading of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from explorer.core.files import hash_of
from explorer.core.inference.generator import Generator
from explorer.core.inference.perception import Encoder
from explorer.core.models.inspection import inspect
from explorer.core.problem import Problem
from explorer.training.weight_import.assembly import sequence
from explorer.training.weight_import.converting import answers_painted, convert, converted, name_of
from explorer.training.weight_import.entrances import Entrance
from explorer.training.weight_import.interpretation import readings_of
from explorer.training.weight_import.kept_weights import kept, painted, read_as
from explorer.training.weight_import.onnx_export import traced
from explorer.training.weight_import.onnx_graphs import UnknownLayerError, graph_of

SHARED = Path(
    os.environ.get("LATENT_EXPLORER_SHARED_CHECKPOINTS", Path(__file__).parents[3] / "shared" / "checkpoints")
)


@pytest.fixture
def perceptron(tmp_path):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 192), nn.Tanh())
    (tmp_path / "theirs").mkdir()
    torch.save(network.state_dict(), tmp_path / "theirs" / "faces.pt")
    return network, tmp_path / "theirs" / "faces.pt"


def test_a_conversion_paints_what_torch_paints_and_says_where_it_is_from(perceptron, tmp_path):
    network, path = perceptron
    files = convert(path, tmp_path / "out")
    assert (files.name, files.generator, files.encoder) == (
        "faces",
        tmp_path / "out" / "generator.onnx",
        None,
    )
    found = inspect(files.generator, trusted=True)
    assert (found.kind, found.batch, found.problems) == ("generator", "dynamic", ())
    card = found.card
    assert (card.height, card.width, card.channels, card.latent_size, card.value_range) == (
        8,
        8,
        3,
        5,
        (-1, 1),
    )
    assert card.config["file"] == "faces.pt"
    assert card.config["sha256"] == hash_of(path)
    assert card.parity < 0.01
    session = onnxruntime.InferenceSession(files.generator, providers=["CPUExecutionProvider"])
    for count in (1, 2, 5):
        z = torch.randn(count, 5)
        (drawn,) = session.run(None, {"z": z.numpy()})
        with torch.no_grad():
            np.testing.assert_allclose(drawn.reshape(count, -1), network(z).numpy(), atol=1e-5)


@pytest.mark.usefixtures("converts_here")
def test_the_same_file_gives_the_same_bytes(perceptron, tmp_path):
    for name in ("a", "b"):
        convert(perceptron[1], tmp_path / name)
    assert (tmp_path / "a" / "generator.onnx").read_bytes() == (tmp_path / "b" / "generator.onnx").read_bytes()


def test_the_weights_are_kept_beside_the_model_and_read_otherwise(perceptron, tmp_path):
    network, path = perceptron
    convert(path, tmp_path / "out")
    readings, tensors = readings_of(tmp_path / "out"), kept(tmp_path / "out")
    assert readings.layout == "Multilayer perceptron GAN"
    assert [choice.key for choice in readings.choices] == ["hidden", "last", "latent"]
    assert all(choice.guessed for choice in readings.choices)
    assert len(readings.problems) == 3
    assert list(tensors) == list(network.state_dict())
    found = read_as(tensors, {"last": "sigmoid"}, {"hidden": "relu"})
    assert [choice.key for choice in found.choices if choice.guessed] == ["hidden", "latent"]
    apart = answers_painted(path, tmp_path / "out", {"hidden": "relu"}, [("last", "sigmoid"), ("last", "tanh")])
    np.testing.assert_array_equal(apart[0], painted(found))
    assert painted(found).shape == apart[1].shape == (6, 8, 8, 3)
    assert (apart[0] != apart[1]).any()


@pytest.mark.usefixtures("converts_here")
def test_an_answer_changes_the_model_and_a_wrong_one_is_refused(perceptron, tmp_path):
    convert(perceptron[1], tmp_path / "out", {"last": "sigmoid"})
    assert inspect(tmp_path / "out" / "generator.onnx", trusted=True).card.value_range == (0, 1)
    with pytest.raises(Problem, match="banana is not an answer to last"):
        convert(perceptron[1], tmp_path / "no", {"last": "banana"})
    with pytest.raises(Problem, match=r"faces\.pt leaves no question size open"):
        convert(perceptron[1], tmp_path / "no", {"size": "32"})
    assert not (tmp_path / "no").exists()


@pytest.mark.usefixtures("converts_here")
def test_what_was_converted_is_not_converted_again_wherever_it_lies(perceptron, tmp_path):
    first = converted(perceptron[1], tmp_path / "cache")
    before = first.generator.stat().st_mtime_ns
    (tmp_path / "moved").mkdir()
    moved = shutil.copy(perceptron[1], tmp_path / "moved" / "renamed.pth")
    again = converted(Path(moved), tmp_path / "cache", cancelled=lambda: True)  # a child would be cancelled
    assert (again.generator, again.name) == (first.generator, "renamed")
    assert again.generator.stat().st_mtime_ns == before
    other = converted(perceptron[1], tmp_path / "cache", {"hidden": "tanh"})
    assert other.generator != first.generator


@pytest.mark.usefixtures("converts_here")
def test_half_a_model_in_the_cache_is_made_anew(perceptron, tmp_path):
    first = converted(perceptron[1], tmp_path / "cache")
    first.generator.unlink()
    assert converted(perceptron[1], tmp_path / "cache").generator.is_file()


def test_a_conversion_can_be_cancelled_and_leaves_nothing(perceptron, tmp_path):
    with pytest.raises(Problem, match=r"The opening of faces\.pt was cancelled"):
        convert(perceptron[1], tmp_path / "out", cancelled=lambda: True)
    with pytest.raises(Problem, match="takes too long to be read"):
        convert(perceptron[1], tmp_path / "out", timeout_s=0)
    assert [child.name for child in tmp_path.iterdir()] == ["theirs"]


@pytest.mark.usefixtures("converts_here")
def test_nothing_that_is_there_is_written_over(perceptron, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(Problem, match="not empty"):
        convert(perceptron[1], tmp_path / "full")
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="is a file, not a folder"):
        convert(perceptron[1], tmp_path / "file")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a/netG_epoch_24.pth", "a"),
        ("VAE_chairs/model.pt", "VAE_chairs"),
        ("mnist-gan/G--300.ckpt", "mnist-gan"),
        ("x/celeba_dcgan.pth", "celeba_dcgan"),
    ],
)
def test_a_model_is_called_after_its_folder_where_its_file_says_nothing(name, wanted):
    assert name_of(Path("/models") / name) == wanted


def every_layer() -> nn.Module:
    return sequence(
        [
            *(nn.Linear(6, 32), nn.BatchNorm1d(32), nn.ELU(), nn.Linear(32, 64, bias=False), nn.PReLU()),
            *(nn.Unflatten(1, (4, 4, 4)), nn.BatchNorm2d(4, 0.8), nn.Upsample(scale_factor=2), nn.SiLU()),
            *(nn.Conv2d(4, 8, 3, 1, 1), nn.LeakyReLU(0.2), nn.PReLU(8), nn.ConvTranspose2d(8, 4, 3, 2, 1, 1)),
            *(nn.ReLU(), nn.Identity(), nn.ConvTranspose2d(4, 4, 4, 2, 1, bias=False), nn.Sigmoid()),
            *(nn.Conv2d(4, 2, 4, 2, 1), nn.Flatten(), nn.Linear(512, 9), nn.Tanh()),
        ]
    )


def runs_alike(model: onnx.ModelProto, network: nn.Module, *shapes: str) -> None:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for count in (1, 2, 5):
        fed = {"z": torch.randn(count, 6), "label": torch.arange(count) % 3}
        fed = {port.name: fed[port.name] for port in session.get_inputs()}
        with torch.no_grad():
            wanted = network(*fed.values()).numpy()
        (given,) = session.run(None, {name: tensor.numpy() for name, tensor in fed.items()})
        np.testing.assert_allclose(given, wanted, atol=1e-5)


def test_every_layer_that_is_written_to_onnx_calculates_as_in_torch():
    torch.manual_seed(0)
    network = every_layer()
    model = graph_of(network, {"z": (6,)}, "pictures", (9,))
    onnx.checker.check_model(model, full_check=True)
    runs_alike(model, network)


@pytest.mark.parametrize(("way", "width"), [("label first", 10), ("latent first", 10), ("product", 6)])
def test_classes_are_written_to_onnx(way, width):
    torch.manual_seed(0)
    body = sequence([nn.Linear(width, 48), nn.Unflatten(1, (3, 4, 4))])
    network = Entrance(way=way, table=torch.randn(3, width - 6 or 6)).network(body)
    model = graph_of(network, {"z": (6,), "label": ()}, "pictures", (3, 4, 4))
    onnx.checker.check_model(model, full_check=True)
    runs_alike(model, network)


class Unusual(nn.Module):
    """A network of no common layers."""

    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(6, 48)

    def forward(self, z):
        return torch.sin(self.dense(z)).reshape(-1, 3, 4, 4)


def test_other_modules_aretraced():
    network = Unusual().eval()
    with pytest.raises(UnknownLayerError):
        graph_of(network, {"z": (6,)}, "pictures", (3, 4, 4))
    model = traced(network, {"z": torch.randn(2, 6)}, "pictures", (3, 4, 4))
    runs_alike(model, network)
    assert [d.dim_value for d in model.graph.output[0].type.tensor_type.shape.dim[1:]] == [3, 4, 4]


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared checkpoints: set LATENT_EXPLORER_SHARED_CHECKPOINTS")
@pytest.mark.parametrize(
    ("name", "layout", "latent", "side", "bright"),
    [
        (
            "disentangling-vae/VAE_mnist/model.pt",
            "Convolutional VAE (Burgess et al., 2018)",
            10,
            32,
            (0.05, 0.25),
        ),
        (
            "disentangling-vae/betaH_mnist/model.pt",
            "Convolutional VAE (Burgess et al., 2018)",
            10,
            32,
            (0.05, 0.25),
        ),
        (
            "disentangling-vae/VAE_chairs/model.pt",
            "Convolutional VAE (Burgess et al., 2018)",
            10,
            64,
            (0.8, 1.0),
        ),
        (
            "disentangling-vae/factor_dsprites/model.pt",
            "Convolutional VAE (Burgess et al., 2018)",
            10,
            64,
            (0.01, 0.15),
        ),
        ("mnist-gan/G--300.ckpt", "Multilayer perceptron GAN", 64, 28, (0.05, 0.25)),
        ("mnist-vae/vae_epoch_25.pth", "Multilayer perceptron VAE", 20, 28, (0.05, 0.3)),
    ],
)
@pytest.mark.usefixtures("converts_here")
def test_the_shared_checkpoints_open_by_their_names(name, layout, latent, side, bright, tmp_path):
    files = convert(SHARED / name, tmp_path / "out")
    assert readings_of(tmp_path / "out").layout == layout
    generator = Generator.open(files.generator, "cpu", trusted=True)
    card = generator.card
    assert (card.latent_size, card.height, card.width, card.channels) == (latent, side, side, 1)
    assert (card.value_range == (0, 1)) == ("VAE" in layout)
    z = np.random.RandomState(0).standard_normal((32, latent)).astype(np.float32)
    pictures = generator.pictures(z)
    generator.close()
    assert bright[0] < pictures.mean() / 255 < bright[1]
    assert (files.encoder is None) == ("VAE" not in layout)
    if files.encoder is not None:
        encoder = Encoder.open(files.encoder, "cpu", trusted=True)
        found = encoder.latents(pictures)
        encoder.close()
        known = [axis for axis in range(latent) if np.corrcoef(found[:, axis], z[:, axis])[0, 1] > 0.5]
        assert len(known) >= latent // 3
