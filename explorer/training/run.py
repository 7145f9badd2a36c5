"""A training run is a folder: what was asked for, the losses, samples and checkpoints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.files import made_folder, replace_file
from explorer.core.problem import Problem
from explorer.training.batches import Batches
from explorer.training.checkpoint import checkpoints, load_checkpoint, save_checkpoint, start_from, step_of
from explorer.training.devices import training_device
from explorer.training.families import family_called
from explorer.training.family import Learner, Task
from explorer.training.knobs import configured
from explorer.training.loop import Steps, train
from explorer.training.record import SHOWN, LossLog, Samples
from explorer.training.sources import PictureSet, open_pictures

FORMAT = "latent-explorer/run"
VERSION = 1
SPEC_FILE = "run.json"


@dataclass(frozen=True)
class RunSpec:
    """All that decides a run's result.

    Attributes
    ----------
    family : str
        Family key.
    data : str
        The source of pictures, as `open_pictures` takes it.
    size : int
        Side of the pictures in pixels.
    steps, seed : int
    settings : mapping
        Config values that differ from the family's defaults.
    hold_out : float
        Share of the pictures that the run never sees, 0 to 0.9.
    attributes : str
        Label file for the data; "" to look beside it.
    start : str
        Another run's folder, whose newest weights this one begins with; "" to begin from nothing.
    name : str
        The model's name.
    channels, classes, description, licence, attribution, frame :
        Filled in from the data when the run begins.
    """

    family: str
    data: str
    size: int
    steps: int
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    hold_out: float = 0.0
    attributes: str = ""
    start: str = ""
    name: str = ""
    channels: int = 0
    classes: tuple[str, ...] = ()
    description: str = ""
    licence: str = ""
    attribution: str = ""
    frame: str = ""

    def with_data(self, found: PictureSet) -> RunSpec:
        """The spec with what ``found`` says of itself; what was stated by hand stays."""
        return replace(
            self,
            channels=found.pictures.shape[3],
            classes=found.classes,
            description=self.description or found.description,
            licence=self.licence or found.licence,
            attribution=self.attribution or found.attribution,
        )


class Run:
    """One run folder.

    ``run.json`` holds the `RunSpec`, ``losses.csv`` a row per step, ``samples/`` a sheet per checkpoint and
    ``checkpoints/`` the newest states.
    """

    def __init__(self, folder: Path, spec: RunSpec) -> None:
        self.folder, self.spec = folder, spec

    @classmethod
    def create(cls, folder: Path, spec: RunSpec) -> Run:
        """Begin a run in ``folder``, which must not hold one yet.

        Raises
        ------
        Problem
            There is a run already, a setting is wrong, or the folder cannot be written.
        """
        if (folder / SPEC_FILE).exists():
            raise Problem(f"{folder} holds a run already.", "Resume it (--resume) or choose another folder.")
        configured(family_called(spec.family).config, dict(spec.settings))
        run = cls(folder, spec)
        run.write_spec()
        return run

    @classmethod
    def open(cls, folder: Path) -> Run:
        """The run in ``folder``.

        Raises
        ------
        Problem
            There is none, or its ``run.json`` is damaged.
        """
        try:
            data = json.loads((folder / SPEC_FILE).read_text(encoding="utf-8"))
            if data.get("format") != FORMAT or data.get("version") != VERSION:
                raise ValueError("it is of another format or a newer version")
            known = {f.name for f in fields(RunSpec)} & data.keys()
            spec = RunSpec(**{name: data[name] for name in known})
            return cls(folder, replace(spec, classes=tuple(spec.classes)))
        except (FileNotFoundError, NotADirectoryError):
            raise Problem(
                f"{folder} is no training run: it lacks {SPEC_FILE}.", "Choose a run's folder."
            ) from None
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise Problem(
                f"The run in {folder} cannot be read ({error}).", f"Look at its {SPEC_FILE}."
            ) from None

    def write_spec(self) -> None:
        """Write ``run.json``, whole or not at all."""
        made_folder(self.folder)
        with replace_file(self.folder / SPEC_FILE) as file:
            content = {"format": FORMAT, "version": VERSION, **asdict(self.spec)}
            file.write(json.dumps(content, indent=1).encode())

    def newest_checkpoint(self) -> Path | None:
        """The newest complete checkpoint; None before the first."""
        found = checkpoints(self.folder / "checkpoints")
        return found[-1] if found else None

    def done_steps(self) -> int:
        """The step of the newest checkpoint; 0 before the first."""
        newest = self.newest_checkpoint()
        return step_of(newest) if newest else 0

    def learner(self, device: torch.device | None = None) -> Learner:
        """A fresh learner for this run; load a checkpoint into it to go on."""
        spec, family = self.spec, family_called(self.spec.family)
        task = Task(spec.size, spec.channels, spec.classes, spec.steps, device or torch.device("cpu"))
        return family.learner(configured(family.config, dict(spec.settings)), task, spec.seed)

    def trained_learner(self) -> Learner:
        """The learner at the newest checkpoint, on the CPU.

        Raises
        ------
        Problem
            There is no checkpoint yet, or it is damaged.
        """
        newest = self.newest_checkpoint()
        if newest is None:
            raise Problem(f"The run in {self.folder} has no checkpoint yet.", "Train it for a while first.")
        learner = self.learner()
        load_checkpoint(learner, newest, weights_only=True)
        return learner

    def pictures(self, **how: Any) -> PictureSet:
        """The run's whole data set, held-out pictures included."""
        attributes = Path(self.spec.attributes) if self.spec.attributes else None
        return open_pictures(self.spec.data, size=self.spec.size, attributes=attributes, **how)

    def train(self, found: PictureSet, device: torch.device | None = None, *, every_s: float = 60.0) -> Steps:
        """Train, from the newest checkpoint on if there is one; yields every step, saves when closed.

        Raises
        ------
        Problem
            The data has too few pictures, or a checkpoint or the disk is in a bad state.
        """
        device = device or training_device()
        if self.spec.channels == 0:
            self.spec = self.spec.with_data(found)
            self.write_spec()
        chosen = np.flatnonzero(~found.held_out(self.spec.hold_out))
        if len(chosen) < 2:
            raise Problem(
                "There are fewer than two pictures to learn from.", "Choose another source of pictures."
            )
        learner = self.learner(device)
        if newest := self.newest_checkpoint():
            load_checkpoint(learner, newest)
        elif self.spec.start:
            self._take_weights(learner)
        yield from self._recorded(learner, self._batches(learner, found, chosen), found, every_s)

    def _take_weights(self, learner: Learner) -> None:
        newest = Run.open(Path(self.spec.start)).newest_checkpoint()
        if newest is None:
            raise Problem(f"The run in {self.spec.start} has no checkpoint to start from.", "Train it first.")
        start_from(learner, newest)

    def _batches(self, learner: Learner, found: PictureSet, chosen: NDArray[np.int64]) -> Batches:
        config = configured(family_called(self.spec.family).config, dict(self.spec.settings))
        return Batches(
            found.pictures,
            found.labels,
            chosen=chosen,
            size=config.batch_size,
            mirror=config.mirror,
            seed=self.spec.seed,
            device=learner.task.device,
        )

    def _shown(self, found: PictureSet) -> NDArray[np.uint8]:
        """Pictures to reconstruct at each checkpoint: held-out ones first, which tell the most."""
        held_out = found.held_out(self.spec.hold_out)
        order = np.concatenate([np.flatnonzero(held_out), np.flatnonzero(~held_out)])
        return np.asarray(found.pictures[np.sort(order[:SHOWN])])

    def _recorded(self, learner: Learner, batches: Batches, found: PictureSet, every_s: float) -> Steps:
        samples = Samples(self.folder / "samples", learner, self._shown(found), self.spec.seed)
        with LossLog(self.folder / "losses.csv", learner.done_steps) as log:

            def keep(learner: Learner) -> None:
                log.flush()  # first, so that no checkpoint is ahead of its losses
                save_checkpoint(learner, self.folder / "checkpoints")
                samples.write(learner)

            steps = train(learner, batches, steps=self.spec.steps, keep=keep, every_s=every_s)
            with closing(steps):  # so that the last checkpoint comes before the log is closed
                for progress in steps:
                    log.add(progress)
                    yield progress
