"""Training in the plane as somebody's wishes go: faster, only one of the two, other rates, or all over again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.training.learning.threads import one_thread
from explorer.training.toy_models.point_sets import PointSet
from explorer.training.toy_models.toy_settings import PlaneConfig
from explorer.training.toy_models.vae_settings import PlaneVAEConfig

if TYPE_CHECKING:
    from explorer.training.toy_models.plane_vae import PlaneVAE
    from explorer.training.toy_models.snapshot import Snapshot
    from explorer.training.toy_models.toy_gan import PlaneGAN
    from explorer.training.toy_models.vae_snapshot import VAESnapshot

    Game = PlaneGAN | PlaneVAE
    Seen = Snapshot | VAESnapshot

LabConfig = PlaneConfig | PlaneVAEConfig
"""Settings of either of the two that the lab can train."""


@dataclass(frozen=True)
class SnapshotRequest:
    """What is wanted of the next snapshot.

    Attributes
    ----------
    config, data : PlaneConfig or PlaneVAEConfig, PointSet
        Networks begin anew where they do not fit these settings; anything else changes as they learn.
    seed : int
    round : int
        Another one begins anew.
    turn : str
        Who is to learn: "both", or one of the two networks, such as "critic".
    steps : int
        Steps until the next snapshot.
    """

    config: LabConfig
    data: PointSet
    seed: int = 0
    round: int = 0
    turn: str = "both"
    steps: int = 1


def follow(request: Callable[[], SnapshotRequest]) -> Iterator[Seen]:
    """Train for ever, asking before every snapshot what is wanted; a beginning is a snapshot too."""
    wanted = request()
    while True:
        with one_thread():
            game = begun(wanted.config, wanted.data, wanted.seed, wanted.round)
            seen: Seen = game.snapshot()
        yield seen
        while (wanted := request()).round == game.round and game.can_adjust(wanted.config):
            with one_thread():
                game.adjust(wanted.config, wanted.data)  # type: ignore[arg-type]
                game.learn(wanted.steps, wanted.turn)
                seen = game.snapshot()
            yield seen


def begun(config: LabConfig, data: PointSet, seed: int, round: int = 0) -> Game:
    """The game that these settings are of, untrained; loads torch."""
    if isinstance(config, PlaneVAEConfig):
        from explorer.training.toy_models.plane_vae import PlaneVAE

        return PlaneVAE(config, data, seed, round)
    from explorer.training.toy_models.toy_gan import PlaneGAN

    return PlaneGAN(config, data, seed, round)
