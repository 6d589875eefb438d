"""Plans in the window's words. The core's own sentences are English; these are translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck.core.quantization import OwnTypes
from fitcheck.core.speed_sentences import duration, rate
from fitcheck.core.units import ByteUnit, format_bytes, format_tokens, in_unit
from fitcheck.gui.language import in_one, said
from fitcheck.gui.theme import verdict_word
from fitcheck.gui.widgets.device_states import short_card_name

if TYPE_CHECKING:
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.planner import DevicePlan, Plan
    from fitcheck.core.speed import Speed


def card_names(plan: Plan) -> str:
    """The cards that hold a part of the plan: ``RTX 4090``, ``2x RTX 3090``, ``RTX 3090 + RTX 4060 Ti``."""
    names = [
        short_card_name(card.name)
        for card, device in zip(plan.machine.plannable_gpus, plan.devices[:-1], strict=False)
        if device.memory.weights_bytes
    ]
    counted = {name: names.count(name) for name in names}
    return " + ".join(f"{count}x {name}" if count > 1 else name for name, count in counted.items())


def needed_bytes(device: DevicePlan) -> int:
    """What a device must hold beyond the runtime overhead, which its capacity leaves out already."""
    return device.memory.total_bytes - device.memory.runtime_bytes


def usable_bytes(device: DevicePlan) -> int | None:
    """What all that a device holds may take, the runtime overhead included; None where that is unknown."""
    return None if device.capacity_bytes is None else device.capacity_bytes + device.memory.runtime_bytes


class Sentences(QObject):
    """Words about plans, in one unit of size."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.unit: ByteUnit = "GiB"

    def size(self, size_bytes: int) -> str:
        """A size with its unit."""
        return format_bytes(size_bytes, self.unit)

    def bare(self, size_bytes: int) -> str:
        """A size without it."""
        return in_unit(size_bytes, self.unit)

    def pick(self, plan: Plan, name: str) -> str:
        """The answer: which model runs where."""
        texts = {
            "gpu": self.tr("{model} in {type} fits on your {cards}."),
            "offload": self.tr("{model} in {type} runs on your {cards} and RAM together."),
            "cpu": self.tr("{model} in {type} runs from RAM, on the processor."),
            "disk": self.tr("{model} in {type} would stream from the disk."),
            "no": self.tr("{model} in {type} does not run here."),
        }
        return texts[plan.verdict].format(model=name, type=plan.quantization, cards=card_names(plan))

    def takes(self, plan: Plan) -> str:
        """What it takes of what it may use."""
        context = format_tokens(plan.workload.context)
        host = plan.devices[-1]
        cards = [device for device in plan.devices[:-1] if device.memory.weights_bytes]
        if plan.verdict == "gpu":
            text = self.tr("It takes {needed} of the {usable} of VRAM it may use, with {context} of context.")
            # With the runtime on both sides, as the bars and the choice count it.
            needed = sum(device.memory.total_bytes for device in cards)
            room = sum(usable_bytes(device) or 0 for device in cards)
            return text.format(needed=self.size(needed), usable=self.size(room), context=context)
        if plan.verdict == "offload":
            text = self.tr("{share} % of its weights are on the GPU, {host} stay in RAM, with {context} of context.")
            share = f"{100 * plan.gpu_weight_share:.0f}"
            return text.format(share=share, host=self.size(needed_bytes(host)), context=context)
        if host.capacity_bytes is None:
            text = self.tr("It takes {needed} of RAM, with {context} of context; how much is free is unknown.")
            return text.format(needed=self.size(needed_bytes(host)), context=context)
        text = self.tr("It takes {needed} of the {usable} of RAM it may use, with {context} of context.")
        usable = self.size(host.capacity_bytes)
        return text.format(needed=self.size(needed_bytes(host)), usable=usable, context=context)

    def speed(self, speed: Speed) -> str:
        """Tokens a second with the band around them."""
        text = self.tr("about {expected} tokens/s ({low} to {high})")
        return text.format(expected=rate(speed.expected), low=rate(speed.low), high=rate(speed.high))

    def duration(self, seconds: float) -> str:
        """``40 s``, ``18 min`` or ``3.4 h``."""
        count, _, unit = duration(seconds).partition(" ")
        texts = {"s": self.tr("{0} s"), "min": self.tr("{0} min"), "h": self.tr("{0} h")}
        return texts[unit].format(count)

    def lacks(self, plan: Plan, name: str) -> str:
        """What is missing for a plan that does not run."""
        text = self.tr("Nearest is {model} in {type}: it lacks {size} of {what}.")
        what = {"disk": self.tr("disk space"), "VRAM": self.tr("VRAM")}.get(plan.lacking_of, self.tr("RAM"))
        return text.format(model=name, type=plan.quantization, size=self.size(plan.lacking_bytes), what=what)

    def second_line(self, plan: Plan, tokens_per_s: float | None) -> str:
        """The small line of a matrix cell: how fast, or how much is lacking."""
        if tokens_per_s is None:
            return self.tr("lacks {0}").format(self.bare(plan.lacking_bytes))
        return self.tr("{0} t/s").format(cell_rate(tokens_per_s))

    def tooltip(self, plan: Plan, name: str, tokens_per_s: float | None) -> str:
        """Verdict, speed or what lacks, one line a device, then the reason."""
        lines = [f"{name} {plan.quantization}: {verdict_word(plan.verdict)}"]
        if tokens_per_s is None:
            what = {"disk": self.tr("disk space"), "VRAM": self.tr("VRAM")}.get(plan.lacking_of, self.tr("RAM"))
            lines.append(self.tr("lacks {0} of {1}").format(self.size(plan.lacking_bytes), what))
        else:
            lines.append(self.speed(plan.prediction.decode))
        for index, device in enumerate(plan.devices):
            if device.memory.total_bytes == 0:
                continue
            lines.append(self.tr("{0}: {1}").format(self.device_name(plan, index), self.parts(device)))
        lines.append(in_one(map(said, plan.reasons)))
        return "\n".join(lines)

    def spoken(self, plan: Plan, name: str, tokens_per_s: float | None, best: bool) -> str:
        """A cell for a screen reader."""
        unit = self.tr("gibibytes") if self.unit == "GiB" else self.tr("gigabytes")
        type_name = plan.quantization.replace("_", " ")
        size = self.bare(plan.estimate.total_bytes)
        if tokens_per_s is None:
            last = self.second_line(plan, None)
        else:
            last = self.tr("about {0} tokens per second").format(cell_rate(tokens_per_s))
        text = f"{name}, {type_name}: {verdict_word(plan.verdict)}, {size} {unit}, {last}"
        return ", ".join((text, self.tr("best pick"))) if best else text

    def device_name(self, plan: Plan, index: int) -> str:
        """A device of a plan as people call it."""
        if index == len(plan.devices) - 1:
            return self.tr("RAM")
        names = [short_card_name(card.name) for card in plan.machine.plannable_gpus]
        return f"{names[index]} ({index + 1})" if names.count(names[index]) > 1 else names[index]

    def parts(self, device: DevicePlan) -> str:
        """Every component that is not zero, with its value."""
        memory = device.memory
        named = (
            (self.tr("weights"), memory.weights_bytes),
            (self.tr("KV cache"), memory.kv_cache_bytes),
            (self.tr("compute"), memory.compute_bytes),
            (self.tr("runtime"), memory.runtime_bytes),
        )
        total = self.size(memory.total_bytes)
        parts = " · ".join(f"{name} {self.bare(value)}" for name, value in named if value)
        return self.tr("{0}: {1}").format(total, parts)

    def placement(self, plan: Plan) -> str:
        """The plan's settings in llama.cpp's words."""
        layers = plan.model.n_layers + 1
        if not plan.placement.gpus or not plan.placement.gpu_layers:
            return self.tr("llama.cpp: all layers on the processor (gpu_layers 0)")
        text = self.tr("llama.cpp: {count} of {all} layers on the GPU (gpu_layers {count})")
        words = text.format(count=min(plan.placement.gpu_layers, layers), all=layers)
        if plan.placement.cpu_moe_layers:
            more = self.tr("routed experts of the first {0} layers in RAM (n_cpu_moe {0})")
            words = self.tr("{0}, {1}").format(words, more.format(plan.placement.cpu_moe_layers))
        return words

    def own_file(self, file: OwnFile, context: int) -> str:
        """What a person's own file is, in place of a download, and whether it takes the context that is asked for."""
        limit = file.model.spec.context_limit
        if context <= limit:
            return self._own_file(file)
        planned = self.tr("planned for {0} of context, the most it takes").format(format_tokens(limit))
        return f"{self._own_file(file)} · {planned}"

    def _own_file(self, file: OwnFile) -> str:
        if file.file_type is None:
            return self.tr("A description without tensors, priced as Q4_K_M")
        name, size = file.model.paths[0].name, self.size(file.model.file_bytes)
        if isinstance(file.file_type, OwnTypes):
            return self.tr("Your file {0}: {1}, a mix of types of its own").format(name, size)
        return self.tr("Your file {0}: {1}, every tensor as in {2}").format(name, size, file.file_type.id)


def cell_rate(tokens_per_s: float) -> str:
    """Tokens a second in a column: an integer above 10, one decimal below, never ``0.0``."""
    if tokens_per_s < 0.05:
        return "<0.1"
    return f"{tokens_per_s:.0f}" if tokens_per_s >= 10 else f"{tokens_per_s:.1f}"
