"""Sees to it that no worker outlives us: a small process that ends them all when we end, however we do."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from typing import Final

# Learns the process groups of workers from its standard input. When that ends, so have we: it ends them, and what has
# left its group (found by the mark in its environment, where there is /proc), and takes their folder away.
_KEEP: Final = """
trap '' INT TERM HUP
exec >/dev/null 2>&1
mark=$1 folder=$2 groups=" "
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
for file in $(grep -ls -- "$mark" /proc/[0-9]*/environ); do
  pid=${file#/proc/}
  kill -s KILL "${pid%/environ}"
done
rm -rf -- "$folder"
"""


class Keeper:
    """One such process. ``mark`` stands in the environment of each worker, ``folder`` holds their files."""

    def __init__(self, mark: str, folder: str) -> None:
        self._process = subprocess.Popen(
            ("/bin/sh", "-c", _KEEP, "ruststack-keeper", mark, folder),
            stdin=subprocess.PIPE,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
            cwd="/",
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        """A worker has begun."""
        self._say(f"+ {group}\n")

    def forget(self, group: int) -> None:
        """It has ended."""
        self._say(f"- {group}\n")

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            os.write(self._process.stdin.fileno(), line.encode())

    async def close(self) -> None:
        """Let it do what it is for."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.to_thread(self._process.wait)
