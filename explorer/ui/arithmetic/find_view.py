"""To be written."""

from __future__ import annotations

from explorer.ui.view import View


class FindView(View):
    """To be written."""
