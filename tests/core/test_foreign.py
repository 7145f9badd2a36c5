"""What is guessed of a model without a card, and what is said of each guess."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from explorer.core.models.foreign import as_told, doubtful, facts, name_of, picture_guesses, value_range_of
from explorer.core.models.graph import Port
from explorer.core.models.inputs import Sources
from explorer.core.models.probe import Seen
from explorer.core.models.roles import Frame, Roles


def seen(low: float, high: float, finite: bool = True) -> Seen:
    return Seen("x", (2, 3, 8, 8), low, high, finite)


@pytest.mark.parametrize(
    ("low", "high", "found", "said"),
    [
        (0.0, 1.0, (0.0, 1.0), ""),
        (-0.002, 1.002, (0.0, 1.0), ""),
        (0.3, 0.4, (0.0, 1.0), ""),
        (-0.003, 1.0, (-1.0, 1.0), ""),
        (0.0, 1.003, (0.0, 255.0), ""),
        (-1.002, 1.002, (-1.0, 1.0), ""),
        (-1.003, 1.0, (-1.0, 1.0), "the rest is clipped"),
        (-2.0, 2.0, (-1.0, 1.0), "the rest is clipped"),
        (-2.01, 1.0, (-2.01, 1.0), "these are taken as black and white"),
        (-1.0, 2.01, (-1.0, 2.01), "these are taken as black and white"),
        (0.0, 255.0, (0.0, 255.0), ""),
        (0.0, 256.0, (0.0, 256.0), "these are taken as black and white"),
        (300.0, 300.0, (0.0, 600.0), "all of one colour"),
        (-5.0, -5.0, (-10.0, 0.0), "all of one colour"),
    ],
)
def test_black_and_white_are_guessed_from_test_pictures(
    low: float, high: float, found: tuple[float, float], said: str
) -> None:
    value_range, words = value_range_of(seen(low, high), "float32")
    assert value_range == found
    assert len(words) == bool(said)
    assert said in "".join(words)
    assert value_range_of(seen(low, high), "uint8") == ((0.0, 255.0), ())
    assert value_range_of(seen(low, high), "int64") == ((0.0, 255.0), ())


def test_without_numbers_nothing_can_be_guessed() -> None:
    for of in (None, seen(0.0, 1.0, finite=False)):
        value_range, (said,) = value_range_of(of, "float32")
        assert value_range == (-1.0, 1.0)
        assert "not finite numbers" in said


def role(
    kind: str, drawn: Frame | None = None, shown: Frame | None = None, result: tuple[Any, ...] = ("N", 192)
) -> Roles:
    main = Port("z", "float32", ("N", 30))
    return Roles(kind, Sources(main), Port("x", "float32", result), shown, drawn)


def test_a_frame_that_a_person_says_is_used_where_it_holds_as_many_numbers() -> None:
    found = role("generator", Frame("flat", 8, 8, 3))
    assert as_told(found, {}) == (found, ())
    assert as_told(found, {"value_range": (0, 1)}) == (found, ())
    fresh, said = as_told(found, {"layout": "flat-last"})
    assert (fresh.drawn, said) == (Frame("flat-last", 8, 8, 3), ())
    fresh, said = as_told(found, {"height": 4, "width": 16})
    assert (fresh.drawn, said) == (Frame("flat", 4, 16, 3), ())
    fresh, said = as_told(found, {"height": 8, "width": 24, "channels": 1})
    assert (fresh.drawn, said) == (Frame("flat", 8, 24, 1), ())
    for wrong in ({"height": 9}, {"channels": 1}, {"height": 8, "width": 12, "channels": 2}):
        same, (words,) = as_told(found, wrong)
        assert same == found
        assert words.endswith("that was not used.")
    encoder = role("encoder", None, Frame("flat", 8, 8, 3))
    assert as_told(encoder, {"height": 9}) == (encoder, ())


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("faces/generator.onnx", "faces"),
        ("faces/encoder.onnx", "faces"),
        ("faces/classifier.onnx", "faces"),
        ("faces/mine.onnx", "mine"),
        ("generator.onnx", "generator"),
    ],
)
def test_a_model_is_called_after_its_folder_where_all_files_are_called_alike(path: str, name: str) -> None:
    assert name_of(Path(path)) == name


def test_what_the_graph_tells_goes_into_the_card() -> None:
    told = facts(role("generator", Frame("NHWC", 8, 6, 4)))
    assert told == {"kind": "generator", "layout": "NHWC", "height": 8, "width": 6, "channels": 3, "latent_size": 30}
    told = facts(role("encoder", None, Frame("NCHW", 8, 8, 1), ("N", 7)))
    assert (told["latent_size"], told["channels"], told["layout"]) == (7, 1, "NCHW")
    assert "latent_size" not in facts(role("critic", None, Frame("NCHW", 8, 8, 3)))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (Frame("NCHW", 8, 8, 4), "alpha channel"),
        (Frame("flat", 8, 8, 3), "channels are taken to come first"),
        (Frame("flat-last", 8, 8, 3), "channels are taken to come last"),
        (Frame("flat", 8, 8, 1), ""),
        (Frame("NCHW", 8, 8, 3), ""),
    ],
)
def test_what_is_odd_about_pictures_is_said(frame: Frame, said: str) -> None:
    for found in (role("generator", frame), role("encoder", None, frame)):
        assert said in "".join(picture_guesses(found))
        assert len(picture_guesses(found)) == bool(said)
    assert picture_guesses(cast("Roles", role("critic"))) == ()


def test_the_prior_cannot_be_seen_in_pictures() -> None:
    prior = "It does not say how its latents are distributed; standard normal is assumed."
    assert doubtful(("one", prior, "two")) == ("one", "two")
