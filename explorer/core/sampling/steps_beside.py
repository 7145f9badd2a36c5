"""The steps that lie beside a generator which takes them all in one run: opened once a scene says how to take them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.inference.providers import Device
from explorer.core.models.card import ModelCard
from explorer.core.models.model import step_beside
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import Conditions

if TYPE_CHECKING:
    from explorer.core.sampling.sampler import Sampler


class StepsBeside:
    """The ``step.onnx`` in the folder of a generator.

    Parameters
    ----------
    generator : Path
        Its file.
    card : ModelCard
        Its card, which that of the steps has to fit.
    device : {"auto", "cpu", "cuda"}
    trusted : bool
        As for `explorer.core.inference.generator.Generator.open`.
    """

    def __init__(self, generator: Path, card: ModelCard, device: Device, *, trusted: bool) -> None:
        self._path, self._card, self._device, self._trusted = step_beside(generator), card, device, trusted
        self._lock = threading.Lock()
        self._opened: Sampler | None = None
        self._closed = False

    @property
    def are_there(self) -> bool:
        """Whether there are steps."""
        return self._path is not None

    def check(self, under: Conditions) -> None:
        """Refuse conditions that say how to sample, where there are no steps."""
        if under.sampling is not None and self._path is None:
            what = f"{self._card.name} paints in one go: there are no steps to change."
            raise Problem(what, "Leave out steps, eta, guidance and temperature.")

    def asked(self, under: Conditions) -> Sampler | None:
        """What paints under conditions that say how to sample; None where they do not.

        Raises
        ------
        Problem
            There are no steps, they cannot be opened, or they are another model's.
        """
        if under.sampling is None:
            return None
        return self.sampler()

    def sampler(self) -> Sampler:
        """The steps, open; raises as `asked` does."""
        from explorer.core.sampling.sampler import Sampler  # which is a generator itself

        if self._path is None:
            what = f"{self._card.name} paints in one go: there are no steps to show."
            raise Problem(what, "Open a model that paints in steps: a diffusion model or a PixelCNN.")
        with self._lock:
            if self._closed:
                raise Problem(f"{self._card.name} has been closed.", "Open it again.")
            if self._opened is None:
                opened = Sampler.open(self._path, self._device, trusted=self._trusted)
                self._refuse_other(opened)
                self._opened = opened
            return self._opened

    def close(self) -> None:
        """Let the steps go. May be called again."""
        with self._lock:
            self._closed = True
            if self._opened is not None:
                self._opened.close()

    def _refuse_other(self, opened: Sampler) -> None:
        ours, theirs = self._card, opened.card
        kinds = ("latent_size", "height", "width", "channels", "classes", "distribution")
        if wrong := next((kind for kind in kinds if getattr(ours, kind) != getattr(theirs, kind)), None):
            opened.close()
            what = f"{opened.path.name} does not belong to the generator beside it: they differ in {wrong}."
            raise Problem(what, "Export both again together.")
