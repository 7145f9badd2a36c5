"""What stands in the way of a run, said before it is begun."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from explorer.core.photos.pupils import pupils_in
from explorer.session.train.training_pictures import DataSummary
from explorer.training.runs.run_folder import RunFacts

if TYPE_CHECKING:
    from explorer.training.learning.family import Family

_FEW = 100
_MANY = 1000  # from which on a DCGAN is as good as an R3GAN, and quicker
_AUGMENTED_BELOW = 2000
_SAYS_NOTHING = re.compile(r"ubyte|^(train|test|t10k|images|pictures|data|x)([-_].*)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Remark:
    """One thing to be said of a run that is about to begin.

    Attributes
    ----------
    what, hint : str
    stops : bool
        Whether the run cannot be begun like this.
    changes : mapping of str to float
        Settings that would mend it.
    """

    what: str
    hint: str
    stops: bool
    changes: Mapping[str, float] = field(default_factory=dict)


def remarks_on(
    family: Family, config: Any, data: DataSummary, hold_out: float, processes: int = 1, frame: str = ""
) -> list[Remark]:
    """What is to be said of training ``family``, set up as ``config``, on ``data``; the worst first.

    ``frame`` tells in words how the pictures are aligned.
    """
    kept = data.kept(hold_out)
    found = [
        *_of_knowledge(family, data),
        *_of_frame(family, frame),
        *_of_count(config.batch_size, kept, hold_out),
        *_of_sharing(config.batch_size, processes),
        *_of_augmentation(config, kept),
    ]
    return sorted(found, key=lambda remark: not remark.stops)


def suggested_for(kept: int) -> str:
    """The key of the family that so many pictures suit best, where nothing else is wanted of the model."""
    return "r3gan" if kept < _MANY else "dcgan"


def _of_augmentation(config: Any, kept: int) -> list[Remark]:
    if getattr(config, "augment", True) or kept >= _AUGMENTED_BELOW:
        return []
    what = f"Without augmentation the critic soon memorises {kept:,} pictures."
    return [Remark(what, "Let it see them shifted, cut and tinted.", False, {"augment": True})]


def _of_knowledge(family: Family, data: DataSummary) -> list[Remark]:
    if family.needs_classes and not data.classes:
        return [
            Remark(
                f"{family.title} learns what each class looks like, and these pictures have no classes.",
                "Sort them into a folder for each class, or put a labels.csv with a column “class” beside them.",
                True,
            )
        ]
    if family.learns_attributes and not (data.attributes or data.classes):
        return [
            Remark(
                f"{family.title} learns what is known about each picture, and nothing is known about these.",
                "Put a labels.csv beside them, or sort them into folders.",
                True,
            )
        ]
    lacking = data.count - data.labelled
    if family.needs_classes and lacking:
        return [Remark(f"{lacking:,} of the pictures have no class.", "They are learned without one.", False)]
    return []


def _of_frame(family: Family, frame: str) -> list[Remark]:
    if not family.needs_pupils or pupils_in(frame) is not None:
        return []
    return [
        Remark(
            f"{family.title} learns from faces that are lined up, and nothing says where the eyes are in these.",
            "Line them up under Assumptions, or say it under About the data, Aligned by.",
            True,
        )
    ]


def _of_sharing(batch_size: int, processes: int) -> list[Remark]:
    if batch_size % processes == 0:
        return []
    even = max(batch_size // processes, 1) * processes
    return [
        Remark(
            f"{processes} processes cannot share {batch_size:,} pictures a step evenly.",
            f"Choose a batch size of {even}, or train in this window.",
            False,
            {"batch_size": even},
        )
    ]


def _of_count(batch_size: int, kept: int, hold_out: float) -> list[Remark]:
    if kept < 2:
        hint = "Hold fewer out." if hold_out else "Choose a folder with more; a hundred is a small number."
        said = "is one picture" if kept else "are no pictures"
        return [Remark(f"There {said} to learn from.", hint, True)]
    found = []
    if batch_size > kept:
        found.append(
            Remark(
                f"A step takes {batch_size:,} pictures, and there are {kept:,}: some come twice in a step.",
                f"Choose a batch size of {max(2, kept // 2)} or less.",
                False,
                {"batch_size": max(2, kept // 2)},
            )
        )
    if kept < _FEW:
        found.append(
            Remark(
                f"{kept:,} pictures are few: a model is likely to memorise them.",
                "It will run, and is good for trying things out.",
                False,
            )
        )
    return found


def default_name(family_title: str, data: DataSummary, taken: tuple[RunFacts, ...]) -> str:
    """A name for the model that tells it from those there are: the pictures' and the family's."""
    parts = [part for part in data.request.source.replace("\\", "/").split("/") if part]
    stem = parts[-1].split(":")[0].split("#")[0].split(".")[0] if parts else ""
    is_file = "." in parts[-1].split("#")[0] if parts else False
    if len(parts) > 1 and (is_file or "ubyte" in stem) and _SAYS_NOTHING.search(stem):
        stem = parts[-2]  # as of fashion-mnist/train-images-idx3-ubyte.gz
    stem = stem or "pictures"
    plain = f"{stem} {family_title}"
    names = {facts.name for facts in taken}
    number = 1
    name = plain
    while name in names:
        number += 1
        name = f"{plain} {number}"
    return name
