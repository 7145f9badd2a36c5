"""A rebuilt StyleGAN2 as two ONNX files that belong together: a mapping from z to w, and a synthesis of pictures."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto

from explorer.core.card import CARD_KEY
from explorer.core.files import made_folder
from explorer.core.pictures import save_png, sheet
from explorer.core.problem import Problem
from explorer.training.export import LARGEST_PARITY, PARITY_BATCHES, parity_unit
from explorer.training.networks.stylegan2 import MappingNetwork, Synthesis
from explorer.training.rebuilding.rebuilt import Rebuilt
from explorer.training.rebuilding.style_graph import mapping_graph, synthesis_graph

W_MEAN_KEY = "latent_explorer.w_mean"
MAPPING_FILE, SYNTHESIS_FILE = "mapping.onnx", "generator.onnx"
_SHOWN_TRUNCATION = 0.7
_MEASURED = 10_000  # latents, as NVIDIA's projector takes
_PICTURE_STEPS, _W_STEPS = 127.5, 1e3  # of a difference, in the units of a card's parity

Numbers = NDArray[np.float32]
Cancelled = Callable[[], bool]


def export_style(rebuilt: Rebuilt, folder: Path, *, cancelled: Cancelled | None = None) -> tuple[Path, ...]:
    """Write ``mapping.onnx``, ``generator.onnx`` and ``preview.png`` to ``folder``; gives the files.

    The mapping takes ``z`` (N, z_size), and ``label`` (N,) int64 where there are classes, and gives ``w``
    (N, w_size); the mean of w, where it is known, is in its metadata under `W_MEAN_KEY`, base64 of little-endian
    float32. The generator takes ``w`` (N, styles, w_size), carries the card and gives the picture. Both have been
    compared with torch at batches of 1, 2 and 5. Nothing appears in ``folder`` unless all went well.

    Raises
    ------
    Problem
        The comparison differs by more than 1/255, ``folder`` cannot be written, or it was cancelled.
    ValueError
        These are not the two networks of a StyleGAN2.
    """
    mapping, synthesis = rebuilt.networks["mapping"], rebuilt.networks["generator"]
    if not isinstance(mapping, MappingNetwork) or not isinstance(synthesis, Synthesis):
        raise ValueError("only a mapping and a synthesis make a style-based model")
    made_folder(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as scratch, torch.no_grad():
            _write(rebuilt, mapping, synthesis, Path(scratch), cancelled or (lambda: False))
            return _moved(Path(scratch), folder)
    except OSError as error:
        raise Problem(
            f"The model could not be written to {folder} ({error.strerror}).",
            "Free some space, or choose another folder.",
        ) from None


def _write(
    rebuilt: Rebuilt, mapping: MappingNetwork, synthesis: Synthesis, folder: Path, cancelled: Cancelled
) -> None:
    first = _Written(mapping_graph(mapping), mapping, cancelled)
    _refuse_unlike("mapping", first.parity)
    if mapping.w_mean is not None:
        _tell(
            first.model, W_MEAN_KEY, base64.b64encode(mapping.w_mean.numpy().astype("<f4").tobytes()).decode()
        )
    onnx.save_model(first.model, folder / MAPPING_FILE)
    second = _Written(synthesis_graph(synthesis), synthesis, cancelled)
    _refuse_unlike("generator", second.parity)
    card = replace(rebuilt.card, parity=second.parity)
    _tell(second.model, CARD_KEY, card.to_json())
    onnx.save_model(second.model, folder / SYNTHESIS_FILE)
    save_png(folder / "preview.png", _preview(mapping, synthesis, second))


def _moved(scratch: Path, folder: Path) -> tuple[Path, ...]:
    files = sorted(scratch.iterdir())
    for file in files:
        os.replace(file, folder / file.name)
    return tuple(folder / file.name for file in files)


def _tell(model: ModelProto, key: str, value: str) -> None:
    entry = model.metadata_props.add()
    entry.key, entry.value = key, value


class _Written:
    """A graph, open in onnxruntime, and how far it is from its network."""

    def __init__(self, model: ModelProto, network: MappingNetwork | Synthesis, cancelled: Cancelled) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self.model = model
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self._cancelled = cancelled
        self.parity = max(self._difference(network, count) for count in PARITY_BATCHES)

    def run(self, feeds: Sequence[torch.Tensor]) -> Numbers:
        """What onnxruntime makes of inputs in their order."""
        if self._cancelled():
            raise Problem("The export was cancelled.", "")
        names = [value.name for value in self.model.graph.input]
        told = {name: tensor.numpy() for name, tensor in zip(names, feeds, strict=True)}
        result: Numbers = self._session.run(None, told)[0]
        return result

    def _difference(self, network: MappingNetwork | Synthesis, count: int) -> float:
        """The largest difference at one batch size, in the unit of a card's parity."""
        feeds = _examples(network, count)
        given = self.run(feeds)
        # One at a time in torch: large pictures then need no more memory, and the batch is proved not to matter.
        wanted = np.concatenate(
            [network(*(feed[at : at + 1] for feed in feeds)).numpy() for at in range(count)]
        )
        if given.shape != wanted.shape:
            raise Problem(f"The exported network gives {given.shape}, torch {wanted.shape}.", "Report this.")
        worst = float(np.abs(given - wanted).max())
        if isinstance(network, Synthesis):
            return worst * _PICTURE_STEPS
        return worst / max(1.0, float(np.abs(wanted).max())) * _W_STEPS


def _examples(network: MappingNetwork | Synthesis, count: int) -> list[torch.Tensor]:
    rng = torch.Generator().manual_seed(count)
    if isinstance(network, Synthesis):
        return [torch.randn(count, network.styles, network.w_size, generator=rng)]
    z = torch.randn(count, network.z_size, generator=rng)
    classes = network.classes
    return [z, torch.randint(classes, (count,), generator=rng)] if classes else [z]


def _refuse_unlike(kind: str, parity: float) -> None:
    if not parity <= LARGEST_PARITY:
        raise Problem(
            f"The exported {kind} differs from the network by {parity:.2f} {parity_unit(kind)}.",
            "Nothing was written; please report this.",
        )


def _preview(mapping: MappingNetwork, synthesis: Synthesis, written: _Written) -> NDArray[np.uint8]:
    """Four samples, a little truncated, by which a catalog shows the model."""
    z = torch.from_numpy(np.random.RandomState(0).randn(4, mapping.z_size).astype(np.float32))
    labels = (torch.arange(4) % mapping.classes,) if mapping.classes else ()
    w = mapping(z, *labels)
    mean = mean_of_w(mapping)
    w = mean + _SHOWN_TRUNCATION * (w - mean)
    drawn = np.concatenate([written.run([row[None, None].repeat(1, synthesis.styles, 1)]) for row in w])
    pictures = np.clip(np.rint((drawn + 1) * 127.5), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
    return sheet(pictures, columns=2, gap=0)


def mean_of_w(mapping: MappingNetwork) -> torch.Tensor:
    """The mean of w (w_size,): the file's own, else that of 10,000 samples, over all classes alike."""
    if mapping.w_mean is not None:
        return mapping.w_mean
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(_MEASURED, mapping.z_size, generator=rng)
    labels = (torch.arange(_MEASURED) % mapping.classes,) if mapping.classes else ()
    mean: torch.Tensor = mapping(z, *labels).mean(dim=0)
    return mean
