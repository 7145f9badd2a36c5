"""Where pictures for training come from."""

from __future__ import annotations

from explorer.training.sources.material import Cancelled
from explorer.training.sources.opening import open_pictures
from explorer.training.sources.pictureset import Attributes, PictureSet
from explorer.training.sources.report import Report

__all__ = ["Attributes", "Cancelled", "PictureSet", "Report", "open_pictures"]
