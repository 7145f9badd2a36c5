"""The colours of the storybook: ramps that a slider can run along, and what goes with what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.training.portraits.factors import Factors

Colour = tuple[int, int, int]

_SKIN = (
    (255, 226, 205),
    (249, 207, 175),
    (233, 182, 143),
    (208, 150, 108),
    (174, 115, 77),
    (140, 90, 61),
    (106, 66, 48),
)
_BACKDROP = (
    (249, 187, 143),
    (250, 221, 150),
    (183, 211, 163),
    (140, 205, 196),
    (150, 193, 230),
    (180, 172, 222),
    (240, 170, 180),
)
_CLOTHES = (
    (203, 82, 66),
    (227, 160, 52),
    (118, 138, 70),
    (33, 128, 128),
    (49, 78, 132),
    (125, 66, 122),
)
_HAIR = {
    "black": (46, 38, 44),
    "brown": (82, 53, 42),
    "chestnut": (142, 70, 44),
    "ginger": (214, 104, 38),
    "blond": (240, 196, 96),
    "grey": (146, 144, 152),
    "white": (240, 234, 224),
}
_IRIS = {
    "brown": (104, 62, 34),
    "hazel": (150, 104, 40),
    "green": (74, 138, 76),
    "blue": (54, 122, 190),
    "grey": (120, 132, 146),
}
_DUSK: Colour = (74, 28, 58)  # shadows lean to plum rather than to black
INK: Colour = (52, 36, 44)
WHITE: Colour = (255, 255, 255)
CREAM: Colour = (255, 247, 232)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` with ``share`` (0 to 1) of ``other`` in it."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def shade(colour: Colour, depth: float) -> Colour:
    """``colour`` in shadow, ``depth`` from 0 (as it is) to 1."""
    r, g, b = (round(c * (1 - depth) + c * d / 255 * depth) for c, d in zip(colour, _DUSK, strict=True))
    return r, g, b


def tint(colour: Colour, share: float) -> Colour:
    """``colour`` in the light."""
    return mix(colour, (255, 246, 224), share)


def along(stops: Sequence[Colour], at: float) -> Colour:
    """The colour at ``at`` (0 to 1) of a ramp through ``stops``."""
    place = min(max(at, 0.0), 1.0) * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    return mix(stops[left], stops[left + 1], place - left)


@dataclass(frozen=True)
class Palette:
    """The colours of one portrait."""

    skin: Colour
    hair: Colour
    iris: Colour
    clothes: Colour
    hat: Colour
    backdrop: Colour

    @property
    def line(self) -> Colour:
        """For lines in the face: the skin's own darkest tone."""
        return shade(mix(self.skin, (150, 60, 40), 0.25), 0.62)

    @property
    def lip(self) -> Colour:
        """For lips: a warm red that sits in the skin."""
        return shade(mix(self.skin, (196, 52, 56), 0.5), 0.16)

    @property
    def blush(self) -> Colour:
        """For cheeks and the tip of the nose."""
        return mix(self.skin, (232, 62, 62), 0.62)

    @property
    def brow(self) -> Colour:
        """For brows: the hair's colour, dark enough to be read."""
        return shade(mix(self.hair, (88, 66, 58), 0.4), 0.22)


def palette(factors: Factors) -> Palette:
    """The colours that ``factors`` ask for."""
    return Palette(
        skin=along(_SKIN, factors.skin_tone),
        hair=_HAIR[factors.hair_colour],
        iris=_IRIS[factors.eye_colour],
        clothes=along(_CLOTHES, factors.clothes),
        hat=along(_CLOTHES[3:] + _CLOTHES[:4], factors.clothes),
        backdrop=along(_BACKDROP, factors.background),
    )
