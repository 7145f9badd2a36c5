"""From NVIDIA's pickled networks to networks of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PureWindowsPath

from explorer.core.problem import Problem
from explorer.training.rebuilding.layouts import stylegan2
from explorer.training.rebuilding.pickle_machine import Refused
from explorer.training.rebuilding.pickled_networks import PickledNetworks, in_words, read_pickled_networks
from explorer.training.rebuilding.rebuilt import Rebuilt


def rebuild_pickle(path: Path, chosen: Mapping[str, str] | None = None) -> Rebuilt:
    """The networks in a ``.pkl`` of NVIDIA's StyleGAN2 programs; nothing in the file is executed.

    Raises
    ------
    Problem
        It cannot be read, is hostile, or holds networks that are not known here.
    """
    found = read_pickled_networks(path)
    try:
        rebuilt = stylegan2.rebuild(found.tensors, chosen or {}, found.settings)
    except Refused as error:
        raise in_words(path, error) from None
    if rebuilt is None:
        raise _unknown(found)
    data = str(found.settings.get("training_set_kwargs.path") or "")
    card = replace(rebuilt.card, name=path.stem, data=PureWindowsPath(data).stem)
    return replace(rebuilt, card=card)


def _unknown(found: PickledNetworks) -> Problem:
    name = found.path.name
    if any(part.endswith("synthesis.input.freqs") for part in found.tensors):
        return Problem(
            f"{name} is a StyleGAN3, of which only the weights could be read; StyleGAN2 is what is rebuilt.",
            "Export it to ONNX where it was trained: the mapping as mapping.onnx, the synthesis as generator.onnx.",
        )
    first = ", ".join(list(found.tensors)[:3])[:160]
    return Problem(
        f"{name} holds the weights of a network that is not known here ({len(found.tensors)} of them: {first} …).",
        "Pickles of StyleGAN2 and StyleGAN2-ADA are known. Export others to ONNX where they were trained.",
    )
