"""A row of widgets that goes on in the next line where it is full."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

_FEW, _NARROWEST = 3, 0.5


class Flow(QLayout):
    """Lays widgets out like words, from left to right and from top to bottom; a few share one line, made narrower."""

    def __init__(
        self, parent: QWidget | None = None, spacing: int = 0, *, narrows: bool = True, centred: bool = False
    ) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        self._items: list[QLayoutItem] = []
        self._narrows, self._centred = narrows, centred

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._placed(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize() if self._narrows else item.sizeHint())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._placed(rect, move=True)

    def _placed(self, rect: QRect, *, move: bool) -> int:
        """Where each goes, and the height that takes."""
        share, y = self._share(rect.width()), rect.y()
        lines: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        for item in self._items:
            size = QSize(int(item.sizeHint().width() * share), item.sizeHint().height())
            if lines[-1] and self._wide([*lines[-1], (item, size)]) > rect.width():
                lines.append([])
            lines[-1].append((item, size))
        for line in lines:
            x = rect.x() + (max(rect.width() - self._wide(line), 0) // 2 if self._centred else 0)
            for item, size in line:
                if move:
                    item.setGeometry(QRect(QPoint(x, y), QSize(min(size.width(), rect.width()), size.height())))
                x += size.width() + self.spacing()
            y += max((size.height() for _, size in line), default=0) + self.spacing()
        return y - self.spacing() - rect.y()

    def _wide(self, line: list[tuple[QLayoutItem, QSize]]) -> int:
        return sum(size.width() for _, size in line) + self.spacing() * (len(line) - 1)

    def _share(self, width: int) -> float:
        """How much of their width a few widgets get, that one line holds them; 1 where they fit or are many."""
        if len(self._items) > _FEW or not self._narrows:
            return 1.0
        wanted = sum(item.sizeHint().width() for item in self._items)
        room = width - self.spacing() * (len(self._items) - 1) - 1
        return min(max(room / max(wanted, 1), _NARROWEST), 1.0)
