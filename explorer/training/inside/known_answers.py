"""What is true of pictures, as answers to a question: by their classes, or by what is known of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.core.inside.questions import NetworkQuestion
from explorer.training.learning.attribute_columns import all_facts_of
from explorer.training.sources import PictureSet


def known_answers(question: NetworkQuestion, found: PictureSet) -> NDArray[np.int64] | None:
    """The true answers (N,) by their places, -1 where one is not known; None where none is.

    Classes and attributes of the pictures are matched with the answers by their names.
    """
    facts = all_facts_of(found)
    if question.is_choice:
        names = [name.removeprefix(f"{question.name}=") for name in facts.names]
        if not set(question.answers) & set(names):
            return None
        columns = np.stack(
            [
                facts.values[:, names.index(answer)] if answer in names else np.zeros(len(found), np.float32)
                for answer in question.answers
            ],
            axis=1,
        )
        known = np.nan_to_num(columns).sum(axis=1) == 1
        return np.where(known, np.nan_to_num(columns).argmax(axis=1), -1).astype(np.int64)
    if question.name not in facts.names:
        return None
    values = facts.values[:, facts.names.index(question.name)]
    return np.where(np.isfinite(values), values >= question.limit, -1).astype(np.int64)
