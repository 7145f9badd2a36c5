"""Folders of diffusers open as what they are: decoders of small maps, or, told so, a step that paints nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import save_file
from torch import Tensor, nn

from explorer.core.inference.generator import Generator
from explorer.core.inference.perception import Encoder
from explorer.core.problem import Problem
from explorer.session.models.folders import models_in, only_model_in
from explorer.session.models.opening import scene_in_file
from explorer.training.weight_import.converting import convert, name_of
from explorer.training.weight_import.diffusers.classes import configured
from explorer.training.weight_import.interpretation import readings_of
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.recognition import rebuilt
from explorer.training.weight_import.weights import Weights

WIDTHS, GROUPS = (8, 16), 4
CONFIG = {
    "_class_name": "AutoencoderKL",
    "act_fn": "silu",
    "block_out_channels": list(WIDTHS),
    "latent_channels": 4,
    "layers_per_block": 1,
    "norm_num_groups": GROUPS,
    "sample_size": 16,
    "scaling_factor": 0.5,
    "shift_factor": 0.25,
}


class Resnet(nn.Module):
    """ResnetBlock2D."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = (nn.GroupNorm(GROUPS, width, eps=1e-6) for width in (before, after))
        self.conv1, self.conv2 = (nn.Conv2d(width, after, 3, padding=1) for width in (before, after))
        if before != after:
            self.conv_shortcut = nn.Conv2d(before, after, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
        return y + (self.conv_shortcut(x) if hasattr(self, "conv_shortcut") else x)


class Attention(nn.Module):
    """Attention with one head and a residual connection, by torch's own function."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.group_norm = nn.GroupNorm(GROUPS, width, eps=1e-6)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.Sequential(nn.Linear(width, width), nn.Dropout(0))

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        rows = self.group_norm(x.reshape(n, c, h * w)).transpose(1, 2)
        q, k, v = (each(rows).unsqueeze(1) for each in (self.to_q, self.to_k, self.to_v))
        mixed = F.scaled_dot_product_attention(q, k, v).squeeze(1)
        return self.to_out(mixed).transpose(1, 2).reshape(n, c, h, w) + x


def conv(before: int, after: int, stride: int = 1) -> nn.Module:
    holder = nn.Module()
    holder.conv = nn.Conv2d(before, after, 3, stride, padding=0 if stride == 2 else 1)
    return holder


def block(widths: list[tuple[int, int]], scaler: str = "", attends: bool = False) -> nn.Module:
    found = nn.Module()
    found.resnets = nn.ModuleList([Resnet(*each) for each in widths])
    if attends:
        found.attentions = nn.ModuleList([Attention(each[1]) for each in widths])
    if scaler:
        setattr(found, scaler, nn.ModuleList([conv(widths[-1][1], widths[-1][1], 2 if scaler[0] == "d" else 1)]))
    return found


def through(stage: nn.Module, x: Tensor) -> Tensor:
    for place, step in enumerate(stage.resnets):
        x = step(x)
        x = stage.attentions[place](x) if hasattr(stage, "attentions") else x
    if hasattr(stage, "downsamplers"):
        x = stage.downsamplers[0].conv(F.pad(x, (0, 1, 0, 1)))
    if hasattr(stage, "upsamplers"):
        x = stage.upsamplers[0].conv(x.repeat_interleave(2, 2).repeat_interleave(2, 3))
    return x


class Original(nn.Module):
    """AutoencoderKL of two stages, or VQModel where it has codes."""

    def __init__(self, codes: int = 0, attends: bool = False) -> None:
        super().__init__()
        small, large = WIDTHS
        self.encoder, self.decoder = nn.Module(), nn.Module()
        gives = 4 if codes else 8
        self.encoder.conv_in = nn.Conv2d(3, small, 3, padding=1)
        self.encoder.down_blocks = nn.ModuleList(
            [block([(small, small)], "downsamplers"), block([(small, large)], attends=attends)]
        )
        self.decoder.conv_in = nn.Conv2d(4, large, 3, padding=1)
        self.decoder.up_blocks = nn.ModuleList(
            [block([(large, large)] * 2, "upsamplers", attends), block([(large, small), (small, small)])]
        )
        for half, last, out in ((self.encoder, large, gives), (self.decoder, small, 3)):
            half.mid_block = nn.Module()
            half.mid_block.resnets = nn.ModuleList([Resnet(large, large), Resnet(large, large)])
            half.mid_block.attentions = nn.ModuleList([Attention(large)])
            half.conv_norm_out = nn.GroupNorm(GROUPS, last, eps=1e-6)
            half.conv_out = nn.Conv2d(last, out, 3, padding=1)
        self.quant_conv = nn.Conv2d(gives, gives, 1)
        self.post_quant_conv = nn.Conv2d(4, 4, 1)
        if codes:
            self.quantize = nn.Module()
            self.quantize.embedding = nn.Embedding(codes, 4)

    def encode(self, x: Tensor) -> Tensor:
        x = self.encoder.conv_in(x)
        for stage in self.encoder.down_blocks:
            x = through(stage, x)
        return self.quant_conv(self._out(self.encoder, self._middle(self.encoder, x)))[:, :4]

    def decode(self, z: Tensor) -> Tensor:
        if hasattr(self, "quantize"):
            rows = z.permute(0, 2, 3, 1).reshape(-1, 4)
            nearest = torch.cdist(rows, self.quantize.embedding.weight).argmin(1)
            z = self.quantize.embedding(nearest).reshape(len(z), *z.shape[2:], 4).permute(0, 3, 1, 2)
        x = self._middle(self.decoder, self.decoder.conv_in(self.post_quant_conv(z)))
        for stage in self.decoder.up_blocks:
            x = through(stage, x)
        return self._out(self.decoder, x)

    @staticmethod
    def _middle(half: nn.Module, x: Tensor) -> Tensor:
        return half.mid_block.resnets[1](half.mid_block.attentions[0](half.mid_block.resnets[0](x)))

    @staticmethod
    def _out(half: nn.Module, x: Tensor) -> Tensor:
        return half.conv_out(F.silu(half.conv_norm_out(x)))


def original(**options: object) -> Original:
    torch.manual_seed(0)
    network = Original(**options)
    for module in network.modules():
        if isinstance(module, nn.GroupNorm):
            nn.init.normal_(module.weight, 1, 0.2)
            nn.init.normal_(module.bias, 0, 0.2)
    return network.eval().requires_grad_(False)


def saved(folder: Path, tensors: dict[str, Tensor], config: dict[str, object] | None) -> Path:
    folder.mkdir(parents=True)
    if config is not None:
        (folder / "config.json").write_text(json.dumps(config))
    save_file(
        {name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "diffusion_pytorch_model.safetensors"
    )
    return folder / "diffusion_pytorch_model.safetensors"


def held(tensors: dict[str, Tensor]) -> Weights:
    return Weights(Path("theirs.safetensors"), "safetensors", tensors)


def same(found: Rebuilt, theirs: Original, side: int, scale: float, shift: float) -> None:
    z = torch.randn(2, 4, side // 2, side // 2)
    pictures = torch.rand(2, 3, side, side) * 2 - 1
    networks = found.networks
    torch.testing.assert_close(networks["generator"](z.flatten(1)), theirs.decode(z / scale + shift), atol=1e-4, rtol=0)
    means = (theirs.encode(pictures) - shift) * scale
    torch.testing.assert_close(networks["encoder"](pictures), means.flatten(1), atol=1e-4, rtol=0)


@pytest.mark.usefixtures("converts_here")
def test_a_folder_of_diffusers_opens_as_decoder_and_encoder(tmp_path):
    theirs = original()
    path = saved(tmp_path / "pipe" / "vae", theirs.state_dict(), CONFIG)
    (tmp_path / "pipe" / "model_index.json").write_text("{}")
    assert models_in(tmp_path / "pipe") == models_in(path.parent) == (path,)
    assert only_model_in(tmp_path / "pipe") == path
    assert name_of(path) == "pipe"
    files = convert(path, tmp_path / "out")
    readings = readings_of(tmp_path / "out")
    assert readings is not None
    assert [choice.key for choice in readings.choices] == ["size"]
    assert not readings.choices[0].guessed
    assert any("Nothing held its latents" in said for said in readings.problems)
    generator = Generator.open(files.generator, "cpu", trusted=True)
    assert (generator.card.latent_size, generator.card.height) == (4 * 8 * 8, 16)
    z = torch.randn(4, 8, 8)
    expected = ((theirs.decode(z[None] / 0.5 + 0.25)[0].permute(1, 2, 0) + 1) / 2).clamp(0, 1) * 255
    assert np.abs(generator.picture(z.flatten().numpy()) - expected.numpy()).max() <= 1
    generator.close()
    encoder = Encoder.open(files.encoder, "cpu")
    picture = np.random.RandomState(0).randint(0, 256, (16, 16, 3)).astype(np.uint8)
    mean = theirs.encode(torch.tensor(picture).permute(2, 0, 1)[None] / 127.5 - 1)
    np.testing.assert_allclose(encoder.latents(picture[None])[0], ((mean - 0.25) * 0.5).flatten(), atol=1e-3)
    encoder.close()


def test_another_size_is_painted_when_it_is_asked_for():
    found = configured(held(original().state_dict()), CONFIG, {"size": "32"})
    assert (found.card.height, found.card.latent_size) == (32, 4 * 16 * 16)
    same(found, original(), 32, 0.5, 0.25)


def test_a_mean_and_a_spread_of_each_channel_are_taken_out():
    config = {**CONFIG, "shift_factor": None, "latents_mean": [0.5] * 4, "latents_std": [2.0] * 4}
    same(configured(held(original().state_dict()), config, {}), original(), 16, 0.25, 0.5)


@pytest.mark.parametrize("named", ["now", "formerly", "by the researchers"])
def test_without_a_config_the_names_do_and_the_rest_is_asked(named):
    theirs = original(attends=named == "now")
    tensors = theirs.state_dict()
    if named == "formerly":
        words = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
        for new, old in words.items():
            tensors = {name.replace(f"attentions.0.{new}.", f"attentions.0.{old}."): t for name, t in tensors.items()}
    if named == "by the researchers":
        tensors = {f"first_stage_model.{_researched(n)}": _as_convolution(n, t) for n, t in tensors.items()}
        tensors |= {"model.diffusion_model.input_blocks.0.0.weight": torch.zeros(8, 4, 3, 3)}
        tensors |= {"model.diffusion_model.time_embed.0.weight": torch.zeros(8, 8)}
    found, _ = rebuilt(held(tensors), {"groups": "4", "scale": "1", "size": "32"})
    assert {choice.key for choice in found.choices} == {"groups", "scale", "size"}
    same(found, theirs, 32, 1.0, 0.0)


def _researched(name: str) -> str:
    for new, old in (
        ("decoder.up_blocks.0.", "decoder.up.1."),
        ("decoder.up_blocks.1.", "decoder.up.0."),
        ("down_blocks.", "down."),
        ("mid_block.resnets.0.", "mid.block_1."),
        ("mid_block.resnets.1.", "mid.block_2."),
        ("mid_block.attentions.0.group_norm.", "mid.attn_1.norm."),
        ("mid_block.attentions.0.to_out.0.", "mid.attn_1.proj_out."),
        ("mid_block.attentions.0.to_", "mid.attn_1."),
        ("resnets.", "block."),
        ("conv_shortcut", "nin_shortcut"),
        ("downsamplers.0.", "downsample."),
        ("upsamplers.0.", "upsample."),
        ("conv_norm_out", "norm_out"),
    ):
        name = name.replace(new, old)
    return name


def _as_convolution(name: str, tensor: Tensor) -> Tensor:
    return tensor[:, :, None, None] if ".to_" in name and tensor.dim() == 2 else tensor


def test_a_table_of_codes_is_looked_up_pixel_by_pixel():
    theirs = original(codes=12)
    config = {**CONFIG, "_class_name": "VQModel", "scaling_factor": 0.5, "shift_factor": None}
    found = configured(held(theirs.state_dict()), config, {})
    same(found, theirs, 16, 0.5, 0.0)
    assert any("12 codes" in said for said in found.problems)
    plain, _ = rebuilt(held(theirs.state_dict()), {"groups": "4", "size": "32"})
    assert plain.layout.endswith("with a table of codes")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("UNet2DModel", "a UNet2DModel of diffusers: one step"),
        ("FluxTransformer2DModel", "FluxTransformer2DModel of diffusers: one step"),
        ("AutoencoderTiny", "holds an AutoencoderTiny of diffusers, a class that is not known"),
        ("AutoencoderKL", "does not fit the AutoencoderKL"),
    ],
)
def test_other_classes_are_called_what_they_are(name, words):
    tensors = {"conv_in.weight": torch.zeros(8, 3, 3, 3), "decoder.up_blocks.0.x": torch.zeros(3)}
    with pytest.raises(Problem, match=words):
        configured(held(tensors), {"_class_name": name}, {})


def test_a_step_is_known_without_a_config():
    tensors = {"down_blocks.0.resnets.0.conv1.weight": torch.zeros(8, 8, 3, 3)}
    tensors["time_embedding.linear_1.weight"] = torch.zeros(32, 8)
    with pytest.raises(Problem, match="one step, which takes a little noise"):
        rebuilt(held(tensors), {})


def test_a_config_that_is_opened_says_where_the_weights_are(tmp_path):
    path = saved(tmp_path / "theirs", {}, CONFIG)
    with pytest.raises(Problem, match="describes a model of diffusers"):
        scene_in_file(path.with_name("config.json"))


@pytest.mark.parametrize("told", [{"scaling_factor": 0}, {"norm_num_groups": 3}, {"latents_std": [1, 0, 1, 1]}])
def test_settings_that_cannot_be_are_refused_in_a_sentence(told):
    with pytest.raises(Problem, match="does not fit the AutoencoderKL"):
        configured(held(original().state_dict()), CONFIG | told, {})


def test_a_small_file_that_claims_large_layers_takes_no_memory():
    claims = {"decoder.up_blocks.0.resnets.0.conv1.weight": torch.zeros(10**6, 1, 1, 1)}
    claims |= {"decoder.up_blocks.0.attentions.0.to_q.weight": torch.zeros(1, 1)}
    with pytest.raises(Problem, match="does not fit"):
        configured(held(original().state_dict() | claims), CONFIG, {})


def test_settings_that_are_not_known_are_refused():
    with pytest.raises(Problem, match="norm_type=spatial"):
        configured(held(original().state_dict()), {**CONFIG, "norm_type": "spatial"}, {})
