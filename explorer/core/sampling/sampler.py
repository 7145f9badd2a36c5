"""A model that paints in steps, as the generator that it is to the rest of the program: latents in, pictures out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.adjustable import Adjustable
from explorer.core.inference.batching import chunks, largest_chunk
from explorer.core.inference.checks import checked_labels, checked_latents
from explorer.core.inference.engine import Engine
from explorer.core.inference.features import FeatureLayer, Maps
from explorer.core.inference.generator import Generator, Pictures
from explorer.core.inference.providers import BATCH, Device
from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile
from explorer.core.models.inspection import Inspection, examine
from explorer.core.models.policy import read_model
from explorer.core.models.ports.step_ports import step_ports
from explorer.core.models.wrong_kind import WrongKind
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.core.rendering.latents import Latent
from explorer.core.sampling.abandoning import give_up_if_abandoned
from explorer.core.sampling.band_runs import BandRuns
from explorer.core.sampling.diffusion import DiffusionPainter
from explorer.core.sampling.painting import Labels, PaintingState, StepPainter, StepRun, Values
from explorer.core.sampling.raster import RasterPainter
from explorer.core.sampling.schedules import DiffusionSchedule, RasterSchedule
from explorer.core.sampling.settings import USUALLY, Sampling


class Sampler(Generator):
    """An open model that paints in steps. Any thread may use it; whoever opened it closes it.

    It draws wherever a `Generator` does; a scene's `Sampling` comes with its conditions. What needs a generator's graph
    as a whole (features, previews, gradients) it does not have.

    Attributes
    ----------
    painter : StepPainter
        Paints in the order of the card's schedule.
    """

    def __init__(  # not Generator's: no graph
        self, file: ModelFile, inspection: Inspection, device: Device, *, trusted: bool = False
    ) -> None:
        ports = step_ports(file.inputs)
        if inspection.kind != "sampler" or ports is None:
            raise WrongKind(
                f"{file.path.name} is not a sampler.", "Choose a step.onnx.", file.path, inspection.card, 0, True
            )
        self.path, self.hash = file.path, file.hash
        self.card: ModelCard = inspection.card
        self.batch, self.problems, self.doubts = inspection.batch, inspection.problems, inspection.doubts
        self.guessed, self.chance = False, inspection.chance
        self.adjustable = Adjustable(file.proto, (), self.batch)
        self.mapping, self.text, self.style_layers = None, None, ()
        self._ports, self._device = ports, device
        self._conditional = ports.label is not None
        self._model: bytes | None = _named_batch(file)
        self._opening = threading.Lock()
        self._one = self._engine(1 if self.batch == "dynamic" else None)
        self._many = None if self.batch == "dynamic" else self._one
        self.provider, self.provider_reason = self._one.provider, self._one.reason
        self._bands = BandRuns.beside(file.path, self.card, trusted=trusted)
        self.painter = painter_of(self.card, self._run_step, ports.shape, self._bands)

    @classmethod
    def open(cls, path: Path, device: Device = "auto", *, trusted: bool = False) -> Sampler:
        """The sampler in a ``step.onnx``; parameters and problems as for `Generator.open`."""
        file = read_model(path)
        return cls(file, examine(file, trusted=trusted), device, trusted=trusted)

    @property
    def layers(self) -> tuple[FeatureLayer, ...]:
        """None: what a layer sees differs from step to step."""
        return ()

    @property
    def previews(self) -> bool:
        """Whether there are cheaper pictures: none."""
        return False

    def check(self, under: Conditions) -> None:
        """Refuse conditions that speak of what it does not have."""
        self.adjustable.feeds(replace(under, sampling=None))

    def states(
        self, z: Values, labels: Sequence[int | None] | None = None, sampling: Sampling | None = None
    ) -> Iterator[PaintingState]:
        """The painting of latents (N, latent_size), step by step: `StepPainter.states`.

        Raises
        ------
        Problem
            A latent is of another size, a class is unknown, the sampler is closed, or a run fails.
        """
        latents = checked_latents(np.asarray(z, np.float32), self.card, styled=False)
        told = [None] * len(latents) if labels is None else labels
        yield from self.painter.states(latents, self.classes_of(told), sampling or USUALLY)

    def classes_of(self, labels: Sequence[int | None]) -> Labels:
        """Classes as a painter takes them; None where the model is told none. Raises as `Generator.picture` does."""
        numbers = checked_labels(labels, self.card, conditional=self._conditional)
        return numbers if self._conditional else None

    def whole_picture(
        self,
        z: Latent,
        label: int | None = None,
        under: Conditions = USUAL,
    ) -> Pictures:
        """As of any generator; between two steps it may be abandoned."""
        self.check(under)
        drawn: Pictures = self._last(np.asarray(z, np.float32)[None], [label], under.sampling)[0]
        return drawn

    def stream(
        self,
        z: NDArray[np.float32],
        labels: Sequence[int | None] | None = None,
        under: Conditions = USUAL,
    ) -> Iterator[Pictures]:
        """The pictures of many latents, in order, a batch at a time as each is painted."""
        self.check(under)
        latents = checked_latents(np.asarray(z, np.float32), self.card, styled=False)
        told = [None] * len(latents) if labels is None else list(labels)
        if len(told) != len(latents):
            raise Problem(f"There are {len(latents)} latents but {len(told)} classes.", "Give one class each.")
        for part in chunks(len(latents), self.batch, largest_chunk(self.card.height, self.card.width, self.provider)):
            yield self._last(latents[part], told[part], under.sampling)

    def features(self, layer: FeatureLayer, z: Latent, label: int | None = None, under: Conditions = USUAL) -> Maps:
        """It has none."""
        raise Problem(
            f"{self.card.name} paints in steps; its layers see something different in each.", "Watch its steps."
        )

    def preview(self, z: Latent, under: Conditions = USUAL) -> Pictures:
        """It has none but the whole picture."""
        return self.whole_picture(z, None, under)

    def as_bytes(self, values: Values) -> Pictures:
        """Pictures (N, C, H, W) in the range of the card's values as (N, H, W, C) uint8, what is beyond clipped."""
        low, high = self.card.value_range
        levels = np.rint((values - np.float32(low)) * np.float32(255.0 / (high - low)))
        return np.ascontiguousarray(np.clip(levels, 0, 255).astype(np.uint8).transpose(0, 2, 3, 1))

    def as_values(self, pictures: Pictures) -> Values:
        """The reverse of `as_bytes`.

        Raises
        ------
        Problem
            The pictures are of another size than the card says.
        """
        card = self.card
        if pictures.shape[1:] != (card.height, card.width, card.channels):
            given, takes = (
                " × ".join(map(str, each)) for each in (pictures.shape[1:], (card.height, card.width, card.channels))
            )
            raise Problem(f"{card.name} paints pictures of {takes}, not {given}.", "Resize the pictures first.")
        low, high = card.value_range
        values = pictures.transpose(0, 3, 1, 2).astype(np.float32) * np.float32((high - low) / 255.0)
        return np.ascontiguousarray(values + np.float32(low))

    def close(self) -> None:
        """Waits for the running step, then lets the sessions go. May be called again."""
        with self._opening:
            self._model = None
            self._one.close()
            for more in (self._many, self._bands):
                if more is not None:
                    more.close()

    def _last(
        self,
        z: Values,
        labels: Sequence[int | None],
        sampling: Sampling | None,
    ) -> Pictures:
        canvas: Values | None = None
        for state in self.states(z, labels, sampling):
            canvas = state.canvas
            give_up_if_abandoned()
        assert canvas is not None
        return self.as_bytes(canvas)

    def _run_step(self, canvas: Values, time: float | None, labels: Labels) -> Values:
        """One run; of more pictures than a run should take, or takes, several."""
        count = len(canvas)
        if count == 1:
            return self._fed(self._one, canvas, time, labels)
        largest = largest_chunk(self.card.height, self.card.width, self.provider)
        parts = [
            self._fed(self._batches(), canvas[part], time, None if labels is None else labels[part])
            for part in chunks(count, self.batch, largest)
        ]
        return np.concatenate(parts)

    def _fed(self, engine: Engine, canvas: Values, time: float | None, labels: Labels) -> Values:
        count = len(canvas)
        missing = self.batch - count if isinstance(self.batch, int) else 0
        if missing > 0:
            canvas = np.pad(canvas, ((0, missing), (0, 0), (0, 0), (0, 0)))
            labels = None if labels is None else np.pad(labels, (0, missing))
        result: Values = engine.run(self._ports.feeds(canvas, time, labels))[:count].astype(np.float32)
        return result


def sampler_of(generator: Generator) -> Sampler:
    """What paints the pictures of a model in steps: itself, or the steps that lie beside it.

    Raises
    ------
    Problem
        It has none, or they cannot be opened.
    """
    return generator if isinstance(generator, Sampler) else generator.steps.sampler()


def unfolding_of(generator: Generator) -> str:
    """The kind of schedule in which a model can paint step by step, ``diffusion`` or ``raster``; "" for none.

    Steps that lie beside a generator are those of a diffusion; they are not opened to be asked.
    """
    if isinstance(generator, Sampler):
        return "" if generator.card.schedule is None else generator.card.schedule.kind
    return "diffusion" if generator.steps.are_there else ""


def diffusion_of(sampler: Sampler) -> DiffusionPainter:
    """What takes noise off; a `Problem` where the model paints otherwise."""
    if not isinstance(sampler.painter, DiffusionPainter):
        raise Problem(
            f"{sampler.card.name} paints pixel by pixel: no noise leads to a picture.", "Open a diffusion model."
        )
    return sampler.painter


def raster_of(sampler: Sampler) -> RasterPainter:
    """What paints pixel by pixel; a `Problem` where the model paints otherwise."""
    if not isinstance(sampler.painter, RasterPainter):
        raise Problem(f"{sampler.card.name} does not paint pixel by pixel.", "Open a PixelCNN.")
    return sampler.painter


def painter_of(
    card: ModelCard, run: StepRun, shape: tuple[int, int, int], bands: BandRuns | None = None
) -> StepPainter:
    """What paints in the order of a card's schedule.

    Parameters
    ----------
    card : ModelCard
        Of kind ``sampler``, checked.
    run : callable
    shape : (int, int, int)
        Channels, height and width.
    bands : BandRuns, optional
        What paints pixel by pixel for less work.
    """
    if isinstance(card.schedule, DiffusionSchedule):
        return DiffusionPainter(run, card.schedule, shape, len(card.classes))
    if isinstance(card.schedule, RasterSchedule):
        begun = bands.begun if bands is not None else None
        return RasterPainter(run, card.schedule, shape, len(card.classes), begun)
    raise Problem(f"{card.name} paints in an order that this version does not know.", "Update the latent explorer.")


def _named_batch(file: ModelFile) -> bytes:
    """The model with its open batch called as `open_session` expects."""
    model = type(file.proto)()
    model.CopyFrom(file.proto)
    for value in (*model.graph.input, *model.graph.output):
        first = value.type.tensor_type.shape.dim[0]
        if not first.HasField("dim_value"):
            first.dim_param = BATCH
    del model.graph.value_info[:]
    return bytes(model.SerializeToString())
