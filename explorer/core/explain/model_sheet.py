"""The sheet of an ONNX model, whoever made it: as far as its graphs and its card tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from explorer.core.explain.explanation import Explanation, SettingMeaning
from explorer.core.explain.graph_layers import graph_network
from explorer.core.models.card import ModelCard
from explorer.core.models.inspection import Inspection, examine
from explorer.core.models.model import bands_beside, model_files
from explorer.core.models.policy import read_model
from explorer.core.models.ports.band_ports import BANDS
from explorer.core.problem import Problem
from explorer.core.words import plain_name

_KINDS = {
    "generator": "Makes pictures from latents.",
    "sampler": "Paints pictures in steps, of which this network is one.",
    "row": "Tells the pixels of a row what lies above them; part of a model that paints pixel by pixel.",
    "pixel": "Says what a pixel may be, given its row; part of a model that paints pixel by pixel.",
    "encoder": "Finds the latents of pictures.",
    "critic": "Scores how real pictures look.",
    "classifier": "Says which attributes pictures have.",
    "translator": "Turns pictures into other pictures.",
    "mapping": "Maps z to w, from which a synthesis paints.",
    "likelihood": "Says how many bits pictures cost: strange ones more.",
    "surprise": "Says how many bits each pixel of a picture costs.",
}


def model_sheet(path: Path, *, trusted: bool = False) -> Explanation:
    """What the model at ``path`` is made of, with the networks that lie beside it.

    Parameters
    ----------
    path : Path
        A folder or an ONNX file.
    trusted : bool
        It was made here: no child tries it first.

    Raises
    ------
    Problem
        It cannot be used; what lies beside it and cannot be used is a remark.
    """
    files = model_files(path)
    parts = {
        "mapping": files.mapping,
        "text": files.text,
        "matcher": files.matcher,
        "generator": files.generator,
        "critic": files.critic,
        "encoder": files.encoder,
        "classifier": files.classifier,
        "likelihood": files.likelihood,
        "surprise": files.surprise,
        **dict(zip(BANDS, bands_beside(files.generator) or (None, None), strict=True)),
    }
    networks, remarks, found = [], [], None
    for role, file in parts.items():
        if file is None:
            continue
        try:
            model = read_model(file)
            looked_at = examine(model, trusted=trusted)
            kind = looked_at.kind if role == "generator" and looked_at.kind != "unknown" else role
            networks.append(graph_network(model.proto, kind))
        except Problem as problem:
            if role == "generator":
                raise
            remarks.append(f"{problem.what} {problem.hint}".strip())
            continue
        if role == "generator":
            found = looked_at
    assert found is not None  # the generator, or the file itself, always is there
    return Explanation(
        plain_name(found.card.name) or files.name,
        _KINDS.get(found.kind, "A network of an unknown kind."),
        tuple(_facts(found)),
        tuple(networks),
        settings=_settings(found.card),
        remarks=(*remarks, *_family_remarks(found.card)),
    )


def _facts(found: Inspection) -> Iterator[tuple[str, str]]:
    card = found.card
    if card.latent_size:
        yield "Latent", f"{card.latent_size:,} dimensions, {card.prior_words}"
    if card.styles:
        yield "W", f"{card.style_size:,} dimensions, for {card.styles} layers"
    if card.width:
        low, high = card.value_range
        colours = {1: "grey", 3: "in colour"}.get(card.channels, f"{card.channels} channels")
        yield "Pictures", f"{card.width:,} × {card.height:,}, {colours}, values from {low:g} to {high:g}"
    if card.classes:
        yield "Classes", f"{len(card.classes):,}"
    if card.family:
        steps = f", trained for {card.steps:,} steps" if card.steps else ""
        yield "Family", plain_name(card.family) + steps
    if card.data:
        yield "Learned from", plain_name(card.data, 300)


def _settings(card: ModelCard) -> tuple[SettingMeaning, ...]:
    return tuple(
        SettingMeaning(plain_name(str(name)), plain_name(str(value)), True, "") for name, value in card.config.items()
    )


def _family_remarks(card: ModelCard) -> tuple[str, ...]:
    if not card.family:
        return ("The file does not say how it was trained, so there is no objective to show.",)
    return ()
