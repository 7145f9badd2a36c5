"""Results by what was asked, and the table of all answers for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from explorer.core.quiz.store import Row

COLUMNS: dict[str, str] = {
    "player": "name of the player",
    "session": "number of the session",
    "mode": "pair, single, flash or critic",
    "session_seed": "seed of the plan",
    "question": "number of the question in its session, from 0",
    "answered_utc": "when, ISO 8601",
    "truth": "pair: where the real picture was; single: real or made",
    "answer": "what was said, in the same words",
    "correct": "1 or 0",
    "confidence": "1 to 5, empty where not asked",
    "response_ms": "from when the pictures could be seen to the answer",
    "exposure_ms": "how long they could be seen, empty where until the answer",
    "model": "name of the generator",
    "model_hash": "SHA-256 of its file",
    "real_name": "the real picture in its source, empty where none was shown",
    "real_hash": "SHA-256 of its pixels",
    "made_seed": "seed of the made picture's latent, empty where none was shown",
    "made_psi": "its truncation",
    "made_class": "its class, for models that have classes",
    "size_px": "side of the pictures as shown, 0 for that of the model",
    "blur_px": "standard deviation of the blur",
    "critic": "what the critic said, empty where it was not asked",
    "critic_correct": "1 or 0",
}
"""The columns of `csv_bytes`, in order, with what each holds."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet would take for a formula."""


def csv_bytes(rows: Iterable[Row]) -> bytes:
    """Answers as a CSV in UTF-8 with a header, one row each; see `COLUMNS`.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in _values(row)])
    return file.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _values(row: Row) -> list[Any]:
    session, answer = row.session, row.answer
    hard = session.plan.difficulty if session.plan else None
    when = datetime.fromtimestamp(row.answered, UTC).isoformat(timespec="milliseconds")
    return [
        *(session.player_name, session.id, session.mode, session.seed, answer.index, when),
        *(answer.truth, answer.said, answer.correct, answer.confidence),
        *(round(answer.response_ms, 1), answer.exposure_ms, answer.model_name, answer.model_hash),
        *(answer.real_name, answer.real_hash, answer.made_seed, answer.made_psi, answer.made_label),
        *((hard.size, hard.blur) if hard else (None, None)),
        *(answer.critic, answer.critic_correct),
    ]


Key = Callable[[Row], str]


def by_mode(row: Row) -> str:
    """``pair``, ``single``, ``flash`` or ``critic``."""
    return row.session.mode


def by_model(row: Row) -> str:
    """The name of the generator, with the beginning of its hash: names are not unique."""
    return f"{row.answer.model_name} ({row.answer.model_hash[:8]})"


def by_difficulty(row: Row) -> str:
    """All that makes it hard, in words."""
    if row.session.plan is None:
        return "not known"
    hard = row.session.plan.difficulty
    words = [f"ψ {hard.psi:g}", f"{hard.size} px" if hard.size else "model’s size"]
    words += [f"blur {hard.blur:g} px"] if hard.blur else []
    exposure = "flash" if row.session.mode == "flash" else f"{hard.exposure_ms:g} ms"
    return ", ".join(words + ([exposure] if exposure != "0 ms" else []))


def by_question(row: Row) -> str:
    """The number of the question, from 1: for answers to one quiz."""
    return f"Question {row.answer.index + 1}"


def by_quiz(row: Row) -> str:
    """Which quiz was played, by whomever: equal ones ask the same questions."""
    return f"{row.session.mode}:{row.session.seed}"


def by_session(row: Row) -> str:
    """The number of the session: results over time."""
    return str(row.session.id)
