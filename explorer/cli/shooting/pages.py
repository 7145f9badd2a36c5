"""Every page that the window can show, and what has to be done for each to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from explorer.cli.shooting.camera import show_page, wait_until, windows_above
from explorer.ui.window.main_window import MainWindow

_TINY = {"width": 0.1, "batch_size": 4, "latent_size": 4}  # a network that learns nothing, in no time
_STEPS, _PICTURES, _SIZE = 24, 64, 32


@dataclass(frozen=True)
class Page:
    """A page: its name, what brings it into sight, and what ends that where another page would not."""

    name: str
    show: Callable[[], object]
    leave: Callable[[], object] = lambda: None


def every_page(window: MainWindow) -> Iterator[Page]:
    """All pages of a window with a model open, in the order of the rail; each is to be shown before the next is had."""
    for panel in window.panels:
        for view in panel.views or ("",):
            title = f"{panel.title} {view}".strip()
            yield Page(title, lambda panel=panel, view=view: show_page(window, panel.title.lower(), view.lower()))  # type: ignore[misc]
            if (panel.title, view) in _MORE:
                yield from _MORE[panel.title, view](window)
    yield from _dialogs(window)
    presentation = window.window_actions.look.presentation
    for shown in (("explore", ""), ("arithmetic", "board"), ("traverse", "grid")):

        def present(shown: tuple[str, str] = shown) -> None:
            show_page(window, *shown)
            presentation.change()

        yield Page(f"Presentation {' '.join(shown)}".strip(), present, presentation.change)


def _board(window: MainWindow) -> Iterator[Page]:
    view: Any = window.panel.view_in_sight
    names = list(view.model.renderer.directions) if view.model is not None else []
    if names:
        yield Page("Arithmetic Board example", lambda: view.try_example(names[0]))


def _quiz(window: MainWindow) -> Iterator[Page]:
    """A short quiz, asked, answered, explained and at its end."""
    from explorer.core.quiz.questions import Difficulty
    from explorer.session.quiz.quiz_request import QuizRequest
    from explorer.session.traverse.map_pictures import PORTRAITS

    view: Any = window.panel.view_in_sight
    model = window.studio.models.current
    if model is None:
        return
    request = QuizRequest("Ada", "pair", "pair", (model.path,), PORTRAITS, None, 4, Difficulty(), 1)

    def ask() -> None:
        view.begin_wish(request)
        wait_until(lambda: view.play.phase == "ask" or view.page is view.set_up)

    yield Page("Quiz question", ask)
    if view.play.phase != "ask":  # the model's pictures are of another kind than those at hand
        return
    yield Page("Quiz answer", lambda: view.play.act("left"))
    yield Page("Quiz lesson", lambda: view.play.act("learn"))
    yield Page("Quiz end", view.game.stop, view._change)


def _runs(window: MainWindow) -> Iterator[Page]:
    """What a new run is made of, and one that has been trained."""
    from explorer.training.runs.spec import RunSpec

    view: Any = window.panel.view_in_sight
    yield Page("Train new run", view.begin_new)
    spec = RunSpec("dcgan", f"portraits:{_PICTURES}", _SIZE, _STEPS, settings=_TINY, name="Small portraits")

    def train() -> None:
        folders = [run.facts.folder for run in view.trainings.all]
        folder = folders[0] if folders else view.trainings.begin(spec)
        view.watch(folder)
        wait_until(lambda: view.trainings.of(folder).state in ("done", "failed"))

    yield Page("Train watch", train)


def _dialogs(window: MainWindow) -> Iterator[Page]:
    from explorer.ui.translate.translate_window import TranslateWindow
    from explorer.ui.window.record_dialog import RecordDialog

    def close() -> None:
        for above in windows_above(window):
            above.close()

    show_page(window, "explore")
    for name in ("save", "keys", "notices", "about", "converted"):
        yield Page(f"Dialog {window.commands[name].text().removesuffix(' …')}", window.commands[name].trigger, close)
    settings = window.studio.settings
    yield Page("Dialog Recording", lambda: RecordDialog(settings, window, "recording", (64, 64), 4.2).open(), close)
    translate = TranslateWindow(window.studio, window)
    yield Page("Translate", translate.show, translate.close)
    translate.close_work()
    yield Page("Tour", window.tour.start, window.tour.leave)


_MORE: dict[tuple[str, str], Callable[[MainWindow], Iterator[Page]]] = {
    ("Arithmetic", "Board"): _board,
    ("Quiz", "Play"): _quiz,
    ("Train", "Runs"): _runs,
}
