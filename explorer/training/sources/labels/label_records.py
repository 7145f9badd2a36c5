"""Labels in JSON: StyleGAN's ``dataset.json`` and Hugging Face's ``metadata.jsonl``, as tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem

RECORD_LIMIT = 2_000_000
"""Most lists and records of a file that is read."""


def records_in(name: str, text: str, notes: list[str]) -> list[list[str]]:
    """A header and rows of cells.

    Raises
    ------
    Problem
        There are no labels in it.
    """
    if text.count("[") + text.count("{") > RECORD_LIMIT:
        raise Problem(f"{name} has more than {RECORD_LIMIT:,} records and was left out.", "Keep what matters.")
    if name.lower().endswith(".jsonl"):
        return table_of(_lines(name, text, notes))
    try:
        labels = parsed_json(text).get("labels")
    except (ValueError, AttributeError):
        raise Problem(f"{name} is damaged, or of another kind than StyleGAN's.", "Write it again.") from None
    pairs = [pair for pair in labels if isinstance(pair, list) and len(pair) == 2] if isinstance(labels, list) else []
    if not pairs:
        raise Problem(f"{name} holds no labels.", 'It needs {"labels": [["file.png", 0], ...]}.')
    return table_of([{"file": pair[0], **_named(pair[1])} for pair in pairs])


def table_of(records: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """A header with the keys of all records, and a row of cells for each."""
    columns = list(dict.fromkeys(key for record in records for key in record))
    return [columns, *([word(record.get(column)) for column in columns] for record in records)]


def word(value: Any) -> str:
    """A cell for a value: "" for null, yes and no for booleans, and JSON for what is nested."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip() if isinstance(value, str | int | float) else json.dumps(value)


def _lines(name: str, text: str, notes: list[str]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    bad = 0
    for line in filter(str.strip, text.splitlines()):
        try:
            record = parsed_json(line, finite=False)
        except ValueError:
            record = None
        if isinstance(record, dict):
            found.append({str(key): value for key, value in record.items()})
        else:
            bad += 1
    if bad:
        notes.append(f"{bad:,} lines of {name} are not records and were left out.")
    if not found:
        raise Problem(f"{name} holds no records.", 'Each line needs the form {"file_name": "1.png", "label": "cat"}.')
    return found


def _named(label: Any) -> Mapping[str, Any]:
    """A class; or several numbers: one of them 1 and the others 0 is a class, too."""
    if not isinstance(label, list):
        return {"label": label}
    if sorted(map(str, label)) in ([*["0"] * (len(label) - 1), "1"], [*["0.0"] * (len(label) - 1), "1.0"]):
        return {"label": next(place for place, value in enumerate(label) if value == 1)}
    return {f"label {place}": value for place, value in enumerate(label[:1000])}
