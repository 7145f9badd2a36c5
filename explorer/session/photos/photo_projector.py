"""A photograph becomes a scene: aligned, then found in the latent space by the encoder, by optimisation, or by both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.core.rendering.latent_points import LatentPoint, Space, check_space, usual_space
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.session.photos.photo_tuning import PhotoTuning

if TYPE_CHECKING:
    from explorer.core.inference.generator import Pictures
    from explorer.core.inference.perception import Encoder
    from explorer.core.photos.alignment import Alignment
    from explorer.core.photos.photo_files import Photo
    from explorer.training.projection.differentiable_generator import Painter
    from explorer.training.projection.latent_optimisation import Effort
    from explorer.training.projection.pivotal_tuning import TuningEffort

Method = Literal["encoder", "optimise", "both"]
METHODS: tuple[Method, ...] = ("encoder", "optimise", "both")
Points = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class ProjectedPhoto:
    """One picture that was projected: its scene, how and where it was found, and how the model draws it."""

    aligned: Pictures
    reconstruction: Pictures
    scene: Scene
    method: str
    steps: int
    point: LatentPoint

    @property
    def error(self) -> float:
        """Mean absolute difference, as a share of the range from black to white."""
        return float(np.abs(self.reconstruction.astype(np.int16) - self.aligned).mean()) / 255


class Projector:
    """Finds scenes for photographs with one open model. Slow: to be used in a worker thread, in a ``with`` block.

    Parameters
    ----------
    model : OpenModel
        Stays its owner's to close.
    method : {"encoder", "optimise", "both"}, optional
        Ask the encoder; search by optimisation; or search from the encoder's answer too. Without it the encoder,
        where there is one.
    effort : Effort, optional
        How hard to search.
    label : int, optional
        The class to draw, where the model has classes.
    space : {"z", "w", "w+"}, optional
        Where to search; without it W where there is one, else Z. An encoder's answer is of Z.
    under : Conditions, optional
        Noise, and how the content is moved.

    Raises
    ------
    Problem
        When the block is entered: there is no encoder, or it does not belong to the generator, or no gradients can
        be taken through the generator, or it has no W.
    """

    def __init__(
        self,
        model: OpenModel,
        method: Method | None = None,
        effort: Effort | None = None,
        label: int | None = None,
        space: Space | None = None,
        under: Conditions = USUAL,
    ) -> None:
        self.model, self.label, self.effort, self.under = model, label, effort, under
        self.space: Space = space or usual_space(model.generator.card)
        self.method: Method = method or ("encoder" if model.files.encoder else "optimise")
        self._encoder: Encoder | None = None
        self._painter: Painter | None = None

    def __enter__(self) -> Projector:
        from explorer.session.traverse.map_pictures import opened_encoder

        check_space(self.space, self.model.generator.card)
        if self.method != "optimise":
            self._encoder = opened_encoder(self.model)
        try:
            if self._encoder is not None:
                from explorer.core.traverse.encoded_pictures import check_pair

                check_pair(self._encoder, self.model.generator)
            if self.method != "encoder":
                from explorer.training.learning.devices import leave_room
                from explorer.training.projection.differentiable_generator import Painter

                leave_room()
                trusted = run_of(self.model.path) is not None
                self._painter = Painter.open(self.model.files, self.label, self.under, trusted=trusted)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._encoder is not None:
            self._encoder.close()

    def tuning(self, found: ProjectedPhoto, name: str, effort: TuningEffort | None = None) -> PhotoTuning:
        """The tuning of the model to a photograph that was found."""
        return PhotoTuning(self.model, found.aligned, found.point, name, self.label, self.under, effort)

    def alignment(self, photo: Photo, pupils: Points | None) -> Alignment:
        """Where the frame lies in a photograph: by its pupils, which are given in pixels of its file, or guessed."""
        from explorer.core.photos.alignment import Alignment

        height, width = photo.pixels.shape[:2]
        frame = self.model.generator.card.pupils
        if pupils is None:
            return Alignment.guessed(width, height, frame)
        if frame is None:
            raise Problem(f"{self.model.name} does not say where pupils lie in its pictures.", "Leave --pupils out.")
        points = np.array(pupils)
        if not np.isfinite(points).all() or not ((points >= 0) & (points <= (photo.width, photo.height))).all():
            hint = f"It is {photo.width} pixels wide and {photo.height} high."
            raise Problem("The pupils lie outside the picture.", hint)
        if pupils[0] == pupils[1]:
            raise Problem(
                "Both pupils are at the same point.",
                "Give the middle of each pupil: --pupils 120,140,190,141.",
            )
        # in either order: the one that is further left is taken for the left one of the frame
        return Alignment.from_handles(sorted((points / photo.reduction).tolist()), frame)

    def found(
        self,
        photo: Photo,
        alignment: Alignment,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> ProjectedPhoto:
        """The scene of a photograph.

        Raises
        ------
        Problem
            Encoder or generator cannot make anything of it.
        """
        from explorer.core.photos.alignment import aligned
        from explorer.core.rendering.picture_files import fitted

        generator = self.model.generator
        card = generator.card
        square = aligned(photo.pixels, alignment, max(card.height, card.width))
        picture = fitted(square, card.height, card.width, card.channels)
        point, steps = self._point(picture, progress)
        scene = point.scene(self._base())
        return ProjectedPhoto(picture, self.model.renderer.render(scene).picture, scene, self.method, steps, point)

    def _base(self) -> Scene:
        """The scene of the mean of the prior, from which points of W are said to be reached."""
        generator, under = self.model.generator, self.under
        label = (self.label or 0) if generator.card.classes else None
        z = np.zeros(generator.card.latent_size, np.float32)
        name = generator.card.name
        return Scene(generator.hash, name, z, label, noise=under.noise, placement=under.placement)

    def _point(self, picture: Pictures, progress: Callable[[int, int], None]) -> tuple[LatentPoint, int]:
        from explorer.core.rendering.picture_files import fitted

        start = None
        if self._encoder is not None:
            card = self._encoder.card
            seen = fitted(picture, card.height or len(picture), card.width or picture.shape[1], card.channels or 3)
            start = LatentPoint("z", self._encoder.latents(seen[None])[0].copy())
            if not np.isfinite(start.numbers).all():
                raise Problem("The encoder gives numbers that are not finite.", "Export or train it again.")
        if self._painter is None:
            assert start is not None
            return start, 0
        from explorer.training.projection.latent_optimisation import project

        for best in project(self._painter, picture, self.effort, start, self.space):
            progress(best.step, best.steps)
        return best.point, best.step
