"""The channels of StyleSpace at the side of the window: a slider each, added by number or found by what they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget, QWidgetAction

from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.ui.explore.latent_row import ROW_PX
from explorer.ui.explore.latent_rows import LatentRows
from explorer.ui.explore.row_naming import Naming
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import STRETCH, column_of, named, push_button, row_of, text_label, tool_button

if TYPE_CHECKING:
    from explorer.ui.explore.channel_finder import ChannelFinder

_NAME_PX = 9 * UNIT
_MOST_ROWS = 5  # in sight; more are scrolled to
_HINT = "None yet. Add one by its layer and number, or find those that change one thing."
_TIP = (
    "Channels of StyleSpace: single numbers inside the layers, which change less at once than any direction of W.\n"
    "Values count each channel's standard deviations over samples"
)


class ChannelSide(QWidget):
    """One row a channel that is listed; shown for models whose layers have styles that can be moved."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._names: tuple[str, ...] = ()
        self.finder: ChannelFinder | None = None
        self.rows = named(LatentRows(self, Naming(self._name, self._tip, _NAME_PX, lockable=False)), "Channels")
        self.fold = tool_button("chevron_right", "Channels", _TIP, checkable=True)
        self.fold.setText("Channels")
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setProperty("quiet", True)
        self.search = tool_button("search", "Find channels", "Find channels that change an attribute or a region")
        self.add = tool_button("plus", "Add a channel", "Add a channel by its layer and number")
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.reset = tool_button("reset", "Reset channels", "Remove every channel from this picture and from the list")
        self.hint = text_label(_HINT, wraps=True)
        self._add_menu()
        self._lay_out()
        self._connect()
        self._show_model()

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show how far ``after`` moves each channel."""
        if before is None or after.directions is not before.directions or after.model is not before.model:
            self._show_rows()

    def close_work(self) -> None:
        """Close the dialog that looks for channels."""
        if self.finder is not None:
            self.finder.close()

    def find_channels(self) -> None:
        """Show the dialog that looks for channels."""
        from explorer.ui.explore.channel_finder import ChannelFinder

        if self.finder is None:
            self.finder = ChannelFinder(self._studio, self.window())
            self.finder.listed.connect(self._on_listed)
            self.finder.finished.connect(self._on_finder_closed)
        self.finder.show()
        self.finder.raise_()

    def _on_finder_closed(self) -> None:
        self.finder = None

    def _on_listed(self) -> None:
        self.fold.setChecked(True)
        self._show_rows()

    def _name(self, place: int) -> str:
        return self._names[place] if place < len(self._names) else ""

    def _tip(self, place: int) -> str:
        from explorer.core.inference.style_space import channel_named

        channel, model = channel_named(self._name(place)), self._studio.models.current
        if channel is None or model is None or channel.layer >= len(model.generator.style_layers):
            return ""
        layer = model.generator.style_layers[channel.layer]
        return f"Channel {channel.number} of {layer.channels} in layer {channel.layer}: {layer.words}"

    def _show_model(self) -> None:
        """Offer the layers of the model that is open."""
        self.close_work()
        model = self._studio.models.current
        layers = () if model is None else model.generator.style_layers
        self.layer.set_range(0, max(len(layers) - 1, 0))
        self._show_layer()
        self._show_rows()

    def _show_layer(self) -> None:
        """Say which layer is chosen, and how many channels it has."""
        model = self._studio.models.current
        layers = () if model is None else model.generator.style_layers
        if not layers:
            return
        layer = layers[min(int(self.layer.value), len(layers) - 1)]
        self.number.set_range(0, layer.channels - 1)
        self._layer_words.setText(f"{layer.words}; channels 0 to {layer.channels - 1}")

    def _show_rows(self) -> None:
        scene = self._studio.document.scene
        before, self._names = self._names, self._studio.edits.styles.channels(scene)
        strengths = dict(scene.directions)
        values: Latent = np.array([strengths.get(name, 0.0) for name in self._names], np.float32)
        if self._names != before:
            self.rows.show_naming(Naming(self._name, self._tip, _NAME_PX, lockable=False))
        self.rows.show_latent(values, "channel")
        if self._names and not before:
            self.fold.setChecked(True)
        self._show_parts()

    def _show_parts(self) -> None:
        unfolded, some = self.fold.isChecked(), bool(self._names)
        self.fold.setIcon(icon("chevron_down" if unfolded else "chevron_right"))
        self.rows.setVisible(unfolded and some)
        self.rows.setMaximumHeight(min(len(self._names), _MOST_ROWS) * ROW_PX)
        self.rows.setMinimumHeight(min(len(self._names), 1) * ROW_PX)  # a low window shows fewer at once
        self.hint.setVisible(unfolded and not some)
        self.reset.setVisible(some)

    def _add_menu(self) -> None:
        """What asks for a layer and a number."""
        self.layer = number_box("Layer", "Of StyleSpace, counted from 0", 0, 0, 0)
        self.number = number_box("Channel", "In that layer, counted from 0", 0, 0, 0)
        self._layer_words = text_label()
        self._layer_words.setMinimumWidth(26 * UNIT)
        self.take = push_button("Add", "Add a slider for it", image="plus", primary=True)
        inside = QWidget()
        boxes = row_of(
            text_label("Layer", of=self.layer), self.layer, text_label("Channel", of=self.number), self.number
        )
        boxes.addWidget(self.take)
        column_of(boxes, self._layer_words, on=inside, margins=UNIT)
        menu = QMenu(self.add)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(inside)
        menu.addAction(holder)
        menu.aboutToShow.connect(lambda: self.layer.setFocus(Qt.FocusReason.PopupFocusReason))
        self.add.setMenu(menu)

    def _take(self) -> None:
        from explorer.core.inference.style_space import Channel

        with self._studio.notices.catching():
            self._studio.edits.styles.list_channels([Channel(int(self.layer.value), int(self.number.value))])
        self.add.menu().close()
        self._on_listed()

    def _clear(self) -> None:
        self._studio.edits.styles.clear_channels()
        self._show_rows()

    def _lay_out(self) -> None:
        header = row_of(
            *(self.fold, STRETCH, self.search, self.add, self.reset),
            margins=(UNIT // 2, 0, UNIT, 0),
            spacing=UNIT // 2,
        )
        foot = row_of(self.hint, margins=(UNIT, 0), spacing=None)
        column_of(header, self.rows, foot, on=self, spacing=UNIT // 2)

    def _connect(self) -> None:
        edits = self._studio.edits
        self.rows.moved.connect(lambda place, value, gesture: edits.set_strength(self._name(place), value, gesture))
        self.rows.reset_one.connect(lambda place: edits.set_strength(self._name(place), 0.0))
        self.fold.toggled.connect(lambda _open: self._show_parts())
        self.layer.edited.connect(lambda _value, _gesture: self._show_layer())
        self.take.clicked.connect(self._take)
        self.search.clicked.connect(self.find_channels)
        self.reset.clicked.connect(self._clear)
        self._studio.models.opened.connect(lambda _model, _request: self._show_model())
