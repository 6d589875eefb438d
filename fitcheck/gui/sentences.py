"""Plans in the window's words. The core's own sentences are English; these are translated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck.core.quantization import OwnTypes
from fitcheck.core.speed_sentences import duration, limit, rate
from fitcheck.core.units import ByteUnit, format_bytes, format_tokens, in_unit
from fitcheck.gui.language import in_one, said
from fitcheck.gui.theme import verdict_word
from fitcheck.gui.widgets.device_states import short_card_name

if TYPE_CHECKING:
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.planner import DevicePlan, Plan
    from fitcheck.core.prediction import Prediction
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
            needed, room = sum(map(needed_bytes, cards)), sum(device.capacity_bytes or 0 for device in cards)
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

    def limit(self, prediction: Prediction, reasoning_tokens: int | None) -> str:
        """What takes most of a token's time, reading a prompt, and how long a reasoning answer takes."""
        text = self.tr("{limit}; reads a prompt at {prompt} tokens/s")
        words = text.format(limit=said(limit(prediction.decode)), prompt=rate(prediction.prompt.expected))
        if reasoning_tokens is None:
            return words
        text = self.tr("a reasoning answer of {tokens} tokens takes about {time}")
        taken = self.duration(prediction.decode.seconds_for(reasoning_tokens))
        answer = text.format(tokens=f"{reasoning_tokens:,}", time=taken)
        return self.tr("{0}; {1}").format(words, answer)

    def duration(self, seconds: float) -> str:
        """``40 s``, ``18 min`` or ``3.4 h``."""
        count, _, unit = duration(seconds).partition(" ")
        texts = {"s": self.tr("{0} s"), "min": self.tr("{0} min"), "h": self.tr("{0} h")}
        return texts[unit].format(count)

    def why(self, plan: Plan) -> str:
        """Why this one is the pick."""
        if plan.verdict == "gpu":
            return self.tr("It is the largest model that fits the GPU with 4 bits or more.")
        if plan.verdict == "offload":
            return self.tr("What fits on the GPU alone is smaller, or is cut down below 4 bits.")
        return self.tr("There is no card to plan for: the processor reads every weight from RAM, so smaller is faster.")

    def lacks(self, plan: Plan, name: str) -> str:
        """What is missing for a plan that does not run."""
        text = self.tr("Nearest is {model} in {type}: it lacks {size} of {what}.")
        what = {"disk": self.tr("disk space"), "VRAM": self.tr("VRAM")}.get(plan.lacking_of, self.tr("RAM"))
        return text.format(model=name, type=plan.quantization, size=self.size(plan.lacking_bytes), what=what)

    def second_line(self, plan: Plan) -> str:
        """The small line of a matrix cell."""
        if plan.verdict == "offload":
            return self.tr("{0} % GPU").format(f"{100 * plan.gpu_weight_share:.0f}")
        if not plan.runs:
            return self.tr("lacks {0}").format(self.bare(plan.lacking_bytes))
        cards = [device for device in plan.devices[:-1] if device.memory.weights_bytes]
        spare = _least_headroom(cards or [plan.devices[-1]])
        return "" if spare is None else self.tr("{0} spare").format(self.bare(spare))

    def tooltip(self, plan: Plan, name: str) -> str:
        """Verdict, one line a device, then the reason."""
        lines = [f"{name} {plan.quantization}: {verdict_word(plan.verdict)}"]
        for index, device in enumerate(plan.devices):
            if device.memory.total_bytes == 0:
                continue
            lines.append(self.tr("{0}: {1}").format(self.device_name(plan, index), self.parts(device)))
        lines.append(in_one(map(said, plan.reasons)))
        return "\n".join(lines)

    def spoken(self, plan: Plan, name: str, best: bool) -> str:
        """A cell for a screen reader."""
        unit = self.tr("gibibytes") if self.unit == "GiB" else self.tr("gigabytes")
        type_name = plan.quantization.replace("_", " ")
        size = self.bare(plan.estimate.total_bytes)
        text = f"{name}, {type_name}: {verdict_word(plan.verdict)}, {size} {unit}, {self.second_line(plan)}"
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

    def own_file(self, file: OwnFile) -> str:
        """What a person's own file is, in place of a download."""
        if file.file_type is None:
            return self.tr("A description without tensors, priced as Q4_K_M")
        size = self.size(file.model.file_bytes)
        if isinstance(file.file_type, OwnTypes):
            return self.tr("Your file: {0}, a mix of types of its own").format(size)
        return self.tr("Your file: {0}, every tensor as in {1}").format(size, file.file_type.id)

    def download(self, plan: Plan) -> str:
        """What must be fetched, and whether the disk holds it."""
        size = self.size(plan.download_bytes)
        disk = plan.machine.disk
        if disk is None or disk.free_bytes is None:
            return self.tr("{0} to download; the free disk space is unknown").format(size)
        if disk.free_bytes < plan.download_bytes:
            return self.tr("{0} to download, but only {1} free on disk").format(size, self.size(disk.free_bytes))
        return self.tr("{0} to download, {1} free on disk").format(size, self.size(disk.free_bytes))


def _least_headroom(devices: Iterable[DevicePlan]) -> int | None:
    known = [device.headroom_bytes for device in devices if device.headroom_bytes is not None]
    return min(known) if known else None
