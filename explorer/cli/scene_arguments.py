"""How the verbs describe a scene: a seed, truncation, a class by its index or name, and directions by theirs."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.output import remark
from explorer.core.digits import whole_number
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.dimensions import set_dimension, text_of
from explorer.core.rendering.latents import LARGEST_SEED, sample
from explorer.core.rendering.scene import LARGEST_STRENGTH, Scene
from explorer.core.rendering.w_space import named_layers

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction
    from explorer.session.models.opening import OpenModel

Strengths = tuple[tuple[str, float], ...]

_LARGEST_VALUE = 1e6  # what a scene may say


def style_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a verb take truncation and a class."""
    parser.add_argument("--psi", type=float, help="truncation: 1 leaves the sample, 0 gives the mean (default 1)")
    class_argument(parser)


def class_argument(parser: argparse.ArgumentParser) -> None:
    """Let a verb take a class, of which `class_index` makes sense."""
    parser.add_argument("--class", dest="label", metavar="CLASS", help="index or name of the class to draw")


def direction_argument(parser: argparse.ArgumentParser) -> None:
    """Let a verb move latents along the model's directions."""
    parser.add_argument(
        "--direction",
        dest="directions",
        action="append",
        default=[],
        metavar="NAME=ALPHA",
        help="move along a direction of the model, in standard deviations; one of W in some layers as NAME@4-7=ALPHA",
    )
    parser.add_argument(
        "--channel",
        dest="channels",
        action="append",
        default=[],
        metavar="LAYER:CHANNEL=AMOUNT",
        help="move a channel of StyleSpace, in its standard deviations (layers: direction channels MODEL --list)",
    )


def latent_argument(parser: argparse.ArgumentParser) -> None:
    """Let a verb put dimensions of the latent, or its axes, to values."""
    parser.add_argument(
        "--set",
        dest="placed",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a dimension of the latent, such as z17 or its name on the card, to a value, to one of its choices "
        "(hat=beret) or to a sentence (text='a smiling person with glasses'); an axis of a model that has some, such "
        "as axis3, counts standard deviations",
    )


def placed(scene: Scene, options: argparse.Namespace, model: OpenModel) -> Scene:
    """``scene`` with its latent where the command line puts it.

    Raises
    ------
    Problem
        There is no such dimension or axis, or the value is no number.
    """
    if not options.placed:
        return scene
    z, along, sentence, seed = scene.z.copy(), {}, None, scene.seed
    text = text_of(model.generator.card.dimensions)
    for words in options.placed:
        if text is not None and words.partition("=")[0].strip() == text.name:
            sentence = words.partition("=")[2]
            continue
        seed = None  # which a sentence alone leaves what it is
        name, word = _parted(words)
        if set_dimension(z, model.generator.card.dimensions, name, word):
            continue
        if text is None and words.partition("=")[0].strip() == "text":
            raise Problem(f"{model.name} does not take sentences.", "Name a dimension, such as z17.")
        number = _number(words, word)
        if (axis := _axis_called(name, model)) is not None:
            along[axis] = number
        else:
            z[_dimension_called(name, model)] = number
    if along and model.axes is not None:
        z = model.axes.moved(z, along)
    moved = replace(scene, z=z, seed=seed)
    return moved if sentence is None else saying(model, moved, sentence)


def saying(model: OpenModel, scene: Scene, sentence: str) -> Scene:
    """``scene`` with a sentence; words that the model never learned are told on stderr, and left out.

    Raises
    ------
    Problem
        The model's network of sentences is missing or cannot be used, or takes no such sentence.
    """
    network = model.text
    after = network.said(scene, sentence)
    if unknown := network.vocabulary.unknown_words(sentence):
        remark(unknown)
    return after


def _parted(words: str) -> tuple[str, str]:
    name, _, told = words.rpartition("=")
    return name.strip(), told.strip()


def _number(words: str, told: str) -> float:
    try:
        number = float(told)
    except ValueError:
        number = math.nan
    if not abs(number) <= _LARGEST_VALUE:
        raise Problem(f"--set {words} is not understood.", "Write for instance --set z17=1.5, or --set axis3=2.")
    return number


def _axis_called(name: str, model: OpenModel) -> int | None:
    """The axis of that name, from 0; None where none is meant."""
    found = re.fullmatch(r"axis ?(\d{1,4})", name)
    if found is None:
        return None
    if model.axes is None:
        if model.axes_problem is not None:
            raise model.axes_problem
        raise Problem(f"{model.name} does not have axes.", "Name a dimension, such as z17.")
    count = len(model.axes)
    if not 1 <= int(found[1]) <= count:
        raise Problem(f"{model.name} does not have an axis {found[1]}.", f"Choose from axis1 to axis{count}.")
    return int(found[1]) - 1


def _dimension_called(name: str, model: OpenModel) -> int:
    card = model.generator.card
    if name and name in card.names:  # one of several choices, such as hair=black
        return card.names.index(name)
    found = re.fullmatch(r"z(\d{1,6})", name)
    if found is None or int(found[1]) >= card.latent_size:
        named = ", ".join(one.name for one in card.dimensions[:30])
        hint = f"Choose from z0 to z{card.latent_size - 1}{', or ' + named if named else ''}."
        raise Problem(f"{model.name} does not have a latent dimension called {name}.", hint)
    return int(found[1])


def strengths(options: argparse.Namespace, model: OpenModel) -> Strengths:
    """The directions that the command line asks for, and how far to go along each.

    Raises
    ------
    Problem
        The model's directions cannot be read, it has none of that name, one is named twice, or how far is no
        number.
    """
    asked = [_strength(words) for words in options.directions]
    asked += [_moved_channel(words) for words in options.channels]
    names = [name for name, _ in asked]
    for name in names:
        called(model, name)
        if names.count(name) > 1:
            raise Problem(f"The direction {name} is named twice.", "Name it once, with all of its strength.")
    return tuple(asked)


def called(model: OpenModel, name: str) -> Direction:
    """The model's direction of that name; of a channel's name, such as ``s9:409``, that channel.

    Raises
    ------
    Problem
        There is none, or the model's directions cannot be read.
    """
    if model.directions_problem is not None:
        raise model.directions_problem
    known = {direction.name: direction for direction in model.directions}
    from explorer.core.directions.style_channels import FoundChannel, as_direction
    from explorer.core.inference.style_space import channel_named, place_of

    name, layers = named_layers(name, known)
    if layers is not None and not model.renderer.has_w:
        raise Problem(f"{model.name} has no W space, and so no layers to choose.", f"Write {name} alone.")
    if name not in known and (channel := channel_named(name)) is not None:
        place_of(channel, model.generator.style_layers, model.name)
        return as_direction(FoundChannel(channel, 0.0), name, "")
    if name not in known:
        hint = f"It has: {', '.join(known)}." if known else "It has none: find some with the verb direction."
        raise Problem(f"{model.name} has no direction called {name}.", hint)
    return known[name]


def _strength(words: str) -> tuple[str, float]:
    name, _, number = words.rpartition("=")
    try:
        alpha = float(number)
    except ValueError:
        alpha = math.nan
    if name and abs(alpha) > LARGEST_STRENGTH:
        raise Problem(
            f"--direction {words} goes too far.",
            f"Choose a strength from -{LARGEST_STRENGTH:g} to {LARGEST_STRENGTH:g}.",
        )
    if not name or math.isnan(alpha):
        raise Problem(f"--direction {words} is not understood.", "Write for instance --direction smiling=1.5.")
    return name, alpha


def _moved_channel(words: str) -> tuple[str, float]:
    found = re.fullmatch(r"s?(\d{1,4}:\d{1,6})=(.+)", words)
    if found is None:
        raise Problem(f"--channel {words} is not understood.", "Write for instance --channel 9:409=5.")
    return _strength(f"s{found[1]}={found[2]}")


def directed(scene: Scene, asked: Strengths) -> Scene:
    """``scene`` moved along the directions that were asked for as well; those it has already are set anew."""
    if not asked:
        return scene
    return replace(scene, directions=tuple((dict(scene.directions) | dict(asked)).items()))


def sampled(generator: Generator, seed: int, psi: float | None, label: int | None) -> Scene:
    """The scene of a seed.

    Raises
    ------
    Problem
        The seed is out of range, or the truncation is no number.
    """
    check_psi(psi)
    if not 0 <= seed <= LARGEST_SEED:
        raise Problem(f"The seed {seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
    card = generator.card
    z = sample(seed, card.latent_size, card.prior)
    drawn = label if label is not None or not card.classes else 0
    return Scene(generator.hash, card.name, z, drawn, 1.0 if psi is None else psi, seed)


def check_psi(psi: float | None) -> None:
    """Refuse a truncation that is no number."""
    if psi is not None and not math.isfinite(psi):
        raise Problem(f"--psi cannot be {psi}.", "Choose a number, usually from 0 to 1.")


def numbers(words: str, option: str, what: str, example: str) -> list[int]:
    """Whole numbers with commas between them.

    Raises
    ------
    Problem
        They are not.
    """
    try:
        return [int(word) for word in words.split(",")]
    except ValueError:
        raise Problem(f"{option} {words} is not a list of {what}.", f"Write for instance {option} {example}.") from None


def chosen_directions(model: OpenModel, names: Sequence[str]) -> Sequence[Direction]:
    """The model's directions of these names, each once; all where none is named.

    Raises
    ------
    Problem
        The model has none, none of such a name, or they cannot be read.
    """
    if model.directions_problem is not None:
        raise model.directions_problem
    if not model.directions:
        raise Problem(f"{model.name} has no directions.", "Find some with direction fit, sefa or pca.")
    return [called(model, name) for name in dict.fromkeys(names)] or model.directions


def class_index(word: str | None, generator: Generator) -> int | None:
    """The class called ``word``, by its name or its index; None where none was named.

    Raises
    ------
    Problem
        There is none of that name, or the model has no classes.
    """
    classes = generator.card.classes
    if word is None:
        return None
    if not classes:
        raise Problem(f"{generator.card.name} has no classes.", "Leave --class out.")
    if word in classes:
        return classes.index(word)
    if (number := whole_number(word)) is not None and number < len(classes):
        return number
    raise Problem(f"There is no class {word}.", f"The classes are 0 to {len(classes) - 1}: {', '.join(classes)}.")


def saved_scene(options: argparse.Namespace, generator: Generator) -> Scene:
    """The scene that --scene names, with the truncation and the class that the command line asks for.

    Raises
    ------
    Problem
        It cannot be read or was made with another model, or the command line asks for what cannot be.
    """
    if options.seed is not None:
        raise Problem("A scene has its own latent, but --seed asks for another.", "Leave --seed or --scene out.")
    check_psi(options.psi)
    scene = _scene_of_model(options.scene, generator)
    label = class_index(options.label, generator)
    return replace(
        scene,
        truncation=scene.truncation if options.psi is None else options.psi,
        label=scene.label if label is None else label,
    )


def _scene_of_model(path: Path, generator: Generator) -> Scene:
    """The scene in a file, if it was made with this model."""
    from explorer.session.models.opening import scene_in_file

    scene = scene_in_file(path)
    if scene.drawing is not None:
        what = f"{path.name} is a drawing, which no generator draws."
        raise Problem(what, f"Ask a translator: python -m explorer translate MODEL {path.name} --out answer.png.")
    if scene.model and scene.model != generator.hash:
        raise Problem(
            f"This scene was made with another model, {scene.model_name or scene.model[:12]}.",
            "Name the model that it was made with.",
        )
    return scene
