"""A mount namespace with AWS's paths: code at /var/task, layers at /opt, a /tmp of its own.

Only what starts from a thread that has entered one sees it; it goes with its last process, however that ends, and the
machine's own folders get nothing, not even a mount point. Needs Linux, and root's CAP_SYS_ADMIN; or, without that, a
process of one thread that may make itself a user namespace: then this file is run as a program, by its path. Each
import here is time that such a program takes to start.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys

_NEWNS = 0x0002_0000
_NEWUSER = 0x1000_0000
_RDONLY = 1
_REMOUNT = 32
_BIND = 4096
_REC = 16384
_SLAVE = 1 << 19
# As statvfs tells of a mount, and as mount takes it: nosuid, nodev, noexec, noatime, nodiratime, relatime.
_FLAGS = ((2, 2), (4, 4), (8, 8), (1024, 1024), (2048, 2048), (4096, 1 << 21))
_DROP_FROM_BOUNDS = 24
_SYS_ADMIN = 21


def enter(shown: list[tuple[str, str]], writable: tuple[str, str]) -> None:
    """Have this thread see folders of the machine (first) at other places (second), all but one read-only.

    Later ones lie over earlier ones. Raises OSError: then the thread is to end.
    """
    _call("unshare", _NEWNS)
    # What the machine unmounts goes here too, and what is mounted here stays here.
    _mount("", "/", "", _REC | _SLAVE)
    made: set[str] = set()
    covered: list[str] = []
    # Mounts hide what is to be mounted later: it is opened before the first.
    opened = [(os.open(source, os.O_PATH | os.O_DIRECTORY), target) for source, target in (writable, *shown)]
    try:
        for number, target in opened:
            if not os.path.isdir(target):
                covered += _make_way(target, made)
            _mount(f"/proc/self/fd/{number}", target, "", _BIND | _REC)
            made.add(writable[1])
    finally:
        for number, _ in opened:
            os.close(number)
    for folder in (*(target for _, target in shown), *covered):
        _close(folder)
    # So that a function of root's cannot open again what is closed.
    _call("prctl", _DROP_FROM_BOUNDS, ctypes.c_ulong(_SYS_ADMIN), 0, 0, 0)


def _make_way(target: str, made: set[str]) -> list[str]:
    """Make a folder to mount on, but not in a folder of the machine's: that is covered first, and told."""
    above = os.path.dirname(target)
    covered = []
    if above == "/":
        raise FileNotFoundError(errno.ENOENT, "there is no such folder on this machine", target)
    if not os.path.isdir(above):
        covered = _make_way(above, made)
    elif above not in made:
        _cover(above)
        covered = [above]
    os.mkdir(target)
    made.update((above, target))
    return covered


def _cover(folder: str) -> None:
    """Put a folder that can be added to in the place of this one, with all that this one has."""
    number = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    below = f"/proc/self/fd/{number}"
    entries = list(os.scandir(folder))
    _mount("tmpfs", folder, "tmpfs", 0, "mode=755")
    for entry in entries:
        if entry.is_symlink():
            os.symlink(os.readlink(f"{below}/{entry.name}"), entry.path)
            continue
        if entry.is_dir():
            os.mkdir(entry.path)
        else:
            os.close(os.open(entry.path, os.O_CREAT | os.O_WRONLY))
        _mount(f"{below}/{entry.name}", entry.path, "", _BIND | _REC)
    os.close(number)


def _close(folder: str) -> None:
    """Make a mount read-only. What restricts it already stays: a user namespace could not lift that."""
    has = os.statvfs(folder).f_flag
    _mount("", folder, "", _REMOUNT | _BIND | _RDONLY | sum(flag for told, flag in _FLAGS if has & told))


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    first, second, third, last = (word.encode() or None for word in (source, target, kind, options))
    _call("mount", first, second, third, ctypes.c_ulong(flags), last, about=target)


def _call(name: str, *arguments: object, about: str = "") -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}", about or None)


def _become_root() -> None:
    """Of a user namespace, which knows this user and group alone; both stay what they are."""
    user, group = os.geteuid(), os.getegid()
    _call("unshare", _NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def main(count: str, *words: str) -> None:
    """Become a program in a namespace of its own. ``words``: what `enter` is given, a folder, and the program's."""
    number = int(count) * 2
    pairs = list(zip(words[:number:2], words[1:number:2], strict=True))
    folder, *program = words[number:]
    _become_root()
    enter(pairs[1:], pairs[0])
    os.chdir(folder)
    os.execv(program[0], program)


_libc = ctypes.CDLL(None, use_errno=True)
if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
