"""A new run: choose pictures, look at them, choose what is to learn from them, and begin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from explorer.core.files import path_in
from explorer.core.problem import Problem
from explorer.session.models.catalog import Catalog
from explorer.session.notices import Notices
from explorer.session.settings import Settings
from explorer.session.train.checks import Remark, default_name, remarks_on, suggested_for
from explorer.session.train.last_run import LastRun, last_run, remember_run
from explorer.session.train.run_summaries import changes_in
from explorer.session.train.runs import TrainingRuns
from explorer.session.train.speed_trials import SpeedTrial, SpeedTrials, TrialRequest
from explorer.session.train.start_models import StartModel, StartWish
from explorer.session.train.trainable_families import TrainableFamilies
from explorer.session.train.training_pictures import DataRequest, DataSummary, TrainingPictures
from explorer.session.train.training_process import most_processes
from explorer.training.extensions import names
from explorer.ui.train.data_preview import DataPreview
from explorer.ui.train.new_run_form import FORM_PX, NewRunForm
from explorer.ui.widgets.asking import ask_file, ask_folder
from explorer.ui.widgets.growing import grow_width
from explorer.ui.widgets.parts import column_of, line, row_of
from explorer.ui.widgets.source_button import ARCHIVES

if TYPE_CHECKING:
    from explorer.training.runs.spec import RunSpec

PORTRAITS = "portraits:4000"
_LOOKING = "Checking which networks can go on …"
_MINUTES = 0  # the preset that a run is begun with unless another is chosen


class NewRunPage(QWidget):
    """Asks for all that a run needs and begins it.

    Signals
    -------
    begun(folder) : Path
        The run was begun.
    left()
        No run is to be begun.
    """

    begun = Signal(object)
    left = Signal()

    def __init__(
        self,
        trainings: TrainingRuns,
        catalog: Catalog,
        notices: Notices,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._trainings, self._catalog = trainings, catalog
        self._notices, self._settings = notices, settings
        self._source, self._attributes = "", ""
        self._assume: dict[str, str] = {}
        self._left_out: tuple[str, ...] = ()
        self._data: DataSummary | None = None
        self._before: dict[str, str] | None = None  # what was assumed until the user stated something else
        self._named = False  # by the user, not by us
        self._measures = True  # unless the user would rather not
        self._wanted: int | None = _MINUTES  # the preset that is to be set; None once steps were chosen by hand
        self._preset: int | None = self._wanted  # to be taken as soon as it is measured
        self._has_family = False  # that somebody chose, or that was taken the last time
        self._said = {"description": "", "licence": "", "attribution": "", "frame": ""}
        self.form, self.preview = NewRunForm(), DataPreview()
        self.data, self.families = TrainingPictures(self), TrainableFamilies(self)
        self.trials = SpeedTrials(self)
        self._connect()
        self._lay_out()

    @property
    def channels(self) -> int | None:
        """Of the pictures that are chosen; None while there are none."""
        return self._data.channels if self._data is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether pictures or families are being opened."""
        return any(part.is_busy for part in (self.data, self.families, self.trials, self.form.starts))

    def begin(self, spec: Mapping[str, Any] | None = None) -> None:
        """Ask for a new run; like that of ``spec``, where one is given."""
        self.families.load()
        self.form.verticalScrollBar().setValue(0)
        self.form.take_start(None)
        if spec is None:
            if self._source:
                self._preset = self._wanted
                self._judge()
            else:
                self._take_last()
            return
        self._wanted = self._preset = None
        self._named, self._has_family = False, True
        self.form.show_value({**spec, "name": ""})
        self.form.starts.show_start(str(spec.get("start", "")))
        assume = spec.get("assume")
        self.take(
            str(spec.get("data", "")),
            str(spec.get("attributes", "")),
            assume if isinstance(assume, dict) else {},
            tuple(spec.get("left_out", ())),
        )

    def take(
        self,
        source: str,
        attributes: str = "",
        assume: Mapping[str, str] | None = None,
        left_out: tuple[str, ...] = (),
    ) -> None:
        """Learn from these pictures, by the label file ``attributes`` where one is named, and by what is assumed.

        Pictures of the names ``left_out`` are not used.
        """
        self._left_out = left_out
        self._source, self._attributes = source, attributes
        self._assume = {str(name): str(value) for name, value in (assume or {}).items()}
        self._preset = self._wanted
        self._forget_time()
        self._open()

    def close_work(self) -> None:
        """Stop, and wait for what is being opened."""
        self.trials.close()
        self.data.close()
        self.families.close()
        self.form.starts.close_work()

    def _connect(self) -> None:
        for part in (self.form, self.preview):
            part.folder_wanted.connect(self._ask_folder)
            part.file_wanted.connect(self._ask_file)
            part.portraits_wanted.connect(lambda: self.take(PORTRAITS))
        self.form.size_chosen.connect(lambda _size: self._open())
        self.form.length.cancelled.connect(self._measure_no_more)
        self.form.length.again.clicked.connect(self._measure_again)
        self.form.changed.connect(self._judge)
        self.form.family_chosen.connect(self._on_family_chosen)
        self.form.steps_chosen.connect(self._on_steps_chosen)
        self.form.length.chosen.connect(self._on_preset_chosen)
        self.form.starts.chosen.connect(self._on_start_chosen)
        self.form.starts.judged.connect(self._judge)
        self.form.starts.failed.connect(self._notices.show_error)
        self.form.name_box.textEdited.connect(self._on_named)
        self.form.foot.start_wanted.connect(self._begin)
        self.form.foot.processes.setRange(1, most_processes())
        self.form.foot.processes.setValue(self._trainings.processes)
        self.form.foot.processes.valueChanged.connect(self._share_among)
        self.form.foot.cancel.clicked.connect(self._forget_time)
        self.form.foot.cancel.clicked.connect(self.left)
        self.preview.cancelled.connect(self._cancel)
        self.preview.assumed.connect(self._assume_otherwise)
        self.preview.left_out.connect(self._leave_out)
        self.data.opened.connect(self._on_opened)
        self.data.failed.connect(self._on_failed)
        self.data.counted.connect(self.preview.show_opening)
        self.families.loaded.connect(self._on_families)
        self.families.failed.connect(self._notices.show_error)
        self.trials.measured.connect(self._on_measured)
        self.trials.progressed.connect(self.form.length.show_progress)
        self.trials.failed.connect(self._on_untried)

    def _lay_out(self) -> None:
        left = QWidget()
        grow_width(left, FORM_PX)
        column_of((self.form, 1), line(), self.form.foot, on=left, spacing=0)
        row_of(left, line(upright=True), (self.preview, 1), on=self, spacing=0)

    def _ask_folder(self) -> None:
        chosen = ask_folder(self, "A folder of pictures", self._place())
        if chosen is not None:
            self.take(str(chosen))

    def _ask_file(self) -> None:
        chosen = ask_file(self, "Pictures", ARCHIVES, self._place())
        if chosen is not None:
            self.take(str(chosen))

    def _place(self) -> str:
        return str(Path(self._source).parent) if Path(self._source).exists() else str(Path.home())

    def _open(self) -> None:
        if not self._source:
            return
        self._data = None
        words = "Portraits, painted here" if self._source == PORTRAITS else self._source
        self.form.show_source(f"{words}\nLabels: {self._attributes}" if self._attributes else words)
        self.preview.show_opening(0, 0)
        assume = tuple(sorted(self._assume.items()))
        self.data.open(DataRequest(self._source, self.form.size_px, self._attributes, assume, self._left_out))
        self._judge()

    def _assume_otherwise(self, stated: dict[str, str]) -> None:
        self._before, self._assume = self._assume, stated
        self._open()

    def _leave_out(self, names: tuple[str, ...]) -> None:
        if names != self._left_out:
            self._left_out = names
            self._open()

    def _cancel(self) -> None:
        self.data.cancel()
        self._source, self._assume, self._before = "", {}, None
        self._forget_time()
        self.form.show_source("None chosen yet")
        self.preview.show_nothing()
        self._judge()

    def _on_opened(self, data: DataSummary) -> None:
        self._data, self._before = data, None
        self.preview.show_summary(data)
        for name in self._said:
            box = self.form.about[name]
            if box.text() == self._said[name]:  # not written by hand
                self._said[name] = getattr(data, name)
                box.setText(self._said[name])
        if not self._has_family and self.form.family is not None:
            self._propose_family()
        self._judge()

    def _propose_family(self) -> None:
        """Set the family that suits so many pictures: nobody has chosen one yet."""
        assert self._data is not None
        self._has_family = True
        self.form.choose_family(suggested_for(self._data.kept(self.form.hold_out)))

    def _on_family_chosen(self) -> None:
        self._has_family, self._preset = True, self._wanted

    def _on_start_chosen(self, model: StartModel | None) -> None:
        self.form.take_start(model)
        self._has_family, self._preset = True, self._wanted
        self._judge()

    def _on_steps_chosen(self) -> None:
        self._wanted = self._preset = None
        self._judge()

    def _on_preset_chosen(self, number: int) -> None:
        self._wanted, self._preset = number, None

    def _on_failed(self, error: Exception) -> None:
        self._forget_time()
        if isinstance(error, Problem) and self._before is not None:  # what was stated cannot be
            self._notices.show_error(error)
            self._assume, self._before = self._before, None
            self._open()
            return
        if isinstance(error, Problem):
            self.preview.show_problem(error)
        else:
            self._notices.show_error(error)
            self.preview.show_nothing()
        self._judge()

    def _on_families(self, families: tuple[Any, ...]) -> None:
        self.form.show_families(families)
        if not self._has_family and self._data is not None:
            self._propose_family()
        self._judge()

    def _on_named(self, text: str) -> None:
        self._named = bool(text.strip())

    def _judge(self) -> None:
        """Say what stands in the way, and propose a name."""
        family, data = self.form.family, self._data
        if family is None or data is None:
            self.form.starts.forget()
            self.form.foot.show_remarks([])
            self.form.foot.enable_start(False, "Choose pictures first" if not self.data.is_busy else "Opening …")
            return
        if not self._named:
            taken = tuple(training.facts for training in self._trainings.all)
            self.form.name_box.setText(default_name(family.title, data, taken))
        processes = self._trainings.processes
        frame = self.form.about["frame"].text()
        remarks = remarks_on(family, self.form.config, data, self.form.hold_out, processes, frame)
        kept = data.kept(self.form.hold_out)
        self._offer_starts(data, kept)
        begins = self.form.starts.remark(self._spec(), data) if self.form.starts.start else None
        remarks = sorted([*remarks, *([begins] if begins else [])], key=lambda remark: not remark.stops)
        self.form.foot.show_remarks(remarks)
        self.form.suggest(suggested_for(kept), kept)
        waits = _LOOKING if begins is None and self.form.starts.start else ""
        stopping = next((remark.what for remark in remarks if remark.stops), "")
        self.form.foot.enable_start(not (stopping or waits), stopping or waits)
        if stopping:
            self._forget_time()
        elif not waits and self._measures and not self.form.is_as_taken:
            self._try()
            if self._preset is not None and self.trials.is_busy:  # or it would be begun with a length that nobody chose
                self.form.foot.enable_start(False, "Measuring what fits into minutes on this device …")

    def _offer_starts(self, data: DataSummary, kept: int) -> None:
        runs = tuple(training.facts for training in self._trainings.all)
        self.form.starts.offer(StartWish(data, self.form.families, self._catalog.entries(), runs), kept)

    def _spec(self) -> RunSpec:
        """The run that is asked for."""
        from explorer.training.runs.spec import RunSpec

        assert self._data is not None
        request, asked = self._data.request, self.form.value()
        asked |= {"attributes": request.attributes, "assume": dict(request.assume), "left_out": request.left_out}
        return RunSpec(data=request.source, start=self.form.starts.start, **asked)

    def _try(self) -> None:
        """Measure how long it will take, with the settings as they are."""
        assert self._data is not None
        asked, config = self.form.value(), self.form.config
        request = TrialRequest(
            asked["family"],
            asked["settings"],
            config.batch_size,
            self._data,
            self.form.hold_out,
            self._settings.device,
            asked["frame"],
            bool(self.form.starts.start),
        )
        if self.trials.measure(request):
            self.form.length.show_progress(0.0)

    def _on_measured(self, measured: SpeedTrial) -> None:
        self.form.length.show_measured(measured)
        self.form.say_expected()
        if self._preset is not None:  # that of the last time
            preset, self._preset = self._preset, None
            self.form.take_preset(preset)

    def _on_untried(self, error: Exception) -> None:
        self._preset = None
        self.form.foot.enable_start(True, "")
        said = " ".join(filter(None, (error.what, error.hint))) if isinstance(error, Problem) else ""
        self.form.length.show_nothing("" if changes_in(error) else said)
        if isinstance(error, Problem) and changes_in(error):
            self.form.foot.show_remarks([Remark(error.what, "Use a smaller batch.", False, changes_in(error))])

    def _forget_time(self) -> None:
        self.trials.cancel()
        self.form.length.show_nothing()

    def _measure_no_more(self) -> None:
        self._measures, self._preset = False, None
        self.trials.cancel()
        self._judge()

    def _measure_again(self) -> None:
        self._measures, self._preset = True, self._wanted
        self._judge()

    def _take_last(self) -> None:
        """Propose what was chosen for the last run."""
        last = last_run(self._settings)
        if last is None:
            return
        self._wanted = self._preset = last.preset
        self._has_family = True
        asked = {"family": last.family, "size": last.size, "steps": last.steps, "hold_out": last.hold_out}
        self.form.show_value(asked)
        is_word = last.data.partition(":")[0] in ("portraits", *names("data_sources"))
        path = path_in(last.data.partition("#")[0])
        if is_word or (path is not None and path.exists()):
            self.take(last.data, last.attributes, last.assume, last.left_out)

    def _remember(self) -> None:
        asked = self.form.value()
        last = {name: asked[name] for name in ("family", "size", "steps", "hold_out")}
        last |= {"data": self._source, "attributes": self._attributes, "preset": self.form.length.taken}
        remember_run(self._settings, LastRun(**last, assume=self._assume, left_out=self._left_out))

    def _share_among(self, processes: int) -> None:
        self._trainings.processes = processes
        self._judge()

    def _begin(self, in_process: bool) -> None:
        with self._notices.catching():
            folder = self._trainings.begin(self._spec(), in_process=in_process)
            self.trials.cancel()
            self.form.take_start(None)  # first: what one model was is not what the next run is
            self._remember()
            self._named = False
            self.begun.emit(folder)
