"""Through which method a network of a source paints, and what goes in: tried out, the likeliest first.

A network that draws its own latent says by that how large it is. Else sizes are those that the source calls latent,
then those that its layers take. A trial is right where pictures come out, as many as latents went in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from explorer.training.weight_import.assembly import frame_of
from explorer.training.weight_import.source import vocabulary
from explorer.training.weight_import.source.fitting import Fit
from explorer.training.weight_import.source.limits import NotFollowedError, TooMuchError
from explorer.training.weight_import.source.painter import Entrance, Frame, Painter
from explorer.training.weight_import.source.source_module import SourceModule
from explorer.training.weight_import.source.values import Function
from explorer.training.weight_import.source.watching import Range, Watch

_PAINTING = ("sample", "generate", "decode", "decoder", "generator", "forward")
_PARTS = ("decoder", "generator", "netG", "G", "gen", "dec")
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
    entrance : Entrance
    frame : (int, int, int)
        Channels, height and width of the pictures.
    flat : bool
        Whether they come as numbers in a row.
    span : (float, float) or None
        Between which values they lie, where the last activation says so.
    drew : tuple of str
        Functions by which random numbers were drawn.
    """

    entrance: Entrance
    frame: Frame
    flat: bool
    span: Range | None
    drew: tuple[str, ...] = ()


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
        self._named = _named_sizes(fit)
        self._sides = _sides(fit.network)

    def found(self) -> Found | None:
        """The entrance; None where none was found."""
        for method, parameters in _methods(self._fit.network):
            for entrance in self._entrances(method, parameters):
                if found := self._tried(entrance):
                    return found
                if self._tries > _MOST_TRIES:
                    return None
        return None

    def _entrances(self, method: str, parameters: list[tuple[str, bool]]) -> Iterator[Entrance]:
        """Ways to feed a method, those without what it need not be given first."""
        needed = [name for name, has_default in parameters if not has_default]
        everything = [name for name, has_default in parameters if not has_default or vocabulary.LABEL.search(name)]
        for names in dict.fromkeys((tuple(needed), tuple(everything))):
            if method in ("sample", "generate"):
                yield from self._drawing(method, names)
            for roles in roles_of(names):
                yield from self._fed(method, roles)

    def _drawing(self, method: str, names: tuple[str, ...]) -> Iterator[Entrance]:
        """As the network draws its own latent: a trial without one says how large it is."""
        roles = tuple((name, _drawing_role(name)) for name in names)
        if any(role == "" for _, role in roles):
            return
        for form in ("", *_FORMS) if any(role in ("label", "labels") for _, role in roles) else ("",):
            fed = tuple(each for each in roles if form or each[1] != "labels")
            for classes in self._classes() if form in ("hot", "pixel") else [0]:
                plain = Entrance(method, fed, label=form, classes=classes, draws=True)
                if size := self._drawn_size(plain):
                    yield replace(plain, latent=size[0], pixel=size[1])

    def _drawn_size(self, entrance: Entrance) -> tuple[int, bool] | None:
        """How many numbers a network draws for each picture, and whether as a picture of one pixel."""
        asked: list[tuple[int, ...]] = []
        painter = Painter(self._fit.network, self._fit.script, replace(entrance, draws=False))

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

    def _fed(self, method: str, roles: tuple[tuple[str, str], ...]) -> Iterator[Entrance]:
        kinds = [role for _, role in roles]
        forms = _FORMS if "label" in kinds else ("",)
        for form in forms:
            for classes in self._classes() if form in ("hot", "pixel") else [0]:
                for code in self._codes() if "code" in kinds else [0]:
                    for size in self._latents(classes + code):
                        for pixel in (False, True):
                            yield Entrance(method, roles, size, pixel, form, classes, code)

    def _latents(self, beside: int) -> list[int]:
        named = self._named["latent"]
        joined = [side - beside for side in self._sides if side > beside] if beside else []
        return list(dict.fromkeys([*named, *joined, *self._sides]))

    def _classes(self) -> list[int]:
        return list(dict.fromkeys([*self._named["classes"], *[s for s in self._sides if 2 <= s <= _MOST_CLASSES]]))[:8]

    def _codes(self) -> list[int]:
        return list(dict.fromkeys([*self._named["code"], *self._sides]))[:8]

    def _tried(self, entrance: Entrance) -> Found | None:
        painter = Painter(self._fit.network, self._fit.script, entrance)
        pictures, watch = self._run(painter, entrance)
        if pictures is None or watch is None:
            return None
        frame = frame_in(pictures)
        numbers = entrance.latent + entrance.code
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

    def _heeds_class(self, entrance: Entrance) -> bool:
        """Whether another class gives other pictures."""
        painter = Painter(self._fit.network, self._fit.script, entrance)
        one, other = (self._run(painter, entrance, label)[0] for label in (0, 1))
        return one is not None and other is not None and not torch.equal(one, other)

    def _run(self, painter: Painter, entrance: Entrance, which: int = 0) -> tuple[Tensor | None, Watch | None]:
        self._tries += 1
        rng = torch.Generator().manual_seed(0)
        z = torch.randn((_COUNT, max(1, entrance.latent + entrance.code)), generator=rng)
        label = torch.full((_COUNT,), which) if entrance.label else None
        watch = Watch(label)
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


def _methods(network: nn.Module) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """Methods by which a network may paint, with their parameters' names, and whether these may be left out."""
    if not isinstance(network, SourceModule):
        yield "forward", [("z", False)]
        return
    for method in _PAINTING:
        function = network.kind.find(method)
        if isinstance(function, Function) and not isinstance(function.node, ast.Lambda):
            yield method, parameters_of(function.node)
        elif method == "forward" and network.kind.roots and function is None:
            yield method, [("z", False)]
    for part in _PARTS:
        if part in network._modules:
            yield "." + part, [("z", False)]


def parameters_of(node: ast.FunctionDef) -> list[tuple[str, bool]]:
    """Names of a method's parameters but the first, and whether they have defaults."""
    told = node.args
    names = [each.arg for each in (*told.posonlyargs, *told.args)][1:]
    first = len(names) - len(told.defaults)
    found = [(name, place >= first) for place, name in enumerate(names)]
    return found + ([("**", False)] if told.kwarg else [])


def roles_of(names: tuple[str, ...]) -> list[tuple[tuple[str, str], ...]]:
    """What a method's parameters may be, the likeliest first."""
    plain = [name for name in names if name != "**"]
    if not plain or len(plain) > 3:
        return []
    options = {1: [["latent"]], 2: [["latent", "label"], ["label", "latent"], ["latent", "code"]]}.get(
        len(plain), [["latent", "label", "code"], ["latent", "code", "label"], ["label", "latent", "code"]]
    )
    ordered = sorted(options, key=lambda option: -sum(_sounds(n, r) for n, r in zip(plain, option, strict=True)))
    found = [tuple(zip(plain, option, strict=True)) for option in ordered]
    if "**" in names:
        found = [*found, *((*each, ("**", "labels")) for each in found)]
    return found


def _sounds(name: str, role: str) -> bool:
    words = {"latent": vocabulary.LATENT, "label": vocabulary.LABEL, "code": vocabulary.CODE}[role]
    return bool(words.search(name)) and not (role != "latent" and vocabulary.LATENT.search(name))


def _drawing_role(name: str) -> str:
    if name == "**":
        return "labels"
    if vocabulary.DEVICE.search(name):
        return "device"
    if vocabulary.LABEL.search(name):
        return "label"
    return "count" if vocabulary.COUNT.search(name) else ""


def _sides(network: nn.Module) -> list[int]:
    """How many numbers or channels layers take, the smallest kinds of weights first in their order."""
    found: list[int] = []
    for layer in network.modules():
        taken = getattr(layer, "in_features", None) or getattr(layer, "in_channels", None)
        if isinstance(taken, int):
            found.append(taken)
    found += [int(each.num_embeddings) for each in network.modules() if isinstance(each, nn.Embedding)]
    found += [side for weight in network.parameters() if weight.dim() == 2 for side in reversed(weight.shape)]
    return list(dict.fromkeys(found))[:24]


def _named_sizes(fit: Fit) -> dict[str, list[int]]:
    """Sizes that a source calls those of latents, classes or codes: in the network first, then in the file."""
    kept = fit.network._kept if isinstance(fit.network, SourceModule) else {}
    places = [kept, fit.settings, fit.script.machine.options, fit.script.scope.names]
    found: dict[str, list[int]] = {"latent": [], "classes": [], "code": []}
    for place in places:
        for name, value in place.items():
            if type(value) is not int or not 1 <= value <= 8192:
                continue
            for kind, words in (
                ("latent", vocabulary.LATENT),
                ("classes", vocabulary.CLASSES),
                ("code", vocabulary.CODE),
            ):
                if words.search(name):
                    found[kind].append(value)
    return {kind: list(dict.fromkeys(values)) for kind, values in found.items()}
