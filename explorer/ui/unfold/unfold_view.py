"""A view of the Unfold panel: something of it can be saved."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path

from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import View


class UnfoldView(View):
    """A view of which something can be saved."""

    def exports(self) -> tuple[Offer, ...]:
        """What can be saved of what is shown."""
        return ()

    @abstractmethod
    def show_photo(self, path: Path) -> None:
        """Go on with a photo in a file."""
