"""The disk where models live: free space, kind, and how fast it reads.

Sources: proc_pid_mountinfo(5), ``/sys/block`` (Documentation/ABI/stable/sysfs-block of the Linux kernel), macOS'
``diskutil info -plist``, Windows' ``Get-PhysicalDisk``.
"""

from __future__ import annotations

import json
import plistlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any

from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

VARIABLES = ("LLAMA_CACHE", "OLLAMA_MODELS", "HF_HOME")
FOLDERS = (
    ".cache/llama.cpp", "Library/Caches/llama.cpp", "AppData/Local/llama.cpp", ".ollama/models", ".lmstudio/models",
    ".cache/huggingface",
)  # fmt: skip
"""Where runtimes keep models unless told otherwise, below a person's home."""

NETWORK = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "fuse.sshfs", "ceph", "afpfs", "webdav"))
IN_MEMORY = frozenset(("tmpfs", "ramfs"))
PHYSICAL_DISK = (
    "powershell", "-NoProfile", "-NonInteractive", "-Command",
    "Get-Partition -DriveLetter {0} | Get-Disk | Get-PhysicalDisk | Select-Object MediaType,BusType"
    " | ConvertTo-Json -Compress",
)  # fmt: skip


class ModelDisk:
    """The source."""

    name = "disk"
    tried = "the folders where runtimes keep models"

    def __init__(self, system: System | None = None) -> None:
        self._system = system or System.here()

    def is_available(self) -> str | None:
        """Always."""
        return None

    def read(self) -> Facts:
        """Path, size and free space in bytes of the disk that holds, or would hold, models; its kind and name."""
        folder, told = self._usage()
        kind, device = _kind(self._system, folder)
        facts: Facts = {"disk_path": folder, "disk_kind": kind, "disk_device": device}
        if told is None:
            return {**facts, "unknown": {"disk_free_bytes": "The system does not say."}}
        if isinstance(told, str):
            return {**facts, "unknown": {"disk_free_bytes": f"{folder}: {told}."}}
        return {**facts, "disk_total_bytes": told[0], "disk_free_bytes": told[1]}

    def live(self) -> Facts:
        """Free space."""
        told = self._usage()[1]
        return {"disk_free_bytes": told[1]} if isinstance(told, list) else {}

    def _usage(self) -> tuple[str, Any]:
        folder = model_folder(self._system)
        return folder, self._system.told(f"disk_usage {folder}", lambda: _usage_of(folder))


def _usage_of(folder: str) -> list[int] | str:
    """Size and free bytes, or in words why not."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return error.strerror or str(error)
    return [usage.total, usage.free]


def model_folder(system: System) -> str:
    """Where runtimes keep models: what a variable names, else the first usual folder that exists, else home.

    A folder that is named but not made yet stands for its nearest parent.
    """
    home = Path.home()
    named = [PurePath(path) for name in VARIABLES if (path := system.variable(name))]
    usual = [home / name for name in FOLDERS if system.is_folder((home / name).as_posix())]
    for folder in (*named, *usual):
        for existing in (folder, *folder.parents):
            if system.is_folder(existing.as_posix()):
                return str(existing)
    return str(home)


def _kind(system: System, folder: str) -> tuple[str | None, str | None]:
    """NVMe, SSD, hard disk, network or memory, and what the system calls the device."""
    kinds: dict[str, Callable[[System, str], tuple[str | None, str | None]]] = {
        "linux": _of_linux, "darwin": _of_mac, "win32": _of_windows,
    }  # fmt: skip
    ask = kinds.get(system.platform)
    return ask(system, folder) if ask else (None, None)


def _of_linux(system: System, folder: str) -> tuple[str | None, str | None]:
    mount = _mount(system.text("/proc/self/mountinfo") or "", folder)
    if mount is None:
        return None, None
    number, filesystem, device = mount
    if filesystem in NETWORK:
        return "network", device
    if filesystem in IN_MEMORY:
        return "memory", None
    name = _disk_of(system, system.link(f"/sys/dev/block/{number}") or PurePath(device).name)
    if name is None:
        return None, device
    if name.startswith("nvme"):
        return "NVMe", name
    # A virtual disk says it does not turn, whatever lies below it.
    rotational = (
        None if name.startswith(("vd", "xvd", "zram")) else system.number(f"/sys/block/{name}/queue/rotational")
    )
    return {0: "SSD", 1: "hard disk"}.get(-1 if rotational is None else rotational), name


def _mount(mountinfo: str, folder: str) -> tuple[str, str, str] | None:
    """Device number, file system and source of the mount that a folder lies in."""
    best: tuple[int, tuple[str, str, str]] | None = None
    for line in mountinfo.splitlines():
        first, _, second = line.partition(" - ")
        left, right = first.split(), second.split()
        if len(left) < 5 or len(right) < 2:
            continue
        point = re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), left[4])
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and (best is None or len(point) >= best[0]):
            best = len(point), (left[2], right[0], right[1])
    return best[1] if best else None


def _disk_of(system: System, name: str) -> str | None:
    """The disk below a partition, an encrypted or a joined volume; None where there is none."""
    disks = system.entries("/sys/block")
    mapped = (disk for disk in disks if disk.startswith("dm-") and system.text(f"/sys/block/{disk}/dm/name") == name)
    name = next(mapped, name)
    for _ in range(8):
        slaves = system.entries(f"/sys/block/{name}/slaves")
        if not slaves:
            break
        name = slaves[0]
    whole = [
        disk
        for disk in disks
        if name == disk or (name.startswith(disk) and name in system.entries(f"/sys/block/{disk}"))
    ]
    return max(whole, key=len) if whole else None


def _of_mac(system: System, folder: str) -> tuple[str | None, str | None]:
    text = system.output("/usr/sbin/diskutil", "info", "-plist", folder) or ""
    try:
        told: Any = plistlib.loads(text.encode())
        bus, solid, device = told.get("BusProtocol"), told.get("SolidState"), told.get("DeviceIdentifier")
    except Exception:
        # plistlib passes on whatever the XML parser raises; any of it means that nothing was told.
        return None, None
    if bus in ("PCI-Express", "Apple Fabric", "NVMExpress"):
        return "NVMe", device
    return {True: "SSD", False: "hard disk"}.get(solid), device


def _of_windows(system: System, folder: str) -> tuple[str | None, str | None]:
    drive = re.match(r"([A-Za-z]):", folder)
    if drive is None:
        return ("network", None) if folder.startswith("\\\\") else (None, None)
    *command, last = PHYSICAL_DISK
    text = system.output(*command, last.format(drive[1].upper())) or ""
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None, None
    one = told[0] if isinstance(told, list) and told else told
    if not isinstance(one, dict):
        return None, None
    if one.get("BusType") in ("NVMe", 17):
        return "NVMe", f"{drive[1].upper()}:"
    kind = {"SSD": "SSD", 4: "SSD", "HDD": "hard disk", 3: "hard disk"}.get(one.get("MediaType"))
    return kind, f"{drive[1].upper()}:"
