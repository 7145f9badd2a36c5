"""A translator ready to work: a picture in, a picture out, such as one enlarged, coloured or painted anew."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from explorer.core.drawing.given_words import ANY, PICTURE, GuessedGiven, guessed_by_looking, in_words
from explorer.core.inference.perception import ShownPictures
from explorer.core.inference.providers import Device
from explorer.core.inference.wrapping import BLACK, LATENT, PICTURES, STEP, wrapped_translator
from explorer.core.models.graph import ModelFile
from explorer.core.models.inspection import Inspection, require
from explorer.core.models.interpretations import GIVEN, Interpretations
from explorer.core.models.roles import Roles
from explorer.core.models.value_ranges import RANGES, Range, likeness, trial_picture
from explorer.core.photos.resizing import (
    Fit,
    FittedPicture,
    Pixels,
    fitted_picture,
    is_grey,
    padded_to,
    recoloured,
    with_channels,
)
from explorer.core.photos.spoiling import Corruption, spoilt_picture
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent

_OPEN_SIDE = 64  # of the test picture where sides are open; the first run of the file had it too
_MULTIPLE = 32  # what the sides of most networks that halve them must be multiples of
_SILENT = 4
_COLOURFUL = 12.0  # levels between the channels of what it makes of a grey picture, on average


@dataclass(frozen=True, eq=False)
class Translation:
    """What a translator made of a picture.

    Attributes
    ----------
    before : (height, width, 1 or 3) uint8
        The picture as the model took it.
    after : (any height, any width, 1 or 3) uint8
        What came out: the same view, often in another size.
    value_range : (float, float)
        What black and white were to the model.
    took_ms : float
        Time of the run alone.
    said : tuple of str
        One sentence for each thing that was done to the picture.
    """

    before: Pixels
    after: Pixels
    value_range: Range
    took_ms: float
    said: tuple[str, ...] = ()


class Translator(ShownPictures):
    """An open translator. Any thread may use it; whoever opened it closes it.

    Attributes
    ----------
    path : Path
    hash : str
        SHA-256 of the file's bytes, hexadecimal.
    name : str
    height, width, channels : int
        Of the pictures it takes; a side that is open is 0.
    value_range : (float, float)
        What black and white are taken to be: by its card, or what made its result most like its input.
    is_range_known : bool
        Whether the file says so, by its card or by taking bytes.
    noise : float
        How much noise it learned to take off, by its card, 0 to 1 (see `spoilt_picture`); 0 where it did not.
    corruption : {"gaussian", "masking"}
        Of which kind.
    given : str
        What it takes, by a word of `explorer.core.drawing.given_words`.
    given_why : str
        By what that was guessed, a clause; "" where its card or a person says it.
    style_size : int
        Numbers in the latent that it takes beside a picture; 0 where it takes none.
    problems : tuple of str
        What was wrong with the file, or had to be guessed.
    provider, provider_reason : str
        Where it runs, and why not on CUDA.
    """

    _kind = "translator"
    _longest_s = math.inf  # a large picture may take long, and there is `stop`

    def __init__(self, file: ModelFile, inspection: Inspection, device: Device) -> None:
        super().__init__(file, inspection, device)
        self.name = self.card.name
        told = self.card.config.get("noise", 0.0)
        self.noise = float(told) if isinstance(told, int | float) and 0.0 < told <= 1.0 else 0.0
        self.corruption: Corruption = "masking" if self.card.config.get("corruption") == "masking" else "gaussian"
        self._multiple = 1
        self._running: ort.RunOptions | None = None
        self.is_range_known = self._of_bytes or not inspection.guessed
        self.value_range: Range = (0.0, 255.0) if self._of_bytes else self.card.value_range
        if not self.is_range_known:
            self.value_range = self._likeliest_range()
        self.given, self.given_why = self._given(require(inspection, file.path, self._kind), file)
        if not self.card.takes:
            self.card = replace(self.card, takes=in_words(self.given))

    def _wrapped(self, file: ModelFile, found: Roles) -> bytes:
        assert found.shown is not None
        self.height, self.width, self.channels = found.shown.height, found.shown.width, found.shown.channels
        self._of_bytes = found.sources.main.dtype == found.result.dtype == "uint8"
        self.style_size = found.sources.style_size
        self._rows = self.batch if isinstance(self.batch, int) else 1
        return wrapped_translator(file, found, self._rows)

    @property
    def is_fixed(self) -> bool:
        """Whether it takes pictures of one size only."""
        return bool(self.height and self.width)

    def translate(
        self,
        picture: Pixels,
        value_range: Range | None = None,
        fit: Fit = "crop",
        noise: float = 0.0,
        z: Latent | None = None,
    ) -> Translation | None:
        """What the model makes of a picture; None where `stop` was called meanwhile.

        A picture of another size is fitted to fixed sides; open ones take it as it is, up to a limit. A model of one
        channel is given the luma of a colour picture, whose colours are then enlarged along.

        Parameters
        ----------
        picture : (height, width, 1 or 3) uint8
        value_range : (float, float), optional
            What black and white are to the model; by default ``value_range``.
        fit : {"crop", "whole"}
            See `fitted_picture`.
        noise : float, 0 to 1
            How much the picture is spoilt before, at the size that the model takes.
        z : (style_size,) float32, optional
            The latent beside the picture; by default that of the prior's mean, 0. A model that takes none ignores it.

        Raises
        ------
        Problem
            The model fails on it, or is closed; the latent is of another size.
        """
        style = self._style(z)
        values = value_range or self.value_range
        grey = is_grey(picture)
        plain = with_channels(picture, 1) if grey else picture
        fitted = fitted_picture(plain, self.height, self.width, fit)
        fitted = replace(fitted, fed=spoilt_picture(fitted.fed, self.corruption, noise))
        began_s = perf_counter()
        found = self._run_fitted(fitted, values, style)
        took_ms = 1000.0 * (perf_counter() - began_s)
        if found is None:
            return None
        fitted, result = found
        after, said = fitted.cut(result), [fitted.said] if fitted.said else []
        if self.channels == 1 and after.shape[2] == 1 and not grey:
            after = recoloured(after, fitted.picture)
            said.append(
                "The model works in grey: it was given the brightness, and the colours were laid over the result."
            )
        return Translation(np.ascontiguousarray(fitted.picture), after, values, took_ms, tuple(said))

    def _style(self, z: Latent | None) -> Latent | None:
        if not self.style_size:
            return None
        if z is None or not z.size:
            return np.zeros(self.style_size, np.float32)
        if z.shape != (self.style_size,):
            what = f"{self.name} takes a latent of {self.style_size} numbers, not of {z.size}."
            raise Problem(what, "Open the model that the drawing was made with.")
        return z

    def stop(self) -> None:
        """End what is running, soon; may be called from any thread."""
        running = self._running
        if running is not None:
            running.terminate = True

    def _run_fitted(
        self, fitted: FittedPicture, values: Range, style: Latent | None
    ) -> tuple[FittedPicture, Pixels] | None:
        """The result, and the picture as it was fed; None where it was stopped."""
        fed = fitted if self._multiple == 1 else padded_to(fitted, self._multiple)
        try:
            result = self._run(fed.fed, values, style)
        except Problem:
            wider = padded_to(fitted, _MULTIPLE)
            if self.height or self.width or wider.fed.shape == fed.fed.shape:
                raise
            fed, result = wider, self._run(wider.fed, values, style)
            self._multiple = _MULTIPLE
        return None if result is None else (fed, result)

    def _run(self, pixels: Pixels, values: Range, style: Latent | None = None) -> Pixels | None:
        pictures = np.repeat(with_channels(pixels, self.channels)[None], self._rows, axis=0)
        feeds: dict[str, NDArray[Any]] = {PICTURES: pictures}
        if not self._of_bytes:
            low, high = values
            feeds |= {BLACK: np.array(low, np.float32), STEP: np.array((high - low) / 255.0, np.float32)}
        if style is not None:
            feeds[LATENT] = np.repeat(style[None], self._rows, axis=0)
        self._running = options = ort.RunOptions()
        options.log_severity_level = _SILENT
        try:
            result = self._engine.run(feeds, options=options)
        except Problem:
            if options.terminate:
                return None
            raise
        finally:
            self._running = None
        return result[0] if result.ndim == 4 else result

    def _given(self, found: Roles, file: ModelFile) -> tuple[str, str]:
        """What it takes, and by what that was guessed."""
        told = self.card.config.get("given")
        if isinstance(told, str) and told:
            return told.removeprefix(ANY), ""
        if said := Interpretations().of(file.hash).get(GIVEN):
            return said, ""
        names = (file.path.stem, self.card.name, *(port.name for port in file.inputs))
        assert found.shown is not None
        assert found.drawn is not None
        sides = [(frame.height, frame.width, frame.channels) for frame in (found.shown, found.drawn)]
        guess = guessed_by_looking(names, *sides) or self._guessed_by_trying()
        return guess.word, guess.why

    def _guessed_by_trying(self) -> GuessedGiven:
        """By what it makes of a picture without colours."""
        grey = with_channels(with_channels(trial_picture(self.height or _OPEN_SIDE, self.width or _OPEN_SIDE), 1), 3)
        result = self._run(grey, self.value_range, self._style(None))
        if result is not None and float(np.ptp(result.astype(np.int16), axis=-1).mean()) > _COLOURFUL:
            return GuessedGiven("grey", "it gave colours to a picture that had none")
        return GuessedGiven(PICTURE, "neither its name nor a trial says more")

    def _likeliest_range(self) -> Range:
        """The usual range with which a drawn picture comes out most like itself."""
        drawn = trial_picture(self.height or _OPEN_SIDE, self.width or _OPEN_SIDE)
        liked: dict[Range, float] = {}
        for values in RANGES:
            result = self._run(drawn, values, self._style(None))
            liked[values] = -np.inf if result is None else likeness(result, drawn)
        return max(liked, key=lambda values: liked[values])
