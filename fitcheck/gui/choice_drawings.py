"""A plan as data for the charts: memory of each device, the map of its layers, its curves over the context."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck.charts.curve import Curve, Sample, curve
from fitcheck.charts.layer_map import Cell, Row, layer_map
from fitcheck.charts.memory_bar import MemoryFill, Part, memory_bar
from fitcheck.charts.shapes import Drawing
from fitcheck.core.contexts import stops_at, watched
from fitcheck.core.speed_sentences import rate
from fitcheck.core.units import GB, GIB, format_number, format_tokens, whole_k
from fitcheck.gui.sentences import usable_bytes
from fitcheck.gui.widgets.device_states import card_share_of_ram

if TYPE_CHECKING:
    from fitcheck.core.contexts import AtContext
    from fitcheck.core.layer_places import LayerPlace
    from fitcheck.core.planner import Plan
    from fitcheck.gui.choice_words import ChoiceWords
    from fitcheck.gui.sentences import Sentences

Draw = Callable[[float, float], Drawing]
_CURVE_HEIGHT = 190.0


class ChoiceDrawings(QObject):
    """Makes the drawings of one choice, with words in the window's language."""

    def __init__(self, said: Sentences, words: ChoiceWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said, self._words = said, words

    def memory(self, plan: Plan, index: int, bar_height: float) -> Draw:
        """The bar of one device."""
        fill = self.fill(plan, index)
        return lambda width, scale: memory_bar(fill, width, bar_height, scale)

    def fill(self, plan: Plan, index: int) -> MemoryFill:
        """One device's parts; without a bar where its size is unknown."""
        machine, device, said = plan.machine, plan.devices[index], self._said
        if index == len(plan.devices) - 1:
            total, free = machine.ram_total_bytes, machine.ram_available_bytes
        else:
            card = machine.plannable_gpus[index]
            total, free = card.memory_total_bytes, card.memory_free_bytes
        name, summary = said.device_name(plan, index), said.parts(device)
        if total is None or free is None or device.capacity_bytes is None:
            rest = self.tr("how much is free is unknown")
            return MemoryFill(name, None, tuple(self._parts(plan, index, 0)), 0, summary, rest, "", "")
        # What the rule keeps free beyond the runtime's own part, which the bar shows by itself.
        elsewhere = card_share_of_ram(plan) if index == len(plan.devices) - 1 else 0
        margin = max(0, free - device.capacity_bytes - device.memory.runtime_bytes - elsewhere)
        parts = tuple(self._parts(plan, index, max(0, total - free)))
        left = total - sum(part.size_bytes for part in parts)
        text = self.tr("{0} free of {1}") if left >= 0 else self.tr("{0} too much for {1}")
        rest = text.format(said.bare(abs(left)), said.size(total))
        kept = self.tr("margin {0}").format(said.size(margin)) if margin else ""
        return MemoryFill(name, total, parts, margin, summary, rest, kept, self.tr("free: {0}").format(said.size(left)))

    def _parts(self, plan: Plan, index: int, others: int) -> Iterator[Part]:
        memory, size = plan.devices[index].memory, self._said.size
        runtime = self.tr("runtime overhead, a margin rather than a measurement: {0}")
        if index < len(plan.devices) - 1 and plan.machine.plannable_gpus[index].runtime_overhead_bytes is not None:
            runtime = self.tr("runtime overhead, as seen on this card: {0}")
        shared = card_share_of_ram(plan) if index == len(plan.devices) - 1 else 0
        for component, name, text, amount in (
            ("other_programs", self.tr("in use"), self.tr("in use by other programs: {0}"), others),
            ("other_programs", self.tr("on the GPU"), self.tr("on the GPU, in the same memory: {0}"), shared),
            ("weights", self.tr("weights"), self.tr("weights: {0}"), memory.weights_bytes),
            ("kv_cache", self.tr("KV cache"), self.tr("KV cache: {0}"), memory.kv_cache_bytes),
            ("compute", self.tr("compute"), self.tr("compute buffers: {0}"), memory.compute_bytes),
            ("runtime", self.tr("runtime"), runtime, memory.runtime_bytes),
        ):
            yield Part(component, name, amount, text.format(size(amount)))

    def layers(self, plan: Plan, places: Sequence[LayerPlace], row_height: float) -> Draw:
        """The map of layers and experts."""
        rows, said = tuple(self._rows(plan, places)), self._words.layers(plan, places)
        cards, output = len(plan.devices) - 1, self.tr("out")
        return lambda width, scale: layer_map(
            rows, cards, width, said, output=output, row_height=row_height, scale=scale
        )

    def _rows(self, plan: Plan, places: Sequence[LayerPlace]) -> Iterator[Row]:
        def cells(kind: str) -> tuple[Cell, ...]:
            found = []
            for layer, place in enumerate(places):
                shares = getattr(place, kind)
                last = layer == len(places) - 1
                name = self.tr("output layer") if last else self.tr("layer {0}").format(layer)
                found.append(Cell(shares, f"{name}: {self._words.share(plan, shares)}"))
            return tuple(found)

        moe = plan.model.mla_moe
        shared = cells("shared")
        yield Row(self.tr("attention, shared") if moe else self.tr("layers"), shared[:-1], shared[-1])
        if moe:
            name = self.tr("{0} experts each").format(moe.n_routed_experts)
            yield Row(name, cells("routed")[:-1], None)

    def memory_heading(self, plan: Plan) -> str:
        """What the memory curve shows."""
        device = watched(plan)
        name = self._said.device_name(plan, device if device >= 0 else len(plan.devices) - 1)
        return self.tr("Memory of {0}").format(name) if device >= 0 else name

    def memory_curve(self, plan: Plan, points: Sequence[AtContext]) -> Draw:
        """Memory of the device that decides, with what it may hold and where it stops."""
        said, device = self._said, watched(plan)
        divisor = GIB if said.unit == "GiB" else GB
        samples = tuple(
            Sample(
                one.context,
                one.needed_bytes / divisor,
                self.tr("{0} of context: {1}").format(format_tokens(whole_k(one.context)), said.size(one.needed_bytes)),
            )
            for one in points
        )
        usable, limit = usable_bytes(plan.devices[device]), None
        if usable is not None and usable / divisor <= 3 * samples[-1].value:
            limit = (usable / divisor, self.tr("may use: {0}").format(said.bare(usable)))
        data = Curve(
            samples, plan.workload.context, (self.tr("context"), said.unit), "component.weights", limit,
            self._stop(plan, points), from_zero=False,
        )  # fmt: skip
        return self._drawn(data, self.memory_heading(plan), format_number)

    def speed_curve(self, plan: Plan, points: Sequence[AtContext]) -> Draw:
        """Speed with the context full, as far as it fits as well as now."""
        last = stops_at(points, plan)
        shown = [one for one in points if last is None or one.context <= last] or list(points[:1])
        samples = tuple(
            Sample(
                one.context,
                one.decode.expected,
                self.tr("{0} of context in use: about {1} tokens/s ({2} to {3})").format(
                    format_tokens(one.context), rate(one.decode.expected), rate(one.decode.low), rate(one.decode.high)
                ),
                one.decode.low,
                one.decode.high,
            )
            for one in shown
        )
        data = Curve(
            samples, plan.workload.context, (self.tr("context"), self.tr("tokens/s")), "component.kv_cache", None,
            self._stop(plan, points),
        )  # fmt: skip
        return self._drawn(data, self.tr("Speed with the context full"), rate)

    def _stop(self, plan: Plan, points: Sequence[AtContext]) -> tuple[int, str] | None:
        last = stops_at(points, plan)
        return None if last is None else (last, self.tr("stops at {0}").format(format_tokens(whole_k(last))))

    def _drawn(self, data: Curve, heading: str, value: Callable[[float], str]) -> Draw:
        first, last = data.samples[0], data.samples[-1]
        parts = [heading, first.words, last.words]
        parts += [words for _, words in (data.limit or (0, ""), data.stops_at or (0, "")) if words]
        said = "; ".join(parts)
        return lambda width, scale: curve(
            data,
            width,
            _CURVE_HEIGHT * scale,
            said,
            value=value,
            ticks=lambda tokens: format_tokens(whole_k(tokens)),
            scale=scale,
        )
