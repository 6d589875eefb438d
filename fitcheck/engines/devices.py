"""What a runtime calls the cards of a machine.

llama.cpp counts the cards that its backend sees and names them after it (``CUDA0``, ``ROCm0``, ``Vulkan0``, ``MTL0``:
``ggml_backend_dev_name`` in ggml-cuda, ggml-vulkan and ggml-metal).
"""

from __future__ import annotations

from collections.abc import Sequence

from fitcheck.core.calibration import BACKENDS
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.placement import Placement, layer_devices
from fitcheck.core.planner import Plan
from fitcheck.core.rates import backend_of
from fitcheck.engines.command import Environment
from fitcheck.errors import RequestError

DEVICE_NAMES: dict[str, str] = {"cuda": "CUDA", "rocm": "ROCm", "vulkan": "Vulkan", "metal": "MTL"}
"""What a device's name begins with (``GGML_CUDA_NAME``, ``GGML_VK_NAME``, ``GGML_METAL_NAME``)."""

_VENDORS = {"cuda": "nvidia", "rocm": "amd", "metal": "apple"}
_VISIBLE_DEVICES = {"cuda": "CUDA_VISIBLE_DEVICES", "rocm": "HIP_VISIBLE_DEVICES"}


def check_backend(backend: str) -> None:
    """RequestError ``bad_value`` for a backend that nobody knows."""
    if backend not in BACKENDS:
        raise RequestError("bad_value", f"'{backend}' is not a backend.", BACKENDS)


def plan_backend(plan: Plan) -> str:
    """The backend that was asked for, else that of the plan's first card; CUDA where there is none."""
    cards = plan.machine.plannable_gpus
    return plan.wishes.asked.backend or (backend_of(cards[0]) if cards else "cuda")


def visible_positions(machine: Machine, backend: str) -> tuple[int, ...]:
    """Where in ``machine.gpus`` the cards stand that a build for this backend counts, used by a plan or not."""
    vendor = _VENDORS.get(backend)
    return tuple(
        position
        for position, card in enumerate(machine.gpus)
        if not card.integrated and vendor in (None, (card.vendor or vendor or "").lower())
    )


def usable_cards(machine: Machine, backend: str) -> dict[int, Gpu]:
    """The cards that a plan may use and this backend sees, by their position in ``machine.gpus``."""
    seen = visible_positions(machine, backend)
    return {position: machine.gpus[position] for position in seen if machine.gpus[position].plannable}


def plan_positions(plan: Plan) -> tuple[int, ...]:
    """Where in ``machine.gpus`` the cards stand that the plan counts, in its order."""
    plannable = [position for position, card in enumerate(plan.machine.gpus) if card.plannable]
    return tuple(plannable[: plan.placement.gpus])


def layers_by_card(plan: Plan) -> tuple[int, ...]:
    """How many layers each card gets, the output layer counted as one. As ``-ts`` they give the same split again."""
    devices = layer_devices(plan.model.n_layers, plan.placement)
    return tuple(devices.count(card) for card in range(plan.placement.gpus))


def cards_of_free_split(plan: Plan) -> tuple[int, ...] | None:
    """Positions of the cards to show to a runtime that splits by free memory alone, to get this plan's split.

    Cards without a layer are hidden where the whole model is on the others; None where that split is another one.
    """
    layers, positions = layers_by_card(plan), plan_positions(plan)
    if sum(layers) > plan.model.n_layers:
        pairs = [pair for pair in zip(layers, positions, strict=True) if pair[0]]
        layers, positions = tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)
    free = tuple(plan.machine.gpus[position].memory_free_bytes or 0 for position in positions)
    if len(positions) > 1 and not any(free):
        return None
    by_itself = Placement(len(positions), sum(layers), gpu_free_bytes=free if len(positions) > 1 else None)
    devices = layer_devices(plan.model.n_layers, by_itself)
    return positions if tuple(map(devices.count, range(len(positions)))) == layers else None


def card_numbers(plan: Plan, backend: str) -> tuple[int | None, ...]:
    """The backend's number of each card that the plan counts; None where it does not see the card."""
    seen = visible_positions(plan.machine, backend)
    return tuple(seen.index(position) if position in seen else None for position in plan_positions(plan))


def bus_order(machine: Machine, backend: str) -> Environment:
    """CUDA counts the fastest card first, the driver (and so the plan) counts by bus.

    Source: ``CUDA_DEVICE_ORDER`` in the CUDA C++ Programming Guide; ``nvmlDeviceGetHandleByIndex`` in NVML's reference.
    """
    several = backend == "cuda" and len(visible_positions(machine, backend)) > 1
    return (("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),) if several else ()


def only_cards(machine: Machine, backend: str, positions: Sequence[int]) -> Environment:
    """Variables that hide all cards but these from a program; none where there are no others."""
    seen = visible_positions(machine, backend)
    if backend not in _VISIBLE_DEVICES or len(positions) >= len(seen):
        return ()
    numbers = ",".join(str(seen.index(position)) for position in positions if position in seen)
    # A number that no card has hides all of them.
    return (*bus_order(machine, backend), (_VISIBLE_DEVICES[backend], numbers or "-1"))
