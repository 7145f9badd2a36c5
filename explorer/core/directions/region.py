"""A rectangle of a picture, in which something is to change."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem


@dataclass(frozen=True)
class Region:
    """A rectangle of a picture, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def read(cls, words: str) -> Region:
        """The region that ``x,y,w,h`` says.

        Raises
        ------
        Problem
        """
        found = re.fullmatch(r"(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})", words)
        if found is None:
            raise Problem(f"The region {words} is not understood.", "Write x,y,width,height in pixels: 20,30,24,12.")
        return cls(*(int(part) for part in found.groups()))

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.width},{self.height}"

    def mask(self, height: int, width: int) -> NDArray[np.bool_]:
        """Which pixels of a picture belong to it, (height, width).

        Raises
        ------
        Problem
            None does, or it reaches beyond the picture.
        """
        if not (self.width > 0 < self.height and self.x + self.width <= width and self.y + self.height <= height):
            what = f"The region {self.x},{self.y},{self.width},{self.height} is not inside the picture."
            raise Problem(what, f"Pictures of this model are {width} × {height} pixels.")
        inside = np.zeros((height, width), np.bool_)
        inside[self.y : self.y + self.height, self.x : self.x + self.width] = True
        return inside
