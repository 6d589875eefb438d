"""Computers of which every file, folder, link and command says something arbitrary, and what must hold all the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fitcheck.core.hardware import Machine
from fitcheck.probe.amdgpu import AmdGpu
from fitcheck.probe.apple import AppleSilicon
from fitcheck.probe.detect import Detection
from fitcheck.probe.disk import ModelDisk
from fitcheck.probe.host import Host
from fitcheck.probe.intel import IntelGpu
from fitcheck.probe.memory_modules import MemoryModules
from fitcheck.probe.model_files import ModelFiles
from fitcheck.probe.pci import PciBus
from fitcheck.probe.runtimes import Runtimes
from fitcheck.probe.source import Source, SourceFailedError
from fitcheck.probe.system import System

SOURCES: dict[str, Callable[[System], Source]] = {
    "host": Host, "memory_modules": MemoryModules, "disk": ModelDisk, "amdgpu": AmdGpu, "intel": IntelGpu,
    "apple": AppleSilicon, "pci": PciBus, "runtimes": Runtimes, "model_files": ModelFiles,
}  # fmt: skip
"""All that read files and commands; NVML has its own random answers."""

_TEXTS = (
    "", "0", "-1", "1", "25753026560", str(1 << 64), "9" * 400, "0x030000", "0x1002", "0x10de", "0x8086", "0xe20c",
    "max", "suspended", "PCI_SLOT_NAME=0000:03:00.0", "PCI_SLOT_NAME=", "16.0 GT/s PCIe", "simd_count 4\nsimd_per_cu 0",
    "simd_count 80\nsimd_per_cu 2\nlocation_id 99999999999\ncpu_cores_count 1\ndomain 7", "0x0 0x0\n0x0\nzz yy",
    "0::/", "0::/\n5:memory:/a/b", "inactive_file 99999999999999999999", "MemTotal: x kB\nHugepagesize: 9 kB",
    "22 1 8:1 / / rw - ext4 /dev/sda1 rw", "1 1 1", "E:MEMORY_DEVICE_0_SIZE=1\nE:MEMORY_DEVICE_0_LOCATOR=DIMM_A1",
    "E:MEMORY_DEVICE_99999999999999999999_SIZE=1", '{"layers": [{"mediaType": "application/vnd.ollama.image.model"}]}',
    "[" * 3000, "\x00\ufffd", "<plist>", '{"SPDisplaysDataType": [{}]}', "Pages free: 12.\nPages free", "nan", "1e9",
)  # fmt: skip
_NAMES = (
    "card0", "card1", "renderD128", "0000:03:00.0", "1", "tile0", "sda", "sda1", "dm-0", "nvme0n1", "node0", "a.gguf",
    "b-00001-of-00002.gguf", "b-00002-of-00002.gguf", "library", "vllm-1.dist-info", "python3.11", "\ufffd", "..",
)  # fmt: skip
_LINKS = ("amdgpu", "xe", "i915", "nouveau", "nvidia", "sda1", "", None)


class Malformed(System):
    """Answers at random, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        super().__init__(Path("/nowhere"), {}, self._dice.choice(("linux", "linux", "darwin", "win32")))

    def text(self, path: str) -> str | None:
        found = self._dice.choice(_TEXTS)
        return None if self._dice.random() < 0.1 else found

    def entries(self, folder: str) -> tuple[str, ...]:
        return tuple(self._dice.sample(_NAMES, self._dice.choice((0, 1, 3))))

    def is_folder(self, path: str) -> bool:
        return self._dice.random() < 0.5

    def link(self, path: str) -> str | None:
        return self._dice.choice(_LINKS)

    def size(self, path: str) -> int | None:
        return self._dice.choice((None, 0, 5, 1 << 40))

    def output(self, *command: str) -> str | None:
        return self.text("")

    def told(self, name: str, ask: Callable[[], Any]) -> Any:
        return None


def look(seed: int) -> Machine:
    """The machine that comes of one seed; raises where a source broke or made something up."""
    detection = Detection()
    system = Malformed(seed)
    for name, make in SOURCES.items():
        source = make(system)
        try:
            reason = source.is_available()
        except SourceFailedError as error:
            reason = str(error)
        answer = {"facts": source.read()} if reason is None else {"reason": reason}
        detection.feed(json.dumps({"source": name, "tried": source.tried, **answer}))
    machine = detection.machine
    if broken := [report for report in machine.sources if report.state == "failed"]:
        raise AssertionError(f"seed {seed}: {broken[0]}")
    for card in machine.gpus:
        total, free = card.memory_total_bytes, card.memory_free_bytes
        if not (total is None or 0 < total <= 2 << 44) or not (free is None or (total is not None and free <= total)):
            raise AssertionError(f"seed {seed}: {card}")
    return machine
