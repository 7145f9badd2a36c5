"""Weights of programs in the manner of well-known repositories open as their sources say, which are parsed alone."""

from __future__ import annotations

import ast
import sys
import types

import numpy as np
import pytest
import torch
from source_layouts import LAYOUTS, Layout

from explorer.core.inference.generator import Generator
from explorer.core.models.inspection import inspect
from explorer.core.problem import Problem
from explorer.training.weight_import.converting import convert
from explorer.training.weight_import.interpretation import readings_of
from explorer.training.weight_import.source.beside import sources_beside
from explorer.training.weight_import.source.choosing import SourceReader
from explorer.training.weight_import.source.class_lists import class_names_in
from explorer.training.weight_import.source.following.reading import read_source
from explorer.training.weight_import.source.joining import orders
from explorer.training.weight_import.source.priors import prior_in
from explorer.training.weight_import.source.rebuilding import rebuilt_from

_ABSENT = {  # what such a program imports from files that are not there
    "from models import BaseVAE\n": "BaseVAE = object\n",
    "from .types_ import *\n": "from typing import *\nfrom torch import Tensor\n",
    "BaseVAE)": "nn.Module)",
    "from torchvision import transforms\ntransform =": "pass  #",
}


def latents(layout: Layout, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What the program draws, and the latents of our prior that stand for it."""
    if layout.prior == "normal":
        z = torch.randn(count, layout.latent)
        plain = layout.latent - layout.codes
        codes = torch.distributions.Normal(0, 1).cdf(z[:, plain:]) * 2 - 1
        return torch.cat([z[:, :plain], codes], 1), z
    low, high = map(float, layout.prior.split())
    ours = torch.rand(count, layout.latent) * 2 - 1
    return ours * (high - low) / 2 + (high + low) / 2, ours


class Original:
    """The network itself, run: with random weights, and statistics of batches that it has seen."""

    def __init__(self, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
        torch.manual_seed(0)
        self.layout = layout
        module = types.ModuleType("reference")
        monkeypatch.setitem(sys.modules, "reference", module)
        monkeypatch.setattr(sys, "argv", ["train.py"])
        text = layout.text
        for absent, there in _ABSENT.items():
            text = text.replace(absent, there)
        exec(text, module.__dict__)
        self.names = {**module.__dict__, "F": torch.nn.functional}
        self.names["net"] = self.net = eval(layout.build, self.names)
        with torch.no_grad():
            for weight in self.net.parameters():
                weight.add_(torch.randn_like(weight) * 0.05)
            self.net.train()
            for _ in range(8):
                self.pictures(latents(layout, 64)[0], torch.randint(0, layout.classes or 1, (64,)))
            self.net.eval()

    @torch.no_grad()
    def pictures(self, z: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        return eval(self.layout.paint, {**self.names, "z": z, "label": label})

    def state(self) -> dict[str, torch.Tensor]:
        return {self.layout.prefix + name: tensor for name, tensor in self.net.state_dict().items()}


def shown(pictures: torch.Tensor, span: tuple[float, float]) -> torch.Tensor:
    low, high = span
    return ((pictures - low) / (high - low)).clamp(0, 1).mul(255).round()


@pytest.mark.parametrize("name", LAYOUTS)
def test_pictures_are_those_of_the_original(name, tmp_path, monkeypatch, capsys):
    layout = LAYOUTS[name]
    original = Original(layout, monkeypatch)
    source = tmp_path / "program.py"
    source.write_text(layout.text)
    found, where = rebuilt_from(source, original.state(), {})
    card = found.card
    assert where == layout.prefix.rstrip(".")
    assert (card.latent_size, len(card.classes)) == (layout.latent, layout.classes)
    assert [one.name for one in card.dimensions] == (list(layout.names) if layout.codes else [])
    assert card.distribution == ("normal" if layout.prior == "normal" else "uniform")
    assert tuple(choice.key for choice in found.choices) == layout.asks
    theirs, ours = latents(layout, 16)
    label = torch.arange(16) % (layout.classes or 1)
    wanted = original.pictures(theirs, label)
    with torch.no_grad():
        drawn = found.networks["generator"](ours, *([label] if layout.classes else []))
    assert drawn.shape[1:] == (card.channels, card.height, card.width)
    wanted = shown(wanted.reshape(drawn.shape), layout.span)
    assert wanted.std() > 5
    assert (shown(drawn, card.value_range) - wanted).abs().max() <= 1


@pytest.mark.usefixtures("converts_here")
@pytest.mark.parametrize("name", ["pytorch_gan_acgan", "vanilla_vae"])
def test_a_source_beside_the_weights_is_found_and_the_model_opens(name, tmp_path, monkeypatch, capsys):
    layout = LAYOUTS[name]
    original = Original(layout, monkeypatch)
    (tmp_path / "saved").mkdir()
    (tmp_path / "program.py").write_text(layout.text)
    torch.save({"state_dict": original.state()}, tmp_path / "saved" / "weights.pth")
    files = convert(tmp_path / "saved" / "weights.pth", tmp_path / "out")
    assert "from the source: program.py" in readings_of(tmp_path / "out").layout
    assert (files.encoder is not None) == (name == "vanilla_vae")
    assert inspect(files.generator, trusted=True).card.latent_size == layout.latent
    z, label = latents(layout, 5)[0], torch.arange(5) % (layout.classes or 1)
    generator = Generator.open(files.generator, "cpu", trusted=True)
    drawn = generator.pictures(z.numpy(), label.tolist() if layout.classes else None)
    generator.close()
    wanted = shown(original.pictures(z, label), layout.span).numpy()
    drawn = drawn[:, None] if drawn.ndim == 3 else drawn.transpose(0, 3, 1, 2)
    assert np.abs(drawn[:, : wanted.shape[1]].astype(float) - wanted).max() <= 1


NET = """
import torch
import torch.nn as nn
class Net(nn.Module):
    def __init__(self, nz{nz}, width=32, slope=0.2{more}):
        super().__init__()
        self.a = nn.Linear(nz, width)
        self.b = nn.Linear(width, 64)
        self.act = nn.LeakyReLU(slope)
        {last}
    def forward(self, z):
        return torch.tanh(self.b(self.act(self.a(z))))
z = torch.randn(4, 10)
"""


def by_source(tmp_path, state, chosen=None, nz="", more="", last="pass"):
    (tmp_path / "net.py").write_text(NET.format(nz=nz, more=more, last=last))
    return rebuilt_from(tmp_path / "net.py", state, chosen or {})[0]


def net_state(nz: int = 10, width: int = 32) -> dict[str, torch.Tensor]:
    a, b = torch.nn.Linear(nz, width), torch.nn.Linear(width, 64)
    return {"a.weight": a.weight, "a.bias": a.bias, "b.weight": b.weight, "b.bias": b.bias}


def test_settings_that_differ_from_the_source_are_found_by_shapes_and_told(tmp_path):
    found = by_source(tmp_path, net_state(12, 48), nz="=10")
    assert found.card.latent_size == 12
    assert "nz is 10 in net.py; the weights are of 12." in found.problems
    assert "width is 32 in net.py; the weights are of 48." in found.problems


def test_a_setting_that_nobody_tells_is_asked(tmp_path):
    state, more = net_state(), ", *, power"
    last = "self.act = nn.LeakyReLU(0.1 * power)"
    found = by_source(tmp_path, state, more=more, last=last)
    assert [choice.key for choice in found.choices] == ["power"]
    assert found.choices[0].taken == "64"
    other = by_source(tmp_path, state, {"power": "8"}, more=more, last=last)
    assert other.choices[0].taken == "8"
    z = torch.randn(4, 10)
    hidden = torch.nn.functional.leaky_relu(z @ state["a.weight"].T + state["a.bias"], 0.8)
    wanted = torch.tanh(hidden @ state["b.weight"].T + state["b.bias"])
    assert torch.allclose(other.networks["generator"](z).flatten(1), wanted, atol=1e-5)


def test_tensors_that_are_not_used_are_named(tmp_path):
    state = {f"netG.{name}": tensor for name, tensor in net_state().items()} | {"netG.c.weight": torch.zeros(3, 3)}
    assert any("netG.c.weight" in problem for problem in by_source(tmp_path, state).problems)


def test_names_that_differ_are_matched_by_their_order_which_is_told(tmp_path):
    state = dict(zip(("m.0.weight", "m.0.bias", "m.2.weight", "m.2.bias"), net_state().values(), strict=True))
    assert any("by their order" in problem for problem in by_source(tmp_path, state).problems)


def test_a_discriminator_is_not_opened_as_a_generator(tmp_path):
    judge = (
        "class D(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.f = nn.Linear(64, 1)\n"
    )
    judge += "    def forward(self, x):\n        return self.f(x.view(-1, 64))\n"
    (tmp_path / "net.py").write_text("import torch.nn as nn\n" + judge)
    with pytest.raises(Problem, match=r"weights of D in net\.py, which paints no pictures"):
        rebuilt_from(tmp_path / "net.py", {"f.weight": torch.zeros(1, 64), "f.bias": torch.zeros(1)}, {})


def test_what_cannot_be_followed_is_told_with_its_line(tmp_path):
    (tmp_path / "net.py").write_text(NET.format(nz="", more="", last="self.x = torch.fft.fft(torch.zeros(3))"))
    with pytest.raises(Problem, match=r"net\.py, line 10, calls torch\.fft\.fft, .*: self\.x = torch\.fft"):
        rebuilt_from(tmp_path / "net.py", net_state(), {})


def test_a_program_of_several_files_is_followed_by_the_one_that_trains(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "net.py").write_text(
        NET.format(nz="", more="", last="pass").replace("z = torch.randn(4, 10)", "")
    )
    (tmp_path / "nets.py").write_text("import torch\nfrom torch import nn\nfrom models.net import Net\n")
    (tmp_path / "train.py").write_text(
        "import torch\nfrom models.net import *\nG = Net(10, slope=0.7)\nnoise = torch.rand(4, 10)\n"
    )
    reader = SourceReader(net_state(), sources_beside(tmp_path / "weights.pth"))
    found, _ = reader.read({})
    assert (found.layout, found.choices) == ("Net, from the source: train.py", ())
    assert found.card.distribution == "uniform"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("z = torch.rand(4, nz) * 2 - 1", ("uniform", -1, 1)),
        ("z = 1 - 2 * torch.rand(4, nz).to(device)", ("uniform", -1, 1)),
        ("noise = torch.randn(4, nz) * 0.5 + 3", ("normal", 3, 0.5)),
        ("z = Variable(torch.rand(4, nz) / 2)", ("uniform", 0, 0.5)),
    ],
)
def test_what_is_done_to_draws_of_latents_is_reckoned_with(tmp_path, line, wanted):
    (tmp_path / "program.py").write_text(f"import torch\n{line}\n")
    found = prior_in(read_source(tmp_path / "program.py"))
    assert (found.kind, found.low, found.high) == wanted


@pytest.mark.parametrize(
    ("program", "names"),
    [
        ("classes = ('plane', 'car', 'bird')\nwords = ['a', 'b', 'c']", ("plane", "car", "bird")),
        ("things = ['a', 'b', 'c']", ("a", "b", "c")),
        ("one = ['a', 'b', 'c']\nother = ['d', 'e', 'f']", ()),
        ("labels = {0: 'cat', 1: 'dog', 2: 'cow'}", ("cat", "dog", "cow")),
        ("class_to_idx = {'cat': 0, 'dog': 1, 'cow': 2}", ("cat", "dog", "cow")),
        ("classes = ['a', 'b']", ()),
        ("classes = ['a', 'b', 'a']", ()),
        ("classes = ['a', 'b', 3]", ()),
    ],
)
def test_classes_have_the_names_that_a_source_lists(tmp_path, program, names):
    (tmp_path / "program.py").write_text(program)
    assert class_names_in(read_source(tmp_path / "program.py"), 3) == names


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["x = torch.cat((z, label), 1)"], [["latent", "label"]]),
        (["x = torch.cat((z, con_c), 1)"], [["latent", "code"]]),
        (
            ["noise = torch.cat((z, dis_c), 1)", "noise = torch.cat((noise, con_c), 1)"],
            [["latent", "label", "code"], ["latent", "label"]],
        ),
        (
            ["x = torch.cat([labels, noise], 1)", "g(torch.cat([x, code], 1))"],
            [["label", "latent", "code"], ["label", "latent"]],
        ),
        (["x = torch.cat((real, fake))"], []),
    ],
)
def test_what_is_joined_in_steps_is_followed(lines, wanted):
    assert orders(ast.parse("\n".join(lines))) == wanted
