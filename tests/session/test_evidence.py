"""What is known of examples, and which of them are fitted to, kept out and shown: by numbers alone."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.session.directions import evidence as evidence_module
from explorer.session.directions import fits as fits_module
from explorer.session.directions.evidence import Counts, Evidence, encode
from explorer.session.directions.fits import FitRequest, _real, _to_try, all_fitted, spoken
from explorer.session.directions.labelled_source import attribute_columns
from explorer.session.models.opening import OpenModel
from explorer.training.sources.pictureset import Attributes, PictureSet
from explorer.training.sources.source_report import SourceReport

MODEL = cast("OpenModel", None)


@pytest.fixture(autouse=True)
def _no_model_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """How far one goes along a direction is seen in pictures: no affair of these tests."""
    monkeypatch.setattr(fits_module, "_going_far", lambda _evidence, direction, _cancelled: direction)


LATENTS = np.random.RandomState(0).standard_normal((80, 3)).astype(np.float32)


def evidence(values: list[list[float]], names: str = "it", **more: Any) -> Evidence:
    rows = np.array(values, np.float32).T
    told = {"held_out": lambda share, _seed: np.arange(len(rows)) < share * len(rows)}
    return Evidence(MODEL, "source", tuple(names.split()), rows, **(told | more))


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ([1, 0, 0, np.nan], Counts(1, 2, 1)),
        ([3, 7, 7, 7], Counts(3, 1, 0)),
        ([1, 1, 1, np.nan], Counts(3, 0, 1)),
        ([0, 0, np.nan, np.nan], Counts(0, 2, 2)),
        ([1, 2, 3, 4], Counts(2, 2, 0, 2.5)),
        ([1, 2, 3, np.nan], Counts(1, 2, 1, 2.0)),
        ([np.nan] * 3, Counts(0, 0, 3)),
    ],
)
def test_an_attribute_divides_the_examples(values: list[float], counts: Counts) -> None:
    assert evidence([values]).counts("it") == counts


@pytest.mark.parametrize(("out", "shown"), [(0, []), (2, [0, 1]), (3, [0, 1, 2]), (9, [0, 4, 8])])
def test_a_few_that_were_kept_out_are_shown(out: int, shown: list[int]) -> None:
    found = _to_try(LATENTS, np.arange(80) < out)
    assert [next(i for i in range(80) if np.array_equal(LATENTS[i], each)) for each in found] == shown
    assert _to_try(LATENTS, None) == ()


@pytest.mark.parametrize(("out", "kept", "fitted"), [(0, 0, 64), (10, 10, 54), (70, 64, 0), (80, 64, 0)])
def test_those_that_were_kept_out_are_tried_first(out: int, kept: int, fitted: int) -> None:
    found = _real(LATENTS, np.arange(80) < out)
    names = [f"Kept out {number + 1}" for number in range(kept)] + [
        f"Fitted to {number + 1}" for number in range(fitted)
    ]
    assert [name for name, _ in found] == names
    if fitted:
        assert np.array_equal(found[-1][1], LATENTS[79])
        assert np.array_equal(found[kept][1], LATENTS[out])
    assert len({each.tobytes() for _, each in found}) == len(found)
    assert len(_real(LATENTS[:5], None)) == 5


@pytest.mark.parametrize(
    ("attribute", "words"),
    [("smiling", "smiling"), ("hair=black", "hair: black"), ("eye_colour=dark_blue", "eye colour: dark blue")],
)
def test_attributes_are_spoken_as_people_do(attribute: str, words: str) -> None:
    assert spoken(attribute) == words


def request(attribute: str, **more: Any) -> FitRequest:
    return FitRequest(**({"attribute": attribute, "method": "mean", "balance": (), "share": 0.0, "seed": 0} | more))


def test_what_can_be_fitted_is_and_the_rest_is_told() -> None:
    first, second = LATENTS[:, 0] > 0, LATENTS[:, 1] > 0
    known = evidence([first, second, np.ones(80)], "first second same", latents=LATENTS)
    told: list[float] = []
    asked = tuple(map(request, known.names))
    found = all_fitted(known, asked, lambda done, total=1.0: told.append(done / total), lambda: False)
    assert found is not None
    assert [fit.direction.name for fit in found[0]] == ["first", "second"]
    assert [int(np.argmax(np.abs(fit.direction.vector))) for fit in found[0]] == [0, 1]
    assert len(found[1]) == 1
    assert found[1][0].startswith("same: ")
    assert told[-3:] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert all_fitted(known, asked, lambda *_: None, lambda: True) is None


def test_only_the_others_that_are_asked_for_are_balanced_against() -> None:
    first, second = LATENTS[:, 0] > 0, LATENTS[:, 1] > 0
    known = evidence([first, second, LATENTS[:, 2]], "first second third", latents=LATENTS)
    for balance, used in (((), None), (("first", "third"), ["third"]), (("second", "third"), ["second", "third"])):
        found = all_fitted(known, (request("first", balance=balance, share=0.25),), lambda *_: None, lambda: False)
        assert found is not None
        details = found[0][0].direction.details
        assert details.get("balanced") == used
        assert (details["fitted_by"], details["samples"], details["hold_out"]) == ("mean", 80, 0.25)
        assert sum(found[0][0].direction.examples) == 60
        assert len(found[0][0].kept) == 3


def pictures(labels: list[int] | None, classes: tuple[str, ...], attributes: Attributes | None = None) -> PictureSet:
    report = cast("SourceReport", None)
    return PictureSet(
        np.zeros((4, 1, 1, 1), np.uint8),
        tuple("abcd"),
        None if labels is None else np.array(labels),
        classes,
        attributes,
        report,
    )


@pytest.mark.parametrize(
    ("labels", "classes", "names", "values"),
    [
        ([0, 1, -1, 1], "cat dog", "class=dog", [[0, 1, np.nan, 1]]),
        ([0, 1, 2, -1], "a b c", "class=a class=b class=c", [[1, 0, 0, np.nan], [0, 1, 0, np.nan], [0, 0, 1, np.nan]]),
        ([0, 0, 0, 0], "cat", "", []),
        (None, "", "", []),
    ],
)
def test_classes_are_attributes(labels: list[int] | None, classes: str, names: str, values: list[list[float]]) -> None:
    found, columns = attribute_columns(pictures(labels, tuple(classes.split())))
    assert found == tuple(names.split())
    np.testing.assert_array_equal(columns, np.array(values, np.float32).reshape(len(values), 4).T)


def test_what_says_the_same_as_another_is_left_out() -> None:
    table = np.float32([[0, 1, np.nan, 1], [5, 6, 7, 8], [0, 1, np.nan, 1]]).T
    found, columns = attribute_columns(
        pictures([0, 1, -1, 1], ("cat", "dog"), Attributes(("dog", "age", "again"), table))
    )
    assert found == ("dog", "age")
    np.testing.assert_array_equal(columns, table[:, :2])


class Encoder:
    """Gives the number of each picture, twice; closed when it is done."""

    def __init__(self, gives: float = 1.0) -> None:
        self.gives, self.counts, self.closed = gives, list[int](), 0

    def latents(self, given: np.ndarray) -> np.ndarray:
        self.counts.append(len(given))
        rows = np.repeat(given[:, 0, 0, :1], 2, axis=1).astype(np.float32)
        rows[0, 0] *= self.gives
        return rows

    def close(self) -> None:
        self.closed += 1


def test_pictures_are_encoded_once_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = Encoder()
    monkeypatch.setattr(evidence_module, "opened_encoder", lambda _model: encoder)
    shown = np.arange(1, 71, dtype=np.uint8).reshape(70, 1, 1, 1)
    known, told = evidence([[0.0] * 70], pictures=shown), list[tuple[float, float]]()
    assert not encode(known, lambda *_: None, lambda: True)
    assert known.latents is None
    assert encode(known, lambda done, total=1.0: told.append((done, total)), lambda: False)
    assert known.latents is not None
    assert known.latents[:, 0].tolist() == list(range(1, 71))
    assert (encoder.counts, encoder.closed) == ([32, 32, 6], 2)
    assert told == [(32, 70), (64, 70), (70, 70)]
    assert encode(known, lambda *_: None, lambda: False)
    assert encoder.closed == 2
    monkeypatch.setattr(evidence_module, "opened_encoder", lambda _model: Encoder(np.nan))
    with pytest.raises(Problem, match="not finite"):
        encode(evidence([[0.0] * 70], pictures=shown), lambda *_: None, lambda: False)
