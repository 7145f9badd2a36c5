"""A Parquet file whose rows hold pictures, as of Hugging Face; read by pyarrow, which need not be installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from explorer.core.problem import Problem
from explorer.training.sources.decoding import drawn_from_file
from explorer.training.sources.labels.label_files import LabelFile
from explorer.training.sources.material import Drawn, ListedSource, UnreadablePictureError
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import provenance_in
from explorer.training.sources.source_report import Tally

ROW_GROUP_LIMIT = 512 << 20
"""Most bytes that a group of rows may unpack to; Hugging Face writes a hundred pictures a group."""

_NAMES = ("image", "img", "picture", "bytes", "jpg", "png")


def is_parquet(path: Path) -> bool:
    """Whether ``path`` begins as a Parquet file does."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def parquet_material(path: Path, reading: PictureReading) -> ListedSource:
    """The pictures in a Parquet file, and what its other columns say of them.

    Raises
    ------
    Problem
        pyarrow is not installed, the file is damaged, or no column holds pictures.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise Problem(
            f"{path.name} is a Parquet file, which needs the package pyarrow.",
            "Install it (pip install 'latent-explorer[parquet]'), or save the pictures as files.",
        ) from None
    try:
        return _material(path, ParquetFile(path), reading)
    except (ArrowException, OSError, ValueError, MemoryError) as error:
        raise Problem(f"{path.name} is damaged: {str(error)[:200]}.", "Download it again.") from None


def _material(path: Path, file: Any, reading: PictureReading) -> ListedSource:
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    if any(group.total_byte_size > ROW_GROUP_LIMIT for group in groups):
        raise Problem(
            f"{path.name} unpacks to more than {ROW_GROUP_LIMIT >> 20} MB at a time.",
            "Write it again with a hundred rows a group.",
        )
    column = _column(path, file.schema_arrow)
    rows = [(number, row) for number, group in enumerate(groups) for row in range(group.num_rows)]
    names = [f"{number:06d}" for number in range(len(rows))]
    group_of = _groups(file, column)

    def draw(index: int, size: int, channels: int) -> Drawn:
        number, row = rows[index]
        found = group_of(number)[row]
        data = found.get("bytes") if isinstance(found, dict) else found
        if not isinstance(data, bytes) or not data:
            raise UnreadablePictureError("empty")
        return drawn_from_file(BytesIO(data), size, channels, reading)

    stat = path.stat()
    return ListedSource(
        title=path.name,
        names=names,
        paths=names,
        stamp=f"{column}|{stat.st_size}|{stat.st_mtime_ns}",
        draw=draw,
        tables=_told(path, file, column, names, reading),
        tally=Tally(),
        provenance=provenance_in(path.parent),
        close=file.close,
    )


def _column(path: Path, schema: Any) -> str:
    """The column that holds pictures: bytes, or a pair of bytes and a path."""
    from pyarrow import types

    def holds_bytes(kind: Any) -> bool:
        if types.is_struct(kind):
            return any(
                kind.field(n).name == "bytes" and holds_bytes(kind.field(n).type) for n in range(kind.num_fields)
            )
        return bool(types.is_binary(kind) or types.is_large_binary(kind))

    found = [field.name for field in schema if holds_bytes(field.type)]
    if not found:
        raise Problem(
            f"No column of {path.name} holds pictures as bytes; it has {', '.join(schema.names[:20])}.",
            "Embed the pictures when it is written, or choose the folder that they lie in.",
        )
    return str(min(found, key=lambda name: name.lower() not in _NAMES))


def _groups(file: Any, column: str) -> Callable[[int], list[Any]]:
    """The column's values of one group of rows; a few groups are kept, for the threads that draw."""
    from functools import lru_cache
    from threading import Lock

    lock = Lock()

    @lru_cache(maxsize=3)
    def read(number: int) -> list[Any]:
        found: list[Any] = file.read_row_group(number, columns=[column]).column(0).to_pylist()
        return found

    def locked(number: int) -> list[Any]:
        with lock:
            try:
                return read(number)
            except Exception:  # noqa: BLE001 - pyarrow's errors have no common base that can be named without it
                raise UnreadablePictureError("broken or cut short") from None

    return locked


def _told(path: Path, file: Any, column: str, names: list[str], reading: PictureReading) -> tuple[LabelFile, ...]:
    """The plain columns, as a table in JSON lines; numbers that stand for names are told by name."""
    from pyarrow import types

    def is_plain(kind: Any) -> bool:
        return bool(
            types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind) or types.is_string(kind)
        )

    plain = [field.name for field in file.schema_arrow if field.name != column and is_plain(field.type)]
    if not plain:
        return ()
    words = _words(file.schema_arrow)
    lines: list[str] = []
    for number in range(file.num_row_groups):
        reading.check()
        for record in file.read_row_group(number, columns=plain).to_pylist():
            told = {name: _named(value, words.get(name, [])) for name, value in record.items()}
            lines.append(json.dumps({"file_name": names[len(lines)], **told}))
    return ((f"{path.name}.jsonl", "\n".join(lines).encode(), ""),)


def _named(value: Any, words: list[str]) -> Any:
    return words[value] if isinstance(value, int) and 0 <= value < len(words) else value


def _words(schema: Any) -> dict[str, list[str]]:
    """Names of classes, as Hugging Face notes them in the file."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {name: [str(word) for word in told["names"]] for name, told in features.items() if "names" in told}
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
