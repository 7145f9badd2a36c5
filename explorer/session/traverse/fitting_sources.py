"""Which pictures fit a model: those that were chosen for its like, or that it is known to have learned from."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from explorer.core.files import path_in, read_file
from explorer.core.json_text import parsed_json
from explorer.core.models.card import ModelCard
from explorer.core.models.file_kinds import RUN_FILE, run_of
from explorer.core.problem import Problem
from explorer.session.models.opening import OpenModel
from explorer.session.settings import Settings
from explorer.session.traverse.map_pictures import PORTRAITS, Source

_DRAWN_HERE = re.compile(r"procedural portraits|drawn portraits that this program makes", re.IGNORECASE)
_LARGEST_RUN = 4 << 20


def fitting_source(model: OpenModel, settings: Settings) -> Source | None:
    """The pictures to offer first for a model, if it is known of any that they are like what it draws."""
    chosen = settings.choice(_key(model)) or learned_from(model.path)
    path = path_in(chosen.partition("#")[0]) if chosen and chosen != PORTRAITS else None
    if path is not None and path.exists():
        return Path(chosen)
    return PORTRAITS if chosen == PORTRAITS or draws_portraits(model.generator.card) else None


def remember_source(model: OpenModel, source: Source, settings: Settings) -> None:
    """Offer these pictures first from now on, for this model and for those that learned from the same data."""
    settings.remember_choice(_key(model), str(source))


def portraits_fit(card: ModelCard) -> bool:
    """Whether the program's own portraits may be like what a model draws, as far as its card says."""
    return not card.data or draws_portraits(card)


def draws_portraits(card: ModelCard) -> bool:
    """Whether a model draws the program's own portraits, by its card."""
    return bool(_DRAWN_HERE.search(card.data))


def _key(model: OpenModel) -> str:
    told = model.generator.card.data or model.generator.hash
    return f"pictures_of_{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def learned_from(path: Path) -> str:
    """What the run that a model comes from was begun with; "" where that is not known."""
    run = run_of(path)
    if run is None:
        return ""
    try:
        said = parsed_json(read_file(run / RUN_FILE, _LARGEST_RUN).decode("utf-8", "replace"))
    except (Problem, ValueError):
        return ""
    data = said.get("data", "") if isinstance(said, dict) else ""
    if not isinstance(data, str):
        return ""
    return PORTRAITS if data.partition(":")[0] == PORTRAITS else data
