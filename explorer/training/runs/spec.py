"""What decides a run's result, as one immutable value with one serial form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np

from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.training.families import family_called
from explorer.training.learning.attribute_columns import AttributeColumn, column_from, columns_of, facts_of
from explorer.training.learning.knobs import configured
from explorer.training.pairing import check_given
from explorer.training.sources import Assumptions, PictureSet

FORMAT = "latent-explorer/run"
VERSION = 1
_HASHED = 256  # pictures, evenly spread


@dataclass(frozen=True)
class RunSpec:
    """All that decides a run's result.

    Attributes
    ----------
    family : str
        Family key.
    data : str
        The source of pictures, as `open_pictures` takes it.
    size : int
        Side of the pictures in pixels.
    steps, seed : int
    settings : mapping
        Config values that differ from the family's defaults.
    hold_out : float
        Share of the pictures that the run never sees, 0 to 0.9.
    attributes : str
        Label file for the data; "" to look beside it.
    assume : mapping of str to str
        What is taken for granted of the data, by the names of `Assumptions`; what was found is noted when the run
        begins, so that it always gets the same pictures.
    left_out : tuple of str
        Names of pictures of the source that the run does not use at all.
    start : str
        Another run's folder, whose newest weights this one begins with, or that of an exported model or a bundled one's
        name; "" to begin from nothing.
    name : str
        The model's name.
    pictures_hash : str
        What tells the pictures from any others; filled in when the run begins.
    channels, classes, description, licence, attribution, frame :
        Filled in from the data when the run begins.
    columns : tuple of Column
        The attributes of the pictures to learn from, filled in too; only for a family that learns them.
    """

    family: str
    data: str
    size: int
    steps: int
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    hold_out: float = 0.0
    attributes: str = ""
    assume: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    start: str = ""
    name: str = ""
    pictures_hash: str = ""
    channels: int = 0
    classes: tuple[str, ...] = ()
    description: str = ""
    licence: str = ""
    attribution: str = ""
    frame: str = ""
    columns: tuple[AttributeColumn, ...] = ()

    def with_data(self, found: PictureSet) -> RunSpec:
        """The spec with what ``found`` says of itself; what was stated by hand stays."""
        return replace(
            self,
            pictures_hash=hash_of(found),
            assume=found.assumed.stated(),
            channels=found.pictures.shape[3],
            classes=found.classes,
            columns=self.columns_in(found),
            description=self.description or found.description,
            licence=self.licence or found.licence,
            attribution=self.attribution or found.attribution,
            frame=self.frame or found.frame,
        )

    def columns_in(self, found: PictureSet) -> tuple[AttributeColumn, ...]:
        """The attributes that a run on ``found`` may learn, held-out pictures left aside; () if it learns none.

        Raises
        ------
        Problem
            The family learns attributes, and the pictures have none.
        """
        if not family_called(self.family).learns_attributes:
            return ()
        facts = facts_of(found)
        if not facts.names:
            raise Problem(
                "Nothing is known about these pictures that could be learned.",
                "Put a labels.csv beside them, name one (--attributes), or sort them into folders.",
            )
        return columns_of(facts, np.flatnonzero(~found.held_out(self.hold_out)))

    def checked(self) -> RunSpec:
        """The spec itself, if a run can be made of it.

        Raises
        ------
        Problem
            The family or a setting is unknown, or a number is out of its range.
        """
        family = family_called(self.family)
        if given := family.given(configured(family.config, dict(self.settings))):
            check_given(given)
        Assumptions.of(self.assume)
        if not 0 <= self.seed <= LARGEST_SEED:
            raise Problem(f"The seed {self.seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
        if self.steps < 1:
            raise Problem(f"A run of {self.steps} steps learns nothing.", "Ask for at least one step.")
        if not 8 <= self.size <= 1024:
            raise Problem(f"Pictures of {self.size} x {self.size} cannot be made.", "Sizes run from 8 to 1024.")
        if not 0.0 <= self.hold_out <= 0.9:
            raise Problem(f"The share {self.hold_out:g} cannot be held out.", "It runs from 0 to 0.9.")
        return self

    def to_json(self) -> str:
        """The spec as the text of ``run.json``."""
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> RunSpec:
        """The spec that ``text`` describes; unknown keys are ignored.

        Raises
        ------
        ValueError
            It is damaged, of another format, or a value is of the wrong kind.
        """
        return cls.from_data(parsed_json(text))

    @classmethod
    def from_data(cls, data: object) -> RunSpec:
        """The spec that parsed JSON describes; errors as for `from_json`."""
        if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != VERSION:
            raise ValueError("it is of another format or a newer version")
        known = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        blank = cls("", "", 0, 0)
        for name, value in known.items():
            kind = _KINDS.get(name, type(getattr(blank, name)))
            if not isinstance(value, kind) or isinstance(value, bool):
                raise ValueError(f"its {name} is {value!r}")
        try:
            spec = cls(**known)
        except TypeError as error:
            raise ValueError(str(error)) from None
        if spec.channels not in (0, 1, 2, 3, 4):
            raise ValueError(f"its pictures have {spec.channels} channels")
        columns = tuple(column_from(column) for column in spec.columns)
        classes, left_out = (tuple(str(name) for name in names) for names in (spec.classes, spec.left_out))
        return replace(spec, columns=columns, classes=classes, left_out=left_out)


_KINDS: dict[str, type | tuple[type, ...]] = {
    "settings": dict,
    "assume": dict,
    "classes": list,
    "left_out": list,
    "columns": list,
    "hold_out": (int, float),
}


def hash_of(found: PictureSet) -> str:
    """What tells a picture set from others: a SHA-256 of its names, its shape and some of its pictures."""
    digest = hashlib.sha256(f"{found.pictures.shape}".encode())
    digest.update("\n".join(found.names).encode())
    for index in np.unique(np.linspace(0, len(found.pictures) - 1, _HASHED).astype(int)):
        digest.update(np.ascontiguousarray(found.pictures[index]).tobytes())
    return digest.hexdigest()
