"""The mapping network of a style-based model: latents in, points of W out."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.engine import Engine
from explorer.core.inference.providers import open_session
from explorer.core.inference.synthesis import StylePair
from explorer.core.inference.wrapping import CLASS, LATENT, wrapped_mapping
from explorer.core.rendering.latents import Latents

W_MEAN_KEY = "latent_explorer.w_mean"
_AT_ONCE = 256


class OpenMapping:
    """An open mapping. Always on the CPU: it is small, and gives the same w on every device's machine.

    Attributes
    ----------
    name : str
    hash : str
        SHA-256 of the file's bytes, hexadecimal.
    style_size : int
        How many numbers a w has.
    told_mean : (style_size,) float32 or None
        The mean of W that the file carries.
    runs : int
        How often it ran.
    """

    def __init__(self, pair: StylePair) -> None:
        file, taken = pair.mapping, pair.sources
        self.name, self.hash = file.path.name, file.hash
        self.style_size = pair.inspection.card.style_size
        self.told_mean = _told_mean(file.proto.metadata_props, self.style_size)
        self.runs = 0
        self._batch = taken.batch
        self._conditional = taken.label is not None
        model = wrapped_mapping(file, taken, pair.result)
        self._engine = Engine(open_session(model, "cpu"), self.name)

    def points(self, z: Latents, labels: NDArray[np.int64]) -> Latents:
        """The points of W of latents, (N, style_size) float32.

        Parameters
        ----------
        z : (N, latent_size) float32
        labels : (N,) int64
            Classes; ignored where the mapping takes none.

        Raises
        ------
        Problem
            It fails, or is closed.
        """
        size = self._batch if isinstance(self._batch, int) else _AT_ONCE
        parts = [self._run(z[at : at + size], labels[at : at + size]) for at in range(0, len(z), size)]
        return np.concatenate(parts) if parts else np.zeros((0, self.style_size), np.float32)

    def _run(self, z: Latents, labels: NDArray[np.int64]) -> Latents:
        count, self.runs = len(z), self.runs + 1
        if isinstance(self._batch, int) and count < self._batch:
            z = np.pad(z, ((0, self._batch - count), (0, 0)))
            labels = np.pad(labels, (0, self._batch - count))
        feeds: dict[str, NDArray[Any]] = {LATENT: np.ascontiguousarray(z)}
        if self._conditional:
            feeds[CLASS] = labels
        return self._engine.run(feeds)[:count]

    def close(self) -> None:
        """Waits for what is running, then lets the session go."""
        self._engine.close()


def _told_mean(entries: Any, size: int) -> NDArray[np.float32] | None:
    """The mean of W in a file's metadata: base64 of little-endian float32; None where that cannot be."""
    told = next((entry.value for entry in entries if entry.key == W_MEAN_KEY), None)
    if told is None:
        return None
    try:
        mean = np.frombuffer(base64.b64decode(told, validate=True), "<f4").astype(np.float32)
    except (binascii.Error, ValueError):
        return None
    return mean if mean.size == size and np.isfinite(mean).all() else None
