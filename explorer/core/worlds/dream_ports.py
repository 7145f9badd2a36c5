"""A step of a dream, and a controller, as graphs: whether they are what their cards say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.graph import Port
from explorer.core.problem import Problem
from explorer.core.worlds.world_facts import ACTION, NOISE, STATE, TEMPERATURE

if TYPE_CHECKING:
    from explorer.core.models.card import ModelCard

WORLDS = ("dream", "controller")
"""Kinds of models that belong to a world."""

_HINT = "Export it again."


@dataclass(frozen=True)
class WorldPorts:
    """The inputs, each (N, so many) float32.

    Attributes
    ----------
    sizes : mapping of str to int
    """

    sizes: Mapping[str, int]

    @property
    def batch(self) -> str:
        """Any number of states at once."""
        return "dynamic"

    def trial(self, batch: int, draw: np.random.RandomState, scale: float) -> Mapping[str, NDArray[Any]]:
        """Random values for a test run."""
        made = {
            name: (scale * draw.standard_normal((batch, size))).astype(np.float32) for name, size in self.sizes.items()
        }
        if TEMPERATURE in made:
            made[TEMPERATURE] = np.ones((batch, 1), np.float32)
        return made


def world_ports(inputs: tuple[Port, ...]) -> WorldPorts | None:
    """The inputs of a dream or a controller, known by their names; None where they are not those of one."""
    names = {port.name for port in inputs}
    if names not in ({STATE}, {STATE, ACTION, NOISE, TEMPERATURE}):
        return None
    sizes = {port.name: port.shape[1] for port in inputs if len(port.shape) == 2 and port.dtype == "float32"}
    found = {name: size for name, size in sizes.items() if isinstance(size, int) and size > 0}
    return WorldPorts(found) if found.keys() == names else None


def check_world(path: Path, inputs: tuple[Port, ...], outputs: tuple[Port, ...], card: ModelCard) -> None:
    """That a graph is the dream or the controller that its card speaks of.

    Raises
    ------
    Problem
        Its card tells of no world, or of other sizes.
    """
    world, ports = card.world, world_ports(inputs)
    if world is None or ports is None or len(outputs) != 1:
        what = f"{path.name} is not a {card.kind}: what it takes, or its card, is not that of a world."
        raise Problem(what, _HINT)
    given, count = outputs[0].shape, len(world.actions)
    wanted = {STATE: world.size}
    if card.kind == "dream":
        wanted |= {ACTION: count, NOISE: 2 * world.latent, TEMPERATURE: 1}
    result = world.size + 2 if card.kind == "dream" else count
    if dict(ports.sizes) != wanted or len(given) != 2 or given[1] != result:
        raise Problem(f"The card of {path.name} gives sizes other than those of its graph.", _HINT)
