"""The pictures of a quiz, made when they are asked for. All of it is slow: for a worker thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.session.jobs.report import Cancelled, Report, part, silent
from explorer.session.models.opening import Opener, OpenModel
from explorer.session.quiz.quiz_request import QuizRequest, suits_portraits, unseen_portraits
from explorer.session.settings import Device
from explorer.session.traverse.map_pictures import PORTRAITS

if TYPE_CHECKING:
    from explorer.core.inference.perception import Critic
    from explorer.core.quiz.questions import Question, QuizPlan
    from explorer.core.quiz.stimuli import Recipe
    from explorer.training.sources.quiz_pictures import RealPictures

Picture = NDArray[np.uint8]

_OPENING = 0.3  # share of the work before the real pictures
_JUDGED = (24, 8, 2)  # pictures of each kind that a critic's limit is found on, as many as there are


@dataclass(frozen=True, eq=False)
class Shown:
    """A question with everything that it takes to show it.

    Attributes
    ----------
    question : Question
    pictures : tuple of (size, size, channels) uint8
        Left and right, or the only one.
    mask : (size, size, channels) uint8
        What follows a short exposure.
    critic : str
        What the critic says, in the words of the question; "" where it is not asked.
    facts : mapping
        Where the pictures come from, by the names of `Answer`.
    """

    question: Question
    pictures: tuple[Picture, ...]
    mask: Picture
    critic: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Lesson:
    """What there is to learn of a made picture.

    Attributes
    ----------
    made, real : (size, size, channels) uint8
        The picture, and the real one that it resembles most, both without blur.
    heat : (cells, cells)
        Where to look, from 0 to 1.
    by_critic : bool
        Whether the critic says so; otherwise it is the difference between both.
    compared : int
        With how many real pictures it was compared.
    """

    made: Picture
    real: Picture
    heat: NDArray[np.float64]
    by_critic: bool
    compared: int


class Deck:
    """Makes the pictures of one quiz.

    Attributes
    ----------
    plan : QuizPlan
    models : tuple of OpenModel
        Opened for this quiz alone: what the window draws meanwhile does not wait for it.
    reals : RealPictures
    source : str
        Where those come from.
    unseen : bool
        Whether no model has learned from the real pictures, as far as is known.
    """

    def __init__(
        self,
        plan: QuizPlan,
        models: Sequence[OpenModel],
        critics: Sequence[Critic | None],
        reals: RealPictures,
        recipe: Recipe,
        *,
        source: str,
        unseen: bool,
        until: ExitStack,
    ) -> None:
        self.plan, self.models, self.reals = plan, tuple(models), reals
        self.source, self.unseen = source, unseen
        self._critics, self._recipe, self._until = tuple(critics), recipe, until
        self._limits = [self._limit(index) for index in range(len(models))]

    def close(self) -> None:
        """Let the models go. May be called again."""
        self._until.close()

    def shown(self, question: Question) -> Shown:
        """A question with its pictures; the same bytes every time."""
        from explorer.core.quiz.preparation import in_order, provenance
        from explorer.core.quiz.stimuli import mask, prepared

        raw_real, raw_made = self._real(question), self._made(question)
        real = None if raw_real is None else prepared(raw_real, self._recipe)
        made = None if raw_made is None else prepared(raw_made, self._recipe)
        name = "" if question.real is None else self.reals.names[question.real]
        model = self.plan.models[question.model]
        return Shown(
            question,
            in_order(question, real, made),
            mask(self._recipe, self.plan.seed + question.index),
            self._said(question, raw_real, raw_made),
            provenance(question, model, self.plan.difficulty, name, real),
        )

    def lesson(self, question: Question, asked: int) -> Lesson:
        """What there is to learn of a question's made picture.

        Parameters
        ----------
        question : Question
        asked : int
            How many questions have been asked. Real pictures of the others are not shown, lest they be known again.

        Raises
        ------
        Problem
            The question shows none, or every real picture is still to be asked about.
        """
        from explorer.core.quiz.artefacts import deviation, doubts, nearest
        from explorer.core.quiz.preparation import detail
        from explorer.core.quiz.stimuli import as_stored

        raw = self._made(question)
        if raw is None:
            raise Problem("This picture is real.", "Look at a made one.")
        recipe = self._recipe
        made = as_stored(raw, recipe.resolution, recipe.channels)
        found = self.reals.sets[detail(self.models[question.model].generator.card)]
        hidden = self._to_come(found.names, asked)
        if len(hidden) == len(found):
            raise Problem(
                "Every real picture is still to come in the quiz.",
                "Look closer when the quiz is over, or add more pictures.",
            )
        near = np.asarray(found.pictures[nearest(raw, found.pictures, but=hidden)])
        real = as_stored(near, recipe.resolution, recipe.channels)
        critic = self._critics[question.model]
        heat = doubts(_seen_by(critic, raw), critic.scores) if critic is not None else None
        if heat is not None and heat.max() > 0.0:
            return Lesson(made, real, heat, True, len(found) - len(hidden))
        return Lesson(made, real, deviation(made, real), False, len(found) - len(hidden))

    def _to_come(self, names: Sequence[str], asked: int) -> list[int]:
        """Which of a set's pictures are shown by questions that have not been asked yet."""
        later = self.plan.questions[asked:]
        coming = {self.reals.names[each.real] for each in later if each.real is not None}
        return [index for index, name in enumerate(names) if name in coming]

    def _real(self, question: Question) -> Picture | None:
        from explorer.core.quiz.preparation import detail

        if question.real is None:
            return None
        return self.reals.picture(question.real, detail(self.models[question.model].generator.card))

    def _made(self, question: Question) -> Picture | None:
        from explorer.core.quiz.preparation import made_scene

        if question.seed is None:
            return None
        model = self.models[question.model]
        return model.renderer.render(made_scene(question, self.plan.difficulty, model.generator)).picture

    def _said(self, question: Question, real: Picture | None, made: Picture | None) -> str:
        from explorer.core.quiz.critic import chosen_side, said_of
        from explorer.core.quiz.preparation import in_order

        critic = self._critics[question.model]
        if self.plan.mode != "critic" or critic is None:
            return ""
        scores = [float(critic.scores(_seen_by(critic, each)[None])[0]) for each in in_order(question, real, made)]
        limit = self._limits[question.model]
        return chosen_side(*scores) if len(scores) == 2 else said_of(scores[0], limit)

    def _limit(self, model: int) -> float:
        """Between a critic's scores of real and of made pictures that are not asked about; 0 where not needed."""
        from explorer.core.quiz.critic import fair_limit
        from explorer.core.quiz.preparation import detail

        critic, plan = self._critics[model], self.plan
        if plan.mode != "critic" or plan.form != "single" or critic is None:
            return 0.0
        card = self.models[model].generator.card
        ranks = range(plan.reals, len(self.reals.names))
        reals = [self.reals.picture(rank, detail(card)) for rank in ranks]
        return fair_limit(
            critic.scores(np.stack([_seen_by(critic, each) for each in reals])),
            critic.scores(np.stack([_seen_by(critic, each) for each in self._others(model, len(reals))])),
        )

    def _others(self, model: int, count: int) -> list[Picture]:
        """Pictures made from other seeds than those of the questions."""
        from explorer.core.quiz.preparation import made_scene
        from explorer.core.rendering.latents import LARGEST_SEED

        asked = {question.seed for question in self.plan.questions}
        draw = np.random.RandomState(self.plan.seed)
        drawn = draw.randint(0, LARGEST_SEED, count + len(asked), dtype=np.int64).tolist()
        seeds = [seed for seed in dict.fromkeys(drawn) if seed not in asked][:count]
        first, opened = self.plan.questions[0], self.models[model]
        classes = len(opened.generator.card.classes)
        scenes = (
            made_scene(
                replace(first, seed=seed, label=seed % classes if classes else None),
                self.plan.difficulty,
                opened.generator,
            )
            for seed in seeds
        )
        return [opened.renderer.render(scene).picture for scene in scenes]


def _seen_by(critic: Critic, picture: Picture) -> Picture:
    """A picture as the critic was trained to see it."""
    from explorer.core.quiz.stimuli import as_stored

    card = critic.card
    side = min(picture.shape[:2])
    return as_stored(picture, card.height or side, card.channels or picture.shape[2])


def dealt(
    request: QuizRequest,
    opener: Opener,
    device: Device,
    report: Report = silent,
    cancelled: Cancelled = lambda: False,
) -> Deck | None:
    """A deck as it is wished; None where it was cancelled.

    Raises
    ------
    Problem
        A model or the real pictures cannot be used, there are too few of those, or a critic is missing.
    """
    from explorer.training.sources import Cancelled as Stopped

    request.check()
    until, deck = ExitStack(), None
    try:
        models = _opened(request.models, opener, device, cancelled, until)
        report(_OPENING)
        made = _deck(request, models, device, report, cancelled, until)
        deck = None if cancelled() else made
    except Stopped:
        pass
    finally:
        if deck is None:
            until.close()
    return deck


def _opened(
    paths: Sequence[Path], opener: Opener, device: Device, cancelled: Cancelled, until: ExitStack
) -> list[OpenModel]:
    models = []
    for path in paths:
        models.append(opener.open(path, device, cancelled))
        until.callback(models[-1].generator.close)
    return models


def _deck(
    request: QuizRequest,
    models: Sequence[OpenModel],
    device: Device,
    report: Report,
    cancelled: Cancelled,
    until: ExitStack,
) -> Deck:
    from explorer.core.quiz.preparation import quiz_model, recipe_of
    from explorer.core.quiz.questions import QuizPlan

    known = tuple(quiz_model(model.generator, model.name) for model in models)
    plan = QuizPlan(request.mode, request.count, request.seed, known, request.difficulty, request.form)
    critics = [_critic(model, device, request.mode, until) for model in models]
    reals, source, unseen = _reals(request, plan, models, report, cancelled)
    recipe = recipe_of((model.generator.card for model in models), plan.difficulty, grey=reals.grey)
    return Deck(plan, models, critics, reals, recipe, source=source, unseen=unseen, until=until)


def _critic(model: OpenModel, device: Device, mode: str, until: ExitStack) -> Critic | None:
    """The model's own critic; None where it has none and none is needed.

    Raises
    ------
    Problem
        None is there to be beaten, or it cannot be used.
    """
    from explorer.core.inference.perception import Critic

    if model.files.critic is None:
        if mode == "critic":
            raise Problem(
                f"{model.name} has no critic to beat.",
                "Choose a model that was trained with one, such as a GAN, or another way to play.",
            )
        return None
    try:
        critic = Critic.open(model.files.critic, device, trusted=run_of(model.path) is not None)
    except Problem:
        if mode == "critic":
            raise
        return None  # only what to look at would have been better for it
    until.callback(critic.close)
    return critic


def _reals(
    request: QuizRequest, plan: QuizPlan, models: Sequence[OpenModel], report: Report, cancelled: Cancelled
) -> tuple[RealPictures, str, bool]:
    """The real pictures, their source, and whether no model has seen them, as far as is known."""
    from explorer.core.quiz.preparation import detail
    from explorer.training.sources.quiz_pictures import real_pictures

    cards = [model.generator.card for model in models]
    extra = _JUDGED if plan.mode == "critic" and plan.form == "single" else (0,)
    source, share = request.source, _share(request, models)
    unseen = share > 0.0
    if source == PORTRAITS:
        source, share = unseen_portraits(cards, plan.reals + extra[0]), 0.0
        unseen = all(suits_portraits(card) for card in cards)

    def opened(judged: int) -> RealPictures:
        return real_pictures(
            source,
            {detail(card) for card in cards},
            plan.reals + judged,
            plan.seed,
            hold_out=share,
            grey=any(card.channels == 1 for card in cards),
            progress=part(report, _OPENING, 1.0),
            cancelled=cancelled,
        )

    for judged in extra[:-1]:  # decoded once, so asking again costs nothing
        try:
            return opened(judged), source, unseen
        except Problem:
            continue
    return opened(extra[-1]), source, unseen


def _share(request: QuizRequest, models: Sequence[OpenModel]) -> float:
    """The share of the pictures that no model has learned from: as asked, else as the runs say; 0 where unknown."""
    from explorer.training.sources.quiz_pictures import held_out_share

    if request.hold_out is not None:
        return request.hold_out
    runs = [run_of(model.path) for model in models]
    shares = [held_out_share(run) if run is not None else 0.0 for run in runs]
    return min(shares, default=0.0)
