"""One picture along one direction: the scenes of an edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.core.rendering.scene import Scene


def edit_strip(scene: Scene, name: str, alphas: Sequence[float]) -> tuple[Scene, ...]:
    """Scenes that differ in how far they are moved along one direction.

    Parameters
    ----------
    scene : Scene
        Its other directions are kept, in their order; its own strength of ``name`` is replaced.
    name : str
    alphas : sequence of float
        A scene each; 0 takes the direction out.
    """
    return tuple(replace(scene, directions=_with_strength(scene, name, float(alpha))) for alpha in alphas)


def _with_strength(scene: Scene, name: str, alpha: float) -> tuple[tuple[str, float], ...]:
    set_already = any(own == name for own, _ in scene.directions)
    pairs = [(own, alpha if own == name else strength) for own, strength in scene.directions]
    if not set_already:
        pairs.append((name, alpha))
    return tuple((own, strength) for own, strength in pairs if own != name or strength != 0.0)
