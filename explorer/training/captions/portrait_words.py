"""The words for drawn portraits: what may be said of their factors.

Colours of background, clothes and hats run along ramps, and are called what they look like there; so a hat's colour
is a stretch of the ramp of the clothes that begins elsewhere (see `explorer.training.portraits.palette`).
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from explorer.training.captions.facts import Bounds, CaptionFact, Language

_GROUNDS = ("orange|apricot", "yellow", "green|sage", "turquoise|aqua", "blue|sky blue", "purple|lilac", "pink|rose")
_CLOTHES = ("red|brick red", "yellow|mustard", "green|olive", "teal|turquoise", "blue|navy", "purple|plum")
_HAT = {
    1: 4,
    2: 5,
    3: 0,
    4: 1,
    5: 2,
}  # of the clothes' colours, along a ramp of seven; teal is at both ends, so not told
_HAT_STOPS = 7
_HATS = {"beanie": "beanie|woolly hat", "cap": "cap|baseball cap", "sunhat": "sunhat|straw hat", "beret": "beret"}
_STRAW = "sunhat"  # which has the colour of straw, but for its band
_CUTS = {
    "short": ("short {} hair", "{} hair cut short"),
    "swept": ("swept {} hair", "{} hair swept aside"),
    "curly": ("curly {} hair", "{} curls"),
    "afro": ("an {} afro",),
    "bob": ("a {} bob", "{} hair in a bob"),
    "long": ("long {} hair",),
    "pigtails": ("{} pigtails", "{} hair in pigtails"),
    "bun": ("a {} bun", "{} hair in a bun"),
}
_HAIR = ("black", "brown", "chestnut", "ginger", "blond", "grey", "white")
_BEARDS = {
    "stubble": ("stubble",),
    "moustache": ("a moustache",),
    "goatee": ("a goatee",),
    "full": ("a full beard", "a bushy beard"),
    "none": ("no beard",),
}
_EYES = ("brown", "hazel", "green", "blue", "grey")
_SHARE = 0.36  # of the way to the next colour of a ramp for which a colour's name still holds


def _is(name: str, choice: str = "", yes: float = 1.0) -> Bounds:
    return Bounds(f"{name}={choice}" if choice else name, yes, yes)


def _ends(
    name: str, low: tuple[str, ...], high: tuple[str, ...], place: str, bounds: tuple[float, ...]
) -> list[CaptionFact]:
    """Words for both ends of a number, whose ``bounds`` are least, low, high and most."""
    least, until, begins, most = bounds
    return [
        CaptionFact(name, (Bounds(name, least, until),), low, place),
        CaptionFact(name, (Bounds(name, begins, most),), high, place),
    ]


def _stretch(name: str, index: int, count: int) -> Bounds:
    step = 1.0 / (count - 1)
    return Bounds(name, max(0.0, (index - _SHARE) * step), min(1.0, (index + _SHARE) * step))


def _faces() -> list[CaptionFact]:
    wide, tones = (-1.0, -0.4, 0.4, 1.0), (0.0, 0.3, 0.65, 1.0)
    return [
        *_ends("smile", ("frowning", "sad"), ("smiling", "happy"), "before", wide),
        *_ends("smile", ("a frown",), ("a smile",), "after", wide),
        *_ends("mouth_open", ("a closed mouth",), ("an open mouth",), "after", (0.0, 0.15, 0.6, 1.0)),
        *_ends("brow_height", ("low brows",), ("raised brows",), "after", wide),
        *_ends("gaze_x", ("looking left",), ("looking right",), "doing", wide),
        *_ends("gaze_y", ("looking up",), ("looking down",), "doing", (-1.0, -0.5, 0.5, 1.0)),
        *_ends("eye_size", ("narrow eyes", "small eyes"), ("wide eyes", "big eyes"), "after", wide),
        *_ends("nose_size", ("a small nose",), ("a big nose",), "after", wide),
        *_ends("head_turn", ("turned left",), ("turned right",), "doing", wide),
        *_ends("face_width", ("slender", "thin"), ("broad", "round-faced"), "before", wide),
        *_ends("jaw", ("a pointed chin",), ("a square jaw", "a square chin"), "after", wide),
        *_ends("age_lines", ("young",), ("old", "elderly"), "before", (0.0, 0.25, 0.7, 1.0)),
        *_ends("skin_tone", ("light-skinned", "fair-skinned"), ("dark-skinned", "brown-skinned"), "before", tones),
        *_ends("skin_tone", ("light skin", "fair skin"), ("dark skin", "brown skin"), "after", tones),
        CaptionFact("eyeglasses", (_is("eyeglasses"),), ("glasses", "round glasses", "spectacles"), "wearing"),
        CaptionFact("eyeglasses", (_is("eyeglasses", yes=0.0),), ("no glasses",)),
        CaptionFact("earrings", (_is("earrings"),), ("earrings",), "wearing"),
        CaptionFact("freckles", (_is("freckles"),), ("freckles", "freckled cheeks")),
        CaptionFact("hat", (_is("hat", yes=0.0),), ("no hat",)),
    ]


def _colours() -> list[CaptionFact]:
    found = [
        CaptionFact("background", (_stretch("background", at, len(_GROUNDS)),), tuple(words.split("|")), "ground")
        for at, words in enumerate(_GROUNDS)
    ]
    for at, words in enumerate(_CLOTHES):
        ways = tuple(f"{colour} {thing}" for colour in words.split("|") for thing in ("clothes", "sweater"))
        found.append(CaptionFact("clothes", (_stretch("clothes", at, len(_CLOTHES)),), ways, "wearing"))
    return found


def _headwear() -> list[CaptionFact]:
    found = [CaptionFact("hat", (_is("hat"),), ("hat",), "wearing-a")]
    for kind, words in _HATS.items():
        shown = (_is("hat"), _is("hat_style", kind))
        found.append(CaptionFact("hat", shown, tuple(words.split("|")), "wearing-a"))
        if kind != _STRAW:
            found += _in_colours(words, shown)
    return found + _in_colours("hat", (_is("hat"), _is("hat_style", _STRAW, yes=0.0)))


def _in_colours(words: str, shown: tuple[Bounds, ...]) -> list[CaptionFact]:
    """Hats of one kind by their colours, each of which settles that of the clothes."""
    found = []
    for at, colour in _HAT.items():
        ways = tuple(f"{each} {word}" for each in _CLOTHES[colour].split("|") for word in words.split("|"))
        found.append(CaptionFact("hat", (*shown, _stretch("clothes", at, _HAT_STOPS)), ways, "wearing-a"))
    return found


def _growing() -> list[CaptionFact]:
    found = [CaptionFact("hair", (_is("hair_style", "bald"),), ("bald",), "before")]
    found += [CaptionFact("beard", (_is("beard", kind),), ways) for kind, ways in _BEARDS.items()]
    found += [CaptionFact("eye_colour", (_is("eye_colour", each),), (f"{each} eyes",)) for each in _EYES]
    for cut, ways in _CUTS.items():
        plain = tuple(" ".join(way.format("").split()) for way in ways)
        found.append(CaptionFact("hair", (_is("hair_style", cut),), plain))
        for colour in _HAIR:
            told = tuple(way.format(colour) for way in ways)
            found.append(CaptionFact("hair", (_is("hair_style", cut), _is("hair_colour", colour)), told))
    # of a colour alone only where there is hair to see
    found += [
        CaptionFact("hair", (_is("hair_colour", colour), _is("hair_style", "bald", 0.0)), (f"{colour} hair",))
        for colour in _HAIR
    ]
    return found


PORTRAIT_FACTS: tuple[CaptionFact, ...] = (*_faces(), *_colours(), *_headwear(), *_growing())
"""All that may be said of a drawn portrait."""

_BEGINNINGS = ("a {} person", "a {} face", "somebody {}", "a portrait of a {} person", "{}")
_SILENT = ("", "a person", "a face", "somebody", "a portrait")
_BACKDROPS = ("on a {} background", "in front of a {} background", "{} background", "before a {} wall")
_LEAST = {"smile", "background", "hat"}  # without which pictures are no portraits


def of_portraits(known: AbstractSet[str]) -> Language | None:
    """What can be said of portraits of which these attributes are known; None of other pictures."""
    facts = tuple(fact for fact in PORTRAIT_FACTS if all(bound.name in known for bound in fact.bounds))
    return Language(facts, _BEGINNINGS, _SILENT, _BACKDROPS) if known >= _LEAST else None
