"""``quiz``: which picture is real? A quiz as a page of its own, and the answers of the window as a table."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.assuming import assume_argument, assumptions, tell_report
from explorer.cli.model_arguments import open_model
from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.files import new_folder, replace_file
from explorer.core.problem import Problem
from explorer.core.quiz.questions import FORMS, Difficulty, QuizPlan
from explorer.paths import user_folder

if TYPE_CHECKING:
    from explorer.core.quiz.pack import Packed
    from explorer.session.models.opening import OpenModel
    from explorer.session.quiz.result_tables import Summary
    from explorer.training.sources.quiz_pictures import RealPictures

STORE_FILE = "quiz.sqlite"
PAGE_FILE = "index.html"
_COUNT = 40  # of 40 a guesser's interval contains 50 % in 96 % of all quizzes; of 50 only in 93.5 %


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parts = parser.add_subparsers(title="parts", metavar="PART", required=True)
    export = parts.add_parser("export", help="write all answers as a CSV, one per row")
    export.add_argument("--player", metavar="NAME", help="only those of this player")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.csv")
    export.set_defaults(part=_export)
    collected = parts.add_parser("collect", help="add the answers that a class downloaded from a page to the results")
    collected.add_argument("files", nargs="+", type=Path, metavar="FILE.csv", help="tables; none is added twice")
    collected.add_argument("--json", action="store_true", help="print one JSON object")
    collected.set_defaults(part=_collect)
    pack = parts.add_parser("pack", help="make a page that plays in any browser, without a network")
    pack.add_argument(
        "--model",
        action="append",
        required=True,
        metavar="MODEL",
        dest="models",
        help="name or path of a model; may be given again: then all take part equally often",
    )
    pack.add_argument(
        "--data",
        required=True,
        metavar="SOURCE",
        help="where real pictures come from; portraits for drawn ones that no model has seen",
    )
    assume_argument(pack)
    pack.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder")
    pack.add_argument("--count", type=int, default=_COUNT, help=f"questions (default {_COUNT})")
    pack.add_argument("--mode", choices=FORMS, default="pair", help="two pictures or one (default pair)")
    pack.add_argument("--seed", type=int, default=0, help="decides everything (default 0)")
    pack.add_argument("--psi", type=float, default=1.0, help="truncation of the made pictures (default 1)")
    pack.add_argument(
        "--size", type=int, default=0, help="side of the pictures in pixels (default: what the models draw)"
    )
    pack.add_argument("--blur", type=float, default=0.0, help="blur of all pictures, in pixels (default 0)")
    pack.add_argument("--tells", action="store_true", help="say after each answer whether it was right")
    pack.add_argument("--title", default="Which one is real?", help="what the page is called")
    pack.add_argument(
        "--hold-out",
        type=float,
        metavar="SHARE",
        help="share of the pictures that training held out, the only ones then shown (default: as the run says)",
    )
    pack.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where models run")
    pack.set_defaults(part=_pack)


def run(options: argparse.Namespace) -> int:
    """Do the part that was asked for."""
    return int(options.part(options))


def _export(options: argparse.Namespace) -> int:
    from explorer.core.quiz.answer_table import csv_bytes
    from explorer.core.quiz.store import QuizStore

    path = user_folder("data") / STORE_FILE
    if not path.exists():
        raise Problem("Nobody has played yet.", "Answers are kept when the quiz is played in the window.")
    with closing(QuizStore(path)) as store:
        if store.notice is not None:
            raise store.notice
        ids = {player.name: player.id for player in store.players()}
        if options.player is not None and options.player not in ids:
            raise Problem(f"There is no player called {options.player}.", f"There are: {', '.join(ids) or 'none'}.")
        rows = store.rows(player=None if options.player is None else ids[options.player])
    with replace_file(options.out) as file:
        file.write(csv_bytes(rows))
    say(f"{len(rows):,} answers written to {options.out}.")
    return 0


def _collect(options: argparse.Namespace) -> int:
    from explorer.core.quiz.collecting import collect
    from explorer.core.quiz.store import QuizStore
    from explorer.session.quiz.result_tables import summary

    with closing(QuizStore(user_folder("data") / STORE_FILE)) as store, progress_bar("collecting", "files") as report:
        if store.notice is not None:
            raise store.notice
        found = collect(store, options.files, report)
        rows = store.rows()
    for problem in found.problems:
        remark(f"{problem.what} {problem.hint}")
    told = summary(rows, rows)
    if options.json:
        say_json(
            {"answers": found.answers, "quizzes": found.sessions, "doubles": found.doubles}
            | {"facts": dict(told.facts), "questions": {bar.name: bar.share.value for bar in told.parts[-1][1]}}
        )
    else:
        say(found.sentence())
        _say_results(told)
    return 1 if found.problems else 0


def _say_results(told: Summary) -> None:
    """What is known from all answers now: how well people tell, by question, and what fooled most."""
    from explorer.session.quiz.result_tables import share_words

    for what, value in told.facts:
        say(f"{what}: {value}")
    for bar in told.parts[-1][1]:
        say(f"{bar.name}: {share_words(bar.share)}")
    for each in told.fooling:
        shown = f"{each.model_name}, seed {each.seed}, ψ {each.psi:g}"
        say(f"Fooled {each.share.hits} of {each.share.trials}: {shown}")


def _pack(options: argparse.Namespace) -> int:
    from explorer.core.quiz.pack import page
    from explorer.core.quiz.preparation import quiz_model

    with ExitStack() as opened:
        models = tuple(opened.enter_context(open_model(name, options.device)) for name in options.models)
        plan = QuizPlan(
            options.mode,
            options.count,
            options.seed,
            tuple(quiz_model(model.generator, model.name) for model in models),
            Difficulty(options.psi, options.size, options.blur),
        )
        reals = _reals(plan, models, options)
        data = page(plan, _questions(plan, models, reals), options.title, tells=options.tells)
    with new_folder(options.out) as folder:
        (folder / PAGE_FILE).write_bytes(data)
    say(f"{plan.count} questions, {len(data) / 2**20:.1f} MB: open {options.out / PAGE_FILE} in a browser.")
    return 0


def _reals(plan: QuizPlan, models: Sequence[OpenModel], options: argparse.Namespace) -> RealPictures:
    from explorer.core.quiz.preparation import detail
    from explorer.session.quiz.quiz_request import unseen_portraits
    from explorer.session.traverse.map_pictures import PORTRAITS
    from explorer.training.sources.quiz_pictures import real_pictures

    cards = [model.generator.card for model in models]
    if options.data == PORTRAITS:  # drawn for this, with a seed that no model was trained with
        source, share = unseen_portraits(cards, plan.reals), 0.0
    else:
        source, share = options.data, _share(models, options.hold_out)
    grey = any(card.channels == 1 for card in cards)
    assume = assumptions(options.assume, options.data)
    with progress_bar("pictures", "pictures") as report:
        found = real_pictures(
            source,
            {detail(card) for card in cards},
            plan.reals,
            plan.seed,
            hold_out=share,
            grey=grey,
            assume=assume,
            progress=report,
        )
    if options.data != PORTRAITS:  # of which nothing is assumed
        tell_report(found.report)
    return found


def _share(models: Sequence[OpenModel], asked: float | None) -> float:
    """What share of the pictures no model has learned from; says so where it is not known of one.

    Which pictures are held out depends on their names alone, and a smaller share is part of a larger one.
    """
    from explorer.core.models.file_kinds import run_of

    if asked is not None:
        if not 0.0 <= asked <= 1.0:
            raise Problem(f"--hold-out is {asked:g}.", "Choose a share from 0 to 1, such as 0.1.")
        return asked
    from explorer.training.sources.quiz_pictures import held_out_share

    shares = [held_out_share(run) for model in models if (run := run_of(model.path)) is not None]
    known = [share for share in shares if share > 0.0]
    if len(known) < len(models):
        remark(
            "Real pictures may be among those that a model learned from: it does not say which were held out. "
            "Name the share with --hold-out if you know it."
        )
    return min(known, default=0.0)


def _questions(plan: QuizPlan, models: Sequence[OpenModel], reals: RealPictures) -> list[Packed]:
    from explorer.core.quiz.pack import Packed
    from explorer.core.quiz.preparation import detail, in_order, made_scene, provenance, recipe_of
    from explorer.core.quiz.stimuli import prepared

    recipe = recipe_of((model.generator.card for model in models), plan.difficulty, grey=reals.grey)
    packed = []
    for question in plan.questions:
        model, real, made, name = models[question.model], None, None, ""
        if question.real is not None:
            name = reals.names[question.real]
            real = prepared(reals.picture(question.real, detail(model.generator.card)), recipe)
        if question.seed is not None:
            scene = made_scene(question, plan.difficulty, model.generator)
            made = prepared(model.renderer.render(scene).picture, recipe)
        facts = provenance(question, plan.models[question.model], plan.difficulty, name, real)
        facts["model"], facts["made_class"] = facts.pop("model_name"), facts.pop("made_label")
        packed.append(Packed(in_order(question, real, made), question.truth, facts))
    return packed
