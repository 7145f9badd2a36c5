"""A generator's pictures by onnxruntime alone, from the bytes of its file, to compare what opens.

ONNX has no checksums, so a changed weight cannot be told from another training's: it is no silent fault if the picture
is that of the changed weight. Here nothing of this program stands between the file and its pictures: onnxruntime reads
the bytes as they are, `json` reads the card, and NumPy makes levels of what comes out. It is asked twice, once without
its optimisations: with weights near the end of float32 another order of sums overflows where the first does not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from explorer.core.models.card import CARD_KEY, ModelCard

_REALS = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}


def pictures_by_hand(path: Path, card: ModelCard, z: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """Pictures of latents, (2, N, height, width, channels), 0 black and 255 white, neither rounded nor clipped.

    As onnxruntime draws them plainly, and optimised. None where it is not plain which of several inputs or outputs is
    meant. Raises what onnxruntime does.

    Parameters
    ----------
    path : Path
    card : ModelCard
        What the program takes the file for: how large its pictures are, and for a file without a card their range.
    z : (N, latent_size) float32
    """
    levels = (ort.GraphOptimizationLevel.ORT_DISABLE_ALL, ort.GraphOptimizationLevel.ORT_ENABLE_ALL)
    sessions = [_session(path.read_bytes(), level) for level in levels]
    drawn = [[_drawn(session, card, latent) for latent in z] for session in sessions]
    if any(picture is None for pictures in drawn for picture in pictures):
        return None
    low, high = _range_in(path) or card.value_range
    return (np.array(drawn, np.float64) - low) * (255.0 / (high - low))


def _session(data: bytes, level: Any) -> Any:
    options = ort.SessionOptions()
    options.graph_optimization_level = level
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def _drawn(session: Any, card: ModelCard, latent: NDArray[np.float32]) -> NDArray[Any] | None:
    """The picture of one latent, which fills the batch where that is fixed."""
    feeds = _feeds(session.get_inputs(), latent)
    results = [np.asarray(result) for result in session.run(None, feeds)] if feeds else []
    first, last = (card.channels, card.height, card.width), (card.height, card.width, card.channels)
    fitting = [result[0] for result in results if result.shape[1:] in (first, last)]
    if len(fitting) != 1:
        return None
    picture: NDArray[Any] = fitting[0]
    return np.moveaxis(picture, 0, 2) if picture.shape == first else picture


def _feeds(inputs: Any, latent: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """A latent, and perhaps class 0 by its number; nothing where they are other inputs."""
    main, *others = inputs
    if main.type not in _REALS or not all(other.type == "tensor(int64)" and len(other.shape) == 1 for other in others):
        return {}
    sizes = [size if isinstance(size, int) else 1 for size in main.shape]
    rows = np.resize(latent, (sizes[0], latent.size))
    found = {main.name: rows.reshape(sizes[0], *(sizes[1:] if len(sizes) > 2 else [-1])).astype(_REALS[main.type])}
    return found | {other.name: np.zeros(sizes[0], np.int64) for other in others}


def _range_in(path: Path) -> tuple[float, float] | None:
    """What black and white are by the file's own card; None where it has none that can be read."""
    for entry in onnx.load(path, load_external_data=False).metadata_props:
        if entry.key == CARD_KEY:
            try:
                low, high = map(float, json.loads(entry.value)["value_range"])
                return (low, high) if low < high else None
            except (ValueError, KeyError, TypeError, RecursionError):
                return None
    return None
