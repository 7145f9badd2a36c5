"""Every page that the window can show, and what has to be done for each to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.cli.shooting.camera import change_presentation, show_page, wait_until, windows_above
from explorer.ui.window.main_window import MainWindow

_TINY = {"width": 0.1, "batch_size": 4, "latent_size": 4}  # a network that learns nothing, in no time
_STEPS, _PICTURES, _SIZE = 24, 64, 32
_FRAMES = 40  # of a drive


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
    yield from _presentations(window)


def _presentations(window: MainWindow) -> Iterator[Page]:
    for shown in (("explore", ""), ("arithmetic", "board"), ("traverse", "grid")):

        def present(shown: tuple[str, str] = shown) -> None:
            show_page(window, *shown)
            change_presentation(window)

        yield Page(f"Presentation {' '.join(shown)}".strip(), present, lambda: change_presentation(window))


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


def _explore(window: MainWindow) -> Iterator[Page]:
    """The picture under a tool that touches it, and with what can change inside a rectangle."""
    from PySide6.QtCore import QRect

    panel: Any = window.panel
    model = window.studio.models.current
    if model is None:
        return
    painting = panel.touching.painting
    if painting.isEnabled():
        yield Page("Explore paint", lambda: painting.setChecked(True), lambda: painting.setChecked(False))
    width, height = model.generator.card.width, model.generator.card.height
    part = QRect(width // 4, height // 4, max(width // 2, 1), max(height // 2, 1))

    def look() -> None:
        panel.here.setChecked(True)
        panel.region.show_region(part)
        panel.local.look_in(part)
        wait_until(lambda: not panel.local.work.is_busy)

    def forget() -> None:
        panel.local.forget()
        panel.here.setChecked(False)

    yield Page("Explore what can change here", look, forget)


def _fool_it(window: MainWindow) -> Iterator[Page]:
    """Digits, and how often they are misread once they are attacked."""
    view: Any = window.panel.view_in_sight

    def count() -> None:
        view.choose("digits: classifier")
        wait_until(lambda: not view.meetings.is_busy)
        view.lesson_actions()["errors"]("digits")
        wait_until(lambda: not view.is_busy)

    if view.choice.findText("digits: classifier") >= 0:
        yield Page("Inside Fool it digits", count)


def _drive(window: MainWindow) -> Iterator[Page]:
    """A drive of the controller, with what might come next."""
    view: Any = window.panel.view_in_sight

    def drive() -> None:
        wait_until(lambda: view.driving.last is not None)
        view.controls.set_driver("world" if view.driving.world.has_controller else "you")
        view.controls.ghosts.setChecked(True)
        for _ in range(_FRAMES):
            view.step()
            wait_until(lambda: not view.is_busy)

    if window.studio.catalog.worlds():
        yield Page("Worlds Drive driven", drive)


def _forgetting(window: MainWindow) -> Iterator[Page]:
    view: Any = window.panel.view_in_sight

    def measure() -> None:
        view.measure()
        wait_until(lambda: not view.is_busy)

    if window.studio.catalog.worlds():
        yield Page("Worlds Forgetting measured", measure)


def _learning(window: MainWindow) -> Iterator[Page]:
    view: Any = window.panel.view_in_sight

    def learn() -> None:
        view.controls.generations.show_value(3)
        view.learn()
        wait_until(lambda: not view.is_busy)

    if window.studio.catalog.worlds():
        yield Page("Worlds Learning learned", learn)


def _dream(window: MainWindow) -> Iterator[Page]:
    """A dream that has grown."""
    view: Any = window.panel.view_in_sight

    def grow() -> None:
        view.controls.dream.click()
        wait_until(lambda: not view.is_busy)

    yield Page("Inside Dream grown", grow)


def _lab(window: MainWindow) -> Iterator[Page]:
    view: Any = window.panel.view_in_sight
    yield Page("Train Lab VAE", lambda: view.show_subject(1), lambda: view.show_subject(0))


def _draw(window: MainWindow) -> Iterator[Page]:
    """The board with each of the translators at hand that it is drawn for."""
    panel: Any = window.panel
    for entry in window.studio.catalog.translators():

        def draw(path: Path = entry.path) -> None:
            panel.open_own(path)
            wait_until(lambda: panel.own_path == path and not panel.view.is_busy)

        yield Page(f"Draw {entry.name}", draw)


def _new_run(window: MainWindow, view: Any) -> Iterator[Page]:
    """A new run, how its family works, and the pictures that it can leave out."""
    page = view.new_page
    yield Page("Train new run", view.begin_new)
    wait_until(lambda: page.form.family is not None)

    def explain() -> None:
        page.form.explain.click()
        _wait_for_sheet(window)

    yield Page("Dialog How a family works", explain, lambda: _close_above(window))

    def choose() -> None:
        page.form.show_value({"size": _SIZE})
        page.take(f"portraits:{_PICTURES}")
        wait_until(lambda: page.preview.choose.isVisible())
        page.preview.choose.click()

    yield Page("Dialog Pictures to learn from", choose, lambda: _close_above(window))


def _runs(window: MainWindow) -> Iterator[Page]:
    """What a new run is made of, and one that has been trained."""
    from explorer.training.runs.spec import RunSpec

    view: Any = window.panel.view_in_sight
    yield from _new_run(window, view)
    spec = RunSpec("dcgan", f"portraits:{_PICTURES}", _SIZE, _STEPS, settings=_TINY, name="Small portraits")

    def train() -> None:
        folders = [run.facts.folder for run in view.trainings.all]
        folder = folders[0] if folders else view.trainings.begin(spec)
        view.watch(folder)
        wait_until(lambda: view.trainings.of(folder).state in ("done", "failed"))

    yield Page("Train watch", train)


def _dialogs(window: MainWindow) -> Iterator[Page]:
    from explorer.ui.window.record_dialog import RecordDialog

    def close() -> None:
        _close_above(window)

    def explain() -> None:
        window.commands["explain"].trigger()
        _wait_for_sheet(window)

    show_page(window, "explore")
    yield from _lessons(window)
    if window.commands["explain"].isEnabled():
        yield Page("Dialog How this model works", explain, close)
    for name in ("save", "keys", "notices", "about", "converted"):
        yield Page(f"Dialog {window.commands[name].text().removesuffix(' …')}", window.commands[name].trigger, close)
    settings = window.studio.settings
    yield Page("Dialog Recording", lambda: RecordDialog(settings, window, "recording", (64, 64), 4.2).open(), close)
    yield Page("Tour", window.tour.start, window.tour.leave)


def _lessons(window: MainWindow) -> Iterator[Page]:
    """The list of the lessons, and the first page of the first one."""
    lessons = window.commands["lessons"]
    yield Page("Lessons", lessons.trigger)

    def begin() -> None:
        from explorer.ui.lessons.lesson_actions import KNOWN
        from explorer.ui.lessons.lesson_side import LessonSide

        side = window.findChild(LessonSide)
        plans = [each.plan for each in side.shelf.lessons(KNOWN) if each.plan is not None] if side is not None else []
        if side is not None and plans:
            side.begin(plans[0])

    yield Page("Lessons first", begin, lessons.trigger)


def _close_above(window: MainWindow) -> None:
    for above in windows_above(window):
        above.close()


def _wait_for_sheet(window: MainWindow) -> None:
    """Until what was asked for is explained, or could not be."""
    from explorer.ui.explain.sheet_window import SheetWindow

    sheets = window.findChild(SheetWindow)
    wait_until(lambda: sheets is None or not sheets.jobs.is_busy)


_MORE: dict[tuple[str, str], Callable[[MainWindow], Iterator[Page]]] = {
    ("Explore", ""): _explore,
    ("Arithmetic", "Board"): _board,
    ("Quiz", "Play"): _quiz,
    ("Train", "Runs"): _runs,
    ("Train", "Lab"): _lab,
    ("Inside", "Fool it"): _fool_it,
    ("Inside", "Dream"): _dream,
    ("Draw", "Draw"): _draw,
    ("Worlds", "Drive"): _drive,
    ("Worlds", "Forgetting"): _forgetting,
    ("Worlds", "Learning"): _learning,
}
