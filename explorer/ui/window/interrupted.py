"""At the start: says that a training run was broken off, and offers to go on with it."""

from __future__ import annotations

from pathlib import Path

from explorer.session.notices import DEGRADED, Notice
from explorer.training.runs.run_folder import run_facts
from explorer.ui.window.main_window import MainWindow

_PANEL = "Train"


def tell_of_interrupted(window: MainWindow) -> None:
    """Offer to go on with the run that was trained when the program last ended, if there is one."""
    folder = window.studio.trainings.interrupted
    facts = run_facts(folder) if folder is not None else None
    if facts is None:
        return
    step = f"It is kept at step {facts.kept_step:,}." if facts.kept_step else "Nothing had been saved yet."
    what = f"The training of {facts.name} was interrupted."
    resume = Notice(DEGRADED, what, step, action="Resume it", do=lambda: _resume(window, facts.folder))
    window.studio.notices.show(resume)


def _resume(window: MainWindow, folder: Path) -> None:
    from explorer.ui.tabbed_panel import TabbedPanel
    from explorer.ui.train.runs_view import RunsView

    window.show_panel(window.titles.index(_PANEL))
    if isinstance(panel := window.panel, TabbedPanel):
        panel.show_view(0)
        if isinstance(view := panel.view, RunsView):
            view.take(folder)
            view.commands.do("resume", folder)
