"""From NVIDIA's pickled networks to networks of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PureWindowsPath

from explorer.core.problem import Problem
from explorer.training.weight_import.layouts import stylegan2, stylegan3
from explorer.training.weight_import.pickles.pickled_networks import PickledNetworks, in_words, read_pickled_networks
from explorer.training.weight_import.pickles.values import RefusedPickleError
from explorer.training.weight_import.rebuilt import Rebuilt


def rebuild_pickle(path: Path, chosen: Mapping[str, str] | None = None) -> Rebuilt:
    """The networks in a ``.pkl`` of NVIDIA's StyleGAN2 and StyleGAN3 programs; nothing in the file is executed.

    Raises
    ------
    Problem
        It cannot be read, is hostile, or holds networks that are not known here.
    """
    return rebuild_networks(read_pickled_networks(path), chosen)


def rebuild_networks(found: PickledNetworks, chosen: Mapping[str, str] | None = None) -> Rebuilt:
    """As `rebuild_pickle`, of a pickle that was read."""
    path = found.path
    try:
        rebuilt = _rebuilt(found, chosen or {})
    except RefusedPickleError as error:
        raise in_words(path, error) from None
    except Problem as problem:
        raise Problem(f"{path.name}: {problem.what}", problem.hint) from None
    if rebuilt is None:
        raise _unknown(found)
    data = str(found.settings.get("training_set_kwargs.path") or "")
    card = replace(rebuilt.card, name=path.stem, data=PureWindowsPath(data).stem)
    return replace(rebuilt, card=card)


def _rebuilt(found: PickledNetworks, chosen: Mapping[str, str]) -> Rebuilt | None:
    for layout in (stylegan2, stylegan3):
        rebuilt: Rebuilt | None = layout.rebuild(found.tensors, chosen, found.settings)
        if rebuilt is not None:
            return rebuilt
    return None


def _unknown(found: PickledNetworks) -> Problem:
    name = found.path.name
    if any("/" in part for part in found.tensors):
        return Problem(
            f"{name} holds networks of TensorFlow, of which only StyleGAN2 is known here.",
            "Convert it with legacy.py of NVIDIA's stylegan3, which writes a pickle for PyTorch.",
        )
    first = ", ".join(list(found.tensors)[:3])[:160]
    return Problem(
        f"{name} holds the weights of an unknown network ({len(found.tensors)} of them: {first} …).",
        "Pickles of StyleGAN2, StyleGAN2-ADA and StyleGAN3 are known. Export others to ONNX where they were trained.",
    )
