"""What the views of a world model have in common: they work with the one that the panel has chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.core.problem import Problem
from explorer.ui.own_model_panel import OwnModelView
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import pages_of, push_button

_NOTHING = "Choose a world model above, or train one with the family Memory of a world model."


class WorldView(OwnModelView):
    """A view of one world model: a folder, or what is beside its dream.onnx."""

    def behind_question(self, stage: QWidget) -> QStackedWidget:
        """``stage`` as the second page, behind one that asks for a world."""
        self.open = push_button(
            "Open a world model …", "Choose its dream.onnx", self.open_wanted, image="open", primary=True
        )
        self.pages = pages_of(EmptyState("worlds", "Which world?", _NOTHING, [self.open]), stage)
        return self.pages

    def bundled_world(self, name: str) -> Path:
        """Where a world model lies that came with the program; raises `Problem` where there is none of that name."""
        paths = {entry.name: entry.path for entry in self.studio.catalog.worlds() if entry.bundled}
        if name not in paths:
            raise Problem(f"There is no world model called {name}.", f"Available: {', '.join(paths) or 'none'}.")
        return paths[name]
