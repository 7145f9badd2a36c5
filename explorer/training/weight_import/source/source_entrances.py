"""Through which method a network of a source paints, and what goes in: tried out, the likeliest first.

A network that draws its own latent says by that how large it is. Else sizes are those that the source calls latent,
then those that its layers take. A trial is right where pictures come out, as many as latents went in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from explorer.training.weight_import.assembly import frame_of
from explorer.training.weight_import.source import vocabulary
from explorer.training.weight_import.source.fitting import Fit
from explorer.training.weight_import.source.following.limits import NotFollowedError, TooMuchError
from explorer.training.weight_import.source.following.watching import Range, TensorWatch
from explorer.training.weight_import.source.grids import grids, wanted_side
from explorer.training.weight_import.source.joining import parted
from explorer.training.weight_import.source.painter import Frame, SourceEntrance, SourcePainter
from explorer.training.weight_import.source.roles import drawing_role, methods_of, named_sizes, roles_of, sides_of

_COUNT = 3
_SMALLEST_SIDE = 8
_MOST_TRIES = 600
_MOST_CLASSES = 2000
_FORMS = ("index", "hot", "pixel", "column")


@dataclass(frozen=True, eq=False)
class Found:
    """An entrance by which pictures come out.

    Attributes
    ----------
    entrance : SourceEntrance
    frame : (int, int, int)
        Channels, height and width of the pictures.
    flat : bool
        Whether they come as numbers in a row.
    span : (float, float) or None
        Between which values they lie, where the last activation says so.
    drew : tuple of str
        Functions by which random numbers were drawn.
    whole : Found or None
        The same with the latent not parted, where the program seems to join it of several.
    others : tuple of Found
        Of a grid of codes: all sizes, where the source tells none.
    """

    entrance: SourceEntrance
    frame: Frame
    flat: bool
    span: Range | None
    drew: tuple[str, ...] = ()
    whole: Found | None = None
    others: tuple[Found, ...] = ()


class Trials:
    """Tries a network out.

    Attributes
    ----------
    failure : NotFollowedError or None
        Why the likeliest trial came to nothing, where it was for something that is not followed.
    """

    def __init__(self, fit: Fit) -> None:
        self._fit = fit
        self.failure: NotFollowedError | None = None
        self._tries = 0
        self._named = named_sizes(fit)
        self._sides = sides_of(fit.network)

    def found(self) -> Found | None:
        """The entrance; None where none was found."""
        if found := self._of_codes():
            return found
        for method, parameters in methods_of(self._fit.network):
            for entrance in self._entrances(method, parameters):
                if found := self._tried(entrance):
                    return self._parted(found)
                if self._tries > _MOST_TRIES:
                    return None
        return None

    def _parted(self, found: Found) -> Found:
        """With the latent parted as the training program joins it, where it does."""
        entrance = found.entrance
        if entrance.label or entrance.code or len(entrance.roles) != 1:
            return found
        for each in parted(entrance, self._fit.script.source.tree, self._named):
            if parts := self._tried(each):
                return replace(parts, whole=found)
        return found

    def _of_codes(self) -> Found | None:
        """The decoder of a quantised autoencoder, its grid as large as the pictures that the source speaks of."""
        every: list[Found] = []
        for method, parameters in methods_of(self._fit.network):
            if len(parameters) == 1 and method in ("decode", "decoder", ".decoder"):
                tried = (self._tried(each) for each in grids(self._fit.network, method, parameters[0][0]))
                every += [found for found in tried if found]
            if every:
                break
        places = {**self._fit.script.scope.names, **self._fit.script.machine.options, **self._fit.settings}
        wanted = wanted_side(places)
        right = [found for found in every if found.frame[1] == wanted]
        return right[0] if right else replace(every[0], others=tuple(every)) if every else None

    def _entrances(self, method: str, parameters: list[tuple[str, bool]]) -> Iterator[SourceEntrance]:
        """Ways to feed a method, those without what it need not be given first."""
        needed = [name for name, has_default in parameters if not has_default]
        everything = [name for name, has_default in parameters if not has_default or vocabulary.LABEL.search(name)]
        for names in dict.fromkeys((tuple(needed), tuple(everything))):
            if method in ("sample", "generate"):
                yield from self._drawing(method, names)
            for roles in roles_of(names):
                yield from self._fed(method, roles)

    def _drawing(self, method: str, names: tuple[str, ...]) -> Iterator[SourceEntrance]:
        """As the network draws its own latent: a trial without one says how large it is."""
        roles = tuple((name, drawing_role(name)) for name in names)
        if any(role == "" for _, role in roles):
            return
        for form in ("", *_FORMS) if any(role in ("label", "labels") for _, role in roles) else ("",):
            fed = tuple(each for each in roles if form or each[1] != "labels")
            for classes in self._classes() if form in ("hot", "pixel") else [0]:
                plain = SourceEntrance(method, fed, label=form, classes=classes, draws=True)
                if size := self._drawn_size(plain):
                    yield replace(plain, latent=size[0], pixel=size[1])

    def _drawn_size(self, entrance: SourceEntrance) -> tuple[int, bool] | None:
        """How many numbers a network draws for each picture, and whether as a picture of one pixel."""
        asked: list[tuple[int, ...]] = []
        painter = SourcePainter(self._fit.network, self._fit.script, replace(entrance, draws=False))

        def draw(name: str, sizes: tuple[Any, ...], named: dict[str, Any]) -> Tensor:
            zeros: Tensor = self._fit.script.zeros(name, sizes, named)
            asked.append((*zeros.shape, name == "torch.randn_like"))
            return zeros

        painter.draw = draw
        self._run(painter, entrance)
        first = asked[0] if asked else ()
        if len(first) < 3 or first[0] != _COUNT or first[-1]:
            return None
        sides = first[2:-1]
        return (first[1], bool(sides)) if all(side == 1 for side in sides) else None

    def _fed(self, method: str, roles: tuple[tuple[str, str], ...]) -> Iterator[SourceEntrance]:
        kinds = [role for _, role in roles]
        forms = _FORMS if "label" in kinds else ("",)
        for form in forms:
            for classes in self._classes() if form in ("hot", "pixel") else [0]:
                for code in self._codes() if "code" in kinds else [0]:
                    for size in self._latents(classes + code):
                        for pixel in (False, True):
                            yield SourceEntrance(method, roles, size, pixel, form, classes, code)

    def _latents(self, beside: int) -> list[int]:
        named = self._named["latent"]
        joined = [side - beside for side in self._sides if side > beside] if beside else []
        return list(dict.fromkeys([*named, *joined, *self._sides]))

    def _classes(self) -> list[int]:
        return list(dict.fromkeys([*self._named["classes"], *[s for s in self._sides if 2 <= s <= _MOST_CLASSES]]))[:8]

    def _codes(self) -> list[int]:
        return list(dict.fromkeys([*self._named["code"], *self._sides]))[:8]

    def _tried(self, entrance: SourceEntrance) -> Found | None:
        painter = SourcePainter(self._fit.network, self._fit.script, entrance)
        pictures, watch = self._run(painter, entrance)
        if pictures is None or watch is None:
            return None
        frame = frame_in(pictures)
        numbers = entrance.numbers
        if frame is None or numbers < 2 or numbers >= frame[0] * frame[1] * frame[2]:
            return None
        if entrance.label in ("index", "column"):
            tables = [table for table in watch.tables if table > 1]
            classes = min(tables) if tables else next(iter(self._named["classes"]), 10)
            entrance = replace(entrance, classes=classes)
        if entrance.label and not self._heeds_class(entrance):
            return None
        span = watch.ranges.get(id(pictures))
        return Found(entrance, frame, pictures.dim() == 2, span, tuple(painter.drew))

    def _heeds_class(self, entrance: SourceEntrance) -> bool:
        """Whether another class gives other pictures."""
        painter = SourcePainter(self._fit.network, self._fit.script, entrance)
        one, other = (self._run(painter, entrance, label)[0] for label in (0, 1))
        return one is not None and other is not None and not torch.equal(one, other)

    def _run(
        self, painter: SourcePainter, entrance: SourceEntrance, which: int = 0
    ) -> tuple[Tensor | None, TensorWatch | None]:
        self._tries += 1
        rng = torch.Generator().manual_seed(0)
        z = torch.randn((_COUNT, max(1, entrance.numbers)), generator=rng)
        label = torch.full((_COUNT,), which) if entrance.label else None
        watch = TensorWatch(label)
        try:
            with torch.no_grad(), watch:
                return painter(z, label), watch
        except TooMuchError:
            raise
        except NotFollowedError as error:
            if "cannot be worked out" not in error.why:
                self.failure = self.failure or error
        except (RuntimeError, TypeError, ValueError, LookupError):  # torch's own, of layers that it calls itself
            pass
        return None, None


def frame_in(pictures: Tensor) -> Frame | None:
    """Channels, height and width of pictures; None where they are none."""
    shape = tuple(pictures.shape)
    if shape[0] != _COUNT or not pictures.is_floating_point():
        return None
    if len(shape) == 2:
        return frame_of(shape[1])
    if len(shape) == 3:
        return (1, *shape[1:]) if min(shape[1:]) >= _SMALLEST_SIDE else None
    return shape[1:] if len(shape) == 4 and shape[1] in (1, 2, 3, 4) and min(shape[2:]) >= _SMALLEST_SIDE else None
