"""Where data comes from, for the model card: ``data.json`` or a licence file beside the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from explorer.core.json_text import parsed_json
from explorer.training.sources.file_names import is_licence

_TEXT_LIMIT = 300
_FILE_LIMIT = 1 << 20


@dataclass(frozen=True)
class Provenance:
    """What the data is, under which licence, and whom to thank; "" where unknown."""

    description: str = ""
    licence: str = ""
    attribution: str = ""


def provenance_in(folder: Path) -> Provenance:
    """What ``data.json``, or else a licence file, directly in ``folder`` says of the data there."""
    try:
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    except OSError:
        return Provenance()
    return provenance_from(names, lambda name: bounded_text(folder / name))


def provenance_from(names: Iterable[str], read: Callable[[str], str]) -> Provenance:
    """The same for any collection of files that ``read`` can open by name, such as a zip."""
    by_base = {name.rsplit("/", 1)[-1].lower(): name for name in names}
    if "data.json" in by_base and (told := _told(read(by_base["data.json"]))):
        return told
    for base in sorted(by_base):
        if is_licence(base):
            return _from_licence(read(by_base[base]))
    return Provenance()


def bounded_text(path: Path, limit: int = _FILE_LIMIT) -> str:
    """The first ``limit`` bytes of a text file, what is no UTF-8 replaced; "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(limit).decode("utf-8-sig", errors="replace")
    except OSError:
        return ""


def _told(text: str) -> Provenance | None:
    try:
        data = parsed_json(text)
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    told = {key: data[key] for key in ("description", "licence", "attribution") if isinstance(data.get(key), str)}
    return Provenance(**told) if told else None


def _from_licence(text: str) -> Provenance:
    """The first line is the licence; the first copyright line is the attribution."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return Provenance()
    copyrights = [line[line.index("Copyright") :] for line in lines if "Copyright" in line]
    licence = lines[0].split("Copyright")[0].strip(" -,.") or lines[0]
    attribution = copyrights[0] if copyrights else ""
    return Provenance(licence=licence[:_TEXT_LIMIT], attribution=attribution[:_TEXT_LIMIT])
