"""To be written."""

from __future__ import annotations

from explorer.ui.view import View


class LabView(View):
    """To be written."""
