"""The dialog, what is dropped and the command line take a file for the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli.model_arguments import located
from explorer.core.models.file_kinds import kind_of
from explorer.core.problem import Problem
from explorer.session.models.intake import _MODELS, _NUMBERS, _SCENES, _SOURCES, _rank
from explorer.session.models.opening import Opener
from explorer.ui.window.file_dialogs import opening_filter
from tests.kinds import KINDS, made

RANKS = {"source": _SOURCES, "numbers": _NUMBERS, "picture": _SCENES, "scene": _SCENES}
REFUSED = ("numbers", "table", "photo", "pictures", "source")


@pytest.mark.parametrize("name", [name for name in KINDS if "." in name[-10:] and name[-1] != "."])
def test_dialog_drop_and_command_line_agree(tmp_path: Path, name: str) -> None:
    path = made(tmp_path, name)
    kind = kind_of(path)
    offered = opening_filter().split(";;")[0]
    is_offered = f"*{path.suffix.lower()} " in f"{offered[:-1]} "
    assert is_offered == (kind not in ("table", "other"))
    assert _rank(path) == RANKS.get(kind, _MODELS)
    said = [_refusal(lambda: located(str(path))), _refusal(lambda: Opener(tmp_path / "exports").files(path))]
    if kind in REFUSED:
        assert said[0] == said[1] != ""
    if kind in ("model", "other"):
        assert said == ["", ""]


def _refusal(ask) -> str:
    try:
        ask()
    except Problem as problem:
        return problem.what
    return ""
