"""The controls of fitting: by which method, what is kept out to judge on, and how far the work is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.directions.fits import FitRequest
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import choice_box, column_of, push_button, row_of, text_label, titled
from explorer.ui.widgets.working import Working

METHODS = (
    (
        "mean",
        "Means",
        "From the mean of those without to the mean of those with it. Steady with few examples.",
    ),
    ("pairs", "Pairs", "The same person with and without it: what they share drops out. Needs such pairs."),
    (
        "logistic",
        "Logistic",
        "The direction along which a logistic classifier tells them apart. Sharper with many examples.",
    ),
    ("svm", "SVM", "Like logistic, but only the hard examples near the boundary count."),
)


class FitControls(QWidget):
    """Edits all of a `FitRequest` but what the table chooses."""

    def __init__(self) -> None:
        super().__init__()
        self.method = choice_box("Method", choices=METHODS)
        self.help = text_label(role="small", wraps=True)
        self.share = number_box("Keep out, in per cent", "Share that is kept out of the fit, to judge it on", 0, 80, 20)
        self.share.setToolTip("Kept out of the fit, to judge it on; 0 judges by cross-validation instead")
        self.seed = number_box("Seed", "Which examples are kept out: another seed keeps out others", 0, LARGEST_SEED, 0)
        self.fit = push_button(
            "Fit",
            "Find the direction of the attribute that is chosen in the table",
            image="check",
            primary=True,
        )
        self.fit_all = push_button("Fit all", "Find a direction for every attribute")
        self.working = Working("Cancel")
        self._lay_out()
        self._connect()

    def request(self, attribute: str, balance: tuple[str, ...]) -> FitRequest:
        """What is asked for of one attribute."""
        others = tuple(name for name in balance if name != attribute)
        share, seed = self.share.value / 100.0, int(self.seed.value)
        return FitRequest(attribute, self.method.currentData(), others, share, seed)

    def offer_pairs(self, why_not: str) -> None:
        """Offer to fit pairs, or say why not."""
        item = self.method.model().item(1)  # type: ignore[attr-defined]
        item.setEnabled(not why_not)
        item.setToolTip(why_not or METHODS[1][2])
        if why_not and self.method.currentIndex() == 1:
            self.method.setCurrentIndex(0)

    def enable(self, one: bool, many: bool) -> None:
        """Offer to fit or not."""
        self.fit.setEnabled(one)
        self.fit_all.setEnabled(many)

    def _lay_out(self) -> None:
        column_of(
            self.working,
            titled("Method", self.method),
            self.method,
            self.help,
            row_of(titled("Keep out (%)", self.share, "muted"), self.share),
            row_of(titled("Seed", self.seed, "muted"), self.seed),
            row_of(self.fit, self.fit_all),
            on=self,
        )

    def _connect(self) -> None:
        self.method.currentIndexChanged.connect(self._on_method)
        self._on_method(0)

    def _on_method(self, index: int) -> None:
        self.help.setText(METHODS[index][2])
