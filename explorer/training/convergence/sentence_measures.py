"""What a generator of sentences is asked: whether it paints what was said, and its critic knows what is true."""

from __future__ import annotations

import numpy as np

from explorer.training.convergence.measures import MeasureData
from explorer.training.families.conditional.text_to_portrait import TextToPortrait
from explorer.training.learning.attribute_columns import facts_of
from explorer.training.learning.family import Learner
from explorer.training.quality.distances import classes_near
from explorer.training.quality.measuring import tensors
from explorer.training.runs.samples import to_uint8

_COUNT = 1000


def samples_show_what_was_said(learner: Learner, material: MeasureData) -> float:
    """Share of samples that real pictures of the class are nearest to that their sentence names; a tenth is chance."""
    assert isinstance(learner, TextToPortrait)
    assert material.learned.labels is not None
    asked = np.arange(_COUNT) % len(material.learned.classes)
    made = learner.pictures(learner.saying([f"a picture with {material.learned.classes[at]}" for at in asked]))
    eyes = material.features
    found = classes_near(eyes.see(material.learned.pictures), material.learned.labels, eyes.see(to_uint8(made)))
    return float((found == asked).mean())


def true_sentences_are_preferred(learner: Learner, material: MeasureData) -> float:
    """Share of held-out pictures whose own caption the critic prefers to one that is false of them; half is chance."""
    assert isinstance(learner, TextToPortrait)
    real, _ = tensors(material.held_out)
    known = facts_of(material.held_out).values
    own = learner.writer.write(known, seed=7)
    others = own.of_next()
    preferred = learner.prefers(real, own.sentences, others.sentences).cpu().numpy()
    return float(preferred[others.false_of(known)].mean())
