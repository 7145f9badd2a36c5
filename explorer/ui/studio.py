"""What a panel is handed to work with."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.session.board import Boards
from explorer.session.bookmarks import Bookmarks
from explorer.session.catalog import Catalog
from explorer.session.conductor import Conductor
from explorer.session.directions import Directions
from explorer.session.document import Document
from explorer.session.intake import Intake
from explorer.session.models import Models
from explorer.session.moves import Moves
from explorer.session.notices import Notices
from explorer.session.pictures import Pictures, Thumbnails
from explorer.session.player import Player
from explorer.session.quiz_results import QuizResults
from explorer.session.saving import Saver
from explorer.session.settings import Settings
from explorer.session.training_live import LiveModel
from explorer.session.trainings import Trainings


@dataclass(frozen=True, eq=False)
class Studio:
    """Everything that goes on without a window, in one place and by name.

    A panel reads ``document.scene``, changes it through ``moves``, and learns of pictures from ``pictures``.
    """

    document: Document
    moves: Moves
    models: Models
    directions: Directions
    pictures: Pictures
    thumbnails: Thumbnails
    player: Player
    conductor: Conductor
    intake: Intake
    saver: Saver
    catalog: Catalog
    bookmarks: Bookmarks
    boards: Boards
    trainings: Trainings
    live: LiveModel
    quiz_results: QuizResults
    settings: Settings
    notices: Notices
