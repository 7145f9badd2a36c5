"""The names of an autoencoder's tensors, brought to those that diffusers gives them now."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

_FORMER = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}  # of diffusers before 0.17
_ATTENDS = re.compile(r"(.*\.attentions\.\d{1,3}\.)(query|key|value|proj_attn)(\.\w+)")

_RESEARCH = (
    (r"\.mid\.block_1\.", ".mid_block.resnets.0."),
    (r"\.mid\.block_2\.", ".mid_block.resnets.1."),
    (r"\.mid\.attn_1\.", ".mid_block.attentions.0."),
    (r"^encoder\.down\.", "encoder.down_blocks."),
    (r"\.norm_out\.", ".conv_norm_out."),
    (r"\.block\.(\d{1,2})\.", r".resnets.\1."),
    (r"\.attn\.(\d{1,2})\.", r".attentions.\1."),
    (r"\.nin_shortcut\.", ".conv_shortcut."),
    (r"\.downsample\.conv\.", ".downsamplers.0.conv."),
    (r"\.upsample\.conv\.", ".upsamplers.0.conv."),
    (r"(attentions\.\d{1,2}\.)norm\.", r"\1group_norm."),
    (r"(attentions\.\d{1,2}\.)([qkv])\.", r"\1to_\2."),
    (r"(attentions\.\d{1,2}\.)proj_out\.", r"\1to_out.0."),
)
"""Names of the programs that latent diffusion was published with, and those of diffusers."""


def in_words_of_diffusers(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors by the names of diffusers; convolutions of one pixel in attention as dense layers, which they are."""
    stages = [int(match[1]) for name in tensors if (match := re.match(r"decoder\.up\.(\d{1,2})\.", name))]
    renamed = {_renamed(name, max(stages, default=0)): tensor for name, tensor in tensors.items()}
    return {name: _dense(name, tensor) for name, tensor in renamed.items()}


def _renamed(name: str, last: int) -> str:
    if match := _ATTENDS.fullmatch(name):
        return match[1] + _FORMER[match[2]] + match[3]
    if match := re.fullmatch(r"decoder\.up\.(\d{1,2})\.(.+)", name):
        name = f"decoder.up_blocks.{last - int(match[1])}.{match[2]}"
    if name.startswith(("encoder.", "decoder.")):
        for old, words in _RESEARCH:
            name = re.sub(old, words, name)
    return name


def _dense(name: str, tensor: Tensor) -> Tensor:
    is_pixel = ".attentions." in name and tensor.dim() == 4 and tensor.shape[2:] == (1, 1)
    return tensor[:, :, 0, 0] if is_pixel else tensor
