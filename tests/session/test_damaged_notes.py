"""What the program noted for itself may have been damaged since: it is as if nothing had been noted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.core.models import guard
from explorer.core.models.external import Trusted
from explorer.core.models.interpretations import Interpretations
from explorer.core.models.model import ModelFiles
from explorer.session.models.companion_links import CompanionLinks
from explorer.session.models.weights_files import WeightsFiles

MODEL = "a" * 64
_LONG = "/" + "x" * 5000
_VALUES: list[Any] = [None, 5, "x", [], {}, ["layout"], {"height": 10**400}, {"value_range": [1e308, -1e308]}]
_VALUES += [{"encoder": {"path": path, "hash": MODEL}} for path in (_LONG, "a\0b", "a\ud800", 5)]
_VALUES += [{"source": path} for path in (_LONG, "a\0b", ["a"])]
_TEXTS = ["", "{", "[]", "null", "\0\xff", "[" * 100_000, '{"a": 1, "a": 2}', "[[1, 2]]", '{"passed": 1e999}']


def _passed(file: Path) -> object:
    return guard._passed(file)


def _reading(file: Path) -> object:
    return Interpretations(file).of(MODEL)


def _trusted(file: Path) -> object:
    return MODEL in Trusted(file)


def _parts(file: Path) -> object:
    files = ModelFiles("g", file.with_name("g.onnx"))
    found, problem = CompanionLinks(file).added_to(files, MODEL)
    return found if found != files else problem


def _answers(file: Path) -> object:
    return [word for word in WeightsFiles(file.parents[1]).chosen(MODEL).values() if word not in map(str, _VALUES)]


def _source(file: Path) -> object:
    return WeightsFiles(file.parents[1]).source(MODEL)


@pytest.mark.parametrize(
    ("read", "name", "around"),
    [
        (_passed, "x.json", lambda value: {"onnxruntime": guard._TRIED_BY, "passed": {MODEL: value}}),
        (_passed, "x.json", lambda value: {"onnxruntime": guard._TRIED_BY, "passed": {MODEL: json.dumps(value)}}),
        (_reading, "x.json", lambda value: {MODEL: value}),
        (_trusted, "x.json", lambda value: [value]),
        (_parts, "x.json", lambda value: {"models": {MODEL: value}}),
        (_answers, f"readings/{MODEL}.json", lambda value: {"latent": value}),
        (_source, f"readings/{MODEL}-source.json", lambda value: {"source": value}),
        (_source, f"readings/{MODEL}-source.json", lambda value: value),
    ],
)
def test_damaged_notes_are_none(
    tmp_path: Path, read: Callable[[Path], object], name: str, around: Callable[[Any], Any]
) -> None:
    file = tmp_path / name
    for text in (*_TEXTS, *(json.dumps(around(value)) for value in _VALUES)):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8", "surrogatepass")
        assert not read(file), text[:80]
