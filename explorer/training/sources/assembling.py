"""Opening a source: list it, decode it once, and put together what is known about its pictures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from os.path import exists
from pathlib import Path

from explorer.core.photos.pupils import FRAME_WORDS
from explorer.core.problem import Problem
from explorer.training.sources.assumption_words import settled, tell_pixels
from explorer.training.sources.assumptions import Assumptions
from explorer.training.sources.building import build, physical_memory_bytes
from explorer.training.sources.cache import CacheEntry, Kept, default_cache
from explorer.training.sources.drawing import Advance, DecodingJob
from explorer.training.sources.labels.knowledge import facts_of_source
from explorer.training.sources.material import ListedSource
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.pictureset import PictureSet
from explorer.training.sources.source_kinds import listed
from explorer.training.sources.source_report import counted

SIZE_LIMIT = 2048
"""Largest side of a picture that may be asked for, in pixels."""


def open_pictures(
    source: str | Path,
    *,
    size: int,
    channels: int | None = None,
    attributes: Path | None = None,
    cache: Path | None = None,
    memory_limit: int | None = None,
    most: int | None = None,
    assume: Assumptions | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> PictureSet:
    """All pictures of ``source`` as squares of one size, decoded once and cached.

    Parameters
    ----------
    source : str or Path
        A folder, a file or a word; the package says which.
    size : int
        Side of each picture, in pixels.
    channels : int, optional
        1 (grey) or 3 (colour). Without it: 1 if every picture is grey, else 3.
    attributes : Path, optional
        A label file to use instead of the one found beside the pictures.
    cache : Path, optional
        Folder of the decoded pictures; without it the user's cache folder.
    memory_limit : int, optional
        Sets of more bytes are memory-mapped from the cache; without it a quarter of the computer's memory.
    most : int, optional
        Of more candidates than this only so many, evenly spread, are looked at; without it all are.
    assume : Assumptions, optional
        What is not to be found out.
    progress : callable, optional
        Called in this thread with the number of pictures done and of all; never goes back.
    cancelled : callable, optional
        Asked in this thread now and then whether to stop.

    Raises
    ------
    Problem
        The source cannot be used; says why and what to try.
    Cancelled
        ``cancelled()`` became true. Nothing is left behind.
    """
    _check(size, channels)
    limit = physical_memory_bytes() // 4 if memory_limit is None else memory_limit
    stop = cancelled or (lambda: False)
    reading = PictureReading(assume, stop, cache)
    colour = {"yes": 3, "no": 1}.get(reading.assume.colour)
    with closing(reading.faces), closing(listed(source, size, reading)) as found:
        material = found if most is None else found.spread(most)
        job = DecodingJob(material, size, channels or colour, limit, _forward(progress), stop, reading)
        return _assembled(material, _kept(job, source, cache or default_cache()), attributes, reading)


def _check(size: int, channels: int | None) -> None:
    if not 1 <= size <= SIZE_LIMIT:
        raise Problem(f"Pictures cannot be {size} pixels wide.", f"Choose a size from 1 to {SIZE_LIMIT}.")
    if channels not in (None, 1, 3):
        raise Problem(f"Pictures cannot have {channels} channels.", "Choose 1 for grey or 3 for colour.")


def _forward(progress: Callable[[int, int], None] | None) -> Advance:
    """``progress``, spared from hearing smaller numbers when decoding has to start again."""
    best = -1

    def advance(done: int, total: int) -> None:
        nonlocal best
        if progress is not None and done > best:
            best = done
            progress(done, total)

    return advance


def _kept(job: DecodingJob, source: str | Path, cache: Path) -> Kept:
    material = job.material
    assumed = job.reading.assume.of_pixels()
    # what is drawn lies nowhere; of what tells its channels beforehand it does not matter whether they are asked for
    where = Path(source).absolute() if exists(source) else source  # unlike that of a Path, which long texts break
    key = f"{where}|{job.size}|{job.channels_drawn}" + (f"|{assumed}" if assumed else "")
    place = CacheEntry(cache, key, material.stamp)
    kept = place.load(job.memory_limit)
    if kept is not None and job.reading.settles(kept.tally.depths):
        job.advance(len(material.names), len(material.names))
    else:
        kept = build(job, place, cache)
        if not job.reading.settles(kept.tally.depths):  # all of them told what the first ones could not
            kept = build(job, place, cache)
    if not kept.kept:
        few = len(material.names) == 1
        whole = "The one picture" if few else f"None of the {len(material.names):,} pictures"
        raise Problem(
            f"{whole} in {material.title} can{'not' if few else ''} be used: "
            f"{', '.join(f'{count:,} {reason}' for reason, count in kept.tally.skipped.most_common(3))}.",
            "Open it in a picture viewer to see what is wrong."
            if few
            else "Open one of them in a picture viewer to see what is wrong.",
        )
    return kept


def _assembled(material: ListedSource, kept: Kept, attributes: Path | None, reading: PictureReading) -> PictureSet:
    """The pictures with everything that the source, its folders and its label file say of them."""
    names = tuple(material.names[index] for index in kept.kept)
    tally = kept.tally
    tally.merge(material.tally)
    facts = facts_of_source(material, kept.kept, attributes, reading.assume, tally)
    tell_pixels(kept.pictures, reading, tally)
    provenance = material.provenance
    return PictureSet(
        pictures=kept.pictures,
        names=names,
        labels=facts.labels,
        classes=facts.classes,
        attributes=facts.attributes,
        report=tally.report(),
        description=provenance.description or f"{counted(len(names))} from {material.title}",
        licence=provenance.licence,
        attribution=provenance.attribution,
        groups=facts.groups,
        frame=FRAME_WORDS if reading.aligns_faces else "",
        assumed=settled(tally, reading.assume),
    )
