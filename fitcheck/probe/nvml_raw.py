"""NVML's answers as plain lines for a recording: what the driver said, card by card, in the order of its results.

A line is ``driver TEXT``, ``cuda NUMBER``, ``card`` with fields separated by ``|`` (``-`` for what it does not say),
``set FUNCTION CARD NUMBERS``, ``process CARD KIND PID BYTES NAME``, ``slice CARD TOTAL FREE USED NAME``, or
``# FUNCTION CARD CODE`` for a refusal. Sizes in bytes, clocks in MHz, as NVML gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pynvml

from fitcheck.probe.nvml_answers import Answers, plain_text
from fitcheck.probe.nvml_card import LARGEST_BYTES, process_name

Numbers = tuple[int, ...]

_SETS: dict[str, Callable[[Any], Numbers]] = {
    "nvmlDeviceGetPciInfo_v3": lambda one: (one.domain, one.bus, one.device),
    "nvmlDeviceGetBAR1MemoryInfo": lambda one: (one.bar1Total, one.bar1Free, one.bar1Used),
    "nvmlDeviceGetEccMode": tuple,
    "nvmlDeviceGetDriverModel_v2": tuple,
    "nvmlDeviceGetMigMode": tuple,
    "nvmlDeviceGetDisplayActive": lambda one: (one,),
    "nvmlDeviceGetPerformanceState": lambda one: (one,),
}
"""Functions whose results are a few numbers."""

_LISTS = {
    "compute": pynvml.nvmlDeviceGetComputeRunningProcesses_v3,
    "graphics": pynvml.nvmlDeviceGetGraphicsRunningProcesses_v3,
}  # fmt: skip


def raw_text() -> str:
    """All that the open library tells (NVMLError where it does not even count its cards)."""
    answers = Answers()
    driver = answers.ask("", pynvml.nvmlSystemGetDriverVersion)
    cuda = answers.ask("", pynvml.nvmlSystemGetCudaDriverVersion_v2)
    lines = [*([f"driver {plain_text(driver)}"] if driver else []), *([f"cuda {cuda}"] if cuda is not None else [])]
    for index in range(pynvml.nvmlDeviceGetCount()):
        try:
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
        except pynvml.NVMLError as error:
            lines.append(f"card -|-|-|-|-|-|-|-|-|-|-|-|-|-|{error.value}")
            continue
        lines += _card(index, handle)
    return "\n".join(lines) + "\n"


def _card(index: int, handle: Any) -> Iterator[str]:
    answers = Answers(handle)
    ask = answers.ask
    name, uuid = ask("", pynvml.nvmlDeviceGetName), ask("", pynvml.nvmlDeviceGetUUID)
    second = ask("", pynvml.nvmlDeviceGetMemoryInfo, pynvml.nvmlMemory_v2)
    memory = second or ask("", pynvml.nvmlDeviceGetMemoryInfo)
    fields: list[Any] = [
        name and plain_text(name).replace("|", "/"), uuid and plain_text(uuid),
        *((memory.total, memory.free, memory.used) if memory else (None, None, None)), second and second.reserved,
        ask("", pynvml.nvmlDeviceGetMemoryBusWidth),
        ask("", pynvml.nvmlDeviceGetMaxClockInfo, pynvml.NVML_CLOCK_MEM),
        *(ask("", pynvml.nvmlDeviceGetCudaComputeCapability) or (None, None)),
        ask("", pynvml.nvmlDeviceGetCurrPcieLinkGeneration), ask("", pynvml.nvmlDeviceGetCurrPcieLinkWidth),
        ask("", pynvml.nvmlDeviceGetMaxPcieLinkGeneration), ask("", pynvml.nvmlDeviceGetMaxPcieLinkWidth), 0,
    ]  # fmt: skip
    yield "card " + "|".join("-" if field is None else str(field) for field in fields)
    for function, numbers in _SETS.items():
        found = ask("", getattr(pynvml, function.replace("DriverModel_v2", "CurrentDriverModel"), None) or _missing)
        if found is not None:
            whole = numbers(found) if not isinstance(found, int) else (found,)
            yield f"set {function} {index} {' '.join(map(str, whole))}"
    yield from _links(index, handle)
    yield from _processes(index, handle)
    yield from _slices(index, handle)
    for function, code in answers.codes.items():
        yield f"# {function} {index} {code}"


def _missing(*_: object) -> None:
    """A question that this version of the binding does not have."""


def _links(index: int, handle: Any) -> Iterator[str]:
    states = []
    for link in range(pynvml.NVML_NVLINK_MAX_LINKS):
        state = Answers(handle).ask("", pynvml.nvmlDeviceGetNvLinkState, link)
        if state is None:
            break
        states.append(state)
    if any(states):
        yield f"set nvmlDeviceGetNvLinkState {index} {sum(map(bool, states))}"
        version = Answers(handle).ask("", pynvml.nvmlDeviceGetNvLinkVersion, 0)
        if version is not None:
            yield f"set nvmlDeviceGetNvLinkVersion {index} {version}"


def _processes(index: int, handle: Any) -> Iterator[str]:
    for kind, question in _LISTS.items():
        for one in Answers(handle).ask("", question) or ():
            held = (1 << 64) - 1 if one.usedGpuMemory is None else one.usedGpuMemory
            yield f"process {index} {kind} {one.pid} {held} {process_name(one.pid)}"


def _slices(index: int, handle: Any) -> Iterator[str]:
    for number in range(Answers(handle).ask("", pynvml.nvmlDeviceGetMaxMigDeviceCount) or 0):
        part = Answers(handle).ask("", pynvml.nvmlDeviceGetMigDeviceHandleByIndex, number)
        if part is not None:
            memory = Answers(part).ask("", pynvml.nvmlDeviceGetMemoryInfo)
            name = Answers(part).ask("", pynvml.nvmlDeviceGetName)
            if memory and memory.total <= LARGEST_BYTES:
                yield f"slice {index} {memory.total} {memory.free} {memory.used} {plain_text(name or 'MIG')}"
