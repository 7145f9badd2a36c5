r"""Formulas in a small part of TeX: read once, drawn by the window and handed to Markdown as they are.

Read are letters, digits, signs, ``{groups}``, ``_`` and ``^``, ``\frac{}{}``, ``\hat{}``, ``\tilde{}``, ``\bar{}``,
``\mathrm{}``, ``\mathbb{}``, ``\mathcal{}``, the names in `SIGNS` and `FUNCTIONS`, and ``\plot{NAME}{...}``: what has
the colour of the number NAME in the plots.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

SIGNS: Mapping[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "lambda": "λ", "mu": "μ", "sigma": "σ", "phi": "φ", "psi": "ψ",
    "epsilon": "ε", "nabla": "∇", "sum": "∑", "cdot": "·", "lVert": "‖", "rVert": "‖", "Vert": "‖", "vert": "|",
    "mid": " | ", "times": "×", "pm": "±", "le": "≤", "ge": "≥", "leftarrow": " ← ", "in": " ∈ ", "infty": "∞",
    "ell": "ℓ", "sim": " ~ ", "lbrace": "{", "rbrace": "}", "top": "ᵀ", "quad": "    ", ",": " ", ";": "  ",
    "delta": "δ", "odot": "⊙", "pi": "π",
}  # fmt: skip
"""Names of signs and what they look like."""

FUNCTIONS = frozenset({"log", "exp", "max", "min", "softplus", "clip", "huber", "relu"})
"""Names that are set upright."""

_MARKS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304"}
_UPRIGHT = {"mathrm", "operatorname", "text"}
_BOARD = {"E": "𝔼", "R": "ℝ"}
_SCRIPT = {"N": "𝒩", "L": "ℒ"}
_TOKEN = re.compile(r"\\([A-Za-z]+|[,;{}])|(\s+)|(.)", re.DOTALL)


@dataclass(frozen=True)
class Glyphs:
    """A run of letters; ``is_italic`` as variables are set."""

    text: str
    is_italic: bool = False


@dataclass(frozen=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Scripts:
    """A base with what stands lower and higher behind it."""

    base: Formula
    below: Formula | None = None
    above: Formula | None = None


@dataclass(frozen=True)
class Fraction:
    """One formula over another."""

    top: Formula
    bottom: Formula


@dataclass(frozen=True)
class Tinted:
    """A formula in the colour that the number ``metric`` has in plots."""

    metric: str
    body: Formula


Formula: TypeAlias = "Glyphs | Sequence | Scripts | Fraction | Tinted"


def parse_formula(tex: str) -> Formula:
    """The formula that ``tex`` writes.

    Raises
    ------
    ValueError
        A brace is not closed, or a name is unknown.
    """
    tokens = [match for match in _TOKEN.finditer(tex) if match[2] is None]
    reader = _Reader(tokens, tex)
    found = reader.sequence("")
    return found


def plain_tex(tex: str) -> str:
    r"""The same without ``\plot``, and with ``\operatorname`` where TeX does not know a name: for Markdown."""
    while (start := tex.find("\\plot{")) >= 0:
        name_end = tex.index("}", start)
        close = _closing(tex, name_end + 1)
        tex = tex[:start] + tex[name_end + 2 : close] + tex[close + 1 :]
    own = "|".join(sorted(FUNCTIONS - {"log", "exp", "max", "min"}))
    return re.sub(rf"\\({own})(?![A-Za-z])", r"\\operatorname{\1}", tex)


def _closing(tex: str, opening: int) -> int:
    """Where the brace is closed that opens at ``opening``."""
    depth = 0
    for place in range(opening, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"a brace is open in {tex}")


class _Reader:
    def __init__(self, tokens: list[re.Match[str]], tex: str) -> None:
        self._tokens, self._at, self._tex = tokens, 0, tex

    def sequence(self, end: str) -> Formula:
        """All up to ``end``, which is passed over."""
        parts: list[Formula] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token[3] == "}":
                if not end:
                    break
                self._at += 1
                return _joined(parts)
            if token[3] in ("_", "^"):
                self._at += 1
                base = parts.pop() if parts else Glyphs("")
                parts.append(self._scripted(base, token[3]))
            else:
                parts.append(self._part())
        if end or self._at < len(self._tokens):
            raise ValueError(f"braces do not match in {self._tex}")
        return _joined(parts)

    def _scripted(self, base: Formula, sign: str) -> Formula:
        script = self._part()
        old = base if isinstance(base, Scripts) else Scripts(base)
        return Scripts(old.base, *((script, old.above) if sign == "_" else (old.below, script)))

    def _part(self) -> Formula:
        if self._at >= len(self._tokens):
            raise ValueError(f"something is missing at the end of {self._tex}")
        token = self._tokens[self._at]
        self._at += 1
        if token[1] is not None:
            return self._named(token[1])
        if token[3] == "{":
            return self.sequence("}")
        letter = token[3].replace("-", "\u2212").replace("*", "\u2217")
        if letter in "+\u2212=<>":
            return Glyphs(f" {letter} ")
        return Glyphs(letter + (" " if letter == "," else ""), is_italic=letter.isalpha())

    def _named(self, name: str) -> Formula:
        if name == "frac":
            return Fraction(self._part(), self._part())
        if name == "plot":
            return Tinted(self._word(), self._part())
        if name in _MARKS:
            return Glyphs(self._word() + _MARKS[name], is_italic=True)
        if name in _UPRIGHT:
            return Glyphs(self._word())
        if name == "mathbb":
            return Glyphs(_BOARD[self._word()] + " ")
        if name == "mathcal":
            return Glyphs(_SCRIPT[self._word()])
        if name in FUNCTIONS:
            return Glyphs(f"{name}\u2009")
        if name in ("{", "}"):
            return Glyphs(name)
        if name not in SIGNS:
            raise ValueError(f"\\{name} in {self._tex} is unknown")
        sign = SIGNS[name]
        return Glyphs(sign, is_italic=sign.isalpha() and sign.islower())

    def _word(self) -> str:
        """The letters of a group, as they are."""
        if self._at >= len(self._tokens) or self._tokens[self._at][3] != "{":
            raise ValueError(f"a group is missing in {self._tex}")
        start = self._tokens[self._at].end()
        while self._at < len(self._tokens) and self._tokens[self._at][3] != "}":
            self._at += 1
        if self._at >= len(self._tokens):
            raise ValueError(f"a brace is open in {self._tex}")
        end = self._tokens[self._at].start()
        self._at += 1
        return self._tex[start:end]


def _joined(parts: list[Formula]) -> Formula:
    """Parts as one, letters of one style in one run."""
    merged: list[Formula] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, Glyphs) and isinstance(last, Glyphs) and part.is_italic == last.is_italic:
            merged[-1] = Glyphs(last.text + part.text, part.is_italic)
        else:
            merged.append(part)
    return merged[0] if len(merged) == 1 else Sequence(tuple(merged))
