"""Encoders, critics and classifiers that were opened by themselves: offered to the model that is open."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from explorer.core.models.wrong_kind import WrongKind
from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.models.companion_links import Attached, CompanionLinks, hash_or_nothing
from explorer.session.models.open_model import Models
from explorer.session.notices import DONE, OFFER, Notice, Notices
from explorer.session.settings import Settings

if TYPE_CHECKING:
    from explorer.core.models.card import ModelCard

_NAMED = 4  # attributes of a classifier that are told by their names
_SERVES = {
    "encoder": "which sees your own pictures",
    "critic": "which plays the quiz",
    "classifier": "which finds directions and judges them",
}
_USES = {
    "encoder": "Your pictures, the map and labelled pictures can be seen with it now.",
    "critic": "The quiz can be played against it now.",
    "classifier": "Directions can be found and judged with it now.",
}


class Companions(JobRunner):
    """Says what a part is, offers it to the open model where it fits, and gives and takes it.

    A part that is given or taken reopens the model, so that everything that works with it learns of it.
    """

    def __init__(
        self,
        models: Models,
        companion_links: CompanionLinks,
        settings: Settings,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent, overtakes="nothing", name="parts")
        self._models, self._companion_links = models, companion_links
        self._settings, self._notices = settings, notices

    def attached(self) -> Mapping[str, Attached]:
        """What the open model was given, by the name of the part."""
        return self._companion_links.of(self._models.hash) if self._models.hash else {}

    def offer(self, found: WrongKind) -> bool:
        """Offer a part to the open model, or say why it cannot be used; says whether it was offered."""
        model, what = self._models.current, described(found)
        if model is None:
            hint = "Open the generator that it belongs to, then open it again."
            self._notices.show_error(Problem(f"{what} No generator is open to use it with.", hint))
            return False
        part, why = fitting_part(found, model.generator.card)
        if not part:
            hint = "Open the generator that it was trained with, then open it again."
            self._notices.show_error(Problem(f"{what} It does not fit {model.name}, which {why}.", hint))
            return False
        give = partial(self.attach, part, found.path, model.generator.hash)
        instead = " instead of its own" if getattr(model.files, part) is not None else ""
        hint = f"It fits {model.name}, and can be its {part}{instead}, {_SERVES[part]}. This is remembered."
        self._notices.show(Notice(OFFER, what, hint, action=f"Use it with {model.name}", do=give))
        return True

    def attach(self, part: str, path: Path, model: str) -> None:
        """Give the model with this hash a part, if it is still open."""
        if model == self._models.hash:
            path = path.absolute()
            self.begin(lambda *_: hash_or_nothing(path), partial(self._on_read, part, model, path))
        else:
            what = f"{path.name} was offered to a model that is not open any more."
            self._notices.show_error(Problem(what, "Open that model, then open the part again."))

    def detach(self, part: str) -> None:
        """Take a part off the open model again."""
        with self._notices.catching():
            self._companion_links.detach(self._models.hash, part)
            self._models.reopen(self._settings.device)

    def _on_read(self, part: str, model: str, path: Path, digest: str) -> None:
        with self._notices.catching():
            if not digest:
                raise Problem(f"{path.name} cannot be read any more.", "Check that it is still there.")
            self._companion_links.attach(model, part, Attached(path, digest))
            name = self._models.current.name if self._models.current is not None else "The model"
            self._notices.show(Notice(DONE, f"{name} uses {path.name} as its {part}.", _USES[part]))
            if model == self._models.hash:
                self._models.reopen(self._settings.device)


def described(found: WrongKind) -> str:
    """What a part is and which sizes it has, a sentence."""
    card, name = found.card, found.path.name
    looks = f"looks at pictures of {_pictures(card)}"
    if _could_be_either(found):
        return f"{name} {looks} and gives {found.numbers} numbers: an encoder, or a classifier."
    if found.kind == "encoder":
        return f"{name} is an encoder: it {looks} and gives latents of {card.latent_size} numbers."
    if found.kind == "critic":
        return f"{name} is a critic: it {looks} and says how real they are."
    count = len(card.attributes) or found.numbers
    names = ", ".join(attribute.name for attribute in card.attributes[:_NAMED])
    more = " …" if count > _NAMED else ""
    words = f" ({names}{more})" if names else ""
    return f"{name} is a classifier: it {looks} and tells {count} attribute{'' if count == 1 else 's'}{words}."


def fitting_part(found: WrongKind, generator: ModelCard) -> tuple[str, str]:
    """Which part of a generator a model can be, and "", or "" and what the generator does that does not fit it.

    What came without a card and is no encoder for these latents may still tell attributes.
    """
    card = found.card
    sides = (
        (card.height, generator.height),
        (card.width, generator.width),
        (card.channels, generator.channels),
    )
    if any(own not in (0, asked) for own, asked in sides):
        return "", f"draws {_pictures(generator)}"
    if found.kind != "encoder" or card.latent_size == generator.latent_size:
        return found.kind, ""
    if _could_be_either(found):
        return "classifier", ""
    return "", f"takes latents of {generator.latent_size} numbers"


def _could_be_either(found: WrongKind) -> bool:
    return found.kind == "encoder" and not found.has_card


def _pictures(card: ModelCard) -> str:
    colours = "in grey" if card.channels == 1 else "in colour"
    return f"{card.width} × {card.height} {colours}" if card.width and card.height else f"any size {colours}"
