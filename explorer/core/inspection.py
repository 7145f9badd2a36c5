"""What a model is: read from its card where it has one, judged by what goes in and out where not."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from explorer.core import guard
from explorer.core.card import ModelCard
from explorer.core.graph import ModelFile, Port, read_model
from explorer.core.problem import Problem
from explorer.core.roles import Frame, Roles, Sources, roles, sources, with_shape
from explorer.core.tables import table_rows
from explorer.core.trial import Seen, Trial, run_trial

_IN_WORDS = {
    "generator": "a generator (a latent in, a picture out)",
    "encoder": "an encoder (a picture in, a latent out)",
    "critic": "a critic (a picture in, one number out)",
    "translator": "a translator (a picture in, a picture out)",
    "unknown": "not understood",
}


@dataclass(frozen=True)
class Inspection:
    """What was found in a model file.

    Attributes
    ----------
    kind : str
        ``generator``, ``encoder``, ``critic``, ``translator`` or ``unknown``.
    card : ModelCard
        The file's own, corrected where the graph says otherwise; or one made by looking.
    batch : int or "dynamic"
        How many pictures one run takes.
    inputs, outputs : tuple of Port
        What the graph itself declares.
    problems : tuple of str
        One sentence each: what is wrong, or had to be guessed.
    roles : Roles or None
        Which input and output play which part; None for the unknown kind.
    """

    kind: str
    card: ModelCard
    batch: int | Literal["dynamic"]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    problems: tuple[str, ...] = ()
    roles: Roles | None = field(default=None, repr=False)


def inspect(path: Path, *, trusted: bool = False, cache: Path | None = None) -> Inspection:
    """What the model in ``path`` is.

    Parameters
    ----------
    path : Path
    trusted : bool
        The file was made here: no child process tries it first. Bundled models are always trusted.
    cache : Path or None
        Where files that passed are remembered; None takes the user's cache folder.

    Raises
    ------
    Problem
        It cannot be read, is no ONNX model, is refused, or fails when it runs.
    """
    return examine(read_model(path), trusted=trusted, cache=cache)


def examine(file: ModelFile, *, trusted: bool = False, cache: Path | None = None) -> Inspection:
    """What a parsed model is; as `inspect`."""
    trusted = trusted or guard.is_bundled(file.path)
    card, problems = _own_card(file)
    trial = None
    if not (trusted and card and _declared(file)):
        trial = run_trial(file) if trusted else guard.tried(file, cache)
    found = _roles(file, trial)
    if found is None:
        return _unknown(file, card)
    batch = found.sources.batch
    if trial and batch == "dynamic" and not trial.dynamic:
        batch = 1
        problems += ("It takes one picture at a time, although it leaves the batch size open.",)
    if card:
        made, more = _corrected(card, found)
    else:
        made, more = _foreign_card(file, found, trial)
    if trial:
        more += _odd_values(found, trial)
    size = "dynamic" if isinstance(batch, str) else batch
    return Inspection(found.kind, made, size, file.inputs, file.outputs, problems + more, found)


def require(inspection: Inspection, path: Path, kind: str) -> Roles:
    """The parts of a model of the wanted kind.

    Raises
    ------
    Problem
        It is of another kind.
    """
    if inspection.kind == kind and inspection.roles:
        return inspection.roles
    if inspection.kind == "unknown":
        raise Problem(f"{path.name} is no {kind} that is understood: {inspection.problems[0]}", _UNKNOWN_HINT)
    raise Problem(
        f"{path.name} is {_IN_WORDS[inspection.kind]}, not {_article(kind)}.", f"Choose {_article(kind)}."
    )


_UNKNOWN_HINT = "A generator takes one latent, and perhaps a class, and gives one picture."


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _own_card(file: ModelFile) -> tuple[ModelCard | None, tuple[str, ...]]:
    if file.card_text is None:
        return None, ()
    try:
        return ModelCard.from_json(file.card_text), ()
    except ValueError as error:
        return None, (f"Its card is damaged ({error}) and was not used.",)


def _declared(file: ModelFile) -> bool:
    """Whether the outputs declare every size but the batch."""
    return all(isinstance(size, int) for port in file.outputs for size in port.shape[1:])


def _roles(file: ModelFile, trial: Trial | None) -> Roles | None:
    inputs = sources(file.inputs)
    if inputs is None:
        return None
    if trial is None:
        return roles(inputs, file.outputs)
    seen = {s.name: s.shape for s in trial.outputs}
    return roles(
        inputs, tuple(with_shape(port, seen[port.name]) for port in file.outputs if port.name in seen)
    )


def _unknown(file: ModelFile, card: ModelCard | None) -> Inspection:
    says = f"It takes {_listed(file.inputs)} and gives {_listed(file.outputs)}."
    made = replace(card or ModelCard(name=_name(file.path)), kind="unknown")
    return Inspection("unknown", made, "dynamic", file.inputs, file.outputs, (says,))


def _listed(ports: tuple[Port, ...]) -> str:
    words = [f"{p.name} ({p.dtype or 'no tensor'} {'×'.join(str(s or '?') for s in p.shape)})" for p in ports]
    return " and ".join(words[:4]) + (" and more" if len(words) > 4 else "") if words else "nothing"


def _name(path: Path) -> str:
    return (
        path.parent.name
        if path.stem in ("generator", "encoder", "critic") and path.parent.name
        else path.stem
    )


def _frame(found: Roles) -> Frame:
    return found.drawn or found.shown or Frame("NCHW", 0, 0, 0)


def _latent_size(found: Roles) -> int:
    if found.kind == "encoder":
        return math.prod(int(size) for size in found.result.shape[1:])
    return found.sources.width if found.kind == "generator" else 0


def _shown_channels(channels: int) -> int:
    return 3 if channels == 4 else channels


def _facts(found: Roles) -> dict[str, Any]:
    frame = _frame(found)
    return {
        "kind": found.kind,
        "latent_size": _latent_size(found),
        "layout": frame.layout,
        "height": frame.height,
        "width": frame.width,
        "channels": _shown_channels(frame.channels),
    }


def _corrected(card: ModelCard, found: Roles) -> tuple[ModelCard, tuple[str, ...]]:
    """The file's own card, but with what the graph shows; a critic's latent size is its generator's."""
    facts = _facts(found)
    if found.kind in ("critic", "translator"):
        del facts["latent_size"]
    wrong = [name for name, value in facts.items() if getattr(card, name) != value]
    says = tuple(f"Its card says {n} {getattr(card, n)}, its graph {facts[n]}." for n in wrong)
    return replace(card, **facts), says


def _foreign_card(file: ModelFile, found: Roles, trial: Trial | None) -> tuple[ModelCard, tuple[str, ...]]:
    says: tuple[str, ...] = ()
    card = replace(ModelCard(name=_name(file.path)), **_facts(found))
    seen = _seen(found, trial)
    if found.drawn and seen:
        value_range, said = value_range_of(seen, found.result.dtype)
        card, says = replace(card, value_range=value_range), (*says, *said)
    elif found.shown:
        says += ("It does not say which values its pictures have; -1 to 1 is assumed.",)
    if found.kind == "generator":
        says += ("It does not say how its latents are distributed; standard normal is assumed.",)
        classes, said = _classes(file, found.sources)
        card, says = replace(card, classes=classes), (*says, *said)
    if _frame(found).channels == 4:
        says += ("Its pictures have an alpha channel, which is left out.",)
    if _frame(found).layout == "flat" and _frame(found).channels == 3:
        says += ("Its pictures are flat; channels are taken to come first.",)
    return card, says


def _seen(found: Roles, trial: Trial | None) -> Seen | None:
    return next((s for s in trial.outputs if s.name == found.result.name), None) if trial else None


def value_range_of(seen: Seen, dtype: str) -> tuple[tuple[float, float], tuple[str, ...]]:
    """What black and white are, judged by a few pictures, and what had to be guessed."""
    low, high = seen.low, seen.high
    if dtype == "uint8":
        return (0.0, 255.0), ()
    for black, white in ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)):
        if black - 0.002 <= low and high <= white + 0.002:
            return (black, white), ()
    said = f"Its test pictures run from {low:.3g} to {high:.3g}; "
    if low >= -2.0 and high <= 2.0:
        return (-1.0, 1.0), (said + "-1 to 1 is shown and the rest is clipped.",)
    if low == high:
        return (low - 1.0, low + 1.0), (said + "they are all one colour.",)
    return (low, high), (said + "these are taken as black and white.",)


def _classes(file: ModelFile, inputs: Sources) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if inputs.label is None:
        return (), ()
    count = inputs.classes or table_rows(file.proto.graph, inputs.label.name)
    if count:
        return tuple(str(index) for index in range(count)), ()
    return ("0",), ("It takes a class, but not how many there are could be found; only class 0 is drawn.",)


def _odd_values(found: Roles, trial: Trial) -> tuple[str, ...]:
    seen = _seen(found, trial)
    return () if seen is None or seen.finite else ("Some of its values are not finite numbers.",)
