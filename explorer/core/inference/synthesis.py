"""The two files of a style-based model as one: a mapping from z to w, and a synthesis of pictures from w."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from explorer.core.inference.flattening import flattened, style_shape
from explorer.core.inference.style_space import StyleLayer, count_of, style_layers, with_offsets
from explorer.core.models.card import ModelCard
from explorer.core.models.foreign import class_names
from explorer.core.models.graph import ModelFile, Port
from explorer.core.models.inputs import Sources, sources
from explorer.core.models.inspection import Inspection, declares_sizes, examine, sized
from explorer.core.models.own_card import own_card
from explorer.core.models.policy import read_model
from explorer.core.models.roles import Roles
from explorer.core.problem import Problem
from explorer.paths import is_bundled

_HINT = "Export both again together, or move mapping.onnx away."


@dataclass(frozen=True, eq=False)
class StylePair:
    """A style-based model, parsed and examined.

    Attributes
    ----------
    synthesis : ModelFile
        Flattened: its main input is a row of styles * style_size.
    inspection : Inspection
        Of the whole: its card tells of z, its roles of the row.
    mapping : ModelFile
    sources : Sources
        What the mapping takes.
    result : Port
        What it gives, (N, style_size) or (N, layers, style_size) with all layers alike.
    layers : tuple of StyleLayer
        Of the synthesis, as far as they were found.
    """

    synthesis: ModelFile
    inspection: Inspection
    mapping: ModelFile
    sources: Sources
    result: Port
    layers: tuple[StyleLayer, ...] = ()


def examine_pair(generator: Path, mapping: Path, *, trusted: bool = False) -> StylePair:
    """What a style-based model is.

    Parameters
    ----------
    generator, mapping : Path
        ``generator.onnx`` and ``mapping.onnx`` of one folder.
    trusted : bool
        As for `explorer.core.models.inspection.inspect`; both files are tried where they are foreign.

    Raises
    ------
    Problem
        One of them cannot be used, or they do not fit together.
    """
    file, made = read_model(generator), read_model(mapping)
    row = flattened(file)
    layers, numbers = style_shape(file)
    taken, result = _mapping_parts(made, trusted=trusted)
    if result.shape[-1] != numbers:
        raise Problem(
            f"{mapping.name} gives a w of {result.shape[-1]} numbers; {generator.name} takes one of {numbers}.",
            _HINT,
        )
    found = examine(row, trusted=trusted, styles=True)
    classes, said = _classes(file, made, taken, result, found.card)
    card = replace(found.card, latent_size=taken.width, styles=layers, style_size=numbers, classes=classes)
    return StylePair(
        row,
        replace(found, card=card, inputs=file.inputs, problems=found.problems + said),
        made,
        taken,
        result,
        style_layers(file),
    )


def in_rows(file: ModelFile, inspection: Inspection, layers: tuple[StyleLayer, ...]) -> tuple[ModelFile, Inspection]:
    """A synthesis that takes rows: the w of all layers, then what is added to each channel of StyleSpace.

    Parameters
    ----------
    file : ModelFile
    inspection : Inspection
        Of the whole, as that of a `StylePair`.
    layers : tuple of StyleLayer
    """
    row, found, card = with_offsets(file, layers), inspection.roles, inspection.card
    taken = sources(row.inputs)
    assert found is not None and taken is not None
    size = card.styles * card.style_size + count_of(layers)
    card = replace(card, latent_size=size, styles=0, style_size=0)
    return row, replace(inspection, card=card, roles=replace(found, sources=taken))


def _mapping_parts(file: ModelFile, *, trusted: bool) -> tuple[Sources, Port]:
    taken, ports = sources(file.inputs), file.outputs
    trusted = trusted or is_bundled(file.path)
    if not (trusted and declares_sizes(file)):
        from explorer.core.models.guard import trial_of

        ports = sized(ports, trial_of(file, trusted=trusted))
    result = next((port for port in ports if len(port.shape) in (2, 3)), None)
    if taken is None or not taken.width or result is None:
        raise Problem(f"{file.path.name} is not a mapping: it does not take a latent and give a w.", _HINT)
    return taken, result


def _classes(
    file: ModelFile, mapping: ModelFile, taken: Sources, result: Port, card: ModelCard
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the classes, and what had to be guessed: of the mapping, else of the synthesis."""
    if taken.label is None:
        return card.classes, ()
    named, said = class_names(mapping, Roles("generator", taken, result))
    own, _ = own_card(file)
    told = own.classes if own else ()
    return (told, ()) if told and (len(told) == len(named) or said) else (named, said)
