"""What was asked of the run that was begun last, for the next one to be asked the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from explorer.core.json_text import parsed_json
from explorer.session.settings import Settings

_LAST = "train/last-run"
_PRESETS = 3


@dataclass(frozen=True)
class LastRun:
    """Family, pictures and length, as a `RunSpec` has them; nothing of what it started from.

    Attributes
    ----------
    preset : int or None
        The number of the length that was chosen; None where its steps were.
    """

    family: str
    size: int
    steps: int
    hold_out: float
    data: str
    attributes: str = ""
    assume: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    preset: int | None = None


def last_run(settings: Settings) -> LastRun | None:
    """What was remembered; None where nothing was, or it is damaged."""
    try:
        last = parsed_json(settings.choice(_LAST) or "{}")
        return LastRun(
            str(last["family"]),
            int(last["size"]),
            int(last["steps"]),
            float(last["hold_out"]),
            str(last["data"]),
            str(last.get("attributes", "")),
            dict(last.get("assume", {})),
            tuple(str(name) for name in last.get("left_out", ())),
            None if last["preset"] is None else int(last["preset"]) % _PRESETS,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def remember_run(settings: Settings, run: LastRun) -> None:
    """Ask the next time what was asked now."""
    settings.remember_choice(_LAST, json.dumps(asdict(run)))
