"""Layers as one chain from a latent to a picture: what follows what, as names, numbers and shapes tell.

The numbers in a sequence tell where something without weights stands between two layers: ``main.0``, ``main.1`` and
``main.3`` are a layer, its normalisation, something that has no weights, and the next layer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from explorer.training.weight_import.chains.geometry import Turn
from explorer.training.weight_import.chains.ordering import by_shapes
from explorer.training.weight_import.layers import WeightLayer, in_natural_order

Op = Literal["dense", "up", "conv", "norm", "affine", "slope", "shuffle"]

_TRANSPOSED = re.compile(r"trans|deconv|up|conv_?t|tconv|dconv", re.IGNORECASE)
_MOST_LAYERS = 64
TURNS = ("up", "conv", "shuffle")
"""What takes a stride and a padding of a plan."""

_SHUFFLED = 4  # channels for one
_COLOURS = 3
_LEAST_LATENT, LARGEST_LATENT = 2, 4096
_MOST_ENTERING = 1 << 16


@dataclass(frozen=True, eq=False)
class Link:
    """One layer of a chain, and what stands before it.

    Attributes
    ----------
    layer : WeightLayer
    op : str
        ``up`` is a transposed convolution, ``norm`` a batch normalisation, ``affine`` another
        normalisation with weights, ``slope`` a PReLU, ``shuffle`` the
        shuffling of the pixels that the layer gives out of its channels, two by two.
    acts : bool
        Whether an activation stands before it.
    doubles : bool
        Whether the picture is enlarged by two before it.
    view : (channels, side) or None
        As what a row of numbers is seen before it.
    """

    layer: WeightLayer
    op: Op
    acts: bool = False
    doubles: bool = False
    view: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class Chain:
    """A chain of layers.

    Attributes
    ----------
    links : tuple of Link
    latent_size : int
    channels : int
        Of the picture; 0 where the last layer is dense and gives ``numbers``.
    numbers : int
        That the last layer gives, for each place of the picture.
    """

    links: tuple[Link, ...]
    latent_size: int
    channels: int
    numbers: int

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The convolutions, for `plans`."""
        return tuple(
            Turn("conv", 1, doubles=True)
            if link.op == "shuffle"
            else Turn("up" if link.op == "up" else "conv", link.layer.kernel, link.doubles, _is_square(link.layer))
            for link in self.links
            if link.op in TURNS
        )

    @property
    def start_side(self) -> int:
        """The side before the first convolution."""
        return next((link.view[1] for link in self.links if link.view), 1)

    @property
    def norms(self) -> int:
        """How many batch normalisations there are."""
        return sum(link.op == "norm" for link in self.links)

    @property
    def hidden(self) -> int:
        """How many activations stand between the layers."""
        return sum(link.acts for link in self.links)


def chain(layers: Sequence[WeightLayer], *, silent: Collection[str] = (), takes: int = 0) -> Chain | None:
    """The chain that layers make in their order, in that of their names, or in one that their shapes allow; else None.

    Parameters
    ----------
    layers : sequence of Layer
    silent : collection of str
        Names of layers before which there is no activation, whatever numbers say.
    takes : int
        How many numbers enter, where other layers have made them; 0 for a latent, whose size the first layer tells.
    """
    if takes:
        return _linked(list(layers), silent, takes) if 1 <= len(layers) <= _MOST_LAYERS else None
    if not 1 <= len(layers) <= _MOST_LAYERS:
        return None
    found = _linked(list(layers), silent) or _linked(in_natural_order(list(layers)), silent)
    if found is not None:
        return found
    orders = by_shapes(list(layers))
    return next((made for order in orders if (made := _linked(order, silent)) is not None), None)


@dataclass(frozen=True)
class _Flow:
    """What comes out so far: a row of ``width`` numbers, or pictures of ``width`` channels."""

    width: int
    flat: bool


def _linked(layers: list[WeightLayer], silent: Collection[str], takes: int = 0) -> Chain | None:
    first = layers[0]
    if not first.has_weight:
        return None
    latent = takes or int(first.weight.shape[1 if first.kind == "dense" else 0])
    flow, links = _Flow(latent, True), list[Link]()
    for place, layer in enumerate(layers):
        before = layers[place - 1] if place else None
        link = _link(layer, before, flow, layers, links)
        if link is None and before is not None and _is_shuffled(layer, flow):
            links.append(Link(before, "shuffle"))
            flow = _Flow(flow.width // _SHUFFLED, False)
            link = _link(layer, before, flow, layers, links)
        if link is None:
            return None
        links.append(replace(link, acts=link.acts and layer.name not in silent))
        flow = _after(link, flow)
    if not _LEAST_LATENT <= latent <= (_MOST_ENTERING if takes else LARGEST_LATENT):
        return None
    if not flow.flat and flow.width == _SHUFFLED * _COLOURS and links[-1].op == "conv":
        links.append(Link(links[-1].layer, "shuffle"))
        flow = _Flow(_COLOURS, False)
    if any(link.op == "shuffle" for link in links):
        links = _shuffling(links)
    return Chain(tuple(links), latent, 0 if flow.flat else flow.width, flow.width)


def _link(
    layer: WeightLayer, before: WeightLayer | None, flow: _Flow, layers: list[WeightLayer], links: list[Link]
) -> Link | None:
    if layer.kind == "dense":
        fits = flow.flat and layer.weight.shape[1] == flow.width
        return Link(layer, "dense", _acts(layer, before, 0)) if fits else None
    if layer.kind in ("batch_norm", "affine"):
        return _norm(layer, before, flow)
    if layer.kind == "slope":
        return Link(layer, "slope") if before is not None and len(layer.weight) in (1, flow.width) else None
    if layer.kind == "conv":
        return _convolution(layer, before, flow, layers, links)
    return None


def _norm(layer: WeightLayer, before: WeightLayer | None, flow: _Flow) -> Link | None:
    width, op = len(layer.weight), "norm" if layer.kind == "batch_norm" else "affine"
    if before is None:
        return None
    if width == flow.width:
        return Link(layer, op, before.kind != layer.kind and _gap(layer, before) >= 1)  # type: ignore[arg-type]
    view = _view(flow, width)
    return Link(layer, op, _gap(layer, before) >= 2, view=view) if view else None  # type: ignore[arg-type]


def _convolution(
    layer: WeightLayer, before: WeightLayer | None, flow: _Flow, layers: list[WeightLayer], links: list[Link]
) -> Link | None:
    found: list[Link] = []
    for op, width in (("up", int(layer.weight.shape[0])), ("conv", int(layer.weight.shape[1]))):
        view = None
        if flow.flat:
            view = (width, 1) if before is None and width == flow.width else _view(flow, width)
            if view is None or (view[1] == 1 and op == "conv" and before is None):
                continue
        elif width != flow.width:
            continue
        spent = 1 if view and before is not None else 0
        found.append(Link(layer, op, _acts(layer, before, spent), view=view))  # type: ignore[arg-type]
    if not found:
        return None
    link = found[0] if len(found) == 1 or _is_transposed(layer, layers) else found[1]
    return _with_doubling(link, before, links)


def _shuffling(links: list[Link]) -> list[Link]:
    """Links of a chain that enlarges by shuffling pixels, and so by nothing else."""
    found: list[Link] = []
    for link in links:
        acts = link.acts or link.doubles
        if found and found[-1].op == "shuffle":
            acts = link.op == "conv" or _gap(link.layer, found[-1].layer) > 1
        found.append(replace(link, doubles=False, acts=acts))
    return found


def _is_shuffled(layer: WeightLayer, flow: _Flow) -> bool:
    if layer.kind in ("batch_norm", "affine"):
        takes = len(layer.weight)
    else:
        takes = int(layer.weight.shape[1]) if layer.kind == "conv" else 0
    return not flow.flat and takes * _SHUFFLED == flow.width


def _leading(layer: WeightLayer, before: WeightLayer, links: list[Link]) -> int:
    """How many things without weights a sequence begins with, of which this is the first layer."""
    is_first = layer.block != before.block and all(link.layer.block != layer.block for link in links)
    return (layer.index or 0) if is_first else 0


def _with_doubling(link: Link, before: WeightLayer | None, links: list[Link]) -> Link:
    """Whether there is room for an enlargement before a convolution that keeps the side."""
    if link.op != "conv" or before is None or link.layer.kernel < 3 or any(each.op == "up" for each in links):
        return link
    leading = _leading(link.layer, before, links)
    if leading:
        return replace(link, doubles=True, acts=leading > 1)
    gap = _gap(link.layer, before)
    is_first = not any(each.op == "conv" for each in links)
    if gap >= 2 and not (is_first and link.view and gap == 2):
        return replace(link, doubles=True)
    if gap == 1 and before.kind == "batch_norm" and is_first:
        return replace(link, doubles=True, acts=False)
    return link


def _after(link: Link, flow: _Flow) -> _Flow:
    weight = link.layer.weight
    if link.op == "dense":
        return _Flow(int(weight.shape[0]), True)
    if link.op == "up":
        return _Flow(int(weight.shape[1]), False)
    if link.op == "conv":
        return _Flow(int(weight.shape[0]), False)
    return _Flow(link.view[0], False) if link.view else flow


def _view(flow: _Flow, channels: int) -> tuple[int, int] | None:
    """As how many channels of which side a row can be seen."""
    if not flow.flat or channels == 0 or flow.width % channels:
        return None
    side = math.isqrt(flow.width // channels)
    return (channels, side) if side * side * channels == flow.width else None


def _gap(layer: WeightLayer, before: WeightLayer | None) -> int:
    """How many things without weights stand between two layers of one sequence; -1 where that is not known."""
    if before is None or layer.block != before.block or layer.index is None or before.index is None:
        return -1
    return layer.index - before.index - 1


def _acts(layer: WeightLayer, before: WeightLayer | None, spent: int) -> bool:
    """Whether an activation stands before a layer; ``spent`` things between are something else."""
    if before is None or before.kind == "slope":
        return False
    gap = _gap(layer, before)
    return gap < 0 or gap > spent


def _is_square(layer: WeightLayer) -> bool:
    return bool(layer.weight.shape[0] == layer.weight.shape[1])


def _is_transposed(layer: WeightLayer, layers: list[WeightLayer]) -> bool:
    """Which way a convolution goes that could go both: by its name, else as those of its kernel do."""
    if _TRANSPOSED.search(layer.name):
        return True
    if layer.kernel % 2 == 0:
        return True
    convolutions = [each for each in layers if each.kind == "conv" and not _is_square(each)]
    if not convolutions:
        return False
    return bool(convolutions[0].weight.shape[0] > convolutions[0].weight.shape[1])
