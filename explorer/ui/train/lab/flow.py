"""The graph of a GAN: what flows forwards in a step, numbers, and backwards, slopes; lit as the step is taken."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.training.toy_models.snapshot import Snapshot
from explorer.ui.theme import UNIT, Colours, colours_of, grown, tinted
from explorer.ui.train.lab.painting import Inks

Edges = tuple[tuple[str, str], ...]

_PHASE_MS = 450
_WIDE_PX = 28 * UNIT
_NODES: Final[dict[str, tuple[str, float, float]]] = {  # words, and the middle as shares of the room
    "noise": ("Noise z", 0.27, 0.08),
    "generator": ("Generator", 0.27, 0.27),
    "samples": ("Samples", 0.27, 0.46),
    "real": ("Real", 0.76, 0.46),
    "critic": ("Critic", 0.5, 0.68),
    "critic loss": ("Critic loss", 0.76, 0.9),
    "generator loss": ("Generator loss", 0.25, 0.9),
}
_FORWARDS: Final[Edges] = (
    ("noise", "generator"),
    ("generator", "samples"),
    ("samples", "critic"),
    ("real", "critic"),
    ("critic", "critic loss"),
    ("critic", "generator loss"),
)
# What is lit, phase by phase: edges forwards, and edges along which the slope comes back.
_CRITIC: Final[tuple[tuple[Edges, Edges], ...]] = (
    ((("noise", "generator"), ("generator", "samples")), ()),
    ((("samples", "critic"), ("real", "critic")), ()),
    ((("critic", "critic loss"),), ()),
    ((), (("critic loss", "critic"),)),
)
_GENERATOR: Final[tuple[tuple[Edges, Edges], ...]] = (
    ((("noise", "generator"), ("generator", "samples")), ()),
    ((("samples", "critic"),), ()),
    ((("critic", "generator loss"),), ()),
    ((), (("generator loss", "critic"), ("critic", "samples"))),
    ((), (("samples", "generator"),)),
)
PHASES: Final = {"critic": _CRITIC, "generator": _GENERATOR, "both": (*_CRITIC, *_GENERATOR)}
_SAID: Final = {
    "critic": "The loss tells the critic how to change.",
    "generator": "The slope comes back through the critic, which stays as it is.",
}


class FlowGraph(QWidget):
    """Shows how a step goes; of a single step one phase after the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turn, self.phase = "", 0
        self._shown = (-1, -1)  # round and step
        self._losses: dict[str, float] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_PHASE_MS)
        self._timer.timeout.connect(self._go_on)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("How a step goes")
        self.setToolTip(
            "Blue and orange arrows: numbers that flow forwards. Dashed arrows: slopes that flow back\n"
            "and tell a network how to change. Take a single step to see one after the other."
        )

    def show_snapshot(self, seen: Snapshot, playing: bool) -> None:
        """Show the step that was taken: all of it while it plays, and phase by phase where it was the only one."""
        self._losses = seen.losses
        is_new = (seen.round, seen.step) != self._shown
        self._turn, self._shown = seen.turn, (seen.round, seen.step)
        self.setAccessibleDescription(_SAID.get(seen.turn, ""))
        if playing or not seen.turn:
            self.rest()
        elif is_new:
            self.phase = 0
            self._timer.start()
        self.update()

    def rest(self) -> None:
        """Show the whole step, and no longer phase by phase."""
        self._timer.stop()
        self.phase = -1
        self.update()

    @property
    def lit(self) -> tuple[Edges, Edges]:
        """The edges that are lit: forwards, and backwards."""
        phases = PHASES.get(self._turn, ())
        if 0 <= self.phase < len(phases):
            return phases[self.phase]
        return tuple(edge for forwards, _ in phases for edge in forwards), tuple(
            edge for _, backwards in phases for edge in backwards
        )

    def _go_on(self) -> None:
        self.phase += 1
        if self.phase >= len(PHASES.get(self._turn, ())):
            self.rest()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(grown(_WIDE_PX, self), 40 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)  # it goes when there is no room: it never makes the window larger

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        inks, room = Inks.of(c), QRectF(self.rect()).adjusted(2, UNIT, -2, -UNIT)
        forwards, backwards = self.lit
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for edge in _FORWARDS:
                is_lit = edge in forwards
                ink = inks.real if edge[0] in ("real", "critic") and edge[1] != "generator loss" else inks.made
                self._paint_edge(painter, room, edge, ink if is_lit else c.line, 3.0 if is_lit else 1.5)
            for edge in backwards:
                self._paint_edge(painter, room, edge, c.accent, 2.5, back=True)
            touched = {name for edge in (*forwards, *backwards) for name in edge}
            for name in _NODES:
                self._paint_node(painter, room, name, name in touched, c)

    def _box(self, room: QRectF, name: str) -> QRectF:
        _, x, y = _NODES[name]
        line = self.fontMetrics().height()
        wide, high = room.width() * 0.47, line * (2.2 if name.endswith("loss") else 1.5)
        middle = QPointF(room.left() + x * room.width(), room.top() + y * room.height())
        return QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high)

    def _paint_node(self, painter: QPainter, room: QRectF, name: str, is_lit: bool, c: Colours) -> None:
        box, inks = self._box(room, name), Inks.of(c)
        ink = {"real": inks.real, "critic": inks.real, "critic loss": inks.real}.get(name, inks.made)
        painter.setPen(QPen(ink if is_lit else c.line, 2.0 if is_lit else 1.0))
        painter.setBrush(c.raised)
        round_px = box.height() / 2 if name in ("noise", "samples", "real") else 4
        painter.drawRoundedRect(box, round_px, round_px)
        if is_lit:
            painter.setBrush(tinted(ink, 0.18))
            painter.drawRoundedRect(box, round_px, round_px)
        painter.setPen(c.text)
        words = _NODES[name][0]
        if name.endswith("loss"):
            value = self._losses.get(name.removesuffix(" loss"))
            words += "\n–" if value is None else f"\n{value:.2f}".replace("-", "−")
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_edge(
        self,
        painter: QPainter,
        room: QRectF,
        edge: tuple[str, str],
        colour: QColor,
        width: float,
        *,
        back: bool = False,
    ) -> None:
        start, end = (self._box(room, name).center() for name in edge)
        side = QPointF(UNIT, 0) if back else QPointF()  # beside what goes forwards
        start, end = _outside(self._box(room, edge[0]), start, end), _outside(self._box(room, edge[1]), end, start)
        painter.setPen(QPen(colour, width, Qt.PenStyle.DashLine if back else Qt.PenStyle.SolidLine))
        painter.drawLine(start + side, end + side)
        along = end - start
        length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1.0)
        one, across = along / length, QPointF(-along.y(), along.x()) / length
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        tip = end + side
        painter.drawPolygon(QPolygonF([tip, tip - one * 9 + across * 5, tip - one * 9 - across * 5]))


def _outside(box: QRectF, middle: QPointF, towards: QPointF) -> QPointF:
    """Where the line from the middle of a box leaves it."""
    along = towards - middle
    shares = [
        half / abs(part)
        for half, part in ((box.width() / 2, along.x()), (box.height() / 2, along.y()))
        if abs(part) > 0
    ]
    return middle + along * min([*shares, 1.0])
