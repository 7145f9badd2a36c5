"""The Train panel: from a folder of pictures to a generator, watched live."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from explorer.ui.tabbed_panel import LazyView, TabbedPanel

VIEWS = (
    LazyView(
        "Runs",
        "Train a model on pictures, and watch it learn: go back through it, compare runs, export",
        "train.runs_view",
        "RunsView",
    ),
    LazyView(
        "Lab",
        "A GAN or a VAE small enough to watch: see how two networks learn, and how that can fail",
        "train.lab.view",
        "LabView",
    ),
)


class TrainPanel(TabbedPanel):
    """Trains generators in the background."""

    title: ClassVar[str] = "Train"
    icon_name: ClassVar[str] = "train"
    needs_model: ClassVar[bool] = False
    choices = VIEWS

    def learn_from(self, source: Path, labels: Path | None = None) -> None:
        """Ask for a new run that learns from the pictures of a source, by its labels."""
        from explorer.ui.train.runs_view import RunsView

        self.show_view(0)
        view = self.view
        assert isinstance(view, RunsView)
        view.learn_from(source, labels)
