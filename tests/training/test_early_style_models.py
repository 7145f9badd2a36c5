"""The first StyleGAN and progressive GANs of well-known ports paint what their authors' modules paint."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.training.networks.style import Whole
from explorer.training.weight_import.converting import convert
from explorer.training.weight_import.onnx_export import traced
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.recognition import rebuilt
from explorer.training.weight_import.weights import Weights

CODE, WIDTHS = 12, (10, 10, 8, 6)


class Equal(nn.Module):
    """A module whose weight is multiplied by sqrt(2 / fan_in) whenever it is used."""

    def __init__(self, inner: nn.Module, name: str) -> None:
        super().__init__()
        weight = inner._parameters.pop("weight")
        inner.weight_orig = nn.Parameter(torch.randn_like(weight))
        if getattr(inner, "bias", None) is not None:
            nn.init.normal_(inner.bias, 0, 0.3)
        setattr(self, name, inner)
        self._inner = [inner]

    def forward(self, x: Tensor, noise: Tensor | None = None) -> Tensor:
        (inner,) = self._inner
        weight = inner.weight_orig
        weight = weight * math.sqrt(2 / (weight.size(1) * weight[0][0].numel()))
        if noise is not None:
            return x + weight * noise
        if isinstance(inner, nn.Linear):
            return F.linear(x, weight, inner.bias)
        return F.conv2d(x, weight, inner.bias, padding=inner.padding)


class Fused(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(before, after, 3, 3)), nn.Parameter(torch.randn(after))

    def forward(self, x: Tensor) -> Tensor:
        weight = F.pad(self.weight * math.sqrt(2 / (self.weight.shape[0] * 9)), [1, 1, 1, 1])
        weight = (weight[:, :, 1:, 1:] + weight[:, :, :-1, 1:] + weight[:, :, 1:, :-1] + weight[:, :, :-1, :-1]) / 4
        return F.conv_transpose2d(x, weight, self.bias, stride=2, padding=1)


class Blur(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        taps = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
        self.register_buffer("weight", taps.view(1, 1, 3, 3).repeat(width, 1, 1, 1))
        self.register_buffer("weight_flip", self.weight.clone())

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight, padding=1, groups=x.shape[1])


class Start(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.input = nn.Parameter(torch.randn(1, width, 4, 4))

    def forward(self, x: Tensor) -> Tensor:
        return self.input.repeat(len(x), 1, 1, 1)


class Noise(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1, width, 1, 1))


class Block(nn.Module):
    """rosinality's StyledConvBlock."""

    def __init__(self, before: int, after: int, way: str) -> None:
        super().__init__()
        if way == "initial":
            self.conv1 = Start(before)
        elif way == "fused":
            self.conv1 = nn.Sequential(Fused(before, after), Blur(after))
        else:
            convolution = Equal(nn.Conv2d(before, after, 3, padding=1), "conv")
            self.conv1 = nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), convolution, Blur(after))
        self.conv2 = Equal(nn.Conv2d(after, after, 3, padding=1), "conv")
        for half in (1, 2):
            noise = Noise(after)
            multiplied = Equal(noise, "unused")
            del multiplied._modules["unused"]
            setattr(self, f"noise{half}", noise)
            setattr(self, f"_noise{half}", [multiplied])
            adain = nn.Module()
            adain.style = Equal(nn.Linear(CODE, 2 * after), "linear")
            setattr(self, f"adain{half}", adain)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        for half in (1, 2):
            x = getattr(self, f"conv{half}")(x)
            x = F.leaky_relu(getattr(self, f"_noise{half}")[0](x, noise), 0.2)
            gamma, beta = getattr(self, f"adain{half}").style(w)[:, :, None, None].chunk(2, 1)
            x = gamma * F.instance_norm(x) + beta
        return x


class StyledGenerator(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.generator = nn.Module()
        ways = ("initial", "plain", "plain", "fused")
        widths = (WIDTHS[0], *WIDTHS[:-1])
        blocks = [Block(before, after, way) for before, after, way in zip(widths, WIDTHS, ways, strict=True)]
        self.generator.progression = nn.ModuleList(blocks)
        self.generator.to_rgb = nn.ModuleList([Equal(nn.Conv2d(width, 3, 1), "conv") for width in WIDTHS])
        layers = [nn.Identity()]
        for _ in range(3):
            layers += [Equal(nn.Linear(CODE, CODE), "linear"), nn.LeakyReLU(0.2)]
        self.style = nn.Sequential(*layers)

    def forward(self, z: Tensor, step: int) -> Tensor:
        w = self.style(z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt())
        x = z
        for number, block in enumerate(self.generator.progression[: step + 1]):
            side = 4 << number
            x = block(x, w, torch.randn((side, side), generator=torch.Generator().manual_seed(number)))
        return self.generator.to_rgb[step](x)


def styled(noisy: int) -> StyledGenerator:
    torch.manual_seed(0)
    network = StyledGenerator()
    for block in network.generator.progression[noisy:]:
        for half in (1, 2):
            nn.init.zeros_(getattr(block, f"noise{half}").weight_orig)
    return network.eval().requires_grad_(False)


def opened(tensors: dict[str, Tensor], chosen: dict[str, str] | None = None) -> Rebuilt:
    return rebuilt(Weights(Path("theirs.pt"), "zip", tensors), chosen or {})[0]


@pytest.mark.parametrize("noisy", [3, 4])
def test_the_first_stylegan_paints_what_its_author_painted_at_the_size_that_was_trained(noisy):
    theirs = styled(noisy)
    state = {f"g_running.{name}": tensor for name, tensor in theirs.state_dict().items()}
    state |= {f"generator.{name}": torch.zeros_like(tensor) for name, tensor in theirs.state_dict().items()}
    found = opened(state)
    assert (found.card.width, found.card.styles) == (4 << (noisy - 1), 2 * noisy)
    z = torch.randn(4, CODE)
    mapping, synthesis = found.networks["mapping"], found.networks["generator"]
    torch.testing.assert_close(Whole(mapping, synthesis)(z), theirs(z, noisy - 1), atol=1e-4, rtol=1e-4)
    other = opened(state, {"size": "16"}).networks
    torch.testing.assert_close(Whole(other["mapping"], other["generator"])(z), theirs(z, 2), atol=1e-4, rtol=1e-4)


@pytest.mark.usefixtures("converts_here")
def test_it_becomes_a_model_with_a_space_w(tmp_path):
    theirs = styled(4)
    torch.save({"g_running": theirs.state_dict()}, tmp_path / "faces.model.pt")
    generator = Generator.open(convert(tmp_path / "faces.model.pt", tmp_path / "out").generator, "cpu", trusted=True)
    z = torch.randn(1, CODE)
    wanted = ((theirs(z, 3)[0].permute(1, 2, 0) + 1) * 127.5).clamp(0, 255).numpy()
    assert np.abs(generator.picture(z[0].numpy()) - wanted).max() <= 1
    assert (generator.card.styles, generator.card.style_size) == (8, CODE)
    generator.close()


class Constrained(nn.Module):
    """pytorch_GAN_zoo's equalised layer: what leaves it is multiplied."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module
        nn.init.normal_(module.weight)
        nn.init.normal_(module.bias, 0, 0.3)

    def forward(self, x: Tensor) -> Tensor:
        return self.module(x) * math.sqrt(2.0 / math.prod(self.module.weight.size()[1:]))


class GNet(nn.Module):
    """pytorch_GAN_zoo's generator of a progressive GAN."""

    def __init__(self, latent: int = 16, widths: tuple[int, ...] = (12, 10, 8)) -> None:
        super().__init__()
        self.formatLayer = Constrained(nn.Linear(latent, 16 * widths[0]))
        self.groupScale0 = nn.ModuleList([Constrained(nn.Conv2d(widths[0], widths[0], 3, padding=1))])
        self.scaleLayers = nn.ModuleList()
        for before, after in pairwise(widths):
            pair = [Constrained(nn.Conv2d(width, after, 3, padding=1)) for width in (before, after)]
            self.scaleLayers.append(nn.ModuleList(pair))
        self.toRGBLayers = nn.ModuleList([Constrained(nn.Conv2d(width, 3, 1)) for width in widths])

    def forward(self, x: Tensor) -> Tensor:
        def norm(x: Tensor) -> Tensor:
            return x * ((x**2).mean(dim=1, keepdim=True) + 1e-8).rsqrt()

        x = F.leaky_relu(self.formatLayer(norm(x)), 0.2)
        x = norm(x.view(x.size()[0], -1, 4, 4))
        for layer in self.groupScale0:
            x = norm(F.leaky_relu(layer(x), 0.2))
        for group in self.scaleLayers:
            x = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
            for layer in group:
                x = norm(F.leaky_relu(layer(x), 0.2))
        return self.toRGBLayers[-1](x)


def test_a_progressive_gan_paints_what_its_authors_painted():
    torch.manual_seed(0)
    theirs = GNet().eval().requires_grad_(False)
    found = opened({f"netG.{name}": tensor for name, tensor in theirs.state_dict().items()})
    assert (found.layout, found.card.width, found.card.latent_size) == ("Progressive GAN", 16, 16)
    z, network = torch.randn(5, 16), found.networks["generator"]
    torch.testing.assert_close(network(z), theirs(z), atol=1e-5, rtol=1e-5)
    graph = traced(network, {"z": z[:2]}, "pictures", (3, 16, 16))
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(None, {"z": z.numpy()})[0], theirs(z).numpy(), atol=1e-4)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("synthesis.layer0.const", "mapping.dense0.weight"), "StyleGAN, the first one, of genforce"),
        (("layer0.weight", "output0.weight", "lod"), "Progressive GAN of genforce"),
    ],
)
def test_other_ports_are_told_by_their_name(names, words):
    with pytest.raises(Problem, match=words):
        opened({name: torch.zeros(4, 4) for name in names})
