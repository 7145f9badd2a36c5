"""Results of quizzes as what is shown of them: numbers with their intervals, rankings, and a course over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.core.quiz.detection import Sensitivity
    from explorer.core.quiz.scoring import Share
    from explorer.core.quiz.staircase import Threshold
    from explorer.core.quiz.store import Row

FORMS = {"pair": "two pictures", "single": "one picture"}
MODES = {"pair": "Pair", "single": "Single", "flash": "Flash", "critic": "Beat the critic"}
_MOST_FOOLING = 12


@dataclass(frozen=True)
class Bar:
    """A share with its interval.

    Attributes
    ----------
    name : str
    share : Share
    words : str
        What else is to be said of it; "" for nothing.
    """

    name: str
    share: Share
    words: str = ""


@dataclass(frozen=True)
class Point:
    """One session in the course of time."""

    session: int
    when: str
    share: Share


@dataclass(frozen=True)
class Fooling:
    """A made picture, and how often it was taken for real."""

    model_hash: str
    model_name: str
    seed: int
    psi: float
    label: int | None
    share: Share


@dataclass(frozen=True)
class Doubted:
    """A real picture, and how often it was taken for made."""

    source: str
    name: str
    share: Share


@dataclass(frozen=True)
class Summary:
    """All that is shown of some answers.

    Attributes
    ----------
    answers, sessions, people : int
    facts : tuple of (str, str)
        What, and its value with its interval.
    parts : tuple of (str, tuple of Bar)
        Share of right answers by mode, by model, by difficulty and, where several people played one quiz, by question.
    ranking : tuple of Bar
        How often each model was taken for real.
    course : tuple of Point
    thresholds : tuple of (str, Threshold)
        When, and the shortest exposure.
    fooling : tuple of Fooling
    doubted : tuple of Doubted
    """

    answers: int
    sessions: int
    people: int
    facts: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, tuple[Bar, ...]], ...]
    ranking: tuple[Bar, ...]
    course: tuple[Point, ...]
    thresholds: tuple[tuple[str, Threshold], ...]
    fooling: tuple[Fooling, ...]
    doubted: tuple[Doubted, ...]


def summary(rows: Sequence[Row], everybody: Sequence[Row]) -> Summary:
    """What to show of ``rows``; models and pictures are ranked over ``everybody``."""
    from explorer.core.quiz.answer_table import by_difficulty, by_mode, by_model

    parts = (
        ("By mode", _bars(rows, lambda row: MODES[by_mode(row)])),
        ("By model", _bars(rows, by_model)),
        ("By difficulty", _bars(rows, by_difficulty)),
        ("By question", _questions(rows)),
    )
    return Summary(
        answers=len(rows),
        sessions=len({row.session.id for row in rows}),
        people=len({row.session.player for row in rows}),
        facts=tuple(_facts(rows)),
        parts=parts,
        ranking=tuple(_ranking(everybody)),
        course=tuple(_course(rows)),
        thresholds=tuple(_thresholds(rows)),
        fooling=tuple(_fooling(everybody)),
        doubted=tuple(_doubted(everybody)),
    )


def _bars(rows: Iterable[Row], key: Callable[[Row], str]) -> tuple[Bar, ...]:
    from explorer.core.quiz.scoring import grouped

    bars = []
    for name, part in grouped(rows, key).items():
        # equal shares of right answers are another d′ with one picture than with two
        forms = grouped(part, lambda row: row.answer.form)
        for form, some in forms.items():
            bars.append(_bar(name if len(forms) == 1 else f"{name}, {FORMS[form]}", some))
    return tuple(bars)


def _questions(rows: Sequence[Row]) -> tuple[Bar, ...]:
    """Share of right answers to each question of the quiz that most people played; none where only one did."""
    from explorer.core.quiz.answer_table import by_question, by_quiz
    from explorer.core.quiz.scoring import grouped

    quizzes = [part for part in grouped(rows, by_quiz).values() if len({row.session.player for row in part}) > 1]
    if not quizzes:
        return ()
    played = max(quizzes, key=lambda part: len({row.session.player for row in part}))
    return _bars(sorted(played, key=lambda row: row.answer.index), by_question)


def _bar(name: str, rows: Iterable[Row]) -> Bar:
    from explorer.core.quiz.detection import sensitivity
    from explorer.core.quiz.scoring import accuracy, response_time

    answers = [row.answer for row in rows]
    time = response_time(answers)
    words = [] if time is None else [f"{_s(time.value)} s"]
    return Bar(name, accuracy(answers), " · ".join(words + _short(sensitivity(answers))))


def _facts(rows: Sequence[Row]) -> Iterable[tuple[str, str]]:
    from explorer.core.quiz.detection import sensitivity
    from explorer.core.quiz.ratings import roc
    from explorer.core.quiz.scoring import accuracy, critic_accuracy, response_time

    answers = [row.answer for row in rows]
    if not answers:
        return
    yield "Right", share_words(accuracy(answers))
    for form, words in FORMS.items():
        part = [answer for answer in answers if answer.form == form]
        found = sensitivity(part)
        if found is not None:
            yield from _sensitivity(found, words)
        rated = roc([answer for answer in part if answer.confidence is not None])
        if rated is not None:
            low, high = rated.interval
            yield "Area under the ROC", f"{rated.area:.2f} ({low:.2f} to {high:.2f})"
    time = response_time(answers)
    if time is not None:
        around = "" if time.interval is None else f" ({_s(time.interval[0])} to {_s(time.interval[1])})"
        yield "Response time, median", f"{_s(time.value)} s{around}"
    critic = critic_accuracy(answers)
    if critic.trials:
        yield "The critic was right", share_words(critic)


def _sensitivity(found: Sensitivity, words: str) -> Iterable[tuple[str, str]]:
    low, high = found.d_interval
    yield f"d′, {words}", f"{_signed(found.d)} ({_signed(low)} to {_signed(high)})"
    low, high = found.c_interval
    yield f"Criterion, {words}", f"{_signed(found.c)} ({_signed(low)} to {_signed(high)})"


def _short(found: Sensitivity | None) -> list[str]:
    """d' and the criterion where they can be told: of both kinds, and of one form."""
    if found is None:
        return []
    d, c = ([_signed(value, 1) for value in each] for each in (found.d_interval, found.c_interval))
    return [
        f"d′ {_signed(found.d, 1)} ({d[0]} to {d[1]})",
        f"c {_signed(found.c, 1)} ({c[0]} to {c[1]})",
    ]


def _signed(value: float, decimals: int = 2) -> str:
    """A number with a minus of its width, and no minus before a zero."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def _ranking(rows: Sequence[Row]) -> Iterable[Bar]:
    from explorer.core.quiz.scoring import ranking

    standings = ranking(row.answer for row in rows)
    names = [standing.model_name for standing in standings]
    for standing in standings:
        name = standing.model_name
        if names.count(name) > 1:
            name = f"{name} ({standing.model_hash[:8]})"
        words = ["measurably less than the one above"] if standing.apart else []
        words += _over_people([row for row in rows if row.answer.model_hash == standing.model_hash])
        yield Bar(f"{standing.rank}. {name}", standing.fooled, " · ".join(words))


def _over_people(rows: Iterable[Row]) -> list[str]:
    """HYPE of a model in words, where two people at least had unlimited time; their number is what counts."""
    from explorer.core.quiz.scoring import grouped, hype_infinity

    unlimited = (row for row in rows if row.answer.exposure_ms is None)
    people = grouped(unlimited, lambda row: str(row.session.player)).values()
    found = hype_infinity([row.answer for row in part] for part in people)
    if found is None or found.people < 2:
        return []
    low, high = found.interval
    return [f"{found.people} people err at {found.value:.0f} % ({low:.0f} to {high:.0f})"]


def _course(rows: Sequence[Row]) -> Iterable[Point]:
    from explorer.core.quiz.answer_table import by_session
    from explorer.core.quiz.scoring import accuracy, grouped

    for part in grouped(rows, by_session).values():
        when = datetime.fromtimestamp(part[0].session.started, UTC).astimezone().strftime("%d %b %Y %H:%M")
        yield Point(part[0].session.id, when, accuracy(row.answer for row in part))


def _thresholds(rows: Sequence[Row]) -> Iterable[tuple[str, Threshold]]:
    from explorer.core.quiz.answer_table import by_session
    from explorer.core.quiz.scoring import grouped
    from explorer.core.quiz.staircase import Staircase

    for part in grouped(rows, by_session).values():
        session = part[0].session
        if session.plan is None or session.plan.ladder is None:
            continue
        found = Staircase.replayed(session.plan.ladder, (row.answer.correct for row in part)).threshold()
        if found is not None:
            when = datetime.fromtimestamp(session.started, UTC).astimezone().strftime("%d %b %Y %H:%M")
            yield f"{session.player_name}, {when}", found


def _fooling(rows: Sequence[Row]) -> Iterable[Fooling]:
    from explorer.core.quiz.scoring import fooled_by

    names = {row.answer.model_hash: row.answer.model_name for row in rows}
    for (model, seed, psi, label), share in list(fooled_by(row.answer for row in rows).items())[:_MOST_FOOLING]:
        if share.hits:
            yield Fooling(model, names[model], seed, psi, label, share)


def _doubted(rows: Sequence[Row]) -> Iterable[Doubted]:
    from explorer.core.quiz.scoring import doubted

    pictures = {row.answer.real_hash: (row.session.source, row.answer.real_name) for row in rows}
    for key, share in list(doubted(row.answer for row in rows).items())[:_MOST_FOOLING]:
        if share.hits:
            yield Doubted(*pictures[key], share)


def share_words(share: Share) -> str:
    """A share in per cent with its interval, and of how many."""
    low, high = share.interval
    return f"{100 * share.value:.0f} % ({100 * low:.0f} to {100 * high:.0f}) of {share.trials:,}"


def _s(ms: float) -> str:
    return f"{ms / 1000:.1f}"
