"""Which layout somebody's weights are of; and where they are of none, what they seem to be instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

from explorer.core.problem import Problem
from explorer.training.weight_import.diffusers.classes import refuse_steps
from explorer.training.weight_import.layers import WeightLayer, in_natural_order, layers_of
from explorer.training.weight_import.layouts import layouts, theirs
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.unwrapping import Candidate, candidates
from explorer.training.weight_import.weights import Weights

_CODES = re.compile(
    r"(vq|quant|codebook)[^.]*\.((_?emb(ed(ding)?)?s?|codebook)\.)?(weight|embed|embeddings?|codebook)$", re.I
)
_OF_MAPS = re.compile(r"(^|\.)decoder\.(mid_block\.resnets\.0|mid\.block_1)\.conv1\.weight$")
_CLASSIFIES = re.compile(r"(^|[._])(fc\d?|classifier|head|logits|out|output)([._]\d+)*$", re.IGNORECASE)
_KNOWN = (
    "Put the program that it was trained with, its .py or notebook, beside it: that is read and followed, never run. "
    "Anything opens once it is exported to ONNX."
)


def rebuilt(weights: Weights, chosen: Mapping[str, str]) -> tuple[Rebuilt, Candidate]:
    """The networks in a file, and where they were found.

    Raises
    ------
    Problem
        They are of no layout that is known, or hold no generator; says what they seem to be.
    """
    _refuse_codes(weights)
    if not any(_OF_MAPS.search(name) for name in weights.tensors):
        refuse_steps(weights.path.name, weights.tensors)
    offered = candidates(weights.tensors)
    complaint: Problem | None = None
    # StyleGAN2 as rosinality saves it keeps the mean of W beside the weights, not among them.
    beside = [Candidate("", weights.tensors)] if "latent_avg" in weights.tensors else []
    for candidate in [*beside, *offered]:
        if candidate.judges:
            continue
        try:
            found = made_of(candidate.tensors, chosen)
        except Problem as problem:
            complaint = complaint or problem
            continue
        if found is not None:
            return found, candidate
    if complaint is not None:
        raise Problem(f"{weights.path.name}: {complaint.what}", complaint.hint)
    raise _unknown(weights, offered)


def _refuse_codes(weights: Weights) -> None:
    """Refuse a decoder that paints codes of a table: by its weights alone nobody knows which codes make a picture."""
    if any(_OF_MAPS.search(name) for name in weights.tensors):
        return  # whose latents are moved to the nearest codes
    table = next((key for key in weights.tensors if _CODES.search(key)), None)
    if table is not None:
        what = f"{weights.path.name} paints with the codes of a table, {table}; which of them make a picture"
        raise Problem(f"{what} is not in it.", _KNOWN)


def made_of(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """What the first layout that knows them makes of the tensors of one network; None where none does.

    Raises
    ------
    Problem
        They are of a layout, and not sound, or not as ``chosen`` says.
    """
    for rebuild in layouts():
        try:
            found = rebuild(tensors, chosen)
        except (
            RuntimeError,
            ValueError,
            IndexError,
            ZeroDivisionError,
        ):  # tensors that do not fit each other
            continue
        if found is not None:
            return found
    return None


def _unknown(weights: Weights, offered: list[Candidate]) -> Problem:
    name = weights.path.name
    kinds = [kind for each in offered if (kind := kind_of(each.tensors))]
    if "discriminator" in kinds:
        return Problem(
            f"{name} holds a discriminator, which judges pictures and paints none.",
            "Choose the file of the generator that it was trained with.",
        )
    if "classifier" in kinds:
        return Problem(
            f"{name} seems to hold a classifier, which names what pictures show and paints none.",
            "Export it to ONNX to find directions with it; open the generator's file here.",
        )
    if "encoder" in kinds:
        return Problem(
            f"{name} holds an encoder, which reads pictures and paints none.", "Choose the generator's file."
        )
    if any(part.startswith("network/") for part in weights.tensors):
        return Problem(
            f"{name} is a checkpoint of a run, of which the rest is missing.",
            "Open the run's folder instead.",
        )
    broken = "".join(f" {problem.what}" for problem in theirs().problems.values())
    return Problem(f"{name} holds {_in_words(weights)}, in no known layout.", _KNOWN + broken)


def _in_words(weights: Weights) -> str:
    some = [
        f"{key} {' × '.join(str(size) for size in tensor.shape) or 'one number'}"
        for key, tensor in list(weights.tensors.items())[:2]
    ]
    count = len(weights.tensors)
    return f"{count} tensor{'s' if count > 1 else ''} ({', '.join(some)}{' …' if count > 2 else ''})"


def kind_of(tensors: Mapping[str, Tensor]) -> str:
    """``discriminator``, ``classifier`` or ``encoder`` where layers go from a picture to a number or a few; else ""."""
    for order in (layers_of(tensors), in_natural_order(layers_of(tensors))):
        weighted = [layer for layer in order if layer.has_weight]
        if len(weighted) < 2 or not _takes_pictures(weighted[0]):
            continue
        out = int(weighted[-1].weight.shape[0])
        if out == 1:
            return "discriminator"
        if 1 < out <= 1024 and out < weighted[0].weight[0].numel() * 64 and weighted[-1].kind == "dense":
            return "classifier" if _CLASSIFIES.search(weighted[-1].name) or out in (10, 100, 1000) else "encoder"
    return ""


def _takes_pictures(layer: WeightLayer) -> bool:
    from explorer.training.weight_import.assembly import frame_of

    if layer.kind == "conv":
        return layer.weight.shape[1] in (1, 3) and layer.weight.shape[0] > 3
    return frame_of(int(layer.weight.shape[1])) is not None and layer.weight.shape[0] < layer.weight.shape[1]
