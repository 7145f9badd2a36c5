"""Results as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.core.quiz.answers import Answer
from explorer.core.quiz.questions import QuizModel, QuizPlan
from explorer.core.quiz.store import QuizStore
from explorer.session.models.catalog import Catalog
from explorer.session.models.opening import Opener
from explorer.session.notices import Notices
from explorer.session.quiz.quiz_results import QuizResults
from explorer.session.quiz.result_tables import summary
from explorer.session.quiz.review import QuizReview, ReviewRequest
from explorer.session.settings import Settings
from tests.models import tiny_generator
from tests.pictures import labelled_folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[QuizStore]:
    found = QuizStore(tmp_path / "quiz.sqlite")
    yield found
    found.close()


def _play(store: QuizStore, player: str, plan: QuizPlan, right: int) -> None:
    session = store.begin(store.player(player), plan)
    for question in plan.questions:
        is_right = question.index < right
        other = {"left": "right", "right": "left", "real": "made", "made": "real"}[question.truth]
        model = plan.models[question.model]
        store.record(
            session,
            Answer(
                question.index,
                question.truth,
                question.truth if is_right else other,
                1000.0,
                model_hash=model.hash,
                model_name=model.name,
                made_seed=question.seed,
                made_psi=None if question.seed is None else 1.0,
            ),
        )


def _plan(count: int = 10, mode: str = "pair", name: str = "tiny", seed: int = 0) -> QuizPlan:
    return QuizPlan(mode, count, seed, (QuizModel(name.ljust(64, "0"), name),))


def test_nothing_is_told_of_no_answers() -> None:
    found = summary([], [])
    assert (found.answers, found.sessions, found.people) == (0, 0, 0)
    assert found.facts == found.ranking == found.course == ()


def test_a_summary_counts_answers_sessions_and_people(store: QuizStore) -> None:
    _play(store, "Ada", _plan(), 8)
    _play(store, "Bo", _plan(seed=1), 5)
    rows = store.rows()
    found = summary(rows, rows)
    assert (found.answers, found.sessions, found.people) == (20, 2, 2)
    assert dict(found.facts)["Right"].startswith("65 %")
    assert "d′, two pictures" in dict(found.facts)
    assert [point.share.hits for point in found.course] == [8, 5]


def test_models_are_judged_over_people_where_there_are_two(store: QuizStore) -> None:
    _play(store, "Ada", _plan(), 8)
    rows = store.rows()
    assert [bar.words for bar in summary(rows, rows).ranking] == [""]
    _play(store, "Bo", _plan(seed=1), 5)
    rows = store.rows()
    assert [bar.words for bar in summary(rows, rows).ranking] == ["2 people err at 35 % (20 to 50)"]


def test_every_part_tells_sensitivity_and_criterion(store: QuizStore) -> None:
    _play(store, "Ada", _plan(), 8)
    _play(store, "Bo", _plan(mode="single", seed=1), 5)
    rows = store.rows()
    by_mode, by_model, by_difficulty = (bars for _, bars in summary(rows, rows).parts[:3])
    assert [bar.name for bar in by_mode] == ["Pair", "Single"]
    every = (*by_mode, *by_model, *by_difficulty)
    assert all("1.0 s · d′ " in bar.words and " · c " in bar.words for bar in every)
    assert [bar.name.partition(", ")[2] for bar in by_model] == ["two pictures", "one picture"]
    assert [(bar.share.hits, bar.share.trials) for bar in by_difficulty] == [(8, 10), (5, 10)]


def test_no_zero_has_a_minus(store: QuizStore) -> None:
    _play(store, "Ada", _plan(), 10)
    rows = store.rows()
    assert dict(summary(rows, rows).facts)["Criterion, two pictures"].startswith("0.00 (−")


def test_models_are_ranked_by_how_often_they_fool(store: QuizStore) -> None:
    _play(store, "Ada", _plan(name="good"), 3)
    _play(store, "Ada", _plan(name="poor", seed=1), 9)
    rows = store.rows()
    assert [bar.name for bar in summary(rows, rows).ranking] == ["1. good", "2. poor"]


def test_one_player_is_shown_and_everybody_ranked(store: QuizStore) -> None:
    _play(store, "Ada", _plan(), 10)
    _play(store, "Bo", _plan(seed=1), 0)
    rows = store.rows()
    found = summary([row for row in rows if row.session.player_name == "Ada"], rows)
    assert found.answers == 10
    assert found.ranking[0].share.trials == 20
    assert len(found.fooling) == 10


def test_a_staircase_that_turned_often_enough_has_a_threshold(store: QuizStore) -> None:
    plan = _plan(60, "flash")
    session = store.begin(store.player("Ada"), plan)
    for question in plan.questions:
        is_right = question.index % 4 != 3
        other = {"left": "right", "right": "left"}[question.truth]
        store.record(
            session,
            Answer(question.index, question.truth, question.truth if is_right else other, 700.0, made_seed=1),
        )
    rows = store.rows()
    found = summary(rows, rows)
    assert len(found.thresholds) == 1
    assert found.thresholds[0][0].startswith("Ada")


def test_pictures_that_fooled_are_drawn_again_from_model_and_seed(tmp_path: Path, qtbot: QtBot) -> None:
    models = tmp_path / "models" / "tiny"
    models.mkdir(parents=True)
    tiny_generator(models / "generator.onnx")
    opener = Opener(tmp_path / "exports")
    model = opener.open(models, "cpu")
    results = QuizResults(tmp_path / "data", Notices())
    known = QuizModel(model.generator.hash, "tiny")
    lost = QuizModel("f" * 64, "lost")
    _play(results.store, "Ada", QuizPlan("pair", 4, 0, (known,)), 2)
    _play(results.store, "Ada", QuizPlan("pair", 2, 1, (lost,)), 0)
    model.generator.close()
    settings = Settings(tmp_path / "settings.ini")
    catalog = Catalog(tmp_path / "models", tmp_path / "previews", settings)
    review = QuizReview(results, catalog, opener)
    with qtbot.waitSignal(review.read, timeout=10_000) as read:
        review.ask(ReviewRequest())
    found = read.args[0].summary
    assert len(found.fooling) == 4
    with qtbot.waitSignal(review.drawn, timeout=10_000) as drawn:
        review.draw(found, "cpu")
    assert {each.model_name for each in drawn.args[0]} == {"tiny"}
    assert len(drawn.args[0]) == 2
    review.close()
    results.close()


def test_real_pictures_that_were_doubted_come_from_their_source_again(tmp_path: Path, qtbot: QtBot) -> None:
    source = labelled_folder(tmp_path / "reals", 4)
    results = QuizResults(tmp_path / "data", Notices())
    store = results.store
    for name, where in (("02.png", str(source)), ("02.png", str(tmp_path / "gone")), ("99.png", str(source))):
        session = store.begin(store.player("Ada"), _plan(mode="single"), where)
        truth = {"truth": "real", "said": "made", "response_ms": 700.0, "real_name": name}
        store.record(session, Answer(0, real_hash=f"{name} {where}", **truth))
    catalog = Catalog(tmp_path / "models", tmp_path / "previews", Settings(tmp_path / "settings.ini"))
    review = QuizReview(results, catalog, Opener(tmp_path / "exports"))
    rows = store.rows()
    with qtbot.waitSignal(review.drawn, timeout=10_000) as drawn:
        review.draw(summary(rows, rows), "cpu")
    assert [(each.source, each.name) for each in drawn.args[0]] == [(str(source), "02.png")]
    review.close()
    results.close()
