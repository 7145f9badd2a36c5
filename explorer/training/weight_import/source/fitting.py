"""Which class of a source the weights are of, and with which settings it was made.

Settings are those with which the file itself makes the network, else its defaults and values of names alike. Where
the shapes of the weights tell of others, as they do when a program was run with options, these are looked for: one
setting at a time, as long as more sides agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from explorer.core.problem import Problem
from explorer.training.weight_import.source.following.limits import NotFollowedError, TooMuchError
from explorer.training.weight_import.source.following.source_values import SourceClass
from explorer.training.weight_import.source.matching import Match, closeness, load, matched, shapes_of
from explorer.training.weight_import.source.script import Script
from explorer.training.weight_import.source.settings import Call, calls_of, defaults_of, kind_parameters

_USUAL = (1, 2, 3, 4, 8, 10, 16, 28, 32, 48, 64, 96, 100, 128, 256, 512)
_MOST_TRIES = 1500
_SWEEPS = 3


@dataclass(frozen=True, eq=False)
class Fit:
    """A network of a source with its weights.

    Attributes
    ----------
    script : Script
    name : str
        Of its class, or of the variable that holds it.
    network : Module
    match : Match
    settings : mapping of str to object
        With what it was made.
    changed : mapping of str to (object, object)
        Settings that the weights contradict: as the file has them, and as the weights need them.
    unsaid : tuple of str
        Settings that neither the file nor the weights tell.
    """

    script: Script
    name: str
    network: nn.Module
    match: Match
    settings: Mapping[str, Any] = field(default_factory=dict)
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    unsaid: tuple[str, ...] = ()


class Fitting:
    """Looks for the class of a file that the weights are of.

    Parameters
    ----------
    script : Script
    again : callable
        Follows the file again with other constants.
    theirs : mapping of str to Tensor
    told : mapping of str to int
        Settings that a person has chosen.
    """

    def __init__(self, script: Script, again: Any, theirs: Mapping[str, Tensor], told: Mapping[str, int]) -> None:
        self._script, self._again, self._theirs, self._told = script, again, theirs, told
        self.failures: list[tuple[str, NotFollowedError]] = []
        self._nearest: list[tuple[int, SourceClass, Call]] = []
        self._tries = 0

    def fits(self) -> list[Fit]:
        """Networks that the weights are of, those first that need most of them."""
        found = [fit for kind in self._script.classes if (fit := self._as_it_says(kind))]
        for name, network in self._script.networks.items():
            if match := matched(network, self._theirs):
                load(network, match, self._theirs)
                found.append(Fit(self._script, name, network, match))
        if not found:
            nearest = sorted(self._nearest, key=lambda each: -each[0])
            found = [fit for score, kind, call in nearest if (fit := self._adjusted(kind, call, score))]
        return sorted(found, key=lambda fit: -len(fit.match.names))

    def _as_it_says(self, kind: SourceClass) -> Fit | None:
        """The network as the file makes it; one that only comes near is kept for later."""
        best: tuple[int, Call | None] = (0, None)
        for call in calls_of(self._script, kind, self._told):
            try:
                network = self._script.built(kind, call.given, call.named)
                if match := matched(network, self._theirs):
                    return self._loaded(self._script, kind.name, network, match, call, {})
                best = max(best, (closeness(network, self._theirs), call), key=lambda each: each[0])
            except TooMuchError:
                raise
            except NotFollowedError as error:
                self.failures.append((kind.name, error))
        if best[1] is not None:
            self._nearest.append((best[0], kind, best[1]))
        return None

    def _loaded(
        self, script: Script, name: str, network: nn.Module, match: Match, call: Call, changed: Mapping[str, Any]
    ) -> Fit:
        load(network, match, self._theirs)
        return Fit(script, name, network, match, call.named, changed, call.unsaid)

    def _adjusted(self, kind: SourceClass, call: Call, score: int) -> Fit | None:
        """The network with the settings that the shapes tell."""
        names = kind_parameters(kind)
        local = defaults_of(kind, names) | dict(zip(names, call.given, strict=False)) | call.named
        free = {key: value for key, value in local.items() if type(value) is int and key not in self._told}
        beyond = {k: v for k, v in self._constants().items() if k not in free and k not in self._told}
        knobs = free | beyond
        set_to: dict[str, int] = {}
        made, match = None, None
        for knob in list(knobs) * _SWEEPS:
            before = set_to
            score, set_to = self._turned(kind, local, set_to, knob, free, score)
            if set_to != before and (made := self._made(kind, local, set_to, free)):
                match = matched(made[1], self._theirs)
            if match is not None or self._tries > _MOST_TRIES:
                break
        if made is None or match is None:
            return None
        changed = {name: (knobs[name], value) for name, value in set_to.items() if name not in call.unsaid}
        unsaid = tuple(name for name in call.unsaid if name not in set_to)
        settled = Call((), {**local, **set_to}, unsaid)
        return self._loaded(made[0], kind.name, made[1], match, settled, changed)

    def _constants(self) -> dict[str, int]:
        options = {key: value for key, value in self._script.machine.options.items() if type(value) is int}
        names = {key: value for key, value in self._script.scope.names.items() if type(value) is int}
        return options | names

    def _turned(
        self,
        kind: SourceClass,
        local: dict[str, Any],
        set_to: dict[str, int],
        knob: str,
        free: dict[str, Any],
        score: int,
    ) -> tuple[int, dict[str, int]]:
        """The best value of one setting, the others as they are."""
        probes = [self._made(kind, local, {**set_to, knob: value}, free) for value in (24, 40)]
        shapes = [shapes_of(made[1]) for made in probes if made is not None]
        if len(shapes) == 2 and shapes[0] == shapes[1]:
            return score, set_to  # it changes no weight
        best = set_to
        for value in self._values():
            if self._tries > _MOST_TRIES:
                break
            tried = {**set_to, knob: value}
            made = self._made(kind, local, tried, free)
            if made is not None and (reached := closeness(made[1], self._theirs)) > score:
                score, best = reached, tried
        return score, best

    def _values(self) -> list[int]:
        sides = {int(side) for tensor in self._theirs.values() for side in tensor.shape}
        halves = {side // part for side in sides for part in (1, 2, 4, 8, 16) if side % part == 0}
        return sorted({value for value in (*halves, *_USUAL) if 0 < value <= 65_536})[:200]

    def _made(
        self, kind: SourceClass, local: dict[str, Any], set_to: dict[str, int], free: dict[str, Any]
    ) -> tuple[Script, nn.Module] | None:
        """The network with other settings, some of its own, some of the file's; None where it cannot be made so."""
        self._tries += 1
        outer = {name: value for name, value in set_to.items() if name not in free}
        try:
            script = self._again({**self._told, **outer}) if outer else self._script
            again = next((each for each in script.classes if each.name == kind.name), None)
            if again is None:
                return None
            script.machine.budget.renew()
            named = {**local, **{name: value for name, value in set_to.items() if name in free}}
            return script, script.built(again, (), _fresh(script, again, named, free, outer))
        except (NotFollowedError, Problem):
            return None


def _fresh(
    script: Script, kind: SourceClass, named: dict[str, Any], free: dict[str, Any], outer: dict[str, int]
) -> dict[str, Any]:
    """Arguments as the file gives them under other constants, where it does; those that are settings stay as set."""
    if not outer:
        return named
    for known, given, more in reversed(script.machine.calls):
        if known is kind:
            told = dict(zip(kind_parameters(kind), given, strict=False)) | more
            return {**told, **{name: value for name, value in named.items() if name in free or name not in told}}
    return named
