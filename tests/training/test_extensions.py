"""Families, layouts and data sources of other installed packages are found, and broken ones harm nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from explorer.core.problem import Problem
from explorer.training import families as family_module
from explorer.training.extensions import names
from explorer.training.families import broken_families, families, family_called
from explorer.training.sources import open_pictures, source_kinds
from explorer.training.weight_import import layouts as layout_module
from explorer.training.weight_import.layouts import layouts, theirs

FAMILY = """
from dataclasses import replace
from explorer.training.families.autoencoders import vae
FAMILY = replace(vae.FAMILY, key="{key}", title="Another VAE")
NO_FAMILY = 3
"""
SOURCE = """
import numpy as np
from explorer.training.sources.material import Drawn, ListedSource
def grey(source, size):
    count = int(source.partition(":")[2] or 3)
    def draw(index, size, channels):
        if index == 2:
            raise KeyError(index)
        return Drawn(np.full((size, size, channels), index, np.uint8), "L", size, size, True)
    return ListedSource("grey squares", [str(n) for n in range(count)], "1", draw)
def hopeless(source, size):
    raise KeyError("nothing")
"""
LAYOUT = """
def rebuild(tensors, chosen):
    raise KeyError("nothing")
"""
CACHES = (
    family_module.families,
    family_module._theirs,
    layout_module.layouts,
    layout_module.theirs,
    source_kinds._theirs,
)
Install = Callable[[str, str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Puts a package with one module and these entry points on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def installed(name: str, code: str, entries: str) -> None:
        (tmp_path / f"{name}.py").write_text(code)
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(entries)
        forget()

    def forget() -> None:
        for each in CACHES:
            each.cache_clear()

    yield installed
    monkeypatch.undo()
    forget()


def test_a_family_of_another_package_can_be_trained(install: Install) -> None:
    ours = families().keys()
    install("one", FAMILY.format(key="other_vae"), "[latent_explorer.families]\nother_vae = one:FAMILY\n")
    assert families().keys() == {*ours, "other_vae"}
    assert family_called("other_vae").title == "Another VAE"
    assert broken_families() == ()


def test_a_broken_family_is_told_and_harms_no_other(install: Install) -> None:
    ours = families().keys()
    install("two", "raise SystemExit('no luck')", "[latent_explorer.families]\nunlucky = two:FAMILY\n")
    install("three", FAMILY.format(key="other"), "[latent_explorer.families]\nnumber = three:NO_FAMILY\n")
    assert families().keys() == ours
    told = [problem.what for problem in broken_families()]
    assert "number" in told[0]
    assert "three" in told[0]
    assert "unlucky, which the package two adds to the families, cannot be used (no luck)." in told
    with pytest.raises(Problem, match="package two"):
        family_called("unlucky")


def test_a_name_that_is_taken_is_refused(install: Install) -> None:
    install("four", FAMILY.format(key="vae"), "[latent_explorer.families]\nvae = four:FAMILY\n")
    assert family_called("vae").title == "VAE"
    assert "the name is taken" in broken_families()[0].what


def test_a_data_source_of_another_package_gives_pictures(install: Install, tmp_path: Path) -> None:
    install("five", SOURCE, "[latent_explorer.data_sources]\ngrey = five:grey\nhopeless = five:hopeless\n")
    assert names("data_sources") == {"grey", "hopeless"}
    found = open_pictures("grey:4", size=32, cache=tmp_path / "cache")
    assert found.pictures[:, 0, 0, 0].tolist() == [0, 1, 3]
    assert found.report.skipped["not drawn by its source"] == 1
    with pytest.raises(Problem, match="data source hopeless failed"):
        open_pictures("hopeless", size=32, cache=tmp_path / "cache")


def test_a_layout_of_another_package_comes_after_ours_and_may_be_wrong(install: Install) -> None:
    ours = layouts()
    install("six", LAYOUT, "[latent_explorer.weight_layouts]\nodd = six:rebuild\ndcgan = six:rebuild\n")
    assert layouts()[: len(ours)] == ours
    assert len(layouts()) == len(ours) + 1
    assert "the name is taken" in theirs().problems["dcgan"].what
    assert layouts()[-1]({"weight": torch.zeros(1)}, {}) is None
    assert "The layout odd of another package failed (" in theirs().problems["odd"].what
