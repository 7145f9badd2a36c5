"""What a sheet tells of a family, a run or a model, as plain values that window and Markdown draw alike."""

from __future__ import annotations

from dataclasses import dataclass

Sides = tuple[int, ...]
"""Of what passes for one picture, the batch left out; empty where it is not known, or a single number."""


@dataclass(frozen=True)
class LayerBlock:
    """One block of a diagram: a layer with what follows it before the next, such as its norm and activation.

    Attributes
    ----------
    parts : tuple of str
        What it does, in order, e.g. ``("convolution 5 × 5, stride 2", "ReLU")``.
    sides : Sides
        Of what leaves it.
    parameters : int
        Numbers that are learned.
    statistics : int
        Running means and variances of batch norm, which are not learned by gradients.
    """

    parts: tuple[str, ...]
    sides: Sides
    parameters: int = 0
    statistics: int = 0

    @property
    def words(self) -> str:
        """Its parts in a row."""
        return " → ".join(self.parts)


@dataclass(frozen=True)
class NetworkBlocks:
    """A network as a column of blocks.

    Attributes
    ----------
    name : str
        Its role, such as ``generator``.
    entrances : tuple of (str, Sides)
        What goes in.
    blocks : tuple of LayerBlock
    weight_bytes, peak_bytes : int
        Memory of its weights, and the most that passes through it at one moment for one picture; 0 where unknown.
    """

    name: str
    entrances: tuple[tuple[str, Sides], ...]
    blocks: tuple[LayerBlock, ...]
    weight_bytes: int = 0
    peak_bytes: int = 0

    @property
    def parameters(self) -> int:
        """How many numbers it learns."""
        return sum(block.parameters for block in self.blocks)

    @property
    def statistics(self) -> int:
        """Running means and variances of batch norm."""
        return sum(block.statistics for block in self.blocks)


@dataclass(frozen=True)
class FormulaTerm:
    """One summand of what a network lowers.

    Attributes
    ----------
    metric : str
        The number under which plots show it, whose colour it has.
    tex : str
        As `explorer.core.explain.formula` reads it, with its sign.
    words : str
        What it is for, one sentence.
    where : tuple of (str, str)
        The letters of settings in it: TeX and the setting's name.
    """

    metric: str
    tex: str
    words: str = ""
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Objective:
    """What one network (or several together) lowers, the sum of the terms; or a rule, by another ``verb``."""

    who: str
    terms: tuple[FormulaTerm, ...]
    verb: str = "minimises"


@dataclass(frozen=True)
class Paper:
    """Where a family comes from; ``link`` is an address, or ""."""

    authors: str
    year: int
    title: str
    link: str = ""


@dataclass(frozen=True)
class SettingMeaning:
    """A setting: its name, its value here, whether that is the usual one, and what it does."""

    name: str
    value: str
    is_usual: bool
    meaning: str


@dataclass(frozen=True)
class Explanation:
    """Everything that a sheet shows; what is not known is empty.

    Attributes
    ----------
    title, summary : str
        The summary is a sentence.
    facts : tuple of (str, str)
        Further facts in words, by what they are.
    networks : tuple of NetworkBlocks
    objectives : tuple of Objective
    settings : tuple of SettingMeaning
    healthy : tuple of str
        What a run looks like that goes well, a sentence each.
    papers : tuple of Paper
    remarks : tuple of str
        What could not be told, and why.
    """

    title: str
    summary: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    networks: tuple[NetworkBlocks, ...] = ()
    objectives: tuple[Objective, ...] = ()
    settings: tuple[SettingMeaning, ...] = ()
    healthy: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()
    remarks: tuple[str, ...] = ()


def shape_words(sides: Sides) -> str:
    """Sides as people write them, channels first: ``64 × 14 × 14``; "1" for a single number."""
    return " × ".join(f"{side:,}" if side else "?" for side in sides) or "1"


def count_words(network: NetworkBlocks) -> str:
    """How many parameters a network has, and how many of the numbers it keeps are not learned."""
    if not network.statistics:
        return f"{network.parameters:,} parameters"
    whole = network.parameters + network.statistics
    return f"{whole:,} parameters, {network.statistics:,} of them running means and variances"
