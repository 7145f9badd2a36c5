"""A generator ready to draw: latents in, or a w for each layer, and pictures as bytes out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.adjustable import Adjustable
from explorer.core.inference.batching import chunks, largest_chunk
from explorer.core.inference.checks import checked_labels, checked_latents
from explorer.core.inference.engine import Engine
from explorer.core.inference.previews import preview_side
from explorer.core.inference.providers import Device, open_session
from explorer.core.inference.stops import PREVIEW_STOP, Stops
from explorer.core.inference.watchdog import LONGEST_RUN_S
from explorer.core.inference.wrapping import CLASS, LATENT, wrapped_features, wrapped_generator, wrapped_preview
from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile
from explorer.core.models.inspection import Inspection, examine, require
from explorer.core.models.model import mapping_beside
from explorer.core.models.onnx_parts import ModelProto
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.transparency import laid_over
from explorer.core.sampling.steps_beside import StepsBeside

if TYPE_CHECKING:  # what only style-based models need, and those that are looked into, is imported with the first
    from explorer.core.inference.features import FeatureLayer, Maps
    from explorer.core.inference.mapping import OpenMapping
    from explorer.core.inference.style_space import StyleLayer
    from explorer.core.inference.synthesis import StylePair
    from explorer.core.inference.text_network import TextNetwork
    from explorer.core.rendering.w_statistics import Spread

Pictures = NDArray[np.uint8]
_Progress = Callable[[float], None] | None
_Cancelled = Callable[[], bool] | None

_USUAL_PIXELS = 512**2  # of pictures that any machine draws within the time that a run may take
_MANY = 256  # after more pictures than this, memory is given back, which costs as much as dozens of them


class Generator:
    """An open generator. Any thread may use it; whoever opened it closes it.

    Attributes
    ----------
    path : Path
    hash : str
        SHA-256 of the file's bytes, hexadecimal.
    card : ModelCard
    batch : int or "dynamic"
        How many pictures one run of the file takes.
    problems : tuple of str
        What was wrong with the file, or had to be guessed.
    doubts : tuple of str
        Those of them that a person who sees its pictures can settle.
    guessed : bool
        Whether its card was made by looking at it, as it brings none.
    chance : str
        The problem that the same latent gives different pictures, in words; "" where it does not.
    provider : str
        Where it really runs: ``CUDA`` or ``CPU``.
    provider_reason : str
        Why not on CUDA; "" where it is, or where the CPU was asked for.
    adjustable : Adjustable
        What else may be set for a picture.
    mapping : OpenMapping or None
        From z to w, where it is style-based: then ``hash`` is that of the synthesis.
    steps : StepsBeside
    text : TextNetwork or None
        What makes a part of its latent of sentences, where whoever opened it found one beside it.
    style_layers : tuple of StyleLayer
        Whose channels can be moved, where it is style-based and they were found.
    """

    def __init__(
        self,
        file: ModelFile,
        inspection: Inspection,
        device: Device,
        pair: StylePair | None = None,
        *,
        moves: bool = False,
        trusted: bool = False,
    ) -> None:
        found = require(inspection, file.path, "generator")
        self.path = file.path
        self.hash = file.hash
        self.card: ModelCard = inspection.card
        self.batch = inspection.batch
        self.problems, self.doubts = inspection.problems, inspection.doubts
        self.guessed, self.chance = inspection.guessed, inspection.chance
        self._device, self._inspection = device, inspection
        self._conditional = found.sources.label is not None
        self._channels = found.drawn.channels if found.drawn is not None else self.card.channels  # alpha too
        self.adjustable = Adjustable(file.proto, found.sources.held, self.batch)
        self._model: bytes | None = wrapped_generator(file, found, self.card, self.batch)
        self._opening = threading.Lock()
        self._stops = Stops(self._opened)
        self.steps = StepsBeside(file.path, self.card, device, trusted=trusted)
        styled = (pair is not None or moves) and not self._conditional
        stops = styled and self.card.height == self.card.width  # else a run that is stopped early paints nothing
        self._preview_side = preview_side(file.proto, self.card.height) if stops else 0
        self._one = self._opened(self._whole)
        self._many = None if self.batch == "dynamic" else self._one
        self.mapping: OpenMapping | None = None
        self.text: TextNetwork | None = None
        self.style_layers: tuple[StyleLayer, ...] = ()
        if pair is not None:
            from explorer.core.inference.mapping import OpenMapping
            from explorer.core.rendering.w_statistics import channel_spreads, w_spreads

            self.mapping, self.style_layers = OpenMapping(pair), pair.layers
            self._spreads = w_spreads(self.mapping, self.card)
            self._channel_spreads = channel_spreads(self.mapping, self.card, file, pair.layers)
        self._moved: Generator | None = None  # of rows that say what is added to channels, once it is wanted
        self.provider, self.provider_reason = self._one.provider, self._one.reason

    @classmethod
    def open(cls, path: Path, device: Device = "auto", *, trusted: bool = False) -> Generator:
        """The generator in an ONNX file, with the mapping that lies beside it, after its first run.

        Parameters
        ----------
        path : Path
        device : {"auto", "cpu", "cuda"}
            ``cuda`` falls back to the CPU where it must; see ``provider_reason``.
        trusted : bool
            The file was made here, so that no child process tries it first.

        Raises
        ------
        Problem
            It cannot be read, is refused, is no generator or cannot run.
        """
        beside = mapping_beside(path)
        if beside is None:
            file = read_model(path)
            inspection = examine(file, trusted=trusted)
            if inspection.kind == "sampler":
                from explorer.core.sampling.sampler import Sampler  # which is a generator itself

                return Sampler(file, inspection, device, trusted=trusted)
            generator = cls(file, inspection, device, trusted=trusted)
        else:
            from explorer.core.inference.synthesis import examine_pair

            pair = examine_pair(path, beside, trusted=trusted)
            generator = cls(pair.synthesis, pair.inspection, device, pair)
        generator.picture(np.zeros(generator.card.latent_size, np.float32))  # the first run sets up memory
        return generator

    @property
    def row_size(self) -> int:
        """Numbers in a row of the w of all layers, then what is added to each channel of StyleSpace."""
        return self.card.styles * self.card.style_size + sum(layer.channels for layer in self.style_layers)

    @property
    def _whole(self) -> bytes:
        """The wrapped model."""
        if self._model is None:
            raise Problem(f"{self.path.name} has been closed.", "Open it again.")
        return self._model

    def _engine(self, batch: int | None, model: bytes | None = None) -> Engine:
        longest_s = LONGEST_RUN_S * max(self.card.height * self.card.width / _USUAL_PIXELS, 1.0)
        return Engine(open_session(model or self._whole, self._device, batch=batch), self.path.name, longest_s)

    def _opened(self, model: bytes) -> Engine:
        return self._engine(1 if self.batch == "dynamic" else None, model)

    def picture(self, z: Latent, label: int | None = None, under: Conditions = USUAL) -> Pictures:
        """The picture of one latent.

        Parameters
        ----------
        z : (latent_size,), (styles, style_size) or (row_size,) float32
            The second is a w for each layer of a style-based model; in the third, what is added to each of its
            channels follows them.
        label : int or None
            The class of a conditional model, None being class 0; ignored by others.
        under : Conditions, optional
            Noise, and how the content is moved.

        Returns
        -------
        (height, width, channels) uint8
            Laid over white, where the network gives alpha; see `whole_picture`.

        Raises
        ------
        Problem
            The latent, the class or the conditions are none of the model's, or the generator is closed.
        """
        return laid_over(self.whole_picture(z, label, under))

    def whole_picture(self, z: Latent, label: int | None = None, under: Conditions = USUAL) -> Pictures:
        """As `picture`, but with alpha as its last channel where the network gives it."""
        if (steps := self.steps.asked(under)) is not None:
            return steps.whole_picture(z, label, under)
        if self._moves(np.shape(z)):
            return self._moving().whole_picture(z, label, under)
        latents = self._latents(np.asarray(z, np.float32)[None])
        drawn: Pictures = self._run(self._one, latents, self._labels([label]), under, shrink=False)[0]
        return drawn

    @property
    def previews(self) -> bool:
        """Whether there are small pictures that cost much less than whole ones: `preview`."""
        return self._preview_side > 0

    def preview(self, z: Latent, under: Conditions = USUAL) -> Pictures:
        """The picture of a w for each layer, (styles, style_size), with the coarse layers alone: enlarged to its size.

        As `whole_picture`, it has alpha where the network gives it. Raises as `picture` does.
        """
        if self._moves(np.shape(z)):
            return self._moving().preview(z, under)
        engine = self._stops.engine(PREVIEW_STOP, lambda: wrapped_preview(self._whole, self.card, self._channels)[0])
        latents = self._latents(np.asarray(z, np.float32)[None])
        small_picture = self._run(engine, latents, self._labels([None]), under, shrink=False)[0]
        from explorer.core.rendering.picture_files import enlarged  # Pillow, which the first picture need not wait for

        return enlarged(small_picture, self.card.height // self._preview_side)

    @cached_property
    def layers(self) -> tuple[FeatureLayer, ...]:
        """Those whose activations `features` gives; none where it has no convolutions."""
        from explorer.core.inference.features import feature_layers

        return feature_layers(ModelProto.FromString(self._whole))

    def features(self, layer: FeatureLayer, z: Latent, label: int | None = None, under: Conditions = USUAL) -> Maps:
        """The activations of one of `layers` for one picture, (channels, height, width) float32, averaged down.

        Other parameters, and errors, are those of `picture`. A session of its own stops there, made for the first
        picture; that of another layer before it goes.
        """
        if self._moves(np.shape(z)):
            return self._moving().features(layer, z, label, under)
        engine = self._stops.engine(layer.tensor, lambda: wrapped_features(self._whole, layer))
        latents = self._latents(np.asarray(z, np.float32)[None])
        found: Maps = self._run(engine, latents, self._labels([label]), under, shrink=False)[0]
        return found

    def pictures(
        self,
        z: NDArray[np.float32],
        labels: Sequence[int | None] | None = None,
        under: Conditions = USUAL,
        *,
        cancelled: _Cancelled = None,
    ) -> Pictures:
        """The pictures of many latents; the fastest way where nobody waits for the first.

        Parameters
        ----------
        z : (N, latent_size), (N, styles, style_size) or (N, row_size) float32
        labels : sequence of N int or None, or None
            None stands for class 0.
        under : Conditions, optional
            Of all of them.
        cancelled : callable, optional
            Asked between batches; once it says yes, only the finished pictures are given.

        Returns
        -------
        (N, height, width, channels) uint8
            Fewer than N where it was cancelled.
        """
        card = self.card
        drawn = np.empty((len(z), card.height, card.width, card.channels), np.uint8)
        done = 0
        for pictures in self.stream(z, labels, under):
            drawn[done : done + len(pictures)] = pictures
            done += len(pictures)
            if cancelled is not None and cancelled():
                break
        return drawn[:done]

    def stream(
        self, z: NDArray[np.float32], labels: Sequence[int | None] | None = None, under: Conditions = USUAL
    ) -> Iterator[Pictures]:
        """The pictures of `pictures`, in order, a batch at a time as each is drawn."""
        if (other := self.steps.asked(under) or (self._moving() if self._moves(np.shape(z)[1:]) else None)) is not None:
            yield from other.stream(z, labels, under=under)
            return
        latents = self._latents(np.asarray(z, np.float32))
        numbers = self._labels([None] * len(latents) if labels is None else labels)
        if len(numbers) != len(latents):
            raise Problem(f"There are {len(latents)} latents but {len(numbers)} classes.", "Give one class each.")
        largest = largest_chunk(self.card.height, self.card.width, self.provider)
        for part in chunks(len(latents), self.batch, largest):
            shrink = part.stop == len(latents) > _MANY
            yield laid_over(self._run(self._batches(), latents[part], numbers[part], under, shrink=shrink))

    def points_of(self, z: NDArray[np.float32], labels: Sequence[int | None]) -> NDArray[np.float32]:
        """What the mapping of a style-based model makes of latents, (N, style_size) float32.

        Parameters
        ----------
        z : (N, latent_size) float32
        labels : sequence of N int or None
            None stands for class 0.

        Raises
        ------
        Problem
            A latent is of another size, a class is unknown, or the model has no mapping.
        """
        if self.mapping is None:
            raise Problem(f"{self.card.name} has no W space.", "Open a model with a mapping.")
        return self.mapping.points(self._latents(z), self._labels(labels))

    def spread(self, progress: _Progress = None, cancelled: _Cancelled = None) -> Spread:
        """Mean and deviations of W of a style-based model: measured once, and remembered by its content.

        ``progress`` is told the share that is measured, 0 to 1. It is a `Problem` if it was cancelled, or the model
        has no mapping.
        """
        if self.mapping is None:
            raise Problem(f"{self.card.name} has no W space.", "Open a model with a mapping.")
        return self._spreads.spread(progress, cancelled)

    def channel_spread(self) -> Spread:
        """Mean and deviations of all channels of StyleSpace, (channels,): as `spread`, and raises as that does."""
        if not self.style_layers:
            raise Problem(f"{self.card.name} has no channels of StyleSpace that can be found.", "Open a StyleGAN2.")
        return self._channel_spreads.spread()

    def check(self, under: Conditions) -> None:
        """Refuse conditions that speak of what the model does not have."""
        self.adjustable.feeds(replace(under, sampling=None))
        self.steps.check(under)

    def _moves(self, shape: tuple[int, ...]) -> bool:
        """Whether latents of a shape say what is added to channels."""
        return bool(self.style_layers) and shape == (self.row_size,)

    def _moving(self) -> Generator:
        """The same synthesis, which takes such rows; it is opened when the first comes."""
        with self._opening:
            if not self._whole or self._moved is None:
                self._moved = self._opened_moving()
            return self._moved

    def _opened_moving(self) -> Generator:
        from explorer.core.inference.synthesis import in_rows

        file = read_model(self.path)
        if file.hash != self.hash:
            raise Problem(f"{self.path.name} has changed on disk since it was opened.", "Open it again.")
        return Generator(*in_rows(file, self._inspection, self.style_layers), self._device, moves=True)

    def _batches(self) -> Engine:
        with self._opening:
            if self._many is None:
                self._many = self._engine(None)
            return self._many

    def _latents(self, z: NDArray[np.float32]) -> NDArray[np.float32]:
        return checked_latents(z, self.card, styled=self.mapping is not None)

    def _labels(self, labels: Sequence[int | None]) -> NDArray[np.int64]:
        conditional = self._conditional or (self.mapping is not None and len(self.card.classes) > 0)
        return checked_labels(labels, self.card, conditional=conditional)

    def _run(
        self, engine: Engine, z: NDArray[np.float32], labels: NDArray[np.int64], under: Conditions, *, shrink: bool
    ) -> NDArray[Any]:
        count = len(z)
        if self.mapping is not None and z.ndim == 2:
            z = np.tile(self.mapping.points(z, labels), (1, self.card.styles))  # the same w for every layer
        z = z.reshape(count, -1)  # a w for each layer is one row
        if isinstance(self.batch, int) and count < self.batch:
            z = np.pad(z, ((0, self.batch - count), (0, 0)))
            labels = np.pad(labels, (0, self.batch - count))
        feeds: dict[str, NDArray[Any]] = {LATENT: z, **self.adjustable.feeds(under)}
        if self._conditional:
            feeds[CLASS] = labels
        return engine.run({name: told for name, told in feeds.items() if engine.takes(name)}, shrink=shrink)[:count]

    def close(self) -> None:
        """Waits for what is being drawn, then lets the sessions go. May be called again."""
        with self._opening:
            self._model = None
            self._one.close()
            for beside in (self._many, self._moved, self._stops, self.steps, self.mapping, self.text):
                if beside is not None:
                    beside.close()
