"""A quiz as one page that plays in any browser, without a network or this program."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.quiz.answer_table import COLUMNS
from explorer.core.quiz.questions import QuizPlan
from explorer.core.quiz.stimulus_files import Picture, plain_png
from explorer.paths import resources_folder

_KEY_BYTES, _NAME_BYTES = 64, 8
_LEFT_OUT = ("critic", "critic_correct", "exposure_ms")  # the page has neither


@dataclass(frozen=True, eq=False)
class Packed:
    """One question with its pictures, made.

    Attributes
    ----------
    pictures : tuple of (size, size, channels) uint8
        Left and right, or the only one; all of a page alike in size and channels.
    truth : str
        As in `Question`.
    facts : mapping
        More of the columns of `results.COLUMNS`: model, model_hash, real_name, real_hash, made_seed, ...
    """

    pictures: tuple[Picture, ...]
    truth: str
    facts: Mapping[str, Any]


def page(plan: QuizPlan, questions: Sequence[Packed], title: str, *, tells: bool = False) -> bytes:
    """The page, as UTF-8; the same questions always give the same bytes.

    Pictures are PNGs of one length under random names, in the order of the names. The solution is disguised, which
    keeps a glance at the source from spoiling the quiz; whoever wants to can read it. ``tells`` is whether it says
    after each answer whether that was right, unless somebody does not want to know.

    Raises
    ------
    ValueError
        Pictures differ in shape.
    """
    shapes = {picture.shape for question in questions for picture in question.pictures}
    if len(shapes) != 1:
        raise ValueError(f"pictures of the shapes {sorted(shapes)} would give themselves away")
    stream = np.random.RandomState(plan.seed)
    names = [[stream.bytes(_NAME_BYTES).hex() for _ in question.pictures] for question in questions]
    files = {
        name: base64.b64encode(plain_png(picture)).decode()
        for row, question in zip(names, questions, strict=True)
        for name, picture in zip(row, question.pictures, strict=True)
    }
    key = stream.bytes(_KEY_BYTES)
    told = json.dumps([{"truth": question.truth, **question.facts} for question in questions]).encode()
    disguised = bytes(byte ^ key[place % len(key)] for place, byte in enumerate(told))
    pack = {
        "form": plan.form,
        "tells": tells,
        "seed": plan.seed,
        "about": {"size_px": plan.difficulty.size, "blur_px": plan.difficulty.blur},
        "questions": names,
        "pictures": dict(sorted(files.items())),
        "key": base64.b64encode(key).decode(),
        "solution": base64.b64encode(disguised).decode(),
    }
    return _filled(title, pack)


def _filled(title: str, pack: Mapping[str, Any]) -> bytes:
    template = (resources_folder() / "quiz.html").read_text(encoding="utf-8")
    columns = [name for name in COLUMNS if name not in _LEFT_OUT]
    parts = {"TITLE": html.escape(title), "PACK": _script(pack), "COLUMNS": _script(columns)}
    pattern = f"@({'|'.join(parts)})@"  # filled in one pass, so that a title is never taken for a place to fill
    return re.sub(pattern, lambda found: parts[found[1]], template).encode()


def _script(value: Any) -> str:
    """JSON that cannot end the script it stands in."""
    return json.dumps(value).replace("<", "\\u003c")
