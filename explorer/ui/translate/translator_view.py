"""A view of a panel that has one translator, which may be told what it is given."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from explorer.ui.own_model_panel import OwnModelView

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator


class TranslatorView(OwnModelView):
    """Works with one translator at a time."""

    def keep_given(self, translator: Translator | None, given: str) -> None:
        """Remember that this is what a translator takes, and open it so."""
        from explorer.core.models.interpretations import GIVEN, Interpretations

        if translator is not None:
            with self.studio.notices.catching():
                Interpretations().keep(translator.hash, {**Interpretations().of(translator.hash), GIVEN: given})
                self.open_again()

    @abstractmethod
    def open_again(self) -> None:
        """Open the same translator as it is understood now."""
