"""A model tuned to one photograph that was found in it, and written as a model of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.files import hash_of, made_folder
from explorer.core.models.file_kinds import run_of
from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.core.rendering.latent_points import LatentPoint
from explorer.core.rendering.scene import Scene
from explorer.paths import user_folder
from explorer.session.models.opening import OpenModel
from explorer.session.photos.photo import Picture

if TYPE_CHECKING:
    from explorer.training.projection.latent_optimisation import Projected
    from explorer.training.projection.pivotal_tuning import Tuning, TuningEffort

_LONGEST_NAME = 60


def free_folder(model: str, photo: str) -> Path:
    """Where a model that is tuned to a photograph goes, among the user's own work; nothing is there yet."""
    name = re.sub(r"[^\w .-]", "", f"{model} {Path(photo).stem}").strip(" .")[:_LONGEST_NAME] or "tuned"
    folders = (user_folder("data") / "tuned" / f"{name}{end}" for end in ("", *(f" {n}" for n in range(2, 10_000))))
    return next(folder for folder in folders if not folder.exists())


class PhotoTuning:
    """Tunes in one thread, step by step; then writes what was learnt. The original stays as it is.

    Parameters
    ----------
    model : OpenModel
    target : (height, width, channels) uint8
        The photograph, of the model's size.
    point : LatentPoint
        Whose picture is to become it.
    photo : str
        What the photograph is called.
    label : int, optional
        The class to draw.
    under : Conditions, optional
        Noise, and how the content is moved.
    effort : TuningEffort, optional
        How hard to tune.
    """

    def __init__(
        self,
        model: OpenModel,
        target: Picture,
        point: LatentPoint,
        photo: str,
        label: int | None = None,
        under: Conditions = USUAL,
        effort: TuningEffort | None = None,
    ) -> None:
        self.model, self.crop, self.point, self.photo = model, target, point, photo
        self.label, self.under, self._effort = label, under, effort
        self._tuning: Tuning | None = None
        self._last: Projected | None = None

    def steps(self) -> Iterator[Projected]:
        """Tune; whoever stops asking has what was learnt so far.

        Raises
        ------
        Problem
            No gradients can be taken through the generator, or numbers come that are not finite.
        """
        from explorer.training.learning.devices import leave_room
        from explorer.training.projection.differentiable_generator import Painter
        from explorer.training.projection.pivotal_tuning import Tuning

        leave_room()
        trusted = run_of(self.model.path) is not None
        painter = Painter.open(self.model.files, self.label, self.under, trusted=trusted)
        self._tuning = Tuning(painter, self.crop, self.point, self._effort)
        for told in self._tuning.run():
            self._last = told
            yield told

    def write(self, folder: Path) -> Scene:
        """Write the tuned model to a new folder; gives the scene of the photograph in it.

        Raises
        ------
        Problem
            Something lies in the folder, or it cannot be written.
        """
        from explorer.training.projection.tuned_model import write_tuned

        assert self._tuning is not None
        assert self._last is not None
        made_folder(folder.parent)
        card, files = self.model.generator.card, self.model.files
        path, card = write_tuned(files, card, self._tuning.weights, folder, self.photo, self._last.picture)
        z = np.zeros(card.latent_size, np.float32)
        label = (self.label or 0) if card.classes else None
        base = Scene(hash_of(path), card.name, z, label, noise=self.under.noise, placement=self.under.placement)
        return self.point.scene(base)
