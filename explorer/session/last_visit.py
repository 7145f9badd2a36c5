"""Where one was when the program ended: the last pictures of the history, and what was in view."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.core.json_store import JsonStore
from explorer.core.rendering.scene import scene_facts, scene_from
from explorer.session.document import Document, HistoryStep

if TYPE_CHECKING:
    from explorer.core.drawing.drawing import Drawing

FORMAT = "latent-explorer/visit"
_LARGEST_BYTES = 64 << 20
_MOST_STEPS = 50


@dataclass(frozen=True, eq=False)
class Visit:
    """What is returned to.

    Attributes
    ----------
    steps : tuple of HistoryStep
        The last pictures of one model, oldest first; none where there was no picture.
    step : int
        Which of them was shown.
    panel, view : str
        The titles of what was in view.
    """

    steps: tuple[HistoryStep, ...] = ()
    step: int = 0
    panel: str = ""
    view: str = ""


class LastVisit:
    """Keeps one `Visit` in a file, which is read when the program begins and written when it ends.

    Attributes
    ----------
    drawings : dict of str to Drawing
        What was last drawn for each kind of translator, kept with it.
    """

    def __init__(self, file: Path) -> None:
        self._store = JsonStore(file, _LARGEST_BYTES)
        self.drawings: dict[str, Drawing] = {}

    def read(self) -> Visit:
        """The last visit; an empty one where there was none, or its file is damaged."""
        nothing: tuple[Visit, dict[str, Drawing]] = Visit(), {}
        visit, drawings = self._store.read(_visit, nothing)
        self.drawings.update(drawings)
        return visit

    def keep(self, visit: Visit) -> None:
        """Keep it for the next start. Raises `Problem` where it cannot be written."""
        steps = [{"what": step.what, "scene": scene_facts(step.scene)} for step in visit.steps]
        place = {"panel": visit.panel, "view": visit.view}
        drawn = _drawing_facts(self.drawings) if self.drawings else {}
        facts = {"format": FORMAT, "version": 1, "steps": steps, "step": visit.step, "drawings": drawn}
        self._store.write(facts | place)


def visit_of(document: Document, panel: str, view: str) -> Visit:
    """What there is to keep: the steps of the model that is shown, the last and the shown one among them."""
    steps, here = document.steps()
    first = max(min(len(steps) - _MOST_STEPS, here), 0)
    kept = [
        (index, step)
        for index, step in enumerate(steps)
        if first <= index < first + _MOST_STEPS and step.scene.model == document.scene.model
    ]
    if not document.scene.model:
        return Visit(panel=panel, view=view)
    shown = [index for index, _ in kept].index(here)
    return Visit(tuple(step for _, step in kept), shown, panel, view)


def _visit(data: Any) -> tuple[Visit, dict[str, Drawing]]:
    if data["format"] != FORMAT or data["version"] != 1:
        raise ValueError("another format")
    steps = tuple(HistoryStep(str(row["what"]), scene_from(row["scene"])) for row in data["steps"][:_MOST_STEPS])
    step = int(data["step"])
    if steps and not 0 <= step < len(steps):
        raise ValueError("a step that is not there")
    drawings = _drawings(dict(data["drawings"])) if data.get("drawings") else {}
    return Visit(steps, step, str(data["panel"]), str(data["view"])), drawings


def _drawing_facts(drawings: dict[str, Drawing]) -> dict[str, Any]:
    from explorer.core.drawing.drawing_json import drawing_facts

    return {kind: drawing_facts(drawing) for kind, drawing in drawings.items()}


def _drawings(told: dict[str, Any]) -> dict[str, Drawing]:
    from explorer.core.drawing.drawing_json import drawing_from

    return {str(kind): drawing_from(each) for kind, each in told.items()}
