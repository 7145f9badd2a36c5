"""What a model is: read from its card where it has one, judged by what goes in and out where not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from explorer.core.models.card import ModelCard
from explorer.core.models.classifying import attributes_of, could_classify, names_classes
from explorer.core.models.foreign import (
    Said,
    as_told,
    card_by_looking,
    class_names,
    doubtful,
    facts,
    name_of,
    picture_guesses,
)
from explorer.core.models.graph import ModelFile, Port
from explorer.core.models.inputs import sources
from explorer.core.models.interpretations import Interpretations, Reading, checked
from explorer.core.models.own_card import own_card
from explorer.core.models.policy import read_model
from explorer.core.models.roles import MEASURING, Frame, Roles, measuring_roles, roles, told_roles
from explorer.core.models.wrong_kind import WrongKind
from explorer.core.problem import Problem
from explorer.core.rendering.transparency import colours_of, has_alpha
from explorer.core.words import plain
from explorer.paths import is_bundled

if TYPE_CHECKING:
    from explorer.core.models.probe import Trial

_IN_WORDS = {
    "generator": "a generator (a latent in, a picture out)",
    "encoder": "an encoder (a picture in, a latent out)",
    "critic": "a critic (a picture in, one number out)",
    "classifier": "a classifier (a picture in, its attributes out)",
    "translator": "a translator (a picture in, a picture out)",
    "mapping": "a mapping (a latent in, a w out, for the generator that lies beside it)",
    "likelihood": "a likelihood (a picture in, bits per dimension out)",
    "surprise": "a map of surprise (a picture in, the bits of each pixel out)",
    "sampler": "a sampler (one step of a painting)",
    "row": "what a row knows about those above it (a part of the sampler that lies beside it)",
    "dream": "a dream (a state and an action in, the next state out)",
    "controller": "a controller (the state of a dream in, actions out)",
    "text": "a network of sentences (words in, a part of a latent out, for the generator that lies beside it)",
    "pixel": "what a pixel may be, given its row (a part of the sampler that lies beside it)",
}
_HINT = "A generator takes one latent, and perhaps a class, and gives one picture."
_USES = {"translator": "Draw with it in the window, or give it pictures: python -m explorer translate MODEL PICTURE."}
_TAKES_ONE = "A translator takes one picture, grey or in colour, and perhaps a latent, and gives one picture."
_ROWS = "If it gives rows of pixels, say of what size: python -m explorer inspect FILE --sides WIDTH HEIGHT."
_UNSTEADY = "The same input gave different results twice: it draws random numbers, or still behaves as in training."
NOT_FINITE = "Its test run gave values that are not finite numbers: its weights may be damaged."
_RANDOM = "It draws random numbers of its own: the same latent gives different pictures."
_WITH_PORTS = ("sampler", "row", "pixel", "dream", "controller", "text")  # whose inputs and outputs have set names
_DRAWS = (
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
    "Bernoulli",
    "Multinomial",
)


@dataclass(frozen=True)
class Inspection:
    """What was found in a model file.

    Attributes
    ----------
    kind : str
        ``generator``, ``encoder``, ``critic``, ``classifier``, ``translator``, ``mapping``, ``likelihood``,
        ``surprise``, ``sampler``, ``row``, ``pixel``, ``dream``, ``controller`` or ``text`` where its card says so,
        or ``unknown``.
    card : ModelCard
        The file's own, corrected where the graph says otherwise; or one made by looking.
    batch : int or "dynamic"
        How many pictures one run takes.
    inputs, outputs : tuple of Port
        What the graph itself declares.
    problems : tuple of str
        One sentence each: what is wrong, or had to be guessed.
    roles : Roles or None
        Which input and output play which part; None for a mapping, a sampler and the unknown kind.
    doubts : tuple of str
        Those of the problems that a person who sees the pictures can settle.
    guessed : bool
        Whether the card was made by looking, so that it may be said otherwise.
    """

    kind: str
    card: ModelCard
    batch: int | Literal["dynamic"]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    problems: tuple[str, ...] = ()
    roles: Roles | None = field(default=None, repr=False)
    doubts: tuple[str, ...] = ()
    guessed: bool = False

    def __post_init__(self) -> None:
        for name in ("problems", "doubts"):  # which name inputs, and what is wrong in a card
            object.__setattr__(self, name, tuple(plain(said) for said in getattr(self, name)))

    @property
    def chance(self) -> str:
        """Which of the problems says that the same input gives different results; "" where it does not."""
        return next((said for said in self.problems if said in (_RANDOM, _UNSTEADY)), "")


def inspect(path: Path, *, trusted: bool = False) -> Inspection:
    """What the model in ``path`` is.

    Parameters
    ----------
    path : Path
    trusted : bool
        The file was made here: no child process tries it first. Bundled models are always trusted.

    Raises
    ------
    Problem
        It cannot be read, is no ONNX model, is refused, or fails when it runs.
    """
    return examine(read_model(path), trusted=trusted)


def examine(
    file: ModelFile,
    *,
    trusted: bool = False,
    reading: Reading | None = None,
    styles: bool = False,
) -> Inspection:
    """What a parsed and checked model is; as `inspect`.

    Parameters
    ----------
    reading : mapping, optional
        What a person says of its pictures; None takes what this user said before. The model's own card goes first.
    styles : bool
        It is a flattened synthesis, whose card speaks of z.
    """
    trusted = trusted or is_bundled(file.path)
    card, problems = own_card(file)
    card = _of_row(card, file) if styles and card else card
    trial = None
    if not (trusted and card and declares_sizes(file)):
        from explorer.core.models.guard import trial_of  # a bundled model with a card need not wait for it

        trial = trial_of(file, trusted=trusted, styles=styles)
    if card and card.kind == "mapping":
        return Inspection("mapping", card, "dynamic", file.inputs, file.outputs, problems)
    if card and card.kind in _WITH_PORTS:
        from explorer.core.models.ports.port_inspection import inspected_ports

        return inspected_ports(file, card, trial, problems)
    told = {} if card else Interpretations().of(file.hash) if reading is None else checked(reading)
    found = _roles(file, trial, told, card.kind if card else "")
    if found is None:
        return _unknown(file, card, problems)
    if (card.kind == "classifier" and could_classify(found)) if card else names_classes(file, found):
        found = replace(found, kind="classifier")
    batch = found.sources.batch
    if trial and batch == "dynamic" and not trial.dynamic:
        batch = 1
        problems += ("It takes one picture at a time, although it leaves the batch size open.",)
    seen = next((s for s in trial.outputs if s.name == found.result.name), None) if trial else None
    guessed = card is None
    doubts: Said = ()
    if card:
        card, said = _corrected(file, card, found)
        said += (NOT_FINITE,) if seen is not None and not seen.finite else ()
    else:
        found, refused = as_told(found, told)
        card, said = card_by_looking(file, found, seen, told)
        doubts = doubtful(said)
        said = refused + said
    if found.kind == "classifier" and len(card.attributes) != found.numbers:
        counted = f"Its card names {len(card.attributes)} attributes, its graph gives {found.numbers}."
        attributes, more = attributes_of(file, found, told.get("classes", ()))
        card, said = replace(card, attributes=attributes), (*said, *(() if guessed else (counted,)), *more)
    return Inspection(
        found.kind,
        card,
        batch,
        file.inputs,
        file.outputs,
        problems + said + tuple(held.says for held in found.sources.held) + chance_of(file, trial),
        found,
        doubts,
        guessed,
    )


def as_classifier(file: ModelFile, inspection: Inspection) -> Inspection:
    """The same model as a classifier, where it has the shapes of one and no card of its own says otherwise.

    What comes from elsewhere is taken for an encoder or a critic by its shapes; whoever opens it as a
    classifier knows better.
    """
    found = inspection.roles
    if found is None or found.kind == "classifier" or not could_classify(found) or own_card(file)[0]:
        return inspection
    attributes, said = attributes_of(file, found, Interpretations().of(file.hash).get("classes", ()))
    card = replace(inspection.card, kind="classifier", latent_size=0, attributes=attributes)
    return replace(
        inspection,
        kind="classifier",
        card=card,
        roles=replace(found, kind="classifier"),
        problems=inspection.problems + said,
    )


def require(inspection: Inspection, path: Path, kind: str) -> Roles:
    """The parts of a model of the wanted kind.

    Raises
    ------
    WrongKind
        It is of another kind.
    Problem
        It is of none that is known.
    """
    if inspection.kind == kind and inspection.roles:
        return inspection.roles
    wanted = f"an {kind}" if kind == "encoder" else f"a {kind}"
    if inspection.kind == "unknown":
        damage, says = inspection.problems[:-1], inspection.problems[-1]
        if damage:  # of its card, without which nobody knows what it is for
            raise Problem(f"{path.name} is not understood. {damage[0]}", f"Export it again. {says}")
        rows = kind == "generator" and any(len(port.shape) == 2 for port in inspection.outputs)
        hint = f"{_HINT} {_ROWS}" if rows else _TAKES_ONE if kind == "translator" else _HINT
        raise Problem(f"{path.name} is not {wanted} that is understood. {says}", hint)
    found, what = inspection.roles, f"{path.name} is {_IN_WORDS[inspection.kind]}, not {wanted}."
    numbers = found.numbers if found and found.drawn is None else 0
    card = replace(inspection.card, kind=inspection.kind)
    hint = _USES.get(inspection.kind, f"Choose {wanted}.")
    raise WrongKind(what, hint, path, card, numbers, not inspection.guessed)


def _of_row(card: ModelCard, file: ModelFile) -> ModelCard:
    """The card of a flattened synthesis: what it says of z and of classes is the mapping's affair."""
    taken = sources(file.inputs)
    if taken is None:
        return card
    return replace(card, latent_size=taken.width, classes=() if taken.label is None else card.classes)


def declares_sizes(file: ModelFile) -> bool:
    """Whether the outputs declare every size but the batch, so that a file that is trusted need not be tried."""
    return all(port.shape and all(isinstance(size, int) for size in port.shape[1:]) for port in file.outputs)


def _roles(file: ModelFile, trial: Trial | None, told: Reading, kind: str) -> Roles | None:
    """The parts that inputs and outputs play; rows of pixels may be pictures of any sides, if a person says which.

    ``kind`` is what its card says that it is, else "".
    """
    inputs, outputs = sources(file.inputs, kind), file.outputs
    if inputs is None:
        return None
    outputs = sized(outputs, trial)
    if kind in MEASURING:
        return measuring_roles(inputs, outputs, kind)
    found = roles(inputs, outputs)
    if (found is None or found.kind != "generator") and {"height", "width"} <= told.keys():
        layout, channels = told.get("layout", "flat"), told.get("channels", 1)
        found = told_roles(inputs, outputs, Frame(layout, told["height"], told["width"], channels)) or found
    return found


def sized(outputs: tuple[Port, ...], trial: Trial | None) -> tuple[Port, ...]:
    """Outputs with the sizes that a trial has seen."""
    if trial is None:
        return outputs
    shapes = {seen.name: seen.shape for seen in trial.outputs}
    return tuple(replace(port, shape=shapes[port.name]) for port in outputs if port.name in shapes)


def _unknown(file: ModelFile, card: ModelCard | None, problems: Said) -> Inspection:
    says = f"It takes {_listed(file.inputs)} and gives {_listed(file.outputs)}."
    made = replace(card or ModelCard(name=name_of(file.path)), kind="unknown")
    return Inspection("unknown", made, "dynamic", file.inputs, file.outputs, (*problems, says))


def _listed(ports: tuple[Port, ...]) -> str:
    words = [f"{p.name} ({' × '.join(str(s or '?') for s in p.shape)} {p.dtype or 'of no number'})" for p in ports]
    return " and ".join(words[:4]) + (" and more" if len(words) > 4 else "") if words else "nothing"


def _corrected(file: ModelFile, card: ModelCard, found: Roles) -> tuple[ModelCard, Said]:
    """The file's own card, but with what its graph shows where the two differ."""
    shown = facts(found)
    names, said = class_names(file, found)
    if found.kind in ("generator", *MEASURING) and bool(names) != bool(card.classes):
        shown["classes"] = names
    if len(card.class_shares) not in (0, len(shown.get("classes", card.classes))):
        card = replace(card, class_shares=())
    drawn = found.drawn.channels if found.drawn is not None else 0
    card = replace(card, channels=colours_of(card.channels)) if card.channels == drawn else card
    wrong = [name for name, value in shown.items() if getattr(card, name) != value]
    shown["name"] = card.name or name_of(file.path)
    says = tuple(f"Its card says {n} {getattr(card, n) or 'nothing'}, its graph {shown[n] or 'none'}." for n in wrong)
    says += picture_guesses(found) if has_alpha(drawn) else ()
    return replace(card, **shown), says + (said if "classes" in wrong else ())


def chance_of(file: ModelFile, trial: Trial | None) -> Said:
    """That it draws random numbers of its own, or gave different results for one input, in words."""
    if any(node.op_type in _DRAWS for node in file.proto.graph.node):
        return (_RANDOM,)
    return (_UNSTEADY,) if trial and not trial.steady else ()
