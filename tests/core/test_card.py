"""A card comes back as it was written, and a hostile one does no harm."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from explorer.core.models.attribute import Attribute, AttributeFigures
from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem

CARD = ModelCard(
    name="faces",
    kind="generator",
    latent_size=64,
    distribution="uniform",
    value_range=(0.0, 1.0),
    layout="NHWC",
    height=64,
    width=48,
    channels=3,
    classes=("cat", "dog"),
    family="dcgan",
    config={"beta": 0.5, "ema": True, "loss": "hinge"},
    steps=1000,
    seed=3,
    data="faces",
    licence="CC BY 4.0",
    attribution="Many people",
    frame="eyes level",
    parity=0.25,
    attributes=(
        Attribute("smiling", held_out=AttributeFigures(50, 25, 0.9, 0.786, 0.957, 0.95)),
        Attribute("age", "number", 18, 54, AttributeFigures(50, r2=0.4, mae=5.5)),
        Attribute("hat"),
    ),
    seeds=(3, 14, 15),
    truncation=0.7,
)


def test_a_card_comes_back_as_it_was() -> None:
    assert ModelCard.from_json(CARD.to_json()) == CARD
    assert ModelCard.from_json(ModelCard().to_json()) == ModelCard()


def test_an_empty_card_has_the_usual_values() -> None:
    assert ModelCard.from_json("{}") == ModelCard()


def test_what_newer_cards_add_is_passed_over() -> None:
    assert ModelCard.from_json('{"name": "a", "mood": "sunny"}') == ModelCard(name="a")
    text = '{"attributes": [{"name": "a", "mood": "sunny", "held_out": {"pictures": 3, "mood": 1}}]}'
    assert ModelCard.from_json(text).attributes == (Attribute("a", held_out=AttributeFigures(3)),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '"card"',
        "[" * 100_000,
        '{"name": 5}',
        '{"kind": "virus"}',
        '{"layout": "NWHC"}',
        '{"distribution": []}',
        '{"value_range": 5}',
        '{"value_range": [1, 1]}',
        '{"value_range": [1, -1]}',
        '{"value_range": [0, NaN]}',
        '{"value_range": [0, Infinity]}',
        '{"value_range": [0, 1, 2]}',
        '{"value_range": ["a", "b"]}',
        '{"height": -1}',
        '{"height": null}',
        '{"height": 1e999}',
        '{"latent_size": [64]}',
        '{"classes": 5}',
        '{"config": [1]}',
        '{"seed": "x"}',
        '{"parity": {}}',
        '{"attributes": 5}',
        '{"seeds": 5}',
        '{"seeds": [-1]}',
        '{"seeds": [4294967296]}',
        '{"seeds": ["x"]}',
        '{"truncation": -0.1}',
        '{"truncation": 1e308}',
        '{"truncation": NaN}',
        '{"attributes": ["smiling"]}',
        '{"attributes": [{"kind": "yes/no"}]}',
        '{"attributes": [{"name": "a", "kind": "maybe"}]}',
        '{"attributes": [{"name": "a", "kind": ["yes/no"]}]}',
        '{"attributes": [{"name": "a", "low": NaN}]}',
        '{"attributes": [{"name": "a", "low": 2}]}',
        '{"attributes": [{"name": "a", "held_out": 0.9}]}',
        '{"attributes": [{"name": "a", "held_out": {"accuracy": "good"}}]}',
        '{"attributes": [{"name": "a", "held_out": {"pictures": -1}}]}',
    ],
)
def test_a_hostile_card_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the words come from wherever it went wrong
        ModelCard.from_json(text)


def test_a_card_is_one_json_object_with_its_keys_in_order() -> None:
    assert list(json.loads(CARD.to_json()))[:3] == ["name", "kind", "latent_size"]


MEAN = "a\x1b[31mb\x1b]0;title\x07c\x9b2Jd\u202ee\u2066f\tg\x00"


def test_names_are_cut_and_hold_nothing_but_words() -> None:
    told = {"name": "n" * 300, "family": MEAN, "licence": "l" * 5_000_000, "classes": [MEAN, "c" * 300]}
    card = ModelCard.from_json(json.dumps(told | {"attributes": [{"name": MEAN}]}))
    assert card.name == "n" * 99 + "…"
    assert len(card.licence) == 2000
    assert [len(name) for name in card.classes[1:]] == [100]
    assert {card.family, card.classes[0], card.attributes[0].name} == {"abcd e f g"}


def test_letters_of_all_languages_stay() -> None:
    name = "Größe 顔 лицо وجه می\u200cخواهم 👩\u200d🎨"
    assert ModelCard.from_json(json.dumps({"name": name})).name == name


def test_what_a_terminal_would_obey_is_in_no_sentence() -> None:
    assert Problem(f"The operator {MEAN} is unknown.", MEAN).what == "The operator abcd e f g  is unknown."
    assert len(Problem("o" * 5_000_000).what) == 1000


def test_a_card_with_more_classes_than_any_model_has_is_refused() -> None:
    with pytest.raises(ValueError, match="100,001 classes"):
        ModelCard.from_json(json.dumps({"classes": [""] * 100_001}))


@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        (CARD.attributes[0], "smiling (yes/no): 90.0% right (78.6 to 95.7), AUC 0.950, 50 pictures, 25 yes"),
        (CARD.attributes[1], "age (number 18 to 54): R² 0.400, off by 5.5 on average, 50 pictures"),
        (CARD.attributes[2], "hat (yes/no): not held out"),
        (Attribute("age", "number", 0.0, 0.0), "age (number): not held out"),
        (Attribute("age", held_out=AttributeFigures(9)), "age (yes/no): 9 pictures"),
        (
            Attribute("age", held_out=AttributeFigures(9, 3, 0.5)),
            "age (yes/no): 50.0% right (0.0 to 0.0), 9 pictures, 3 yes",
        ),
        (
            Attribute("age", "number", -1, 1, AttributeFigures(9, mae=0.25)),
            "age (number -1 to 1): off by 0.25 on average, 9 pictures",
        ),
    ],
)
def test_how_well_an_attribute_is_told_is_written_in_words(attribute: Attribute, said: str) -> None:
    assert str(attribute) == said


def test_truncation_is_offered_for_latents_on_a_shell_only_where_the_card_asks_for_it() -> None:
    flow = ModelCard(latent_size=3072, distribution="normal")
    assert not flow.offers_truncation
    assert replace(flow, truncation=0.8).offers_truncation
    assert replace(flow, styles=8, style_size=512).offers_truncation
    assert replace(flow, latent_size=64).offers_truncation


@pytest.mark.parametrize("name", ["attributes", "legend"])
def test_a_part_that_is_null_is_read_as_one_that_is_missing(name: str) -> None:
    told = json.loads(CARD.to_json())
    without = ModelCard.from_json(json.dumps({key: value for key, value in told.items() if key != name}))
    assert ModelCard.from_json(json.dumps({**told, name: None})) == without
    assert getattr(without, name) == ()
