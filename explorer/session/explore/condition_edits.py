"""Changes of what a picture is drawn under besides its latent: noise, and where its content lies."""

from __future__ import annotations

import math
from dataclasses import replace

from explorer.core.rendering.conditions import (
    LARGEST_MOVE,
    LARGEST_NOISE,
    MOST_HELD_BACK,
    Noise,
    Placement,
    noise_or_none,
    placement_or_none,
)
from explorer.session.document import Document

CHANGE_NOISE, MOVE_CONTENT, RESET_PLACEMENT = "Change the noise", "Move the content", "Put the content back"
CHANGE_STAGE = "Change the stage"


class ConditionEdits:
    """Turns intentions into edits of the document, for a model that has noise, can move its content or has grown."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def noise(self) -> Noise:
        """That of the current scene."""
        return self._document.scene.noise or Noise()

    @property
    def placement(self) -> Placement:
        """That of the current scene."""
        return self._document.scene.placement or Placement()

    def set_strength(self, strength: float, gesture: int = -1) -> None:
        """Multiply the noise of all layers; what is out of range or no number is ignored."""
        if 0.0 <= strength <= LARGEST_NOISE:
            self._set_noise(replace(self.noise, strength=strength), gesture)

    def take_own_noise(self) -> None:
        """Go back to the model's own noise, at its own strength where there was none."""
        self._set_noise(Noise(None, self.noise.strength or 1.0))

    def take_no_noise(self) -> None:
        """Leave the noise out."""
        self._set_noise(Noise(None, 0.0))

    def draw_noise(self, seed: int) -> None:
        """Draw other noise, of a seed."""
        self._set_noise(Noise(seed, self.noise.strength or 1.0))

    def place(self, gesture: int = -1, **changes: float) -> None:
        """Put the content to ``x`` and ``y``, or turn it to ``degrees``; what is no number is ignored."""
        place = replace(self.placement, **changes)
        if not math.isfinite(place.x + place.y + place.degrees):
            return
        x, y = (min(max(value, -LARGEST_MOVE), LARGEST_MOVE) for value in (place.x, place.y))
        self._set_placement(Placement(round(x, 6), round(y, 6), _within(place.degrees)), MOVE_CONTENT, gesture)

    def move(self, across: float, down: float, gesture: int) -> None:
        """Move the content on, by widths of the picture."""
        here = self.placement
        self.place(gesture, x=here.x + across, y=here.y + down)

    def turn(self, degrees: float, gesture: int) -> None:
        """Turn the content on, anticlockwise."""
        self.place(gesture, degrees=self.placement.degrees + degrees)

    def reset_placement(self) -> None:
        """Put the content where it was at first."""
        self._set_placement(Placement(), RESET_PLACEMENT, -1)

    def hold_back(self, stages: float, gesture: int = -1) -> None:
        """Leave out so many of a growing generator's last stages; what is out of range or no number is ignored."""
        stages = round(stages, 6)
        if 0.0 <= stages <= MOST_HELD_BACK and stages != (self._document.scene.held_back or 0.0):
            self._document.edit(CHANGE_STAGE, gesture=gesture, held_back=stages or None)

    def _set_noise(self, noise: Noise, gesture: int = -1) -> None:
        if noise != self.noise:
            self._document.edit(CHANGE_NOISE, gesture=gesture, noise=noise_or_none(noise))

    def _set_placement(self, place: Placement, what: str, gesture: int) -> None:
        if place != self.placement:
            self._document.edit(what, gesture=gesture, placement=placement_or_none(place))


def _within(degrees: float) -> float:
    """The same turn, above -180 and up to 180 degrees."""
    return round(180.0 - (180.0 - degrees) % 360.0, 3)
