"""The Quiz panel: which face is real, how well people tell, and which pictures fool them."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from explorer.ui.tabbed_panel import LazyView, TabbedPanel
from explorer.ui.view import View

VIEWS = (
    LazyView(
        "Play", "Can you tell real pictures from made ones? Set up a quiz and find out", "quiz.quiz_view", "QuizView"
    ),
    LazyView(
        "Results",
        "How well people tell, which models fool them, and with which pictures",
        "quiz.results_view",
        "ResultsView",
    ),
)


class QuizPanel(TabbedPanel):
    """Asks which picture is real, and keeps what is answered."""

    title: ClassVar[str] = "Quiz"
    icon_name: ClassVar[str] = "quiz"
    needs_model: ClassVar[bool] = False  # results are there without any, and Play opens those that are ticked itself
    choices = VIEWS

    def ask_about(self, source: Path) -> None:
        """Have the real pictures of the next quiz come from a source."""
        from explorer.ui.quiz.quiz_view import QuizView

        self.show_view(0)
        view = self.view
        assert isinstance(view, QuizView)
        view.ask_about(str(source))

    def add_view(self, view: View) -> None:
        """Let a finished quiz lead to its results."""
        wanted = getattr(view, "results_wanted", None)
        if wanted is not None:
            wanted.connect(lambda: self.show_view(1))

    def close_work(self) -> None:
        super().close_work()
        self.studio.quiz_results.close()
