"""A report's numbers as drawings: memory of a device, memory and speed against the context."""

from __future__ import annotations

from collections.abc import Iterator

from fitcheck.charts.curve import Curve, Sample, curve
from fitcheck.charts.memory_bar import MemoryFill, Part, memory_bar
from fitcheck.charts.shapes import Drawing
from fitcheck.core.report import ChoiceReport, DeviceShare
from fitcheck.core.speed_sentences import rate
from fitcheck.core.units import GB, GIB, format_number, format_tokens, whole_k
from fitcheck.core.verdict import VERDICTS
from fitcheck.export.words import Words

WIDTH = 680.0
_CURVE_HEIGHT = 190.0


def memory_picture(choice: ChoiceReport, device: DeviceShare, words: Words) -> Drawing:
    """The bar of one device, to its size; words alone where that is unknown."""
    return memory_bar(_fill(choice, device, words), WIDTH)


def _fill(choice: ChoiceReport, device: DeviceShare, words: Words) -> MemoryFill:
    tr, name = words.tr, words.share(choice, device)
    total, free, capacity = device.size_bytes, device.free_bytes, device.capacity_bytes
    summary = " · ".join(_summed(device, words))
    if total is None or free is None or capacity is None:
        parts = tuple(_parts(device, 0, words))
        return MemoryFill(name, None, parts, 0, summary, tr("how much is free is unknown"), "", "")
    # What the rule keeps free beyond the runtime's own part, which the bar shows by itself.
    margin = max(0, free - capacity - device.runtime_bytes)
    parts = tuple(_parts(device, max(0, total - free), words))
    left = total - sum(part.size_bytes for part in parts)
    text = tr("{0} free of {1}") if left >= 0 else tr("{0} too much for {1}")
    kept = tr("margin {0}").format(words.size(margin)) if margin else ""
    rest = text.format(words.bare(abs(left)), words.size(total))
    return MemoryFill(name, total, parts, margin, summary, rest, kept, tr("free: {0}").format(words.size(max(0, left))))


def _summed(device: DeviceShare, words: Words) -> Iterator[str]:
    for part in _parts(device, 0, words):
        if part.size_bytes:
            yield f"{part.name} {words.bare(part.size_bytes)}"


def _parts(device: DeviceShare, others: int, words: Words) -> Iterator[Part]:
    tr = words.tr
    for component, name, amount in (
        ("other_programs", tr("in use"), others),
        ("weights", tr("weights"), device.weights_bytes),
        ("kv_cache", tr("KV cache"), device.kv_cache_bytes),
        ("compute", tr("compute"), device.compute_bytes),
        ("runtime", tr("runtime"), device.runtime_bytes),
    ):
        yield Part(component, name, amount, f"{name} {words.size(amount)}")


def memory_curve(choice: ChoiceReport, words: Words, title: str) -> Drawing:
    """Memory of the device that decides, with what it may hold and where it stops."""
    tr, divisor = words.tr, GIB if words.unit == "GiB" else GB
    device = choice.devices[choice.watched]
    text = tr("{0} of context: {1}")
    samples = tuple(
        Sample(
            one.context, one.needed_bytes / divisor,
            text.format(format_tokens(whole_k(one.context)), words.size(one.needed_bytes)),
        )
        for one in choice.points
    )  # fmt: skip
    usable, limit = device.usable_bytes, None
    if usable is not None and 0 < usable / divisor <= 3 * samples[-1].value:
        limit = (usable / divisor, tr("may use: {0}").format(words.bare(usable)))
    axes = (tr("context"), words.unit)
    data = Curve(
        samples, choice.context, axes, "component.weights", limit, _stop(choice, words), from_zero=False
    )  # fmt: skip
    said = "; ".join((title, samples[0].words, samples[-1].words))
    return curve(data, WIDTH, _CURVE_HEIGHT, said, value=format_number, ticks=_tick)


def speed_curve(choice: ChoiceReport, words: Words, title: str) -> Drawing:
    """Speed with the context full, as far as it fits as well as now."""
    tr, last = words.tr, _last(choice)
    shown = [one for one in choice.points if last is None or one.context <= last] or list(choice.points[:1])
    text = tr("{0} of context in use: {1}")
    samples = tuple(
        Sample(
            one.context, one.decode.expected, text.format(format_tokens(one.context), words.speed(one.decode)),
            one.decode.low, one.decode.high,
        )
        for one in shown
    )  # fmt: skip
    axes = (tr("context"), tr("tokens/s"))
    data = Curve(samples, choice.context, axes, "component.kv_cache", None, _stop(choice, words))
    said = "; ".join((title, samples[0].words, samples[-1].words))
    return curve(data, WIDTH, _CURVE_HEIGHT, said, value=rate, ticks=_tick)


def _tick(tokens: int) -> str:
    """``21k`` for a context that stops in between, too."""
    return format_tokens(whole_k(tokens))


def _last(choice: ChoiceReport) -> int | None:
    """The longest context that is no worse than this one; None where all are."""
    here = VERDICTS.index(choice.verdict)
    fitting = [one.context for one in choice.points if VERDICTS.index(one.verdict) <= here]
    return None if len(fitting) == len(choice.points) else max(fitting, default=0)


def _stop(choice: ChoiceReport, words: Words) -> tuple[int, str] | None:
    last = _last(choice)
    return None if last is None else (last, words.tr("stops at {0}").format(format_tokens(whole_k(last))))
