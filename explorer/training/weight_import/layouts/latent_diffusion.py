"""The autoencoders of latent diffusion: AutoencoderKL and VQModel of diffusers, and the programs they came from.

The decoder is the generator. Its latents are a small map for each picture, scaled so that they have about unit
variance over photographs, as the diffusion models that paint such maps want them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.training.networks.spatial_autoencoder import (
    GrowingHalf,
    HalfShape,
    MapDecoder,
    MapEncoder,
    NearestCode,
    ShrinkingHalf,
    StageShape,
)
from explorer.training.weight_import.choices import SIZE
from explorer.training.weight_import.diffusers.naming import in_words_of_diffusers
from explorer.training.weight_import.rebuilt import Choice, Rebuilt

ORDER = 12
GROUPS, SCALE = "groups", "scale"

_USUAL_SIDES = (32, 64, 128, 256, 512, 1024)
_USUAL_SIDE = 256
_MOST_WORK = 1.2e11  # multiplications of one picture: a second or two of two processors
_LARGEST_LATENT = 1 << 16
_SCALES = (
    ("0.18215", "0.18215, as Stable Diffusion 1 and 2 have it"),
    ("0.13025", "0.13025, as Stable Diffusion XL has it"),
    ("1", "1: latents as they are"),
)
_MOST_STAGES, _MOST_BLOCKS = 10, 16
_NO_PRIOR = (
    "Nothing held its latents to a distribution that numbers can be drawn from: random ones paint textures, and a "
    "diffusion model would draw sound ones. Latents of your own pictures, and what lies between them, are sound."
)
_M = TypeVar("_M", bound=nn.Module)
_CODES = "Latents are moved to the nearest of its {} codes, pixel by pixel: small steps may change nothing."


def rebuild(
    tensors: Mapping[str, Tensor], chosen: Mapping[str, str], settings: Mapping[str, Any] | None = None
) -> Rebuilt | None:
    """Decoder and encoder; None where the tensors are of something else.

    ``settings`` are those of a config, where there is one; what it says is not asked.

    Raises
    ------
    Problem
        Settings that are not known here.
    """
    if not any(name.startswith(("decoder.up_blocks.0.", "decoder.up.0.")) for name in tensors):
        return None
    named, settings = in_words_of_diffusers(tensors), settings or {}
    if "decoder.conv_in.weight" not in named or "decoder.mid_block.resnets.0.conv1.weight" not in named:
        return None
    _check(settings)
    return _Autoencoder(named, chosen, settings).rebuilt()


def _check(settings: Mapping[str, Any]) -> None:
    if settings.get("act_fn", "silu") not in ("silu", "swish") or settings.get("norm_type", "group") != "group":
        what = f"its settings are act_fn={settings.get('act_fn')}, norm_type={settings.get('norm_type', 'group')}"
        raise Problem(f"This autoencoder is of a kind that is not known here: {what}.", "Export its decoder to ONNX.")


class _Autoencoder:
    """The tensors of one, and what was said of it."""

    def __init__(self, tensors: Mapping[str, Tensor], chosen: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        self._tensors, self._settings = tensors, settings
        self._table = next((t for n, t in tensors.items() if n.startswith("quantize.") and t.dim() == 2), None)
        self._choices: list[Choice] = []
        options = [str(n) for n in (32, 16, 8, 4, 2, 1) if self._fits(n)]
        self._groups = int(
            self._asked(GROUPS, "In how many groups does it normalise?", options, "norm_num_groups", chosen)
        )
        first = tensors["decoder.conv_in.weight"].shape[1]
        self._channels = tensors["post_quant_conv.weight"].shape[1] if "post_quant_conv.weight" in tensors else first
        self._scale, self._shift = self._scaling(chosen)
        self._decoder = self._half("decoder", "up_blocks", "upsamplers", first)
        self._factor = 2 ** sum(stage.scales for stage in self._decoder.stages)
        self._side = self._chosen_side(chosen)

    def rebuilt(self) -> Rebuilt:
        """Networks, card and what was asked."""
        side = self._side // self._factor
        latent = (self._channels, side, side)
        decoder = _loaded(lambda: GrowingHalf(self._decoder), self._tensors, "decoder.")
        between = nn.Sequential(*self._between())
        networks: dict[str, nn.Module] = {
            "generator": MapDecoder(decoder, between, latent, self._scale, self._shift).eval()
        }
        if "encoder.conv_in.weight" in self._tensors:
            networks["encoder"] = self._encoder()
        for network in networks.values():
            network.requires_grad_(False)
        card = ModelCard(
            kind="generator",
            latent_size=math.prod(latent),
            value_range=(-1.0, 1.0),
            height=self._side,
            width=self._side,
            channels=self._decoder.after,
        )
        kind = "Autoencoder of latent diffusion" + (" with a table of codes" if self._table is not None else "")
        return Rebuilt(kind, networks, card, tuple(self._choices), tuple(self._problems()))

    def _problems(self) -> Iterator[str]:
        yield _NO_PRIOR
        if self._table is not None:
            yield _CODES.format(f"{len(self._table):,}")
        own = self._own_side()
        if own and own != self._side:
            yield f"Its own pictures have {own} pixels a side; since it paints any size, {self._side} take less work."

    def _fits(self, groups: int) -> bool:
        widths = [t.shape[0] for n, t in self._tensors.items() if "norm" in n.split(".")[-2] and t.dim() == 1]
        return bool(widths) and all(width % groups == 0 for width in widths)

    def _asked(self, key: str, question: str, options: Sequence[str], setting: str, chosen: Mapping[str, str]) -> str:
        """An answer: that of the settings, which then is not asked, else what was chosen, or the first."""
        told = self._settings.get(setting, chosen.get(key))
        if setting in self._settings:
            return str(told)
        known = dict(_SCALES) if key == SCALE else {option: option for option in options}
        taken = str(told) if told in known else options[0]
        self._choices.append(Choice(key, question, tuple(known.items()), taken, key not in chosen))
        return taken

    def _scaling(self, chosen: Mapping[str, str]) -> tuple[Tensor, Tensor]:
        """What latents of unit variance are multiplied with, and what is added, for each channel."""
        if self._table is not None and self._settings.get("scaling_factor") is None:
            low, high = self._table.mean(0), self._table.std(0).clamp_min(1e-6)
            return high, low
        question = "By what were its latents scaled for the diffusion model?"
        factor = float(self._asked(SCALE, question, [key for key, _ in _SCALES], "scaling_factor", chosen))
        ones = torch.ones(self._channels)
        spread, mean = (self._vector(name) for name in ("latents_std", "latents_mean"))
        shift = mean if mean is not None else ones * float(self._settings.get("shift_factor") or 0.0)
        scale = (ones if spread is None else spread) / factor
        if not bool(scale.isfinite().all()) or not bool(scale.all()):
            raise ValueError("a scale that is none")
        return scale, shift

    def _vector(self, name: str) -> Tensor | None:
        told = self._settings.get(name)
        return torch.tensor(told, dtype=torch.float32).reshape(self._channels) if isinstance(told, list) else None

    def _half(self, name: str, blocks: str, scalers: str, before: int) -> HalfShape:
        there = self._tensors
        stages = []
        for stage in range(_MOST_STAGES):
            own = f"{name}.{blocks}.{stage}"
            found = [there.get(f"{own}.resnets.{number}.conv1.weight") for number in range(_MOST_BLOCKS)]
            widths = tuple((each.shape[1], each.shape[0]) for each in found if each is not None)
            if not widths:
                break
            attends, scales = f"{own}.attentions.0.to_q.weight", f"{own}.{scalers}.0.conv.weight"
            stages.append(StageShape(widths, attends in there, scales in there))
        return HalfShape(
            before,
            there[f"{name}.conv_out.weight"].shape[0],
            there[f"{name}.conv_in.weight"].shape[0],
            there[f"{name}.conv_out.weight"].shape[1],
            tuple(stages),
            there[f"{name}.mid_block.resnets.0.conv1.weight"].shape[0],
            f"{name}.mid_block.attentions.0.to_q.weight" in there,
            self._groups,
        )

    def _between(self) -> Iterator[nn.Module]:
        if self._table is not None:
            yield NearestCode(self._table)
        if "post_quant_conv.weight" in self._tensors:
            yield _pixelwise(self._tensors, "post_quant_conv")

    def _encoder(self) -> nn.Module:
        shape = self._half("encoder", "down_blocks", "downsamplers", self._decoder.after)
        encoder = _loaded(lambda: ShrinkingHalf(shape), self._tensors, "encoder.")
        quant = _pixelwise(self._tensors, "quant_conv") if "quant_conv.weight" in self._tensors else nn.Identity()
        return MapEncoder(encoder, quant, self._channels, self._scale, self._shift).eval()

    def _own_side(self) -> int:
        told = self._settings.get("sample_size")
        side = max(told) if isinstance(told, list) and told else told
        return side if isinstance(side, int) and side > 0 and side % self._factor == 0 else 0

    def _chosen_side(self, chosen: Mapping[str, str]) -> int:
        own = self._own_side()
        sides = sorted({*(each for each in _USUAL_SIDES if not own or each <= max(own, _USUAL_SIDE)), own} - {0})
        fits = [
            s for s in sides if s % self._factor == 0 and self._channels * (s // self._factor) ** 2 <= _LARGEST_LATENT
        ]
        if not fits:
            raise ValueError("no usual side")
        light = [side for side in fits if self._work(side) <= _MOST_WORK and side <= (own or _USUAL_SIDE)]
        taken = chosen.get(SIZE, str(max(light, default=fits[0])))
        words = tuple((str(side), f"{side} × {side}{', its own' if side == own else ''}") for side in fits)
        question = "Which size should its pictures have?"
        guessed = not own and SIZE not in chosen
        self._choices.append(Choice(SIZE, question, words, taken if taken in dict(words) else str(fits[0]), guessed))
        return int(self._choices[-1].taken)

    def _work(self, side: int) -> float:
        """Multiplications of the decoder for one picture."""
        area, work = (side / self._factor) ** 2, 0.0
        for number, stage in enumerate(self._decoder.stages):
            there = f"decoder.up_blocks.{number}."
            own = [(n, t) for n, t in self._tensors.items() if n.startswith(there) and t.dim() == 4]
            work += sum(area * t.numel() * (4 if "upsamplers" in n else 1) for n, t in own)
            area *= 4 if stage.scales else 1
        return work


def _pixelwise(tensors: Mapping[str, Tensor], name: str) -> nn.Conv2d:
    after, before = tensors[f"{name}.weight"].shape[:2]
    return _loaded(lambda: nn.Conv2d(before, after, 1), tensors, f"{name}.")


def _loaded(build: Callable[[], _M], tensors: Mapping[str, Tensor], prefix: str) -> _M:
    """A network with the tensors of these names in it, all of them; it takes no memory of its own before they fit."""
    with torch.device("meta"):
        network = build()
    own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    network.load_state_dict(own, strict=True, assign=True)
    return network.eval()
