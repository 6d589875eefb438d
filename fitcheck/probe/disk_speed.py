"""How fast the disk of the models reads: a large model file that is there already, past the system's cache.

Several reads at once, as loading does; less than half a second. A hard disk is left alone, since it may be asleep.
"""

from __future__ import annotations

import mmap
import os
import sys
import threading
from time import perf_counter

from fitcheck.probe.disk import ModelDisk
from fitcheck.probe.model_files import ModelFiles
from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

BLOCK_BYTES = 4 << 20
THREADS = 4
LONGEST_S = 0.35
SMALLEST_FILE_BYTES = 256 << 20
MAC_NO_CACHE = 48
"""``F_NOCACHE`` of macOS' fcntl.h."""


class DiskSpeed:
    """The source."""

    name = "disk_speed"
    tried = "reading a third of a second of a large model file that is there"

    def __init__(self, system: System) -> None:
        self._system = system
        self._path = ""

    def is_available(self) -> str | None:
        """None where a large model file lies on a disk that may be read without waking it."""
        if self._system.replaced:
            return "A recorded machine cannot be measured."
        if sys.platform == "win32":
            return "Reading past the system's cache is not done on Windows."
        disk = ModelDisk(self._system).read()
        if disk.get("disk_kind") in ("hard disk", "network", "memory"):
            return f"The models lie on a {disk['disk_kind']}, which is not measured."
        files = [
            one for one in ModelFiles(self._system).read()["model_files"] if _is_on(one["path"], disk["disk_path"])
        ]
        largest = max(files, key=lambda one: int(one["size_bytes"]), default=None)
        if largest is None or largest["size_bytes"] < SMALLEST_FILE_BYTES:
            return "There is no large model file yet that could be read."
        self._path = largest["path"]
        return None

    def read(self) -> Facts:
        """Bytes a second."""
        return {"disk_read_bytes_per_s": measured(self._path)}

    def live(self) -> Facts:
        """Nothing: it is measured once."""
        return {}


def _is_on(path: str, folder: str) -> bool:
    try:
        return os.stat(path).st_dev == os.stat(folder).st_dev  # noqa: PTH116 (the numbers are all that is wanted)
    except OSError:
        return False


def measured(path: str) -> int:
    """Bytes a second of several reads at once from the middle of a file (OSError where it cannot be read so)."""
    flags = os.O_RDONLY | getattr(os, "O_DIRECT", 0)
    handle = os.open(path, flags)
    try:
        if sys.platform == "darwin":
            import fcntl

            fcntl.fcntl(handle, MAC_NO_CACHE, 1)
        return _timed(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)


def _timed(handle: int, size_bytes: int) -> int:
    blocks = size_bytes // BLOCK_BYTES
    begun = perf_counter()
    counts = [0] * THREADS
    troubles: list[OSError] = []

    def run(number: int) -> None:
        # Memory of its own pages, because a read past the cache goes into whole pages only.
        with mmap.mmap(-1, BLOCK_BYTES) as buffer:
            place = blocks // 2 + number
            while perf_counter() - begun < LONGEST_S:
                try:
                    counts[number] += os.preadv(handle, [buffer], place % blocks * BLOCK_BYTES)
                except OSError as error:
                    troubles.append(error)
                    return
                place += THREADS

    workers = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if troubles:
        raise troubles[0]
    return round(sum(counts) / (perf_counter() - begun))
