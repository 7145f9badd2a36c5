"""What a model is whose card says so and whose inputs and outputs have set names: its card is held against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from explorer.core.models.inspection import NOT_FINITE, Inspection, chance_of, sized
from explorer.core.models.ports.band_ports import BANDS, checked_band
from explorer.core.models.ports.step_ports import checked_step
from explorer.core.text.text_ports import check_text
from explorer.core.worlds.dream_ports import WORLDS, check_world

if TYPE_CHECKING:
    from explorer.core.models.card import ModelCard
    from explorer.core.models.graph import ModelFile
    from explorer.core.models.probe import Trial


def inspected_ports(file: ModelFile, card: ModelCard, trial: Trial | None, problems: tuple[str, ...]) -> Inspection:
    """What a sampler, a row, a pixel, a dream, a controller or a text network is.

    Raises
    ------
    Problem
        Its inputs or outputs are not those of its kind.
    """
    outputs, kind = sized(file.outputs, trial), card.kind
    batch: int | Literal["dynamic"] = 1 if trial and not trial.dynamic else "dynamic"
    if kind in BANDS:
        checked_band(file.path, file.inputs, outputs, kind)
        return Inspection(kind, card, batch, file.inputs, file.outputs, problems)
    if trial and not all(seen.finite for seen in trial.outputs):
        problems += (NOT_FINITE,)
    if kind == "sampler":
        declared = checked_step(file.path, file.inputs, outputs, card).batch
        batch = batch if declared == "dynamic" else declared
        problems += chance_of(file, trial)
    elif kind in WORLDS:
        check_world(file.path, file.inputs, outputs, card)
    else:
        check_text(file.path, file.inputs, outputs, card)
    return Inspection(kind, card, batch, file.inputs, file.outputs, problems)
