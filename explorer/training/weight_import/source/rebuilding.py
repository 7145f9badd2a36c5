"""From somebody's weights and their author's source to networks and a card."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.core.rendering.dimensions import named
from explorer.training.weight_import.choices import LAST, LATENT, LATENT_OPTIONS, SIZE, asked, asked_size
from explorer.training.weight_import.rebuilt import Choice, Rebuilt
from explorer.training.weight_import.source.class_lists import class_names_in
from explorer.training.weight_import.source.encoders import encoder_of
from explorer.training.weight_import.source.fitting import Fit, Fitting
from explorer.training.weight_import.source.following.limits import NotFollowedError
from explorer.training.weight_import.source.following.reading import Source, read_source
from explorer.training.weight_import.source.painter import SourcePainter, ToBytesRange
from explorer.training.weight_import.source.priors import Prior, normalisation_in, prior_in, prior_of_draw
from explorer.training.weight_import.source.script import Script, told
from explorer.training.weight_import.source.source_entrances import Found, Trials
from explorer.training.weight_import.unwrapping import folded

PARTS = "parts"
_SIDES = (8, 16, 28, 32, 48, 64, 96, 100, 128, 256, 512)


class NoNetworkHere(Problem):
    """A source that has nothing to do with the weights."""


def rebuilt_from(path: Path, tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> tuple[Rebuilt, str]:
    """The networks in a file of weights as a source says, and where in the file they were.

    Parameters
    ----------
    path : Path
        A ``.py`` or a notebook; it is parsed, and nothing in it is run.
    tensors : mapping of str to Tensor
    chosen : mapping of str to str
        Answers to what neither tells.

    Raises
    ------
    Problem
        It cannot be followed, says which line; or none of its classes is of these weights.
    """
    source = read_source(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch, about what the source does
            return _rebuilt(source, path.parent, folded(tensors), chosen)
    except NotFollowedError as error:
        raise told(error) from None


def _rebuilt(
    source: Source, folder: Path, tensors: Mapping[str, Tensor], chosen: Mapping[str, str]
) -> tuple[Rebuilt, str]:
    numbers = {key: int(value) for key, value in chosen.items() if value.isdigit() and len(value) < 6}

    def again(constants: Mapping[str, Any]) -> Script:
        return Script(source, constants, folder)

    fitting = Fitting(again(numbers), again, tensors, numbers)
    fits = fitting.fits()
    if not fits:
        raise _none_fits(source, fitting)
    failure: NotFollowedError | None = None
    for fit in fits:
        trials = Trials(fit)
        if found := trials.found():
            return _as_rebuilt(source, fit, found, chosen), fit.match.prefix.rstrip(".")
        failure = failure or trials.failure
    raise told(failure) if failure else _paints_nothing(source, fits[0])


def _none_fits(source: Source, fitting: Fitting) -> Problem:
    names = [kind.name for kind in fitting._script.classes]
    if not names:
        return NoNetworkHere(
            f"{source.name} defines no network.", "Choose the file in which the network's class is written."
        )
    if fitting.failures:
        return told(fitting.failures[0][1])
    return NoNetworkHere(
        f"The weights are not those of {' or '.join(names[:4])} in {source.name}: names or shapes differ.",
        "Choose the file in which the network's class is written, as it was when it was trained.",
    )


def _paints_nothing(source: Source, fit: Fit) -> Problem:
    return Problem(
        f"These are the weights of {fit.name} in {source.name}, which paints no pictures from a latent.",
        "Choose the weights of the generator or the decoder.",
    )


def _as_rebuilt(source: Source, fit: Fit, found: Found, chosen: Mapping[str, str]) -> Rebuilt:
    asked_too = _size_and_parts(found, chosen)
    found = next((each for each in found.others if str(each.frame[1]) == chosen.get(SIZE)), found)
    if found.whole is not None and chosen.get(PARTS) == "whole":
        found = found.whole
    prior, is_told = _prior(source, found, chosen)
    span, scale_out, asks_last = _span(source, found, chosen)
    width, middle = _scaled(prior)
    code = _code_prior(source)
    spread, mean = scale_out or ((), ())
    scale = ToBytesRange(width, middle, spread, mean, (code.low, code.high), prior.kind == "normal")
    entrance, frame = found.entrance, found.frame
    painter = SourcePainter(fit.network, fit.script, entrance, frame if found.flat else None, scale).eval()
    card = ModelCard(
        kind="generator",
        latent_size=entrance.numbers,
        distribution=prior.kind,
        dimensions=named(entrance.names, "code"),
        value_range=span,
        layout="NCHW",
        channels=frame[0],
        height=frame[1],
        width=frame[2],
        classes=(class_names_in(source, entrance.classes) or _numbers(entrance.classes)) if entrance.label else (),
    )
    networks: dict[str, nn.Module] = {"generator": painter}
    if encoder := encoder_of(fit, found, scale):
        networks["encoder"] = encoder
    choices = asked_too + _choices(fit, prior, is_told, asks_last, span)
    said = _said(source, fit, found, prior, is_told)
    return Rebuilt(f"{fit.name}, from the source: {source.name}", networks, card, choices, said)


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(index) for index in range(count))


def _size_and_parts(found: Found, chosen: Mapping[str, str]) -> tuple[Choice, ...]:
    """Of what the latent is made, and how large a grid of codes is, where the source leaves that open."""
    if found.whole is not None:
        told = found.entrance
        parts = {
            "latent": f"latent of {told.latent}",
            "label": f"{told.categories} classes of {told.classes}" if told.categories else f"class of {told.classes}",
            "code": f"code of {told.code}",
        }
        words = ", ".join(parts[part] for part in told.joined)
        options = (("parted", words), ("whole", f"latent of {found.whole.entrance.latent}"))
        return (Choice(PARTS, "What enters the network?", options, chosen.get(PARTS, "parted")),)
    sides = [each.frame[1] for each in found.others]
    wanted = chosen.get(SIZE, "")
    taken = int(wanted) if wanted in map(str, sides) else found.frame[1]
    return (asked_size(sides, taken),) if sides else ()


def _prior(source: Source, found: Found, chosen: Mapping[str, str]) -> tuple[Prior, bool]:
    """How latents are distributed, and whether the source says so."""
    if found.entrance.table:
        return Prior("uniform", -1, 1), True
    drawn = prior_of_draw(found.drew[0]) if found.entrance.draws and found.drew else None
    said = drawn or prior_in(source)
    answers = {"normal": Prior("normal", 0, 1), "uniform": Prior("uniform", -1, 1), "uniform01": Prior("uniform", 0, 1)}
    return (said, True) if said else (answers.get(chosen.get(LATENT, ""), answers["normal"]), False)


def _code_prior(source: Source) -> Prior:
    """How a program draws a code; as in the paper (Chen et al. 2016) where it does not say, or in no known way."""
    said = prior_in(source, of_code=True)
    return said if said is not None and said.kind == "uniform" else Prior("uniform", -1, 1)


def _scaled(prior: Prior) -> tuple[float, float]:
    """What makes a latent of the card's prior one of the program's."""
    if prior.kind == "uniform":
        return (prior.high - prior.low) / 2, (prior.high + prior.low) / 2
    return prior.high, prior.low


def _span(
    source: Source, found: Found, chosen: Mapping[str, str]
) -> tuple[tuple[float, float], tuple[tuple[float, ...], ...], bool]:
    """Between which values pictures lie; what brings them there; and whether that is a guess."""
    if found.span is not None:
        return found.span, (), False
    normal = normalisation_in(source)
    if normal is None:
        return ((0.0, 1.0) if chosen.get(LAST) == "plain01" else (-1.0, 1.0)), (), True
    mean, spread = ((part * found.frame[0])[: found.frame[0]] if len(part) == 1 else part for part in normal)
    if set(mean) == {0.5} and set(spread) == {0.5}:
        return (-1.0, 1.0), (), False
    return (
        ((0.0, 1.0), (spread, mean), False) if len(mean) == len(spread) == found.frame[0] else ((-1.0, 1.0), (), True)
    )


def _choices(fit: Fit, prior: Prior, is_told: bool, asks_last: bool, span: tuple[float, float]) -> tuple[Choice, ...]:
    found: list[Choice] = []
    if not is_told:
        options: tuple[tuple[str, str], ...] = (*LATENT_OPTIONS, ("uniform01", "uniform, 0 to 1"))
        taken = "normal" if prior.kind == "normal" else "uniform01" if prior.low == 0 else "uniform"
        found.append(Choice(LATENT, "How were its latents distributed?", options, taken))
    if asks_last:
        found.append(asked(LAST, "plain01" if span[0] == 0 else "plain", ("plain", "plain01")))
    for name in fit.unsaid:
        taken = str(fit.settings[name])
        options = tuple((str(side), str(side)) for side in sorted({*_SIDES, int(taken)}))
        found.append(Choice(name, f"What is {name} of {fit.name}?", options, taken))
    return tuple(found)


def _said(source: Source, fit: Fit, found: Found, prior: Prior, is_told: bool) -> tuple[str, ...]:
    said = [f"Activations, sizes and what enters were taken from the source: {source.name}, class {fit.name}."]
    if found.entrance.table:
        said.append("Each number of its latent chooses a code for one place; codes are sampled alike often.")
    elif is_told:
        said.append(f"Its latents are {prior}, as {source.name} draws them.")
    else:
        said.append("The source does not say how its latents are distributed.")
    if found.entrance.categories:
        told = f"{found.entrance.categories} numbers of its latent choose a class of {found.entrance.classes} each"
        said.append(f"{told}; all are drawn alike often.")
    if found.entrance.code:
        said.append(f"The last {found.entrance.code} numbers of its latent are its code, {_code_prior(source)}.")
    if fit.match.by_order:
        said.append("The names of its weights differ from the source; they were matched by their order and shapes.")
    said += [f"{name} is {was} in {source.name}; the weights are of {now}." for name, (was, now) in fit.changed.items()]
    if fit.match.unused:
        names = ", ".join(fit.match.unused[:6])
        more = f" and {len(fit.match.unused) - 6} more" if len(fit.match.unused) > 6 else ""
        said.append(f"Not used, for the class does not have them: {names}{more}.")
    if found.drew and not found.entrance.draws:
        said.append("It draws random numbers while it paints; their mean was taken.")
    return tuple(said)
