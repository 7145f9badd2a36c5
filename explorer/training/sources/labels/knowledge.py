"""What is known of the pictures of a source, from its label files, from itself, or from its folders; all of it told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from explorer.core.problem import Problem
from explorer.training.sources.assumptions import Assumptions
from explorer.training.sources.labels.label_files import TABLE_LIMIT, read_bytes
from explorer.training.sources.labels.label_tables import LabelTable, joined, table_from
from explorer.training.sources.labels.picture_facts import LabelFacts, classes_from_folders, facts_from
from explorer.training.sources.labels.row_names import rows_for
from explorer.training.sources.material import ListedSource
from explorer.training.sources.source_report import Tally

_FEW = 8  # classes that are named


def facts_of_source(
    material: ListedSource, kept: Sequence[int], attributes: Path | None, assume: Assumptions, tally: Tally
) -> LabelFacts:
    """What is known of the candidates ``kept``: by the label file, else by the source itself, else by the folders.

    Raises
    ------
    Problem
        A label file or a column that was asked for cannot be used.
    """
    places = list(kept)
    told = _told(material, places, attributes, assume, tally)
    source = f"column {told.column}" if told.labels is not None else ""
    if told.labels is None and material.labels is not None and assume.classes in ("", "own"):
        told = replace(told, labels=material.labels[places], classes=material.classes)
        source = "own"
    if material.paths:
        told, source = _with_folders(material, places, told, source, assume, tally)
    if told.attributes is None and material.attributes is not None:
        own = material.attributes
        told = replace(told, attributes=replace(own, values=own.values[places]))
    if told.groups is None and material.groups is not None:
        told = replace(told, groups=tuple(material.groups[place] for place in places))
    _tell_classes(told, source, tally)
    return told


def _with_folders(
    material: ListedSource, places: list[int], told: LabelFacts, source: str, assume: Assumptions, tally: Tally
) -> tuple[LabelFacts, str]:
    """The facts with the folders as classes, where nothing better says what they are."""
    tables = material.tables
    shards = material.are_shards or any(PurePosixPath(name).name.lower() == "dataset.json" for name, _, _ in tables)
    found = classes_from_folders([material.paths[index] for index in places], shards and assume.classes != "folders")
    if found.parts:
        tally.assume("parts", "all" if assume.parts in ("", "all") else assume.parts, ", ".join(found.parts))
    elif assume.parts not in ("", "all"):
        tally.assume("parts", assume.parts)
    if told.labels is None and found.labels is not None and assume.classes in ("", "folders"):
        return replace(told, labels=found.labels, classes=found.classes), "folders"
    return told, source


def _tell_classes(told: LabelFacts, source: str, tally: Tally) -> None:
    if told.labels is None:
        tally.assume("classes", "no")
        return
    shown = ", ".join(told.classes[:_FEW]) + (
        f" and {len(told.classes) - _FEW:,} more" if len(told.classes) > _FEW else ""
    )
    tally.assume("classes", source.removeprefix("column "), shown)


def _told(
    material: ListedSource, places: list[int], attributes: Path | None, assume: Assumptions, tally: Tally
) -> LabelFacts:
    """What the label files say. One found by chance may be unusable; one that was asked for may not."""
    is_asked = attributes is not None or bool(assume.key) or assume.classes not in ("", "no", "folders", "own")
    here = material.paths or material.names
    paths = [here[index] for index in places]
    unused = [*(here[index] for index in sorted(set(range(len(here))) - set(places))), *material.unchosen]
    try:
        table = _table(material, attributes, paths, assume.key)
        if table is None:
            return LabelFacts()
        rows = rows_for(paths, table.keys)
        if is_asked and (rows < 0).all():
            raise Problem(
                f"{table.name} names none of the pictures in its column {table.key}.",
                "Name the column that holds their file names: --assume key=COLUMN.",
            )
        by = assume.classes if assume.classes not in ("no", "folders", "own") else ""
        others = rows_for(unused, table.keys)
        facts = facts_from(table, rows, [material.names[index] for index in places], by, others)
    except Problem as problem:
        if is_asked:
            raise
        tally.note(problem.what)
        return LabelFacts()
    tally.assume("key", table.key, table.name)
    for note in facts.notes:
        tally.note(note)
    return facts if assume.classes not in ("no", "folders", "own") else replace(facts, labels=None, classes=())


def _table(material: ListedSource, attributes: Path | None, paths: list[str], key: str) -> LabelTable | None:
    if attributes is not None:
        if not attributes.is_file():
            raise Problem(f"There is no label file {attributes}.", "Check the path.")
        return table_from((attributes.name, read_bytes(attributes, TABLE_LIMIT), ""), paths, key)
    if not material.tables:
        if key:
            raise Problem(f"No label file was found to look for the column {key} in.", "Name one with --attributes.")
        return None
    return joined([table_from(file, paths, key) for file in material.tables])
