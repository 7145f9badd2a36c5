"""A network of a source as a generator: latents, and classes, go in as its author's program put them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from explorer.training.weight_import.entrances import as_uniform
from explorer.training.weight_import.source.following.interpreter import Draw
from explorer.training.weight_import.source.following.limits import NotFollowedError
from explorer.training.weight_import.source.following.source_module import SourceModule
from explorer.training.weight_import.source.following.source_values import Known
from explorer.training.weight_import.source.script import Script

Frame = tuple[int, int, int]


@dataclass(frozen=True)
class SourceEntrance:
    """How a network is fed.

    Attributes
    ----------
    method : str
        Of its class, or a part of it after a dot: ``forward``, ``decode``, ``.decoder``.
    roles : tuple of (str, str)
        The name of each argument and what it is: ``latent``, ``label``, ``code``, ``count``, ``device``, ``labels``
        for a dictionary of all that may be said of a class.
    latent : int
        Numbers, the code not counted.
    pixel : bool
        Whether the latent is a picture of one pixel, (N, d, 1, 1).
    label : str
        How the class enters: ``index``, ``hot``, ``pixel`` (one-hot of one pixel), ``column``, or "" without classes.
    classes : int
    code : int
        Numbers of a code behind the latent, and behind its categories.
    categories : int
        Numbers behind the latent of which each chooses one of ``classes``, all alike often; 0 where one class is told.
    draws : bool
        Whether the network draws its latent by itself, which is then given instead.
    joined : tuple of str
        Of what the one latent that enters is made, in order: ``latent``, ``label`` and ``code``; or nothing.
    table, side : str, int
        The layer whose rows the latent chooses for a grid of so many to a side; or "" and 0.
    """

    method: str
    roles: tuple[tuple[str, str], ...] = ()
    latent: int = 0
    pixel: bool = False
    label: str = ""
    classes: int = 0
    code: int = 0
    categories: int = 0
    draws: bool = False
    joined: tuple[str, ...] = ()
    table: str = ""
    side: int = 0

    @property
    def numbers(self) -> int:
        """How many numbers enter: of the latent, its categories and its code."""
        return self.latent + self.categories + self.code

    @property
    def names(self) -> tuple[str, ...]:
        """What these numbers are called; none where they are all of the latent."""
        if not self.categories + self.code:
            return ()
        of_categories = (f"category {number + 1}" for number in range(self.categories))
        return ("",) * self.latent + (*of_categories, *(f"code {number + 1}" for number in range(self.code)))


@dataclass(frozen=True)
class ToBytesRange:
    """What is done to latents of the card's prior before they enter, and to pictures as they leave.

    Attributes
    ----------
    width, middle : float
        A latent is multiplied and shifted by them.
    code : (float, float)
        Between which a code is uniform.
    is_normal : bool
        Whether latents of the card's prior are normal.
    spread, mean : tuple of float
        A picture is, channel by channel; empty where it is not.
    """

    width: float = 1.0
    middle: float = 0.0
    spread: tuple[float, ...] = ()
    mean: tuple[float, ...] = ()
    code: tuple[float, float] = (-1.0, 1.0)
    is_normal: bool = True

    def entered(self, z: Tensor, categories: int, codes: int) -> Tensor:
        """What enters for latents of the card's prior, the last of which are categories and codes."""
        plain = z.shape[1] - categories - codes
        latent = z[:, :plain]
        if self.width != 1.0 or self.middle:
            latent = latent * self.width + self.middle
        if not categories + codes:
            return latent
        (low, high), even = self.code, z[:, plain:]
        even = as_uniform(even) if self.is_normal else even
        code = even[:, categories:] * ((high - low) / 2) + (high + low) / 2
        return torch.cat([latent, even[:, :categories], code], 1)


class SourcePainter(nn.Module):
    """Takes latents (N, d) and classes (N,), gives pictures (N, channels, height, width).

    Parameters
    ----------
    network : Module
    script : Script
        By which it is followed.
    entrance : SourceEntrance
    frame : (int, int, int) or None
        Channels, height and width of pictures that leave it flat.
    scale : ToBytesRange
    """

    def __init__(
        self,
        network: nn.Module,
        script: Script,
        entrance: SourceEntrance,
        frame: Frame | None = None,
        scale: ToBytesRange | None = None,
    ) -> None:
        super().__init__()
        self.network, self.entrance = network, entrance
        self._script, self._frame, self._scale = script, frame, scale or ToBytesRange()
        self.drew: list[str] = []
        self.draw: Draw | None = None  # asked for random numbers instead, in a trial

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """Pictures."""
        scale = self._scale
        z = scale.entered(z, self.entrance.categories, self.entrance.code)
        pictures = self._framed(picture_in(self._called(z, label)))
        if scale.spread:
            spread, mean = torch.tensor(scale.spread), torch.tensor(scale.mean)
            pictures = pictures * spread.view(1, -1, 1, 1) + mean.view(1, -1, 1, 1)
        return pictures

    def _called(self, z: Tensor, label: Tensor | None) -> Any:
        told = self.entrance
        ends = (told.latent, told.latent + told.categories)
        latent, code = (z[:, : ends[0]], z[:, ends[1] :]) if told.numbers > told.latent else (z, z)
        if told.joined:
            chosen = z[:, ends[0] : ends[1]]
            hot = categories_in(chosen, told.classes) if label is None else classes_as("hot", label, told.classes)
            parts = {"latent": latent, "code": code, "label": hot}
            latent = torch.cat([parts[part] for part in told.joined], 1)
        if told.table:
            latent = codes(latent, self.network.get_parameter(f"{told.table}.weight"), told.side)
        latent = latent.unsqueeze(-1).unsqueeze(-1) if told.pixel else latent
        values: dict[str, Any] = {"latent": latent, "code": code, "count": z.shape[0], "device": Known("torch.device")}
        if told.label and label is not None and not told.joined:
            values["label"] = classes_as(told.label, label, told.classes)
            values["labels"] = dict.fromkeys(("labels", "label", "y"), values["label"])
        machine = self._script.machine
        before, machine.draw = machine.draw, self.draw or self._drawn(latent)
        machine.budget.renew()
        try:
            with machine.strictly(builds=True):
                return self._answer({name: values[role] for name, role in told.roles})
        finally:
            machine.draw = before

    def _answer(self, values: Mapping[str, Any]) -> Any:
        method, network = self.entrance.method, self.network
        given = tuple(value for name, value in values.items() if name != "**")
        named: dict[str, Any] = values.get("**", {})
        if method.startswith("."):
            return self._script.machine.call(network._modules[method[1:]], given, named)
        if isinstance(network, SourceModule):
            return network.answer(method, *given, **named)
        return network(*given)

    def _drawn(self, latent: Tensor) -> Any:
        """What stands for random numbers: the latent where the network draws its own, else their mean."""
        given = [latent] if self.entrance.draws else []

        def draw(name: str, sizes: tuple[Any, ...], named: dict[str, Any]) -> Tensor:
            self.drew.append(name)
            if given:
                return given.pop()
            if name in ("torch.randn_like", "torch.randn", "numpy.random.randn", "torch.normal"):
                return self._script.zeros(name, sizes, named)
            raise NotFollowedError(f"draws random numbers ({name})")

        return draw

    def _framed(self, pictures: Tensor) -> Tensor:
        if pictures.dim() == 2 and self._frame is not None:
            return pictures.reshape(-1, *self._frame)
        return pictures.unsqueeze(1) if pictures.dim() == 3 else pictures


def classes_as(form: str, label: Tensor, classes: int) -> Tensor:
    """Classes (N,) in the form in which a network takes them."""
    if form == "index":
        return label
    if form == "column":
        return label.unsqueeze(1)
    hot = (label.unsqueeze(1) == torch.arange(classes)).float()
    return hot.unsqueeze(-1).unsqueeze(-1) if form == "pixel" else hot


def categories_in(z: Tensor, classes: int) -> Tensor:
    """The one-hot rows (N, k * classes), one after the other, that numbers (N, k) between -1 and 1 choose."""
    index = ((z + 1) * (classes / 2)).floor().clamp(0, classes - 1)
    return (index.unsqueeze(2) == torch.arange(classes)).float().flatten(1)


def codes(z: Tensor, table: Tensor, side: int) -> Tensor:
    """The codes (N, d, side, side) that numbers (N, side * side) between -1 and 1 choose from a table (k, d)."""
    count, width = table.shape
    index = ((z + 1) * (count / 2)).floor().clamp(0, count - 1).long()
    grid: Tensor = torch.nn.functional.embedding(index, table)
    return grid.view(-1, side, side, width).permute(0, 3, 1, 2)


def picture_in(result: Any) -> Tensor:
    """The picture among what a network gives: the result itself, or the first tensor of several."""
    if isinstance(result, Tensor):
        return result
    if isinstance(result, list | tuple) and result:
        return picture_in(result[0])
    if isinstance(result, dict) and result:
        return picture_in(next(iter(result.values())))
    raise NotFollowedError("gives no picture")
