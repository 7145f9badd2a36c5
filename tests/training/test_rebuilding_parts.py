"""What is concluded from names and shapes alone: the order of layers, what follows what, and strides."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from explorer.training.weight_import.assembly import frame_of
from explorer.training.weight_import.chains.batch_statistics import latents, typical
from explorer.training.weight_import.chains.chain import Chain, chain
from explorer.training.weight_import.chains.deciding import _decides, _lowest, _Reading
from explorer.training.weight_import.chains.geometry import Turn, plans
from explorer.training.weight_import.chains.halves import halves
from explorer.training.weight_import.chains.ordering import by_shapes
from explorer.training.weight_import.choices import LATENT
from explorer.training.weight_import.entrances import Entrance
from explorer.training.weight_import.layers import WeightLayer, in_natural_order, layers_of
from explorer.training.weight_import.stylegan.style_names import STYLEGAN2, copies, from_rosinality, from_tensorflow
from explorer.training.weight_import.stylegan.style_parts import StyleTensors, asked_rate
from explorer.training.weight_import.unwrapping import candidates


def turns(words: str) -> list[Turn]:
    """From "u4 c3d": a transposed convolution of 4, one of 3 after an enlargement; ``s`` for as many channels."""
    kinds = {"u": "up", "c": "conv"}
    return [Turn(kinds[word[0]], int(word[1:].rstrip("ds")), "d" in word, "s" in word) for word in words.split()]


@pytest.mark.parametrize(
    ("start", "words", "wanted", "found"),
    [
        (1, "u4 u4 u4 u4 u4", None, "64:100-210-210-210-210"),
        (1, "u4 u4 u4 u4", None, "32:100-210-210-210"),
        (1, "u4 u4 u4", None, "16:100-210-210"),
        (4, "u4 u4 u4", None, "32:210-210-210"),
        (4, "u4 u4 u4", 32, "32:210-210-210"),
        (4, "u4 u4 u4", 28, "28:100-210-210"),
        (1, "u4 u4 u4 u4", 64, ""),
        (7, "u4 u4", None, "28:210-210"),
        (7, "u5 u5", None, "28:221-221"),
        (7, "u5 u5 u5", None, "28:221-221-120 32:221-221-100"),
        (1, "u3 u4 u3 u4", None, "28:200-100-200-200"),
        (1, "u4 u3 u4 u4", None, "28:100-210-210-210 20:100-210-100-210 16:100-110-210-210 32:100-210-200-210"),
        (1, "u7 u4 u4", None, "28:100-210-210 20:100-100-210 32:100-200-210"),
        (1, "u3s u4 u4", None, "12:100-210-210 16:100-200-210"),
        (1, "u9 u4", None, "18:100-210 20:100-200 16:100-220"),
        (7, "u4 u3s u4", 28, "28:210-110-210"),
        (7, "u3 u3", None, "28:211-211"),
        (7, "u3 u3s u3", None, "28:211-211-110"),
        (3, "u3 u3 u3", None, "24:211-211-211 20:210-211-211"),
        (8, "c3d c3d c3", None, "32:110-110-110"),
        (4, "c3d c3 c3d c3 c3d c3 c7", None, "32:110-110-110-110-110-110-130"),
        (4, "c4 u4", None, ""),
        (4, "u2 u2 u2", None, "32:200-200-200"),
        (4, "u6 u6 u6", None, "32:220-220-220"),
        (4, "u8 u8", None, "64:420-420 28:210-210"),
        (4, "u16", None, "32:840 20:210"),
        (8, "u1 u4 u4", None, "32:100-210-210 16:120-210-210"),
        (5, "u9", None, ""),
    ],
)
def test_strides_lead_to_usual_sides_the_likeliest_first(
    start: int, words: str, wanted: int | None, found: str
) -> None:
    told = [
        f"{plan.side}:" + "-".join("".join(map(str, way)) for way in plan.ways)
        for plan in plans(start, turns(words), wanted)
    ]
    assert " ".join(told) == found


@pytest.mark.parametrize(
    ("numbers", "frame"),
    [
        (560, (1, 28, 20)),
        (64, (1, 8, 8)),
        (784, (1, 28, 28)),
        (3072, (3, 32, 32)),
        (192, (3, 8, 8)),
        (49, None),
        (2048**2, (1, 2048, 2048)),
        (2049**2, None),
        (785, None),
    ],
)
def test_rows_of_numbers_are_pictures_where_they_are_square(numbers: int, frame: tuple[int, int, int] | None) -> None:
    assert frame_of(numbers) == frame


def built(words: str) -> list[WeightLayer]:
    """From "main.0=d8x4 main.1=b8": dense of 4 to 8, batch norm; ``c8x4k3`` a kernel, ``a`` affine, ``p`` a slope."""
    tensors: dict[str, Tensor] = {}
    for word in words.split():
        name, _, form = word.partition("=")
        kind, sizes = form[0], form[1:]
        shape = [int(size) for size in sizes.partition("k")[0].split("x")]
        if kind == "c":
            shape += [int(sizes.partition("k")[2])] * 2
        tensors[f"{name}.weight"] = torch.ones(shape)
        if kind in "ba":
            tensors[f"{name}.bias"] = torch.ones(shape)
        if kind == "b":
            tensors |= {f"{name}.running_mean": torch.zeros(shape), f"{name}.running_var": torch.ones(shape)}
            tensors[f"{name}.num_batches_tracked"] = torch.tensor(1)
    return layers_of(tensors)


def test_layers_are_what_their_tensors_are() -> None:
    words = "a=d8x4 b=c8x4k3 c=b8 d=a8 e=p8 f=c8x4k0"
    assert [layer.kind for layer in built(words)] == ["dense", "conv", "batch_norm", "affine", "slope", "other"]
    odd = {
        "g.weight": torch.ones(8, 4, 3, 5),
        "h.weight": torch.ones(8, 4, 3),
        "i.weight": torch.ones(8, 4, dtype=torch.int64),
        "j.weight": torch.ones(8),
        "j.running_mean": torch.ones(8),
        "j.running_var": torch.ones(7),
        "k.scale": torch.ones(8),
        "l.weight": torch.ones(8, 4),
        "l.extra": torch.ones(8),
    }
    assert {layer.kind for layer in layers_of(odd)} == {"other"}
    (plain,) = layers_of({"n.running_mean": torch.zeros(3), "n.running_var": torch.ones(3)})
    assert (plain.kind, plain.weight.tolist(), plain.bias) == ("batch_norm", [1, 1, 1], None)
    conv, dense = built("main.12=c8x4k3 main.last=d8x4")
    assert (conv.block, conv.index, conv.kernel, conv.has_weight) == ("main", 12, 3, True)
    assert (dense.block, dense.index, dense.kernel, dense.has_weight) == ("main", None, 0, True)
    assert not built("c=b8")[0].has_weight


def test_numbers_in_names_are_counted() -> None:
    layers = built("main.10=d2x2 main.2=d2x2 main.a=d2x2 1.main=d2x2 main.2b=d2x2 Main.3=d2x2")
    names = [layer.name for layer in in_natural_order(layers)]
    assert names == ["Main.3", "main.2", "main.2b", "main.10", "main.a", "1.main"]


def links(found: Chain | None) -> str:
    """Each layer of a chain: its kind, ``~`` where an activation stands before it, ``*2`` and what it is seen as."""
    if found is None:
        return ""
    words = []
    for link in found.links:
        view = "" if link.view is None else f"@{link.view[0]}x{link.view[1]}"
        words.append(f"{'~' if link.acts else ''}{'*2' if link.doubles else ''}{link.op}{view}")
    return f"{found.latent_size}>{' '.join(words)}>{found.channels or found.numbers}/{found.start_side}"


@pytest.mark.parametrize(
    ("words", "silent", "wanted"),
    [
        ("a.0=d8x4 a.2=d16x8", (), "4>dense ~dense>16/1"),
        ("a.0=d8x4 a.1=d16x8", (), "4>dense dense>16/1"),
        ("a.0=d8x4 a.1=b8 a.3=d64x8", (), "4>dense norm ~dense>64/1"),
        ("a.0=d8x4 a.1=b8 a.2=d64x8", (), "4>dense norm dense>64/1"),
        ("a.0=d8x4 a.2=b8 a.3=d64x8", (), "4>dense ~norm dense>64/1"),
        ("fc1=d8x4 fc2=d64x8", (), "4>dense ~dense>64/1"),
        ("fc1=d8x4 fc2=d64x8", ("fc2",), "4>dense dense>64/1"),
        ("a.0=d8x4 a.1=p8 a.2=d64x8", (), "4>dense slope dense>64/1"),
        ("a.0=d8x4 a.1=p1 a.2=d64x8", (), "4>dense slope dense>64/1"),
        ("a.0=d8x4 a.1=p7 a.2=d64x8", (), ""),
        ("a.0=d8x4 a.1=d64x9", (), ""),
        ("m.0=c10x8k4 m.1=b8 m.3=c8x4k4 m.4=b4 m.6=c4x3k4", (), "10>up@10x1 norm ~up norm ~up>3/1"),
        ("m.0=c10x8k4 m.2=c8x4k4 m.4=c4x1k4", (), "10>up@10x1 ~up ~up>1/1"),
        ("fc=d128x10 m.0=c8x4k4 m.2=c4x3k4", (), "10>dense ~up@8x4 ~up>3/4"),
        ("m.0=d128x10 m.2=c8x4k4 m.4=c4x3k4", (), "10>dense up@8x4 ~up>3/4"),
        ("m.0=d128x10 m.1=c8x4k4 m.3=c4x3k4", (), "10>dense up@8x4 ~up>3/4"),
        (
            "l1.0=d128x10 c.0=b8 c.2=c8x8k3 c.3=b8 c.6=c4x8k3 c.7=b4 c.9=c3x4k3",
            (),
            "10>dense norm@8x4 *2conv norm ~*2conv norm ~conv>3/4",
        ),
        ("l1.0=d128x10 c.0=b8 c.1=c8x8k3 c.2=b8 c.4=c3x8k3", (), "10>dense norm@8x4 conv norm ~conv>3/4"),
        ("l1.0=d128x10 c.1=c8x8k3 c.3=c3x8k3", (), "10>dense *2conv@8x4 ~conv>3/4"),
        ("c.0=d128x10 c.1=b128 c.3=c4x8k3 c.4=b4 c.7=c3x4k3", (), "10>dense norm *2conv@8x4 norm ~*2conv>3/4"),
        ("c.0=d128x10 c.4=c4x8k3 c.8=c3x4k3", (), "10>dense ~*2conv@8x4 ~*2conv>3/4"),
        ("c.0=d128x10 c.2=b8 c.4=c8x4k4 c.6=c4x3k4", (), "10>dense norm@8x4 ~up ~up>3/4"),
        ("c.0=d128x10 c.3=b8 c.5=c8x4k4 c.7=c4x3k4", (), "10>dense ~norm@8x4 ~up ~up>3/4"),
        ("c.0=d120x10 c.2=c8x4k4", (), ""),
        ("deconv.0=d128x10 deconv.2=c8x8k3 deconv.4=c8x3k3", (), "10>dense up@8x4 ~up>3/4"),
        ("m.0=c10x8k5 m.2=c8x8k5 m.4=c8x3k5", (), "10>up@10x1 ~up ~up>3/1"),
        ("m.0=c10x10k3 m.2=c10x10k3", (), "10>up@10x1 ~conv>10/1"),
        ("x.0=b8 x.1=d8x4", (), ""),
        ("x.0=d8x4 x.1=b8", (), "4>dense norm>8/1"),
        ("x.0=d8x4 x.1=a8 x.2=d8x8", (), "4>dense affine dense>8/1"),
        ("x.0=d8x4097 x.1=d8x8", (), ""),
        ("x.0=d8x4096 x.1=d8x8", (), "4096>dense dense>8/1"),
        ("x.0=d8x4 x.1=b8 x.2=b8 x.4=d9x8", (), "4>dense norm norm ~dense>9/1"),
        ("b=d16x8 a=d8x4", (), "4>dense ~dense>16/1"),
        ("z.10=d64x16 z.2=d16x8 z.0=d8x4", (), "4>dense ~dense ~dense>64/1"),
        ("out=c4x3k4 first=c10x8k4 second=c8x4k4", (), "10>up@10x1 ~up ~up>3/1"),
        ("one=d3x4", (), "4>dense>3/1"),
    ],
)
def test_layers_make_a_chain(words: str, silent: tuple[str, ...], wanted: str) -> None:
    assert links(chain(built(words), silent=silent)) == wanted


@pytest.mark.parametrize(
    ("words", "orders"),
    [
        ("b=d16x8 a=d8x4", ["a b"]),
        ("a=d8x4 b=d16x8 n=b8", ["a n b"]),
        ("a=c8x4k4 b=c16x8k4 n=b8 o=b4", []),
        ("out=c4x3k4 first=c10x8k4 second=c8x4k4 n1=b8 n2=b4", ["first n1 second n2 out", "out n2 second n1 first"]),
        ("fc=d128x10 c=c8x4k4 n=b8", []),
        ("a=d8x8 b=d8x8 c=d8x8", ["a b c", "a c b", "b a c"]),
        ("a=d8x4 b=d9x7", []),
        ("a=d8x4", []),
        ("a=d8x4 b=d16x8 n=b99", []),
        ("a=d8x4 b=d16x8 k=c8x4k0", []),
    ],
)
def test_shapes_tell_the_order_of_layers(words: str, orders: list[str]) -> None:
    assert [" ".join(layer.name for layer in order) for order in by_shapes(built(words))][:3] == orders


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("enc.0=d20x64 mu=d4x20 logvar=d4x20 dec.0=d20x4 dec.2=d64x20", "enc.0|mu|4>dense ~dense>64/1"),
        ("enc.0=d20x64 logvar=d4x20 mu=d4x20 dec.0=d20x4 dec.2=d64x20", "enc.0|mu|4>dense ~dense>64/1"),
        ("dec.0=d20x4 dec.2=d64x20 enc.0=d20x64 fc_mu=d4x20 fc_var=d4x20", "enc.0|fc_mu|4>dense ~dense>64/1"),
        ("enc.0=d20x64 enc.2=d8x20 dec.0=d20x4 dec.2=d64x20", "enc.0|enc.2/2|4>dense ~dense>64/1"),
        ("fc1=d20x64 fc21=d4x20 fc22=d4x20 fc3=d20x4 fc4=d64x20", "fc1|fc21|4>dense ~dense>64/1"),
        ("p_0=d20x4 p_1=d64x20 q_0=d20x64 q_mean=d4x20 q_std=d4x20", "q_0|q_mean|4>dense ~dense>64/1"),
        ("a=d20x64 b=d20x20", ""),
        ("enc.0=d20x64 mu=d4x20 logvar=d4x20 dec.0=d20x5 dec.2=d64x20", ""),
    ],
)
def test_a_vae_is_parted(words: str, wanted: str) -> None:
    found = halves(built(words))
    if found is None:
        assert wanted == ""
        return
    encoder, head = "+".join(layer.name for layer in found.encoder), found.head.name + "/2" * found.twice
    assert f"{encoder}|{head}|{links(found.decoder)}" == wanted


def test_the_mean_of_a_double_head_is_its_first_half_or_every_other_row() -> None:
    found = halves(built("enc.0=d20x64 enc.2=d8x20 dec.0=d20x4 dec.2=d64x20"))
    assert found is not None
    found.head.weight[:] = torch.arange(8.0)[:, None]
    assert found.mean().weight[:, 0].tolist() == [0, 1, 2, 3]
    assert found.mean(interleaved=True).weight[:, 0].tolist() == [0, 2, 4, 6]


def test_the_likeliest_generator_of_a_file_comes_first() -> None:
    network = {"0.weight": torch.ones(3, 2), "2.weight": torch.ones(4, 3)}
    names = ("discriminator", "other", "generator", "g_ema", "optimizer", "deep.module.netG")
    tensors = {f"{where}.{name}": tensor for where in names for name, tensor in network.items()}
    found = candidates(tensors)
    assert [each.where for each in found] == ["g_ema", "generator", "", "discriminator"]
    assert [each.where for each in found if each.judges] == ["discriminator"]
    assert [each.where for each in found if each.averaged] == ["g_ema"]
    assert sorted(next(each for each in found if each.where == "g_ema").tensors) == sorted(network)


def test_the_average_of_several_copies_comes_first() -> None:
    names = ("mapping.fc0.weight", "synthesis.b4.const")
    for first, second in (("G.", "G_ema."), ("G/", "Gs/"), ("net.G.", "net.EMA.")):
        tensors = {f"{prefix}{name}": torch.ones(1) for prefix in (first, second) for name in names}
        assert copies(tensors) == {second: STYLEGAN2, first: STYLEGAN2}
        assert list(copies(tensors)) == [second, first]
    assert copies({"a.mapping.fc0.weight": torch.ones(1), "b.synthesis.b4.const": torch.ones(1)}) == {}


def test_other_programs_names_are_brought_to_nvidias() -> None:
    named = {
        "style.1.weight": torch.ones(2, 2),
        "style.8.bias": torch.ones(2),
        "input.input": torch.ones(1, 5, 4, 4),
        "conv1.conv.modulation.weight": torch.ones(2, 2),
        "conv1.activate.bias": torch.ones(2),
        "convs.0.conv.weight": torch.full((1, 3, 4, 3, 3), 6.0),
        "convs.1.noise.weight": torch.ones(1),
        "convs.2.conv.blur.kernel": torch.tensor([[1.0, 3.0]]),
        "to_rgb1.conv.weight": torch.full((1, 3, 4, 1, 1), 6.0),
        "to_rgb1.bias": torch.ones(1, 3, 1, 1),
        "to_rgbs.1.conv.modulation.bias": torch.ones(2),
        "noises.noise_0": torch.ones(1, 1, 4, 4),
        "noises.noise_3": torch.ones(1, 1, 16, 16),
        "other": torch.ones(1),
    }
    found = from_rosinality(named, torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert {name: tuple(tensor.shape) for name, tensor in found.items()} == {
        "mapping.fc0.weight": (2, 2),
        "mapping.fc7.bias": (2,),
        "synthesis.b4.const": (5, 4, 4),
        "synthesis.b4.conv1.affine.weight": (2, 2),
        "synthesis.b4.conv1.bias": (2,),
        "synthesis.b8.conv0.weight": (3, 4, 3, 3),
        "synthesis.b8.conv1.noise_strength": (),
        "synthesis.b16.conv0.resample_filter": (1, 2),
        "synthesis.b4.torgb.weight": (3, 4, 1, 1),
        "synthesis.b4.torgb.bias": (3,),
        "synthesis.b16.torgb.affine.bias": (2,),
        "synthesis.b4.conv1.noise_const": (4, 4),
        "synthesis.b16.conv0.noise_const": (16, 16),
        "other": (1,),
        "mapping.w_avg": (2,),
    }
    assert found["mapping.w_avg"].tolist() == [1, 2]
    assert found["synthesis.b8.conv0.weight"].flatten()[0] == pytest.approx(1.0)
    assert found["synthesis.b4.torgb.weight"].flatten()[0] == 6.0
    assert found["synthesis.b16.conv0.resample_filter"].tolist() == [[0.25, 0.75]]


def test_tensorflows_axes_are_brought_to_nvidias() -> None:
    kernel = torch.arange(2 * 2 * 3 * 4).reshape(2, 2, 3, 4).float()
    named = {
        "mapping/Dense0/weight": torch.ones(5, 2),
        "mapping/LabelEmbed/weight": torch.ones(3, 2),
        "mapping/Dense1/bias": torch.ones(2),
        "dlatent_avg": torch.ones(7),
        "lod": torch.ones(()),
        "synthesis/4x4/Const/const": torch.ones(1, 5, 4, 4),
        "synthesis/noise0": torch.ones(1, 1, 4, 4),
        "synthesis/noise2": torch.ones(1, 1, 8, 8),
        "synthesis/8x8/Conv0_up/weight": kernel,
        "synthesis/8x8/Conv1/weight": kernel,
        "synthesis/8x8/Conv1/mod_bias": torch.ones(2),
        "synthesis/8x8/Conv1/mod_weight": torch.ones(5, 2),
        "synthesis/8x8/Skip/weight": kernel,
        "synthesis/4x4/ToRGB/noise_strength": torch.ones(()),
        "synthesis/4x4/Odd/weight": torch.ones(2),
    }
    found = from_tensorflow(named)
    assert {name: tuple(tensor.shape) for name, tensor in found.items()} == {
        "mapping.fc0.weight": (2, 5),
        "mapping.embed.weight": (2, 3),
        "mapping.fc1.bias": (2,),
        "mapping.w_avg": (7,),
        "synthesis.b4.const": (5, 4, 4),
        "synthesis.b4.conv1.noise_const": (4, 4),
        "synthesis.b8.conv1.noise_const": (8, 8),
        "synthesis.b8.conv0.weight": (4, 3, 2, 2),
        "synthesis.b8.conv1.weight": (4, 3, 2, 2),
        "synthesis.b8.conv1.affine.bias": (2,),
        "synthesis.b8.conv1.affine.weight": (2, 5),
        "synthesis.b8.skip.weight": (4, 3, 2, 2),
        "synthesis.b4.torgb.noise_strength": (),
        "synthesis/4x4/Odd/weight": (2,),
    }
    turned = kernel.permute(3, 2, 0, 1)
    assert torch.equal(found["synthesis.b8.conv1.weight"], turned)
    assert torch.equal(found["synthesis.b8.conv0.weight"], turned.flip(2, 3))
    assert torch.equal(found["synthesis.b8.skip.weight"], turned.flip(2, 3))
    assert found["synthesis.b8.conv1.affine.bias"].tolist() == [2, 2]


@pytest.mark.parametrize(("spread", "rate"), [(100.0, "0.01"), (1.0, "1"), (0.0, "1"), (1e9, "0.01")])
def test_the_rate_of_a_mapping_is_judged_by_its_weights(spread: float, rate: str) -> None:
    weight = spread * torch.linspace(-1.7, 1.7, 4096).reshape(64, 64)
    told, (choice,) = asked_rate(StyleTensors({"mapping.fc0.weight": weight}, {}, foreign=False), {})
    assert (told, choice.taken) == (float(rate), rate)
    assert asked_rate(StyleTensors({"mapping.fc0.weight": weight}, {}, foreign=False), {choice.key: "odd"})[0] == float(
        rate
    )


def test_latents_are_of_their_distribution_and_always_the_same() -> None:
    normal, uniform = latents(2000, 3, "normal"), latents(2000, 3, "uniform")
    assert normal.shape == uniform.shape == (2000, 3)
    assert uniform.abs().max() <= 1.0 < normal.abs().max()
    assert uniform.min() < -0.99
    assert torch.equal(latents(2000, 3, "uniform"), uniform)
    for kind, deviation in (("normal", 1.0), ("uniform", 3**-0.5)):
        rows = typical(2000, 3, kind)
        assert rows.mean(0).tolist() == pytest.approx([0.0] * 3, abs=1e-3)
        assert rows.std(0).tolist() == pytest.approx([deviation] * 3, rel=1e-2)


@pytest.mark.parametrize("distribution", ["normal", "uniform", "unit"])
@pytest.mark.parametrize("way", ["none", "product", "sum", "label first", "latent first"])
def test_a_few_examples_have_the_mean_and_spread_of_very_many_however_the_class_enters(way: str, distribution: str):
    table = None if way == "none" else torch.randn(10, 24, generator=torch.Generator().manual_seed(1))
    entrance = Entrance(distribution, way, table)
    width = 24 if way in ("none", "product", "sum") else 48
    few, many = (entrance.examples(width, count) for count in (130, 100_000))
    assert (few.mean(0) - many.mean(0)).abs().max() < 0.01
    assert (few.var(0, correction=0) / many.var(0, correction=0)).log().abs().max() < 0.05


@pytest.mark.parametrize(
    ("scores", "taken", "sure"), [((0.022, 0.017), "product", False), ((0.5, 0.017), "none", True)]
)
def test_readings_that_differ_by_no_more_than_chance_are_asked_about(scores, taken, sure):
    found = [_Reading((), feed, "relu", 1e-5, score) for feed, score in zip(("product", "none"), scores, strict=True)]
    best = _lowest(found)
    assert best.feed == taken
    assert (LATENT in _decides(best, found, found)) == sure
