"""The shelf: computers of many kinds as recordings, to be looked at through the real reading code.

``tests/data/shelf`` holds what ``fitcheck scan --why`` says of each (``test_shelf.py``). Those in its folder
``recorded`` were kept by ``fitcheck scan --record`` on real computers; all others are written after the formats of the
kernel, NVML, Windows and macOS, with values from data sheets and published listings.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .computers import (
    ARM_FLAGS,
    GIB,
    INTEL_FLAGS,
    NO_DRIVER,
    RYZEN_FLAGS,
    XEON_FLAGS,
    Files,
    adapter,
    drm,
    free_space,
    linux,
    mac,
    on_bus,
    twelve_channels,
    two_channels,
    windows,
)

Recording = dict[str, Any]

RECORDED = Path(__file__).resolve().parent.parent / "data" / "shelf" / "recorded"

DRIVER = "driver 580.95.05\ncuda 13000\n"
NVIDIA, AMD, INTEL = "0x10de", "0x1002", "0x8086"

RTX_4090 = "card NVIDIA GeForce RTX 4090|GPU-1|25757220864|{free}|{used}|557220864|384|10501|8|9|1|16|4|16|0\n"
RTX_3090 = "card NVIDIA GeForce RTX 3090|GPU-{n}|25769803776|25100000000|200000000|469803776|384|9751|8|6|3|8|4|16|0\n"
RTX_4060_TI = (
    "card NVIDIA GeForce RTX 4060 Ti|GPU-2|17179869184|16700000000|100000000|379869184|128|9001|8|9|4|8|4|8|0\n"
)
RTX_4070 = "card NVIDIA GeForce RTX 4070|GPU-1|12878610432|11400000000|1200000000|278610432|192|10501|8|9|4|16|4|16|0\n"
A6000 = "card NVIDIA RTX A6000|GPU-{n}|51527024640|51000000000|4000000|523024640|384|8001|8|6|1|16|4|16|0\n"
H100 = "card NVIDIA H100 80GB HBM3|GPU-{n}|85520809984|85000000000|0|520809984|5120|2619|9|0|5|16|5|16|0\n"
H200 = "card NVIDIA H200|GPU-{n}|150754820096|150100000000|4000000|650820096|6144|3201|9|0|5|16|5|16|0\n"
GB10 = "card NVIDIA GB10|GPU-1|-|-|-|-|-|-|12|1|-|-|-|-|0\n"
GH200 = "card NVIDIA GH200 480GB|GPU-1|102625181696|101900000000|1000000|724181696|6144|2619|9|0|-|-|-|-|0\n"


def places(count: int, *, display: bool = False) -> str:
    """Places on the bus, windows as large as the memory, no error correction."""
    lines = []
    for number in range(count):
        lines += [
            f"set nvmlDeviceGetPciInfo_v3 {number} 0 {1 + 16 * number} 0",
            f"set nvmlDeviceGetBAR1MemoryInfo {number} {1 << 38} {1 << 37} {1 << 37}",
            f"set nvmlDeviceGetPerformanceState {number} 8", f"set nvmlDeviceGetEccMode {number} 0 0",
            f"set nvmlDeviceGetDisplayActive {number} {int(display and not number)}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def desktop(**more: Any) -> Files:
    """A desktop of today."""
    facts: dict[str, Any] = {"ram": (62.7, 54.1), "cores": 16, "threads": 32, "modules": two_channels(), **more}
    return linux("AMD Ryzen 9 7950X 16-Core Processor", RYZEN_FLAGS, **facts)


def server(**more: Any) -> Files:
    """A server with two processors' worth of everything."""
    facts: dict[str, Any] = {"ram": (2015.4, 1980.2), "cores": 112, "threads": 224, "disk": (28000, 21000), **more}
    return {
        **linux("Intel(R) Xeon(R) Platinum 8480+", XEON_FLAGS, **facts),
        "/sys/devices/system/node/": "node0\nnode1\npossible",
    }


def nvidia_bus(*numbers: str, driver: str | None = "nvidia", **power: str) -> Files:
    """NVIDIA cards on the bus at the places above."""
    return on_bus(
        *((f"0000:{1 + 16 * at:02x}:00.0", NVIDIA, number, driver) for at, number in enumerate(numbers)), **power
    )


def machines() -> dict[str, Recording]:
    """All of them by name."""
    found = {
        **_without_cards(), **_with_nvidia(), **_arm_with_nvidia(), **_with_trouble(), **_other_cards(), **_apus(),
        **_other_systems(),
    }  # fmt: skip
    recorded = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RECORDED.glob("*.json"))}
    return {**{name: _recording(*parts) for name, parts in found.items()}, **recorded}


Parts = tuple[str, Files, str]
"""Platform, files, and what the NVIDIA driver says."""


def _recording(platform: str, files: Files, driver: str) -> Recording:
    return {"schema": "fitcheck.recording/1", "platform": platform, "files": files, "nvml": driver}


def _without_cards() -> dict[str, Parts]:
    laptop = linux(
        "11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz", INTEL_FLAGS, ram=(7.5, 4.9), cores=4, threads=8,
        modules=two_channels("DDR4", 3200), name="Fedora Linux 42", disk=(237, 61),
    )  # fmt: skip
    intel = ("0000:00:02.0", INTEL, "0x9a49", "i915")
    epyc = linux(
        "AMD EPYC 9654 96-Core Processor", RYZEN_FLAGS, ram=(755.3, 748.0), cores=96, threads=192,
        modules=twelve_channels(), disk=(7400, 3000),
    )  # fmt: skip
    lone = linux(
        "Common KVM processor", f"{INTEL_FLAGS} hypervisor", ram=(15.6, 14.8), cores=None, threads=4, disk=None
    )
    lone |= {"/sys/bus/pci/devices/": None, "/sys/devices/system/node/": None}
    limit = {"/proc/self/cgroup": "0::/", "/.dockerenv": ""}
    old = {"/proc/self/cgroup": "5:memory:/docker/abc", "/.dockerenv": ""}
    group = "/sys/fs/cgroup"
    return {
        "laptop-8gb-no-card": ("linux", {**laptop, **on_bus(intel), **drm((0, intel[0], "i915"))}, NO_DRIVER),
        "epyc-768gb-no-card": ("linux", epyc, NO_DRIVER),
        "virtual-machine-no-topology": ("linux", lone, NO_DRIVER),
        "container-32gb-limit-v2": (
            "linux",
            {
                **desktop(modules=None), **limit, f"{group}/memory.max": str(32 * GIB),
                f"{group}/memory.current": str(5 * GIB),
                f"{group}/memory.stat": f"anon {2 * GIB}\ninactive_file {3 * GIB}",
            },
            NO_DRIVER,
        ),
        "container-16gb-limit-v1": (
            "linux",
            {
                **desktop(modules=None), **old, f"{group}/memory/memory.limit_in_bytes": str(16 * GIB),
                f"{group}/memory/memory.usage_in_bytes": str(4 * GIB),
                f"{group}/memory/memory.stat": "total_inactive_file 0",
            },
            NO_DRIVER,
        ),
    }  # fmt: skip


def _with_nvidia() -> dict[str, Parts]:
    users = "process 0 graphics 900 412000000 /usr/lib/xorg/Xorg\n"
    users += "process 0 graphics 990 655000000 /usr/lib/firefox/firefox\n"
    gaming = RTX_4090.format(free=24_133_000_000, used=1_067_000_000) + users + places(1, display=True)
    owner = {
        "~/.ollama/models/": "manifests\nblobs", "~/.ollama/models/manifests/": "registry.ollama.ai",
        "~/.ollama/models/manifests/registry.ollama.ai/": "library",
        "~/.ollama/models/manifests/registry.ollama.ai/library/": "deepseek-r1",
        "~/.ollama/models/manifests/registry.ollama.ai/library/deepseek-r1/": "32b",
        "~/.ollama/models/manifests/registry.ollama.ai/library/deepseek-r1/32b": json.dumps({"layers": [
            {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:" + "c" * 64, "size": 19851335840}]}),
        f"~/.ollama/models/blobs/sha256-{'c' * 64}#": "19851335840",
        "$ which ollama": json.dumps("/usr/local/bin/ollama"), "$ which llama-server": json.dumps("~/bin/llama-server"),
        **free_space(1832, 700, "~/.ollama/models"),
    }  # fmt: skip
    links = "".join(f"set nvmlDeviceGetNvLinkState {n} 4\nset nvmlDeviceGetNvLinkVersion {n} 3\n" for n in (0, 1))
    switch = "".join(f"set nvmlDeviceGetNvLinkState {n} 18\nset nvmlDeviceGetNvLinkVersion {n} 4\n" for n in range(8))
    mig = H100.format(n=1) + places(1) + "set nvmlDeviceGetMigMode 0 1 1\n"
    slices = (
        "slice 0 42949672960 42000000000 949672960 NVIDIA H100 80GB HBM3 MIG 3g.40gb\n"
        "slice 0 21474836480 21400000000 74836480 NVIDIA H100 80GB HBM3 MIG 2g.20gb\n"
        "slice 0 10468982784 10400000000 68982784 NVIDIA H100 80GB HBM3 MIG 1g.10gb\n"
    )
    wsl = linux(
        "13th Gen Intel(R) Core(TM) i7-13700K", f"{INTEL_FLAGS} hypervisor", ram=(15.5, 14.2), cores=12, threads=24,
        kernel="5.15.167.4-microsoft-standard-WSL2", disk=(1006, 800),
    )  # fmt: skip
    box = {**server(), "/.dockerenv": "", "/proc/self/cgroup": "0::/", "/sys/fs/cgroup/memory.max": str(200 * GIB),
           "/sys/fs/cgroup/memory.current": str(8 * GIB), "/sys/fs/cgroup/memory.stat": "inactive_file 0"}  # fmt: skip
    return {
        "rtx-4090-desktop": ("linux", {**desktop(), **nvidia_bus("0x2684"), **owner}, DRIVER + gaming),
        "rtx-3090-and-4060-ti": (
            "linux", {**desktop(), **nvidia_bus("0x2204", "0x2803")},
            DRIVER + RTX_3090.format(n=1) + RTX_4060_TI + places(2),
        ),
        "two-rtx-3090-nvlink": (
            "linux", {**desktop(), **nvidia_bus("0x2204", "0x2204")},
            DRIVER + RTX_3090.format(n=1) + RTX_3090.format(n=2) + places(2) + links,
        ),
        "four-a6000": ("linux", server(), DRIVER + "".join(A6000.format(n=n) for n in range(4)) + places(4)),
        "eight-h200": ("linux", server(), DRIVER + "".join(H200.format(n=n) for n in range(8)) + places(8) + switch),
        "h100-in-slices": ("linux", server(), DRIVER + mig + slices),
        "h100-set-to-slices-without-any": ("linux", server(), DRIVER + mig),
        "container-with-one-of-eight-h100": ("linux", box, DRIVER + H100.format(n=5) + places(1)),
        "wsl2-rtx-4070": ("linux", wsl, DRIVER + RTX_4070 + "set nvmlDeviceGetDriverModel_v2 0 0 0\n"),
        "old-driver-gtx-1080-ti": (
            "linux", {**desktop(), **nvidia_bus("0x1b06")},
            "driver 390.157\ncuda 9010\nold\n"
            "card NVIDIA GeForce GTX 1080 Ti|GPU-1|11720130560|11200000000|520130560|-|352|5505|6|1|3|16|3|16|0\n",
        ),
    }  # fmt: skip


def _arm_with_nvidia() -> dict[str, Parts]:
    arm: dict[str, Any] = {
        "ram": (119.7, 113.0),
        "cores": 20,
        "threads": 20,
        "name": "DGX OS 7.2",
        "disk": (3700, 3100),
    }
    grace: dict[str, Any] = {"ram": (478.0, 470.0), "cores": 72, "threads": 72, "disk": (3500, 3000)}
    orin: dict[str, Any] = {
        "ram": (61.4, 57.0),
        "cores": 12,
        "threads": 12,
        "name": "Ubuntu 22.04.5 LTS",
        "disk": (915, 600),
    }
    return {
        "dgx-spark-gb10": ("linux", linux("Cortex-X925", ARM_FLAGS, **arm), DRIVER + GB10),
        "jetson-agx-orin": (
            "linux", linux("ARMv8 Processor rev 1 (v8l)", ARM_FLAGS, **orin),
            "driver 540.4.0\ncuda 12060\ncard Orin (nvgpu)|GPU-1|-|-|-|-|-|-|8|7|-|-|-|-|0\n",
        ),
        "grace-hopper-gh200": ("linux", linux("Neoverse-V2", ARM_FLAGS, **grace), DRIVER + GH200 + places(1)),
    }  # fmt: skip


def _with_trouble() -> dict[str, Parts]:
    one = nvidia_bus("0x2684")
    card = RTX_4090.format(free=24_800_000_000, used=400_000_000)
    lost = RTX_3090.format(n=1) + RTX_3090.format(n=2).replace("|16|0\n", "|16|15\n") + places(2)
    asleep = on_bus(("0000:01:00.0", NVIDIA, "0x28e0", "nvidia"), power__runtime_status="suspended")
    radeon = on_bus(("0000:65:00.0", AMD, "0x15bf", "amdgpu"))
    both = {**asleep, **radeon, "/sys/bus/pci/devices/": "0000:01:00.0\n0000:65:00.0"}
    laptop = linux(
        "AMD Ryzen 7 7840HS w/ Radeon 780M Graphics", RYZEN_FLAGS, ram=(30.6, 22.0), cores=8, threads=16,
        modules=two_channels("DDR5", 5600), name="Arch Linux", disk=(930, 120),
    )  # fmt: skip
    own = drm(
        (1, "0000:65:00.0", "amdgpu"), mem_info_vram_total=str(512 << 20), mem_info_vram_used=str(300 << 20),
        mem_info_gtt_total=str(15 * GIB), mem_info_gtt_used=str(100 << 20),
    )  # fmt: skip
    box = {**desktop(modules=None), "/run/.containerenv": ""}
    return {
        "driver-updated-while-running": ("linux", {**desktop(), **one}, "init 18\n"),
        "driver-not-loaded": ("linux", {**desktop(), **nvidia_bus("0x2684", driver=None)}, "init 9\n"),
        "nouveau-in-use": ("linux", {**desktop(), **nvidia_bus("0x2684", driver="nouveau")}, NO_DRIVER),
        "card-given-to-a-virtual-machine": (
            "linux", {**desktop(), **nvidia_bus("0x2684", driver="vfio-pci")}, NO_DRIVER,
        ),
        "one-of-two-cards-lost": ("linux", {**desktop(), **nvidia_bus("0x2204", "0x2204")}, DRIVER + lost),
        "permission-denied-in-a-container": ("linux", {**box, **one}, "init 4\n"),
        "driver-that-hangs": ("linux", {**desktop(), **one}, "hang\n"),
        "driver-that-talks-nonsense": (
            "linux", {**desktop(), **one},
            DRIVER + RTX_4090.format(free=99_999_999_999, used=0) + places(1),
        ),
        "laptop-with-its-card-asleep": ("linux", {**laptop, **both, **own, **_apu_node("101 0", 8, 128)}, "hang\n"),
        "card-that-hides-its-programs": (
            "linux", {**desktop(), **one},
            DRIVER + card + places(1) + "fail nvmlDeviceGetComputeRunningProcesses_v3 4\n"
            "fail nvmlDeviceGetGraphicsRunningProcesses_v3 4\n",
        ),
    }  # fmt: skip


def _apu_node(place: str, units: int, width: int) -> Files:
    """An APU in AMD's topology: ``place`` is bus and device in decimal."""
    bus, slot = map(int, place.split())
    node = "/sys/class/kfd/kfd/topology/nodes"
    properties = (
        f"cpu_cores_count 16\nsimd_count {2 * units}\nsimd_per_cu 2\nlocation_id {bus << 8 | slot << 3}\ndomain 0"
    )
    return {
        f"{node}/": "0", f"{node}/0/properties": properties, f"{node}/0/mem_banks/0/properties": f"width {width}",
    }  # fmt: skip


def _discrete_node(bus: int, units: int, width: int) -> Files:
    files = _apu_node(f"{bus} 0", units, width)
    return {path: str(text).replace("cpu_cores_count 16", "cpu_cores_count 0") for path, text in files.items()}


def _other_cards() -> dict[str, Parts]:
    link = {
        "current_link_speed": "16.0 GT/s PCIe", "current_link_width": "16", "max_link_speed": "16.0 GT/s PCIe",
        "max_link_width": "16",
    }  # fmt: skip
    radeon = drm(
        (0, "0000:03:00.0", "amdgpu"), mem_info_vram_total="25753026560", mem_info_vram_used="1353026560",
        mem_info_vis_vram_total="25753026560", mem_info_gtt_total=str(31 * GIB), mem_info_gtt_used=str(GIB), **link,
    )  # fmt: skip
    instinct = drm(
        (0, "0000:03:00.0", "amdgpu"), mem_info_vram_total="206141652992", mem_info_vram_used="300000000",
        mem_info_vis_vram_total="206141652992", mem_info_gtt_total=str(1000 * GIB), mem_info_gtt_used="0", **link,
    )  # fmt: skip
    arc = drm((0, "0000:00:02.0", "i915"), (1, "0000:03:00.0", "xe"), tile0__physical_vram_size_bytes="12884901888")
    revision = {"/sys/bus/pci/devices/0000:03:00.0/revision": "0xc8"}
    return {
        "rx-7900-xtx": (
            "linux",
            {**desktop(), **on_bus(("0000:03:00.0", AMD, "0x744c", "amdgpu")), **revision, **radeon,
             **_discrete_node(3, 96, 384)},
            NO_DRIVER,
        ),
        "instinct-mi300x": (
            "linux",
            {
                **server(), **on_bus(("0000:03:00.0", AMD, "0x74a1", "amdgpu")), **instinct,
                **_discrete_node(3, 304, 8192),
            },
            NO_DRIVER,
        ),
        "arc-b580-beside-intel-graphics": (
            "linux",
            {
                **desktop(), **arc,
                **on_bus(("0000:00:02.0", INTEL, "0x4680", "i915"), ("0000:03:00.0", INTEL, "0xe20b", "xe")),
            },
            NO_DRIVER,
        ),
    }  # fmt: skip


def _apus() -> dict[str, Parts]:
    halo = drm(
        (1, "0000:c5:00.0", "amdgpu"), mem_info_vram_total=str(4 * GIB), mem_info_vram_used=str(1 * GIB),
        mem_info_gtt_total=str(112 * GIB), mem_info_gtt_used=str(GIB),
    )  # fmt: skip
    small = drm(
        (0, "0000:c5:00.0", "amdgpu"), mem_info_vram_total=str(512 << 20), mem_info_vram_used=str(200 << 20),
        mem_info_gtt_total=str(15 * GIB), mem_info_gtt_used=str(GIB),
    )  # fmt: skip
    strix = linux(
        "AMD RYZEN AI MAX+ 395 w/ Radeon 8060S",
        RYZEN_FLAGS,
        ram=(123.5, 117.0),
        cores=16,
        threads=32,
        disk=(1832, 1500),
    )
    handheld = linux(
        "AMD Ryzen 7 7840U w/ Radeon 780M Graphics", RYZEN_FLAGS, ram=(30.7, 24.0), cores=8, threads=16, disk=(930, 500)
    )
    apu = {"/sys/bus/pci/devices/0000:c5:00.0/revision": "0xc1"}
    return {
        "strix-halo-128gb": (
            "linux",
            {
                **strix, **on_bus(("0000:c5:00.0", AMD, "0x1586", "amdgpu")), **apu, **halo,
                **_apu_node("197 0", 40, 256),
            },
            NO_DRIVER,
        ),
        "ryzen-apu-512mb": (
            "linux",
            {**handheld, **on_bus(("0000:c5:00.0", AMD, "0x15bf", "amdgpu")), **small, **_apu_node("197 0", 12, 128)},
            NO_DRIVER,
        ),
    }  # fmt: skip


def _other_systems() -> dict[str, Parts]:
    ryzen, core = "AMD Ryzen 9 7950X 16-Core Processor", "Intel(R) Core(TM) Ultra 7 155H"
    nvidia = adapter("NVIDIA GeForce RTX 4090", 0x10DE, 25348276224, 24600000000, 34 * GIB, integrated=False)
    own = adapter("AMD Radeon(TM) Graphics", 0x1002, 536870912, 400000000, 31 * GIB, integrated=True)
    radeon = adapter("AMD Radeon RX 7900 XTX", 0x1002, 25753026560, 24800000000, 32 * GIB, integrated=False)
    arc = adapter("Intel(R) Arc(TM) Graphics", 0x8086, 134217728, 15 * GIB, 16 * GIB, integrated=True)
    wddm = (
        "driver 581.57\ncuda 13000\n" + RTX_4090.format(free=23_900_000_000, used=1_300_000_000)
        + "set nvmlDeviceGetDriverModel_v2 0 0 0\nset nvmlDeviceGetPciInfo_v3 0 0 1 0\n"
        f"process 0 graphics 1200 {(1 << 64) - 1} C:\\Windows\\System32\\dwm.exe\n"
        f"process 0 graphics 4000 {(1 << 64) - 1} C:\\Program Files\\Mozilla Firefox\\firefox.exe\n"
    )  # fmt: skip
    large: dict[str, Any] = {"ram": (63.2, 50.0), "cores": 16, "threads": 32}
    return {
        "windows-rtx-4090": ("win32", windows(ryzen, adapters=[nvidia, own], **large), wddm),
        "windows-radeon": ("win32", windows(ryzen, adapters=[radeon, own], **large), NO_DRIVER),
        "windows-laptop-integrated": (
            "win32", windows(core, ram=(31.5, 20.0), cores=16, threads=22, adapters=[arc], rate=7467), NO_DRIVER,
        ),
        "mac-studio-m3-ultra-512gb": (
            "darwin", mac("Apple M3 Ultra", ram=(512, 480), cores=32, gpu_cores=80), NO_DRIVER,
        ),
        "macbook-m4-max-raised-limit": (
            "darwin", mac("Apple M4 Max", ram=(128, 100), cores=16, gpu_cores=40, wired_mib=122880), NO_DRIVER,
        ),
        "macbook-m1-8gb": ("darwin", mac("Apple M1", ram=(8, 4), cores=8, gpu_cores=8), NO_DRIVER),
        "intel-mac": (
            "darwin", mac("Intel(R) Core(TM) i9-9980HK CPU", ram=(32, 20), cores=8, gpu_cores=None), NO_DRIVER,
        ),
    }  # fmt: skip
