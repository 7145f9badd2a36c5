"""Generators as others build them, with random weights and faithful statistics: what importing weights is tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn

LABELS = 10


@dataclass(frozen=True)
class Specimen:
    """One layout.

    Attributes
    ----------
    build : callable
        Makes the network; ``forward(z, label)`` or ``forward(z)`` gives pictures (N, C, H, W).
    latent : int
    prior : {"normal", "uniform", "unit"}
    classes : int
        0 where it takes none.
    answers : dict
        What a person answers where the weights leave something open.
    value_range : tuple of float
    codes : int
        Of the latent's last numbers, how many are uniform from -1 to 1 whatever the others are.
    """

    build: Callable[[], nn.Module]
    latent: int
    prior: str = "normal"
    classes: int = 0
    answers: tuple[tuple[str, str], ...] = ()
    value_range: tuple[float, float] = (-1.0, 1.0)
    codes: int = 0

    def trained(self) -> nn.Module:
        """The network, its batch normalisation as it is after training."""
        torch.manual_seed(0)
        network = self.build()
        for module in network.modules():
            if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
                if module.affine:
                    nn.init.normal_(module.weight, 1, 0.2)
                    nn.init.normal_(module.bias, 0, 0.2)
                module.momentum = None
        network.train()
        with torch.no_grad():
            flat = not any(isinstance(module, nn.Conv2d | nn.ConvTranspose2d) for module in network.modules())
            for seed in range(4):
                network(*self.inputs(1024 if flat else 192, seed))
        return network.eval()

    def inputs(self, count: int, seed: int = 9) -> tuple[Tensor, ...]:
        """Latents of its prior, and classes where it takes any."""
        rng = torch.Generator().manual_seed(seed)
        z = torch.randn((count, self.latent), generator=rng)
        if self.prior != "normal":
            z = torch.rand((count, self.latent), generator=rng) * (2 if self.prior == "uniform" else 1)
            z = z - 1 if self.prior == "uniform" else z
        if self.codes:
            z = torch.cat([z[:, : -self.codes], torch.rand((count, self.codes), generator=rng) * 2 - 1], 1)
        return (z, torch.arange(count) % self.classes) if self.classes else (z,)


class Chain(nn.Module):
    """A generator whose forward is a function of its own layers."""

    def __init__(self, forward: Callable[..., Tensor], **layers: nn.Module) -> None:
        super().__init__()
        self._forward = forward
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, *inputs: Tensor) -> Tensor:
        return self._forward(self, *inputs)


def one_hot(label: Tensor, classes: int = LABELS) -> Tensor:
    return nn.functional.one_hot(label, classes).float()


def dcgan(act=nn.ReLU, nz=24, ngf=8, nc=3, first=(4, 1, 0), ups=3, last=nn.Tanh, up=(4, 2, 1)) -> nn.Module:
    layers, width = list[nn.Module](), ngf * 2 ** (ups - 1)
    layers += [
        nn.Unflatten(1, (nz, 1, 1)),
        nn.ConvTranspose2d(nz, width, *first, bias=False),
        nn.BatchNorm2d(width),
        act(),
    ]
    for _ in range(ups - 1):
        layers += [nn.ConvTranspose2d(width, width // 2, *up, bias=False), nn.BatchNorm2d(width // 2), act()]
        width //= 2
    layers += [nn.ConvTranspose2d(width, nc, *up, bias=False)] + ([last()] if last else [])
    return Chain(lambda self, z: self.main(self.see(z)), see=layers[0], main=nn.Sequential(*layers[1:]))


def perceptron(act, nz=16, norm=True, eps=1e-5, last=nn.Tanh, side=12, width=32) -> nn.Module:
    sizes = [width, 2 * width, 4 * width]
    layers: list[nn.Module] = [nn.Linear(nz, width), act()]
    for before, after in pairwise(sizes):
        layers += [nn.Linear(before, after), *([nn.BatchNorm1d(after, eps)] if norm else []), act()]
    layers += [nn.Linear(sizes[-1], side * side), *([last()] if last else [])]
    return Chain(lambda self, z: self.model(z).view(-1, 1, side, side), model=nn.Sequential(*layers))


def gan_collection(kind: str) -> nn.Module:
    """The convolutional GANs of a popular collection: first epsilon usual, others 0.8."""
    side = 8
    l1 = nn.Sequential(nn.Linear(74 if kind == "infogan" else 20, 16 * side * side))
    middle = [nn.Upsample(scale_factor=2), nn.Conv2d(16, 16, 3, 1, 1), nn.BatchNorm2d(16, 0.8), nn.LeakyReLU(0.2)]
    middle += [nn.Upsample(scale_factor=2), nn.Conv2d(16, 8, 3, 1, 1), nn.BatchNorm2d(8, 0.8), nn.LeakyReLU(0.2)]
    end = [nn.Conv2d(8, 1, 3, 1, 1), nn.Tanh()]
    begin = [] if kind == "lsgan" else [nn.BatchNorm2d(16)]
    blocks = nn.Sequential(*begin, *middle, *end)

    def forward(self, z, label=None):
        if kind == "acgan":
            z = self.label_emb(label) * z
        if kind == "infogan":
            z = torch.cat((z[:, :62], one_hot(label), z[:, 62:]), -1)
        return self.conv_blocks(self.l1(z).view(len(z), 16, side, side))

    parts = {"label_emb": nn.Embedding(LABELS, 20)} if kind == "acgan" else {}
    return Chain(forward, **parts, l1=l1, conv_blocks=blocks)


def joined_perceptron(order: str, embedded: bool) -> nn.Module:
    parts = {"label_emb": nn.Embedding(LABELS, LABELS)} if embedded else {}

    def forward(self, z, label):
        row = self.label_emb(label) if embedded else one_hot(label)
        return self.model(torch.cat((row, z) if order == "first" else (z, row), -1)).view(-1, 1, 12, 12)

    layers = [nn.Linear(50, 32), nn.LeakyReLU(0.2), nn.Linear(32, 64), nn.BatchNorm1d(64, 0.8), nn.LeakyReLU(0.2)]
    layers += [nn.Linear(64, 128), nn.BatchNorm1d(128, 0.8), nn.LeakyReLU(0.2), nn.Linear(128, 144), nn.Tanh()]
    return Chain(forward, **parts, model=nn.Sequential(*layers))


def named_dcgan(after: bool) -> nn.Module:
    """Layers with names of their own; normalisation after the activation where ``after``."""

    def forward(self, z):
        x = self.fc(z).view(-1, 32, 4, 4)
        for norm, layer in ((self.bn0, self.deconv1), (self.bn1, self.deconv2)):
            x = norm(torch.relu(x)) if after else torch.relu(norm(x))
            x = layer(x)
        x = self.bn2(torch.relu(x)) if after else torch.relu(self.bn2(x))
        return torch.tanh(self.deconv3(x))

    return Chain(
        forward,
        fc=nn.Linear(20, 512),
        bn0=nn.BatchNorm2d(32),
        deconv1=nn.ConvTranspose2d(32, 16, 4, 2, 1),
        bn1=nn.BatchNorm2d(16),
        deconv2=nn.ConvTranspose2d(16, 16, 4, 2, 1),
        bn2=nn.BatchNorm2d(16),
        deconv3=nn.ConvTranspose2d(16, 3, 4, 2, 1),
    )


def enlarging(mode: str, act=nn.ReLU) -> nn.Module:
    up = partial(nn.Upsample, scale_factor=2, mode=mode)
    blocks = nn.Sequential(
        *(nn.BatchNorm2d(32), act(), up(), nn.Conv2d(32, 16, 3, 1, 1), nn.BatchNorm2d(16), act(), up()),
        *(nn.Conv2d(16, 8, 3, 1, 1), nn.BatchNorm2d(8), act(), nn.Conv2d(8, 3, 3, 1, 1), nn.Tanh()),
    )
    return Chain(lambda self, z: self.blocks(self.fc(z).view(-1, 32, 8, 8)), fc=nn.Linear(20, 2048), blocks=blocks)


def by_28(padding_two: bool) -> nn.Module:
    """28 pixels by transposed convolutions: 7 to 14 to 28, or 4 to 7 to 14 to 28."""
    layers = [nn.ConvTranspose2d(20, 32, 7, 1, 0), nn.BatchNorm2d(32), nn.ReLU()]
    if padding_two:
        layers = [nn.ConvTranspose2d(20, 64, 4, 1, 0), nn.BatchNorm2d(64), nn.ReLU()]
        layers += [nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.BatchNorm2d(32), nn.ReLU()]
    layers += [nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.BatchNorm2d(16), nn.ReLU()]
    last = [nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.BatchNorm2d(8), nn.ReLU(), nn.ConvTranspose2d(8, 1, 1, 1, 2)]
    layers += [*(last if padding_two else [nn.ConvTranspose2d(16, 1, 4, 2, 1)]), nn.Tanh()]
    return Chain(lambda self, z: self.net(z[:, :, None, None]), net=nn.Sequential(*layers))


def plain_between() -> nn.Module:
    """Plain 3 x 3 convolutions between the transposed ones."""
    layers = [nn.ConvTranspose2d(20, 32, 4, 1, 0), nn.BatchNorm2d(32), nn.ReLU()]
    for a, b in ((32, 16), (16, 8)):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
        layers += [nn.Conv2d(b, b, 3, 1, 1), nn.BatchNorm2d(b), nn.ReLU()]
    layers += [nn.ConvTranspose2d(8, 3, 4, 2, 1), nn.Tanh()]
    return Chain(lambda self, z: self.net(z[:, :, None, None]), net=nn.Sequential(*layers))


def ends_in_norm() -> nn.Module:
    layers = [nn.Linear(16, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 144), nn.BatchNorm1d(144), nn.Sigmoid()]
    return Chain(lambda self, z: self.net(z).view(-1, 1, 12, 12), net=nn.Sequential(*layers))


def one_hot_dcgan(order: str) -> nn.Module:
    def forward(self, z, label):
        pair = (one_hot(label), z) if order == "first" else (z, one_hot(label))
        return self.main(torch.cat(pair, 1)[:, :, None, None])

    made = dcgan(nz=42)
    return Chain(forward, main=made.main)


def shuffled() -> nn.Module:
    blocks = nn.Sequential(
        *(nn.BatchNorm2d(32), nn.ReLU(), nn.Conv2d(32, 64, 3, 1, 1), nn.PixelShuffle(2), nn.BatchNorm2d(16), nn.ReLU()),
        *(nn.Conv2d(16, 12, 3, 1, 1), nn.PixelShuffle(2), nn.Tanh()),
    )
    return Chain(lambda self, z: self.blocks(self.fc(z).view(-1, 32, 8, 8)), fc=nn.Linear(20, 2048), blocks=blocks)


def with_norm(make) -> nn.Module:
    layers = [nn.ConvTranspose2d(20, 32, 4, 1, 0), make(32), nn.ReLU(), nn.ConvTranspose2d(32, 16, 4, 2, 1), make(16)]
    layers += [nn.ReLU(), nn.ConvTranspose2d(16, 3, 4, 2, 1), nn.Tanh()]
    return Chain(lambda self, z: self.net(z[:, :, None, None]), net=nn.Sequential(*layers))


SPECIMENS: dict[str, Specimen] = {
    "dcgan": Specimen(dcgan, 24),
    "dcgan, uniform latents": Specimen(dcgan, 24, "uniform"),
    "dcgan, latents in 0..1": Specimen(dcgan, 24, "unit"),
    "dcgan, leaky 0.1": Specimen(partial(dcgan, partial(nn.LeakyReLU, 0.1)), 24),
    "dcgan, leaky 0.3": Specimen(partial(dcgan, partial(nn.LeakyReLU, 0.3)), 24),
    "dcgan, SELU": Specimen(partial(dcgan, nn.SELU), 24),
    "dcgan, RGBA": Specimen(partial(dcgan, nc=4), 24),
    "dcgan, grey and alpha": Specimen(partial(dcgan, nc=2), 24),
    "dcgan, no last activation": Specimen(partial(dcgan, last=None), 24, answers=(("last", "plain"),)),
    "dcgan, sigmoid": Specimen(partial(dcgan, last=nn.Sigmoid), 24, answers=(("last", "sigmoid"),), value_range=(0, 1)),
    "dcgan, 40 pixels": Specimen(partial(dcgan, first=(5, 1, 0)), 24),
    "dcgan, one-hot first": Specimen(partial(one_hot_dcgan, "first"), 32, classes=10),
    "dcgan, one-hot last": Specimen(partial(one_hot_dcgan, "last"), 32, classes=10),
    "dcgan of names": Specimen(partial(named_dcgan, False), 20),
    "dcgan of names, norm after activation": Specimen(partial(named_dcgan, True), 20),
    **{
        f"perceptron, {act.__name__}": Specimen(partial(perceptron, act), 16)
        for act in (nn.GELU, nn.SELU, nn.Mish, nn.Softplus, nn.Softsign, nn.SiLU, nn.ELU)
    },
    "perceptron, epsilon 0.8": Specimen(partial(perceptron, partial(nn.LeakyReLU, 0.2), eps=0.8), 16),
    "perceptron, latents in 0..1": Specimen(partial(perceptron, partial(nn.LeakyReLU, 0.2)), 16, "unit"),
    "perceptron without norms": Specimen(
        partial(perceptron, partial(nn.LeakyReLU, 0.3), norm=False), 16, answers=(("hidden", "leaky3"),)
    ),
    **{
        f"collection, {kind}": Specimen(
            partial(gan_collection, kind),
            64 if kind == "infogan" else 20,
            classes=10 if kind in ("acgan", "infogan") else 0,
            codes=2 if kind == "infogan" else 0,
        )
        for kind in ("dcgan", "lsgan", "acgan", "infogan")
    },
    **{
        f"perceptron, class {order}, {'embedded' if e else 'one-hot'}": Specimen(
            partial(joined_perceptron, order, e), 40, classes=10
        )
        for order in ("first", "last")
        for e in (True, False)
    },
    "enlarging, nearest": Specimen(partial(enlarging, "nearest"), 20),
    "enlarging, bilinear": Specimen(partial(enlarging, "bilinear"), 20),
    "28 pixels": Specimen(partial(by_28, False), 20),
    "28 pixels, padding 2": Specimen(partial(by_28, True), 20),
    "plain convolutions between": Specimen(plain_between, 20),
    "ends in norm and sigmoid": Specimen(ends_in_norm, 16, answers=(("last", "sigmoid"),), value_range=(0, 1)),
    "pixel shuffle": Specimen(shuffled, 20),
    "instance norm": Specimen(partial(with_norm, partial(nn.InstanceNorm2d, affine=True)), 20),
    "group norm": Specimen(partial(with_norm, partial(nn.GroupNorm, 8)), 20, answers=(("norm", "group-8"),)),
}
