"""Damage to tables of losses, row by row."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.cli.fuzzing.mutants import Damage, Draw, one_of

_CELLS = (
    *(b"", b"-1", b"1e308", b"nan", b"inf", b"1e999", b"9" * 5000, "³".encode(), b"0x10", b"1_000", b" 7 ", b"1.5"),
    *(b'"a,b"', b'"', b"\xff\xfe", b"\0", b"loss" * 10_000, b"2147483648", b"999999999999999999999"),
)


def _cell(data: bytes, draw: Draw) -> bytes:
    rows = [row.split(b",") for row in data.split(b"\n")]
    row = one_of([row for row in rows if len(row) > 1], draw)
    row[draw.randint(len(row))] = one_of(_CELLS, draw)
    return b"\n".join(b",".join(row) for row in rows)


def _row(data: bytes, draw: Draw) -> bytes:
    """A row more, of another form."""
    rows = data.split(b"\n")
    more = (b"step,loss,value", b",,", b"7", b"7,a", b"7,a,b,0.5", b"7;loss;0.5", b"," * 10_000, b"\r", rows[0])
    rows.insert(draw.randint(len(rows) + 1), one_of(more, draw))
    return b"\n".join(rows)


def _many(data: bytes, draw: Draw) -> bytes:
    """As many losses as there are rows, or steps that go back."""
    number = one_of((1, 1000), draw)
    more = b"".join(f"{number - i},loss {i % number},{i}\n".encode() for i in range(1000))
    return data + more


ROWS: Mapping[str, Damage] = {"rows: a cell": _cell, "rows: a row": _row, "rows: many": _many}
"""Damage to ``losses.csv``."""
