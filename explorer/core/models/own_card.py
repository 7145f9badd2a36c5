"""The card that a file brings, read; what is newer than this program is told as that, never as damage."""

from __future__ import annotations

from explorer.core.models.card import ModelCard, NewerCardError
from explorer.core.models.graph import ModelFile
from explorer.core.problem import Problem
from explorer.core.words import plain


def own_card(file: ModelFile) -> tuple[ModelCard | None, tuple[str, ...]]:
    """The card that a file brings, if it can be read, and what is wrong with it.

    Raises
    ------
    Problem
        It speaks of something that only a newer version of this program knows.
    """
    if file.card_text is None:
        return None, ()
    try:
        return ModelCard.from_json(file.card_text), ()
    except NewerCardError as error:
        what = (
            f"{file.path.name} was made by a newer version of the latent explorer: its card says {plain(str(error))}."
        )
        raise Problem(what, "Update the latent explorer.") from None
    except ValueError as error:
        return None, (f"Its card is damaged ({error}) and was not used.",)
