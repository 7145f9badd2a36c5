"""What reads attributes off pictures: a classifier, else the model's encoder along its directions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.map_pictures import opened_encoder

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction
    from explorer.core.directions.judging import Reader
    from explorer.core.inference.perception import Classifier


@dataclass(frozen=True, eq=False)
class AttributeReader:
    """Something that reads attributes.

    Attributes
    ----------
    read : callable
        From pictures (N, H, W, C) to (N, A).
    names : tuple of str
    yes_no : tuple of bool
        Which of them are probabilities.
    words : str
        What reads them.
    ranges : tuple of float
        What counts as a large change of each: 1 for probabilities, a number's range, 0 where that is not known.
    hold_out : (float, int) or None
        Share and seed of the pictures that it was not trained on; None where that is not known.
    """

    read: Reader
    names: tuple[str, ...]
    yes_no: tuple[bool, ...]
    words: str
    ranges: tuple[float, ...]
    hold_out: tuple[float, int] | None = None


@contextmanager
def attribute_reader(
    model: OpenModel, classifier: Path | None, directions: Sequence[Direction]
) -> Iterator[AttributeReader]:
    """The classifier in a file, or the model's own, or its encoder, which sees its ``directions``.

    Raises
    ------
    Problem
        There is neither, or it cannot be used.
    """
    if classifier is not None or model.files.classifier is not None or model.files.encoder is None:
        with classifier_reader(model, classifier) as reader:
            yield reader
        return
    from explorer.core.directions.judging import encoder_reader

    with closing(opened_encoder(model)) as encoder:
        names = tuple(direction.name for direction in directions)
        words = f"the encoder {encoder.card.name}, in standard deviations of the prior"
        read = encoder_reader(encoder, directions, prior=model.generator.card.prior)
        yield AttributeReader(read, names, (False,) * len(names), words, (1.0,) * len(names), encoder.card.hold_out)


@contextmanager
def classifier_reader(model: OpenModel, file: Path | None) -> Iterator[AttributeReader]:
    """The classifier in a file, or the model's own; pictures of another size than it takes are scaled.

    Raises
    ------
    Problem
        There is none, or it cannot be used.
    """
    from explorer.core.directions.fitting.encoded_examples import as_taken

    with closing(_opened_classifier(model, file)) as classifier:
        attributes = classifier.attributes
        yield AttributeReader(
            lambda pictures: classifier.read(as_taken(classifier.card, pictures)),
            tuple(attribute.name for attribute in attributes),
            tuple(attribute.kind == "yes/no" for attribute in attributes),
            f"the classifier {classifier.card.name}",
            tuple(1.0 if attribute.kind == "yes/no" else attribute.high - attribute.low for attribute in attributes),
            classifier.card.hold_out,
        )


def _opened_classifier(model: OpenModel, file: Path | None) -> Classifier:
    from explorer.core.inference.perception import Classifier

    if file is not None:
        return Classifier.open(file, model.device)
    if model.files.classifier is None:
        what = "has no classifier" if model.files.encoder else "has no classifier and no encoder"
        raise Problem(
            f"Nothing can read attributes off the pictures of {model.name}: it {what}.",
            "Put a classifier.onnx into its folder, or name one with --classifier.",
        )
    return Classifier.open(model.files.classifier, model.device, trusted=run_of(model.path) is not None)
