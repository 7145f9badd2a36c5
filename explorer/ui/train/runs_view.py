"""To be written."""

from __future__ import annotations

from explorer.ui.view import View


class RunsView(View):
    """To be written."""
