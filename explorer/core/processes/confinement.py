"""What a child that reads a foreign file gives up before it begins, as far as the system lets it.

Everywhere but on Windows: memory, processor time and the size of files. On Linux also: writing outside of the folders
it is given (Landlock), the network, starting programs and signalling others (seccomp), and outliving its parent.
What a system does not have or refuses is silently done without: the time limit of the parent holds everywhere.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def confine(memory_bytes: int, processor_s: int, writable: Sequence[str]) -> None:
    """Limit this process for good; to be called while it has one thread, for others would go free.

    Parameters
    ----------
    memory_bytes : int
        Of address space, of which libraries alone take one or two GiB.
    processor_s : int
        Of all cores together.
    writable : sequence of str
        The folders in which it may write; where there is none it may write no file at all.
    """
    limit_resources(memory_bytes, processor_s, memory_bytes if writable else 0)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        end_with_parent(signal.SIGKILL)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)  # without it neither of the following is allowed
        _forbid_writing(libc, writable)
        _forbid_calls(libc)


def end_with_parent(how: signal.Signals) -> None:
    """Have this process told by a signal when the one that started it ends; only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, how, 0, 0, 0)


def limit_resources(memory_bytes: int, processor_s: int, file_bytes: int) -> None:
    """Limit memory, processor time and the size of what is written, where there are such limits."""
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: processor_s,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for what, limit in limits.items():
        try:
            resource.setrlimit(what, (limit, limit))
        except (ValueError, OSError):
            pass  # macOS refuses some of them


@contextmanager
def frugal(memory_bytes: int, processor_s: float) -> Iterator[None]:
    """For as long as the block lasts, have this process take no more beside what it has.

    Memory beyond that is refused, as a `MemoryError`; where the time is up the process ends by SIGPROF, even within
    native code. Does nothing where the system has no such limits.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    taken = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = taken + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most if soft == resource.RLIM_INFINITY else min(most, soft), hard))
    signal.setitimer(signal.ITIMER_PROF, processor_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38

# Landlock, linux/landlock.h; its system calls have the same numbers everywhere.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _TRUNCATE = 1 << 0, 1 << 1, 1 << 14
_CHANGE_FOLDER = sum(1 << bit for bit in range(4, 13))  # removing and making anything
_REFER = 1 << 13  # moving between folders
_TCP, _SCOPES = 0b11, 0b11  # binding and connecting; abstract sockets and signals


def _forbid_writing(libc: ctypes.CDLL, writable: Sequence[str]) -> None:
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    writing = _WRITE_FILE | _CHANGE_FOLDER
    writing |= (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    words = (writing | _EXECUTE, _TCP, _SCOPES)[: 1 + (version >= 4) + (version >= 6)]
    attributes = struct.pack(f"={len(words)}Q", *words)
    rules = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return
    for folder in writable:
        _allow(libc, rules, folder, writing)
    _allow(libc, rules, os.devnull, writing & (_WRITE_FILE | _TRUNCATE))
    libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", access, place), 0)
    os.close(place)


_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_FORBIDDEN = {
    # socket, fork, vfork, execve, kill, chmod, fchmod, chown, fchown, lchown, ptrace, setxattr, lsetxattr, fsetxattr,
    # fchownat, fchmodat, process_vm_writev, bpf, execveat
    "x86_64": (41, 57, 58, 59, 62, 90, 91, 92, 93, 94, 101, 188, 189, 190, 260, 268, 311, 321, 322),
    "aarch64": (198, 221, 129, 52, 55, 117, 5, 6, 7, 54, 53, 271, 280, 281),
}
_FORBIDDEN_EVERYWHERE = (424, 425, 434, 438, 452)  # pidfd_send_signal, io_uring_setup, pidfd_*, fchmodat2
_CLONE_THREAD = 0x10000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where they lie in struct seccomp_data
_ALLOWED, _REFUSED, _ABSENT = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS

_Step = tuple[int, int, int, int]
"""Of a BPF program: what to do, how many to skip if true and if false, and with which value."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _forbid_calls(libc: ctypes.CDLL) -> None:
    machine = platform.machine()
    if machine not in _ARCHITECTURES or sys.maxsize < 2**32:
        return
    steps = b"".join(struct.pack("=HBBI", *step) for step in _filter(machine))
    libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(_Program(len(steps) // 8, steps)), 0, 0)


def _filter(machine: str) -> list[_Step]:
    def refuse(test: int, value: int, answer: int = _REFUSED) -> list[_Step]:
        return [(test, 0, 1, value), (_RETURN, 0, 0, answer)]

    numbers = (*_FORBIDDEN[machine], *_FORBIDDEN_EVERYWHERE)
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _REFUSED),
        (_LOAD, 0, 0, _NUMBER),
        *refuse(_AT_LEAST, 0x40000000),  # the same calls under other numbers (x32)
        *(step for number in numbers for step in refuse(_EQUAL, number)),
        *refuse(_EQUAL, _CLONE3, _ABSENT),  # its flags cannot be seen; the C library then takes clone
        (_EQUAL, 0, 3, _CLONE[machine]),  # threads only
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _REFUSED),
        (_RETURN, 0, 0, _ALLOWED),
    ]
