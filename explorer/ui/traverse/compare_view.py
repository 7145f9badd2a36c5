"""Compare: the same latent drawn by two models, or the same real pictures as up to three of them see them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.session.photos.likeness_words import difference_words
from explorer.session.traverse.photo_by_two import Encoded, PhotoByTwo
from explorer.session.traverse.side_by_side import GAIN, LatentSizes, SideBySide, Twin
from explorer.ui.explore.latent_side import LatentSide
from explorer.ui.icons import icon
from explorer.ui.photos.photo_intake import ask_photo
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.compare_column import SMALLEST_PX, CompareColumn
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.traverse.offers import twin_offer
from explorer.ui.traverse.picture_strips_page import PictureStripsPage
from explorer.ui.traverse.traverse_view import TraverseView
from explorer.ui.view import Controls, add_heading, beside
from explorer.ui.widgets.asking import MODEL_KINDS, ask_file
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import STRETCH, column_of, fill, line, named, pages_of, push_button, row_of, text_label
from explorer.ui.widgets.segments import Segments

_NAME_PX = 20 * UNIT
_KINDS = (
    ("One latent", "The same latent, drawn by two models"),
    ("Real pictures", "The same pictures, encoded and drawn again by up to three models"),
)
_KIND = "compare/kind"  # among the settings
_BLEND_TIP = "Make a new model from the coarse layers of one and the fine layers of the other"


class CompareView(TraverseView):
    """Two models side by side, driven by one set of sliders; on a second page, strips of pictures through models."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.pair = SideBySide(studio.models.opener, self)
        self.sizes = LatentSizes(self)
        self.photos = PhotoByTwo(self)
        self.kinds = named(Segments(_KINDS), "What is compared")
        self.strips = PictureStripsPage(studio, self)
        self.latent = LatentSide(studio)
        self.choose = push_button(
            "Choose a model …", "Which model to show beside the open one; its latent must be of the same size"
        )
        self.choose.setMenu(QMenu(self.choose))
        self.choose.menu().setToolTipsVisible(True)
        self.blend = push_button("Blend layers …", _BLEND_TIP, self.blend_layers, image="layers")
        self.sample = push_button("New sample", "Draw another latent with both (Space)", image="sample")
        self.photo = push_button("A photo …", image="picture")
        self.back = push_button("Back to the sliders", "Show both models at the latent again", image="undo")
        self.change = text_label(wraps=True)
        self._columns = CompareColumn(), CompareColumn(), CompareColumn("Difference")
        self.views = tuple(column.view for column in self._columns)
        self._twin: Twin | None = None
        beside(self._controls(), self._stage(), self)
        self._show_second()
        self._connect()
        self._show_kind(int(studio.settings.choice(_KIND) == "pictures"))

    @property
    def is_busy(self) -> bool:
        return self.pair.is_busy or self.photos.is_busy or self.strips.is_busy

    def _show(self, model: OpenModel, before: Scene | None, after: Scene) -> None:
        if self.kinds.index == 1:
            self.strips.show(model)
            return
        self._leave_photo()
        self.latent.show_scene(before, after)
        self.pair.draw(model, after)

    def exports(self) -> tuple[Offer, ...]:
        if self.kinds.index == 1:
            return self.strips.exports()
        if self._twin is None or self.pair.second is None or not self.back.isHidden():
            return ()
        return (twin_offer(self._twin),)

    def rest(self) -> None:
        self.latent.strengths.rest()
        self.strips.rest()

    def close_work(self) -> None:
        self.latent.strengths.close()
        self.sizes.close()
        self.photos.close()
        self.pair.close()
        self.strips.work.close()

    def open(self, path: Path) -> None:
        """Put the model at ``path`` beside the open one."""
        model = self.model
        if model is not None:
            self._say_second(f"Opening {path.stem} …")
            self.pair.open(path, model)

    def blend_layers(self) -> None:
        """Ask how the layers of both are to be joined, make the new model and open it."""
        from explorer.ui.traverse.blend_dialog import BlendDialog

        if self.model is None or self.pair.second is None:
            return
        dialog = BlendDialog(self.studio, (self.model, self.pair.second), self.window())
        dialog.made.connect(self.studio.controller.open)
        dialog.show()

    def _controls(self) -> Controls:
        controls, pair = Controls(), QWidget()
        column = column_of(on=pair)
        add_heading(column, "Second model", self.choose)
        fill(column, self.choose, self.blend)
        add_heading(column, "Latent", self.sample)
        column.addWidget(self.sample)
        self._photo_title = add_heading(column, "Photo", self.photo)
        fill(column, self.photo, self.back)
        self._difference_title = add_heading(column, "Difference")
        fill(column, self.change, STRETCH)
        self._asked = pages_of(pair, self.strips.side)
        controls.column.addWidget(self.kinds)
        controls.column.addSpacing(UNIT)
        controls.column.addWidget(self._asked, 1)
        return controls

    def _stage(self) -> QWidget:
        pair = QWidget()
        hairline = line(upright=True)
        self.sides += [hairline, self.latent]
        row_of((self._both(), 1), hairline, self.latent, on=pair, spacing=0)
        self._stages = pages_of(pair, self.strips.stage)
        return self._stages

    def _both(self) -> QStackedWidget:
        """The pictures, or what to do to have some: a stack, so that changing over asks for no other size."""
        pictures = QWidget()
        row = row_of(on=pictures, spacing=0)
        for column in self._columns:
            row.addWidget(column, 1)
        self._empty = self._nothing_yet()
        self._places = pages_of(self._empty, pictures)
        return self._places

    def _nothing_yet(self) -> EmptyState:
        button = push_button("Choose a model …", clicked=self.choose.showMenu, image="open")
        hint = "Both are driven by the same sliders, so their latents must be of the same size."
        empty = EmptyState("model", "Put a second model beside this one", hint, [button])
        empty.hint.setMinimumWidth(3 * SMALLEST_PX)  # to be no wider than the pictures need to be
        return empty

    def _show_kind(self, index: int) -> None:
        """Compare one latent, 0, or real pictures, 1."""
        self.kinds.show_index(index)
        self._asked.setCurrentIndex(index)
        self._stages.setCurrentIndex(index)

    def _choose_kind(self, index: int) -> None:
        self._show_kind(index)
        self.studio.settings.remember_choice(_KIND, ("latent", "pictures")[index])
        self.strips.rest()
        if self.model is not None:
            self.show_scene(None, self.studio.document.scene)

    def _connect(self) -> None:
        self.kinds.chosen.connect(self._choose_kind)
        self.sample.clicked.connect(self.studio.edits.new_sample)
        self.choose.menu().aboutToShow.connect(self._fill_menu)
        self.sizes.found.connect(self._offer_fitting)
        self.photo.clicked.connect(self._ask_photo)
        self.back.clicked.connect(self._draw)
        self.photos.shown.connect(self._on_seen)
        self.photos.failed.connect(self._on_unseen)
        self.pair.opened.connect(self._on_opened)
        self.pair.shown.connect(self._on_shown)
        self.pair.failed.connect(self._on_failed)

    def _begin(self, model: OpenModel) -> None:
        super()._begin(model)
        self._twin = None
        self._columns[0].show_name(model.name)
        self.pair.forget()
        self.sizes.look(entry.path for entry in self.studio.catalog.entries())
        self._show_second()

    def _fill_menu(self) -> None:
        menu = self.choose.menu()
        menu.clear()
        entries = self.studio.catalog.entries()
        for entry in entries:
            action = menu.addAction(icon("model"), entry.name, partial(self.open, entry.path))
            action.setData(entry.path)
        menu.addSeparator()
        menu.addAction(icon("open"), "Open a file …", self._ask)
        self._offer_fitting()
        self.sizes.look(entry.path for entry in entries)

    def _offer_fitting(self) -> None:
        """Offer only models whose latent is as large as that of the open one, as far as that is known."""
        wanted = self.studio.edits.card.latent_size
        for action in self.choose.menu().actions():
            size = self.sizes.of(action.data()) if action.data() is not None else None
            fits = size in (None, wanted)
            action.setEnabled(fits)
            action.setToolTip("" if fits else f"Its latent has {size} numbers, that of the open model {wanted}")

    def _ask(self) -> None:
        chosen = ask_file(self, "Second model", MODEL_KINDS)
        if chosen is not None:
            self.open(chosen)

    def _show_second(self) -> None:
        second = self.pair.second
        self._say_second(second.name if second is not None else "Choose a model …")
        self._columns[1].show_name(second.name if second is not None else "")
        self.change.setText("")
        self._offer_photo()
        self._difference_title.setVisible(second is not None)
        model = self.model
        self.blend.setVisible(bool(second and model and second.renderer.has_w and model.renderer.has_w))
        self._places.setCurrentIndex(0 if second is None else 1)

    def _say_second(self, words: str) -> None:
        middle = Qt.TextElideMode.ElideMiddle
        self.choose.setText(self.choose.fontMetrics().elidedText(words, middle, _NAME_PX))

    def _on_opened(self, _second: OpenModel) -> None:
        self._twin = None
        self._show_second()
        self._draw()

    def _draw(self) -> None:
        """Show what the sliders say."""
        self._leave_photo()
        if self.model is not None:
            self.pair.draw(self.model, self.studio.document.scene)

    def show_photo(self, path: Path) -> None:
        """Show a photo as both models see it, until a slider is moved."""
        if self.model is not None and self.pair.second is not None:
            self.change.setText(f"Reading {path.name} …")
            self.photos.request(path, self.model, self.pair.second)

    def _ask_photo(self) -> None:
        chosen = ask_photo(self, "A photo for both models")
        if chosen is not None:
            self.show_photo(chosen)

    def _offer_photo(self) -> None:
        """A photo can be shown where both models have an encoder; say which lacks one."""
        both = [model for model in (self.model, self.pair.second) if model is not None]
        blind = [model.name for model in both if model.files.encoder is None]
        for part in (self._photo_title, self.photo):
            part.setVisible(self.pair.second is not None)
        self.photo.setEnabled(not blind)
        why_not = f"{' and '.join(blind)} {'has' if len(blind) == 1 else 'have'} no encoder to see a photo with"
        self.photo.setToolTip(why_not if blind else "Show one photo as both models see it, and draw it again")
        self.back.hide()

    def _leave_photo(self) -> None:
        self.photos.cancel()
        if not self.back.isHidden():
            self.back.hide()
            self._columns[2].show_name("Difference")
            self._difference_title.setText("Difference")
            for column, model in zip(self._columns, (self.model, self.pair.second), strict=False):
                column.show_name("" if model is None else model.name)

    def _on_seen(self, name: str, first: Encoded, second: Encoded) -> None:
        if self.model is None or self.pair.second is None:
            return
        self.back.show()
        self._difference_title.setText("Likeness")
        pictures = (first.picture, second.picture, first.crop)
        names = (self.model.name, self.pair.second.name)
        for column, picture, title in zip(self._columns, pictures, (*names, name), strict=True):
            column.view.show_picture(picture)
            column.show_name(title)
        self.change.setText("\n".join(map(_likeness, names, (first, second))))

    def _on_unseen(self, error: Exception) -> None:
        self.studio.notices.show_error(error)
        self._draw()

    def _on_shown(self, twin: Twin) -> None:
        self._twin = twin
        if not self.back.isHidden():  # drawn before the photo was asked for
            return
        for view, picture in zip(self.views, (twin.first, twin.second, twin.difference), strict=True):
            view.show_picture(picture)
        self.change.setText(
            f"{twin.change:.1f} of 255 on average. It is amplified {GAIN:.0f}x: black is where they agree."
        )

    def _on_failed(self, error: Exception) -> None:
        self.studio.notices.show_error_once(error)
        self._show_second()


def _likeness(name: str, seen: Encoded) -> str:
    return f"{name}: {difference_words(seen.error)}."
