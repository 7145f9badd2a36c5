"""Captions say what is true of pictures, in words that are all learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.core.models.attribute import Attribute
from explorer.core.problem import Problem
from explorer.core.text.vocabulary import words_in
from explorer.training.captions.facts import Bounds, CaptionFact
from explorer.training.captions.obedience import judged, obedience, preferred, shown
from explorer.training.captions.portrait_words import PORTRAIT_FACTS
from explorer.training.captions.writing import Captions, CaptionWriter
from explorer.training.learning.attribute_columns import columns_of
from explorer.training.portraits import Portraits, draw
from explorer.training.portraits.palette import palette
from explorer.training.sources import Attributes

COUNT = 3000


@pytest.fixture(scope="module")
def known() -> Attributes:
    return Attributes(*Portraits(COUNT).attributes())


@pytest.fixture(scope="module")
def writer(known: Attributes) -> CaptionWriter:
    return CaptionWriter(columns_of(known, np.arange(COUNT)))


@pytest.fixture(scope="module")
def written(writer: CaptionWriter, known: Attributes) -> Captions:
    return writer.write(known.values, 1)


def writer_for(names: tuple[str, ...], values: np.ndarray) -> CaptionWriter:
    return CaptionWriter(columns_of(Attributes(names, values.astype(np.float32)), np.arange(len(values))))


def test_a_seed_gives_the_same_captions_and_another_gives_others(writer: CaptionWriter, known: Attributes) -> None:
    first, again, other = (writer.write(known.values[:50], seed).sentences for seed in (1, 1, 2))

    assert first == again
    assert sum(one == two for one, two in zip(first, other, strict=True)) < 25


def test_what_a_caption_says_holds_for_its_picture_and_not_for_most_others(
    written: Captions, known: Attributes
) -> None:
    assert not written.false_of(known.values).any()
    assert written.false_of(np.roll(known.values, 1, 0)).mean() > 0.65


def test_every_word_is_used_and_every_sentence_fits(writer: CaptionWriter, written: Captions) -> None:
    used = {word for sentence in written.sentences for word in words_in(sentence)}

    assert used == set(writer.vocabulary.words)
    assert 80 <= len(used) <= 150
    assert max(len(words_in(sentence)) for sentence in written.sentences) <= writer.vocabulary.longest


def test_captions_tell_some_facts_nothing_twice_and_sometimes_nothing(writer: CaptionWriter, written: Captions) -> None:
    counts = written.facts.sum(1)
    about = np.array([fact.about for fact in writer.facts])

    assert set(counts) == set(range(9))
    assert 0.1 < (counts == 0).mean() < 0.2
    assert all(len(set(about[row])) == row.sum() for row in written.facts)


def test_a_fact_has_several_wordings(writer: CaptionWriter, written: Captions) -> None:
    (place,) = (at for at, fact in enumerate(writer.facts) if "round glasses" in fact.ways)
    said = {word for row in np.flatnonzero(written.facts[:, place]) for word in words_in(written.sentences[row])}

    assert {"glasses", "round", "spectacles"} <= said


def test_colours_are_called_what_they_look_like() -> None:
    portraits = Portraits(400)
    reddish = {"red": (1.0, 0.0, 0.0), "green": (0.5, 0.6, 0.3), "blue": (0.2, 0.3, 0.6)}
    for fact in PORTRAIT_FACTS:
        word = fact.ways[0].split()[0]
        if fact.about not in ("clothes", "hat") or word not in reddish or len(fact.bounds) == 0:
            continue
        bound = next(each for each in fact.bounds if each.name == "clothes")
        middle = replace(portraits.factors(0), clothes=(bound.low + bound.high) / 2)
        colour = np.array(palette(middle).hat if fact.about == "hat" else palette(middle).clothes, float)
        main = {"red": 0, "green": 1, "blue": 2}[word]
        assert colour.argmax() == main, (fact, colour)


def test_only_hats_that_take_the_colour_are_called_by_it() -> None:
    plain = replace(Portraits(1).factors(0), hat=True, head_turn=0.0, head_tilt=0.0)
    crown = (slice(10, 16), slice(28, 36))
    coloured = set()
    for style in ("beanie", "cap", "sunhat", "beret"):
        red, blue = (draw(replace(plain, hat_style=style, clothes=at), 64)[crown].mean((0, 1)) for at in (1 / 2, 1 / 6))
        coloured |= {style} if red[0] - blue[0] > 60 else set()
    assert coloured == {"beanie", "cap", "beret"}

    called = [{one.name: one.low for one in fact.bounds} for fact in PORTRAIT_FACTS if fact.about == "hat"]
    for bounds in (each for each in called if "clothes" in each):
        worn = {f"hat_style={style}" for style in coloured if bounds.get(f"hat_style={style}") == 1.0}
        assert worn or bounds["hat_style=sunhat"] == 0.0


def test_others_captions_are_those_of_the_next_pictures(written: Captions, known: Attributes) -> None:
    others = written.of_next()

    assert others.sentences[:2] == written.sentences[1:3]
    assert others.sentences[-1] == written.sentences[0]
    assert (others.facts[-1] == written.facts[0]).all()
    assert 0.65 < others.false_of(known.values).mean() < 0.95


def test_a_critic_prefers_the_caption_that_lies_nearer_to_what_a_picture_shows() -> None:
    shown = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]], np.float32)
    own, other = np.array([[1.0, 0.0]] * 4, np.float32), np.array([[0.0, 1.0]] * 4, np.float32)

    found = preferred(shown, own, other, np.array([True, True, False, True]))

    assert (found.pairs, found.preferred) == (3, pytest.approx(2 / 3))


def test_any_data_with_attributes_has_captions_made_of_their_names() -> None:
    draw = np.random.RandomState(0)
    values = np.stack([draw.rand(60) < 0.5, draw.rand(60) * 10.0], 1)
    writer = writer_for(("Wearing_Hat", "gloss"), values)

    assert {way for fact in writer.facts for way in fact.ways} == {
        "wearing hat",
        "no wearing hat",
        "little gloss",
        "much gloss",
    }
    assert "gloss" in writer.vocabulary.words


def test_of_classes_only_the_own_one_is_told() -> None:
    writer = writer_for(("disc", "ring", "bar"), np.eye(3)[np.arange(30) % 3])

    assert [fact.ways for fact in writer.facts] == [("disc",), ("ring",), ("bar",)]


@pytest.mark.parametrize(("names", "width"), [((), 0), (("alike",), 1)])
def test_data_of_which_nothing_is_known_lacks_captions(names: tuple[str, ...], width: int) -> None:
    with pytest.raises(Problem, match="The data has no captions"):
        writer_for(names, np.ones((9, width)))


def test_obedience_counts_what_shows_of_what_was_said() -> None:
    facts = (
        CaptionFact("hair", (Bounds("hair=black", 1.0, 1.0),), ("black hair",)),
        CaptionFact("smile", (Bounds("smile", 0.4, 1.0),), ("smiling",)),
    )
    told = (Attribute("hair=black"), Attribute("hair=blond"), Attribute("smile", "number"))
    read = np.array([[0.4, 0.3, 0.9], [0.2, 0.6, 0.3], [0.9, 0.95, 0.0]], np.float32)
    seen = shown(facts, told, read)
    said = Captions(("", "", ""), np.array([[1, 1], [1, 1], [0, 0]], bool), np.zeros((3, 3)), np.zeros((3, 3)))

    assert seen.tolist() == [[True, True], [False, True], [False, False]]
    whole, *each = obedience(facts, said, seen, np.ones_like(seen))
    assert (whole.said, whole.seen, whole.real) == (4, 0.75, 1.0)
    assert [(row.about, row.seen) for row in each] == [("hair", 0.5), ("smile", 1.0)]
    assert whole.chance == 0.5


def test_a_judge_tells_what_it_knows_and_one_that_knows_nothing_of_it_is_refused() -> None:
    facts = (
        CaptionFact("smile", (Bounds("smile", 0.4, 1.0),), ("smiling",)),
        CaptionFact("hat", (Bounds("hat", 1, 1),), ("hat",)),
    )

    assert judged(facts, (Attribute("hat"),)).tolist() == [False, True]
    with pytest.raises(Problem, match="recognises nothing that the sentences speak of"):
        judged(facts, (Attribute("nose"),))
