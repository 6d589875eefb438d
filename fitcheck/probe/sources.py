"""Every mechanism of detection, in the order in which it is asked: quick ones first, then drivers, then searches.

The program reads this table too, before Qt is there, so it imports nothing.
"""

SOURCES = {
    "host": "fitcheck.probe.host:Host",
    "memory_modules": "fitcheck.probe.memory_modules:MemoryModules",
    "disk": "fitcheck.probe.disk:ModelDisk",
    "nvml": "fitcheck.probe.nvml:Nvml",
    "amdgpu": "fitcheck.probe.amdgpu:AmdGpu",
    "intel": "fitcheck.probe.intel:IntelGpu",
    "apple": "fitcheck.probe.apple:AppleSilicon",
    "dxgi": "fitcheck.probe.dxgi:Dxgi",
    "pci": "fitcheck.probe.pci:PciBus",
    "runtimes": "fitcheck.probe.runtimes:Runtimes",
    "model_files": "fitcheck.probe.model_files:ModelFiles",
    "disk_speed": "fitcheck.probe.disk_speed:DiskSpeed",
    "memory_speed": "fitcheck.probe.memory_speed:MemorySpeed",
}
"""Name of a source: its module and class."""

CARD_SOURCES = ("nvml", "amdgpu", "intel", "apple", "dxgi", "pci")
"""Whose word on a card counts first: a driver knows its card, the bus knows only what is plugged in."""
