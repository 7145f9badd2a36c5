"""Generators that look like a StyleGAN2 or 3 by some of their names and are none: told by what they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from explorer.core.problem import Problem

_ONNX = "Export its generator to ONNX where it was trained; that opens."
_LEGACY = f"Of the first StyleGAN only rosinality's form is rebuilt. {_ONNX}"


@dataclass(frozen=True)
class _Relative:
    """A kind of generator: what it is called, names of tensors that all have to be there, and what to do."""

    name: str
    names: tuple[str, ...]
    hint: str = _ONNX


_RELATIVES = (
    _Relative("StyleGAN of TensorFlow, the first one", (r"synthesis[/.]4x4/Const/StyleMod/weight",), _LEGACY),
    _Relative("StyleGAN, the first one", (r"(g_)?synthesis\.blocks\.4x4\.const",), _LEGACY),
    _Relative(
        "StyleGAN, the first one, of genforce", (r"synthesis\.layer0\.const", r"mapping\.dense0\.weight"), _LEGACY
    ),
    _Relative("Progressive GAN of genforce", (r"layer0\.(conv\.)?weight", r"output0\.(conv\.)?weight", r"lod")),
    _Relative("Progressive GAN of TensorFlow", (r"(G_paper_1/)?4x4/Dense/weight", r"(G_paper_1/)?ToRGB_lod0/weight")),
    _Relative("Progressive GAN", (r"progression_4\.\d\.\S+",)),
    _Relative("SWAGAN", (r"(to_rgbs\.0\.)?iwt\.ll",), f"It paints wavelets, not colours. {_ONNX}"),
    _Relative("FastGAN", (r"init\.init\.0\.weight\S*", r"se_64\.main\.1\.weight\S*")),
    _Relative("StyleGAN2 of lucidrains", (r"initial_block|to_initial_block\.weight", r"blocks\.0\.to_style1\.weight")),
    _Relative("Lightweight GAN of lucidrains", (r"initial_conv\.\d\.weight", r"out_conv\.weight")),
)


def refuse_relatives(tensors: Mapping[str, Tensor]) -> None:
    """Raises a `Problem` that names the generator, where tensors are of one that is known by name alone."""
    for relative in _RELATIVES:
        if all(any(re.search(rf"(^|[./]){name}$", key) for key in tensors) for name in relative.names):
            raise Problem(f"This is a {relative.name}, which is known here by name alone.", relative.hint)
