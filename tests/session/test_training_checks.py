"""What is said of a run before it is begun, and what it is called."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.session.train.checks import default_name, remarks_on, suggested_for
from explorer.session.train.training_pictures import DataRequest, DataSummary

GAN = SimpleNamespace(title="GAN", needs_classes=False, learns_attributes=False, needs_pupils=False)
CONDITIONAL = SimpleNamespace(title="CVAE", needs_classes=True, learns_attributes=False, needs_pupils=False)
PUPILS = SimpleNamespace(title="Pupils", needs_classes=False, learns_attributes=False, needs_pupils=True)
ATTRIBUTES = SimpleNamespace(title="Attributes", needs_classes=False, learns_attributes=True, needs_pupils=False)


class _Held:
    """So many pictures, of which the first are held out."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def held_out(self, share: float) -> Any:
        return np.arange(self._count) < share * self._count


def summary(count: int = 500, source: str = "/pictures", **changes: Any) -> DataSummary:
    found = _Held(count)
    about = {"shown": None, "classes": (), "attributes": (), "labelled": 0, "report": None, "found": found}
    about |= {"whole": found, "doubles": {}}
    told = {"description": "", "licence": "", "attribution": "", "frame": "", "count": count, "channels": 3}
    return DataSummary(**(about | told | {"request": DataRequest(source, 64)} | changes))  # type: ignore[arg-type]


def said(family: Any, data: DataSummary, batch: int = 8, hold_out: float = 0.0, processes: int = 1) -> list[Any]:
    return remarks_on(family, SimpleNamespace(batch_size=batch), data, hold_out, processes)


def test_few_pictures_are_for_an_r3gan_with_augmentation() -> None:
    assert (suggested_for(300), suggested_for(3000)) == ("r3gan", "dcgan")
    config = SimpleNamespace(batch_size=8, augment=False)
    (remark,) = remarks_on(GAN, config, summary(300), 0.0)
    assert remark.changes == {"augment": True}
    assert remarks_on(GAN, config, summary(3000), 0.0) == []


def test_of_enough_pictures_nothing_is_said() -> None:
    assert said(GAN, summary(100)) == []
    assert said(GAN, summary(8), batch=8)[0].what.startswith("8 pictures are few")
    assert [remark.stops for remark in said(GAN, summary(99))] == [False]


def test_a_family_is_refused_the_pictures_of_which_it_would_learn_nothing() -> None:
    known = {"classes": ("cat", "dog"), "labelled": 500}
    assert [remark.stops for remark in said(CONDITIONAL, summary())] == [True]
    assert [remark.stops for remark in said(CONDITIONAL, summary(attributes=("smile",)))] == [True]
    assert said(CONDITIONAL, summary(**known)) == []
    assert [remark.stops for remark in said(ATTRIBUTES, summary())] == [True]
    assert said(ATTRIBUTES, summary(attributes=("smile",))) == []
    assert said(ATTRIBUTES, summary(**known)) == []


def test_a_finder_of_pupils_wants_to_know_where_they_are() -> None:
    def said_of(frame: str) -> list[Any]:
        return remarks_on(PUPILS, SimpleNamespace(batch_size=8), summary(), 0.0, frame=frame)

    (remark,) = said_of("cut out by hand")
    assert remark.stops
    assert "Line them up" in remark.hint
    assert said_of("pupils at 34 % and 66 % of the width and 45 % of the height") == []


def test_pictures_without_a_class_are_told_of_where_classes_matter() -> None:
    data = summary(classes=("cat", "dog"), labelled=496)
    (remark,) = said(CONDITIONAL, data)
    assert remark.what == "4 of the pictures have no class."
    assert not remark.stops
    assert said(GAN, data) == said(ATTRIBUTES, data) == []


def test_a_step_with_more_pictures_than_there_are_proposes_half_of_them() -> None:
    (remark,) = said(GAN, summary(120), batch=121)
    assert "takes 121 pictures, and there are 120" in remark.what
    assert remark.changes == {"batch_size": 60}
    assert said(GAN, summary(120), batch=120) == []
    assert said(GAN, summary(3), batch=8)[0].changes == {"batch_size": 2}


@pytest.mark.parametrize(
    ("count", "hold_out", "what", "hint"),
    [
        (1, 0.0, "is one picture", "with more"),
        (4, 0.75, "is one picture", "fewer"),
        (4, 1.0, "are no pictures", "fewer"),
    ],
)
def test_of_one_picture_nothing_is_learned(count: int, hold_out: float, what: str, hint: str) -> None:
    (remark,) = said(GAN, summary(count), hold_out=hold_out)
    assert remark.stops
    assert what in remark.what
    assert hint in remark.hint
    assert not any(each.stops for each in said(GAN, summary(8), hold_out=0.75))


def test_what_stops_a_run_comes_first() -> None:
    remarks = said(CONDITIONAL, summary(20), batch=32, processes=3)
    assert [remark.stops for remark in remarks] == [True, False, False, False]
    assert remarks[2].changes == {"batch_size": 10} or remarks[1].changes == {"batch_size": 10}
    assert said(GAN, summary(), batch=2, processes=4)[0].changes == {"batch_size": 4}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/home/me/faces", "faces GAN"),
        ("C:\\pictures\\faces\\", "faces GAN"),
        ("portraits:200:7", "portraits GAN"),
        ("/data/fashion-mnist/train-images-idx3-ubyte.gz", "fashion-mnist GAN"),
        ("/data/fashion-mnist/train-images-idx3-ubyte", "fashion-mnist GAN"),
        ("/data/cats/images.npz#x", "cats GAN"),
        ("/data/cats/whiskers.npz#x", "whiskers GAN"),
        ("/data/cats/train", "train GAN"),
        ("images.zip", "images GAN"),
        ("/", "pictures GAN"),
        ("", "pictures GAN"),
    ],
)
def test_a_run_is_called_after_its_pictures(source: str, name: str) -> None:
    assert default_name("GAN", summary(source=source), ()) == name


def test_a_name_that_is_taken_gets_the_next_number() -> None:
    taken = tuple(SimpleNamespace(name=name) for name in ("faces GAN", "faces GAN 2", "faces GAN 4"))
    data = replace(summary(), request=DataRequest("/faces", 64))
    assert default_name("GAN", data, taken) == "faces GAN 3"  # type: ignore[arg-type]
