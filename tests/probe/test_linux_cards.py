"""Cards of AMD and Intel, and those no driver tells of, read from real folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitcheck.core.hardware import Gpu
from fitcheck.probe.amdgpu import AmdGpu
from fitcheck.probe.intel import IntelGpu
from fitcheck.probe.machine_json import machine_from_object
from fitcheck.probe.pci import PciBus, sleeping_cards
from fitcheck.probe.source import Source
from fitcheck.probe.system import System

from .trees import card, device, system

GIB = 1 << 30
NODE = "/sys/class/kfd/kfd/topology/nodes/1"
RX_7900_XTX = card(
    0, "0000:03:00.0", "amdgpu", product_name="Radeon RX 7900 XTX", mem_info_vram_total="25753026560",
    mem_info_vram_used="1287651328", mem_info_vis_vram_total="25753026560", mem_info_gtt_total="33585254400",
    current_link_speed="16.0 GT/s PCIe", current_link_width="16", max_link_speed="16.0 GT/s PCIe", max_link_width="16",
    power__runtime_status="active",
)  # fmt: skip


def apu(width: int, vram: int, lent: int) -> dict[str, str]:
    """An APU: a graphics node that has processor cores."""
    files = card(
        1, "0000:c5:00.0", "amdgpu", product_name="Radeon 8060S", mem_info_vram_total=str(vram),
        mem_info_vram_used=str(vram // 4), mem_info_gtt_total=str(lent), mem_info_gtt_used=str(GIB),
    )  # fmt: skip
    properties = "cpu_cores_count 32\nsimd_count 80\nsimd_per_cu 2\nlocation_id 50432\ndomain 0"
    return {**files, f"{NODE}/properties": properties, f"{NODE}/mem_banks/0/properties": f"heap_type 1\nwidth {width}"}


def cards(source: Source) -> tuple[Gpu, ...]:
    assert source.is_available() is None
    return machine_from_object(source.read()).gpus


def test_a_radeon_tells_its_memory_its_link_and_its_window(tmp_path: Path) -> None:
    (one,) = cards(AmdGpu(system(tmp_path, RX_7900_XTX)))

    assert (one.name, one.vendor, one.pci_address) == ("AMD Radeon RX 7900 XTX", "amd", "0000:03:00.0")
    assert (one.memory_total_bytes, one.memory_free_bytes) == (25753026560, 25753026560 - 1287651328)
    assert (one.shared_memory_bytes, one.bar1_total_bytes) == (33585254400, 25753026560)
    assert (one.pcie_generation, one.pcie_width, one.pcie_generation_max) == (4, 16, 4)
    assert one.plannable


def test_a_radeon_tells_what_is_used_from_second_to_second(tmp_path: Path) -> None:
    source = AmdGpu(system(tmp_path, RX_7900_XTX))
    source.read()
    used = tmp_path / "sys/class/drm/card0/device/mem_info_vram_used"
    used.write_text("5000000000\n", encoding="ascii")

    (reading,) = source.live()["gpus"]

    assert (reading["pci_address"], reading["memory_used_bytes"]) == ("0000:03:00.0", 5000000000)
    assert reading["memory_free_bytes"] == 25753026560 - 5000000000


def test_an_ordinary_apu_is_integrated_and_counts_as_no_vram(tmp_path: Path) -> None:
    # Given 512 MiB that the firmware set aside
    (one,) = cards(AmdGpu(system(tmp_path, apu(128, 512 << 20, 16 * GIB))))

    assert one.integrated
    assert not one.plannable
    assert (one.memory_total_bytes, one.shared_memory_bytes, one.compute_units) == (512 << 20, 16 * GIB, 40)


def test_an_apu_with_a_wide_bus_may_use_what_it_is_lent(tmp_path: Path) -> None:
    source = AmdGpu(system(tmp_path, apu(256, 4 * GIB, 60 * GIB)))

    (one,) = cards(source)

    assert one.unified
    assert one.plannable
    assert (one.memory_total_bytes, one.memory_free_bytes) == (64 * GIB, 62 * GIB)
    assert any("shares the computer's RAM" in note for note in source.read()["notes"])


def test_a_sleeping_radeon_is_not_asked_for_its_memory(tmp_path: Path) -> None:
    here = system(tmp_path, {**RX_7900_XTX, "/sys/class/drm/card0/device/power/runtime_status": "suspended"})

    (one,) = cards(AmdGpu(here))

    assert one.asleep
    assert one.memory_total_bytes is None
    assert "left asleep" in one.unknown["memory_free_bytes"]
    assert not any("mem_info" in path for path in here.read)


def test_an_arc_card_tells_its_size_and_all_of_it_counts_as_free(tmp_path: Path) -> None:
    files = {
        **card(0, "0000:03:00.0", "xe", tile0__physical_vram_size_bytes="12884901888"),
        **device("0000:03:00.0", "0x8086", "0xe20b", "xe"),
    }

    (one,) = cards(IntelGpu(system(tmp_path, files)))

    assert (one.name, one.memory_total_bytes, one.memory_free_bytes) == ("Intel Arc B580", 12884901888, 12884901888)
    assert "does not say" in one.unknown["memory_used_bytes"]
    assert one.plannable


def test_an_arc_card_of_the_kernels_own_i915_is_sized_by_its_window(tmp_path: Path) -> None:
    lines = ["0x0000000083000000 0x0000000083ffffff 0x0000000000140204", "0x0 0x0 0x0"]
    lines.append("0x0000004000000000 0x00000043ffffffff 0x000000000014220c")
    files = {
        **card(0, "0000:03:00.0", "i915"),
        **device("0000:03:00.0", "0x8086", "0x56a0", "i915", resource="\n".join(lines)),
    }

    (one,) = cards(IntelGpu(system(tmp_path, files)))

    assert one.memory_total_bytes == 16 * GIB


def test_an_arc_card_that_tells_no_size_has_the_one_it_is_sold_with(tmp_path: Path) -> None:
    files = {**card(0, "0000:03:00.0", "xe"), **device("0000:03:00.0", "0x8086", "0xe20c", "xe")}

    (one,) = cards(IntelGpu(system(tmp_path, files)))

    assert (one.name, one.memory_total_bytes) == ("Intel Arc B570", 10 * GIB)


def test_a_name_that_we_do_not_know_comes_from_the_systems_list(tmp_path: Path) -> None:
    names = "8086  Intel Corporation\n\te2ff  Battlemage G99 [Arc B990]\n8087  Other"
    files = {**device("0000:03:00.0", "0x8086", "0xe2ff", None), "/usr/share/hwdata/pci.ids": names}

    assert [one.name for one in cards(PciBus(system(tmp_path, files)))] == ["Intel Arc B990"]


def test_graphics_in_an_intel_processor_is_integrated(tmp_path: Path) -> None:
    files = {**card(0, "0000:00:02.0", "i915"), **device("0000:00:02.0", "0x8086", "0x46a6", "i915")}

    (one,) = cards(IntelGpu(system(tmp_path, files)))

    assert one.integrated
    assert not one.plannable


@pytest.mark.parametrize(
    ("driver", "words"),
    [(None, "install its maker's driver"), ("radeon", "tells nobody"), ("vfio-pci", "virtual machine")],
)
def test_a_card_without_its_driver_is_there_with_the_reason(tmp_path: Path, driver: str | None, words: str) -> None:
    (one,) = cards(PciBus(system(tmp_path, device("0000:01:00.0", "0x1002", "0x740f", driver, revision="0x02"))))

    assert (one.name, one.vendor) == ("AMD Instinct MI210", "amd")
    assert words in one.unknown["memory_free_bytes"]


def test_other_display_controllers_are_no_cards(tmp_path: Path) -> None:
    # Given the picture of a virtual machine
    assert cards(PciBus(system(tmp_path, device("0000:00:01.0", "0x1234", "0x1111", "bochs-drm")))) == ()


def test_a_sleeping_laptop_card_is_known_without_its_driver(tmp_path: Path) -> None:
    asleep = device("0000:01:00.0", "0x10de", "0x2860", "nvidia", power__runtime_status="suspended")

    (one,) = sleeping_cards(system(tmp_path, asleep), "nvidia")

    assert (one["asleep"], one["pci_address"]) == (True, "0000:01:00.0")


def test_one_card_that_is_awake_means_that_the_driver_may_be_asked(tmp_path: Path) -> None:
    both = {
        **device("0000:01:00.0", "0x10de", "0x2860", "nvidia", power__runtime_status="suspended"),
        **device("0000:02:00.0", "0x10de", "0x2684", "nvidia", power__runtime_status="active"),
    }

    assert sleeping_cards(system(tmp_path, both), "nvidia") == []


class Malformed(System):
    """A computer whose files say anything."""

    def __init__(self, draw: st.DataObject) -> None:
        super().__init__(Path("/nowhere"), {}, "linux")
        self._draw = draw

    def text(self, path: str) -> str | None:
        return self._draw.draw(_ANYTHING)

    def entries(self, folder: str) -> tuple[str, ...]:
        return self._draw.draw(_NAMES)

    def link(self, path: str) -> str | None:
        return self._draw.draw(st.sampled_from(("amdgpu", "xe", "i915", "nouveau", None, "")))


_NUMBERS = st.sampled_from(
    ("0", "-1", "25753026560", str(1 << 64), "0x030000", "0x1002", "0x10de", "0x8086", "1e9", "9" * 400)
)
_WORDS = st.sampled_from((
    "", "suspended", "PCI_SLOT_NAME=0000:03:00.0", "PCI_SLOT_NAME=", "16.0 GT/s PCIe", "Unknown",
    "simd_count 4\nsimd_per_cu 0",
    "simd_count 80\nsimd_per_cu 2\nlocation_id 99999999999\ncpu_cores_count 1", "0x0 0x0\n0x0\nzz yy", "\x00\ufffd",
))  # fmt: skip
_ANYTHING = st.one_of(st.none(), _NUMBERS, _WORDS, st.text(max_size=12))
_NAMES = st.sampled_from(
    ((), ("card0",), ("card0", "card1", "renderD128"), ("0000:03:00.0",), ("1", "x"), ("tile0", "tile1"))
)


@settings(max_examples=400, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_whatever_the_files_say_nothing_breaks_and_nothing_is_made_up(draw: st.DataObject) -> None:
    here = Malformed(draw)
    for source in (AmdGpu(here), IntelGpu(here), PciBus(here)):
        if source.is_available() is not None:
            continue
        for one in machine_from_object(source.read()).gpus:
            total, free = one.memory_total_bytes, one.memory_free_bytes
            assert total is None or 0 < total <= 2 << 44
            assert free is None or (total is not None and 0 <= free <= total)
            assert total is not None or one.unknown["memory_total_bytes"]
