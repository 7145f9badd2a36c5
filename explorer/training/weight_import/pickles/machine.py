"""A pickle read without being obeyed: a machine of our own builds what it describes, from inert pieces.

A pickle is a program. This machine runs its stack operations and nothing else: no module is imported, no class
made, no function called, whatever the file names. What real unpickling would call is only written down, as a
`Made`. Few functions are understood, and done here on plain values: dictionaries, sets and the like.
"""

from __future__ import annotations

import pickletools
import struct
from collections.abc import Callable
from typing import Any, BinaryIO

from explorer.training.weight_import.pickles.calls import (
    CLASSES_OF_LIBRARIES,
    LIKE_DICTIONARIES,
    UNDERSTOOD,
    plain_module,
    refuse_known,
)
from explorer.training.weight_import.pickles.listing import unwarned
from explorer.training.weight_import.pickles.values import (
    HostilePickleError,
    Made,
    Named,
    Reference,
    UnreadablePickleError,
    plain_key,
)

MOST_STEPS = 2_000_000  # a generator with its critic takes some 50,000


_MARK = object()
_FAILURES = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    struct.error,
    EOFError,
)


@unwarned()
def read_one(file: BinaryIO) -> Any:
    """The value of the pickle at the file's position; the position is then behind it.

    Values are None, bool, int, float, str, bytes, tuple, list (also for sets), dict, `Named`, `Made` and
    `Reference`. They may contain themselves.

    Raises
    ------
    Unreadable, Hostile
    """
    machine = _Machine()
    place = 0
    try:
        for number, (opcode, argument, position) in enumerate(pickletools.genops(file)):
            place = position or 0
            if number > MOST_STEPS:
                raise UnreadablePickleError(f"it has more than {MOST_STEPS:,} steps")
            if opcode.name == "STOP":
                return machine.pop()
            machine.step(opcode.name, argument)
    except MemoryError:
        raise UnreadablePickleError("it asks for more memory than any network takes") from None
    except _FAILURES:
        raise UnreadablePickleError(f"it is damaged or no pickle, at byte {place:,}") from None
    raise UnreadablePickleError("it ends too early")


class _Machine:
    """The stack and the memo of one pickle."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def step(self, name: str, argument: Any) -> None:
        """Does one operation; one without a rule of its own is refused."""
        if name in _CONSTANTS:
            self.stack.append(argument)
        elif name in _EMPTY:
            self.stack.append(_EMPTY[name]())
        elif name in _SMALL_TUPLES:
            count = _SMALL_TUPLES[name]
            self.stack.append(tuple(self.pop() for _ in range(count))[::-1])
        elif name in _STEPS:
            _STEPS[name](self, argument)
        elif name not in ("PROTO", "FRAME"):
            raise UnreadablePickleError(f"it uses {name}, which no description of a network needs")

    def pop(self) -> Any:
        value = self.stack.pop()
        if value is _MARK:
            raise ValueError("a mark where a value should be")
        return value

    def since_mark(self) -> list[Any]:
        """What lies above the last mark, which goes with it."""
        first = len(self.stack) - 1
        while self.stack[first] is not _MARK:
            first -= 1
            if first < 0:
                raise ValueError("no mark")
        found = self.stack[first + 1 :]
        del self.stack[first:]
        return found

    def call(self, maker: Any, arguments: Any) -> None:
        """Writes down a call, or does one of the few that are understood."""
        if isinstance(maker, Made):
            raise HostilePickleError("what it puts together itself")
        if not isinstance(maker, Named) or not isinstance(arguments, tuple):
            raise ValueError("a call of what is not a function")
        rule = UNDERSTOOD.get((plain_module(maker.module), maker.name))
        if rule is None:
            refuse_known(maker)
        self.stack.append(Made(maker, arguments) if rule is None else rule(maker, arguments))

    def new(self, maker: Any, arguments: Any) -> None:
        """Writes down an object."""
        if not isinstance(arguments, tuple):  # a list would be copied, however often it is named
            raise ValueError("arguments that are not a tuple")
        if isinstance(maker, Named) and (
            maker.name in LIKE_DICTIONARIES or maker.module.startswith(CLASSES_OF_LIBRARIES)
        ):
            self.stack.append({} if maker.name in LIKE_DICTIONARIES else Made(maker, arguments))
        else:
            self.call(maker, arguments)

    def build(self, state: Any) -> None:
        """Writes down the state of what lies on top."""
        target = self.stack[-1]
        if isinstance(target, Made):
            target.state = state
        elif isinstance(target, Named):
            raise HostilePickleError(f"changes of {target}")
        elif not isinstance(target, dict):  # whose attributes beside its entries are not needed
            raise ValueError("state for what is not an object")

    def append(self, values: list[Any]) -> None:
        """Appends to the list, or to what is like one, on top."""
        target = self.stack[-1]
        (target.items if isinstance(target, Made) else target).extend(values)

    def set_items(self, pairs: list[Any]) -> None:
        """Puts keys and values, one after the other, into the dictionary on top."""
        target = self.stack[-1]
        entries = target.entries if isinstance(target, Made) else target
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            entries[plain_key(key, len(entries))] = value


_CONSTANTS = frozenset(
    (
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
        *(
            "STRING",
            "BINSTRING",
            "SHORT_BINSTRING",
            "UNICODE",
            "BINUNICODE",
            "SHORT_BINUNICODE",
            "BINUNICODE8",
        ),
        *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    )
)
_EMPTY: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": dict,
    "EMPTY_SET": list,
    "MARK": lambda: _MARK,
}
_SMALL_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


def _get(machine: _Machine, argument: Any) -> None:
    machine.stack.append(machine.memo[int(argument)])


def _put(machine: _Machine, argument: Any) -> None:
    machine.memo[int(argument)] = machine.stack[-1]


def _memoize(machine: _Machine, _argument: Any) -> None:
    machine.memo[len(machine.memo)] = machine.stack[-1]


def _global(machine: _Machine, argument: Any) -> None:
    module, _, name = str(argument).partition(" ")
    machine.stack.append(Named(module, name))


def _stack_global(machine: _Machine, _argument: Any) -> None:
    name, module = machine.pop(), machine.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        raise ValueError("a name that is not text")
    machine.stack.append(Named(module, name))


def _reduce(machine: _Machine, _argument: Any) -> None:
    arguments, maker = machine.pop(), machine.pop()
    machine.call(maker, arguments)


def _new_object(machine: _Machine, _argument: Any) -> None:
    arguments, maker = machine.pop(), machine.pop()
    machine.new(maker, arguments)


def _new_object_with_names(machine: _Machine, _argument: Any) -> None:
    _names, arguments, maker = machine.pop(), machine.pop(), machine.pop()
    machine.new(maker, arguments)


def _object(machine: _Machine, _argument: Any) -> None:
    maker, *arguments = machine.since_mark()
    machine.new(maker, tuple(arguments))


def _instance(machine: _Machine, argument: Any) -> None:
    module, _, name = str(argument).partition(" ")
    machine.new(Named(module, name), tuple(machine.since_mark()))


def _pop(machine: _Machine, _argument: Any) -> None:
    machine.stack.pop()


def _pop_mark(machine: _Machine, _argument: Any) -> None:
    machine.since_mark()


def _dict(machine: _Machine, _argument: Any) -> None:
    pairs = machine.since_mark()
    machine.stack.append({})
    machine.set_items(pairs)


def _set_item(machine: _Machine, _argument: Any) -> None:
    value, key = machine.pop(), machine.pop()
    machine.set_items([key, value])


_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "GET": _get,
    "BINGET": _get,
    "LONG_BINGET": _get,
    "PUT": _put,
    "BINPUT": _put,
    "LONG_BINPUT": _put,
    "MEMOIZE": _memoize,
    "GLOBAL": _global,
    "STACK_GLOBAL": _stack_global,
    "REDUCE": _reduce,
    "NEWOBJ": _new_object,
    "NEWOBJ_EX": _new_object_with_names,
    "OBJ": _object,
    "INST": _instance,
    "BUILD": lambda machine, _: machine.build(machine.pop()),
    "LIST": lambda machine, _: machine.stack.append(machine.since_mark()),
    "TUPLE": lambda machine, _: machine.stack.append(tuple(machine.since_mark())),
    "FROZENSET": lambda machine, _: machine.stack.append(machine.since_mark()),
    "DICT": _dict,
    "APPEND": lambda machine, _: machine.append([machine.pop()]),
    "APPENDS": lambda machine, _: machine.append(machine.since_mark()),
    "ADDITEMS": lambda machine, _: machine.append(machine.since_mark()),
    "SETITEM": _set_item,
    "SETITEMS": lambda machine, _: machine.set_items(machine.since_mark()),
    "POP": _pop,
    "POP_MARK": _pop_mark,
    "DUP": lambda machine, _: machine.stack.append(machine.stack[-1]),
    "PERSID": lambda machine, argument: machine.stack.append(Reference(argument)),
    "BINPERSID": lambda machine, _: machine.stack.append(Reference(machine.pop())),
}
