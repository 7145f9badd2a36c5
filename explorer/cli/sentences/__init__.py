"""``sentences``: whether pictures show what was said, by a model that takes sentences, as a classifier reads them.

And whether the model's own critic knows which sentences are true of real pictures.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.cli.model_arguments import is_made_here, located, open_model
from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample

if TYPE_CHECKING:
    from explorer.core.inference.generator import Pictures
    from explorer.core.inference.providers import Device
    from explorer.session.models.opening import OpenModel
    from explorer.training.captions.obedience import CaptionPreference, Obedience
    from explorer.training.captions.writing import Captions

_COUNT, _FEWEST, _MOST = 1000, 20, 20_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("model", metavar="MODEL", help="name or path of a model that takes sentences")
    parser.add_argument(
        "data", metavar="DATA", help="pictures to write captions for, as train takes them, such as portraits:1000:7"
    )
    parser.add_argument("--judge", metavar="MODEL", required=True, help="a model whose classifier reads the pictures")
    parser.add_argument(
        "--count", type=int, default=_COUNT, help=f"use at most this many captions (default {_COUNT:,})"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the captions (default 0)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where models run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Measure as asked."""
    if not _FEWEST <= options.count <= _MOST:
        raise Problem(f"{options.count} captions cannot be judged.", f"Ask for {_FEWEST} to {_MOST:,}.")
    with open_model(options.model, options.device) as model:
        rows, critic = _judged(model, options)
    if options.json:
        say_json({"rows": [asdict(row) for row in rows], "critic": asdict(critic) if critic else None})
    else:
        say(f"{'about':<14} {'times':>6} {'seen':>7} {'real':>7} {'chance':>7}")
        for row in rows:
            shares = " ".join(f"{share:7.1%}" for share in (row.seen, row.real, row.chance))
            say(f"{row.about or 'all':<14} {row.said:>6} {shares}")
        if critic:
            share = f"{critic.preferred:.1%} of {critic.pairs:,} pairs"
            say(f"Its critic prefers a true caption to a false one in {share}; half is chance.")
    return 0


def _judged(model: OpenModel, options: argparse.Namespace) -> tuple[tuple[Obedience, ...], CaptionPreference | None]:
    from explorer.core.inference.perception import Classifier
    from explorer.training.captions.obedience import judged, obedience, shown
    from explorer.training.captions.writing import CaptionWriter
    from explorer.training.learning.attribute_columns import columns_of, facts_of
    from explorer.training.sources import open_pictures

    file = located(options.judge).with_name("classifier.onnx")
    if not file.is_file():
        raise Problem(f"{options.judge} has no classifier.", "Choose a model with a classifier.onnx.")
    card = model.generator.card
    with progress_bar("pictures", "pictures") as told:
        found = open_pictures(options.data, size=card.height, channels=card.channels, most=options.count, progress=told)
    known = facts_of(found)
    writer = CaptionWriter(columns_of(known, np.arange(len(found))))
    captions = writer.write(known.values, options.seed)
    made = _made(model, captions.sentences)
    judge = Classifier.open(file, options.device, trusted=is_made_here(file))
    try:
        able = judged(writer.facts, judge.attributes)
        facts = [fact for fact, is_able in zip(writer.facts, able, strict=True) if is_able]
        seen, real = (shown(facts, judge.attributes, judge.read(each)) for each in (made, found.pictures))
        if left_out := int(captions.facts[:, ~able].sum()):
            remark(f"Left out, as the classifier cannot tell: {left_out} of {int(captions.facts.sum())} facts.")
        rows = obedience(facts, replace(captions, facts=captions.facts[:, able]), seen, real)
    finally:
        judge.close()
    return rows, _preferred(model, found.pictures, captions, known.values, options.device)


def _preferred(
    model: OpenModel, pictures: Pictures, captions: Captions, known: NDArray[np.float32], device: Device
) -> CaptionPreference | None:
    """How often the critic prefers captions to false ones; None where the model has no part of it."""
    from explorer.core.inference.perception import Encoder
    from explorer.training.captions.obedience import preferred

    if (file := model.files.matcher) is None:
        return None
    with closing(Encoder.open(file, device, trusted=is_made_here(file))) as matcher:
        shown = matcher.latents(pictures)
    others = captions.of_next()
    own, other = (
        np.stack([model.text.condition(sentence) for sentence in each.sentences]) for each in (captions, others)
    )
    return preferred(shown, own, other, others.false_of(known))


def _made(model: OpenModel, sentences: tuple[str, ...]) -> Pictures:
    """A picture of each sentence, from the seeds in order."""
    card, text = model.generator.card, model.text
    z = np.stack([sample(seed, card.latent_size, card.prior) for seed in range(len(sentences))])
    z[:, text.dimension.place] = [text.condition(sentence) for sentence in sentences]
    return model.generator.pictures(z)
