"""What translators are given, by one word each: lines, segments, a picture without colours; and guesses at it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from explorer.core.digits import whole_number
from explorer.core.drawing.legend import SEGMENTS

MADE = {
    "lines": "outlines, black on white",
    "lines+dabs": "outlines, black on white, over dabs of the colours that are meant",
    "grey": "a picture without colours",
    "hole": "a picture with a grey square in the place of what is missing",
    "noise": "a noisy picture",
    "night": "a picture at night",
    "segments": f"a painted map of segments: {', '.join(SEGMENTS)}, and with these glasses and earrings",
}
"""What can be made of any picture, and in words; only that of segments needs one of the program's own portraits."""

SMALL, LEAST_TIMES, MOST_TIMES = "small", 2, 16
PICTURE = "picture"
ANY = "any:"
"""Before a word: what a network was given went with no picture in particular while it learned."""

CHOICES = (*MADE, f"{SMALL}:2", f"{SMALL}:4", PICTURE)
"""What a person may say that a stranger's translator takes."""

_LINES = (
    "edge edges sketch sketches line lines lineart outline outlines contour contours draw drawing scribble hed canny"
)
_GREY = "color colors colour colours colorize colorise colorizer colorization colourisation gray grey recolor bw"
_SMALLER = "sr super superresolution upscale upscaler upscaling espcn srcnn srgan esrgan realesrgan edsr swinir x2 x4"
_BY_NAME = {
    "segments": "seg label labels labelmap semantic spade gaugan oasis cityscapes facades parsing",
    "lines": _LINES,
    "grey": _GREY,
    f"{SMALL}:4": _SMALLER,
    "hole": "inpaint inpainting hole holes fill completion",
    "noise": "denoise denoiser denoising dncnn ffdnet noise noisy",
}


@dataclass(frozen=True)
class GuessedGiven:
    """What a translator seems to take, and why.

    Attributes
    ----------
    word : str
    why : str
        A clause, such as "its name contains “edges”".
    """

    word: str
    why: str


def times_of(given: str) -> int | None:
    """How many times smaller a picture was, by the word for it: 4 where ``small`` says no number."""
    _, colon, times = given.partition(":")
    return whole_number(times) if colon else 4


def is_given_word(given: str) -> bool:
    """Whether there is such a thing that can be made of a picture, or a picture itself."""
    if given in MADE or given == PICTURE:
        return True
    times = times_of(given) if given.partition(":")[0] == SMALL else None
    return times is not None and LEAST_TIMES <= times <= MOST_TIMES


def in_words(given: str) -> str:
    """What it is, for people."""
    if given.partition(":")[0] == SMALL:
        return f"a picture enlarged {times_of(given)} times, which lacks detail"
    return MADE.get(given, "a picture")


def guessed_by_looking(
    names: tuple[str, ...], taken: tuple[int, int, int], gives: tuple[int, int, int]
) -> GuessedGiven | None:
    """What a translator seems to take by names, sides and channels; None where they do not say.

    Parameters
    ----------
    names : tuple of str
        Of the file, the model and its inputs.
    taken, gives : (int, int, int)
        Height, width and channels of what goes in and what comes out; 0 where that is open.
    """
    words = {word for name in names for word in re.findall(r"[a-z]+|\d+x|x\d+", name.lower())}
    words |= {part for name in names for part in re.split(r"[^a-z0-9]+", name.lower())}
    words |= {before for name in names for before in re.findall(r"([a-z]+)2[a-z]+", name.lower())}
    for given, known in _BY_NAME.items():
        if found := words & set(known.split()):
            said = _enlarging(taken, gives) if given.startswith(SMALL) else None
            return GuessedGiven(said or given, f"its name contains “{sorted(found)[0]}”")
    if small := _enlarging(taken, gives):
        return GuessedGiven(small, f"its pictures come out {times_of(small)} times as large")
    if (taken[2], gives[2]) == (1, 3):
        return GuessedGiven("grey", "it takes one channel and gives colours")
    return None


def _enlarging(taken: tuple[int, int, int], gives: tuple[int, int, int]) -> str | None:
    times = gives[0] // taken[0] if taken[0] else 0
    return f"{SMALL}:{times}" if times > 1 and times <= MOST_TIMES else None
