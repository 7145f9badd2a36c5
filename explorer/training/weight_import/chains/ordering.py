"""The order of layers found again by their shapes, where a file keeps its tensors by the alphabet."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.training.weight_import.layers import WeightLayer, in_natural_order

_MOST_LAYERS = 24
_MOST_TRIES = 2_000


def by_shapes(layers: list[WeightLayer]) -> Iterator[list[WeightLayer]]:
    """Orders in which each layer takes what the one before it gives, and each normalisation follows its layer.

    Layers whose place the shapes leave open stand in the order of their names.
    """
    weighted = in_natural_order([layer for layer in layers if layer.has_weight])
    others = in_natural_order([layer for layer in layers if not layer.has_weight])
    if not 1 < len(weighted) <= _MOST_LAYERS or any(layer.kind == "other" for layer in others):
        return
    tries = [0]
    for order in _orders(weighted, [], tries):
        placed = _with_norms(order, others)
        if placed is not None:
            yield placed


def _orders(left: list[WeightLayer], taken: list[WeightLayer], tries: list[int]) -> Iterator[list[WeightLayer]]:
    if not left:
        yield taken
        return
    for place, layer in enumerate(left):
        tries[0] += 1
        if tries[0] > _MOST_TRIES:
            return
        if not taken or _fits(taken[-1], layer):
            yield from _orders(left[:place] + left[place + 1 :], [*taken, layer], tries)


def _fits(before: WeightLayer, layer: WeightLayer) -> bool:
    """Whether one layer may take what the other gives."""
    given = _widths(before)[1]
    if layer.kind == "dense":
        return before.kind == "dense" and given == {int(layer.weight.shape[1])}
    wanted = _widths(layer)[0]
    if before.kind == "conv":
        return bool(given & wanted)
    return any(number % width == 0 for number in given for width in wanted)


def _widths(layer: WeightLayer) -> tuple[set[int], set[int]]:
    """How many channels a layer may take and give: a convolution's weights may be meant either way."""
    first, second = int(layer.weight.shape[0]), int(layer.weight.shape[1])
    return ({second}, {first}) if layer.kind == "dense" else ({first, second}, {first, second})


def _with_norms(order: list[WeightLayer], others: list[WeightLayer]) -> list[WeightLayer] | None:
    """The layers with each normalisation behind the first layer that gives its width and has none yet."""
    behind: dict[int, WeightLayer] = {}
    for norm in others:
        width = len(norm.weight)
        place = next(
            (
                i
                for i, layer in enumerate(order[:-1])
                if i not in behind and width in _widths(layer)[1] - _taken(order, i)
            ),
            None,
        )
        if place is None:
            return None
        behind[place] = norm
    placed: list[WeightLayer] = []
    for place, layer in enumerate(order):
        placed += [layer, behind[place]] if place in behind else [layer]
    return placed


def _taken(order: list[WeightLayer], place: int) -> set[int]:
    """What the layer at ``place`` takes from the one before it, where that is not what it gives as well."""
    first, second = (int(size) for size in order[place].weight.shape[:2])
    if place == 0 or order[place].kind == "dense" or first == second:
        return set()
    return _widths(order[place - 1])[1] & {first, second} if order[place - 1].kind == "conv" else set()
