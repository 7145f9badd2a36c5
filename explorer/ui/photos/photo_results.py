"""What became of a photo: crop, reconstruction and edited picture, and the directions that edit it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from explorer.core.rendering.scene import Scene
from explorer.session.photos.photo import Picture, Reconstruction
from explorer.ui.directions.strength_sliders import StrengthSliders
from explorer.ui.photos.photo_panes import Panes
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import STRETCH, column_of, named, push_button, row_of, titled
from explorer.ui.widgets.segments import Segments

ENCODER, SEARCH, TUNING = "encoder", "projection", "tuning"
METHODS = (ENCODER, SEARCH)
GAIN = 4.0  # by which the difference is enlarged
_CHOICES = (
    ("Encoder", "The latent that the model's encoder gives at once"),
    ("Search", "The latent that was searched for by optimisation"),
)
_TITLES = {ENCODER: "encoder", SEARCH: "search", TUNING: "tuning"}
_DIFFERENCE_TIP = (
    f"Show how the reconstruction differs from your picture, amplified {GAIN:.0f}x: black is where they agree"
)


class PhotoResults(QWidget):
    """Shows what was found by either method, of which one is chosen.

    Signals
    -------
    chosen()
        The user chose the other method.
    strength_moved(name, value, gesture) : str, float, int
    """

    chosen = Signal()
    strength_moved = Signal(str, float, int)

    def __init__(self) -> None:
        super().__init__()
        self.crop: Picture | None = None
        self.found: dict[str, Reconstruction] = {}
        self._live: Reconstruction | None = None  # of a search that goes on
        self.panes = Panes()
        self.methods = named(Segments(_CHOICES), "Which reconstruction")
        self.methods.chosen.connect(self._on_chosen)
        self.difference = push_button("Difference", _DIFFERENCE_TIP, checkable=True)
        self.difference.toggled.connect(lambda _on: self._show_found())
        self.adopt = push_button(
            "Use this latent",
            "Make the reconstruction the current picture, to go on with it everywhere",
            primary=True,
        )
        self.adopt.setMinimumWidth(self.adopt.sizeHint().width() + 2 * UNIT)  # it says something shorter later
        self.save = push_button("Save …", "Save the edited picture, or all three side by side", image="save")
        self.sliders = StrengthSliders()
        self.sliders.moved.connect(self.strength_moved)
        self._lay_out()
        self._show_found()

    @property
    def chosen_one(self) -> Reconstruction | None:
        """The reconstruction that is chosen, of what was found."""
        return self.found.get(METHODS[self.methods.index])

    @property
    def is_live(self) -> bool:
        """Whether a search is being shown that goes on."""
        return self._live is not None

    def show_crop(self, crop: Picture | None) -> None:
        """Show the photo in the frame of the model."""
        self.crop = crop
        words = "" if crop is None else f"As the model sees it, {crop.shape[1]}\u00a0×\u00a0{crop.shape[0]}"
        self.panes.crop.show_picture(crop, words)
        if self.difference.isChecked():
            self._show_found()

    def forget(self, why_empty: str) -> None:
        """Show no reconstruction, and say why there is none."""
        self.found, self._live = {}, None
        self.panes.found.view.set_empty("No reconstruction yet", why_empty)
        self._show_found()

    def show_result(self, result: Reconstruction) -> None:
        """Show what a method found, instead of what it found before."""
        self._live = None
        self.found[result.method] = result
        self.methods.show_index(METHODS.index(result.method))
        self._show_found()

    def show_live(self, result: Reconstruction | None) -> None:
        """Show what a search has come to; None when it is over."""
        self._live = result
        self._show_found()

    def show_edited(self, picture: Picture | None, scene: Scene) -> None:
        """Show the current picture where it comes from the reconstruction, and no picture where it does not."""
        edits = [f"{name} {alpha:+.2f}" for name, alpha in scene.directions]
        words = ", ".join(edits) if edits else "As it was reconstructed"
        self.panes.edited.show_picture(picture, words if picture is not None else "")

    def is_of(self, scene: Scene) -> bool:
        """Whether a scene is the chosen reconstruction, edited by nothing but directions."""
        one = self.chosen_one
        return one is not None and self.are_one(scene, one)

    @staticmethod
    def are_one(scene: Scene, one: Reconstruction) -> bool:
        """Whether a scene is ``one``, edited by nothing but directions."""
        return scene.truncation == 1.0 and one.point.is_in(scene)

    def show_adopted(self, adopted: bool) -> None:
        """Say whether the current picture is this one already."""
        self.adopt.setEnabled(self.chosen_one is not None and self._live is None and not adopted)
        self.adopt.setText("In use" if adopted else "Use this latent")
        self.sliders.setEnabled(self.chosen_one is not None and self._live is None)
        self.save.setEnabled(self.chosen_one is not None and self._live is None)

    def _lay_out(self) -> None:
        column_of(
            self.panes,
            row_of(self.methods, STRETCH, self.difference),
            row_of(STRETCH, self.save, self.adopt),
            titled("Directions", self.sliders),
            (self.sliders, 1),
            on=self,
            margins=(2 * UNIT, 2 * UNIT, 2 * UNIT, UNIT),
        )

    def _on_chosen(self, _index: int) -> None:
        self._show_found()
        self.chosen.emit()

    def _show_found(self) -> None:
        from explorer.core.rendering.picture_files import difference

        one = self._live or self.chosen_one
        self.methods.setVisible(len(self.found) > 1 and self._live is None)
        self.difference.setEnabled(one is not None)
        if one is None or self.crop is None:
            self.panes.found.show_picture(None)
            return
        shown = difference(one.picture, self.crop, GAIN) if self.difference.isChecked() else one.picture
        self.panes.found.show_picture(shown, self._words(one))

    def _words(self, one: Reconstruction) -> str:
        """How far it is off, and how far the other method's is."""
        others = [other for other in self.found.values() if other.method != one.method]
        compared = "".join(f"\n{_TITLES[other.method]} {100 * other.error:.1f}%" for other in others)
        space = "" if one.method == TUNING or one.point.space == "z" else f" in {one.point.space.upper()}"
        return f"{_TITLES[one.method].capitalize()}{space}: error {100 * one.error:.1f}%{compared}"
