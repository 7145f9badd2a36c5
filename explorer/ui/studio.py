"""What a panel is handed to work with."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.session.arithmetic.boards import Boards
from explorer.session.bookmarks import Bookmarks
from explorer.session.directions.model_directions import Directions
from explorer.session.document import Document
from explorer.session.explore.dimension_names import DimensionNames
from explorer.session.explore.random_walk import RandomWalk
from explorer.session.explore.scene_edits import SceneEdits
from explorer.session.explore.scene_pictures import ScenePictures, Thumbnails
from explorer.session.jobs.saving import Saver
from explorer.session.last_visit import LastVisit
from explorer.session.models.catalog import Catalog
from explorer.session.models.intake import Intake
from explorer.session.models.open_model import Models
from explorer.session.models.session_controller import SessionController
from explorer.session.notices import Notices
from explorer.session.quiz.quiz_results import QuizResults
from explorer.session.settings import Settings
from explorer.session.train.live_model import LiveModel
from explorer.session.train.runs import TrainingRuns


@dataclass(frozen=True, eq=False)
class Studio:
    """Everything that goes on without a window, in one place and by name.

    A panel reads ``document.scene``, changes it through ``edits``, and learns of pictures from ``pictures``.
    """

    document: Document
    edits: SceneEdits
    models: Models
    directions: Directions
    pictures: ScenePictures
    thumbnails: Thumbnails
    player: RandomWalk
    controller: SessionController
    intake: Intake
    saver: Saver
    catalog: Catalog
    bookmarks: Bookmarks
    boards: Boards
    dimension_names: DimensionNames
    trainings: TrainingRuns
    live: LiveModel
    quiz_results: QuizResults
    last_visit: LastVisit
    settings: Settings
    notices: Notices
