"""What can be saved of the Unfold panel."""

from __future__ import annotations

from pathlib import Path

from explorer.session.jobs.report import Cancelled, Report
from explorer.session.likelihood.strange_pictures import BitsComparison
from explorer.ui.traverse.export_strip import Offer


def bits_offer(comparison: BitsComparison) -> Offer:
    """What every picture costs under every model, a row each."""

    def write(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.likelihood.bits_table import save_bits

        sets = [("first", comparison.tables), ("second", comparison.others)]
        rows = [
            (name, table.model, picture, float(bits))
            for name, tables in sets
            for table in tables
            for picture, bits in zip(table.names, table.bits, strict=True)
        ]
        save_bits(path, rows)

    return Offer("Bits of every picture (CSV) …", "bits.csv", write)
