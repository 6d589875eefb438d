"""Windows' adapters: the real calls through tables of methods, answered by compiled stand-ins."""

from __future__ import annotations

import ctypes
import json
import subprocess
from pathlib import Path

import pytest

from fitcheck.probe.dxgi import Dxgi, adapters
from fitcheck.probe.machine_json import machine_from_object
from fitcheck.probe.system import System


@pytest.fixture(scope="session")
def library(c_compiler: str, tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    target = tmp_path_factory.mktemp("dxgi") / "dxgi.so"
    source = Path(__file__).with_name("dxgi_standin.c")
    command = [c_compiler, "-shared", "-fPIC", "-Wall", "-Wextra", "-Wno-pedantic", str(source), "-o", str(target)]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(target))


def test_every_adapter_is_told_once_with_what_is_free(library: ctypes.CDLL) -> None:
    radeon, graphics, renderer = adapters(library, library)

    assert (radeon["name"], radeon["dedicated"], radeon["budget"]) == (
        "AMD Radeon RX 7900 XTX", 25753026560, 24000000000,
    )  # fmt: skip
    assert (radeon["integrated"], graphics["integrated"]) == (False, True)
    assert (graphics["name"], graphics["budget"]) == ("Intel(R) UHD Graphics 770", None)
    assert renderer["flags"] == 2


def test_every_object_is_given_back(library: ctypes.CDLL) -> None:
    before = library.open_count()

    adapters(library, library)

    assert library.open_count() == before


def test_cards_are_cards_and_the_renderer_is_none(library: ctypes.CDLL) -> None:
    told = json.dumps(adapters(library, library))
    source = Dxgi(System(Path("/nowhere"), {"dxgi": told}, "win32"))

    radeon, graphics = machine_from_object(source.read()).gpus

    assert (radeon.vendor, radeon.memory_free_bytes, radeon.plannable) == ("amd", 24000000000, True)
    assert (graphics.integrated, graphics.memory_total_bytes) == (True, None)
    assert "counted there" in graphics.unknown["memory_total_bytes"]
    assert source.live()["gpus"] == [{"memory_free_bytes": 24000000000}, {"memory_free_bytes": None}]


def test_without_dxcore_little_memory_means_integrated(library: ctypes.CDLL) -> None:
    told = json.dumps(adapters(library, None))

    cards = Dxgi(System(Path("/nowhere"), {"dxgi": told}, "win32")).read()["gpus"]

    assert [card["integrated"] for card in cards] == [False, True]


def test_elsewhere_it_is_not_there() -> None:
    assert Dxgi(System(Path("/nowhere"), {}, "linux")).is_available() == "DXGI is a part of Windows."
