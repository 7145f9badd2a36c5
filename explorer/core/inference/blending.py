"""Two style-based generators of one shape as one: coarse layers of the first, fine layers of the second.

Layer swapping after Pinkney and Adler, "Resolution Dependent GAN Interpolation" (2020): where one model was fine-tuned
from the other, coarse layers decide pose and shape, and fine ones texture. It is done in the graphs that this program
writes, whose weights are known by the names of their layers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.graph_shapes import tensor_shapes
from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile
from explorer.core.models.onnx_parts import ModelProto, NodeProto, TensorProto, made_tensor, numpy_helper
from explorer.core.problem import Problem

_PRODUCER = "latent-explorer"
_LAYER = re.compile(r"(blocks|layers)\.(\d{1,3})\..+")
_MARGIN_PX = 10  # around the pictures of StyleGAN3, on each side, in all layers but the last two
_WIDEST = 10.0
_SHOWN, _SHOWN_PSI = 4, 0.7
_LARGE = 256**2  # pixels above which one sample is drawn
_HINT = "Choose two StyleGANs of the same shape, such as a model and one that was trained further from it."

Numbers = NDArray[Any]
_Pair = tuple[Numbers, Numbers]


@dataclass(frozen=True)
class Blend:
    """From where on the second model's layers are taken, and how softly.

    Attributes
    ----------
    side : int
        Of the coarsest layers of the second, in pixels.
    width : float
        Doublings of the side over which one goes over into the other; 0 changes at once.
    """

    side: int
    width: float = 0.0

    def share(self, side: int) -> float:
        """How much of the second model a layer of that side is made of, 0 to 1 (Pinkney and Adler, equation 1)."""
        beyond = math.log2(side / self.side) + 0.5  # the middle lies between this side and half of it
        if self.width == 0.0:
            return float(beyond > 0.0)
        return 1.0 / (1.0 + math.exp(-beyond / self.width))


def layer_sides(model: ModelProto, name: str) -> tuple[int, ...]:
    """The side of each layer's picture, (layers,), in pixels, of a synthesis that this program wrote.

    Raises
    ------
    Problem
        It was written by another program, or is no StyleGAN.
    """
    counts = [int(found[2]) for tensor in model.graph.initializer if (found := _LAYER.fullmatch(tensor.name))]
    if model.producer_name != _PRODUCER or not counts:
        raise Problem(f"{name} is not a StyleGAN that this program converted or trained.", _HINT)
    shapes = tensor_shapes(model)
    if any(tensor.name == "start" for tensor in model.graph.initializer):
        start = next(tensor for tensor in model.graph.initializer if tensor.name == "start")
        return tuple(min(start.dims[2:]) << number for number in range(max(counts) + 1))
    into = [_into(model, number, shapes) for number in range(max(counts) + 1)]
    last = shapes.get(model.graph.output[0].name, (0, 0, 0, 0))[-1]
    made = [*into[1:], last]
    return tuple(max(side - 2 * _MARGIN_PX, 1) if at < len(made) - 2 else side for at, side in enumerate(made))


def switch_sides(model: ModelProto, name: str) -> tuple[int, ...]:
    """The sides from which another model's layers can be taken, the smallest first; raises as `layer_sides`."""
    return tuple(sorted(set(layer_sides(model, name)))[1:])


def check_blend(first: ModelFile, second: ModelFile, blend: Blend, names: tuple[str, str]) -> None:
    """Refuse what cannot be blended, in a sentence.

    Raises
    ------
    Problem
        They are not built alike, or the switch-over cannot be.
    """
    sides = switch_sides(first.proto, names[0])
    switch_sides(second.proto, names[1])
    _check_alike(first.proto, second.proto, names)
    if blend.side not in sides:
        listed = ", ".join(map(str, sides))
        raise Problem(f"The two models cannot be joined at {blend.side} pixels.", f"Choose one of {listed}.")
    if not 0.0 <= blend.width <= _WIDEST:
        raise Problem(f"A change-over cannot be {blend.width:g} doublings wide.", f"Choose from 0 to {_WIDEST:g}.")


def blended(first: ModelFile, second: ModelFile, blend: Blend, names: tuple[str, str]) -> ModelProto:
    """The synthesis with coarse layers of the first and fine ones of the second; raises as `check_blend`.

    Where a layer is made of both, its weights, as they take effect, are joined straight.
    """
    check_blend(first, second, blend, names)
    shares = [blend.share(side) for side in layer_sides(first.proto, names[0])]
    made = ModelProto()
    made.CopyFrom(first.proto)
    own, other = _tensors(first.proto), _tensors(second.proto)
    for tensor in made.graph.initializer:
        if (number := _layer_of(tensor.name)) is not None:
            tensor.CopyFrom(_joined(tensor.name, own, other, shares[number]))
    _take_numbers(made, second.proto, shares)
    return made


def blended_card(first: ModelCard, second: ModelCard, blend: Blend, hashes: tuple[str, str]) -> ModelCard:
    """What the new model says of itself: what it is made of, and where both come from."""
    told = f"{first.name} below {blend.side} pixels, {second.name} from there on"
    told += f", over {blend.width:g} doublings" if blend.width else ""
    both = zip(("coarse", "fine"), (first, second), hashes, strict=True)
    made = {part: {"name": card.name, "hash": digest} for part, card, digest in both}
    return replace(
        first,
        name=f"{first.name} + {second.name}",
        config={"blend": {**made, "from": blend.side, "width": blend.width}},
        data=_both(f"Layers of {told}. {first.data}", second.data, " "),
        licence=_both(first.licence, second.licence),
        attribution=_both(first.attribution, second.attribution),
        steps=0,
        seed=None,
        parity=None,
        hold_out=None,
        seeds=(),
    )


def save_blend(folder: Path, first: tuple[Path, Path], second: Path, blend: Blend) -> None:
    """Write the blend of two models as a folder of its own, with the mapping of the first.

    Parameters
    ----------
    folder : Path
        New, or empty.
    first : (Path, Path)
        The generator and the mapping of the model that gives the coarse layers.
    second : Path
        The generator that gives the fine ones.
    blend : Blend

    Raises
    ------
    Problem
        As `check_blend`, or something cannot be read or written.
    """
    from explorer.core.files import new_folder
    from explorer.core.models.card import CARD_KEY
    from explorer.core.models.own_card import own_card
    from explorer.core.models.policy import read_model

    files = read_model(first[0]), read_model(second)
    cards = [own_card(file)[0] or ModelCard() for file in files]
    cards = [replace(c, name=c.name or file.path.parent.name) for c, file in zip(cards, files, strict=True)]
    names = (cards[0].name, cards[1].name)
    made = blended(*files, blend, names)
    card = blended_card(cards[0], cards[1], blend, (files[0].hash, files[1].hash))
    for entry in [entry for entry in made.metadata_props if entry.key == CARD_KEY]:
        made.metadata_props.remove(entry)
    made.metadata_props.add(key=CARD_KEY, value=card.to_json())
    mapping = read_model(first[1]).proto.SerializeToString()
    with new_folder(folder) as draft:
        (draft / "generator.onnx").write_bytes(made.SerializeToString())
        (draft / "mapping.onnx").write_bytes(mapping)
        _save_preview(draft)


def _save_preview(folder: Path) -> None:
    """Draw a few samples, a little truncated, which shows too that the model runs."""
    from explorer.core.inference.generator import Generator
    from explorer.core.rendering.latents import sample
    from explorer.core.rendering.picture_files import save_png, sheet
    from explorer.core.rendering.renderer import renderer_of
    from explorer.core.rendering.scene import Scene

    generator = Generator.open(folder / "generator.onnx", "cpu", trusted=True)
    try:
        renderer, card = renderer_of(generator), generator.card
        count = _SHOWN if card.height * card.width <= _LARGE else 1
        label = 0 if card.classes else None
        scenes = [Scene(z=sample(seed, card.latent_size), label=label, truncation=_SHOWN_PSI) for seed in range(count)]
        pictures = np.stack([renderer.render(scene).picture for scene in scenes])
    finally:
        generator.close()
    save_png(folder / "preview.png", sheet(pictures, columns=min(count, 2), gap=0))


def _both(one: str, other: str, between: str = "; ") -> str:
    return between.join(dict.fromkeys(text for text in (one.strip(), other.strip()) if text))


def _layer_of(name: str) -> int | None:
    """The layer that a tensor belongs to; what is before all layers belongs to the first."""
    found = _LAYER.fullmatch(name)
    if found is not None:
        return int(found[2])
    return 0 if name == "start" or name.startswith("features.") else None


def _into(model: ModelProto, number: int, shapes: Mapping[str, tuple[int, ...]]) -> int:
    """The side of what goes into a layer of StyleGAN3."""
    weight = f"layers.{number}.weight"
    node = next(node for node in model.graph.node if node.op_type == "Conv" and node.input[1] == weight)
    return shapes.get(node.input[0], (0, 0, 0, 0))[-1]


def _tensors(model: ModelProto) -> dict[str, TensorProto]:
    return {tensor.name: tensor for tensor in model.graph.initializer}


def _check_alike(first: ModelProto, second: ModelProto, names: tuple[str, str]) -> None:
    own, other = _tensors(first), _tensors(second)
    if ("start" in own) is not ("start" in other):
        kinds = ("a StyleGAN2", "a StyleGAN3") if "start" in own else ("a StyleGAN3", "a StyleGAN2")
        raise Problem(f"{names[0]} is {kinds[0]}, {names[1]} {kinds[1]}.", _HINT)
    for name in own:
        number, both = _layer_of(name), (own[name], other.get(name))
        if number is not None and both[1] is None:
            raise Problem(f"{names[1]} lacks a layer that {names[0]} has ({name}).", _HINT)
        if both[1] is not None and tuple(both[0].dims) != tuple(both[1].dims):
            sizes = " and ".join(" × ".join(map(str, each.dims)) for each in both if each is not None)
            raise Problem(f"{names[0]} and {names[1]} do not have the same shape: {name} is {sizes}.", _HINT)
        if number is None and not _is_number(name) and (both[1] is None or not _equal(both[0], both[1])):
            raise Problem(f"{names[0]} and {names[1]} are built differently ({name}).", _HINT)
    operators = [[node.op_type for node in model.graph.node] for model in (first, second)]
    missing = next((name for name in other if _layer_of(name) is not None and name not in own), None)
    if missing is not None or operators[0] != operators[1]:
        raise Problem(f"{names[0]} and {names[1]} are built differently.", _HINT)


def _is_number(name: str) -> bool:
    """Whether a constant is a single number, named by its value."""
    return name.startswith("number ")


def _equal(one: TensorProto, other: TensorProto) -> bool:
    return bool(np.array_equal(numpy_helper.to_array(one), numpy_helper.to_array(other)))


def _joined(name: str, own: Mapping[str, TensorProto], other: Mapping[str, TensorProto], share: float) -> TensorProto:
    """A tensor of both models, ``share`` of it of the second."""
    if share in (0.0, 1.0):
        return (own, other)[int(share)][name]
    pair = numpy_helper.to_array(own[name]), numpy_helper.to_array(other[name])
    if name.endswith(".energy"):
        weight = f"{name.removesuffix('.energy')}.weight"
        weights = numpy_helper.to_array(own[weight]), numpy_helper.to_array(other[weight])
        value = _energy(weights, pair, share, turned=not name.endswith(".grow.energy"))
    else:
        value = _between(*pair, share)
    return made_tensor(value.astype(pair[0].dtype), name)


def _between(one: Numbers, other: Numbers, share: float) -> Numbers:
    joined: Numbers = (1.0 - share) * one.astype(np.float64) + share * other.astype(np.float64)
    return joined


def _energy(weights: _Pair, energies: _Pair, share: float, *, turned: bool) -> Numbers:
    """The squares by which a layer's outputs are brought to unit variance, (before, after), of joined weights.

    These are (after, before, height, width) where they are ``turned``, as those of every layer that does not grow.
    """
    squares = np.square(_between(*weights, share)).sum(axis=(2, 3))
    scales = [
        float(energy.sum(dtype=np.float64) / np.square(weight, dtype=np.float64).sum())
        for energy, weight in zip(energies, weights, strict=True)
    ]
    power = _between(np.array(1.0 / scales[0]), np.array(1.0 / scales[1]), share)  # gain² of the layer
    made: Numbers = (squares.T if turned else squares) / power
    return made


def _take_numbers(made: ModelProto, second: ModelProto, shares: list[float]) -> None:
    """Let layers that are mostly of the second model take its single numbers, which are named by their values."""
    known, theirs = _tensors(made), _tensors(second)
    for number, mine, other in _layered(made, second):
        if shares[number] >= 0.5:
            for place, name in enumerate(other.input):
                if _is_number(name) and mine.input[place] != name:
                    mine.input[place] = name
                    if name not in known:
                        made.graph.initializer.append(theirs[name])
                        known[name] = theirs[name]


def _layered(first: ModelProto, second: ModelProto) -> Iterator[tuple[int, NodeProto, NodeProto]]:
    """The nodes of both, side by side, with the number of the layer that was begun last."""
    number = 0
    for one, other in zip(first.graph.node, second.graph.node, strict=True):
        found = [layer for name in one.input if (layer := _layer_of(name)) is not None]
        number = found[0] if found else number
        yield number, one, other
