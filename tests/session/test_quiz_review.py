"""Pictures that misled people are made again, by models that are let go."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.truncation import truncate
from explorer.session.models.opening import Opener, OpenModel
from explorer.session.quiz.result_tables import Fooling
from explorer.session.quiz.review import QuizReview
from tests.models import tiny_generator


def test_pictures_are_made_once_and_models_are_closed_again(tmp_path: Path, qtbot: QtBot) -> None:
    paths = {name: tiny_generator(tmp_path / f"{name}.onnx", seed=seed) for seed, name in enumerate("ab")}
    opener, opened, closed = Opener(tmp_path / "exports"), list[OpenModel](), list[str]()

    def found(model: str, *_: Any) -> Path | None:
        return paths.get(model)

    def open_one(path: Path, device: Any) -> OpenModel:
        model = opener.open(path, device)
        close = model.generator.close
        model.generator.close = lambda: (closed.append(path.stem), close())  # type: ignore[method-assign, assignment]
        opened.append(model)
        return model

    asked: Any = SimpleNamespace(open=open_one, exports=list, generator_of=None)
    review = QuizReview(SimpleNamespace(), SimpleNamespace(find=found), asked)  # type: ignore[arg-type]
    fooling = [
        Fooling(*one, None)
        for one in (
            ("a", "A", 3, 1.0, None),
            ("b", "B", 4, 0.5, None),
            ("a", "A", 5, 1.0, None),
            ("gone", "", 1, 1.0, None),
        )
    ]  # type: ignore[arg-type]
    for _ in range(2):
        with qtbot.waitSignal(review.drawn, timeout=20_000) as drawn:
            review.draw(SimpleNamespace(fooling=fooling, doubted=[]), "cpu")  # type: ignore[arg-type]
        assert list(drawn.args[0]) == fooling[:3]
        assert closed == ["a", "b"]
    for one, psi in zip(fooling[:3], (1.0, 0.5, 1.0), strict=True):
        model = opener.open(paths[one.model_hash], "cpu")
        wanted = model.generator.picture(truncate(sample(one.seed, 4), psi))
        model.generator.close()
        assert np.array_equal(drawn.args[0][one], wanted)
    review.close()


def test_a_model_that_cannot_be_opened_is_passed_over(tmp_path: Path, qtbot: QtBot) -> None:
    def refuse(*_: Any) -> None:
        raise Problem("It is damaged.", "")

    asked: Any = SimpleNamespace(open=refuse, exports=list, generator_of=None)
    catalog: Any = SimpleNamespace(find=lambda *_: tmp_path / "x.onnx")
    review = QuizReview(SimpleNamespace(), catalog, asked)  # type: ignore[arg-type]
    one: Any = Fooling("a", "A", 3, 1.0, None, None)  # type: ignore[arg-type]
    with qtbot.waitSignal(review.drawn, timeout=20_000) as drawn:
        review.draw(SimpleNamespace(fooling=[one], doubted=[]), "cpu")  # type: ignore[arg-type]
    assert drawn.args[0] == {}
    review.close()
