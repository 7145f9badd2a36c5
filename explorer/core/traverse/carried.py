"""What goes along where latents are joined: moves of channels that no latent can stand for, conditions, sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from explorer.core.rendering.conditions import USUAL, Conditions, Noise, Placement, noise_or_none, placement_or_none
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.said import Said
from explorer.core.rendering.scene import Scene


@dataclass(frozen=True)
class TakenAlong:
    """What a scene holds besides the point that it is drawn from.

    Attributes
    ----------
    moves : tuple of (str, float)
        Directions that are no part of the point, and how far along each.
    conditions : Conditions
    said : Said or None
        The sentence there: a scene whose latent is no longer what that was made into does not say it.
    """

    moves: tuple[tuple[str, float], ...] = ()
    conditions: Conditions = USUAL
    said: Said | None = None

    def toward(self, other: TakenAlong, share: float) -> TakenAlong:
        """What lies between both, 0 being this and 1 the other: straight, each number by itself.

        Seeds of noise have nothing between them: that of the nearer end counts.
        """
        if self == other or share <= 0.0:
            return self
        if share >= 1.0:
            return other
        mine, theirs = dict(self.moves), dict(other.moves)
        names = dict.fromkeys((*mine, *theirs))
        moves = tuple((name, _between(mine.get(name, 0.0), theirs.get(name, 0.0), share)) for name in names)
        one, two = self.conditions, other.conditions
        noise = _noise(one.noise or Noise(), two.noise or Noise(), share)
        place = _placement(one.placement or Placement(), two.placement or Placement(), share)
        sampling = (one if share < 0.5 else two).sampling  # of which there is nothing in between
        held_back = _between(one.held_back or 0.0, two.held_back or 0.0, share) or None
        said = (self if share < 0.5 else other).said
        under = Conditions(noise_or_none(noise), placement_or_none(place), sampling, held_back)
        return TakenAlong(moves, under, said)

    def put_into(self, scene: Scene) -> Scene:
        """A scene of a point and nothing else, moved and under these conditions."""
        return replace(scene, directions=self.moves, said=self.said, **vars(self.conditions))


def carried_by(renderer: Renderer, scenes: Sequence[Scene], *, in_w: bool) -> tuple[TakenAlong, ...]:
    """What each scene holds besides its point: of W where ``in_w`` is said, else of Z."""
    beyond = renderer.moves_channels if in_w else renderer.is_of_w
    return tuple(
        TakenAlong(
            tuple(pair for pair in scene.directions if renderer.has_w and beyond(pair[0])),
            scene.conditions,
            scene.said,
        )
        for scene in scenes
    )


def _between(one: float, other: float, share: float) -> float:
    return one + share * (other - one)


def _noise(one: Noise, other: Noise, share: float) -> Noise:
    nearer = one if share < 0.5 else other
    return Noise(nearer.seed, _between(one.strength, other.strength, share))


def _placement(one: Placement, other: Placement, share: float) -> Placement:
    return Placement(
        _between(one.x, other.x, share),
        _between(one.y, other.y, share),
        _between(one.degrees, other.degrees, share),
    )
