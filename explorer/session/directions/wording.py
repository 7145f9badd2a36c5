"""What is said of a direction: how it was found, how well it tells examples apart, what to mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.directions.verdict import Verdict, told_words, verdict

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

_METHODS = {
    "mean": "Difference of means",
    "pairs": "Mean of pairs",
    "logistic": "Logistic regression",
    "svm": "Support vector machine",
    "marked": "Samples you marked",
    "sampled": "Samples, judged by a classifier",
    "pca": "Principal component (GANSpace)",
    "sefa": "Factorised weights (SeFa)",
    "local": "What changes a rectangle",
    "channel": "Channel of StyleSpace",
    "locked": "Made independent of others",
    "focused": "Focused: the rest stays",
    "imported": "Imported",
}


def method_words(direction: Direction) -> str:
    """How it was found, in words."""
    words = _METHODS.get(direction.method, direction.method.capitalize())
    if direction.space == "s":
        return f"{words}: {', '.join(f's{layer}:{number}' for layer, number in direction.channels[:4])}"
    if direction.space != "w":
        return words
    layers = layer_span(direction)
    return f"{words}, moves in W, {layers}" if layers else f"{words}, moves in W"


def layer_span(direction: Direction) -> str:
    """Which layers it moves, in words; "" where it moves them all."""
    told = direction.details.get("layers moved")
    if not isinstance(told, list | tuple) or len(told) != 2:
        return ""
    return f"layer {told[0]}" if told[0] == told[1] else f"layers {told[0]} to {told[1]}"


def accuracy_words(direction: Direction) -> str:
    """How well it does on examples that were kept out of the fit; "" where that was not measured."""
    held = direction.held_out
    return "" if held is None else told_words(held)


def accuracy_terms(direction: Direction) -> str:
    """The statistics behind `accuracy_words`; "" where there are none."""
    held, alone = direction.held_out, direction.alone
    if held is None:
        return ""
    words = f"{held.accuracy:.0%} held out, 95% interval {held.low:.0%} to {held.high:.0%}"
    if alone is None:
        return words
    return f"{words}\nOne at a time: right for {alone.accuracy:.0%} ({alone.low:.0%} to {alone.high:.0%})"


def short_accuracy_words(direction: Direction) -> str:
    """The same in as few words as a line of a list has room for; "" where it was not measured."""
    held = direction.held_out
    if held is None:
        return ""
    if held.what == "examples":
        return f"right for {held.accuracy:.0%} of {held.examples:,}"
    return f"right for {held.accuracy:.0%} of {held.examples:,} pairs"


def examples_words(direction: Direction) -> str:
    """What it was fitted to; "" where there were no examples."""
    with_it, without = direction.examples
    return f"{with_it:,} examples with, {without:,} without" if with_it or without else ""


def details_words(direction: Direction) -> str:
    """What else is known: its share of the variance, what it was locked against; "" where there is nothing."""
    share, against = direction.details.get("share"), direction.details.get("against")
    if isinstance(against, list | tuple):
        left = direction.details.get("left")
        rest = f"; {left:.0%} of it is left" if isinstance(left, float) else ""
        return f"Independent of {', '.join(str(name) for name in against)}{rest}"
    inside = direction.details.get("inside")
    if isinstance(inside, float):
        return f"{inside:.0%} of what it changed lay inside the rectangle"
    calm = direction.details.get("calm")
    if isinstance(calm, float):
        return f"Changes pictures {calm:.0%} as much as before it was focused"
    if not isinstance(share, float):
        return ""
    value = direction.details.get("eigenvalue")
    if isinstance(value, float):
        return f"Eigenvalue {value:.3g}, {share:.1%} of their sum"
    return f"{share:.1%} of what varies"


def story(direction: Direction, judged: Verdict | None = None) -> str:
    """Everything there is to tell, a line each: first whether it is strong, as ``judged`` or as is known of itself."""
    judged = judged or verdict(direction)
    source = f"From {direction.source}" if direction.source else ""
    told = accuracy_words(direction)
    figures = "" if told in judged.reason else told, accuracy_terms(direction)
    facts = (examples_words(direction), details_words(direction), *figures)
    lines = [judged.sentence if judged.word else "", method_words(direction), source, *facts]
    return "\n".join([line for line in lines if line] + list(direction.notes))
