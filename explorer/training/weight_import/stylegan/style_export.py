"""A rebuilt StyleGAN as two ONNX files that belong together: a mapping from z to w, and a synthesis of pictures."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto
from torch import nn

from explorer.core.files import made_folder
from explorer.core.models.card import CARD_KEY
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import save_png, sheet
from explorer.training.networks.adaptive_synthesis import AdaptiveSynthesis
from explorer.training.networks.style import MappingNetwork, Styled
from explorer.training.networks.stylegan2_synthesis import Synthesis
from explorer.training.networks.stylegan3_synthesis import FilteredSynthesis
from explorer.training.runs.export import PARITY_BATCHES, refuse_unlike
from explorer.training.weight_import.onnx_export import traced
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.stylegan.filtered_graph import filtered_graph
from explorer.training.weight_import.stylegan.style_graph import mapping_graph, synthesis_graph

MAPPING_FILE, SYNTHESIS_FILE = "mapping.onnx", "generator.onnx"
_SHOWN, _SHOWN_TRUNCATION = 4, 0.7
_MEASURED = 10_000  # latents, as NVIDIA's projector takes
_LARGE = 256**2
"""Pixels above which pictures are not compared whole at every batch size: that takes minutes and gigabytes."""
_PICTURE_STEPS, _W_STEPS = 127.5, 1e3  # of a difference, in the units of a card's parity

Numbers = NDArray[np.float32]


def export_style(rebuilt: Rebuilt, folder: Path) -> tuple[Path, ...]:
    """Write ``mapping.onnx``, ``generator.onnx`` and ``preview.png`` to ``folder``; gives the files.

    The mapping takes ``z`` (N, z_size), and ``label`` (N,) int64 where there are classes, and gives ``w``
    (N, w_size); the mean of w, where it is known, is in its metadata. The generator takes ``w`` (N, styles, w_size),
    carries the card and gives the picture. Both have been compared with torch at batches of 1, 2 and 5. Of pictures of
    more than 256 x 256 pixels, StyleGAN3's are compared in their middle, StyleGAN2's one at a time. Nothing appears in
    ``folder`` unless all went well.

    Raises
    ------
    Problem
        The comparison differs by more than 1/255, or ``folder`` cannot be written.
    ValueError
        These are not the two networks of a StyleGAN.
    """
    mapping, synthesis = rebuilt.networks["mapping"], rebuilt.networks["generator"]
    if not isinstance(mapping, MappingNetwork) or not isinstance(synthesis, Styled):
        raise ValueError("only a mapping and a synthesis make a style-based model")
    made_folder(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as scratch, torch.no_grad():
            _write(rebuilt, mapping, synthesis, Path(scratch))
            return _moved(Path(scratch), folder)
    except OSError as error:
        raise Problem(
            f"The model could not be written to {folder} ({error.strerror}).",
            "Free some space, or choose another folder.",
        ) from None


def _write(rebuilt: Rebuilt, mapping: MappingNetwork, synthesis: Styled, folder: Path) -> None:
    z, labels = _examples(mapping)
    first = _Written(mapping_graph(mapping))
    parity, _ = first.compared(mapping, [z, *labels])
    refuse_unlike("mapping", parity)
    onnx.save_model(first.model, folder / MAPPING_FILE)
    styles = _styles(mapping, synthesis, mapping(z, *labels))
    written, parity, drawn = _compared(synthesis, styles)
    refuse_unlike("generator", parity)
    _report(written.model, CARD_KEY, replace(rebuilt.card, parity=parity).to_json())
    onnx.save_model(written.model, folder / SYNTHESIS_FILE)
    pictures = np.clip(np.rint((drawn[:_SHOWN] + 1) * 127.5), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
    save_png(folder / "preview.png", sheet(pictures, columns=min(len(pictures), 2), gap=0))


def _compared(synthesis: Styled, styles: torch.Tensor) -> tuple[_Written, float, Numbers]:
    """The synthesis as a graph, how far that is from torch, and some of its pictures."""
    if synthesis.sides[0] * synthesis.sides[1] <= _LARGE:
        written = _Written(_graph(synthesis))
        return written, *written.compared(synthesis, [styles])
    if isinstance(synthesis, FilteredSynthesis):
        middle = synthesis.middle()
        parity, _ = _Written(_graph(middle)).compared(middle, [styles])
        written = _Written(_graph(synthesis))
    else:
        written = _Written(_graph(synthesis))
        parity, _ = written.compared(synthesis, [styles[-1:]], batches=(1,))
    return written, parity, written.run([styles[:1]])


def _graph(synthesis: Styled) -> ModelProto:
    if isinstance(synthesis, Synthesis):
        return synthesis_graph(synthesis)
    if isinstance(synthesis, FilteredSynthesis):
        return filtered_graph(synthesis)
    if isinstance(synthesis, AdaptiveSynthesis):
        w = torch.zeros(2, synthesis.styles, synthesis.w_size)
        return traced(synthesis, {"w": w}, "picture", (synthesis.picture_channels, *synthesis.sides))
    raise ValueError(f"no graph of a {type(synthesis).__name__}")


def _examples(mapping: MappingNetwork) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
    """Latents, and a class for each where there are any, of the largest batch that is compared."""
    count = max(PARITY_BATCHES)
    z = torch.from_numpy(np.random.RandomState(0).randn(count, mapping.z_size).astype(np.float32))
    return z, ((torch.arange(count) % mapping.classes,) if mapping.classes else ())


def _styles(mapping: MappingNetwork, synthesis: Styled, w: torch.Tensor) -> torch.Tensor:
    """A w for each layer: samples, a little truncated, to show, and one that mixes them, layer by layer."""
    mean = mean_of_w(mapping)
    w = mean + _SHOWN_TRUNCATION * (w - mean)
    mixed = w[torch.arange(synthesis.styles) % len(w)]
    return torch.cat([w[:_SHOWN, None].repeat(1, synthesis.styles, 1), mixed[None]])


def _moved(scratch: Path, folder: Path) -> tuple[Path, ...]:
    files = sorted(scratch.iterdir())
    for file in files:
        os.replace(file, folder / file.name)
    return tuple(folder / file.name for file in files)


def _report(model: ModelProto, key: str, value: str) -> None:
    entry = model.metadata_props.add()
    entry.key, entry.value = key, value


class _Written:
    """A graph, open in onnxruntime."""

    def __init__(self, model: ModelProto) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self.model = model
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def compared(
        self, network: nn.Module, feeds: Sequence[torch.Tensor], batches: Sequence[int] = PARITY_BATCHES
    ) -> tuple[float, Numbers]:
        """How far it is from its network at each batch size, in the unit of a card's parity, and what it gives."""
        # One at a time in torch: large pictures then need no more memory, and the batch is proved not to matter.
        wanted = np.concatenate([self._asked(network, feeds, at) for at in range(len(feeds[0]))])
        worst, given = 0.0, wanted
        for count in batches:
            given = self.run([feed[:count] for feed in feeds])
            if given.shape != wanted[:count].shape:
                raise Problem(f"The exported network gives {given.shape}, torch {wanted.shape}.", "Report this.")
            worst = max(worst, float(np.abs(given - wanted[:count]).max()))
        unit = _PICTURE_STEPS if wanted.ndim == 4 else _W_STEPS / max(1.0, float(np.abs(wanted).max()))
        return worst * unit, given

    def _asked(self, network: nn.Module, feeds: Sequence[torch.Tensor], at: int) -> Numbers:
        result: Numbers = network(*(feed[at : at + 1] for feed in feeds)).numpy()
        return result

    def run(self, feeds: Sequence[torch.Tensor]) -> Numbers:
        """What the graph gives."""
        names = [value.name for value in self.model.graph.input]
        told = {name: tensor.numpy() for name, tensor in zip(names, feeds, strict=True)}
        result: Numbers = self._session.run(None, told)[0]
        return result


def mean_of_w(mapping: MappingNetwork) -> torch.Tensor:
    """The mean of w (w_size,): the file's own, else that of 10,000 samples, over all classes alike."""
    if mapping.w_mean is not None:
        return mapping.w_mean
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(_MEASURED, mapping.z_size, generator=rng)
    labels = (torch.arange(_MEASURED) % mapping.classes,) if mapping.classes else ()
    mean: torch.Tensor = mapping(z, *labels).mean(dim=0)
    return mean
