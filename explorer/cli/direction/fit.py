"""``direction fit``: to real pictures where there is an encoder, else to samples that a classifier looks at."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.cli.direction.keeping import Keeping, names_in
from explorer.cli.direction.labelled_pictures import attributes_argument, column, encoded_examples, labelled_pictures
from explorer.cli.direction.readers import classifier_reader
from explorer.cli.direction.telling import facts, tell
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import class_argument, class_index
from explorer.core.directions.direction import Direction
from explorer.core.problem import Problem
from explorer.session.models.opening import OpenModel

METHODS = ("mean", "pairs", "logistic", "svm")  # as `explorer.core.directions.fitting.fit` has them
HOLD_OUT = 0.2
_SAMPLES = 2000
_YES = 0.5  # probability from which on a sample has the attribute


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the part's arguments."""
    parser.add_argument("--data", metavar="SOURCE", help="pictures whose attributes are known; needs an encoder")
    parser.add_argument("--attribute", required=True, metavar="NAME", help="what positive strengths add")
    attributes_argument(parser)
    parser.add_argument(
        "--samples",
        type=int,
        metavar="N",
        help=f"instead of --data: fit to this many samples that a classifier judges ({_SAMPLES} without an encoder)",
    )
    parser.add_argument(
        "--classifier", type=Path, metavar="FILE", help="the classifier that judges samples (default: the model's own)"
    )
    parser.add_argument(
        "--confident",
        type=float,
        metavar="SHARE",
        help="fit only to this many of the surest samples on each side",
    )
    class_argument(parser)
    parser.add_argument(
        "--method",
        choices=METHODS,
        default="mean",
        help="difference of means, of pairs, or the normal of a classifier (default mean)",
    )
    parser.add_argument("--balance", metavar="A,B", help="attributes that must not tell the two sides apart")
    parser.add_argument(
        "--hold-out",
        type=float,
        default=HOLD_OUT,
        metavar="SHARE",
        help=f"share of the examples that it is judged on instead (default {HOLD_OUT})",
    )
    parser.add_argument("--seed", type=int, default=0, help="decides which are held out, and the samples (default 0)")


def fit(model: OpenModel, options: argparse.Namespace) -> int:
    """Fit a direction as asked, and keep it."""
    if not 0.0 <= options.hold_out < 1.0:
        raise Problem(f"--hold-out is {options.hold_out}.", "Choose a share from 0 to 1, such as 0.2.")
    from explorer.core.directions.span import with_span

    name, keeping = options.name or options.attribute, Keeping.of(model, options)
    keeping.check([name])
    made = _by_samples(model, options, name) if _is_sampled(model, options) else _by_data(model, options, name)
    made = replace(made, details={**made.details, "hold_out": options.hold_out})
    made = with_span(made, model.generator, class_index(options.label, model.generator))
    tell([made], keeping.keep([made]), facts(made) if options.json else None)
    return 0


def _is_sampled(model: OpenModel, options: argparse.Namespace) -> bool:
    """Whether to fit to samples; refuses what does not go together."""
    if options.data is not None:
        if options.samples is not None or options.classifier is not None or options.confident is not None:
            raise Problem(
                "Pictures of --data are labelled already.",
                "Leave --samples, --classifier and --confident out, or --data.",
            )
        return False
    has_judge = options.classifier is not None or model.files.classifier is not None
    if options.samples is None and options.classifier is None and (model.files.encoder or not has_judge):
        ways = "--data SOURCE or --samples N" if model.files.encoder else "--classifier FILE"
        raise Problem(f"Nothing was given to fit a direction of {model.name} to.", f"Add {ways}.")
    if options.balance or options.method == "pairs":
        raise Problem(
            "Samples of a classifier can be neither paired nor balanced.",
            "Make it independent of others afterwards (direction lock), or fit it to --data.",
        )
    return True


def _by_data(model: OpenModel, options: argparse.Namespace, name: str) -> Direction:
    from explorer.core.directions.fitting.fit import fit_direction

    balance = names_in(options.balance)
    found = labelled_pictures(model, options.data, options.attributes, options.assume)
    attribute, values = column(found, options.attribute)
    examples = encoded_examples(
        model,
        found,
        values,
        nuisances=np.stack([column(found, other)[1] for other in balance], axis=1) if balance else None,
        nuisance_names=balance,
        held_out=found.held_out(options.hold_out, options.seed) if options.hold_out else None,
    )
    source = f"{attribute} of {found.description or Path(options.data).name}"
    return fit_direction(examples, options.method, name, attribute, source, balance, options.seed)


def _by_samples(model: OpenModel, options: argparse.Namespace, name: str) -> Direction:
    from explorer.core.directions.fitting.sample_pages import SamplingPlan, sampled_direction

    label = class_index(options.label, model.generator)
    with classifier_reader(model, options.classifier) as reader:
        index = _index(reader.names, options.attribute)
        how = SamplingPlan(
            _SAMPLES if options.samples is None else options.samples,
            options.seed,
            label,
            _YES if reader.yes_no[index] else None,
            options.confident,
            options.hold_out,
        )
        source = f"{options.attribute} as {reader.words} sees it"
        with progress_bar("samples", "samples") as report:
            return sampled_direction(
                model.generator,
                lambda pictures: reader.read(pictures)[:, index],
                options.method,
                name,
                options.attribute,
                source,
                how,
                progress=report,
            )


def _index(names: Sequence[str], name: str) -> int:
    fitting = [full for full in names if full.partition("=")[0] == name]
    if name not in names and len(fitting) == 1:
        return names.index(fitting[0])
    if name not in names:
        raise Problem(
            f"The classifier has no attribute called {name}.", f"It recognises: {', '.join(names) or 'none'}."
        )
    return names.index(name)
