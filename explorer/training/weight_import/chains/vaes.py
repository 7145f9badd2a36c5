"""VAEs with their encoders: how they are read is settled by how well the encoder finds latents again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from torch import nn

from explorer.training.weight_import.assembly import assembled, built, frame_of, layers_by_name, steps_of
from explorer.training.weight_import.chains.batch_statistics import best, forgetfulness
from explorer.training.weight_import.chains.edited_steps import edited
from explorer.training.weight_import.chains.encoder_chains import Frame, encoder, variety
from explorer.training.weight_import.chains.generator_chains import card_of, possible_plans, sizes_of
from explorer.training.weight_import.chains.geometry import StridePlan
from explorer.training.weight_import.chains.halves import Halves
from explorer.training.weight_import.chains.sentences import said
from explorer.training.weight_import.choices import (
    HIDDEN,
    HIDDEN_OPTIONS,
    LAST,
    LAST_OPTIONS,
    SIZE,
    Taste,
    asked,
    asked_size,
    told,
)
from explorer.training.weight_import.rebuilt import Choice, Rebuilt

_NO_PRIOR = (
    "It is a plain autoencoder: nothing held its latents to a distribution, so standard normal ones, as are drawn "
    "here, may lie where it never painted. Points of photographs are sound."
)
_SURE = {
    HIDDEN: "With {} between its layers its encoder finds latents again best.",
    LAST: "With {} behind its last layer its encoder finds latents again best.",
}


def reconstructing(
    layout: str,
    parts: Halves,
    chosen: Mapping[str, str],
    usual: Taste,
    *,
    certain: bool = False,
    interleaved: bool | None = None,
) -> Rebuilt | None:
    """Decoder and encoder of a VAE; None where the decoder paints no picture.

    Parameters
    ----------
    layout : str
        In words.
    parts : Halves
    chosen : mapping of str to str
    usual : Taste
    certain : bool
        Whether the names leave no doubt about activations: nothing is asked then.
    interleaved : bool or None
        Whether the head has each mean before its log-variance; None lets the encoder tell.
    """
    given: dict[str, Any] = {} if certain else {key: answer for key in (HIDDEN, LAST) if (answer := told(chosen, key))}
    taste = replace(usual, **given)
    ways = _ways(parts)
    wanted = chosen.get(SIZE)
    plan = next((way for way in ways if str(way.side) == wanted), ways[0] if ways else None)
    frame = _frame(parts, plan)
    if frame is None:
        return None
    woven = bool(interleaved)
    sure: set[str] = set()
    if _reader(parts, frame, taste, woven) is not None and not certain:
        taste, woven, sure = _settled(parts, plan, frame, taste, given, interleaved)
    reader = _reader(parts, frame, taste, woven)
    layers = layers_by_name(parts.decoder)
    steps = edited(parts.decoder, chosen) or steps_of(parts.decoder, plan, taste)
    networks: dict[str, nn.Module] = {"generator": built(steps, layers)}
    if reader is not None:
        networks["encoder"] = reader
    card = card_of(*frame, parts.decoder.latent_size, taste)
    choices, problems = ([], ()) if certain else _questions(parts, ways, plan, taste, sure, chosen)
    if not parts.has_prior:
        layout, problems = "Autoencoder", (*problems, _NO_PRIOR)
    if reader is None:
        problems += ("Its encoder does not fit its pictures in any usual way, and is left out.",)
    return Rebuilt(layout, networks, card, tuple(choices), problems, steps, sizes_of(steps, layers, card.latent_size))


def _ways(parts: Halves) -> list[StridePlan]:
    """Plans by which the decoder paints, first those whose pictures the encoder can take, the most regular first."""
    channels = parts.decoder.channels
    read = {
        way: seen
        for way in possible_plans(parts.decoder)
        if (seen := variety(parts.encoder, parts.mean(), (channels, way.side, way.side))) is not None
    }
    written = {way: len({each[:2] for each in way.ways[1:]}) for way in read}
    return sorted(read, key=lambda way: read[way] + written[way]) or possible_plans(parts.decoder)


def _frame(parts: Halves, plan: StridePlan | None) -> Frame | None:
    channels = parts.decoder.channels
    if not channels:
        return frame_of(parts.decoder.numbers)
    return (channels, plan.side, plan.side) if plan and channels in (1, 3) else None


def _reader(parts: Halves, frame: Frame, taste: Taste, woven: bool) -> nn.Sequential | None:
    return encoder(parts.encoder, parts.mean(woven), frame, taste.hidden)


def _settled(
    parts: Halves,
    plan: StridePlan | None,
    frame: Frame,
    taste: Taste,
    given: Mapping[str, str],
    interleaved: bool | None,
) -> tuple[Taste, bool, set[str]]:
    """The answers with which the encoder finds latents again best, and those that this decides clearly."""
    woven, sure = bool(interleaved), set[str]()

    def lost(option: Taste, is_woven: bool) -> float:
        reader = _reader(parts, frame, option, is_woven)
        assert reader is not None
        painter = assembled(parts.decoder, plan, option)
        return forgetfulness(painter, reader, parts.decoder.latent_size)

    if interleaved is None and parts.twice:
        woven, _ = best([False, True], False, lambda each: lost(taste, each))
    for key, options in ((LAST, LAST_OPTIONS), (HIDDEN, HIDDEN_OPTIONS)):
        if key not in given:
            tried = [_with(taste, key, option) for option, _ in options]
            taste, clear = best(tried, taste, _scored(lost, woven))
            sure |= {key} if clear else set()
    return taste, woven, sure


def _with(taste: Taste, key: str, option: str) -> Taste:
    return replace(taste, hidden=option) if key == HIDDEN else replace(taste, last=option)


def _scored(lost: Callable[[Taste, bool], float], woven: bool) -> Callable[[Taste], float]:
    return lambda option: lost(option, woven)


def _questions(
    parts: Halves,
    ways: list[StridePlan],
    plan: StridePlan | None,
    taste: Taste,
    sure: set[str],
    chosen: Mapping[str, str],
) -> tuple[list[Choice], tuple[str, ...]]:
    choices = [asked(HIDDEN, taste.hidden)] if parts.decoder.hidden else []
    choices.append(asked(LAST, taste.last))
    if plan and len(ways) > 1:
        choices.insert(0, asked_size([way.side for way in ways[:4]], plan.side))
    decided = [choice for choice in choices if choice.key in sure and choice.key not in chosen]
    open_ones = [choice for choice in choices if choice not in decided]
    words = tuple(_SURE[choice.key].format(dict(choice.options)[choice.taken]) for choice in decided)
    choices = [replace(choice, guessed=choice.key not in sure | set(chosen)) for choice in choices]
    return choices, said(open_ones, frozenset(), chosen) + words
