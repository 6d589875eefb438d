"""How each number of a plan comes about, as an expression whose value is the number itself.

Faces write the formula, its inputs and their sources from these expressions; no formula is written beside them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from fitcheck.core.estimate import DeviceMemory
from fitcheck.core.kv_cache import allocated_context, cache_widths, layer_bytes
from fitcheck.core.placement import HOST_INDEX, layer_devices
from fitcheck.core.quantization import row_bytes
from fitcheck.core.weights import tensor_devices, weight_file
from fitcheck.frozen import dataclass

if TYPE_CHECKING:
    from fitcheck.core.planner import Plan
    from fitcheck.core.speed import Speed, Term

Unit = Literal["bytes", "tokens", "layers", "bytes/s", "seconds", "count"]
Operator = Literal["+", "×", "÷"]
Part = Literal["weights", "kv_cache", "compute", "runtime", "speed"]
Certainty = Literal["exact", "margin", "model", "assumed"]
"""``exact``: what the engine allocates, to the byte; ``margin``: kept for what nobody can compute; ``model``: predicted
from rates, with a band; ``assumed``: a rate that nothing told."""

SOURCES: dict[Part, str] = {
    "weights": "types of llama.cpp's quantizer (src/llama-quant.cpp) for the tensors of the published configuration",
    "kv_cache": "llama.cpp src/llama-kv-cache.cpp; the context padded as in src/llama-context.cpp",
    "compute": "llama.cpp's graph of one batch, scheduled and laid out as ggml-backend.cpp and ggml-alloc.c do",
    "runtime": "the least that Ollama books for a card (its log of an RTX 3060); seen elsewhere: 0.2 to 0.5 GiB",
    "speed": "roofline over bytes moved; the rates are fitted to 145 published cases (docs/how-speed-is-predicted.md)",
}
"""Component -> where its rule comes from."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One input: its kind (a key that faces translate), its value, and what it says besides (a type, a device)."""

    kind: str
    value: float
    unit: Unit
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """Inputs joined by one operator; ``÷`` has two parts."""

    operator: Operator
    parts: tuple[Expression | Leaf, ...]


Derived: TypeAlias = "Leaf | Expression"


@dataclass(frozen=True, slots=True)
class Derivation:
    """One number: which component, on which device (its index in the plan), how it comes about and how sure it is."""

    component: Part
    device: int
    expression: Derived
    certainty: Certainty
    source: str

    @property
    def value(self) -> float:
        """The number."""
        return evaluated(self.expression)


def evaluated(expression: Derived) -> float:
    """What an expression comes to."""
    if isinstance(expression, Leaf):
        return expression.value
    values = [evaluated(part) for part in expression.parts]
    if expression.operator == "+":
        return sum(values)
    if expression.operator == "×":
        return math.prod(values)
    return values[0] / values[1]


def memory_of(plan: Plan, index: int) -> tuple[Derivation, ...]:
    """The components of one device that are not zero, in the order of the memory bar."""
    memory = plan.devices[index].memory
    return tuple(one for one in _components(plan, index, memory) if one.value)


def _components(plan: Plan, index: int, memory: DeviceMemory) -> Iterator[Derivation]:
    device = HOST_INDEX if memory.kind == "host" else index
    yield Derivation("weights", index, _weights(plan, device), "exact", SOURCES["weights"])
    yield Derivation("kv_cache", index, _cache(plan, device), "exact", SOURCES["kv_cache"])
    batch = min(plan.workload.ubatch, plan.workload.batch, plan.workload.context)
    peak = Leaf("graph_peak", memory.compute_bytes, "bytes", str(batch))
    yield Derivation("compute", index, peak, "exact", SOURCES["compute"])
    if memory.runtime_bytes:
        card = plan.machine.plannable_gpus[index]
        seen = card.runtime_overhead_bytes is not None
        leaf = Leaf("runtime_seen" if seen else "runtime_margin", memory.runtime_bytes, "bytes")
        yield Derivation("runtime", index, leaf, "exact" if seen else "margin", "" if seen else SOURCES["runtime"])


def _weights(plan: Plan, device: int) -> Expression:
    """Tensors of every type that lie on the device."""
    layout = plan.model.kv_layout(plan.workload.kv_layout)
    file = weight_file(plan.model, plan.file_type, plan.imatrix, layout)
    homes = tensor_devices(plan.model, plan.file_type, plan.imatrix, layout, plan.placement)
    copies = set(layer_devices(plan.model.n_layers, plan.placement)[:-1])
    sizes: dict[str, list[int]] = {}
    for tensor, kind, home, gpu, host in zip(
        file.tensors, file.types, homes, file.gpu_bytes, file.host_bytes, strict=True
    ):
        if device in copies if tensor.role == "rope_factors" else home == device:
            sizes.setdefault(kind, []).append(host if device == HOST_INDEX else gpu)
    parts = [Leaf("tensors", sum(found), "bytes", f"{len(found)} {kind}") for kind, found in sizes.items()]
    return Expression("+", tuple(sorted(parts, key=evaluated, reverse=True)))


def _cache(plan: Plan, device: int) -> Expression:
    """Layers of the device times the cache of one layer; what alignment adds is a part of its own."""
    workload, spec = plan.workload, plan.model
    homes = layer_devices(spec.n_layers, plan.placement)[:-1]
    if not workload.kv_offload or not plan.placement.gpus:
        homes = (HOST_INDEX,) * spec.n_layers
    cells = allocated_context(workload)
    widths = cache_widths(spec, legacy=workload.kv_layout == "legacy")
    rows = [
        Leaf("key_bytes" if index == 0 else "value_bytes", row_bytes(kind.upper(), width), "bytes", f"{width} × {kind}")
        for index, (width, kind) in enumerate(zip(widths, (workload.type_k, workload.type_v), strict=True))
        if width
    ]
    plain = Expression("×", (Leaf("cells", cells, "tokens"), Expression("+", tuple(rows))))
    padding = layer_bytes(spec, workload, on_gpu=device != HOST_INDEX) - evaluated(plain)
    layer = Expression("+", (plain, Leaf("padding", padding, "bytes"))) if padding else plain
    return Expression("×", (Leaf("layers", homes.count(device), "layers"), layer))


def speed_of(plan: Plan, speed: Speed) -> Derivation:
    """Tokens a second: one over the time of a token, which is the sum of its terms."""
    times = Expression("+", tuple(map(_time, speed.terms)))
    tokens = Leaf("tokens", round(speed.expected * evaluated(times)), "tokens")
    assumed = bool(plan.prediction.assumptions)
    return Derivation("speed", 0, Expression("÷", (tokens, times)), "assumed" if assumed else "model", SOURCES["speed"])


def _time(term: Term) -> Derived:
    """A term's seconds: bytes over a rate where that is all of it."""
    if term.rate and math.isclose(term.bytes / term.rate, term.seconds, rel_tol=1e-6):
        moved = Leaf(f"moved_{term.kind}", term.bytes, "bytes", term.device)
        return Expression("÷", (moved, Leaf("rate", term.rate, "bytes/s", term.device)))
    return Leaf(f"time_{term.kind}", term.seconds, "seconds", term.device)
