"""A sheet as Markdown, formulas as TeX between dollars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from explorer.core.explain.explanation import Explanation, NetworkBlocks, Objective, Paper, count_words, shape_words
from explorer.core.explain.formula import plain_tex
from explorer.core.words import size_words


def markdown(sheet: Explanation) -> str:
    """The sheet, headings from the first level on; ends with a line break."""
    return "\n".join(_lines(sheet)).rstrip() + "\n"


def _lines(sheet: Explanation) -> Iterator[str]:
    yield f"# {_escaped(sheet.title)}"
    if sheet.summary:
        yield from ("", _escaped(sheet.summary))
    if sheet.facts:
        yield ""
        yield from (f"- {_escaped(what)}: {_escaped(words)}" for what, words in sheet.facts)
    if sheet.networks:
        yield from ("", "## Networks")
        for network in sheet.networks:
            yield from _network(network)
    if sheet.objectives:
        yield from ("", "## Objective")
        for objective in sheet.objectives:
            yield from _objective(objective, {setting.name: setting.value for setting in sheet.settings})
    if sheet.settings:
        yield from ("", "## Settings", "")
        rows = [(f"`{each.name}`", _escaped(each.value) or "–", _escaped(each.meaning)) for each in sheet.settings]
        columns = 3 if any(each.meaning for each in sheet.settings) else 2
        yield from _table(("setting", "value", "what it does")[:columns], [row[:columns] for row in rows])
    if sheet.healthy:
        yield from ("", "## A healthy run", "")
        yield from (f"- {_escaped(words)}" for words in sheet.healthy)
    if sheet.papers:
        yield from ("", "## Papers" if len(sheet.papers) > 1 else "## Paper", "")
        yield from (f"- {_paper(paper)}" for paper in sheet.papers)
    yield from (line for words in sheet.remarks for line in ("", f"> {_escaped(words)}"))


def _network(network: NetworkBlocks) -> Iterator[str]:
    yield from ("", f"### {network.name.capitalize()}", "", count_words(network) + _memory(network) + ".", "")
    rows = [(name, shape_words(sides), "") for name, sides in network.entrances]
    rows += [
        (_escaped(block.words), shape_words(block.sides), f"{block.parameters + block.statistics:,}")
        for block in network.blocks
    ]
    yield from _table(("layer", "gives", "parameters"), rows, right=2)


def _memory(network: NetworkBlocks) -> str:
    words = ""
    if network.weight_bytes:
        words += f"; weights take {size_words(network.weight_bytes)}"
    if network.peak_bytes:
        words += f"; a picture takes up to {size_words(network.peak_bytes)} on its way through"
    return words


def _objective(objective: Objective, values: dict[str, str]) -> Iterator[str]:
    whole = " ".join(plain_tex(term.tex) for term in objective.terms).removeprefix("+").strip()
    yield from ("", f"The {objective.who} {objective.verb}", "", f"$$ {whole} $$", "")
    for term in objective.terms:
        where = "".join(
            f" ${symbol}$ is `{name}`" + (f", {values[name]}." if name in values else ".")
            for symbol, name in term.where
        )
        if term.words or where:
            shown = f"${plain_tex(term.tex).removeprefix('+').strip()}$: " if len(objective.terms) > 1 else ""
            yield f"- {shown}{_escaped(term.words)}{where}"


def _paper(paper: Paper) -> str:
    title = f"[{_escaped(paper.title)}]({paper.link})" if paper.link else _escaped(paper.title)
    return f"{_escaped(paper.authors)} ({paper.year}). {title}."


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: int | None = None) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'|'.join('---:' if column == right else '---' for column in range(len(heads)))}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _escaped(words: str) -> str:
    """Words whose signs Markdown leaves as they are, on one line."""
    for sign in "\\|*<$":
        words = words.replace(sign, f"\\{sign}")
    return " ".join(words.split())
