"""The Inside panel: what a network can be made to believe, and what it likes to see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from explorer.ui.exporting_panel import ExportingPanel
from explorer.ui.tabbed_panel import LazyView

VIEWS = (
    LazyView(
        "Fool it",
        "How little it takes to mislead a network: a change that nobody sees, made on purpose",
        "inside.fool_view",
        "FoolView",
    ),
    LazyView(
        "Dream",
        "What a part of a network likes to see: grown from noise or from a picture",
        "inside.dream_view",
        "DreamView",
    ),
)


class InsidePanel(ExportingPanel):
    """What comes of it can be exported."""

    title: ClassVar[str] = "Inside"
    icon_name: ClassVar[str] = "inside"
    needs_model: ClassVar[bool] = False
    choices = VIEWS
    saved: ClassVar[Sequence[str]] = ("misleading picture", "dream")  # by the view
    export_tip: ClassVar[str] = "Save what is shown here"
