"""A training run is a folder: what was asked for, the losses, samples and checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.files import made_folder, replace_file
from explorer.core.photos.pupils import pupils_in
from explorer.core.problem import Problem
from explorer.paths import model_path
from explorer.training.distributed.batch_norm import share_statistics
from explorer.training.distributed.group import all_or_none, check_shared, is_first, of_first, processes
from explorer.training.families import family_called
from explorer.training.learning.attribute_columns import facts_of
from explorer.training.learning.batches import Batches, StepBatches
from explorer.training.learning.devices import memory_told, training_device
from explorer.training.learning.diverged import Diverged, check_weights
from explorer.training.learning.family import Learner, TrainingTask
from explorer.training.learning.knobs import configured
from explorer.training.learning.loop import Steps, train
from explorer.training.pairing import Givens, is_brought, opened_pairs
from explorer.training.runs.checkpoint import (
    checkpoints,
    load_checkpoint,
    save_checkpoint,
    share_state,
    start_from,
    step_of,
)
from explorer.training.runs.exported_start import start_from_model
from explorer.training.runs.foreign_links import refuse_links
from explorer.training.runs.quality_watch import QualityWatch
from explorer.training.runs.record import Record
from explorer.training.runs.run_folder import (
    CHECKPOINTS,
    SPEC_FILE,
    alone,
    damaged,
    is_asked_to_stop,
    read_spec,
    take_keep_request,
)
from explorer.training.runs.samples import SHOWN, Samples
from explorer.training.runs.spec import RunSpec, hash_of
from explorer.training.runs.start_fit import is_exported, newest_in
from explorer.training.sources import Assumptions, PictureSet, open_pictures
from explorer.training.worlds.recordings import WorldRecording
from explorer.training.worlds.sequences import SequenceBatches


class Run:
    """One run folder; `explorer.training.runs.run_folder` tells of it without torch.

    ``run.json`` holds the `RunSpec`, ``losses.csv`` a row per step and loss, ``quality.csv`` what was measured of
    samples, ``samples/`` a sheet per checkpoint and ``checkpoints/`` the newest states.

    Attributes
    ----------
    folder : Path
    spec : RunSpec
    notes : list of str
        What was out of the ordinary, one sentence each.
    """

    def __init__(self, folder: Path, spec: RunSpec) -> None:
        self.folder, self.spec = folder, spec
        self.notes: list[str] = []

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether there is a run in ``folder`` that has learned something."""
        return (folder / SPEC_FILE).is_file() and bool(checkpoints(folder / CHECKPOINTS))

    @classmethod
    def create(cls, folder: Path, spec: RunSpec) -> Run:
        """Begin a run in ``folder``, which must not hold one yet.

        Raises
        ------
        Problem
            There is a run already, a setting is wrong, or the folder cannot be written.
        """
        if cls.exists(folder):
            raise Problem(f"{folder} holds a run already.", "Resume it (--resume) or choose another folder.")
        run = cls(folder, spec.checked())
        check_shared(run.config().batch_size)
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
            return cls(folder, RunSpec.from_data(read_spec(folder)))
        except ValueError as error:
            raise damaged(folder, error) from None

    def write_spec(self) -> None:
        """Write ``run.json``, whole or not at all."""
        made_folder(self.folder)
        refuse_links(self.folder)
        with replace_file(self.folder / SPEC_FILE) as file:
            file.write(self.spec.to_json().encode())

    def extend(self, steps: int) -> None:
        """Let the run go on to ``steps`` steps in all."""
        self.spec = replace(self.spec, steps=steps).checked()
        self.write_spec()

    def newest_checkpoint(self) -> Path | None:
        """The newest complete checkpoint; None before the first."""
        found = checkpoints(self.folder / CHECKPOINTS)
        return found[-1] if found else None

    def done_steps(self) -> int:
        """The step of the newest checkpoint; 0 before the first."""
        newest = self.newest_checkpoint()
        return step_of(newest) if newest else 0

    def learner(self, device: torch.device | None = None) -> Learner:
        """A fresh learner for this run; load a checkpoint into it to go on.

        Raises `Problem` where nothing is known of its pictures.
        """
        spec, family = self.spec, family_called(self.spec.family)
        if spec.channels == 0:
            raise damaged(self.folder, "it does not say how many channels its pictures have")
        place = device or torch.device("cpu")
        pupils = pupils_in(spec.frame)
        task = TrainingTask(spec.size, spec.channels, spec.classes, spec.steps, place, spec.columns, pupils)
        return family.learner(self.config(), task, spec.seed)

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
        how["attributes"] = Path(self.spec.attributes) if self.spec.attributes else None
        how |= {"size": self.spec.size, "assume": Assumptions.of(self.spec.assume)}
        given = self.given()
        opened = opened_pairs(self.spec.data, given, **how) if is_brought(given) else None
        found = open_pictures(self.spec.data, **how) if opened is None else opened
        return found.without(self.spec.left_out).with_classes(self.spec.classes)

    def train(
        self,
        found: PictureSet,
        device: torch.device | None = None,
        *,
        every_s: float = 60.0,
        is_over: Callable[[], bool] = lambda: False,
    ) -> Steps:
        """Train, from the newest checkpoint on if there is one; yields every step, saves when closed.

        Where several processes train together, only the first one looks into the folder and writes there.

        Parameters
        ----------
        every_s : float
            Seconds between checkpoints.
        is_over : callable () -> bool
            Asked after each step whether to keep a checkpoint and stop.

        Raises
        ------
        Problem
            The data has too few pictures, or a checkpoint or the disk is in a bad state.
        """
        with self._owned(found), memory_told(self.config().batch_size):
            learner, batches = self.begun(found, device or training_device())
            with all_or_none():
                if is_first():
                    self._take_up(learner, batches)
            share_state(learner)
            for network in learner.networks.values() if processes() > 1 else ():
                share_statistics(network)
            yield from self._recorded(learner, batches, found, every_s, is_over)

    @contextmanager
    def _owned(self, found: PictureSet) -> Iterator[None]:
        """Train this run as the only one, all processes that train together being sure of the same pictures."""
        with ExitStack() as stack:
            with all_or_none():
                if is_first():
                    check_shared(self.config().batch_size)
                    self._know(found)
                    stack.enter_context(alone(self.folder))
            spec = of_first(self.spec.to_json().encode())
            with all_or_none():
                if not is_first():
                    self.spec = RunSpec.from_json(spec.decode())
                    self._know(found)
            yield

    def _take_up(self, learner: Learner, batches: StepBatches) -> None:
        if self.newest_checkpoint():
            self._load_newest(learner)
        elif self.spec.start:
            self._take_weights(learner, batches)

    def begun(self, found: PictureSet, device: torch.device) -> tuple[Learner, StepBatches]:
        """A fresh learner on ``device`` and the batches that it is to learn from.

        Raises
        ------
        Problem
            The data has too few pictures, or lacks what the family needs.
        """
        chosen = np.flatnonzero(~found.held_out(self.spec.hold_out))
        if len(chosen) < 2:
            raise Problem("There are fewer than two pictures to learn from.", "Choose another source of pictures.")
        if len(chosen) < (size := self.config().batch_size):
            self.notes.append(
                f"A batch of {size} is more than the {len(chosen)} pictures there are: some come twice in it."
            )
        learner = self.learner(device)
        return learner, self._batches(learner, found, chosen)

    def _know(self, found: PictureSet) -> None:
        """Note what the pictures are; a run that has begun keeps to its own."""
        if not self.spec.pictures_hash:
            self.spec = self.spec.with_data(found)
            self.write_spec()
        elif self.spec.pictures_hash != hash_of(found):
            raise Problem(
                f"The pictures in {self.spec.data} have changed since this run began.",
                "Put them back, or start a new run with --start to keep the weights.",
            )
        elif self.spec.columns != self.spec.columns_in(found) or self._lacks_classes(found):
            raise Problem(
                "What is known about the pictures has changed since this run began.",
                "Put the labels back, or start a new run with --start to keep the weights.",
            )

    def _lacks_classes(self, found: PictureSet) -> bool:
        return family_called(self.spec.family).needs_classes and self.spec.classes != found.classes

    def _load_newest(self, learner: Learner) -> None:
        """The newest checkpoint that can be read; a note says which ones could not."""
        found = checkpoints(self.folder / CHECKPOINTS)[::-1]
        for number, checkpoint in enumerate(found, start=1):
            try:
                return load_checkpoint(learner, checkpoint)
            except Problem as problem:
                if number == len(found):
                    raise
                self.notes.append(f"{problem.what} The one before it was taken.")

    def _take_weights(self, learner: Learner, batches: StepBatches) -> None:
        start = model_path(self.spec.start)
        if is_exported(start):
            left = start_from_model(learner, start, batches)
            self.notes += [f"{start.name} has no {name} that fits: this run's starts from nothing." for name in left]
            return
        start_from(learner, newest_in(Run.open(start).folder))

    def _batches(self, learner: Learner, found: PictureSet, chosen: NDArray[np.int64]) -> StepBatches:
        family, config = family_called(self.spec.family), self.config()
        if length := family.sequence(config):
            return SequenceBatches(
                learner.encoded_frames(found.pictures),
                WorldRecording.of(found),
                chosen,
                length=length,
                size=config.batch_size,
                seed=self.spec.seed,
                device=learner.task.device,
            )
        known = facts_of(found).values if family.learns_attributes else None
        givens = self.givens(found)
        if known is not None:
            chosen = np.repeat(chosen, learner.shares(known[chosen]))
        return Batches(
            found.pictures,
            found.labels,
            attributes=known,
            giving=None if givens is None else givens.of,
            chosen=chosen,
            size=config.batch_size,
            mirror=config.mirror,
            seed=self.spec.seed,
            device=learner.task.device,
        )

    def given(self) -> str:
        """What the network is to be given of each picture; "" where its family is given nothing."""
        return family_called(self.spec.family).given(self.config())

    def givens(self, found: PictureSet) -> Givens | None:
        """What it is given of each of these pictures; None where its family is given nothing."""
        given = self.given()
        return Givens(found, given, self.spec.seed, self.spec.hold_out) if given else None

    def shown(self, found: PictureSet) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
        """Pictures to reconstruct at each checkpoint, held-out ones first, which tell the most; and what is given."""
        held_out = found.held_out(self.spec.hold_out)
        order = np.concatenate([np.flatnonzero(held_out), np.flatnonzero(~held_out)])
        chosen, givens = np.sort(order[:SHOWN]), self.givens(found)
        given = None if givens is None else givens.of(chosen, np.zeros_like(chosen))
        return np.asarray(found.pictures[chosen]), given

    def _recorded(
        self,
        learner: Learner,
        batches: StepBatches,
        found: PictureSet,
        every_s: float,
        is_over: Callable[[], bool],
    ) -> Steps:
        if not is_first():
            yield from train(learner, batches, steps=self.spec.steps, keep=lambda _: None, is_over=is_over)
            return
        samples = Samples(self.folder, learner, *self.shown(found), seed=self.spec.seed)
        over = False  # nothing is kept of a run that has diverged

        def keep(learner: Learner) -> None:
            if not over:
                record.flush()  # first, so that no checkpoint is ahead of its losses
                check_weights(learner)
                save_checkpoint(learner, self.folder / CHECKPOINTS)
                record.draw(learner)

        quality = QualityWatch(self.spec, found)
        with Record(self.folder, samples, quality, learner.done_steps) as record:
            steps = train(
                learner,
                batches,
                steps=self.spec.steps,
                keep=keep,
                every_s=every_s,
                is_wanted=lambda: take_keep_request(self.folder),
                is_over=lambda: is_over() or is_asked_to_stop(self.folder),
            )
            try:
                with closing(steps):  # so that the last checkpoint comes before the record is closed
                    for progress in steps:
                        record.add(progress, learner)
                        yield progress
            except Diverged as diverged:
                raise diverged.explained(self.done_steps(), self.config()) from None

    def config(self) -> Any:
        """The family's config with this run's settings."""
        return configured(family_called(self.spec.family).config, dict(self.spec.settings))
