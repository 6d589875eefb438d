"""A computer's files as a folder: what a test says stands there, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fitcheck.probe.system import System

BUS = "/sys/bus/pci/devices"


def system(root: Path, files: Mapping[str, str], platform: str = "linux") -> System:
    """A computer with these files; a path that ends in ``@`` is a link to what the text says."""
    for path, text in files.items():
        target = root / path.lstrip("/").rstrip("@")
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("@"):
            target.symlink_to(text)
        else:
            target.write_text(text + "\n", encoding="utf-8")
    return System(root, {}, platform)


def device(address: str, vendor: str, number: str, driver: str | None, **files: str) -> dict[str, str]:
    """A display controller on the bus, with further files of its folder; ``__`` in a name is a folder's ``/``."""
    folder = f"{BUS}/{address}"
    found = {f"{folder}/class": "0x030000", f"{folder}/vendor": vendor, f"{folder}/device": number}
    if driver:
        found[f"{folder}/driver@"] = f"../../drivers/{driver}"
    return {**found, **{f"{folder}/{name.replace('__', '/')}": text for name, text in files.items()}}


def card(index: int, address: str, driver: str, **files: str) -> dict[str, str]:
    """The same device as the graphics subsystem shows it."""
    folder = f"/sys/class/drm/card{index}/device"
    found = {f"{folder}/uevent": f"DRIVER={driver}\nPCI_SLOT_NAME={address}", f"{folder}/driver@": f"x/{driver}"}
    return {**found, **{f"{folder}/{name.replace('__', '/')}": text for name, text in files.items()}}
