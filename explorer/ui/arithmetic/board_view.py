"""To be written."""

from __future__ import annotations

from explorer.ui.view import View


class BoardView(View):
    """To be written."""
