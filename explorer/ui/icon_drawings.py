"""The drawings of the icons: SVG on a grid of 24, of one pen; COLOUR stands where something is filled."""

# ruff: noqa: E501 - a path is one long word

from __future__ import annotations

from typing import Final

_DOT = '<circle cx="{}" cy="{}" r="1.3" fill="COLOUR" stroke="none"/>'


def _path(d: str) -> str:
    return f'<path d="{d}"/>'


def _circle(x: float, y: float, radius: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{radius}"/>'


def _box(x: float, y: float, width: float, height: float, radius: float = 1.5) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"/>'


def _dots(*places: tuple[float, float]) -> str:
    return "".join(_DOT.format(x, y) for x, y in places)


_FOLDER = "M3.5 18V6.5a1.5 1.5 0 0 1 1.5-1.5h4l2.5 3h7.5a1.5 1.5 0 0 1 1.5 1.5V18a1.5 1.5 0 0 1-1.5 1.5H5a1.5 1.5 0 0 1-1.5-1.5z"
_LENS = _circle(10.5, 10.5, 6) + _path("M15 15l5.5 5.5")
_PIN = "M9 3.5h6M10 3.5v6.2L6.8 13v1.5h10.4V13L14 9.7V3.5M12 14.5v6"
_CORNERS = _path(
    "M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15"
)
_SUN_RAYS = (
    "M12 2.8v2M12 19.2v2M2.8 12h2M19.2 12h2M5.5 5.5l1.4 1.4M17.1 17.1l1.4 1.4M18.5 5.5l-1.4 1.4M6.9 17.1l-1.4 1.4"
)
_GEAR = "M4 7h9M19 7h1M4 17h1M11 17h9"
_GRID = "".join(_box(x, y, 4.4, 4.4, 0.8) for y in (3.5, 9.8, 16.1) for x in (3.5, 9.8, 16.1))

DRAWINGS: Final[dict[str, str]] = {
    "open": _path(
        "M3.5 18V6.5A1.5 1.5 0 0 1 5 5h4l2.5 3H18a1.5 1.5 0 0 1 1.5 1.5V11M3.5 18l2.6-6a1.6 1.6 0 0 1 1.5-1H20a1 1 0 0 1 .9 1.4l-2.6 6.1a1.6 1.6 0 0 1-1.5 1H5A1.5 1.5 0 0 1 3.5 18z"
    ),
    "folder": _path(_FOLDER),
    "sample": _box(4, 4, 16, 16, 3) + _dots((8.5, 8.5), (15.5, 8.5), (12, 12), (8.5, 15.5), (15.5, 15.5)),
    "undo": _path("M8.5 5L4 9.5 8.5 14M4.5 9.5h9.8a5.2 5.2 0 0 1 0 10.4H11"),
    "redo": _path("M15.5 5L20 9.5 15.5 14M19.5 9.5H9.7a5.2 5.2 0 0 0 0 10.4H13"),
    "save": _path(
        "M12 4v10.5M7.5 10.5L12 15l4.5-4.5M4.5 16.5V18A1.8 1.8 0 0 0 6.3 19.8h11.4a1.8 1.8 0 0 0 1.8-1.8v-1.5"
    ),
    "export": _path(
        "M12 15V4.5M7.5 8.5L12 4l4.5 4.5M4.5 16.5V18A1.8 1.8 0 0 0 6.3 19.8h11.4a1.8 1.8 0 0 0 1.8-1.8v-1.5"
    ),
    "record": _circle(12, 12, 8.2) + '<circle cx="12" cy="12" r="4.2" fill="COLOUR" stroke="none"/>',
    "copy": _box(8.5, 8.5, 11.5, 11.5, 2) + _path("M15.5 8V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7.5a2 2 0 0 0 2 2h2"),
    "paste": _path(
        "M8.5 5H7a1.8 1.8 0 0 0-1.8 1.8v11.4A1.8 1.8 0 0 0 7 20h10a1.8 1.8 0 0 0 1.8-1.8V6.8A1.8 1.8 0 0 0 17 5h-1.5"
    )
    + _box(8.5, 3.3, 7, 3.6, 1.2)
    + _path("M9 11.5h6M9 15.5h4"),
    "bookmark": _path("M6.5 20V5.5A1.5 1.5 0 0 1 8 4h8a1.5 1.5 0 0 1 1.5 1.5V20L12 15.8z"),
    "play": _path("M7.5 5.2v13.6a.6.6 0 0 0 .9.5l10.8-6.8a.6.6 0 0 0 0-1L8.4 4.7a.6.6 0 0 0-.9.5z"),
    "pause": _path("M8.5 5v14M15.5 5v14"),
    "stop": _box(6, 6, 12, 12, 2),
    "step": _path("M6 5.5v13l9-6.5zM18.5 5.5v13"),
    "walk": _path("M3 15.5c2.2-6.5 4.6-6.5 6.3-2.3s4 5 6-.7 3.7-5.4 5.7-4"),
    "pin": _path(_PIN),
    "pinned": _path(_PIN) + '<path d="M10 3.5v6.2L6.8 13v1.5h10.4V13L14 9.7V3.5z" fill="COLOUR"/>',
    "lock": _box(5, 10.5, 14, 9.5, 2) + _path("M8 10.5V7.8a4 4 0 0 1 8 0v2.7M12 14.3v2"),
    "unlocked": _box(5, 10.5, 14, 9.5, 2) + _path("M8 10.5V7.8a4 4 0 0 1 7.6-1.7M12 14.3v2"),
    "reset": _path("M4.6 9.2a8 8 0 1 1-.4 4.6M4.2 4.6v4.8H9"),
    "search": _LENS,
    "sort": _path("M4 6.5h9M4 12h6.5M4 17.5h4M17 5v14M13.5 15.5L17 19l3.5-3.5"),
    "neighbours": _GRID,
    "layers": _path("M12 3.8l8.5 4.4-8.5 4.4-8.5-4.4zM3.5 12.2l8.5 4.4 8.5-4.4M3.5 16l8.5 4.4 8.5-4.4"),
    "move": _path(
        "M12 3.5v17M3.5 12h17M9.5 6L12 3.5 14.5 6M9.5 18l2.5 2.5 2.5-2.5M6 9.5L3.5 12 6 14.5M18 9.5l2.5 2.5-2.5 2.5"
    ),
    "brush": _path(
        "M19.8 4.2c-3.6 1.4-7.4 4.8-9.4 8l1.9 1.9c3.2-2 6.3-6.2 7.5-9.9zM9.6 13.4c-2.4.1-3.4 1.7-3.6 3.4-.1 1-.8 1.8-1.8 2.2 2.9 1 7.2.4 7.3-3.7"
    ),
    "eraser": _path(
        "M8.5 19.5h11M4.2 14.7l9.3-9.3a1.6 1.6 0 0 1 2.3 0l3.8 3.8a1.6 1.6 0 0 1 0 2.3l-8 8H8.5l-4.3-4.3a.4.4 0 0 1 0-.5zM9.3 9.6l6.1 6.1"
    ),
    "fill": _path("M10.6 4.6l7.4 7.4-6.5 6.5a1.8 1.8 0 0 1-2.5 0l-4.9-4.9a1.8 1.8 0 0 1 0-2.5zM3.8 12.2H18M7.6 3.2l3 3")
    + _path("M20 15.2c1 1.4 1.4 2.3 1.4 3a1.4 1.4 0 1 1-2.8 0c0-.7.4-1.6 1.4-3z"),
    "mirror": _path("M12 3.5v3M12 9v2.5M12 14v2.5M12 19v1.5M9 7v10.5H3.5zM15 7v10.5h5.5z"),
    "tidy": _path("M3.5 14.5c1.1-4 2.3-4 3.2-1s2 2.4 2.8-.8M13 18.5l7.5-13"),
    "pull": _circle(6.2, 17.8, 2.4) + _path("M8.2 15.8L18 6M12.2 5.4H18.6V11.8"),
    "fit": _CORNERS + _box(8.5, 8.5, 7, 7, 1),
    "region": _CORNERS + _path("M7.5 12h9M11 9.8v4.4"),
    "zoom_in": _LENS + _path("M10.5 8v5M8 10.5h5"),
    "zoom_out": _LENS + _path("M8 10.5h5"),
    "smooth": _path("M3.5 19.5h4.2v-4.7h4.3v-4.9h4.2V5h4.3") + _path("M3.5 13C9 12.5 11.5 9 12.5 4"),
    "sun": _circle(12, 12, 4.2) + _path(_SUN_RAYS),
    "moon": _path("M20 14.2A8.3 8.3 0 0 1 9.8 4a8.3 8.3 0 1 0 10.2 10.2z"),
    "settings": _path(_GEAR) + _circle(16, 7, 2.6) + _circle(8, 17, 2.6),
    "explore": _circle(12, 12, 8.5) + _path("M15.8 8.2l-2.2 5.4-5.4 2.2 2.2-5.4z"),
    "draw": _path(
        "M3.5 19.5c1.8-3 3.4-3 4.4-1s2.6 2.2 4.4-.8M9.6 13.4l.9-3.5 6.3-6.2a1.7 1.7 0 0 1 2.4 0l.9.9a1.7 1.7 0 0 1 0 2.4l-6.3 6.2-4.2.2z"
    ),
    "unfold": _path("M3.5 5h17M3.5 5v14h17V5M3.5 12h11M9 5v14") + _dots((12, 15.5), (17.5, 8.5), (17.5, 15.5)),
    "inside": _path("M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z")
    + _circle(12, 12, 3.2)
    + _dots((12, 12)),
    "worlds": _path("M9.5 4.5L3.5 20M14.5 4.5l6 15.5M12 5v2.5M12 10.5V13M12 16v3.5M3.5 8.5h3.2M17.3 8.5h3.2"),
    "traverse": _path("M3 12h18M17 8l4 4-4 4M7 9v6M12 9v6"),
    "arithmetic": _path("M4 8h7M7.5 4.5v7M14 8h6M14.3 14.3l5.4 5.4M19.7 14.3l-5.4 5.4M4 17h7"),
    "quiz": _box(4, 4, 16, 16, 3) + _path("M9.9 9.6a2.2 2.2 0 1 1 3.2 2c-.8.4-1.1.9-1.1 1.7") + _dots((12, 16)),
    "train": _path("M3.5 4v14.5A1.5 1.5 0 0 0 5 20h15.5M7 8.5c1.5 5.5 4 7.5 13 7.8"),
    "warning": _path("M12 4.2l8.6 14.9a.6.6 0 0 1-.5.9H3.9a.6.6 0 0 1-.5-.9zM12 10v4.4") + _dots((12, 17.1)),
    "info": _circle(12, 12, 8.5) + _path("M12 11.2v5.3") + _dots((12, 7.9)),
    "error": _path("M8.4 3.5h7.2l4.9 4.9v7.2l-4.9 4.9H8.4l-4.9-4.9V8.4zM12 7.8v5.2") + _dots((12, 16.3)),
    "list": _path("M9 6.5h11M9 12h11M9 17.5h11") + _dots((4.5, 6.5), (4.5, 12), (4.5, 17.5)),
    "bell": _path("M6 16.5V11a6 6 0 0 1 12 0v5.5l1.6 1.9H4.4zM10 20.3a2.2 2.2 0 0 0 4 0M12 3.2V5"),
    "help": _circle(12, 12, 8.5) + _path("M9.6 9.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.9") + _dots((12, 16.6)),
    "close": _path("M6.5 6.5l11 11M17.5 6.5l-11 11"),
    "check": _path("M5 12.8l4.6 4.7L19.5 7"),
    "plus": _path("M12 5v14M5 12h14"),
    "minus": _path("M5 12h14"),
    "more": _dots((6, 12), (12, 12), (18, 12)),
    "chevron_down": _path("M6.5 9.5L12 15l5.5-5.5"),
    "chevron_up": _path("M6.5 14.5L12 9l5.5 5.5"),
    "chevron_right": _path("M9.5 6.5L15 12l-5.5 5.5"),
    "chip": _box(6.5, 6.5, 11, 11, 2)
    + _path("M9.5 6.5V3.5M14.5 6.5V3.5M9.5 20.5v-3M14.5 20.5v-3M3.5 9.5h3M3.5 14.5h3M17.5 9.5h3M17.5 14.5h3")
    + _box(10, 10, 4, 4, 0.5),
    "trash": _path(
        "M4.5 7h15M9 7V5a1 1 0 0 1 1-1h4a1 1 0 0 1 1 1v2M6.5 7l.8 11.6a1.5 1.5 0 0 0 1.5 1.4h6.4a1.5 1.5 0 0 0 1.5-1.4L17.5 7M10.2 11v5M13.8 11v5"
    ),
    "edit": _path("M4.5 19.5l1-4L16 5a1.8 1.8 0 0 1 2.6 0l.4.4a1.8 1.8 0 0 1 0 2.6L8.5 18.5z"),
    "log": _path("M4 4v16h16M7.5 16.5C9 8.5 12.5 7 20 6.5M8 20v-2M12.5 20v-2M15.5 20v-2M17.8 20v-2"),
    "history": _circle(12, 12, 8.5) + _path("M12 7.2V12l3.2 2.4"),
    "picture": _box(3.5, 4.5, 17, 15, 2) + _circle(8.8, 9.6, 1.6) + _path("M4 17l4.8-4.2 3.2 2.8 3.8-4 4.7 4.6"),
    "model": _path("M12 3.2l8 4.4v8.8l-8 4.4-8-4.4V7.6zM4.2 7.8L12 12l7.8-4.2M12 12v8.6"),
}
