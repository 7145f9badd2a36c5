"""A tuned generator as a model folder of its own: the original's graph with other weights, and what lay beside it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper

from explorer.core.files import new_folder
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.models.model import GENERATOR, ModelFiles
from explorer.core.models.policy import read_model
from explorer.core.rendering.picture_files import save_png
from explorer.training.projection.pivotal_tuning import Weights


def write_tuned(
    files: ModelFiles,
    card: ModelCard,
    weights: Weights,
    folder: Path,
    photo: str,
    picture: NDArray[np.uint8],
) -> tuple[Path, ModelCard]:
    """Write a generator with other weights into a new folder; gives its ``generator.onnx`` and its card.

    Mapping, critic, encoder, classifier and directions are copied; they know nothing of the tuning.

    Parameters
    ----------
    files, card :
        Of the original.
    weights : dict of str to ndarray
        In the place of weights of these names.
    folder : Path
        Not there yet, or empty.
    photo : str
        What it was tuned to, for its card.
    picture : (height, width, C) uint8
        What it draws there, for its preview.

    Raises
    ------
    Problem
        Something lies in the folder, or it cannot be written.
    """
    file = read_model(files.generator)
    _put(file.proto, weights)
    said = _card_of(card, files.name, file.hash, photo)
    _describe(file.proto, said)
    with new_folder(folder) as draft:
        (draft / GENERATOR).write_bytes(file.proto.SerializeToString())
        for part in ("mapping", "critic", "encoder", "classifier", "directions"):
            beside: Path | None = getattr(files, part)
            if beside is not None:
                shutil.copyfile(beside, draft / f"{part}{beside.suffix}")
        save_png(draft / "preview.png", picture)
    return folder / GENERATOR, said


def _put(model: ModelProto, weights: Weights) -> None:
    for tensor in model.graph.initializer:
        if tensor.name in weights:
            own = numpy_helper.to_array(tensor).dtype
            tensor.CopyFrom(numpy_helper.from_array(weights[tensor.name].astype(own), tensor.name))


def _card_of(card: ModelCard, name: str, hash: str, photo: str) -> ModelCard:
    """What the tuned model says of itself; seeds that were chosen, and the parity, are the original's alone."""
    own = card.name or name
    tuned = {"tuned_from": own, "tuned_from_hash": hash, "tuned_to": photo}
    data = f"{card.data}; then " if card.data else ""
    return replace(
        card,
        name=f"{own}, tuned",
        config={**card.config, **tuned},
        data=f"{data}tuned to one picture, {photo} (pivotal tuning of {own})",
        parity=None,
        seeds=(),
    )


def _describe(model: ModelProto, card: ModelCard) -> None:
    for entry in model.metadata_props:
        if entry.key == CARD_KEY:
            entry.value = card.to_json()
            return
    entry = model.metadata_props.add()
    entry.key, entry.value = CARD_KEY, card.to_json()
