"""Training in the plane as somebody's wishes go: faster, only one of the two, other rates, or all over again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.training.toy_models.point_sets import PointSet
from explorer.training.toy_models.toy_settings import PlaneConfig

if TYPE_CHECKING:
    from explorer.training.toy_models.snapshot import Snapshot


@dataclass(frozen=True)
class SnapshotRequest:
    """What is wanted of the next snapshot.

    Attributes
    ----------
    config, data : PlaneConfig, PointSet
        Networks begin anew where they do not fit these settings; anything else changes as they learn.
    seed : int
    round : int
        Another one begins anew.
    turn : str
        Who is to learn: "both", "critic" or "generator".
    steps : int
        Steps until the next snapshot.
    """

    config: PlaneConfig
    data: PointSet
    seed: int = 0
    round: int = 0
    turn: str = "both"
    steps: int = 1


def follow(request: Callable[[], SnapshotRequest]) -> Iterator[Snapshot]:
    """Train for ever, asking before every snapshot what is wanted; a beginning is a snapshot too."""
    from explorer.training.toy_models.toy_gan import PlaneGAN

    wanted = request()
    while True:
        game = PlaneGAN(wanted.config, wanted.data, wanted.seed, wanted.round)
        yield game.snapshot()
        while (wanted := request()).round == game.round and game.can_adjust(wanted.config):
            game.adjust(wanted.config, wanted.data)
            game.learn(wanted.steps, wanted.turn)
            yield game.snapshot()
