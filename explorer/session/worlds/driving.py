"""A world model that is driven through in a worker, a frame at a time; what was done is kept, to be gone again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.models.model import DREAM
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.core.worlds.journey import MOST_MOVES, Journey, Move
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.settings import Device

if TYPE_CHECKING:
    from explorer.core.worlds.dream import Dream
    from explorer.core.worlds.ghosts import Ghost
    from explorer.core.worlds.ride import Moment, Ride
    from explorer.core.worlds.world_facts import WorldFacts


_OPENS = "opens"


@dataclass(frozen=True)
class OpenWorld:
    """A world model that is open.

    Attributes
    ----------
    path : Path
        Its folder.
    name, hash : str
        Of its generator.
    facts : WorldFacts
    has_controller : bool
        Whether there is somebody who drives.
    is_trusted : bool
        Whether it came with the program.
    """

    path: Path
    name: str
    hash: str
    facts: WorldFacts
    has_controller: bool
    is_trusted: bool

    @property
    def has_world(self) -> bool:
        """Whether the program can draw the world that it is of."""
        return self.facts.source == "drive"


@dataclass(frozen=True, eq=False)
class Driven:
    """A frame, and what might have come in its place."""

    moment: Moment
    ghosts: tuple[Ghost, ...] = ()


class Driving(JobRunner):
    """Opens a world model, begins drives through it, and drives.

    Attributes
    ----------
    world : OpenWorld or None
    last : Moment or None
        What was seen last.

    Signals
    -------
    opened(world) : OpenWorld
    drove(driven) : Driven
        One frame on, or the first of a drive.
    halted(error)
        The drive cannot go on, or the world cannot be opened.
    """

    opened = Signal(object)
    drove = Signal(object)
    halted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="nothing", name="worlds")
        self.world: OpenWorld | None = None
        self.last: Moment | None = None
        self._dream: Dream | None = None  # run in the worker alone, as the ride is
        self._ride: Ride | None = None
        self._seed, self._moves = 0, list[Move]()
        self.failed.connect(self.halted)

    @property
    def journey(self) -> Journey:
        """The drive up to now."""
        return Journey(self._seed, tuple(self._moves))

    def open(self, path: Path, device: Device, seed: int, *, trusted: bool) -> None:
        """Open the world model in a folder in the place of the last one, which stays where that cannot be."""
        self.drop(*(job for job in self.jobs if job.key == _OPENS))  # frames under way are kept: the drive may stay
        folder = path.parent if path.name == DREAM else path
        work = partial(_opened, folder, device, seed, trusted)
        self.begin(work, self._on_opened, dropped=_close, words=f"Opening {folder.name}", key=_OPENS)

    def restart(self, seed: int) -> None:
        """Begin another drive, once what is under way is done; nothing while a world is being opened."""
        dream = self._dream
        if dream is not None and not any(job.key == _OPENS for job in self.jobs):
            self.begin(lambda _report, _cancelled: _begun(dream, seed), self._on_begun, words="Starting")

    def go(self, move: Move, *, ghosts: bool = False) -> None:
        """Drive one frame on; nothing where the last one is not there yet."""
        dream, ride = self._dream, self._ride
        if self.is_busy or dream is None or ride is None:
            return
        if len(self._moves) == MOST_MOVES:
            self.halted.emit(Problem(f"This drive has {MOST_MOVES:,} frames, and takes no more.", "Restart it."))
        else:
            work = lambda _report, _cancelled: _gone(dream, ride, move, wants_ghosts=ghosts)  # noqa: E731
            self.begin(work, partial(self._on_gone, move))

    def scene(self) -> Scene | None:
        """What paints the picture of the dream."""
        if self.world is None or self.last is None:
            return None
        return Scene(self.world.hash, self.world.name, self.last.latent)

    def close(self) -> None:
        super().close()
        if self._dream is not None:
            self._dream.close()

    def _on_opened(self, opened: _Opened) -> None:
        if self._dream is not None:
            self._dream.close()
        self.world, self._dream = opened.world, opened.dream
        self.opened.emit(opened.world)
        self._on_begun(opened.begun)

    def _on_begun(self, begun: _Begun) -> None:
        self._seed, self._moves, self._ride, self.last = begun.seed, [], begun.ride, begun.moment
        self.drove.emit(Driven(begun.moment))

    def _on_gone(self, move: Move, driven: Driven) -> None:
        self._moves.append(move)
        self.last = driven.moment
        self.drove.emit(driven)


@dataclass(frozen=True, eq=False)
class _Begun:
    seed: int
    ride: Ride
    moment: Moment


@dataclass(frozen=True, eq=False)
class _Opened:
    world: OpenWorld
    dream: Dream
    begun: _Begun


def _opened(folder: Path, device: Device, seed: int, trusted: bool, _report: Report, _cancelled: Cancelled) -> _Opened:
    from explorer.core.worlds.dream import Dream

    dream = Dream(folder, device, trusted=trusted)
    generator = dream.generator
    name = generator.card.name or folder.name
    world = OpenWorld(folder, name, generator.hash, dream.facts, dream.has_controller, trusted)
    return _Opened(world, dream, _begun(dream, seed))


def _close(opened: _Opened | None) -> None:
    if opened is not None:
        opened.dream.close()


def _begun(dream: Dream, seed: int) -> _Begun:
    from explorer.core.worlds.ride import Ride

    ride = Ride(dream, seed)
    return _Begun(seed, ride, ride.moment())


def _gone(dream: Dream, ride: Ride, move: Move, *, wants_ghosts: bool) -> Driven:
    from explorer.core.worlds.ghosts import ghosts

    state = ride.state.copy()
    moment = ride.go(move)
    might: tuple[Ghost, ...] = ()
    with suppress(Problem):  # the drive has gone on, whatever else might have come
        might = ghosts(dream, state, ride.done, move.temperature) if wants_ghosts else ()
    return Driven(moment, might)
