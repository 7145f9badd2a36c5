"""Weights of other people's networks become those networks again, whatever the file calls them."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from layout_zoo import Chain
from safetensors.torch import save_file
from torch import Tensor, nn

from explorer.core.problem import Problem
from explorer.training.weight_import.architecture import as_text
from explorer.training.weight_import.chains.batch_statistics import surprise
from explorer.training.weight_import.layouts import layouts
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.recognition import rebuilt
from explorer.training.weight_import.unwrapping import candidates
from explorer.training.weight_import.weights import Weights, read_weights


def read(tensors: Mapping[str, Tensor], chosen: Mapping[str, str] | None = None) -> Rebuilt:
    plain = {name: tensor.detach().clone() for name, tensor in tensors.items()}
    return rebuilt(Weights(Path("theirs.pt"), "zip", plain), chosen or {})[0]


def seeded(build) -> nn.Module:
    """A network of random weights, its batch normalisation as if it had been trained."""
    torch.manual_seed(0)
    network = build()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1, 0.2)
            nn.init.normal_(module.bias, 0, 0.2)
            module.momentum = None
    return network


@torch.no_grad()
def accustomed(network: nn.Module, *inputs: Tensor) -> nn.Module:
    """The network after its batch normalisation saw ``inputs``."""
    network.train()
    network(*inputs)
    return network.eval()


def same_pictures(found: Rebuilt, theirs: nn.Module, z: Tensor, *more: Tensor) -> None:
    with torch.no_grad():
        torch.testing.assert_close(
            found.networks["generator"](z.flatten(1), *more), theirs(z, *more), atol=1e-5, rtol=1e-5
        )


class TutorialDcgan(nn.Module):
    """The generator of PyTorch's tutorial."""

    def __init__(self, nz=16, ngf=4, nc=3, side=64, bias=False, norm=True, act=nn.ReLU):
        super().__init__()
        widths = [ngf * 2**power for power in range((side // 8).bit_length() - 1, -1, -1)]
        layers: list[nn.Module] = []
        before = nz
        for place, width in enumerate(widths):
            layers.append(nn.ConvTranspose2d(before, width, 4, 2 if place else 1, 1 if place else 0, bias=bias))
            layers += [nn.BatchNorm2d(width)] if norm else []
            layers.append(act())
            before = width
        self.main = nn.Sequential(*layers, nn.ConvTranspose2d(before, nc, 4, 2, 1, bias=bias), nn.Tanh())

    def forward(self, z):
        return self.main(z.reshape(len(z), -1, 1, 1))


@pytest.mark.parametrize(
    ("options", "frame"),
    [
        ({}, (3, 64, 16)),
        ({"ngf": 6, "nz": 100, "nc": 1}, (1, 64, 100)),
        ({"side": 32}, (3, 32, 16)),
        ({"side": 128, "ngf": 2}, (3, 128, 16)),
        ({"bias": True, "norm": False}, (3, 64, 16)),
    ],
)
def test_a_dcgan_of_any_width_depth_latent_and_channels(options, frame):
    theirs = seeded(lambda: TutorialDcgan(**options))
    accustomed(theirs, torch.randn(64, frame[2]))
    found = read(theirs.state_dict())
    assert found.layout == "DCGAN"
    card = found.card
    assert (card.channels, card.height, card.width, card.latent_size) == (
        frame[0],
        frame[1],
        frame[1],
        frame[2],
    )
    assert card.value_range == (-1, 1)
    assert {choice.key: choice.taken for choice in found.choices} == {
        "hidden": "relu",
        "last": "tanh",
        "latent": "normal",
    }
    same_pictures(found, theirs, torch.randn(3, card.latent_size))


@pytest.mark.parametrize(("act", "key"), [(nn.ReLU, "relu"), (lambda: nn.LeakyReLU(0.2), "leaky"), (nn.Tanh, "tanh")])
@pytest.mark.parametrize("latent", ["normal", "uniform"])
def test_batch_normalisation_remembers_the_activation_and_the_latents(act, key, latent):
    theirs = seeded(lambda: TutorialDcgan(side=32, ngf=12, act=act))
    z = torch.randn(800, 16) if latent == "normal" else torch.rand(800, 16) * 2 - 1
    accustomed(theirs, z)
    found = read(theirs.state_dict())
    taken = {choice.key: choice.taken for choice in found.choices}
    assert (taken["hidden"], taken["latent"], found.card.distribution) == (key, latent, latent)
    assert any("statistics of its batch normalisation" in problem for problem in found.problems)
    same_pictures(found, theirs, z[:3])


def test_the_user_is_believed_before_the_statistics():
    theirs = accustomed(seeded(lambda: TutorialDcgan(side=32)), torch.randn(200, 16))
    found = read(theirs.state_dict(), {"hidden": "elu", "last": "sigmoid"})
    assert {choice.key: choice.taken for choice in found.choices}["hidden"] == "elu"
    assert found.card.value_range == (0, 1)
    assert isinstance(found.networks["generator"][-1], nn.Sigmoid)
    assert not any("last layer" in problem for problem in found.problems)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        lambda state: {f"module.{name}": tensor for name, tensor in state.items()},
        lambda state: (
            {f"generator.{n}": t for n, t in state.items()} | {"discriminator.main.0.weight": torch.rand(4, 3, 4, 4)}
        ),
        lambda state: {f"net.{name.removeprefix('main.')}": tensor for name, tensor in state.items()},
        lambda state: {
            "epoch": 3,
            "netG": state,
            "optimizerG": {"state": {0: {"exp_avg": torch.rand(3)}}},
            "loss": 0.5,
        },
        lambda state: {
            "state_dict": {f"model.{name}": tensor for name, tensor in state.items()},
            "hyper_parameters": {},
        },
        lambda state: {"G": {name: torch.zeros_like(t) for name, t in state.items()}, "g_ema": state},
        lambda state: {
            "model": {f"module.{name}": tensor for name, tensor in state.items()},
            "args": [1, "two"],
        },
        lambda state: {name: t.half() if t.is_floating_point() else t for name, t in state.items()},
        lambda state: [state, {"main.0.weight": torch.rand(4, 3, 4, 4)}],
    ],
    ids=[
        "bare",
        "parallel",
        "lightning",
        "net",
        "training",
        "state_dict",
        "average",
        "model",
        "half",
        "pair",
    ],
)
def test_a_generator_is_found_wherever_a_program_kept_it(wrap, tmp_path):
    theirs = accustomed(seeded(lambda: TutorialDcgan(side=32, ngf=3, nz=8)), torch.randn(64, 8))
    torch.save(wrap(theirs.state_dict()), tmp_path / "theirs.pth")
    found, where = rebuilt(read_weights(tmp_path / "theirs.pth"), {})
    z = torch.randn(2, 8)
    with torch.no_grad():
        torch.testing.assert_close(found.networks["generator"](z), theirs(z), atol=5e-3, rtol=5e-3)
    assert where.averaged == ("g_ema" in where.where)


def test_safetensors_and_the_old_form_of_pytorch_are_read_alike(tmp_path):
    theirs = accustomed(seeded(lambda: TutorialDcgan(side=128, ngf=2, nz=8)), torch.randn(8, 8))
    state = theirs.state_dict()
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, tmp_path / "a.safetensors")
    torch.save(state, tmp_path / "b.pt", _use_new_zipfile_serialization=False)
    for name in ("a.safetensors", "b.pt"):
        same_pictures(rebuilt(read_weights(tmp_path / name), {})[0], theirs, torch.randn(2, 8))


def test_spectral_normalisation_is_folded_into_the_weights():
    theirs = seeded(lambda: TutorialDcgan(side=32, norm=False, bias=True))
    for module in theirs.modules():
        if isinstance(module, nn.ConvTranspose2d):
            torch.nn.utils.spectral_norm(module)
    accustomed(theirs, torch.randn(4, 16))
    same_pictures(read(theirs.state_dict()), theirs, torch.randn(3, 16))


def test_a_dcgan_of_28_pixels_by_kernels_of_four_and_three():
    theirs = nn.Sequential(
        *(nn.Unflatten(1, (10, 1, 1)), nn.ConvTranspose2d(10, 16, 4, 1, 0), nn.ReLU()),
        *(nn.ConvTranspose2d(16, 8, 3, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 4, 4, 2, 1), nn.ReLU()),
        *(nn.ConvTranspose2d(4, 1, 4, 2, 1), nn.Tanh()),
    )
    found = read(theirs.state_dict())
    assert (found.card.height, found.card.channels) == (28, 1)
    same_pictures(found, theirs, torch.randn(2, 10))


class CourseBlocks(nn.Module):
    """The DCGAN of a course: kernels 3, 4, 3, 4 and no padding."""

    def __init__(self):
        super().__init__()

        def block(a, b, kernel, stride):
            return nn.Sequential(nn.ConvTranspose2d(a, b, kernel, stride), nn.BatchNorm2d(b), nn.ReLU())

        self.gen = nn.Sequential(
            block(12, 16, 3, 2),
            block(16, 8, 4, 1),
            block(8, 4, 3, 2),
            nn.Sequential(nn.ConvTranspose2d(4, 1, 4, 2), nn.Tanh()),
        )

    def forward(self, z):
        return self.gen(z.reshape(len(z), -1, 1, 1))


def test_the_dcgan_of_a_course():
    theirs = accustomed(seeded(CourseBlocks), torch.randn(128, 12))
    found = read(theirs.state_dict())
    assert found.card.height == 28
    same_pictures(found, theirs, torch.randn(2, 12))


class DenseFirst(nn.Module):
    """A dense layer, seen as 4x4 pictures, then transposed convolutions."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 32 * 4 * 4)
        self.deconv1 = nn.ConvTranspose2d(32, 16, 4, 2, 1)
        self.bn1 = nn.BatchNorm2d(16)
        self.deconv2 = nn.ConvTranspose2d(16, 16, 4, 2, 1)
        self.bn2 = nn.BatchNorm2d(16)
        self.deconv3 = nn.ConvTranspose2d(16, 3, 4, 2, 1)

    def forward(self, z):
        x = torch.relu(self.fc(z)).view(-1, 32, 4, 4)
        x = torch.relu(self.bn1(self.deconv1(x)))
        return torch.tanh(self.deconv3(torch.relu(self.bn2(self.deconv2(x)))))


def test_a_generator_that_begins_with_a_dense_layer():
    theirs = accustomed(seeded(DenseFirst), torch.randn(256, 20))
    found = read(theirs.state_dict())
    assert found.layout == "DCGAN with a dense layer first"
    assert (found.card.height, found.card.latent_size) == (32, 20)
    same_pictures(found, theirs, torch.randn(2, 20))


def test_layers_kept_by_the_alphabet_are_put_in_order_by_their_shapes(tmp_path):
    theirs = accustomed(seeded(DenseFirst), torch.randn(256, 20))
    save_file(theirs.state_dict(), tmp_path / "theirs.safetensors")
    assert next(iter(read_weights(tmp_path / "theirs.safetensors").tensors)).startswith("bn1")
    found = rebuilt(read_weights(tmp_path / "theirs.safetensors"), {})[0]
    same_pictures(found, theirs, torch.randn(2, 20))


class Upsampling(nn.Module):
    """The DCGAN of PyTorch-GAN: enlargement and convolution, an epsilon of 0.8."""

    def __init__(self, latent=12, classes=0, size=32):
        super().__init__()
        self.size = size // 4
        if classes:
            self.label_emb = nn.Embedding(classes, latent)
        self.l1 = nn.Sequential(nn.Linear(latent, 16 * self.size**2))
        self.conv_blocks = nn.Sequential(
            *(
                nn.BatchNorm2d(16),
                nn.Upsample(scale_factor=2),
                nn.Conv2d(16, 16, 3, 1, 1),
                nn.BatchNorm2d(16, 0.8),
            ),
            *(
                nn.LeakyReLU(0.2),
                nn.Upsample(scale_factor=2),
                nn.Conv2d(16, 8, 3, 1, 1),
                nn.BatchNorm2d(8, 0.8),
            ),
            *(nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 3, 1, 1), nn.Tanh()),
        )

    def forward(self, z, label=None):
        z = z if label is None else self.label_emb(label) * z
        return self.conv_blocks(self.l1(z).view(len(z), 16, self.size, self.size))


def uniform_epsilon(network: nn.Module) -> nn.Module:
    """PyTorch-GAN leaves the first batch normalisation at the usual epsilon; one for all is what is read."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eps = 0.8
    return network


def test_a_generator_that_enlarges_and_convolves():
    theirs = accustomed(uniform_epsilon(seeded(Upsampling)), torch.randn(256, 12))
    found = read(theirs.state_dict(), {"epsilon": "0.8", "hidden": "leaky"})
    assert (found.layout, found.card.height) == ("Upsampling DCGAN", 32)
    same_pictures(found, theirs, torch.randn(2, 12))


def test_a_conditional_generator_that_multiplies_class_and_latent():
    theirs = uniform_epsilon(seeded(lambda: Upsampling(classes=5))).eval()
    found = read(theirs.state_dict(), {"epsilon": "0.8", "hidden": "leaky", "latent": "normal", "join": "product"})
    assert (found.layout, found.card.latent_size) == ("Conditional GAN", 12)
    assert found.card.classes == ("0", "1", "2", "3", "4")
    same_pictures(found, theirs, torch.randn(3, 12), torch.tensor([0, 2, 4]))


class ConditionalPerceptron(nn.Module):
    """The conditional GAN of PyTorch-GAN."""

    def __init__(self):
        super().__init__()
        self.label_emb = nn.Embedding(10, 10)
        self.model = nn.Sequential(
            *(
                nn.Linear(30, 32),
                nn.LeakyReLU(0.2),
                nn.Linear(32, 64),
                nn.BatchNorm1d(64, 0.8),
                nn.LeakyReLU(0.2),
            ),
            *(nn.Linear(64, 144), nn.Tanh()),
        )

    def forward(self, z, label):
        return self.model(torch.cat([self.label_emb(label), z], 1)).view(-1, 1, 12, 12)


def test_a_conditional_generator_that_joins_class_and_latent():
    theirs = seeded(ConditionalPerceptron).eval()
    chosen = {"hidden": "leaky", "epsilon": "0.8", "latent": "normal"}
    found = read(theirs.state_dict(), chosen)
    assert (found.card.latent_size, len(found.card.classes)) == (20, 10)
    z, label = torch.randn(3, 20), torch.tensor([1, 9, 0])
    same_pictures(found, theirs, z, label)
    other = read(theirs.state_dict(), {**chosen, "join": "latent first"})
    with torch.no_grad():
        assert not torch.allclose(other.networks["generator"](z, label), theirs(z, label), atol=1e-3)


@pytest.mark.parametrize("way", ["label first", "latent first"])
def test_batch_normalisation_remembers_in_which_order_class_and_latent_entered(way):
    class Ordered(ConditionalPerceptron):
        def forward(self, z, label):
            pair = (self.label_emb(label), z)
            return self.model(torch.cat(pair if way == "label first" else pair[::-1], 1))

    theirs = accustomed(seeded(Ordered), torch.randn(4000, 20), torch.arange(4000) % 10)
    taken = {choice.key: choice.taken for choice in read(theirs.state_dict()).choices}
    assert (taken["join"], taken["hidden"]) == (way, "leaky")


@pytest.mark.parametrize("names", ["{}", "model.{}", "main.{}"])
def test_a_multilayer_perceptron_without_normalisation(names):
    theirs = nn.Sequential(
        *(
            nn.Linear(7, 16),
            nn.LeakyReLU(0.2),
            nn.Linear(16, 32),
            nn.LeakyReLU(0.2),
            nn.Linear(32, 192),
            nn.Tanh(),
        )
    )
    found = read({names.format(k): v for k, v in theirs.state_dict().items()}, {"hidden": "leaky"})
    assert (found.layout, found.card.channels, found.card.height) == ("Multilayer perceptron GAN", 3, 8)
    z = torch.randn(2, 7)
    with torch.no_grad():
        torch.testing.assert_close(found.networks["generator"](z).flatten(1), theirs(z), atol=1e-5, rtol=1e-5)
    assert {choice.key for choice in found.choices} == {"hidden", "last", "latent"}
    assert len(found.problems) == 2  # how the pictures leave it, and the latents


def test_a_multilayer_perceptron_with_names_and_normalisation():
    def build():
        return nn.Sequential(
            OrderedDict(
                fc1=nn.Linear(9, 32), bn1=nn.BatchNorm1d(32), a1=nn.ReLU(), fc2=nn.Linear(32, 64),
                bn2=nn.BatchNorm1d(64), a2=nn.ReLU(), fc3=nn.Linear(64, 784), last=nn.Tanh(),
            )
        )  # fmt: skip

    theirs = accustomed(seeded(build), torch.randn(4000, 9))
    found = read(theirs.state_dict())
    taken = {choice.key: choice.taken for choice in found.choices}
    assert (taken["hidden"], taken["epsilon"], taken["latent"]) == ("relu", "1e-5", "normal")
    z = torch.randn(2, 9)
    with torch.no_grad():
        torch.testing.assert_close(found.networks["generator"](z).flatten(1), theirs(z), atol=1e-5, rtol=1e-5)


def test_an_epsilon_of_an_odd_size_shows_in_the_statistics():
    def block(a, b):
        return nn.Linear(a, b), nn.BatchNorm1d(b, 0.8), nn.LeakyReLU(0.2)

    theirs = nn.Sequential(
        nn.Linear(9, 32), nn.LeakyReLU(0.2), *block(32, 64), *block(64, 64), nn.Linear(64, 784), nn.Tanh()
    )
    accustomed(seeded(lambda: theirs), torch.randn(4000, 9))
    found = read({f"model.{name}": tensor for name, tensor in theirs.state_dict().items()})
    taken = {choice.key: choice.taken for choice in found.choices}
    assert (taken["hidden"], taken["epsilon"]) == ("leaky", "0.8")


class ExampleVae(nn.Module):
    """The VAE among PyTorch's examples."""

    def __init__(self):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 40), nn.Linear(40, 6), nn.Linear(40, 6)
        self.fc3, self.fc4 = nn.Linear(6, 40), nn.Linear(40, 784)

    def encode(self, x):
        return self.fc21(torch.relu(self.fc1(x.flatten(1))))

    def forward(self, z):
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z)))).view(-1, 1, 28, 28)


@pytest.mark.parametrize("order", ["theirs", "alphabet"])
def test_the_vae_of_pytorchs_examples_with_its_encoder(order):
    theirs = seeded(ExampleVae)
    found = read(theirs.state_dict() if order == "theirs" else dict(sorted(theirs.state_dict().items())))
    assert (found.layout, found.choices, found.card.value_range) == ("Multilayer perceptron VAE", (), (0, 1))
    same_pictures(found, theirs, torch.randn(2, 6))
    x = torch.rand(2, 1, 28, 28)
    with torch.no_grad():
        torch.testing.assert_close(found.networks["encoder"](x), theirs.encode(x), atol=1e-5, rtol=1e-5)


class DeeperVae(nn.Module):
    """A VAE of sequences, with heads of their own names."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(144, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
        self.fc_mu, self.fc_logvar = nn.Linear(32, 5), nn.Linear(32, 5)
        self.decoder = nn.Sequential(
            *(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 144), nn.Sigmoid())
        )

    def encode(self, x):
        return self.fc_mu(self.encoder(x.flatten(1)))

    def forward(self, z):
        return self.decoder(z).view(-1, 1, 12, 12)


@pytest.mark.parametrize("order", ["theirs", "alphabet"])
def test_a_vae_of_sequences_in_any_order(order):
    theirs = seeded(DeeperVae)
    state = theirs.state_dict()
    found = read(dict(sorted(state.items())) if order == "alphabet" else state, {"hidden": "relu", "last": "sigmoid"})
    same_pictures(found, theirs, torch.randn(2, 5))
    x = torch.rand(2, 1, 12, 12)
    with torch.no_grad():
        torch.testing.assert_close(found.networks["encoder"](x), theirs.encode(x), atol=1e-5, rtol=1e-5)


class Burgess(nn.Module):
    """The convolutional VAE of disentangling-vae."""

    def __init__(self, side=64, channels=1, latent=4):
        super().__init__()
        self.latent, self.channels = latent, channels

        def conv(kind, a, b):
            return kind(a, b, 4, 2, 1)

        self.encoder, self.decoder = nn.Module(), nn.Module()
        for name, a in (("conv1", channels), ("conv2", 32), ("conv3", 32)):
            setattr(self.encoder, name, conv(nn.Conv2d, a, 32))
        if side == 64:
            self.encoder.conv_64 = conv(nn.Conv2d, 32, 32)
            self.decoder.convT_64 = conv(nn.ConvTranspose2d, 32, 32)
        for name, a, b in (("lin1", 512, 256), ("lin2", 256, 256), ("mu_logvar_gen", 256, 2 * latent)):
            setattr(self.encoder, name, nn.Linear(a, b))
        for name, a, b in (("lin1", latent, 256), ("lin2", 256, 256), ("lin3", 256, 512)):
            setattr(self.decoder, name, nn.Linear(a, b))
        for name, b in (("convT1", 32), ("convT2", 32), ("convT3", channels)):
            setattr(self.decoder, name, conv(nn.ConvTranspose2d, 32, b))

    def encode(self, x):
        e = self.encoder
        for layer in (e.conv1, e.conv2, e.conv3, *([e.conv_64] if hasattr(e, "conv_64") else [])):
            x = torch.relu(layer(x))
        x = torch.relu(e.lin2(torch.relu(e.lin1(x.flatten(1)))))
        return e.mu_logvar_gen(x).view(-1, self.latent, 2).unbind(-1)[0]

    def forward(self, z):
        d = self.decoder
        x = torch.relu(d.lin3(torch.relu(d.lin2(torch.relu(d.lin1(z)))))).view(-1, 32, 4, 4)
        for layer in (*([d.convT_64] if hasattr(d, "convT_64") else []), d.convT1, d.convT2):
            x = torch.relu(layer(x))
        return torch.sigmoid(d.convT3(x))


@pytest.mark.parametrize(("side", "channels"), [(64, 1), (64, 3), (32, 1), (32, 3)])
def test_the_vae_of_burgess_with_its_interleaved_head(side, channels):
    theirs = seeded(lambda: Burgess(side, channels))
    found = read(theirs.state_dict())
    assert found.layout == "Convolutional VAE (Burgess et al., 2018)"
    assert (found.card.height, found.card.channels, found.card.value_range) == (side, channels, (0, 1))
    same_pictures(found, theirs, torch.randn(2, 4))
    x = torch.rand(2, channels, side, side)
    with torch.no_grad():
        torch.testing.assert_close(found.networks["encoder"](x), theirs.encode(x), atol=1e-5, rtol=1e-5)


def test_a_layout_that_is_not_whole_says_what_is_missing():
    state = seeded(Burgess).state_dict()
    del state["decoder.convT2.weight"]
    with pytest.raises(
        Problem, match=r"theirs\.pt: It looks like a Convolutional VAE .* lacks decoder\.convT2\.weight"
    ):
        read(state)


class CollectionVae(nn.Module):
    """The VAE of PyTorch-VAE."""

    def __init__(self, latent=6, widths=(4, 8, 16, 16, 16)):
        super().__init__()

        def down(a, b):
            return nn.Sequential(nn.Conv2d(a, b, 3, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU())

        def up(a, b):
            return nn.Sequential(nn.ConvTranspose2d(a, b, 3, 2, 1, 1), nn.BatchNorm2d(b), nn.LeakyReLU())

        self.encoder = nn.Sequential(*(down(a, b) for a, b in zip((3, *widths), widths, strict=False)))
        self.fc_mu, self.fc_var = nn.Linear(widths[-1] * 4, latent), nn.Linear(widths[-1] * 4, latent)
        self.decoder_input = nn.Linear(latent, widths[-1] * 4)
        back = widths[::-1]
        self.decoder = nn.Sequential(*(up(a, b) for a, b in pairwise(back)))
        self.final_layer = nn.Sequential(
            *(
                nn.ConvTranspose2d(4, 4, 3, 2, 1, 1),
                nn.BatchNorm2d(4),
                nn.LeakyReLU(),
                nn.Conv2d(4, 3, 3, padding=1),
            ),
            nn.Tanh(),
        )
        self.wide = widths[-1]

    def encode(self, x):
        return self.fc_mu(self.encoder(x).flatten(1))

    def forward(self, z):
        return self.final_layer(self.decoder(self.decoder_input(z).view(-1, self.wide, 2, 2)))


def test_the_vae_of_pytorch_vae_in_a_lightning_checkpoint(tmp_path):
    theirs = seeded(CollectionVae).eval()
    state = {f"model.{name}": tensor for name, tensor in theirs.state_dict().items()}
    torch.save({"epoch": 9, "state_dict": state, "lr_schedulers": []}, tmp_path / "last.ckpt")
    found, where = rebuilt(read_weights(tmp_path / "last.ckpt"), {})
    assert found.layout == "Convolutional VAE (PyTorch-VAE)"
    assert (where.where, found.card.height, found.card.value_range) == ("state_dict.model", 64, (-1, 1))
    same_pictures(found, theirs, torch.randn(2, 6))
    x = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(found.networks["encoder"](x), theirs.encode(x), atol=1e-5, rtol=1e-5)


class OneHeadVae(nn.Module):
    """A beta-VAE whose one head gives all means, then all log-variances."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            *(
                nn.Conv2d(3, 8, 4, 2, 1),
                nn.ReLU(),
                nn.Conv2d(8, 8, 4, 2, 1),
                nn.ReLU(),
                nn.Conv2d(8, 16, 4, 2, 1),
            ),
            *(nn.ReLU(), nn.Conv2d(16, 16, 4, 1), nn.ReLU(), nn.Flatten(), nn.Linear(16, 10)),
        )
        self.decoder = nn.Sequential(
            *(
                nn.Linear(5, 16),
                nn.Unflatten(1, (16, 1, 1)),
                nn.ReLU(),
                nn.ConvTranspose2d(16, 16, 4),
                nn.ReLU(),
            ),
            *(nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU()),
            *(nn.ConvTranspose2d(8, 3, 4, 2, 1), nn.Sigmoid()),
        )

    def forward(self, z):
        return self.decoder(z)


def test_a_convolutional_vae_with_one_head():
    theirs = seeded(OneHeadVae)
    found = read(theirs.state_dict(), {"hidden": "relu", "last": "sigmoid"})
    assert (found.layout, found.card.latent_size, found.card.height) == ("Convolutional VAE", 5, 32)
    same_pictures(found, theirs, torch.randn(2, 5))
    assert found.networks["encoder"](torch.rand(2, 3, 32, 32)).shape == (2, 5)


def test_a_discriminator_or_an_encoder_alone_is_called_what_it_is():
    judge = nn.Sequential(nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 4, 1, 0))
    with pytest.raises(Problem, match="holds a discriminator, which judges pictures and paints none"):
        read(judge.state_dict())
    reader = nn.Sequential(nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 16 * 16, 6))
    with pytest.raises(Problem, match="holds an encoder, which reads pictures"):
        read(reader.state_dict())
    lenet = Chain(
        lambda self, x: x,
        **{
            "conv1": nn.Conv2d(1, 6, 5),
            "conv2": nn.Conv2d(6, 16, 5),
            "fc1": nn.Linear(256, 120),
            "fc3": nn.Linear(120, 10),
        },
    )
    with pytest.raises(Problem, match="seems to hold a classifier"):
        read(lenet.state_dict())


def test_a_discriminator_is_not_read_backwards():
    judge = nn.Sequential(
        *(nn.Conv2d(1, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 16, 4, 2, 1), nn.BatchNorm2d(16)),
        *(nn.LeakyReLU(0.2), nn.Conv2d(16, 1, 7, 1, 0)),
    )
    with pytest.raises(Problem, match="holds a discriminator"):
        read({f"main.{name}": tensor for name, tensor in judge.state_dict().items()})


def test_an_edited_list_of_layers_is_taken_as_it_is():
    theirs = accustomed(seeded(lambda: TutorialDcgan(side=32, ngf=4)), torch.randn(256, 16))
    found = read(theirs.state_dict())
    edited = json.loads(as_text(found.architecture))
    place = next(place for place, step in enumerate(edited) if step["op"] == "act")
    edited[place] |= {"kind": "leaky:0.15", "guessed": []}
    theirs.main[2] = nn.LeakyReLU(0.15)
    again = read(theirs.state_dict(), {"layers": json.dumps(edited)})
    same_pictures(again, theirs, torch.randn(2, 16))
    assert {choice.key for choice in again.choices} == {"latent"}
    assert found.sizes[-1] == (3, 32, 32)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda steps: steps[1:], "at step 1: "),
        (lambda steps: [s for s in steps if s["op"] != "norm"], "does not name each layer of the file once"),
        (lambda steps: steps + [{"op": "enlarge", "kind": "nearest", "factor": 16}] * 5, "too many"),
        (lambda steps: [{**s, "kind": "cube"} if s["op"] == "act" else s for s in steps], "do not follow each other"),
        (lambda steps: {"op": "act"}, "cannot be read"),
        (lambda steps: [*steps, {"op": "view", "size": [-1]}], "cannot be read"),
    ],
)
def test_a_list_of_layers_that_makes_no_picture_is_refused(change, words):
    theirs = seeded(lambda: TutorialDcgan(side=32, ngf=4))
    steps = [{**step, "guessed": []} for step in json.loads(as_text(read(theirs.state_dict()).architecture))]
    with pytest.raises(Problem, match=words):
        read(theirs.state_dict(), {"layers": json.dumps(change(steps))})


def test_weights_of_no_layout_are_described():
    with pytest.raises(Problem, match=r"holds 2 tensors \(query 3 × 4, key 3 × 5\), in no known layout"):
        read({"query": torch.rand(3, 4), "key": torch.rand(3, 5)})


def test_candidates_leave_optimisers_out_and_put_averages_first():
    layer = {"0.weight": torch.rand(4, 2), "2.weight": torch.rand(64, 4)}
    kept = {
        f"{head}.{name}": tensor for head in ("netD", "netG", "G_ema", "optimizer_G") for name, tensor in layer.items()
    }
    found = candidates(kept)
    assert [each.where for each in found if each.where][:2] == ["G_ema", "netG"]
    assert [each.where for each in found if each.judges] == ["netD"]
    assert not any("optimizer" in name for each in found for name in each.tensors)


def test_the_surprise_of_batch_normalisation_is_least_for_what_it_saw():
    norm = accustomed(nn.BatchNorm1d(8, momentum=None), x := torch.randn(500, 8))
    assert surprise(norm, x) < 0.01 < surprise(norm, 2 * x)


def test_tensors_that_do_not_fit_each_other_are_of_no_layout():
    layers = {
        "0.weight": torch.rand(16, 4),
        "0.bias": torch.rand(7),
        "2.weight": torch.rand(64, 16),
        "2.bias": torch.rand(64),
    }
    with pytest.raises(Problem, match="in no known layout"):
        read(layers)


def test_every_layout_is_found():
    names = {rebuild.__module__.rpartition(".")[2] for rebuild in layouts()}
    assert names >= {
        "dcgan",
        "dense_convolutional",
        "multilayer",
        "conditional",
        "burgess_vae",
        "multilayer_vae",
    }


@pytest.mark.parametrize("said", ["normal", "uniform"])
def test_what_the_user_says_of_latents_is_believed_before_the_statistics(said):
    theirs = accustomed(seeded(lambda: TutorialDcgan(side=32)), torch.rand(400, 16) * 2 - 1)
    assert read(theirs.state_dict()).card.distribution == "uniform"
    assert read(theirs.state_dict(), {"latent": said}).card.distribution == said
