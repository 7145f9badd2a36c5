"""The options of a training program: what ``argparse`` would give if nobody said anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from explorer.training.weight_import.source.following.limits import NotFollowedError, sized
from explorer.training.weight_import.source.following.source_values import Known, SourceRecord

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine

PARSER = "argparse.ArgumentParser"
_ADDS = PARSER + ".add_argument"
_GROUPS = frozenset(PARSER + name for name in (".add_argument_group", ".add_mutually_exclusive_group"))
_READS = frozenset(PARSER + name for name in (".parse_args", ".parse_known_args"))
_IDLE = frozenset(PARSER + name for name in (".set_defaults", ".print_help"))
PARSERS = frozenset((PARSER, _ADDS, *_GROUPS, *_READS, *_IDLE, "builtins.vars"))


def call_parser(machine: Machine, path: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What a call of a parser of a command line gives; there is one parser for a program."""
    if path == PARSER or path in _GROUPS:
        return Known(PARSER)
    if path == _ADDS:
        _add(machine, given, named)
        return None
    if path in _READS:
        options = SourceRecord(None, dict(machine.options))
        return options if path.endswith("parse_args") else (options, [])
    if path in _IDLE:
        machine.options |= named
        return None
    raise NotFollowedError(f"calls {path}, which is not followed")


def _add(machine: Machine, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    flags = [each for each in given if isinstance(each, str)]
    long = next((flag for flag in flags if flag.startswith("--")), flags[0] if flags else "")
    name = str(named.get("dest") or long.lstrip("-").replace("-", "_"))
    if not name:
        return
    value = named.get("default")
    if named.get("action") in ("store_true", "store_false") and "default" not in named:
        value = named["action"] == "store_false"
    kind = named.get("type")
    if isinstance(value, str) and isinstance(kind, Known) and kind.path in ("builtins.int", "builtins.float"):
        value = machine.call(kind, (value,), {})
    machine.options[name] = machine.constants.get(name, value) if isinstance(value, int | float) else value
    sized(machine.options, 2000)
